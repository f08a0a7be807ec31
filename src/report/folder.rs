//! A report folder: its tables, read back.

use std::path::{Path, PathBuf};

use crate::table::{Table, TableError, from_parquet};

/// A folder of reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// The rows of a table, as they are in its file; none where there is no such file.
    ///
    /// # Errors
    /// [`TableError`] if the file is damaged.
    pub fn rows<T: Table>(&self) -> Result<Vec<T>, TableError> {
        match std::fs::read(self.path.join(format!("{}.parquet", T::NAME))) {
            Ok(bytes) => from_parquet(bytes),
            Err(_) => Ok(Vec::new()),
        }
    }
}
