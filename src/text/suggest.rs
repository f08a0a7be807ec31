//! "Did you mean": the nearest known name to a mistyped one.

/// A hint line naming the candidate nearest to `typed`, if one is near.
#[must_use]
pub fn hint<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = typed.chars().count().div_ceil(3).max(1);
    let (distance, best) = candidates
        .into_iter()
        .map(|c| (distance(typed, c), c))
        .min()?;
    (distance <= limit).then(|| format!("\n  hint: did you mean `{best}`?"))
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert!(
            hint("epohcs", ["epochs", "batch"])
                .unwrap()
                .contains("epochs")
        );
        assert!(hint("zzz", ["epochs", "batch"]).is_none());
    }
}
