//! What can be wrong with a task.

use std::path::PathBuf;

/// A key of a task that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {message}")]
pub struct TaskConfigError {
    /// The key.
    pub key: &'static str,
    /// What is wrong with it and what to do.
    pub message: String,
}

impl crate::text::Hinted for TaskConfigError {}

/// A task that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// A key is out of range, missing, or does not apply.
    #[error(transparent)]
    Config(#[from] TaskConfigError),
    /// The file of a time series cannot be read.
    #[error("cannot read `{path}`: {source}\n  hint: paths are relative to the pipeline's file", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// The file is another than the one whose content entered the key.
    #[error("`{path}` changed while the pipeline ran\n  hint: run again", path = path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The file is no table, or a cell of it no number.
    #[cfg(feature = "files")]
    #[error("{}{hint}", told(source))]
    Table {
        /// Cause, naming file, row and column.
        source: Box<crate::source::file::ReadError>,
        /// What to do beyond the cause's own hint, with its leading line break.
        hint: &'static str,
    },
    /// The table does not make a task: too few rows, constant columns.
    #[error("`{path}`{at}: {message}", path = path.display(), at = column.as_ref().map_or_else(String::new, |c| format!(", column `{c}`")))]
    Series {
        /// The file.
        path: PathBuf,
        /// The column, where it is one.
        column: Option<String>,
        /// What is wrong and what to do.
        message: String,
    },
    /// Users' tables are not read by this build.
    #[error("this build reads no user tables\n  hint: build with the feature `files`")]
    NoTables,
}

impl crate::text::Hinted for TaskError {}

/// The message of a table's error and its hint.
#[cfg(feature = "files")]
fn told(error: &crate::source::file::ReadError) -> String {
    use crate::text::Hinted;
    match error.hint() {
        Some(hint) => format!("{error}\n  hint: {hint}"),
        None => error.to_string(),
    }
}
