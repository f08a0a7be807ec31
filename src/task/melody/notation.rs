//! The notation of tunes.

use std::fmt;

/// A note or a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// Pitch class, 0 for C to 11 for B; `None` for a rest.
    pub pitch: Option<u8>,
    /// Length of the note in steps.
    pub steps: usize,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 12] = [
            "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B",
        ];
        f.write_str(self.pitch.map_or("z", |pitch| NAMES[usize::from(pitch)]))?;
        if self.steps > 1 {
            write!(f, "{}", self.steps)
        } else {
            Ok(())
        }
    }
}

/// Reads a tune. What is no note is left out: the tunes are ours, and a test writes each one back.
pub(super) fn read(notation: &str) -> Vec<Note> {
    notation.split_whitespace().filter_map(note).collect()
}

fn note(token: &str) -> Option<Note> {
    let name = token.chars().next()?;
    let pitch = match name {
        'C' => Some(0),
        'D' => Some(2),
        'E' => Some(4),
        'F' => Some(5),
        'G' => Some(7),
        'A' => Some(9),
        'B' => Some(11),
        'z' => None,
        _ => return None,
    };
    let rest = &token[1..];
    let (shift, length) = match rest.chars().next() {
        Some('#') => (1, &rest[1..]),
        Some('b') => (11, &rest[1..]),
        _ => (0, rest),
    };
    let steps = if length.is_empty() {
        1
    } else {
        length.parse().ok()?
    };
    Some(Note {
        pitch: pitch.map(|p| (p + shift) % 12),
        steps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_read() {
        let expected = [
            (Some(0), 1),
            (Some(3), 12),
            (Some(10), 2),
            (None, 3),
            (Some(11), 1),
        ];
        let expected: Vec<Note> = expected
            .map(|(pitch, steps)| Note { pitch, steps })
            .to_vec();
        assert_eq!(read("C D#12 | Bb2 z3 Cb |"), expected);
        assert_eq!(read("H x 3 C#x"), []);
    }
}
