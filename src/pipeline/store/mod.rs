//! The store of artifacts, which keeps every result once, under the key of its recipe.
//!
//! An artifact is one file `STAGE/KEY`: the recipe that it was made by, its tables as Parquet, and
//! a header with the hash of each. It is written into a temporary file of the same file system,
//! synced, and renamed. An artifact is therefore complete or absent. Nothing is changed in place,
//! so any number of processes may share a store.
//!
//! Every table is compared with its hash whenever it is read. Before a run computes or writes
//! anything, it examines the results that it will read. It moves damaged ones into the folder
//! `set-aside`, and computes them again.
//!
//! Read `manifest.rs` first for what an artifact is, then `store.rs`. `marker.rs` says which
//! folders are stores, `access.rs` how processes share one, and `claim.rs` how they share the work.

mod access;
mod claim;
mod error;
mod manifest;
mod marker;
#[allow(
    clippy::module_inception,
    reason = "the store is in the file of its name"
)]
mod store;
#[cfg(test)]
mod tests;

#[cfg(feature = "hub")]
pub(crate) use access::no_locks;
pub use claim::Claim;
pub use error::StoreError;
pub use manifest::Condition;
pub use store::{Store, Stored};
