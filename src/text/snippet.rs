//! Lines of a user's text with carets below a mistake.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet as Lines};
use std::fmt;
use std::ops::Range;

/// A part of a text as errors show it: its line, with carets below the part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    lines: String,
}

impl Snippet {
    /// Marks the part of `text` in the byte range `span`.
    ///
    /// ```
    /// use engraph::text::Snippet;
    ///
    /// let text = "[training]\nseeds = 0\n";
    /// let shown = Snippet::of(text, 19..20).to_string();
    /// assert!(shown.contains("seeds = 0") && shown.contains('^'));
    /// ```
    #[must_use]
    pub fn of(text: &str, span: Range<usize>) -> Self {
        let end = span.end.min(text.len());
        let span = span.start.min(end)..end;
        let lines = Lines::source(text).annotation(AnnotationKind::Primary.span(span));
        let group = Group::with_level(Level::ERROR).element(lines);
        let lines = Renderer::plain().render(&[group]);
        Self { lines }
    }
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.lines.trim_end())
    }
}
