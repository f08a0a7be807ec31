//! Where connectomes come from: the snapshot inside the program, or a user's own tables.

pub mod bundled;
#[cfg(feature = "report")]
pub mod file;
