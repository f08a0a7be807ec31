//! What a file holds, in one word.

use std::fs::File;
use std::io;
use std::path::Path;

/// blake3 of a file, which is read in pieces.
///
/// # Errors
/// Those of the file system.
pub fn fingerprint(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
