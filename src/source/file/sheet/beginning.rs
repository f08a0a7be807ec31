//! What stands at the beginning of a text: how its cells are separated, what stands above the
//! header, and the header.

use std::path::Path;

use super::super::error::{ReadError, Row};
use super::layout::{
    Evidence, FirstRow, MOST_BELOW, Start, are_numbers, evidence, first_row, lines_above, names_of,
    number, trimmed,
};
use super::rows::{Header, unreadable};
use super::streams::squeeze;

/// What separates cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Byte(u8),
    /// Runs of them.
    Blanks,
}

/// The beginning of a table in a text.
pub(super) struct Beginning {
    /// Bytes above the first row of the table.
    pub offset: usize,
    /// Lines above it.
    pub line: usize,
    /// How its lines are called.
    pub place: fn(usize) -> Row,
    pub separator: Separator,
    pub header: Header,
    /// Comments above it.
    pub comments: usize,
    /// What the owner of the file should know.
    pub remarks: Vec<String>,
}

impl Beginning {
    /// Finds the table in the beginning of a text; `is_all` where nothing follows.
    ///
    /// # Errors
    /// [`ReadError::Empty`] without any line, and [`ReadError::Text`] where the first line has one
    /// cell and the rows have several.
    pub(super) fn find(path: &Path, text: &[u8], is_all: bool) -> Result<Self, ReadError> {
        let mut remarks = Vec::new();
        let mut lines = Lines::new(text, is_all);
        if let Some((&first, separator)) = lines
            .with_text
            .first()
            .and_then(|first| Some((first, declared_separator(lines.line(*first))?)))
        {
            lines.separator = Some(separator);
            lines.with_text.remove(0);
            let line = String::from_utf8_lossy(lines.line(first))
                .trim_end_matches(['\r', '\n'])
                .replace('\t', "\\t");
            remarks.push(format!("separator from the line `{line}`"));
        }
        let Some(&first) = lines.with_text.first() else {
            return Err(empty(path, "it holds line breaks only; export it again"));
        };
        let is_comment = |line: &&usize| marker(lines.line(**line)) > 0;
        let above = lines.with_text.iter().take_while(is_comment).count();
        let tables: Vec<usize> = lines
            .with_text
            .iter()
            .filter(|line| !is_comment(line))
            .copied()
            .collect();
        let Some(&below) = tables.first() else {
            return Err(empty(path, "it holds comments only; export it again"));
        };
        let comment = above.checked_sub(1).map(|last| lines.with_text[last]);
        let (line, comments) = match comment {
            Some(comment) if lines.is_header(comment, below) => {
                let mark = lines.line(comment).trim_ascii_start()[0] as char;
                remarks.push(format!("the `{mark}` before the header left out"));
                (comment, above - 1)
            }
            _ => {
                let titles = lines_above(tables.len(), |index| lines.start(&tables, index));
                for &title in &tables[..titles] {
                    let title = title_of(&lines.cells(title));
                    remarks.extend(
                        title.map(|title| format!("title `{title}` above the header skipped")),
                    );
                }
                let line = tables[titles];
                let comments = lines
                    .with_text
                    .iter()
                    .take_while(|with_text| **with_text < line);
                (line, comments.filter(is_comment).count())
            }
        };
        let offset = lines.begin(line);
        let separator = lines.separator(line);
        let (header, below) = lines.table(line, separator);
        if trimmed(&header).len() == 1 {
            lines.refuse_one_name(path, line)?;
        }
        let quoted = text[offset..].trim_ascii_start().starts_with(b"\"");
        let commas = separator == Separator::Byte(b',');
        let header = match first_row(&header, &below, quoted, commas) {
            FirstRow::Names => Header {
                names: names_of(&header, &below),
                width: header.len(),
                cells: header,
                headerless: false,
            },
            FirstRow::AllButFirst => {
                remarks.push(
                    "the header names one column less than the rows have: their first cells are \
                     names of rows"
                        .to_owned(),
                );
                let names: Vec<String> = std::iter::once(String::new())
                    .chain(header.iter().cloned())
                    .collect();
                Header {
                    width: names.len(),
                    names,
                    cells: header,
                    headerless: false,
                }
            }
            FirstRow::Numbers => Header {
                names: (1..=trimmed(&header).len())
                    .map(|n| n.to_string())
                    .collect(),
                width: header.len(),
                cells: Vec::new(),
                headerless: true,
            },
        };
        let place = match line == first
            && lines.separator.is_none()
            && comments + above == 0
            && !header.headerless
        {
            true => Row::AfterHeader,
            false => Row::Line,
        };
        Ok(Self {
            offset,
            line,
            place,
            separator,
            header,
            comments,
            remarks,
        })
    }
}

fn empty(path: &Path, hint: &'static str) -> ReadError {
    ReadError::Empty {
        path: path.to_owned(),
        what: "is empty",
        hint,
    }
}

/// The first lines of a text.
struct Lines<'a> {
    text: &'a [u8],
    is_all: bool,
    /// Where each line begins, and where the text ends.
    begins: Vec<usize>,
    /// Lines that are not blank.
    with_text: Vec<usize>,
    /// The separator that a line above the table declares.
    separator: Option<Separator>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8], is_all: bool) -> Self {
        let mark = if text.starts_with(MARK) {
            MARK.len()
        } else {
            0
        };
        let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let mut begins = vec![mark];
        begins.extend(breaks.map(|(index, _)| index + 1));
        if begins.last() != Some(&text.len()) {
            begins.push(text.len());
        }
        let mut lines = Self {
            text,
            is_all,
            begins,
            with_text: Vec::new(),
            separator: None,
        };
        lines.with_text = (0..lines.begins.len() - 1)
            .filter(|&line| !lines.line(line).trim_ascii().is_empty())
            .collect();
        lines
    }

    fn line(&self, line: usize) -> &'a [u8] {
        &self.text[self.begins[line]..self.begins[line + 1]]
    }

    /// Where the cells of a line begin: those of a header may stand behind the mark of a comment.
    fn begin(&self, line: usize) -> usize {
        self.begins[line] + marker(self.line(line))
    }

    fn start(&self, tables: &[usize], index: usize) -> Start {
        let line = tables[index];
        let separator = self.separator(line);
        let (header, below) = self.table(line, separator);
        let above = tables[..index]
            .iter()
            .map(|line| cells_of(self.line(*line), separator));
        Start {
            above: above.collect(),
            header,
            below,
        }
    }

    /// The cells of a line by its own separator.
    fn cells(&self, line: usize) -> Vec<String> {
        cells_of(
            &self.text[self.begin(line)..self.begins[line + 1]],
            self.separator(line),
        )
    }

    /// The separator of a table with this header.
    fn separator(&self, line: usize) -> Separator {
        if let Some(separator) = self.separator {
            return separator;
        }
        let separator = separator(&self.text[self.begin(line)..self.begins[line + 1]]);
        if separator == Separator::Blanks {
            let (header, below) = self.table(line, separator);
            let is_like =
                |row: &Vec<String>| [0, 1].contains(&(row.len().wrapping_sub(header.len())));
            if below.is_empty() || !below.iter().all(is_like) {
                return Separator::Byte(b',');
            }
        }
        separator
    }

    /// The cells of a line, and the rows below it.
    fn table(&self, line: usize, separator: Separator) -> (Vec<String>, Vec<Vec<String>>) {
        let mut records = records(&self.text[self.begin(line)..], separator, self.is_all);
        let header = if records.is_empty() {
            Vec::new()
        } else {
            records.remove(0)
        };
        let is_row = |row: &Vec<String>| {
            let comment = row[0].starts_with('#') && row.len() != header.len();
            !comment && (row.len() > 1 || !row[0].is_empty())
        };
        let rows = records.into_iter().filter(is_row).collect();
        (header, rows)
    }

    /// True where a comment names the columns of the table that begins below it.
    fn is_header(&self, comment: usize, below: usize) -> bool {
        let separator = self.separator(comment);
        let (names, rows) = self.table(comment, separator);
        let alike = !rows.is_empty() && rows.iter().all(|row| row.len() == names.len());
        if !alike || names.iter().skip(1).any(String::is_empty) {
            return false;
        }
        let [first, others @ ..] = &rows[..] else {
            return false;
        };
        let attached = !self.line(comment).trim_ascii()[1..].starts_with(b" ");
        if names.len() == 1 && (!attached || names[0].contains(' ')) {
            return false;
        }
        // A table by itself, in which the first row need not be like a header.
        match evidence(first, others) {
            _ if are_numbers(first) => true,
            Evidence::Header => false,
            Evidence::Row => true,
            Evidence::None => names.len() > 1 && attached && self.separator(below) == separator,
        }
    }

    /// A header of one name, above rows that all have as many cells by some separator, is a header
    /// that was written in another way.
    fn refuse_one_name(&self, path: &Path, line: usize) -> Result<(), ReadError> {
        for separator in [b'\t', b';'] {
            let (_, rows) = self.table(line, Separator::Byte(separator));
            let cells = rows.first().map_or(1, Vec::len);
            if cells > 1 && rows.iter().all(|row| row.len() == cells) {
                let reason = format!("it has 1 cell, the rows below have {cells}");
                let hint = "name every column in the first row, separated as the cells of the rows \
                            are";
                return Err(unreadable(
                    path,
                    "CSV",
                    Some(Row::Line(line + 1)),
                    reason,
                    hint,
                ));
            }
        }
        Ok(())
    }
}

/// A byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The length of what marks a line as a comment, with the blanks around it; 0 for other lines.
fn marker(line: &[u8]) -> usize {
    let text = line.trim_ascii_start();
    let marked = match text {
        [mark @ (b'#' | b'%'), ..] => text.iter().take_while(|byte| *byte == mark).count(),
        [b'/', b'/', ..] => 2,
        _ => return 0,
    };
    let behind = &text[marked..];
    let blanks = behind.iter().take_while(|byte| **byte == b' ').count();
    line.len() - text.len() + marked + blanks
}

/// The separator of a line such as `sep=;`, which some programs write first.
fn declared_separator(line: &[u8]) -> Option<Separator> {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_matches(['"', '\r', '\n', ' ']);
    let (word, separator) = line.split_at_checked(4)?;
    match separator.as_bytes() {
        [byte @ (b',' | b';' | b'\t' | b'|'), ..] if word.eq_ignore_ascii_case("sep=") => {
            Some(Separator::Byte(*byte))
        }
        _ => None,
    }
}

/// What separates the cells of a line, as far as that line tells.
fn separator(line: &[u8]) -> Separator {
    let decimal_comma = |separator: &Separator| {
        let cells = cells_of(line, *separator);
        let cells = trimmed(&cells);
        let (first, others) = cells
            .split_first()
            .map_or(("", cells), |(f, o)| (f.as_str(), o));
        cells.len() > 1
            && cells.iter().any(|cell| cell.contains(','))
            && (first.is_empty() || number(first).is_some())
            && others.iter().all(|cell| number(cell).is_some())
    };
    let beside_commas = [
        Separator::Byte(b';'),
        Separator::Byte(b'\t'),
        Separator::Byte(b'|'),
        Separator::Blanks,
    ];
    // Most headers have letters that no number has.
    let is_of_number = |byte: &u8| !byte.is_ascii_alphabetic() || b"eEinfatyINFATY".contains(byte);
    if line.contains(&b',')
        && line.iter().all(is_of_number)
        && let Some(separator) = beside_commas.into_iter().find(decimal_comma)
    {
        return separator;
    }
    let mut quoted = false;
    let mut counts = [0; 5];
    for &byte in line {
        quoted ^= byte == b'"';
        if let (false, Some(index)) = (quoted, b",\t;| ".iter().position(|&s| s == byte)) {
            counts[index] += 1;
        }
    }
    match counts {
        [commas, tabs, semicolons, ..] if commas + tabs + semicolons > 0 => {
            let most = commas.max(tabs).max(semicolons);
            Separator::Byte(if commas == most {
                b','
            } else if tabs == most {
                b'\t'
            } else {
                b';'
            })
        }
        [_, _, _, bars, _] if bars > 0 => Separator::Byte(b'|'),
        _ if cells_of(line, Separator::Blanks).len() > 1 => Separator::Blanks,
        _ => Separator::Byte(b','),
    }
}

/// The cells of the first row of a text.
fn cells_of(text: &[u8], separator: Separator) -> Vec<String> {
    let end = text.len().min(MOST_BYTES);
    records(&text[..end], separator, true)
        .into_iter()
        .next()
        .unwrap_or_default()
}

/// Rows of at least this many bytes together are enough to tell what a table is.
const MOST_BYTES: usize = 1 << 20;

/// The first rows of a text in cells, without blanks around them. The last one is left out where
/// more may follow.
fn records(text: &[u8], separator: Separator, is_all: bool) -> Vec<Vec<String>> {
    let squeezed;
    let (delimiter, text) = match separator {
        Separator::Byte(byte) => (byte, text),
        Separator::Blanks => {
            squeezed = squeeze(text);
            (b'\t', &squeezed[..])
        }
    };
    let mut records = Records::new(delimiter);
    for (index, &byte) in text.iter().enumerate() {
        records.push(byte);
        let many = records.rows.len() > MOST_BELOW;
        if many || (index > MOST_BYTES && records.rows.len() > 3) {
            return records.rows;
        }
    }
    records.push(b'\n');
    if !is_all && records.rows.len() > 1 {
        records.rows.pop();
    }
    records.rows
}

/// Splits a text into rows and cells as the reader of the whole text does. That one takes long to
/// begin, and a beginning is looked at in many ways.
struct Records {
    delimiter: u8,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
    cell: Vec<u8>,
    within: Within,
}

/// What a byte is part of.
#[derive(Clone, Copy)]
enum Within {
    /// A cell that has not begun.
    Nothing,
    Cell,
    Quotes,
    /// A quotation mark within quotes: their end, or the first of two.
    Mark,
}

impl Records {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            rows: Vec::new(),
            row: Vec::new(),
            cell: Vec::new(),
            within: Within::Nothing,
        }
    }

    fn push(&mut self, byte: u8) {
        self.within = match (self.within, byte) {
            (Within::Quotes, b'"') => Within::Mark,
            (Within::Nothing, b'"') => Within::Quotes,
            (Within::Mark, b'"') | (Within::Quotes, _) => {
                self.cell.push(byte);
                Within::Quotes
            }
            (Within::Nothing | Within::Cell | Within::Mark, b'\n') => {
                if !self.row.is_empty() || !matches!(self.within, Within::Nothing) {
                    self.end_cell();
                    self.rows.push(std::mem::take(&mut self.row));
                }
                Within::Nothing
            }
            (Within::Nothing | Within::Cell | Within::Mark, _) if byte == self.delimiter => {
                self.end_cell();
                Within::Nothing
            }
            (Within::Nothing | Within::Cell | Within::Mark, _) => {
                self.cell.push(byte);
                Within::Cell
            }
        };
    }

    fn end_cell(&mut self) {
        self.row
            .push(String::from_utf8_lossy(&self.cell).trim().to_owned());
        self.cell.clear();
    }
}

/// The text of a title; `None` for a line of separators alone.
fn title_of(cells: &[String]) -> Option<String> {
    const MOST: usize = 60;
    let title = cells
        .iter()
        .filter(|cell| !cell.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match title.char_indices().nth(MOST) {
        Some((end, _)) => Some(format!("{}...", &title[..end])),
        None => Some(title).filter(|title| !title.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use csv::{ReaderBuilder, Terminator};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// The reader of the whole text sees the same cells.
        #[test]
        fn rows_are_split_as_they_will_be_read(text in "[ab,\"\n\r ]{0,40}") {
            let reader = ReaderBuilder::new()
                .terminator(Terminator::Any(b'\n'))
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> = reader
                .into_records()
                .map(|record| record.unwrap().iter().map(|cell| cell.trim().to_owned()).collect())
                .collect();
            let split = records(text.as_bytes(), Separator::Byte(b','), true);
            // A row that ends within quotation marks is none for us: all others are the same.
            prop_assert_eq!(&expected[..split.len().min(expected.len())], &split[..]);
            prop_assert!(expected.len() <= split.len() + 1);
        }
    }
}
