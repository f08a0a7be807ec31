//! What the fuzz targets share.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

/// One folder for the whole process: readers take paths, and a folder for every input would be
/// slow.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

/// Writes the input to a file and hands its path to `read`. The first byte chooses the extension,
/// by which readers know compression and format; the rest is the content.
pub fn as_file(input: &[u8], extensions: &[&str], read: impl FnOnce(&Path)) {
    let Some((&first, content)) = input.split_first() else {
        return;
    };
    let extension = extensions[usize::from(first) % extensions.len()];
    let path: PathBuf = FOLDER.path().join(format!("input.{extension}"));
    fs::write(&path, content).expect("a file");
    read(&path);
}
