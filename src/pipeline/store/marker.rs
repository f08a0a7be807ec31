//! The marker that makes a folder a store, and what may lie at a path in a store.

use std::fs;
use std::path::Path;

use super::error::StoreError;
use crate::files::{FileError, create_synced};

/// Name of the file that marks a folder as a store. It contains [`FORMAT`].
pub(super) const MARKER: &str = "engraph-store";
/// Version of the arrangement of folders and files in a store.
pub(super) const FORMAT: u32 = 4;

/// What the marker of a folder says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marked {
    /// The folder is a store of the format that this version writes.
    Current,
    /// The folder is a store of an earlier format.
    Earlier(u32),
    /// The folder is empty, or a process was killed before it had written the marker.
    Unmarked,
}

/// Reads the marker of the folder `root`.
///
/// # Errors
/// [`StoreError`] if the folder has other files and no marker, or the marker of a later format.
pub(super) fn marked(root: &Path) -> Result<Marked, StoreError> {
    let path = root.join(MARKER);
    require(&path, Kind::File)?;
    let mut entries = fs::read_dir(root).map_err(FileError::io("list", root))?;
    if entries.next().is_some() && !path.exists() {
        return Err(StoreError::NoStore {
            path: root.to_owned(),
        });
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    match (found.trim(), found.trim().parse::<u32>()) {
        ("", _) => Ok(Marked::Unmarked),
        (_, Ok(FORMAT)) => Ok(Marked::Current),
        (_, Ok(format)) if format < FORMAT => Ok(Marked::Earlier(format)),
        (other, _) => Err(StoreError::Later {
            path: root.to_owned(),
            found: other.chars().take(20).collect(),
        }),
    }
}

/// Marks the folder `root` as a store of the format that this version writes.
pub(super) fn mark(root: &Path) -> Result<(), FileError> {
    create_synced(&root.join(MARKER), format!("{FORMAT}\n").as_bytes())
}

/// What engraph expects at a path in a store.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    File,
    Folder,
}

/// Refuses a symbolic link, and anything of another kind than `kind`.
pub(super) fn require(path: &Path, kind: Kind) -> Result<(), StoreError> {
    let (expected, is_it): (_, fn(&fs::FileType) -> bool) = match kind {
        Kind::File => ("file", fs::FileType::is_file),
        Kind::Folder => ("folder", fs::FileType::is_dir),
    };
    match fs::symlink_metadata(path) {
        Ok(found) if !is_it(&found.file_type()) => Err(StoreError::Foreign {
            path: path.to_owned(),
            expected,
        }),
        _ => Ok(()),
    }
}
