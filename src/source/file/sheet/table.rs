//! Tables and graphs as columns of cells, whatever they were read from.

use std::path::{Path, PathBuf};

use super::super::error::{ReadError, Row};
use super::super::report::NodeNames;
use super::cells::Cells;

/// The columns of a table that are of use, and where its rows are.
pub(in super::super) struct Sheet {
    pub path: PathBuf,
    /// Names of all columns, also of those not read. A column of row names may have an empty one.
    pub names: Vec<String>,
    pub(super) columns: Vec<(String, Cells)>,
    pub rows: usize,
    pub(super) places: Places,
    /// True where the first row of a text or a sheet consists of numbers alone, so that it is no
    /// header but a row like the others. The columns are then called `1`, `2`, ...
    pub headerless: bool,
    /// What the reader of the container did that the owner should know, as short phrases.
    pub remarks: Vec<String>,
    /// Columns left out because of their types, and those types in words.
    pub unread: Vec<(String, String)>,
}

/// Where the rows of a sheet stand in their file.
pub(super) enum Places {
    /// There is no header: the first is row 1.
    FromOne,
    /// Lines, and what they are called. From the first of two numbers on, rows stand in one line
    /// each, beginning with the second number.
    Counted(fn(usize) -> Row, Vec<(usize, usize)>),
    /// The line each one begins in.
    Lines(Vec<usize>),
}

/// What a file holds.
pub(in super::super) enum Contents {
    /// The file contains one table.
    Table(Sheet),
    /// A graph: a table of edges and a table of nodes, its columns being called as the attributes.
    Graph {
        edges: Sheet,
        nodes: Sheet,
        names: NodeNames,
    },
}

impl Sheet {
    /// A table with a header and without anything to remark.
    pub(super) fn new(path: &Path, names: Vec<String>, rows: usize, places: Places) -> Self {
        Self {
            path: path.to_owned(),
            names,
            columns: Vec::new(),
            rows,
            places,
            headerless: false,
            remarks: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// The sheet itself, if it has any rows.
    ///
    /// # Errors
    /// [`ReadError::Empty`] without rows.
    pub(super) fn not_empty(self) -> Result<Self, ReadError> {
        let hint = "the column names are there; a data row is needed below them";
        match self.rows {
            0 => Err(ReadError::Empty {
                path: self.path,
                what: "has no rows",
                hint,
            }),
            _ => Ok(self),
        }
    }

    /// All columns with their names, in their order; `None` where some were not kept.
    pub(crate) fn whole(&self) -> Option<Vec<(&str, &Cells)>> {
        (self.columns.len() == self.names.len()).then(|| {
            let columns = self.columns.iter();
            columns
                .map(|(name, cells)| (name.as_str(), cells))
                .collect()
        })
    }

    /// A column by name.
    pub(crate) fn column(&self, name: &str) -> Option<&Cells> {
        self.columns
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, cells)| cells)
    }

    /// The columns that were read, in the order of the file. Two may have one name.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, &Cells)> {
        self.columns
            .iter()
            .map(|(name, cells)| (name.as_str(), cells))
    }

    /// The row `index` (from 0) as people count it.
    pub(crate) fn row(&self, index: usize) -> Row {
        match &self.places {
            Places::FromOne => Row::FromOne(index + 1),
            Places::Counted(called, jumps) => {
                let jump = jumps
                    .partition_point(|(row, _)| *row <= index)
                    .checked_sub(1)
                    .map(|jump| jumps[jump]);
                let (row, line) = jump.unwrap_or((0, 2));
                called(line + index - row)
            }
            Places::Lines(lines) => Row::Line(lines.get(index).copied().unwrap_or_default()),
        }
    }
}
