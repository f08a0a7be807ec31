//! What a file is, as its first bytes say, and the reader for it.

use std::path::Path;

use super::super::error::ReadError;
use super::super::open::Opened;
use super::interest::Interest;
use super::table::Contents;
use super::{columnar, csv, graphml};

impl Contents {
    /// Reads a file; of each column what `choose` says, which is asked once with the names of all
    /// columns in their order. Of a graph it is asked about the columns of the edges; all that is
    /// said of nodes is read.
    ///
    /// # Errors
    /// [`ReadError`] for anything that is no readable table with at least one row.
    pub(crate) fn read(
        path: &Path,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Self, ReadError> {
        Self::of(Opened::new(path)?, choose)
    }

    /// [`Contents::read`] of a file that is open.
    pub(crate) fn of(
        opened: Opened,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Self, ReadError> {
        let path = &opened.path.clone();
        let extension = path
            .extension()
            .map(|e| e.to_string_lossy().to_lowercase())
            .unwrap_or_default();
        let begins = |magic: &[u8]| opened.head.starts_with(magic);
        let sheet = if begins(b"PAR1") || ["parquet", "pq"].contains(&&*extension) {
            columnar::parquet(opened, choose)?
        } else if begins(b"ARROW1")
            || ["feather", "arrow", "ipc"].contains(&&*extension)
                && !begins(b"FEA1")
                && !begins(columnar::STREAM)
        {
            columnar::feather(opened, choose)?
        } else if begins(columnar::STREAM) {
            columnar::stream(opened, choose)?
        } else if let Some((_, found, hint)) =
            OTHER_FORMATS.iter().find(|(magic, ..)| begins(magic))
        {
            return Err(ReadError::Format {
                path: path.to_owned(),
                found,
                hint,
            });
        } else if graphml::is_xml(&opened.head) {
            return graphml::read(opened, choose);
        } else {
            csv::read(opened, choose)?
        };
        Ok(Self::Table(sheet.not_empty()?))
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
