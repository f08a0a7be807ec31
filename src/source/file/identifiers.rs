//! What neurons are called: numbering, digits that were lost, names that look alike.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use unicode_normalization::UnicodeNormalization;

use super::sheet::Identifier;

/// Spreadsheets keep 15 digits of a number.
const SPREADSHEET_DIGITS: u32 = 15;
/// Floating point keeps whole numbers below 2^53.
const EXACT_BELOW: u64 = 1 << 53;
/// Identifiers that look rounded by chance are rarer than this.
const CHANCE: f64 = 1e-6;

/// Numbers neurons by first occurrence.
#[derive(Default)]
pub(super) struct Numbering {
    pub(super) names: Vec<String>,
    numbers: HashMap<i64, u32, BuildHasherDefault<Mixer>>,
    words: HashMap<String, u32>,
}

impl Numbering {
    pub(super) fn number(&mut self, identifier: Identifier<'_>) -> u32 {
        let known = match &identifier {
            Identifier::Number(number) => self.numbers.get(number),
            Identifier::Text(word) => self.words.get(&**word),
        };
        if let Some(&number) = known {
            return number;
        }
        let number = self.names.len() as u32;
        match &identifier {
            Identifier::Number(n) => self.numbers.insert(*n, number),
            Identifier::Text(word) => self.words.insert(word.clone().into_owned(), number),
        };
        self.names.push(identifier.into_name());
        number
    }

    /// Identifiers that are no plain numbers.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// Identifiers that are plain numbers of up to 63 bits.
    pub(super) fn numbers(&self) -> impl Iterator<Item = i64> {
        self.numbers.keys().copied()
    }

    /// The neuron of a plain number.
    pub(super) fn of_number(&self, number: i64) -> Option<u32> {
        self.numbers.get(&number).copied()
    }

    /// Pairs of a neuron called as `5.0` and the one called `5`, or the name `5` it gets where
    /// there is none. They are one where every name with a point is a whole number so written.
    pub(super) fn whole_decimals(&self) -> Vec<(u32, Result<u32, i64>)> {
        let mut found = Vec::new();
        for (word, &neuron) in &self.words {
            if word.parse::<f64>().is_err() || !word.contains('.') {
                continue;
            }
            let Some(number) = whole_decimal(word) else {
                return Vec::new();
            };
            found.push((neuron, self.of_number(number).ok_or(number)));
        }
        found.sort_unstable_by_key(|(neuron, _)| *neuron);
        found
    }
}

/// The whole number that a decimal such as `5.0` is, if it has at most 15 digits.
fn whole_decimal(word: &str) -> Option<i64> {
    let (whole, fraction) = word.split_once('.')?;
    let zeros = !fraction.is_empty() && fraction.bytes().all(|b| b == b'0');
    let Identifier::Number(number) = Identifier::new(whole) else {
        return None;
    };
    (zeros && number.unsigned_abs() < EXACT_BELOW).then_some(number)
}

/// True for text such as `7.2e17` or `720575940600004500.0`: a number that was kept in floating
/// point and has lost its last digits.
pub(super) fn is_rounded(word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    if !word.bytes().all(plain) || !word.bytes().next().is_some_and(|b| b != b'e' && b != b'E') {
        return false;
    }
    let Ok(number) = word.parse::<f64>() else {
        return false;
    };
    let exponent = word.contains(['e', 'E']);
    // What a spreadsheet shows of a long number has an exponent of 11 or more.
    let large = if exponent { 1e11 } else { EXACT_BELOW as f64 };
    (exponent || word.contains('.')) && number.abs() >= large
}

/// Why whole numbers cannot be what they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    /// To the digits that a spreadsheet keeps.
    Spreadsheet,
    /// To the numbers that floating point has.
    FloatingPoint,
}

/// Whether identifiers were rounded: far more of the long ones end in zeros, or are multiples of
/// the power of two that floating point rounds to, than identifiers do by chance. With it a number
/// that shows it.
pub(super) fn rounding(numbers: impl Iterator<Item = i64>) -> Option<(Rounding, i64)> {
    let mut decimal = Tail::default();
    let mut binary = Tail::default();
    for number in numbers {
        let size = number.unsigned_abs();
        if size < EXACT_BELOW {
            continue;
        }
        let digits = size.ilog10() + 1;
        if digits > SPREADSHEET_DIGITS {
            let step = 10_u64.pow(digits - SPREADSHEET_DIGITS);
            decimal.see(size.is_multiple_of(step), step, number);
        }
        let step = 1_u64 << (size.ilog2() - 52);
        if step > 1 {
            binary.see(size.is_multiple_of(step), step, number);
        }
    }
    decimal
        .unlikely()
        .map(|example| (Rounding::Spreadsheet, example))
        .or_else(|| {
            binary
                .unlikely()
                .map(|example| (Rounding::FloatingPoint, example))
        })
}

/// Numbers that are multiples of a step, among numbers of which one in `step` is by chance.
#[derive(Default)]
struct Tail {
    all: usize,
    multiples: usize,
    expected: f64,
    /// The smallest multiple, so that the message does not depend on an order.
    example: Option<i64>,
}

impl Tail {
    fn see(&mut self, is_multiple: bool, step: u64, number: i64) {
        self.all += 1;
        self.expected += 1.0 / step as f64;
        if is_multiple {
            self.multiples += 1;
            self.example = Some(self.example.map_or(number, |other| other.min(number)));
        }
    }

    /// An example where chance gives so many multiples in fewer than one of a million tables
    /// (Chernoff's bound of the binomial tail).
    fn unlikely(&self) -> Option<i64> {
        let (found, expected) = (self.multiples as f64, self.expected);
        if found <= expected {
            return None;
        }
        // The chance of at least `found` is at most exp(-n D(found/n || expected/n)).
        let all = self.all as f64;
        let (seen, chance) = (found / all, expected / all);
        let mut exponent = seen * (seen / chance).ln();
        if seen < 1.0 {
            exponent += (1.0 - seen) * ((1.0 - seen) / (1.0 - chance)).ln();
        }
        (-all * exponent < CHANCE.ln())
            .then_some(self.example)
            .flatten()
    }
}

/// Groups of names that differ only by case, by the composition of their characters, or by
/// characters that are not seen. O(N log N).
pub(super) fn similar<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Vec<String>> {
    // Numbers are only ever themselves.
    let is_number = |name: &&str| name.bytes().all(|b| b.is_ascii_digit());
    let names = names.filter(|name| !is_number(name));
    let mut names: Vec<(String, &str)> = names.map(|name| (folded(name), name)).collect();
    names.sort_unstable();
    let alike = names.chunk_by(|a, b| a.0 == b.0).filter(|g| g.len() > 1);
    alike
        .map(|names| names.iter().map(|(_, name)| (*name).to_owned()).collect())
        .collect()
}

/// A name as people see it: composed, in lower case, without what is not seen, blanks alike.
fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let unseen = |c: &char| {
        c.is_control()
            || matches!(
                *c,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                    | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
                    | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            )
    };
    name.nfkc()
        .filter(|c| !unseen(c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .nfc()
        .collect()
}

/// Hashes one 64-bit number by mixing its bits (the finaliser of SplitMix64). The numbers of
/// neurons come from files that their owner reads, so no one chooses them to collide; a table of
/// millions of rows is looked up twice per row.
#[derive(Default)]
pub(super) struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mut mixed = self.0 ^ number.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.0 = mixed ^ (mixed >> 31);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_digits_are_seen_and_chance_is_not() {
        let cut = (0..14).map(|i| 720_575_940_600_001_000 + i * 1000);
        assert_eq!(
            rounding(cut),
            Some((Rounding::Spreadsheet, 720_575_940_600_001_000))
        );
        // One of a thousand exact identifiers ends in three zeros.
        let exact = (0..2000).map(|i| 720_575_940_600_000_000 + i * 7919);
        assert_eq!(rounding(exact), None);
        let floats = (0..40_i64).map(|i| (720_575_940_600_000_000 + i * 7919) as f64 as i64);
        assert_eq!(
            rounding(floats).map(|(why, _)| why),
            Some(Rounding::FloatingPoint)
        );
        // One column went through a spreadsheet, the other did not.
        let mixed = (0..40).map(|i| 720_575_940_600_000_001 + i * 31);
        let mixed = mixed.chain((0..20).map(|i| 720_575_940_700_000_000 + i * 1000));
        assert!(rounding(mixed).is_some());
        assert_eq!(rounding((1..15).map(|i| i * 1000)), None);
        assert_eq!(rounding([720_575_940_600_001_000].into_iter()), None);
    }

    #[test]
    fn floating_point_is_seen_in_single_cells() {
        for word in [
            "7.205759406000045e+17",
            "720575940600004500.0",
            "7.2E17",
            "7.20576E+11",
        ] {
            assert!(is_rounded(word), "{word}");
        }
        for word in [
            "5.0",
            "1e3",
            "AVAL",
            "e17",
            "720575940600004500",
            "1.5",
            "2E7",
            "E",
            "",
        ] {
            assert!(!is_rounded(word), "{word}");
        }
    }

    #[test]
    fn whole_decimals_are_the_numbers_that_they_are() {
        let numbered = |names: &[&'static str]| {
            let mut numbering = Numbering::default();
            names.iter().for_each(|name| {
                numbering.number(Identifier::new(name));
            });
            numbering.whole_decimals()
        };
        assert_eq!(numbered(&["5", "5.0", "6.00"]), [(1, Ok(0)), (2, Err(6))]);
        assert_eq!(numbered(&["5", "5.0", "5.1"]), []);
        assert_eq!(numbered(&["A.0", "5"]), []);
    }

    #[test]
    fn names_that_look_alike_are_grouped() {
        let names = [
            "AVAL",
            "aval",
            "Zo\u{eb}",
            "Zoe\u{308}",
            "RIA\u{200b}",
            "RIA",
            "12",
            "B",
        ];
        let groups = similar(names.into_iter());
        assert_eq!(groups.len(), 3);
        assert!(groups.contains(&vec!["AVAL".to_owned(), "aval".to_owned()]));
        assert!(groups.iter().any(|g| g.contains(&"Zoe\u{308}".to_owned())));
    }
}
