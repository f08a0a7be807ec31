//! How many texts the parts of a workbook say they share: their reader makes room for so many
//! before it has seen the first.

use std::io::{self, Write};

/// The attribute that says it.
const NAME: &[u8] = b"uniqueCount";
/// So many may be said of any part, ...
const ALWAYS_ALLOWED: u64 = 1 << 20;
/// ... and more where each of them has so many bytes.
const SHORTEST: u64 = 4;

/// Takes the bytes of a part, and keeps their number and the largest count that is said in them.
#[derive(Default)]
pub(super) struct Unique {
    bytes: u64,
    largest: u64,
    within: Within,
}

/// Where in the attribute a byte stands.
#[derive(Clone, Copy, Default)]
enum Within {
    #[default]
    Nothing,
    /// So many bytes of its name have passed.
    Name(usize),
    /// Before its value.
    Before,
    Value(u64),
}

impl Unique {
    /// True where the part can hold as many texts as it says.
    pub(super) fn is_plausible(&self) -> bool {
        self.largest <= ALWAYS_ALLOWED.max(self.bytes / SHORTEST)
    }

    fn push(&mut self, byte: u8) {
        let began = |byte| match byte == NAME[0] {
            true => Within::Name(1),
            false => Within::Nothing,
        };
        self.within = match self.within {
            Within::Nothing => began(byte),
            Within::Name(passed) if NAME.get(passed) == Some(&byte) => Within::Name(passed + 1),
            Within::Name(passed) if passed < NAME.len() => began(byte),
            Within::Name(_) | Within::Before => match byte {
                b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n' => Within::Before,
                b'0'..=b'9' => Within::Value(u64::from(byte - b'0')),
                _ => began(byte),
            },
            Within::Value(value) if byte.is_ascii_digit() => {
                let value = value.saturating_mul(10);
                Within::Value(value.saturating_add(u64::from(byte - b'0')))
            }
            Within::Value(_) => began(byte),
        };
        if let Within::Value(value) = self.within {
            self.largest = self.largest.max(value);
        }
    }
}

impl Write for Unique {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        bytes.iter().for_each(|&byte| self.push(byte));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_compared_with_their_part() {
        let of = |text: &str| {
            let mut unique = Unique::default();
            for byte in text.as_bytes() {
                unique.write_all(&[*byte]).unwrap();
            }
            (unique.largest, unique.is_plausible())
        };
        for (text, expected) in [
            ("<sst count='9' uniqueCount='2'>", (2, true)),
            (
                "<sst uniqueCount = \n \"4000000000\">",
                (4_000_000_000, false),
            ),
            (
                "<sst uuniqueCount='99999999999999999999'>",
                (u64::MAX, false),
            ),
            ("uniqueCoununiqueCount=\"7\" uniqueCount='x' 5", (7, true)),
            ("<sst count='4000000000'>", (0, true)),
            ("", (0, true)),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
        let long = "<sst uniqueCount='2000000'>".to_owned() + &"<si/>".repeat(2_000_000);
        assert_eq!(of(&long), (2_000_000, true));
    }
}
