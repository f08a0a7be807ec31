//! The question "did you mean", with the known name nearest to a mistyped one.

/// Asks whether the nearest candidate was meant. There is no question if more than a third of the
/// letters of every candidate differ (Levenshtein distance).
///
/// ```
/// use engraph::text::suggest::did_you_mean;
///
/// let question = did_you_mean("epohcs", ["epochs", "batch"]);
/// assert_eq!(question.as_deref(), Some("did you mean `epochs`?"));
/// ```
#[must_use]
pub fn did_you_mean<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let limit = typed.chars().count().div_ceil(3).max(1);
    let distances = candidates
        .into_iter()
        .map(|c| (strsim::levenshtein(typed, c), c));
    let (distance, best) = distances.min()?;
    (distance <= limit).then(|| format!("did you mean `{best}`?"))
}

/// The same question as the last line of a message.
#[must_use]
pub fn hint<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    did_you_mean(typed, candidates).map(|question| format!("\n  hint: {question}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_names_are_not_suggested() {
        assert!(did_you_mean("zzz", ["epochs", "batch"]).is_none());
        assert!(did_you_mean("x", []).is_none());
    }
}
