//! What a Hub has: commits, their files, and the pins that name one file for good.

use serde::{Deserialize, Serialize};

use super::identity::Repository;

/// Where the Hub is.
pub const ENDPOINT: &str = "https://huggingface.co";

/// One file of one commit, known by its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The dataset repository, `owner/name`.
    pub repository: Repository,
    /// The commit, 40 hexadecimal digits.
    pub commit: String,
    /// Path in the repository.
    pub path: String,
    /// Size of the file in bytes.
    pub size: u64,
    /// Name of the git object that the commit lists for the path: it must go on to list it.
    pub object: String,
    /// sha256 of the content, 64 hexadecimal digits.
    pub sha256: String,
}

/// A file as the Hub lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path in the repository.
    pub path: String,
    /// Size of the file in bytes.
    pub size: u64,
    /// Name of the git object: of the content itself, or of the Git LFS pointer to it.
    pub object: String,
}

impl Entry {
    /// The pin of this file of a commit, whose content has the hash `sha256`.
    pub(super) fn pinned(&self, repository: &Repository, commit: &str, sha256: &str) -> Pin {
        Pin {
            repository: repository.clone(),
            commit: commit.to_owned(),
            path: self.path.clone(),
            size: self.size,
            object: self.object.clone(),
            sha256: sha256.to_owned(),
        }
    }
}

/// What a revision is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The commit that the listing describes.
    pub commit: String,
    /// Its files, by path.
    pub files: Vec<Entry>,
}

/// What a download must turn out to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) size: u64,
    pub(super) object: Option<&'a str>,
    pub(super) sha256: Option<&'a str>,
}
