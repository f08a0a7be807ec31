//! Why the store could not be used.

use std::borrow::Cow;
use std::path::PathBuf;

use super::marker::FORMAT;
use crate::files::FileError;
use crate::table::TableError;
use crate::text::Hinted;

/// Why the store could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A result that a stage reads is not in the store.
    #[error("the store has no `{path}`", path = path.display())]
    Missing {
        /// Path of the missing file.
        path: PathBuf,
    },
    /// The bytes of a file are not those that were stored.
    #[error("`{path}` is damaged: {what}", path = path.display())]
    Damaged {
        /// Path of the damaged file.
        path: PathBuf,
        /// How the damage shows.
        what: String,
    },
    /// The folder contains files and is not a store.
    #[error("`{path}` is not empty and no store of engraph", path = path.display())]
    NoStore {
        /// Path of the folder.
        path: PathBuf,
    },
    /// The store was made by a later version of engraph.
    #[error(
        "the store `{path}` has format {found}, and this engraph knows formats up to {FORMAT}",
        path = path.display()
    )]
    Later {
        /// Path of the store.
        path: PathBuf,
        /// The format that the store says it has.
        found: String,
    },
    /// The store has an earlier format, and another process is using it.
    #[error(
        "the store `{path}` has the format of an earlier engraph, and one is using it",
        path = path.display()
    )]
    EarlierInUse {
        /// Path of the store.
        path: PathBuf,
    },
    /// Another process uses the store, or the file system has no locks that would tell.
    #[error("the store `{path}` is in use", path = path.display())]
    InUse {
        /// Path of the store.
        path: PathBuf,
    },
    /// The store may not be written to, and a result has to be.
    #[error("the store `{path}` is read-only", path = path.display())]
    ReadOnly {
        /// Path of the store.
        path: PathBuf,
    },
    /// The store contains something that engraph does not put there, such as a symbolic link.
    #[error("`{path}` in the store is no {expected} of engraph's", path = path.display())]
    Foreign {
        /// Path of what was found.
        path: PathBuf,
        /// What engraph expects at this path: `file` or `folder`.
        expected: &'static str,
    },
    /// A table could not be encoded.
    #[error(transparent)]
    Encoding(#[from] TableError),
    /// A table in the store is whole and has other columns than this version of engraph reads.
    #[error("{path}: {source}", path = path.display())]
    Table {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with the table.
        source: TableError,
    },
}

impl Hinted for StoreError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::File(error) => return error.hint(),
            Self::Missing { .. } => "run all stages: what is missing is computed",
            Self::Damaged { .. } => "run again: what is damaged is set aside and computed again",
            Self::NoStore { .. } => "name a new or empty folder with `--store DIR`",
            Self::Later { .. } => "name another folder with `--store DIR`, or update engraph",
            Self::EarlierInUse { .. } => "wait for it, or name another folder with `--store DIR`",
            Self::InUse { .. } => {
                "wait for the runs that use it; a file system needs locks for this"
            }
            Self::ReadOnly { .. } => "allow writing, or copy the store and name it with `--store`",
            Self::Foreign { .. } => "move it elsewhere, or name another store with `--store DIR`",
            Self::Encoding(source) | Self::Table { source, .. } => return source.hint(),
        }))
    }
}
