//! Whether standard error is a terminal, and what may be drawn on it.

use std::ffi::OsStr;
use std::io::IsTerminal;

/// What the place where messages go understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terminal {
    /// Whether lines can be drawn anew, as bars of progress are.
    pub(super) redraws: bool,
    /// Whether words may be coloured.
    pub(super) colours: bool,
}

impl Terminal {
    /// Standard error, with the environment of the process.
    pub(super) fn stderr() -> Self {
        Self::of(
            std::io::stderr().is_terminal(),
            std::env::var_os("TERM").as_deref(),
            std::env::var_os("NO_COLOR").as_deref(),
        )
    }

    /// A dumb terminal understands no control codes. `NO_COLOR` forbids colours if it is not empty
    /// (<https://no-color.org>).
    fn of(is_terminal: bool, term: Option<&OsStr>, no_color: Option<&OsStr>) -> Self {
        let redraws = is_terminal && term.is_none_or(|term| term != "dumb");
        let colours = redraws && no_color.is_none_or(OsStr::is_empty);
        Self { redraws, colours }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_to_terminals_that_want_them() {
        let of = |is_terminal, term: Option<&str>, no_color: Option<&str>| {
            let found = Terminal::of(is_terminal, term.map(OsStr::new), no_color.map(OsStr::new));
            (found.redraws, found.colours)
        };
        assert_eq!(of(true, Some("xterm"), None), (true, true));
        assert_eq!(of(true, None, Some("")), (true, true));
        assert_eq!(of(true, Some("xterm"), Some("1")), (true, false));
        assert_eq!(of(true, Some("dumb"), None), (false, false));
        assert_eq!(of(false, Some("xterm"), None), (false, false));
    }
}
