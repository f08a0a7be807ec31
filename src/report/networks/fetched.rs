//! A folder of networks, taken from a Hub as a source of a pipeline is: the revision becomes one
//! commit, every file is pinned by its sha256 and verified, and the pins stand in a lock beside the
//! files ([`LOCK`]). Only what [`Networks::read`](super::Networks::read) needs is taken, and what
//! describes the folder ([`FILES`]).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::provenance::{CROISSANT, PIPELINE, README, SUMS, Sums};
use crate::files::{self, FileError};
use crate::pipeline::{Lock, LockError, Pinned};
use crate::source::hub::{Address, Hub, HubError, Pin};
use crate::table::{Table, file_name};
use crate::text::Hinted;
use crate::training::CheckpointRow;

/// Name of the lock in a folder that was fetched.
pub const LOCK: &str = "fetched.lock";

/// The files that are fetched, and whether a folder without them has no networks: the networks
/// and their pipeline, how well they have learnt, and what describes the folder for people and
/// for programs.
pub const FILES: [(&str, bool); 5] = [
    ("checkpoints.parquet", true),
    (PIPELINE, true),
    ("training_runs.parquet", false),
    (README, false),
    (CROISSANT, false),
];

/// Most folders that an error names.
const LISTED: usize = 8;

/// Why networks could not be had from a Hub.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The Hub could not be asked, or has given something else.
    #[error(transparent)]
    Hub(HubError),
    /// The files are not in the cache, and no Hub may be asked for them.
    #[error("`{address}` is on a Hub, and offline no Hub is asked")]
    Offline {
        /// The address.
        address: String,
    },
    /// The folder on the Hub has no networks.
    #[error("`{address}` has no `{file}` (commit {commit:.12})")]
    Absent {
        /// The address.
        address: String,
        /// The file that is missing.
        file: &'static str,
        /// The commit that was looked at.
        commit: String,
        /// Addresses of folders of the repository that have networks.
        others: String,
    },
    /// The list of hashes in the folder is none.
    #[error("`{SUMS}` of `{address}` is no list of hashes")]
    Sums {
        /// The address.
        address: String,
    },
    /// A file of the folder is not listed with the others.
    #[error("`{SUMS}` of `{address}` does not list `{file}`")]
    Unlisted {
        /// The address.
        address: String,
        /// The file.
        file: &'static str,
    },
    /// The lock of the folder cannot be read.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The local folder has something else.
    #[error("`{folder}` holds something else than `{address}`", folder = folder.display())]
    Taken {
        /// Path of the local folder.
        folder: PathBuf,
        /// The address.
        address: String,
    },
    /// A file of the local folder cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of the cache cannot be read.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Read {
        /// Path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
}

impl From<HubError> for FetchError {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Offline { what } => Self::Offline { address: what },
            error => Self::Hub(error),
        }
    }
}

impl Hinted for FetchError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match self {
            Self::Hub(error) => return error.hint(),
            Self::Lock(error) => return error.hint(),
            Self::File(error) => return error.hint(),
            Self::Read { .. } => return None,
            Self::Offline { .. } => {
                "once online, `engraph fetch` with this address makes a folder to read instead"
            }
            Self::Absent { others, .. } if others.is_empty() => {
                "no folder of the repository has trained networks"
            }
            Self::Absent { others, .. } => {
                return Some(format!("there are networks in {others}").into());
            }
            Self::Sums { .. } | Self::Unlisted { .. } => {
                "the folder is not as a run has left it; tell its owner"
            }
            Self::Taken { .. } => "name another folder, or remove it",
        };
        Some(hint.into())
    }
}

/// Pins the files of a folder of networks to the commit that the address is now, and downloads
/// them into the cache. They must have the hashes that stand in the `SHA256SUMS` of the folder, if
/// it has one.
///
/// # Errors
/// [`FetchError`] if the Hub cannot be asked, the folder has no networks, or a file is damaged.
pub fn pins(hub: &Hub, address: &Address, progress: &dyn Fn(u64, u64)) -> Result<Lock, FetchError> {
    let offline = |error| match error {
        HubError::Offline { .. } => FetchError::Offline {
            address: address.to_string(),
        },
        error => FetchError::Hub(error),
    };
    let listing = hub
        .list(&address.repository, &address.revision)
        .map_err(offline)?;
    let pin = |file: &str, sha256: Option<&str>| {
        let path = address.path_of(file);
        hub.pin(&address.repository, &listing, &path, sha256, progress)
    };
    let has = |file: &str| {
        let path = address.path_of(file);
        listing.files.iter().any(|entry| entry.path == path)
    };
    if let Some((file, _)) = FILES.iter().find(|(file, needed)| *needed && !has(file)) {
        return Err(FetchError::Absent {
            address: address.to_string(),
            file,
            commit: listing.commit.clone(),
            others: others(address, listing.files.iter().map(|entry| &*entry.path)),
        });
    }
    let sums = match pin(SUMS, None)? {
        None => None,
        Some(pin) => Some(sums(hub, address, &pin, progress)?),
    };
    let mut lock = Lock::default();
    for (file, needed) in FILES {
        let sum = sums.as_ref().and_then(|sums| sums.0.get(file));
        // What describes a folder is often added to when it is published.
        let sum = match (sum, needed) {
            (None, true) if sums.is_some() => {
                let address = address.to_string();
                return Err(FetchError::Unlisted { address, file });
            }
            (sum, true) => sum,
            (_, false) => None,
        };
        if let Some(pin) = pin(file, sum.map(String::as_str))? {
            let pinned = Pinned {
                revision: address.revision.clone(),
                file: pin.path.clone(),
                pin,
            };
            lock.sources.insert(file.to_owned(), pinned);
        }
    }
    Ok(lock)
}

/// The hashes that the folder lists.
fn sums(
    hub: &Hub,
    address: &Address,
    pin: &Pin,
    progress: &dyn Fn(u64, u64),
) -> Result<Sums, FetchError> {
    let text = read(&hub.open(pin, progress)?)?;
    let text = String::from_utf8(text).ok();
    let sums = text.and_then(|text| Sums::parse(&text).ok());
    sums.ok_or_else(|| FetchError::Sums {
        address: address.to_string(),
    })
}

/// Folders of the repository that have networks, as addresses.
fn others<'a>(address: &Address, paths: impl Iterator<Item = &'a str>) -> String {
    let file = file_name(CheckpointRow::NAME);
    let folder = |path: &str| match path.rsplit_once('/') {
        Some((folder, name)) => (name == file).then(|| folder.to_owned()),
        None => (path == file).then(String::new),
    };
    let found = paths.filter_map(folder).map(|folder| {
        let address = Address {
            folder,
            ..address.clone()
        };
        format!("`{address}`")
    });
    found.take(LISTED).collect::<Vec<_>>().join(", ")
}

fn read(path: &Path) -> Result<Vec<u8>, FetchError> {
    std::fs::read(path).map_err(|source| FetchError::Read {
        path: path.to_owned(),
        source,
    })
}

/// Writes the files that a lock pins into a folder, from the cache where they are there.
///
/// # Errors
/// [`FetchError`] if a file can be had neither from the cache nor from the Hub, or not be written.
pub fn place(
    hub: &Hub,
    lock: &Lock,
    folder: &Path,
    progress: &dyn Fn(u64, u64),
) -> Result<(), FetchError> {
    for (file, _) in FILES {
        if let Some(pinned) = lock.sources.get(file) {
            let content = read(&hub.open(&pinned.pin, progress)?)?;
            files::write(&folder.join(file), &content)?;
        }
    }
    Ok(())
}

/// Fetches a folder of networks into a local one, which holds their pins, too: a lock that is
/// there stays as it is. It is `None` if `frozen` and the folder has no lock.
///
/// # Errors
/// [`FetchError`]; the local folder is new or empty, or holds the lock of this address.
pub fn fetch(
    hub: &Hub,
    address: &Address,
    folder: &Path,
    frozen: bool,
    progress: &dyn Fn(u64, u64),
) -> Result<Option<Lock>, FetchError> {
    let path = folder.join(LOCK);
    let known = Lock::read(&path)?;
    let taken = || FetchError::Taken {
        folder: folder.to_owned(),
        address: address.to_string(),
    };
    if !known.sources.is_empty() {
        if !answers(&known.sources, address) {
            return Err(taken());
        }
        place(hub, &known, folder, progress)?;
        return Ok(Some(known));
    }
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(taken());
    }
    if frozen {
        return Ok(None);
    }
    let lock = pins(hub, address, progress)?;
    files::create_folder(folder)?;
    // The lock comes first: whoever is killed after it can fetch again.
    lock.write(&path)?;
    place(hub, &lock, folder, progress)?;
    Ok(Some(lock))
}

/// True if these pins were made for the address.
fn answers(pinned: &BTreeMap<String, Pinned>, address: &Address) -> bool {
    let known: BTreeSet<&str> = FILES.iter().map(|(file, _)| *file).collect();
    pinned.iter().all(|(file, pinned)| {
        known.contains(&**file)
            && pinned.revision == address.revision
            && pinned.pin.repository == address.repository
            && pinned.pin.path == address.path_of(file)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::TrainingRunRow;

    #[test]
    fn the_files_are_called_as_reports_call_them() {
        assert_eq!(FILES[0].0, file_name(CheckpointRow::NAME));
        assert_eq!(FILES[2].0, file_name(TrainingRunRow::NAME));
    }
}
