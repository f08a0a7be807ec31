//! Where connectomes come from: the snapshot inside the program, a user's own tables, in files or
//! in memory, or the Hugging Face Hub.

pub mod audit;
pub mod bundled;
#[cfg(feature = "files")]
pub mod file;
mod fingerprint;
#[cfg(feature = "files")]
pub use file::consensus;
#[cfg(feature = "polars")]
pub mod frame;
#[cfg(feature = "hub")]
pub mod hub;

pub use fingerprint::fingerprint;
