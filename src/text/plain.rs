//! Text of files and names, as a terminal or a page may show it.

use std::borrow::Cow;
use std::fmt::Write;

/// The text, with every character that would act instead of being seen written as `\u{1b}`: control
/// characters (those of terminals among them), marks that turn the direction of writing, invisible
/// blanks. Line breaks and everything else stay.
///
/// ```
/// use engraph::text::plain;
/// assert_eq!(plain("AVAL\nRIML"), "AVAL\nRIML");
/// assert_eq!(plain("\u{1b}[31mAVAL"), "\\u{1b}[31mAVAL");
/// ```
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    escaped(text, |character| acts(character) && character != '\n')
}

/// The text as [`plain`] gives it, in one line: line breaks are written as `\u{a}`.
#[must_use]
pub fn plain_line(text: &str) -> Cow<'_, str> {
    escaped(text, acts)
}

/// True for characters that act on what shows them.
pub(crate) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_escaped(character) {
            let _ = write!(shown, "{}", character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_written_out() {
        for (text, shown) in [
            ("AVAL", "AVAL"),
            (
                "Kenyon-Zelle \u{3b1}'\u{3b2}'",
                "Kenyon-Zelle \u{3b1}'\u{3b2}'",
            ),
            ("a\u{200d}b", "a\u{200d}b"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{7f}\u{8}\r\t\0", "\\u{7f}\\u{8}\\u{d}\\u{9}\\u{0}"),
            ("\u{202e}LAVA\u{2066}", "\\u{202e}LAVA\\u{2066}"),
            ("A\u{200b}V\u{feff}", "A\\u{200b}V\\u{feff}"),
            ("two\nlines", "two\nlines"),
        ] {
            assert_eq!(plain(text), shown, "{text:?}");
        }
        assert_eq!(plain_line("two\nlines"), "two\\u{a}lines");
        assert!(matches!(plain("AVAL"), Cow::Borrowed(_)));
    }
}
