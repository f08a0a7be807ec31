//! What leaves a pipeline: its tables as files, the summary that people read, and what to cite.
//!
//! Read [`write`](mod@write) first, which fills a report folder from the store. [`folder`] reads
//! the tables back, [`page`] makes the page that people look at and a short summary of it, [`changes`] compares two runs, and
//! [`cite`] lists what to cite.

pub mod changes;
pub mod cite;
pub mod folder;
pub mod page;
pub mod write;
