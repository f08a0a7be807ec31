//! A report folder, whose tables are read back from their files.

use std::path::{Path, PathBuf};

use crate::pipeline;
use crate::table::{
    About, Table, TableError, about_parquet, file_name, from_parquet, preview_parquet,
};

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

    /// Path of the file of the table `name`.
    fn file(&self, name: &str) -> PathBuf {
        self.path.join(file_name(name))
    }

    /// True if the folder has no table of a run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let tables = pipeline::tables();
        !tables
            .iter()
            .any(|table| self.file(table.schema.table).is_file())
    }

    /// The rows of a table in the order of its file. There are none if the file does not exist.
    ///
    /// # Errors
    /// [`TableError`] if the file is damaged.
    pub fn rows<T: Table>(&self) -> Result<Vec<T>, TableError> {
        match std::fs::read(self.file(T::NAME)) {
            Ok(bytes) => from_parquet(bytes),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Number of rows and footer of the table `name`. It is `None` if the file does not exist.
    ///
    /// # Errors
    /// [`TableError`] if the file is damaged.
    pub fn about(&self, name: &'static str) -> Result<Option<About>, TableError> {
        match std::fs::read(self.file(name)) {
            Ok(bytes) => about_parquet(name, bytes).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The first `most` rows of the table `name` as texts. There are none if the file does not
    /// exist.
    ///
    /// # Errors
    /// [`TableError`] if the file is damaged.
    pub fn preview(
        &self,
        name: &'static str,
        most: usize,
    ) -> Result<Vec<Vec<Option<String>>>, TableError> {
        match std::fs::read(self.file(name)) {
            Ok(bytes) => preview_parquet(name, bytes, most),
            Err(_) => Ok(Vec::new()),
        }
    }
}
