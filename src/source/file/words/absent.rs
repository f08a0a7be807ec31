//! Words that stand for nothing known.

/// What programs write where a value is missing.
const MISSING: [&str; 11] = [
    "na", "n/a", "#n/a", "#na", "nan", "none", "null", "nil", "<na>", "nat", "\\n",
];

/// True for words that say that something is not known.
pub(in super::super) fn is_absent(word: &str) -> bool {
    let word = word.trim().to_lowercase();
    word.is_empty()
        || MISSING.contains(&&*word)
        || [
            "unknown",
            "unclear",
            "-",
            "--",
            "?",
            "not available",
            "undefined",
        ]
        .contains(&&*word)
}

/// True for what stands for a missing value where a neuron should be named. A neuron may be called
/// `unknown`, but not `NaN`.
pub(in super::super) fn is_missing_partner(word: &str) -> bool {
    let is_written = |missing: &&str| word.eq_ignore_ascii_case(missing);
    word.len() <= 4 && MISSING.iter().any(is_written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_of_other_programs_are_known() {
        for word in [
            "NA", "NaN", "nan", "None", "null", "<NA>", "N/A", "#N/A", "NULL",
        ] {
            assert!(is_missing_partner(word) && is_absent(word), "{word}");
        }
        for name in ["NAL", "0", "unknown", "AVAL", "Nanette", ""] {
            assert!(!is_missing_partner(name), "{name}");
        }
        assert!(is_absent("") && is_absent(" Unknown ") && !is_absent("no"));
        let upper = |word: &str| is_missing_partner(&word.to_uppercase());
        assert!(
            MISSING
                .iter()
                .all(|word| is_missing_partner(word) && upper(word))
        );
    }
}
