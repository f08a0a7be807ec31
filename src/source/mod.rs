//! Where connectomes come from: the snapshot inside the program, a user's own tables in files or in
//! memory, or the Hugging Face Hub.
//!
//! Read [`bundled`] first, which is always there. `file` reads users' tables, `frame` takes
//! DataFrames, `hub` fetches tables from the Hub, and [`audit`] says what was read and what in it
//! may mislead. [`check_signs`] refuses sign models that go by other animals' neurons.

pub mod audit;
pub mod bundled;
#[cfg(feature = "files")]
pub mod file;
mod fingerprint;
mod foreign_signs;
#[cfg(feature = "polars")]
pub mod frame;
#[cfg(feature = "hub")]
pub mod hub;
mod nearest;
mod options;
mod readings;

#[cfg(feature = "files")]
pub use file::consensus;
pub use fingerprint::fingerprint;
pub use foreign_signs::{ForeignSigns, check_signs};
pub use options::{MatrixRows, ReadOptions};
pub use readings::TableReadingRow;
