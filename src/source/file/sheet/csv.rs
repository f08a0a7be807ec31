//! Reading CSV, TSV, and other text with a row in each line.

use std::io::{self, BufRead, Cursor, Read};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use super::super::error::{NotUtf8, ReadError};
use super::super::open::{Opened, read_error};
use super::beginning::{Beginning, Separator};
use super::interest::Interest;
use super::rows::{Rows, Taken, unreadable};
use super::streams::{LONGEST_ROW, LineFeeds, Squeezed, Watched, line_feeds};
use super::table::Sheet;

const FORMAT: &str = "CSV";

/// At least so much of a file is read before it is decided what its columns are, ...
const AHEAD: usize = 1 << 18;
/// ... more if it does not hold so many lines, ...
const LINES_AHEAD: usize = 8;
/// ... but no more than this.
const MOST_AHEAD: usize = 1 << 26;
/// Most cells of a row.
const MOST_CELLS: usize = 1 << 20;

pub(super) fn read(
    opened: Opened,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let path = &opened.path;
    let mut rest = opened.content.into_stream();
    let mut ahead = ahead(&mut rest).map_err(|error| read_error(path, error))?;
    if ahead.bytes.contains(&0) {
        return Err(binary(path));
    }
    let mut rest: Box<dyn Read> = Box::new(rest);
    if ends_lines_in_carriage_returns(&ahead.bytes) {
        line_feeds(&mut ahead.bytes);
        rest = Box::new(LineFeeds(rest));
    }
    if ahead.bytes.split(|&b| b == b'\n').any(is_too_long) {
        return Err(too_long(path));
    }
    let beginning = Beginning::find(path, &ahead.bytes, ahead.is_all)?;
    let offset = beginning.offset;
    // With a line break at the end, every record ends in one. Carriage returns before it are blanks
    // around the last cell.
    let text = Cursor::new(ahead.bytes.split_off(offset))
        .chain(rest)
        .chain(&b"\n"[..]);
    let (delimiter, text): (u8, Box<dyn Read>) = match beginning.separator {
        Separator::Byte(byte) => (byte, Box::new(text)),
        Separator::Blanks => (b'\t', Box::new(Squeezed::new(text))),
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_reader(Watched::new(text));
    let sheet = rows(path, &mut reader, beginning, choose);
    let mut watched = reader.into_inner();
    let is_too_long = watched.row > LONGEST_ROW;
    if sheet.is_err() && !is_too_long {
        // What is no text need not show it in its first lines.
        _ = io::copy(&mut watched.by_ref().take(1 << 16), &mut io::sink());
    }
    if watched.zeros {
        return Err(binary(path));
    }
    if is_too_long {
        return Err(too_long(path));
    }
    let (sheet, cut, of_comments) = sheet?;
    if (watched.quotes - of_comments) % 2 == 1 {
        return Err(unreadable(
            path,
            FORMAT,
            None,
            "a quotation mark `\"` is opened and never closed",
            "write a quotation mark inside a quoted cell twice",
        ));
    }
    // Only now: a quotation mark that is never closed swallows all cells behind it.
    cut.map_or(Ok(sheet), Err)
}

/// Reads the header and all rows below it. Beside them, what is wrong with the first row that is
/// cut off, and the number of quotation marks in comments.
fn rows(
    path: &Path,
    reader: &mut Reader<Watched<impl Read>>,
    beginning: Beginning,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<(Sheet, Option<ReadError>, usize), ReadError> {
    let lines_above = beginning.line;
    let mut record = ByteRecord::new();
    // Reads a record; the line it begins in.
    let mut next = |record: &mut ByteRecord| -> Result<Option<usize>, ReadError> {
        let above = reader.position().line();
        let more = reader
            .read_byte_record(record)
            .map_err(|error| refused(path, error))?;
        reader.get_mut().row = 0;
        if record.len() > MOST_CELLS {
            return Err(too_long(path));
        }
        let mut line = reader.position().line() - 1;
        if line > above {
            // Blank lines above it, or line breaks in it.
            line -= record.as_slice().iter().filter(|&&b| b == b'\n').count() as u64;
        }
        Ok(more.then_some(lines_above + line as usize))
    };
    if !beginning.header.headerless {
        next(&mut record)?;
        for name in &record {
            if let Err(error) = std::str::from_utf8(name) {
                let place = Some((beginning.place)(lines_above + 1));
                let hint = "save it as UTF-8, or give a Parquet file";
                return Err(unreadable(path, FORMAT, place, NotUtf8(error.into()), hint));
            }
        }
    }
    let mut rows = Rows::new(path, FORMAT, beginning.place, beginning.header, choose);
    rows.comments = beginning.comments;
    let mut quotes = 0;
    while let Some(line) = next(&mut record)? {
        if record.len() == 1 && record[0].trim_ascii().is_empty() {
            continue;
        }
        if rows.push(line, record.len(), |index| &record[index])? == Taken::Comment {
            quotes += record.as_slice().iter().filter(|&&b| b == b'"').count();
        }
    }
    let (mut sheet, cut) = rows.finish();
    sheet.remarks.splice(..0, beginning.remarks);
    Ok((sheet, cut, quotes))
}

fn refused(path: &Path, error: csv::Error) -> ReadError {
    if !error.is_io_error() {
        return unreadable(path, FORMAT, None, error, "export it again");
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => read_error(path, error),
        other => unreachable!("{other:?} is no error of input"),
    }
}

fn binary(path: &Path) -> ReadError {
    ReadError::Format {
        path: path.to_owned(),
        found: "binary data",
        hint: "give a CSV, Excel, Parquet, Feather or GraphML file",
    }
}

/// True of a line with more bytes or more cells than any table has, whatever separates them.
fn is_too_long(line: &[u8]) -> bool {
    let many = |separator: &u8| line.iter().filter(|&b| b == separator).count() > MOST_CELLS;
    line.len() > LONGEST_ROW || (line.len() > MOST_CELLS && b",;\t| ".iter().any(many))
}

fn too_long(path: &Path) -> ReadError {
    unreadable(
        path,
        FORMAT,
        None,
        format!(
            "a row has more than {MOST_CELLS} cells or {} MiB",
            LONGEST_ROW >> 20
        ),
        "end each row with a line break, and close each quotation mark",
    )
}

/// The first bytes of a text.
struct Ahead {
    bytes: Vec<u8>,
    /// True where nothing follows them.
    is_all: bool,
}

/// Reads the first lines.
fn ahead(text: &mut impl BufRead) -> io::Result<Ahead> {
    let (mut bytes, mut lines) = (Vec::new(), 0);
    while bytes.len() < AHEAD || (lines < LINES_AHEAD && bytes.len() < MOST_AHEAD) {
        let begin = bytes.len();
        let read = text.by_ref().take(AHEAD as u64).read_to_end(&mut bytes)?;
        if read == 0 {
            return Ok(Ahead {
                bytes,
                is_all: true,
            });
        }
        lines += bytes[begin..]
            .iter()
            .filter(|&&b| b == b'\n' || b == b'\r')
            .count();
    }
    Ok(Ahead {
        bytes,
        is_all: false,
    })
}

/// True where all lines end in a carriage return alone. Those in quoted cells may end otherwise.
fn ends_lines_in_carriage_returns(text: &[u8]) -> bool {
    let (mut quoted, mut alone) = (false, false);
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return false,
            b'\r' if !quoted => alone |= text.get(index + 1) != Some(&b'\n'),
            _ => {}
        }
    }
    alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriage_returns_alone_are_told() {
        for (text, alone) in [
            ("a\rb\r", true),
            ("a\r\"b\nc\"\r", true),
            ("a\r\nb\r\n", false),
            ("a\nb\rc\n", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(
                ends_lines_in_carriage_returns(text.as_bytes()),
                alone,
                "{text:?}"
            );
        }
    }
}
