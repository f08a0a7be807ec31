//! The tables of a cell between their computation and their publication in the store.

use super::rows::Rows;
use crate::table::{Footer, Table, TableError, to_parquet};

/// The tables that a cell has made, as Parquet files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifact {
    pub(super) files: Vec<(&'static str, Vec<u8>)>,
}

impl Artifact {
    /// Total size of the files in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes.len() as u64).sum()
    }

    /// Adds a table. Nothing is added where the cell was not asked for the table.
    ///
    /// # Errors
    /// [`TableError`] if the rows cannot be encoded.
    pub fn with<R: Rows>(mut self, table: &R) -> Result<Self, TableError> {
        if let Some(rows) = table.rows() {
            let parquet = to_parquet(rows, &Footer::default())?;
            self.files.push((R::Row::NAME, parquet));
        }
        Ok(self)
    }
}
