//! Names of columns taken apart.

/// The letters and digits of a name, in lower case: `Body Pre` gives `bodypre`.
pub(in super::super) fn squashed(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The words and numbers of a name, in lower case: `bodyId_pre` gives `body`, `id`, `pre`;
/// `Neuron 1` and `neuron1` give `neuron`, `1`.
pub(in super::super) fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = ' ';
    let letters: Vec<char> = name.chars().collect();
    for (index, &letter) in letters.iter().enumerate() {
        let next_is_lower = letters.get(index + 1).is_some_and(|c| c.is_lowercase());
        let begins = !before.is_alphanumeric()
            || before.is_numeric() != letter.is_numeric()
            || letter.is_uppercase() && (before.is_lowercase() || next_is_lower);
        if letter.is_alphanumeric() {
            if begins || parts.is_empty() {
                parts.push(String::new());
            }
            if let Some(part) = parts.last_mut() {
                part.extend(letter.to_lowercase());
            }
        }
        before = letter;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words_and_numbers() {
        for (name, expected) in [
            ("bodyId_pre", "body id pre"),
            ("pre_pt_root_id", "pre pt root id"),
            ("Presynaptic_ID", "presynaptic id"),
            ("Neuron 1", "neuron 1"),
            ("neuron2", "neuron 2"),
            ("IDPre", "id pre"),
            ("#pre", "pre"),
            ("consensusNt", "consensus nt"),
            ("", ""),
            (" - ", ""),
        ] {
            assert_eq!(parts(name).join(" "), expected, "{name}");
        }
        assert_eq!(squashed("Body_Pre 2"), "bodypre2");
    }
}
