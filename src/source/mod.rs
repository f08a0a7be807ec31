//! Where connectomes come from: the snapshot inside the program, or a user's own tables, in files or in memory.

pub mod bundled;
#[cfg(feature = "report")]
pub mod file;
#[cfg(feature = "polars")]
pub mod frame;
