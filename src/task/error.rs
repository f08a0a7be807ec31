//! What can be wrong with a task.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::text::{Hinted, suggest};

/// A key of a task that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{key}`: {message}")]
pub struct TaskConfigError {
    /// The key, as it stands in the task's table.
    pub key: String,
    /// What is wrong with it.
    pub message: String,
    /// What to do, where the message does not say it all.
    pub hint: Option<String>,
}

impl TaskConfigError {
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
            hint: None,
        }
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Names the candidate that was probably meant, if one is near to what was typed.
    pub(super) fn suggesting<'a>(
        self,
        typed: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        match suggest::hint(typed, candidates) {
            Some(hint) => self.with_hint(hint.trim_start_matches("\n  hint: ")),
            None => self,
        }
    }
}

impl Hinted for TaskConfigError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        self.hint.clone().map(Cow::Owned)
    }
}

/// A task that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// A key is out of range, missing, or does not apply.
    #[error(transparent)]
    Config(#[from] TaskConfigError),
    /// The file of a time series cannot be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Open {
        /// The table of the series.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is another than the one whose content entered the key.
    #[error("`{path}` changed while the pipeline ran", path = path.display())]
    Changed {
        /// The table of the series.
        path: PathBuf,
    },
    /// The file is no table, or a cell of it no number.
    #[cfg(feature = "files")]
    #[error("{source}")]
    Table {
        /// Cause, naming file, row and column.
        source: Box<crate::source::file::ReadError>,
        /// What to do beyond the cause's own hint.
        hint: Option<&'static str>,
    },
    /// The table does not make a task.
    #[error(
        "`{path}`{place}: {fault}",
        path = path.display(),
        place = column.as_ref().map_or_else(String::new, |name| format!(", column `{name}`"))
    )]
    Series {
        /// The table of the series.
        path: PathBuf,
        /// The column that is at fault, where it is a single one.
        column: Option<String>,
        /// What is wrong with the table, or with the column.
        #[source]
        fault: SeriesFault,
    },
    /// Users' tables are not read by this build.
    #[error("this build reads no user tables")]
    NoTables,
}

impl Hinted for TaskError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Config(error) => error.hint(),
            Self::Open { .. } => Some(Cow::Borrowed("paths are relative to the pipeline's file")),
            Self::Changed { .. } => Some(Cow::Borrowed("run again")),
            #[cfg(feature = "files")]
            Self::Table { source, hint } => match (source.hint(), *hint) {
                (Some(first), Some(second)) => {
                    Some(Cow::Owned(format!("{first}\n  hint: {second}")))
                }
                (first, second) => first.or(second.map(Cow::Borrowed)),
            },
            Self::Series { fault, .. } => fault.hint(),
            Self::NoTables => Some(Cow::Borrowed("build with the feature `files`")),
        }
    }
}

/// Why a table does not make a time series to be learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeriesFault {
    /// A part of the rows is shorter than one window.
    #[error("{found} of its {rows} rows are the {part} part, less than the {steps} of one window")]
    TooShort {
        /// The part, `training` or `held-out`.
        part: &'static str,
        /// Rows of the part.
        found: usize,
        /// Rows of the table.
        rows: usize,
        /// Steps of a window.
        steps: usize,
    },
    /// A column rises in every row, as a clock does.
    #[error("it rises in every row, as time does")]
    Clock,
    /// The variance of a column is no finite number.
    #[error("its numbers are too large to be squared")]
    TooLarge,
    /// A column does not vary where it is to be learnt.
    #[error("it has the same value in all rows of the training part")]
    Constant,
}

impl Hinted for SeriesFault {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::TooShort { .. } => "shorten `steps`, change `test_fraction`, or give more rows",
            Self::Clock => "name the channels with `columns`",
            Self::TooLarge => "rescale it",
            Self::Constant => "leave it out of `columns`",
        }))
    }
}
