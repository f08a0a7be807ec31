//! A Hub, asked in the name of a user, and its cache.

use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::choose;
use super::client::Client;
use super::content::{Entry, Expected, Listing, Pin};
use super::error::HubError;
use super::identity::{Repository, Token, check_commit, check_path, check_sha256};
use super::limits::Limits;

/// A Hub and the cache of what was fetched from it.
#[derive(Debug)]
pub struct Hub {
    cache: PathBuf,
    limits: Limits,
    client: Option<Client>,
}

impl Hub {
    /// A Hub at `endpoint` (for instance [`ENDPOINT`](super::ENDPOINT)), asked in the name of
    /// `token`, with its cache in the folder `cache`.
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
            let (path, pin) = self.fetched(repository, &listing.commit, entry, None, progress)?;
            if is_table(&path) {
                accepted.push(pin);
            }
        }
        choose::single(repository, pattern, &listing.files, accepted)
    }

    /// Pins the file at `path` of a revision that was [listed](Self::list), and downloads it unless
    /// `sha256` is given and the cache has that content. It is `None` if the revision has no such
    /// file.
    ///
    /// # Errors
    /// [`HubError::Content`] if the file has not the hash `sha256`, and what [`Self::open`] says.
    pub fn pin(
        &self,
        repository: &Repository,
        listing: &Listing,
        path: &str,
        sha256: Option<&str>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Option<Pin>, HubError> {
        let Some(entry) = listing.files.iter().find(|entry| entry.path == path) else {
            return Ok(None);
        };
        if let Some(sha256) = sha256 {
            check_sha256(sha256)?;
            if let Some(_cached) =
                Cache::of(&self.cache, repository).verified(sha256, entry.size)?
            {
                return Ok(Some(entry.pinned(repository, &listing.commit, sha256)));
            }
        }
        let (_, pin) = self.fetched(repository, &listing.commit, entry, sha256, progress)?;
        Ok(Some(pin))
    }

    /// Downloads a file of a commit. It must be what the listing says, and of the hash `sha256`
    /// where that is known.
    fn fetched(
        &self,
        repository: &Repository,
        commit: &str,
        entry: &Entry,
        sha256: Option<&str>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<(PathBuf, Pin), HubError> {
        let expected = Expected {
            size: entry.size,
            object: Some(&entry.object),
            sha256,
        };
        let (path, sha256) = self.download(repository, commit, &entry.path, &expected, progress)?;
        Ok((path, entry.pinned(repository, commit, &sha256)))
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
