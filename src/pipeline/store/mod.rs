//! The store of artifacts, which keeps every result once, under the key of its recipe.
//!
//! An artifact is a folder `STAGE/KEY` with Parquet tables, the recipe they were made by, and a
//! manifest with the hash of each table. It is written into a temporary folder of the same file
//! system, its files are synced, and the folder is renamed. An artifact is therefore complete or
//! absent. Nothing is changed in place, so any number of processes may share a store.
//!
//! Every table is compared with its hash whenever it is read. A run examines all results that it
//! needs before it begins. It moves damaged ones into the folder `set-aside`, and computes them
//! again.
//!
//! Read `manifest.rs` first for what an artifact is, then `store.rs`. `marker.rs` says which folders
//! are stores, and `access.rs` how processes share one.

mod access;
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
pub use error::StoreError;
pub use manifest::Condition;
pub use store::Store;
