//! Trained networks: what a run that has kept them leaves in its folder, read back to be run on
//! other series ([`Networks`]); and such a folder taken from a Hub ([`fetch`]).

#[cfg(feature = "hub")]
mod fetched;
mod read;

#[cfg(feature = "hub")]
pub use fetched::{FILES, FetchError, LOCK, fetch, pins, place};
pub use read::{Networks, NetworksError};
