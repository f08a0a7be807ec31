//! What is known of a finished run and of the files of its folder.

use std::path::Path;

use super::input::Input;
use super::sums::sha256_file;
use crate::files::FileError;
use crate::pipeline::Spec;

/// Name of the description of the run.
pub const CRATE: &str = "ro-crate-metadata.json";
/// Name of the description of the tables.
pub const CROISSANT: &str = "croissant.json";
/// Name of the pipeline in the folder.
pub const PIPELINE: &str = "pipeline.toml";
/// Name of the description for people.
pub const README: &str = "README.md";

/// What is known of a finished run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The pipeline.
    pub spec: &'a Spec,
    /// What it read.
    pub inputs: &'a [Input],
    /// Names below the folder of the tables, the page, the summary and the figures.
    pub files: &'a [String],
    /// When it began, in seconds since 1970.
    pub started: u64,
    /// When it ended, in seconds since 1970.
    pub finished: u64,
}

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name below the folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its sha256, as hexadecimal digits.
    pub sha256: String,
}

impl Listed {
    /// Reads the file `name` of `folder`.
    pub(super) fn read(folder: &Path, name: &str) -> Result<Self, FileError> {
        let path = folder.join(name);
        let (bytes, sha256) = sha256_file(&path).map_err(FileError::io("read", &path))?;
        Ok(Self {
            name: name.to_owned(),
            bytes,
            sha256,
        })
    }
}
