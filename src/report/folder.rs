//! A report folder, whose tables are read back from their files.

use std::path::{Path, PathBuf};

use crate::table::{Table, TableError, from_parquet};

/// A folder into which reports were written.
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

    /// The rows of a table in the order of its file. There are none if the file does not exist.
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
