//! Tuples of numbers and lists of words, as Python writes them.

/// The numbers of a tuple: `"(0.03, 94.34, 10.31)"`. `None` for anything else, for infinite numbers
/// and for another count of them.
pub(super) fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let mut values = [0.0; N];
    let mut parts = inner.split(',');
    for value in &mut values {
        *value = parts
            .next()?
            .trim()
            .parse()
            .ok()
            .filter(|v: &f64| v.is_finite())?;
    }
    parts.next().is_none().then_some(values)
}

/// The words of a list: `"['cook2019', \"white's\"]"`. `None` for anything that is not a list of
/// quoted words. Escapes are read for the quotes and the backslash; a word with another is refused,
/// since names of sources have none.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    let mut rest = inner.trim();
    let mut words = Vec::new();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| ['\'', '"'].contains(c))?;
        let mut word = String::new();
        let mut chars = rest[1..].char_indices();
        let end = loop {
            match chars.next()? {
                (at, c) if c == quote => break at + 2,
                (_, '\\') => word.push(
                    chars
                        .next()
                        .map(|(_, c)| c)
                        .filter(|c| ['\'', '"', '\\'].contains(c))?,
                ),
                (_, c) => word.push(c),
            }
        };
        words.push(word);
        rest = rest[end..].trim_start();
        if rest.is_empty() {
            break;
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tuples_and_lists_are_read_as_python_reads_them() {
        assert_eq!(numbers("(0.03, 94.34, -1e1)"), Some([0.03, 94.34, -10.0]));
        for wrong in [
            "",
            "()",
            "(1, 2)",
            "(1, 2, 3, 4)",
            "(1, 2, x)",
            "[1, 2, 3]",
            "(1, 2, inf)",
            "(1, 2, 3",
        ] {
            assert_eq!(numbers::<3>(wrong), None, "{wrong}");
        }
        assert_eq!(
            words("['cook2019', \"white's\"]"),
            Some(vec!["cook2019".to_owned(), "white's".to_owned()])
        );
        assert_eq!(
            words("['a',]"),
            Some(vec!["a".to_owned()]),
            "Python allows a comma at the end"
        );
        assert_eq!(words("[]"), Some(Vec::new()));
        for wrong in [
            "",
            "['a'",
            "[a]",
            "['a' 'b']",
            "['a]",
            "('a',)",
            "['a',,'b']",
            "['\\n']",
        ] {
            assert_eq!(words(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn what_is_written_is_read_and_nothing_panics(
            list in proptest::collection::vec("[a-zé',\\\\\"\\[\\] ]{0,6}", 0..6),
            any in "\\PC{0,40}",
        ) {
            let escaped = |word: &String| word.replace('\\', "\\\\").replace('\'', "\\'");
            let quoted: Vec<String> =
                list.iter().map(|word| format!("'{}'", escaped(word))).collect();
            prop_assert_eq!(words(&format!("[{}]", quoted.join(", "))), Some(list));
            let _ = (words(&any), numbers::<3>(&any), words(&format!("[{any}]")));
        }
    }
}
