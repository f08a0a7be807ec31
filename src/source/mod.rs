//! Where connectomes come from: the snapshot inside the program, a user's own tables, in files or
//! in memory, or the Hugging Face Hub.

pub mod audit;
pub mod bundled;
#[cfg(feature = "files")]
pub mod file;
#[cfg(feature = "files")]
pub use file::consensus;
#[cfg(feature = "polars")]
pub mod frame;
#[cfg(feature = "hub")]
pub mod hub;

/// blake3 of a file, which is read in pieces.
///
/// # Errors
/// Those of the file system.
pub fn fingerprint(path: &std::path::Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}
