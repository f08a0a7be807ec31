//! A pipeline as people write it in TOML, and its check.
//!
//! [`Spec::parse`] reads the text, applies the overrides of `--set`, refuses unknown keys with a
//! suggestion, and checks every value. The result is complete: all defaults are filled in, and no
//! later step meets an invalid number.
//!
//! Every section of the TOML has a file of its own with its keys, its defaults and its check. Read
//! `pipeline.rs` first, which holds the top level.

mod advice;
mod capacity;
mod error;
mod latent;
mod motifs;
mod network;
mod overrides;
mod paths;
mod people;
mod pipeline;
mod reference;
mod seed;
mod source;
mod sparse;
mod species;
#[cfg(test)]
mod tests;
mod topologies;
mod training;
mod widths;
mod written;

pub use capacity::CapacitySpec;
pub use error::{Invalid, SpecError};
pub use latent::LatentSpec;
pub use motifs::MotifSpec;
pub use paths::PathSpec;
pub use people::{Person, Publisher};
pub use pipeline::Spec;
pub use reference::{Key, LeftOut, Reference, Section, Words, schema};
pub use source::SourceSpec;
pub use sparse::SparseSurface;
pub use species::SpeciesSpec;
pub(super) use species::replicates;
pub use topologies::{NullTraining, TopologySpec};
pub use training::TrainingSpec;
pub use widths::{Around, Widths};
