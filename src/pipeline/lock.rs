//! The lock beside a pipeline: which content its sources on a Hub have.
//!
//! `NAME.lock` beside `NAME.toml` says of every such source the repository, commit, path, size and
//! sha256. `engraph fetch` and a first run write it where it is missing, `engraph refresh` moves
//! it, and nothing else does.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::spec::SourceSpec;
use crate::files::{self, FileError};
use crate::source::hub::Pin;
use crate::text::Hinted;

/// What a source asked for, and what that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// The revision that was asked for.
    pub revision: String,
    /// The pattern that was asked for.
    pub file: String,
    /// What it was.
    pub pin: Pin,
}

impl Pinned {
    /// True if `source` asks what this was made for.
    #[must_use]
    pub fn answers(&self, source: &SourceSpec) -> bool {
        source.hub.as_deref() == Some(&self.pin.repository.to_string())
            && (&source.revision, &source.file) == (&self.revision, &self.file)
    }
}

/// What sources are pinned to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Pins by the source's name.
    #[serde(default)]
    pub sources: BTreeMap<String, Pinned>,
}

/// A lock that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The file system.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// The lock.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// No lock.
    #[error("`{path}` is no lock: {message}", path = path.display())]
    Syntax {
        /// The lock.
        path: PathBuf,
        /// Line and cause.
        message: String,
    },
}

impl Hinted for LockError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Read { .. } => None,
            Self::Syntax { .. } => Some("`engraph fetch` makes it anew once it is removed".into()),
        }
    }
}

impl Lock {
    /// Where the lock of the pipeline at `pipeline` is.
    #[must_use]
    pub fn path(pipeline: &Path) -> PathBuf {
        pipeline.with_extension("lock")
    }

    /// Reads a lock; empty where there is none.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn read(path: &Path) -> Result<Self, LockError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(source) => {
                return Err(LockError::Read {
                    path: path.to_owned(),
                    source,
                });
            }
        };
        toml::from_str(&text).map_err(|e| LockError::Syntax {
            path: path.to_owned(),
            message: e.to_string().trim_end().to_owned(),
        })
    }

    /// Writes the lock, whole or not at all.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let text = toml::to_string(self).unwrap_or_default();
        let head = "# What the sources of this pipeline are pinned to. Written by `engraph fetch` and `engraph refresh`.\n\n";
        files::write(path, format!("{head}{text}").as_bytes())
    }
}
