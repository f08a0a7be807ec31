//! Counts of things in messages, in the singular or the plural.

use std::fmt::Display;

/// A number with what it counts: `1 row`, `2 rows`, `3 entries`. `thing` is in the singular.
#[must_use]
pub(crate) fn counted(count: impl Display, thing: &str) -> String {
    let count = count.to_string();
    match thing.strip_suffix('y') {
        _ if count == "1" => format!("1 {thing}"),
        Some(stem) => format!("{count} {stem}ies"),
        None => format!("{count} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_everything_else_plural() {
        assert_eq!(
            [0, 1, 2].map(|n| counted(n, "row")),
            ["0 rows", "1 row", "2 rows"]
        );
        assert_eq!(
            [1, 2].map(|n| counted(n, "symmetry")),
            ["1 symmetry", "2 symmetries"]
        );
        assert_eq!(counted("1.5e3", "row entry"), "1.5e3 row entries");
    }
}
