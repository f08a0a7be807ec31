//! Rows of cells of text, one after the other, as a table.

use std::path::Path;

use super::super::error::{AnyError, NotUtf8, ReadError, Row};
use super::collected::Collected;
use super::interest::{Interest, of_columns};
use super::table::{Places, Sheet};
use crate::text::plural::counted;

/// The first row of a table and what its other rows are compared to.
pub(super) struct Header {
    /// Its cells as they stand there; none where the first row holds numbers.
    pub cells: Vec<String>,
    /// Names of all columns.
    pub names: Vec<String>,
    /// Cells that a row may have: columns at the end may have no names.
    pub width: usize,
    /// True where the first row is one like the others.
    pub headerless: bool,
}

/// A table that is being read.
pub(super) struct Rows<'a> {
    path: &'a Path,
    format: &'static str,
    /// How the place of a row is called.
    place: fn(usize) -> Row,
    header: Header,
    columns: Vec<Collected>,
    rows: usize,
    jumps: Vec<(usize, usize)>,
    expected: usize,
    /// What is wrong with the first row that ends before a cell that is wanted whole: it may be
    /// empty, but a row without it is cut off more often than meant.
    cut: Option<ReadError>,
    /// Comments that were skipped.
    pub comments: usize,
    /// Cells in columns without a name, which are left out.
    pub unnamed: usize,
}

/// What a row turned out to be.
#[derive(PartialEq, Eq)]
pub(super) enum Taken {
    Row,
    Comment,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        path: &'a Path,
        format: &'static str,
        place: fn(usize) -> Row,
        header: Header,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Self {
        let interests = of_columns(&header.names, choose);
        Self {
            path,
            format,
            place,
            header,
            columns: interests.into_iter().map(Collected::new).collect(),
            rows: 0,
            jumps: Vec::new(),
            expected: 0,
            cut: None,
            comments: 0,
            unnamed: 0,
        }
    }

    /// The next row: the line it begins in, and its cells.
    ///
    /// # Errors
    /// [`ReadError::Text`] for one that has cells too many, repeats the header, is no UTF-8, or may
    /// as well be a comment.
    pub(super) fn push<'c>(
        &mut self,
        line: usize,
        cells: usize,
        cell: impl Fn(usize) -> &'c [u8],
    ) -> Result<Taken, ReadError> {
        let names = self.header.names.len();
        let first = cell(0).trim_ascii();
        if first.first() == Some(&b'#') {
            if cells != names && cells != self.header.width {
                self.comments += 1;
                return Ok(Taken::Comment);
            }
            if first.iter().any(u8::is_ascii_whitespace) {
                return Err(self.refused(
                    line,
                    "it begins with `#`, but has as many cells as a row",
                    "if it is a comment, delete it; if it is a row, write its first cell without \
                     blanks",
                ));
            }
        }
        for index in self.header.width..cells {
            if !cell(index).trim_ascii().is_empty() {
                return Err(self.too_long(line, cells));
            }
        }
        if self.repeats_header(cells, &cell) {
            return Err(self.refused(
                line,
                "it repeats the header",
                "tables were joined, it seems: delete the headers between their rows",
            ));
        }
        let missing = (cells..names).find(|&i| matches!(self.columns[i], Collected::Whole(_)));
        if let (None, Some(missing)) = (&self.cut, missing) {
            self.cut = Some(self.too_short(line, cells, missing));
        }
        if line != self.expected {
            self.jumps.push((self.rows, line));
        }
        (self.expected, self.rows) = (line + 1, self.rows + 1);
        for (index, column) in self.columns.iter_mut().enumerate() {
            if column.is_open() {
                let bytes = if index < cells { cell(index) } else { b"" };
                let text = std::str::from_utf8(bytes).map_err(|error| {
                    let hint = "save it as UTF-8, or give a Parquet file";
                    let place = Some((self.place)(line));
                    unreadable(self.path, self.format, place, NotUtf8(error.into()), hint)
                })?;
                column.push(text);
            }
        }
        let beyond = names..cells.min(self.header.width);
        self.unnamed += beyond.filter(|&i| !cell(i).trim_ascii().is_empty()).count();
        Ok(Taken::Row)
    }

    /// The table, and what is wrong with the first row that is cut off.
    pub(super) fn finish(self) -> (Sheet, Option<ReadError>) {
        let Header {
            names, headerless, ..
        } = self.header;
        let columns = names
            .iter()
            .zip(self.columns)
            .filter_map(|(name, column)| Some((name.clone(), column.finish()?)))
            .collect();
        let places = Places::Counted(self.place, self.jumps);
        let mut sheet = Sheet::new(self.path, names, self.rows, places);
        (sheet.columns, sheet.headerless) = (columns, headerless);
        if self.comments > 0 {
            let comments = counted(self.comments, "comment line");
            sheet.remarks.push(format!("{comments} skipped"));
        }
        if self.unnamed > 0 {
            let cells = counted(self.unnamed, "cell");
            sheet
                .remarks
                .push(format!("{cells} in columns without a name left out"));
        }
        (sheet, self.cut)
    }

    fn repeats_header<'c>(&self, cells: usize, cell: &impl Fn(usize) -> &'c [u8]) -> bool {
        let is = |index: usize, name: &String| cell(index).trim_ascii() == name.as_bytes();
        let header = &self.header.cells;
        header.first().is_some_and(|first| is(0, first))
            && header.len() <= cells
            && (1..header.len()).all(|index| is(index, &header[index]))
    }

    fn too_long(&self, line: usize, cells: usize) -> ReadError {
        let (cells, names) = (counted(cells, "cell"), self.header.width);
        if self.header.headerless {
            let reason = format!("it has {cells}, the first row {names}");
            let hint = "give all rows as many cells, and write decimals with a point";
            return self.refused(line, reason, hint);
        }
        let reason = format!("it has {cells}, the header {names}");
        let hint = if names == 1 {
            "name every column in the first row, separated as the cells of the rows are"
        } else {
            "quote cells that contain the separator, write decimals with a point, give a column \
             of row names a name of its own, and delete titles above the header"
        };
        self.refused(line, reason, hint)
    }

    fn too_short(&self, line: usize, cells: usize, missing: usize) -> ReadError {
        let (cells, names) = (counted(cells, "cell"), self.header.names.len());
        let than = if self.header.headerless {
            "first row"
        } else {
            "header"
        };
        let reason = format!(
            "it has {cells}, the {than} {names}: the one of column `{}` is missing",
            self.header.names[missing]
        );
        let hint = "complete the row, with a separator before each cell, also an empty one, and \
             delete titles above the header";
        self.refused(line, reason, hint)
    }

    fn refused(&self, line: usize, reason: impl Into<AnyError>, hint: &'static str) -> ReadError {
        unreadable(
            self.path,
            self.format,
            Some((self.place)(line)),
            reason,
            hint,
        )
    }
}

pub(super) fn unreadable(
    path: &Path,
    format: &'static str,
    row: Option<Row>,
    reason: impl Into<AnyError>,
    hint: &'static str,
) -> ReadError {
    ReadError::Text {
        path: path.to_owned(),
        format,
        row,
        source: reason.into(),
        hint,
    }
}
