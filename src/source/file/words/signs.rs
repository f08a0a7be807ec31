//! Words for signs.

use super::names::squashed;
use crate::connectome::Sign;

/// The words that messages name.
pub(in super::super) const SIGN_WORDS: &str = "+1, -1, 0, `excitatory`, `inhibitory` or `unsigned`";

/// The sign that a word stands for, `None` for others.
pub(in super::super) fn sign(word: &str) -> Option<Sign> {
    let plain = word.trim().replace(['\u{2212}', '\u{2013}'], "-");
    match &*plain.to_lowercase() {
        "+" => return Some(Sign::Excitatory),
        "-" => return Some(Sign::Inhibitory),
        "?" => return Some(Sign::Unsigned),
        _ => {}
    }
    if let Ok(number) = plain.parse::<f64>() {
        return [
            (1.0, Sign::Excitatory),
            (-1.0, Sign::Inhibitory),
            (0.0, Sign::Unsigned),
        ]
        .into_iter()
        .find(|(value, _)| *value == number)
        .map(|(_, sign)| sign);
    }
    match &*squashed(&plain) {
        "excitatory" | "exc" | "excite" | "excites" | "excit" | "excitation" | "e" | "positive"
        | "pos" | "plus" => Some(Sign::Excitatory),
        "inhibitory" | "inh" | "inhib" | "inhibit" | "inhibits" | "inhibition" | "i"
        | "negative" | "neg" | "minus" => Some(Sign::Inhibitory),
        "unsigned" | "unknown" | "none" | "complex" | "nopred" | "mixed" | "ambiguous"
        | "modulatory" | "neutral" | "undetermined" | "na" | "nan" | "null" => Some(Sign::Unsigned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_words_numbers_and_strokes() {
        for (sign_of, words) in [
            (Sign::Excitatory, "+1 1 1.0 + Excitatory exc E positive"),
            (Sign::Inhibitory, "-1 -1.0 - \u{2212}1 inhibitory Inh I"),
            (Sign::Unsigned, "0 0.0 -0 unsigned NA ? complex"),
        ] {
            for word in words.split(' ') {
                assert_eq!(sign(word), Some(sign_of), "{word}");
            }
        }
        for word in ["2", "-5", "exhibitory", "GABA", "", "yes"] {
            assert_eq!(sign(word), None, "{word}");
        }
    }
}
