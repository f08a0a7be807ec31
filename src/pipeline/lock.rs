//! The lock beside a pipeline: to which content its sources on a Hub are pinned.
//!
//! `NAME.lock` lies beside `NAME.toml`. It holds the repository, commit, path, size and sha256 of
//! every source on a Hub. `engraph fetch` and a first run add pins that are missing. `engraph
//! refresh` moves pins to newer content. Nothing else changes the lock.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::spec::SourceSpec;
use crate::files::{self, FileError};
use crate::source::hub::Pin;
use crate::text::Hinted;

/// The pin of one source: what the pipeline asked for, and the file that this led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// Branch, tag or commit that the pipeline asked for.
    pub revision: String,
    /// Pattern of the file's path that the pipeline asked for.
    pub file: String,
    /// The file that the revision and the pattern led to, with its commit and its hash.
    pub pin: Pin,
}

impl Pinned {
    /// True if `source` still asks for the repository, revision and file that this pin was made
    /// for.
    #[must_use]
    pub fn answers(&self, source: &SourceSpec) -> bool {
        source.hub.as_deref() == Some(&self.pin.repository.to_string())
            && (&source.revision, &source.file) == (&self.revision, &self.file)
    }
}

/// The pins of all sources of a pipeline that are on a Hub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The pins, by the names of the sources in the pipeline.
    #[serde(default)]
    pub sources: BTreeMap<String, Pinned>,
}

/// A lock that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The operating system could not read the file.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// Path of the lock.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file is not a lock that this program can read.
    #[error("`{path}` is no lock: {message}", path = path.display())]
    Syntax {
        /// Path of the lock.
        path: PathBuf,
        /// The line at fault, and what is wrong with it.
        message: String,
    },
}

impl Hinted for LockError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Read { .. } => None,
            Self::Syntax { .. } => Some("remove it; `engraph fetch PIPELINE` makes it anew".into()),
        }
    }
}

impl Lock {
    /// The path of the lock that belongs to the pipeline at `pipeline`.
    #[must_use]
    pub fn path(pipeline: &Path) -> PathBuf {
        pipeline.with_extension("lock")
    }

    /// Reads a lock. A file that does not exist gives a lock without pins.
    ///
    /// # Errors
    /// [`LockError`] if the file is there and cannot be read, or is not a lock.
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

    /// Writes the lock. The file is replaced as a whole or stays as it was.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let text = toml::to_string(self).unwrap_or_default();
        let head = "# What the sources of this pipeline are pinned to. Written by `engraph fetch` \
                    and `engraph refresh`.\n\n";
        files::write(path, format!("{head}{text}").as_bytes())
    }
}
