//! Tables from dataset repositories of the Hugging Face Hub, pinned and verified.
//!
//! [`Hub::resolve`] asks what a revision is, chooses one file of it and downloads it; what comes
//! back is a [`Pin`]: repository, commit, path, size and sha256. [`Hub::open`] gives the file a pin
//! names, from the cache where it is there, so that a pinned pipeline needs no network. A file is
//! verified before it is seen: against the size and the git object of the listing, and against the
//! pin's sha256. [`Hub::pin`] does the same for a file whose path is known, as those of a folder
//! that an [`Address`] names.
//!
//! The cache is a folder `OWNER--NAME` per repository with one file per content, called by its
//! sha256. What a repository calls its files never becomes a path on this machine. A download goes
//! to a file of its own beside them and is renamed when it is whole and verified: a killed download
//! leaves the cache as it was, and the next one clears away what it left.
//!
//! Nothing here prints, and endpoint and token are given. Only the address of a proxy
//! (`HTTPS_PROXY`, `NO_PROXY`) and the certificates of authorities come from the user's system.

mod address;
mod cache;
mod choose;
mod client;
mod content;
mod error;
#[allow(clippy::module_inception)]
mod hub;
mod identity;
mod limits;

pub use address::Address;
pub use content::{ENDPOINT, Entry, Listing, Pin};
pub use error::HubError;
pub use hub::Hub;
pub use identity::{Repository, Token};
pub use limits::Limits;
