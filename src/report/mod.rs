//! What leaves a pipeline: its tables as files, the summary that people read, and what to cite.
//!
//! Read [`write`](mod@write) first, which fills a report folder from the store. [`folder`] reads
//! the tables back, [`page`] makes the page that people look at and a short summary of it,
//! [`changes`] compares two runs, and [`run`] computes what a plan lacks and writes the reports
//! meanwhile. [`cite`] lists what to cite. [`provenance`] says where a folder comes from,
//! [`verify`] checks a folder against that, and [`difference`] compares the rows of two folders.
//! [`networks`] reads trained networks back from a folder, or from a Hub.

pub mod changes;
pub mod cite;
pub mod difference;
pub mod folder;
pub mod networks;
pub mod page;
pub mod provenance;
pub mod run;
pub mod verify;
pub mod write;
