//! Files as columns of cells, one reader per format.

mod attributes;
mod cells;
mod columnar;
mod csv;
#[cfg(feature = "polars")]
mod frame;
mod graphml;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

pub(super) use cells::{Cells, Identifier};
#[cfg(feature = "polars")]
pub(super) use frame::frame;

use super::NodeNames;
use super::error::{FileError, Row};
use super::open::Opened;

/// Types of columns that are read.
const TYPES: &str = "text, integers, or floating point numbers";

/// The columns of a table that are of use, and where its rows are.
pub(super) struct Sheet {
    pub path: PathBuf,
    /// Names of all columns, also of those not read.
    pub names: Vec<String>,
    columns: Vec<(String, Cells)>,
    pub rows: usize,
    places: Places,
}

/// Where the rows of a sheet stand in their file.
enum Places {
    /// There is no header: the first is row 1.
    FromOne,
    /// The header is row 1. From the first of two numbers on, rows stand in one line each,
    /// beginning with the second number.
    AfterHeader(Vec<(usize, usize)>),
    /// The line each one begins in.
    Lines(Vec<usize>),
}

/// What a file holds.
pub(super) enum Contents {
    /// A table.
    Table(Sheet),
    /// A graph: a table of edges and a table of nodes, its columns being called as the attributes.
    Graph {
        edges: Sheet,
        nodes: Sheet,
        names: NodeNames,
    },
}

impl Contents {
    /// Reads a file; of Parquet and Feather only the columns `wanted` says.
    ///
    /// # Errors
    /// [`FileError`] for anything that is no readable table with at least one row.
    pub fn read(path: &Path, wanted: impl Fn(&str) -> bool) -> Result<Self, FileError> {
        let opened = Opened::new(path)?;
        let extension = path
            .extension()
            .map(|e| e.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let begins = |magic: &[u8]| opened.head.starts_with(magic);
        let sheet = if begins(b"PAR1") || ["parquet", "pq"].contains(&&*extension) {
            columnar::parquet(opened, wanted)?
        } else if begins(b"ARROW1")
            || ["feather", "arrow", "ipc"].contains(&&*extension)
                && !begins(b"FEA1")
                && !begins(columnar::STREAM)
        {
            columnar::feather(opened, wanted)?
        } else if begins(columnar::STREAM) {
            columnar::stream(opened, wanted)?
        } else if let Some((_, found, hint)) =
            OTHER_FORMATS.iter().find(|(magic, ..)| begins(magic))
        {
            return Err(FileError::Format {
                path: path.to_owned(),
                found,
                hint,
            });
        } else if graphml::is_xml(&opened.head) {
            return graphml::read(opened);
        } else {
            csv::read(opened, wanted)?
        };
        Ok(Self::Table(sheet.not_empty()?))
    }
}

impl Sheet {
    /// The sheet.
    ///
    /// # Errors
    /// [`FileError::Empty`] if it has no rows.
    fn not_empty(self) -> Result<Self, FileError> {
        let hint = "the column names are there; a data row is needed below them";
        match self.rows {
            0 => Err(FileError::Empty {
                path: self.path,
                what: "has no rows",
                hint,
            }),
            _ => Ok(self),
        }
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Cells> {
        self.columns
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, cells)| cells)
    }

    /// The row `index` (from 0) as people count it.
    pub fn row(&self, index: usize) -> Row {
        match &self.places {
            Places::FromOne => Row::FromOne(index + 1),
            Places::AfterHeader(jumps) => {
                let jump = jumps
                    .partition_point(|(row, _)| *row <= index)
                    .checked_sub(1)
                    .map(|jump| jumps[jump]);
                let (row, line) = jump.unwrap_or((0, 2));
                Row::AfterHeader(line + index - row)
            }
            Places::Lines(lines) => Row::Line(lines.get(index).copied().unwrap_or_default()),
        }
    }
}

/// Runs a reader of untrusted bytes. Where it checks too little before it indexes into a damaged
/// file, what it panics over is an error here. What this cannot catch is an announcement of more
/// values than memory holds: that allocation aborts the process.
pub(super) fn guarded<T, E: ToString>(read: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => {
            result.map_err(|e| e.to_string().lines().next().unwrap_or_default().to_owned())
        }
        Err(_) => Err("its parts contradict each other".to_owned()),
    }
}

/// Beginnings of files that are often taken for tables.
const OTHER_FORMATS: [(&[u8], &str, &str); 9] = [
    (
        b"FEA1",
        "a Feather file of version 1",
        "write it again: `pandas.read_feather(FILE).to_feather(...)`",
    ),
    (
        b"PK\x03\x04",
        "a zip archive or an Excel workbook",
        "unpack it, or save the sheet as CSV",
    ),
    (
        b"\x89HDF",
        "an HDF5 file",
        "save the table as CSV or Parquet",
    ),
    (
        b"SQLite format 3",
        "an SQLite database",
        "export the table as CSV",
    ),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8"),
    (
        b"BZh",
        "bzip2-compressed",
        "compress it by gzip or zstd, or not at all",
    ),
    (
        b"\xfd7zXZ",
        "xz-compressed",
        "compress it by gzip or zstd, or not at all",
    ),
    (
        b"\x1f\x8b",
        "compressed twice",
        "decompress it once: `gunzip FILE`",
    ),
];
