//! What leaves a pipeline: its tables as files, the summary people read, and what to cite.

pub mod changes;
pub mod cite;
pub mod folder;
pub mod summary;
pub mod write;
