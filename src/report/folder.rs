//! A report folder, whose tables are read back from their files.

use bytes::Bytes;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::pipeline;
use crate::table::{
    About, Table, TableError, about_parquet, file_name, from_parquet, preview_parquet,
};

/// A folder into which reports were written. The file of a table is read from disk once.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The files that were read so far, by table; `None` for a table that has no file.
    read: Mutex<HashMap<&'static str, Option<Bytes>>>,
}

impl Folder {
    /// The folder at `path`.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            read: Mutex::default(),
        }
    }

    /// The content of the file of the table `name`. It is `None` if the file does not exist.
    fn content(&self, name: &'static str) -> Option<Bytes> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let load = || std::fs::read(self.file(name)).ok().map(Bytes::from);
        read.entry(name).or_insert_with(load).clone()
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
        self.content(T::NAME)
            .map_or_else(|| Ok(Vec::new()), from_parquet)
    }

    /// Number of rows and footer of the table `name`. It is `None` if the file does not exist.
    ///
    /// # Errors
    /// [`TableError`] if the file is damaged.
    pub fn about(&self, name: &'static str) -> Result<Option<About>, TableError> {
        self.content(name)
            .map(|bytes| about_parquet(name, bytes))
            .transpose()
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
        match self.content(name) {
            Some(bytes) => preview_parquet(name, bytes, most),
            None => Ok(Vec::new()),
        }
    }
}
