//! What leaves a pipeline: its tables as files, the summary that people read, and what to cite.
//!
//! Read [`write`](mod@write) first, which fills a report folder from the store. [`folder`] reads
//! the tables back, [`summary`] tells people what was found, [`changes`] compares two runs, and
//! [`cite`] lists what to cite.

pub mod changes;
pub mod cite;
pub mod folder;
pub mod summary;
pub mod write;
