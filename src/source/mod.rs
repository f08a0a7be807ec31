//! Where connectomes come from: the snapshot inside the program, or a user's own tables, in files or in memory.

pub mod audit;
pub mod bundled;
#[cfg(feature = "report")]
pub mod file;
#[cfg(feature = "report")]
pub use file::consensus;
#[cfg(feature = "polars")]
pub mod frame;
