//! Streams of bytes on their way from a file to the reader of rows.

use std::io::{self, Read};

/// Watches for what no table has.
pub(super) struct Watched<R> {
    pub inner: R,
    pub quotes: usize,
    pub zeros: bool,
    /// Bytes since the last row that was told to have ended. With more than [`LONGEST_ROW`] of
    /// them, reading fails.
    pub row: usize,
}

/// Most bytes of a row. A row of an adjacency matrix of a whole fly has some hundred thousand.
pub(super) const LONGEST_ROW: usize = 1 << 24;

impl<R> Watched<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            quotes: 0,
            zeros: false,
            row: 0,
        }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = &buffer[..read];
        self.quotes += bytes.iter().filter(|&&b| b == b'"').count();
        self.zeros |= bytes.contains(&0);
        self.row += read;
        if self.row > LONGEST_ROW {
            return Err(io::Error::other("a row without an end"));
        }
        Ok(read)
    }
}

/// Lines that end in a carriage return alone, as lines that end in a line feed.
pub(super) struct LineFeeds<R>(pub R);

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        line_feeds(&mut buffer[..read]);
        Ok(read)
    }
}

/// Replaces every carriage return.
pub(super) fn line_feeds(bytes: &mut [u8]) {
    bytes
        .iter_mut()
        .filter(|b| **b == b'\r')
        .for_each(|b| *b = b'\n');
}

/// Runs of blanks between cells as one tab each. Blanks at the ends of lines are left out, and
/// those within quotation marks stay.
pub(super) struct Squeezed<R> {
    inner: R,
    squeeze: Squeeze,
    /// Squeezed bytes, and how many of them have been passed on.
    ready: (Vec<u8>, usize),
    chunk: Vec<u8>,
}

impl<R> Squeezed<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            squeeze: Squeeze::default(),
            ready: (Vec::new(), 0),
            chunk: vec![0; 1 << 16],
        }
    }
}

impl<R: Read> Read for Squeezed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (ready, passed) = &mut self.ready;
        while *passed == ready.len() {
            ready.clear();
            *passed = 0;
            let read = self.inner.read(&mut self.chunk)?;
            if read == 0 {
                return Ok(0);
            }
            let bytes = &self.chunk[..read];
            bytes
                .iter()
                .for_each(|&byte| self.squeeze.push(byte, ready));
        }
        let count = buffer.len().min(ready.len() - *passed);
        buffer[..count].copy_from_slice(&ready[*passed..*passed + count]);
        *passed += count;
        Ok(count)
    }
}

/// All of a text in this way.
pub(super) fn squeeze(text: &[u8]) -> Vec<u8> {
    let (mut squeeze, mut squeezed) = (Squeeze::default(), Vec::new());
    text.iter()
        .for_each(|&byte| squeeze.push(byte, &mut squeezed));
    squeezed
}

/// Where in a line of cells between blanks we are.
#[derive(Default)]
struct Squeeze {
    /// The line has a cell already.
    begun: bool,
    /// Within a cell.
    inside: bool,
    /// The cell begins with a quotation mark.
    opened: bool,
    /// Within quotation marks.
    quoted: bool,
}

impl Squeeze {
    fn push(&mut self, byte: u8, squeezed: &mut Vec<u8>) {
        match byte {
            b'\n' if !self.quoted => {
                *self = Self::default();
                squeezed.push(byte);
            }
            b' ' | b'\r' if !self.quoted => self.inside = false,
            _ => {
                if !self.inside {
                    if self.begun {
                        squeezed.push(b'\t');
                    }
                    (self.inside, self.begun) = (true, true);
                    self.opened = byte == b'"';
                    self.quoted = self.opened;
                } else if byte == b'"' && self.quoted {
                    // Two in a row stand for one: the second opens the cell again.
                    self.quoted = false;
                } else if self.opened && byte == b'"' && squeezed.last() == Some(&b'"') {
                    self.quoted = true;
                }
                squeezed.push(byte);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(text: &str) -> String {
        let mut squeezed = String::new();
        Squeezed::new(text.as_bytes())
            .read_to_string(&mut squeezed)
            .unwrap();
        squeezed
    }

    #[test]
    fn runs_of_blanks_become_tabs() {
        for (text, tabs) in [
            ("a b\n", "a\tb\n"),
            ("  a   b  \r\n\n 1  2", "a\tb\n\n1\t2"),
            (
                "\"a  b\" \"c \"\"d\"\" e\" f\n",
                "\"a  b\"\t\"c \"\"d\"\" e\"\tf\n",
            ),
            ("\"a\nb\" c", "\"a\nb\"\tc"),
            ("5\" x\"\" y\n", "5\"\tx\"\"\ty\n"),
            ("   \n", "\n"),
        ] {
            assert_eq!(squeezed(text), tabs, "{text:?}");
        }
        let long = "x ".repeat(100_000);
        assert_eq!(squeezed(&long), "x\t".repeat(100_000).trim_end());
    }

    #[test]
    fn carriage_returns_become_line_feeds() {
        let mut text = String::new();
        LineFeeds(&b"a\rb\rc"[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "a\nb\nc");
    }
}
