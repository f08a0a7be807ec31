//! How a process may use a store: with others, alone for a moment, or for reading only.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::error::StoreError;
use super::marker::{Kind, require};
use crate::files::FileError;

/// Name of the file that processes lock.
const LOCK: &str = "lock";

/// How this process may use a store.
#[derive(Clone, Debug)]
pub(super) enum Access {
    /// It holds the shared lock, as every process does that writes to the store. The system
    /// releases the lock when the process ends, even by a crash.
    Shared {
        /// The locked file, which is kept open.
        _lock: Arc<File>,
    },
    /// No other process uses the store, and none can open it until this one has ended.
    Alone {
        /// The locked file, which is kept open.
        _lock: Arc<File>,
    },
    /// The file system has no locks. Results are still published whole, but nobody knows whose the
    /// unfinished ones are, so that they are never swept.
    Unlocked,
    /// The store may only be read.
    ReadOnly,
}

impl Access {
    /// Takes the store at `root` for this process alone, which shares it as `shared` until then.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process uses the store, or if that cannot be known.
    pub(super) fn alone(root: &Path, shared: Self) -> Result<Self, StoreError> {
        // The system counts two open files of one process as two users.
        drop(shared);
        match Locked::open(root)? {
            Locked::Alone(lock) => Ok(Self::Alone {
                _lock: Arc::new(lock),
            }),
            Locked::Among(_) | Locked::Impossible => Err(StoreError::InUse {
                path: root.to_owned(),
            }),
        }
    }
}

/// A lock that this process may have to itself for a moment.
pub(super) enum Locked {
    /// No other process uses the store until the lock is [shared](Locked::shared).
    Alone(File),
    /// Other processes use the store as well.
    Among(File),
    /// The file system has no locks.
    Impossible,
}

impl Locked {
    /// Opens the lock of the store at `root`, and takes it for this process alone if it is free.
    pub(super) fn open(root: &Path) -> Result<Self, StoreError> {
        Self::at(&root.join(LOCK))
    }

    /// Opens the file at `path`, which is made if it is not there, and locks it for this process
    /// alone if no other process has locked it.
    pub(super) fn at(path: &Path) -> Result<Self, StoreError> {
        require(path, Kind::File)?;
        // On network file systems a shared lock needs a file that may be read, an exclusive one a
        // file that may be written.
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(FileError::io("create", path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self::Alone(file)),
            Err(TryLockError::WouldBlock) => Ok(Self::Among(file)),
            Err(TryLockError::Error(error)) if no_locks(&error) => Ok(Self::Impossible),
            Err(TryLockError::Error(error)) => Err(FileError::io("lock", path)(error).into()),
        }
    }

    /// Shares the lock with other processes from now on.
    pub(super) fn shared(self, root: &Path) -> Result<Access, StoreError> {
        let path = root.join(LOCK);
        let file = match self {
            Self::Impossible => return Ok(Access::Unlocked),
            Self::Alone(file) => {
                file.unlock().map_err(FileError::io("unlock", &path))?;
                file
            }
            Self::Among(file) => file,
        };
        match file.lock_shared() {
            Ok(()) => Ok(Access::Shared {
                _lock: Arc::new(file),
            }),
            Err(error) if no_locks(&error) => Ok(Access::Unlocked),
            Err(error) => Err(FileError::io("lock", &path)(error).into()),
        }
    }
}

/// True if the error says that the file system has no locks, as some network file systems do.
pub(crate) fn no_locks(error: &io::Error) -> bool {
    // EBADF, ENOLCK, ENOSYS and EOPNOTSUPP of Linux and macOS.
    error.kind() == io::ErrorKind::Unsupported
        || matches!(error.raw_os_error(), Some(9 | 37 | 38 | 77 | 78 | 95 | 102))
}

/// True if the error says that the place may only be read.
pub(super) fn forbids_writing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_file_systems_without_locks_are_known() {
        for code in [9, 37, 38, 95] {
            assert!(no_locks(&io::Error::from_raw_os_error(code)), "{code}");
        }
        // EIO and EACCES are failures.
        assert!(!no_locks(&io::Error::from_raw_os_error(5)));
        assert!(!no_locks(&io::Error::from_raw_os_error(13)));
    }
}
