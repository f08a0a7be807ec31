//! The shape of XML: how deep elements lie in each other, and how long its pieces are.
//!
//! Readers of XML keep the names of all open elements, and each tag, text and comment as a whole. A
//! file of a few MiB can decompress into a million open elements or a single tag of a GiB.

use super::super::error::Damage;

/// Most elements that are open at a time.
const DEEPEST: usize = 1000;
/// Most bytes of a tag, a text or a comment.
const LONGEST: usize = 1 << 24;

/// Follows XML from its first byte on.
#[derive(Debug, Default)]
pub(super) struct Shape {
    place: Place,
    /// Elements that are open.
    depth: usize,
    /// Bytes since the piece began.
    length: usize,
    /// The last two bytes.
    last: [u8; 2],
}

/// Where in the XML a byte stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    /// Behind `<`.
    Begun,
    /// In the tag that begins or ends an element; the quotation mark that is open.
    Tag {
        ends: bool,
        quote: Option<u8>,
    },
    /// Behind `<!`, of which it is not known what it begins.
    Marked,
    Comment,
    Cdata,
    /// In `<?...?>`.
    Instruction,
    /// In `<!DOCTYPE...>`, with so many other `<` open.
    Declaration {
        open: usize,
    },
}

impl Shape {
    /// Goes on with these bytes.
    ///
    /// # Errors
    /// [`Damage::Refused`] where elements lie too deep in each other, or a piece is too long.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        for &byte in bytes {
            let before = self.place;
            self.place = self.next(byte);
            self.last = [self.last[1], byte];
            self.length += 1;
            if self.place != before && matches!(self.place, Place::Text | Place::Begun) {
                self.length = 0;
            }
            if self.depth > DEEPEST {
                let what = format!("more than {DEEPEST} elements lie in each other");
                return Err(Damage::Refused(what.into()));
            }
            if self.length > LONGEST {
                let what = format!("a tag or text is longer than {} MiB", LONGEST >> 20);
                return Err(Damage::Refused(what.into()));
            }
        }
        Ok(())
    }

    fn next(&mut self, byte: u8) -> Place {
        let closes = |end: [u8; 2]| self.last == end && byte == b'>';
        match self.place {
            Place::Text if byte == b'<' => Place::Begun,
            Place::Text => Place::Text,
            Place::Begun => match byte {
                b'!' => Place::Marked,
                b'?' => Place::Instruction,
                b'/' => {
                    self.depth = self.depth.saturating_sub(1);
                    Place::Tag {
                        ends: true,
                        quote: None,
                    }
                }
                _ => {
                    self.depth += 1;
                    Place::Tag {
                        ends: false,
                        quote: None,
                    }
                }
            },
            Place::Tag { ends, quote: None } => match byte {
                b'>' => {
                    if !ends && self.last[1] == b'/' {
                        self.depth = self.depth.saturating_sub(1);
                    }
                    Place::Text
                }
                b'"' | b'\'' => Place::Tag {
                    ends,
                    quote: Some(byte),
                },
                _ => self.place,
            },
            Place::Tag { ends, quote } => Place::Tag {
                ends,
                quote: quote.filter(|&open| open != byte),
            },
            Place::Marked => match byte {
                b'-' => Place::Comment,
                b'[' => Place::Cdata,
                b'>' => Place::Text,
                _ => Place::Declaration { open: 0 },
            },
            Place::Comment if closes(*b"--") => Place::Text,
            Place::Cdata if closes(*b"]]") => Place::Text,
            Place::Instruction if self.last[1] == b'?' && byte == b'>' => Place::Text,
            Place::Declaration { open } => match (byte, open) {
                (b'<', _) => Place::Declaration { open: open + 1 },
                (b'>', 0) => Place::Text,
                (b'>', _) => Place::Declaration { open: open - 1 },
                _ => self.place,
            },
            Place::Comment | Place::Cdata | Place::Instruction => self.place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(xml: &str) -> Result<Shape, String> {
        let mut shape = Shape::default();
        shape.take(xml.as_bytes()).map_err(|e| e.to_string())?;
        Ok(shape)
    }

    #[test]
    fn elements_are_open_until_they_end() {
        let xml = "<?xml version='1.0'?><!DOCTYPE g [<!ENTITY a \"b\">]>\
                   <!-- <a><b> --><g a='/>' b=\"<'>\"><![CDATA[<a><b>]]><n/><m></m>text";
        let shape = taken(xml).unwrap();
        assert_eq!((shape.depth, shape.place), (1, Place::Text));
        assert_eq!(taken(&format!("{xml}</g>")).unwrap().depth, 0);
    }

    #[test]
    fn elements_that_lie_too_deep_and_pieces_that_are_too_long_are_refused() {
        assert_eq!(taken(&"<a>".repeat(DEEPEST)).unwrap().depth, DEEPEST);
        assert!(taken(&"<a>".repeat(DEEPEST + 1)).is_err());
        assert!(taken(&"<a></a><b/>".repeat(10 * DEEPEST)).is_ok());
        let long = "a".repeat(LONGEST);
        for (begin, end) in [("", ""), ("<", ">"), ("<a b='", "'>"), ("<!--", "-->")] {
            assert!(taken(&format!("{begin}{long}a{end}")).is_err());
            let half = &long[..LONGEST / 2];
            assert!(taken(&format!("{begin}{half}{end}{begin}{half}{end}")).is_ok());
        }
    }
}
