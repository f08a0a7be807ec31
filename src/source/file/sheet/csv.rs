//! Reading CSV and TSV.

use std::io::{self, BufRead, Cursor, Read};
use std::path::Path;

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use super::super::error::{AnyError, NotUtf8, ReadError, Row};
use super::super::open::{Opened, read_error};
use super::collected::Collected;
use super::interest::{Interest, of_columns};
use super::table::{Places, Sheet};
use crate::text::plural::counted;

pub(super) fn read(
    opened: Opened,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let path = &opened.path;
    let mut text = opened.content.into_stream();
    let (skipped, first) = first_line(&mut text).map_err(|error| read_error(path, error))?;
    if first.is_empty() {
        let hint = "it holds line breaks only; export it again";
        return Err(ReadError::Empty {
            path: path.clone(),
            what: "is empty",
            hint,
        });
    }
    let count = |separator: u8| first.iter().filter(|&&b| b == separator).count();
    let separator = b",\t;"
        .iter()
        .rev()
        .copied()
        .max_by_key(|&s| count(s))
        .unwrap_or(b',');
    // With a line break at the end, every record ends in one. Carriage returns before it are blanks
    // around the last cell.
    let text = Cursor::new(first).chain(text).chain(&b"\n"[..]);
    let mut builder = ReaderBuilder::new();
    builder
        .delimiter(separator)
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true);
    let mut reader = builder.buffer_capacity(1 << 16).from_reader(Watched {
        inner: text,
        quotes: 0,
        zeros: false,
    });
    let sheet = rows(path, &mut reader, skipped, choose);
    let mut watched = reader.into_inner();
    if sheet.is_err() {
        // What is no text need not show it in its first line.
        _ = io::copy(&mut watched.by_ref().take(1 << 16), &mut io::sink());
    }
    if watched.zeros {
        let hint = "give a CSV, Parquet, Feather or GraphML file";
        return Err(ReadError::Format {
            path: path.clone(),
            found: "binary data",
            hint,
        });
    }
    let (sheet, cut) = sheet?;
    if watched.quotes % 2 == 1 {
        let reason = "a quotation mark `\"` is opened and never closed";
        return Err(unreadable(
            path,
            None,
            reason,
            "write a quotation mark inside a quoted cell twice",
        ));
    }
    // Only now: a quotation mark that is never closed swallows all cells behind it.
    cut.map_or(Ok(sheet), Err)
}

/// Reads the header and all rows below it; `skipped` lines stood above. Beside them, what is wrong
/// with the first row that ends before a cell that is read: it may be empty, but a row without it
/// is cut off more often than meant.
fn rows(
    path: &Path,
    reader: &mut Reader<impl Read>,
    skipped: usize,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<(Sheet, Option<ReadError>), ReadError> {
    let mut record = ByteRecord::new();
    // Reads a record; the line it begins in.
    let mut next = |record: &mut ByteRecord| -> Result<Option<usize>, ReadError> {
        let above = reader.position().line();
        let more = reader
            .read_byte_record(record)
            .map_err(|error| refused(path, error))?;
        let mut line = reader.position().line() - 1;
        if line > above {
            // Blank lines above it, or line breaks in it.
            line -= record.as_slice().iter().filter(|&&b| b == b'\n').count() as u64;
        }
        Ok(more.then_some(skipped + line as usize))
    };
    next(&mut record)?;
    let mut names = Vec::new();
    for name in &record {
        names.push(utf8(path, name, skipped + 1)?.trim().to_owned());
    }
    let interests = of_columns(&names, choose);
    let mut columns: Vec<Collected> = interests.into_iter().map(Collected::new).collect();
    let (mut rows, mut jumps, mut expected, mut cut) = (0, Vec::new(), 0, None);
    while let Some(line) = next(&mut record)? {
        if record.len() == 1 && record[0].trim_ascii().is_empty() {
            continue;
        }
        if record.len() > names.len() {
            let reason = format!(
                "it has {}, the header {}",
                counted(record.len(), "cell"),
                names.len()
            );
            let hint = "quote cells that contain the separator, and write decimals with a point";
            return Err(unreadable(path, Some(line), reason, hint));
        }
        let missing = columns
            .iter()
            .zip(&names)
            .skip(record.len())
            .find(|(column, _)| matches!(column, Collected::Whole(_)));
        if let (None, Some((_, name))) = (&cut, missing) {
            let cells = counted(record.len(), "cell");
            let reason = format!(
                "it has {cells}, the header {}: the one of column `{name}` is missing",
                names.len()
            );
            let hint = "complete the row, with a separator before each cell, also an empty one";
            cut = Some(unreadable(path, Some(line), reason, hint));
        }
        if line != expected {
            jumps.push((rows, line));
        }
        (expected, rows) = (line + 1, rows + 1);
        for (index, column) in columns.iter_mut().enumerate() {
            let cell = record.get(index).unwrap_or_default();
            if column.is_open() {
                column.push(utf8(path, cell, line)?);
            }
        }
    }
    let columns = names
        .iter()
        .zip(columns)
        .filter_map(|(name, column)| Some((name.clone(), column.finish()?)))
        .collect();
    let mut sheet = Sheet::new(path, names, rows, Places::AfterHeader(jumps));
    sheet.columns = columns;
    Ok((sheet, cut))
}

fn refused(path: &Path, error: csv::Error) -> ReadError {
    if !error.is_io_error() {
        return unreadable(path, None, error, "export it again");
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => read_error(path, error),
        other => unreachable!("{other:?} is no error of input"),
    }
}

fn unreadable(
    path: &Path,
    row: Option<usize>,
    reason: impl Into<AnyError>,
    hint: &'static str,
) -> ReadError {
    ReadError::Text {
        path: path.to_owned(),
        format: "CSV",
        row: row.map(Row::AfterHeader),
        source: reason.into(),
        hint,
    }
}

fn utf8<'a>(path: &Path, cell: &'a [u8], line: usize) -> Result<&'a str, ReadError> {
    std::str::from_utf8(cell).map_err(|error| {
        let hint = "save it as UTF-8, or give a Parquet file";
        unreadable(path, Some(line), NotUtf8(error.into()), hint)
    })
}

/// The first line that is not blank, without a byte order mark, and the number of lines before it.
fn first_line(text: &mut impl BufRead) -> io::Result<(usize, Vec<u8>)> {
    let (mut skipped, mut line) = (0, Vec::new());
    while text.read_until(b'\n', &mut line)? > 0 {
        if skipped == 0 && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if line.iter().any(|&b| b != b'\n' && b != b'\r') {
            break;
        }
        skipped += 1;
        line.clear();
    }
    Ok((skipped, line))
}

/// Watches for what no table has.
struct Watched<R> {
    inner: R,
    quotes: usize,
    zeros: bool,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let bytes = &buffer[..read];
        self.quotes += bytes.iter().filter(|&&b| b == b'"').count();
        self.zeros |= bytes.contains(&0);
        Ok(read)
    }
}
