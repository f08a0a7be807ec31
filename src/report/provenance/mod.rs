//! Where a report folder comes from, in words that other programs understand.
//!
//! Read `origin.rs` first, which writes these files beside the tables:
//!
//! - `pipeline.toml`: the pipeline with every default;
//! - `README.md`: what the folder is, for people who find it in an archive;
//! - `croissant.json`: the tables as a dataset of MLCommons, the same bytes for the same tables;
//! - `ro-crate-metadata.json`: the run as a Workflow Run RO-Crate, with its times;
//! - `SHA256SUMS`: the hash of every file, as `sha256sum` writes it.
//!
//! Nothing is downloaded for them, and nobody is named whom the pipeline does not name.

mod clock;
mod croissant;
mod input;
mod licence;
mod listed;
mod origin;
mod readme;
mod ro_crate;
mod sums;

pub use input::{Input, Role, inputs};
pub use listed::{CRATE, CROISSANT, Listed, PIPELINE, README, Run};
pub use origin::{renew, write};
pub(super) use ro_crate::encoded;
pub use sums::{SUMS, Sums, SumsError, sha256_of};
