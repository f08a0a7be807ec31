//! Tables from dataset repositories of the Hugging Face Hub, pinned and verified.
//!
//! [`Hub::resolve`] asks what a revision is, chooses one file of it and downloads it; what comes
//! back is a [`Pin`]: repository, commit, path, size and sha256. [`Hub::open`] gives the file a pin
//! names, from the cache where it is there, so that a pinned pipeline needs no network. A file is
//! verified before it is seen: against the size and the git object of the listing, and against the
//! pin's sha256.
//!
//! The cache is a folder `OWNER--NAME` per repository with one file per content, called by its
//! sha256. What a repository calls its files never becomes a path on this machine. A download goes
//! to a file of its own beside them and is renamed when it is whole and verified: a killed download
//! leaves the cache as it was, and the next one clears away what it left.
//!
//! Nothing here prints, and endpoint and token are given. Only the address of a proxy
//! (`HTTPS_PROXY`, `NO_PROXY`) and the certificates of authorities come from the user's system.

mod cache;
mod choose;
mod client;
mod error;
mod identity;

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use error::HubError;
pub use identity::{Repository, Token};

use cache::Cache;
use client::Client;
use identity::{check_commit, check_path, check_sha256};

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
    /// Size in bytes.
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
    /// Size in bytes.
    pub size: u64,
    /// Name of the git object: of the content itself, or of the Git LFS pointer to it.
    pub object: String,
}

/// What a revision is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The commit.
    pub commit: String,
    /// Its files, by path.
    pub files: Vec<Entry>,
}

/// How much a Hub may send, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, in bytes.
    pub file: u64,
    /// Most entries of a listing.
    pub entries: usize,
    /// How often a request is tried.
    pub attempts: u32,
    /// Pause before the second try where the Hub does not say how long; it doubles with every
    /// further one.
    pub pause: Duration,
    /// The longest pause that is kept when the Hub asks for one.
    pub longest_pause: Duration,
    /// Longest silence within a request.
    pub silence: Duration,
    /// Longest request.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The neural collection has 670 MB; what is read of a file is bounded by its reader.
            file: 1 << 30,
            entries: 10_000,
            attempts: 5,
            pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(120),
            silence: Duration::from_secs(30),
            request: Duration::from_secs(1800),
        }
    }
}

/// A Hub and the cache of what was fetched from it.
#[derive(Debug)]
pub struct Hub {
    cache: PathBuf,
    limits: Limits,
    client: Option<Client>,
}

impl Hub {
    /// A Hub at `endpoint` (for instance [`ENDPOINT`]), asked in the name of `token`, with its
    /// cache in the folder `cache`.
    ///
    /// # Errors
    /// [`HubError::Endpoint`] unless the endpoint is an http(s) URL.
    pub fn online(
        endpoint: &str,
        token: Option<&Token>,
        cache: impl Into<PathBuf>,
        limits: Limits,
    ) -> Result<Self, HubError> {
        Ok(Self {
            cache: cache.into(),
            limits,
            client: Some(Client::new(endpoint, token, limits)?),
        })
    }

    /// The cache alone: whatever is not in it is refused.
    #[must_use]
    pub fn offline(cache: impl Into<PathBuf>, limits: Limits) -> Self {
        Self {
            cache: cache.into(),
            limits,
            client: None,
        }
    }

    fn client(&self, repository: &Repository) -> Result<&Client, HubError> {
        self.client.as_ref().ok_or_else(|| HubError::Offline {
            what: repository.to_string(),
        })
    }

    /// The commit a revision (branch, tag or commit) is now, and its files.
    ///
    /// # Errors
    /// [`HubError`] if the Hub cannot be asked, answers with an error, or lists what no repository
    /// can hold.
    pub fn list(&self, repository: &Repository, revision: &str) -> Result<Listing, HubError> {
        let listing = self.client(repository)?.list(repository, revision)?;
        listing
            .files
            .iter()
            .try_for_each(|entry| check_path(repository, &entry.path))?;
        Ok(listing)
    }

    /// Chooses the one file of a revision whose path matches `pattern` (a glob in which `*` stops
    /// at `/`) and which `is_table` accepts, and downloads it. Of several that match, each is
    /// fetched and shown to `is_table`.
    ///
    /// `progress` is told the bytes received and expected.
    ///
    /// # Errors
    /// [`HubError::NoFile`] or [`HubError::SeveralFiles`] where not exactly one is left, and what
    /// [`Self::list`] and [`Self::open`] say.
    pub fn resolve(
        &self,
        repository: &Repository,
        revision: &str,
        pattern: &str,
        is_table: &dyn Fn(&Path) -> bool,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Pin, HubError> {
        let listing = self.list(repository, revision)?;
        let mut accepted = Vec::new();
        for entry in choose::matching(&listing.files, pattern)? {
            let expected = Expected {
                size: entry.size,
                object: Some(&entry.object),
                sha256: None,
            };
            let (path, sha256) = self.download(
                repository,
                &listing.commit,
                &entry.path,
                &expected,
                progress,
            )?;
            if is_table(&path) {
                let Entry { path, size, object } = entry.clone();
                accepted.push(Pin {
                    repository: repository.clone(),
                    commit: listing.commit.clone(),
                    path,
                    size,
                    object,
                    sha256,
                });
            }
        }
        choose::single(repository, pattern, &listing.files, accepted)
    }

    /// The path of the file a pin names. It holds exactly the content pinned; a damaged copy in the
    /// cache is replaced.
    ///
    /// # Errors
    /// [`HubError::Offline`] where it is not cached and no Hub may be asked, [`HubError::Content`]
    /// where the Hub now has other content at that commit, and whatever a download can fail of.
    pub fn open(&self, pin: &Pin, progress: &dyn Fn(u64, u64)) -> Result<PathBuf, HubError> {
        check_commit(&pin.commit)?;
        check_sha256(&pin.sha256)?;
        check_path(&pin.repository, &pin.path)?;
        let cache = Cache::of(&self.cache, &pin.repository);
        if let Some(path) = cache.verified(&pin.sha256, pin.size)? {
            return Ok(path);
        }
        let expected = Expected {
            size: pin.size,
            object: None,
            sha256: Some(&pin.sha256),
        };
        Ok(self
            .download(&pin.repository, &pin.commit, &pin.path, &expected, progress)?
            .0)
    }

    fn download(
        &self,
        repository: &Repository,
        commit: &str,
        path: &str,
        expected: &Expected<'_>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<(PathBuf, String), HubError> {
        let client = self.client(repository)?;
        if expected.size > self.limits.file {
            return Err(HubError::TooLarge {
                path: path.to_owned(),
                size: expected.size,
                limit: self.limits.file,
            });
        }
        let cache = Cache::of(&self.cache, repository).locked()?;
        client.retrying(|| {
            let mut partial = cache.partial(path, expected)?;
            client.stream(repository, commit, path, &mut |bytes| {
                partial.write(bytes)?;
                progress(partial.received(), expected.size);
                Ok(())
            })?;
            partial.publish()
        })
    }
}

/// What a download must turn out to be.
#[derive(Clone, Copy, Debug)]
struct Expected<'a> {
    size: u64,
    object: Option<&'a str>,
    sha256: Option<&'a str>,
}
