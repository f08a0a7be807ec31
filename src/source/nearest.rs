//! Suggestions for mistyped names.

use crate::text::suggest;

/// The hint about an unknown name: the nearest of the candidates, if one is near.
pub(super) fn did_you_mean<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let hint = suggest::hint(typed, candidates)?;
    Some(hint.trim_start_matches("\n  hint: ").to_owned())
}
