//! Where connectomes come from: the snapshot inside the program, a user's own tables in files or in
//! memory, or the Hugging Face Hub.
//!
//! Read [`bundled`] first, which is always there. `file` reads users' tables, `frame` takes
//! DataFrames, `batches` Arrow tables, `hub` fetches tables from the Hub, and [`audit`] says what
//! was read and what in it may mislead. [`Signing`] gives a connectome its signs, and
//! [`check_signs`] refuses sign models that go by other animals' neurons.

pub mod audit;
#[cfg(feature = "files")]
pub mod batches;
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
mod signing;

#[cfg(feature = "files")]
pub use file::consensus;
pub use fingerprint::fingerprint;
pub use foreign_signs::{ForeignSigns, check_signs};
pub use options::{MatrixRows, ReadOptions};
pub use readings::TableReadingRow;
pub use signing::Signing;
