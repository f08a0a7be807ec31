//! The files that were fetched, by content.

use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

use super::content::Expected;
use super::error::HubError;
use super::identity::Repository;
use crate::interruption;

/// How the names of downloads under way begin.
const PARTIAL: &str = "partial-";

/// The folder of one repository.
pub(super) struct Cache {
    folder: PathBuf,
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> HubError {
    let path = path.to_owned();
    move |source| HubError::Cache {
        action,
        path,
        source,
    }
}

impl Cache {
    pub(super) fn of(root: &Path, repository: &Repository) -> Self {
        Self {
            folder: root.join(format!("{}--{}", repository.owner(), repository.name())),
        }
    }

    /// The file of this content, if it is there and undamaged.
    pub(super) fn verified(&self, sha256: &str, size: u64) -> Result<Option<PathBuf>, HubError> {
        let path = self.folder.join(sha256);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("open", &path)(error)),
        };
        if file.metadata().map_err(failed("read", &path))?.len() != size {
            return Ok(None);
        }
        let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            interruption::check();
            match file.read(&mut buffer).map_err(failed("read", &path))? {
                0 => break,
                read => hasher.update(&buffer[..read]),
            }
        }
        Ok((hex(&hasher.finalize()) == sha256).then_some(path))
    }

    /// Waits until no other process downloads into the folder, and removes what a killed one left.
    pub(super) fn locked(self) -> Result<Locked, HubError> {
        fs::create_dir_all(&self.folder).map_err(failed("make", &self.folder))?;
        let path = self.folder.join("lock");
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(failed("open", &path))?;
        lock.lock().map_err(failed("lock", &path))?;
        for entry in fs::read_dir(&self.folder).map_err(failed("list", &self.folder))? {
            let entry = entry.map_err(failed("list", &self.folder))?;
            if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
                fs::remove_file(entry.path()).map_err(failed("remove", &entry.path()))?;
            }
        }
        Ok(Locked {
            folder: self.folder,
            _lock: lock,
        })
    }
}

/// The folder while nobody else downloads into it.
pub(super) struct Locked {
    folder: PathBuf,
    _lock: File,
}

impl Locked {
    pub(super) fn partial<'a>(
        &'a self,
        path: &'a str,
        expected: &'a Expected<'a>,
    ) -> Result<Partial<'a>, HubError> {
        let mut builder = tempfile::Builder::new();
        let file = builder
            .prefix(PARTIAL)
            .tempfile_in(&self.folder)
            .map_err(failed("write in", &self.folder))?;
        let mut content = Sha1::new();
        content.update(format!("blob {}\0", expected.size));
        let (sha256, received) = (Sha256::new(), 0);
        Ok(Partial {
            folder: &self.folder,
            path,
            expected,
            file,
            content,
            sha256,
            received,
            start: Vec::new(),
        })
    }
}

/// A download under way.
pub(super) struct Partial<'a> {
    folder: &'a Path,
    path: &'a str,
    expected: &'a Expected<'a>,
    file: NamedTempFile,
    content: Sha1,
    sha256: Sha256,
    received: u64,
    start: Vec<u8>,
}

/// Bytes by which a web page is known.
const START: usize = 256;

impl Partial<'_> {
    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// Takes the next bytes; refuses more than were promised before they are written.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), HubError> {
        let missing = START.saturating_sub(self.start.len());
        self.start
            .extend_from_slice(&bytes[..bytes.len().min(missing)]);
        self.received += bytes.len() as u64;
        if self.received > self.expected.size {
            self.refuse_page()?;
            return Err(self.length());
        }
        self.content.update(bytes);
        self.sha256.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(failed("write", self.file.path()))
    }

    fn length(&self) -> HubError {
        HubError::Length {
            path: self.path.to_owned(),
            expected: self.expected.size,
            found: self.received,
        }
    }

    fn refuse_page(&self) -> Result<(), HubError> {
        let start = String::from_utf8_lossy(&self.start)
            .trim_start_matches('\u{feff}')
            .trim_start()
            .to_ascii_lowercase();
        let page = start.starts_with("<!doctype html") || start.starts_with("<html");
        if page {
            Err(HubError::Html {
                path: self.path.to_owned(),
            })
        } else {
            Ok(())
        }
    }

    /// Verifies the whole and gives it its name.
    pub(super) fn publish(self) -> Result<(PathBuf, String), HubError> {
        self.refuse_page()?;
        if self.received != self.expected.size {
            return Err(self.length());
        }
        let differs = |kind, expected: &str, found: String| HubError::Content {
            path: self.path.to_owned(),
            kind,
            expected: super::identity::shortened(expected),
            found,
        };
        let sha256 = hex(&self.sha256.finalize());
        if let Some(expected) = self.expected.sha256.filter(|expected| *expected != sha256) {
            return Err(differs("sha256", expected, sha256));
        }
        if let Some(expected) = self.expected.object {
            let object = hex(&self.content.finalize());
            if expected != object && expected != pointer_object(&sha256, self.expected.size) {
                return Err(differs("git object", expected, object));
            }
        }
        let path = self.folder.join(&sha256);
        self.file
            .as_file()
            .sync_all()
            .map_err(failed("write", &path))?;
        self.file
            .persist(&path)
            .map_err(|error| failed("write", &path)(error.error))?;
        Ok((path, sha256))
    }
}

/// The git object of the pointer that Git LFS keeps in the place of a large file: its text follows
/// from hash and size alone.
fn pointer_object(sha256: &str, size: u64) -> String {
    let text =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n");
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0{text}", text.len()));
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
