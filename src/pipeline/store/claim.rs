//! How processes that share a store share the work: a cell in work holds a lock of the system.

use std::fs::{self, File};
use std::path::PathBuf;

use super::access::Locked;
use super::error::StoreError;

/// The right to compute an artifact, or the news that another process computes it.
///
/// The right ends when the claim is dropped. The system ends it when the process dies, so a claim
/// is never stale. Where the file system has no locks, every process gets the right, and two may
/// compute the same artifact, which does no harm.
#[derive(Debug)]
pub enum Claim {
    /// This process may compute the artifact.
    Held(Lock),
    /// Another process is computing it.
    Elsewhere,
}

/// The file that is locked while an artifact is computed. It is removed at the end.
#[derive(Debug)]
pub struct Lock {
    /// The file and its path. There is none where the file system has no locks.
    file: Option<(File, PathBuf)>,
}

impl Claim {
    /// A claim without a lock.
    pub(super) fn unlocked() -> Self {
        Self::Held(Lock { file: None })
    }

    /// Locks the file at `path`, if no other process has locked it.
    ///
    /// The holder removes the file before it lets go of the lock. A process that opened the file
    /// before that and locks it afterwards finds the artifact in the store.
    pub(super) fn make(path: PathBuf) -> Result<Self, StoreError> {
        Ok(match Locked::at(&path)? {
            Locked::Alone(file) => Self::Held(Lock {
                file: Some((file, path)),
            }),
            Locked::Among(_) => Self::Elsewhere,
            Locked::Impossible => Self::unlocked(),
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some((_, path)) = &self.file {
            // What cannot be removed is swept by a later process.
            let _ = fs::remove_file(path);
        }
    }
}
