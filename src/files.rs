//! Writing files without harm to what is there.
//!
//! A plain file is replaced as a whole or not at all: the new content is written beside it, synced,
//! and renamed over it. The file keeps its permissions and, if the process may set it, its owner. A
//! symbolic link stays, and the file that it points to is replaced. A file that nobody may write to
//! is refused, even for root. A device, a FIFO or `/dev/stdout` is opened and written to, as the
//! shell would do.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::text::Hinted;

/// Why a file or folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused.
    #[error("cannot {action} `{path}`: {source}", path = path.display())]
    Io {
        /// The action that failed, such as `create`.
        action: &'static str,
        /// Path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file exists, and nobody may write to it.
    #[error("`{path}` is read-only", path = path.display())]
    ReadOnly {
        /// Path of the file.
        path: PathBuf,
    },
    /// The path of the file to write is a folder.
    #[error("`{path}` is a folder", path = path.display())]
    Folder {
        /// Path of the folder.
        path: PathBuf,
    },
}

impl Hinted for FileError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::Io { .. } => "check that the folder exists, may be written, and has room",
            Self::ReadOnly { .. } => "name another file, or allow writing with `chmod u+w`",
            Self::Folder { .. } => "name a file in it",
        }))
    }
}

impl FileError {
    /// Makes the error of a system call on `path`, for use with `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

/// How the bytes for a path are written.
enum Destination {
    /// Replace a plain file, or create one. Symbolic links have been followed.
    Plain(PathBuf),
    /// Open the path and write to it.
    Through,
}

/// Largest number of symbolic links that are followed, as in the kernel.
const MOST_LINKS: usize = 40;

impl Destination {
    fn of(path: &Path) -> Result<Self, FileError> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Err(FileError::Folder {
                path: path.to_owned(),
            }),
            Ok(found) if !found.is_file() => Ok(Self::Through),
            found => match followed(path)? {
                // The shell opened this plain file and may have written to it, so it must not be
                // replaced.
                end if is_descriptor(&end) => Ok(Self::Through),
                _ if found.is_ok_and(|file| file.permissions().readonly()) => {
                    Err(FileError::ReadOnly {
                        path: path.to_owned(),
                    })
                }
                end => Ok(Self::Plain(end)),
            },
        }
    }
}

/// True for paths of an open file of a process, such as `/dev/stdout`.
fn is_descriptor(path: &Path) -> bool {
    let of_process = path.starts_with("/proc") && path.parent().is_some_and(|p| p.ends_with("fd"));
    of_process
        || path.starts_with("/dev/fd")
        || [Path::new("/dev/stdout"), Path::new("/dev/stderr")].contains(&path)
}

/// The end of a chain of symbolic links, which need not exist, or the first open file on the way.
fn followed(path: &Path) -> Result<PathBuf, FileError> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) if !is_descriptor(&path) => path = folder_of(&path).join(target),
            _ => return Ok(path),
        }
    }
    let source = io::Error::other("too many symbolic links");
    Err(FileError::io("follow", &path)(source))
}

/// True for a device, a FIFO or an open file of the process such as `/dev/stdout`, which is written
/// to and not replaced.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    matches!(Destination::of(path), Ok(Destination::Through))
}

/// The folder that contains a path. For a bare name it is `.`.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Creates a folder, and the folders above it that are missing.
///
/// # Errors
/// [`FileError::Io`] if the folder cannot be created.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(FileError::io("create the folder", path))
}

/// Removes a file.
///
/// # Errors
/// [`FileError::Io`] if the file cannot be removed.
pub fn remove(path: &Path) -> Result<(), FileError> {
    fs::remove_file(path).map_err(FileError::io("remove", path))
}

/// Checks that files can be created in `folder`, and leaves nothing behind.
///
/// # Errors
/// [`FileError::Io`] if no file can be created.
pub fn check_folder(folder: &Path) -> Result<(), FileError> {
    tempfile::tempfile_in(folder)
        .map(drop)
        .map_err(FileError::io("create a file in", folder))
}

/// Checks that [`write()`] to `path` can succeed, so that nothing is computed in vain.
///
/// # Errors
/// [`FileError`] if writing would fail.
pub fn check(path: &Path) -> Result<(), FileError> {
    match Destination::of(path)? {
        Destination::Plain(path) => check_folder(folder_of(&path)),
        Destination::Through => Ok(()),
    }
}

/// Writes a file as a whole or not at all. The [module](self) says which paths are written to
/// directly instead.
///
/// # Errors
/// [`FileError`] if the file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write_with(path, |file| {
        file.write_all(bytes).map_err(FileError::io("write", path))
    })
}

/// Writes a file whose content `write` produces piece by piece. If `write` fails, a plain file
/// stays as it was.
///
/// # Errors
/// The error of `write`, or [`FileError`] if the file cannot be put in its place.
pub fn write_with<E: From<FileError>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    match Destination::of(path)? {
        Destination::Through => {
            // The file is opened for appending, so that it keeps what the shell or other programs
            // wrote.
            let file = OpenOptions::new().append(true).open(path);
            write(&mut file.map_err(FileError::io("open", path))?)
        }
        Destination::Plain(path) => replace(&path, write),
    }
}

fn replace<E: From<FileError>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    let folder = folder_of(path);
    let mut builder = tempfile::Builder::new();
    let mut file = within_umask(&mut builder, 0o666)
        .prefix(".engraph-")
        .tempfile_in(folder)
        .map_err(FileError::io("create a file in", folder))?;
    let _unfinished = Unfinished::new(file.path());
    write(file.as_file_mut())?;
    if let Ok(before) = fs::metadata(path) {
        keep(file.as_file(), &before).map_err(FileError::io("keep the permissions of", path))?;
    }
    file.as_file()
        .sync_all()
        .map_err(FileError::io("write", path))?;
    file.persist(path)
        .map_err(|error| FileError::io("write", path)(error.error))?;
    Ok(())
}

/// The temporary files that are being written.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A temporary file while it is being written.
struct Unfinished(PathBuf);

impl Unfinished {
    fn new(path: &Path) -> Self {
        let mut all = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut all = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|path| *path != self.0);
    }
}

/// Removes the temporary files that are being written, before a process ends without waiting for
/// them.
pub fn remove_unfinished() {
    let all = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in all.iter() {
        // The file may just have been renamed to its final name.
        let _ = fs::remove_file(path);
    }
}

/// Gives a file the owner and the permissions of the file that it replaces.
fn keep(file: &File, before: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // Only root may give a file away. Other users replace files of their own, so a failure is
        // harmless.
        let _ = std::os::unix::fs::fchown(file, Some(before.uid()), Some(before.gid()));
    }
    file.set_permissions(before.permissions())
}

/// Temporary files are private by default. These ones become files that others may read, within the
/// umask of the user.
#[cfg(unix)]
pub(crate) fn within_umask<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    mode: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn within_umask<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    _: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    builder
}

/// Creates a file with this content, and waits until it is on the disk.
pub(crate) fn create_synced(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = File::create(path).map_err(FileError::io("create", path))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(FileError::io("write", path))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_plain_file_keeps_its_mode_and_a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.csv"), folder.path().join("link"));
        fs::write(&file, "old and longer").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        symlink("a.csv", &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(mode(&file), 0o600);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        // A link to nowhere makes the file it names.
        let dangling = folder.path().join("dangling");
        symlink("later.csv", &dangling).unwrap();
        write(&dangling, b"made").unwrap();
        assert_eq!(fs::read(folder.path().join("later.csv")).unwrap(), b"made");
        // Nothing of ours is left beside them.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[test]
    fn a_read_only_file_is_refused_and_unharmed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs::write(&file, "kept").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(check(&file), Err(FileError::ReadOnly { .. })));
        assert!(write(&file, b"new").is_err());
        assert_eq!(fs::read(&file).unwrap(), b"kept");
        assert!(matches!(
            write(folder.path(), b"x"),
            Err(FileError::Folder { .. })
        ));
    }

    #[test]
    fn a_failed_write_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs::write(&file, "kept").unwrap();
        let failed: Result<(), FileError> = write_with(&file, |half| {
            half.write_all(b"half").unwrap();
            Err(FileError::io("compute", &file)(io::Error::other("no")))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&file).unwrap(), b"kept");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_pipe_is_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        write(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap(), "through");
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
    }
}
