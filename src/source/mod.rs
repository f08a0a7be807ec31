//! Where connectomes come from: the snapshot inside the program, a user's own tables, in files or
//! in memory, or the Hugging Face Hub.

pub mod audit;
pub mod bundled;
#[cfg(feature = "files")]
pub mod file;
mod fingerprint;
#[cfg(feature = "polars")]
pub mod frame;
#[cfg(feature = "hub")]
pub mod hub;
mod nearest;

#[cfg(feature = "files")]
pub use file::consensus;
pub use fingerprint::fingerprint;
