//! Species-like topologies: models that have a species' published statistics, never its data.
//!
//! A model fixes degrees and tunes the rest. Out- and in-degrees are rounded lognormal variables
//! with the target's mean and variation (`degrees`), a digraph with exactly these degrees is built
//! (Kleitman & Wang 1973), and swaps that keep them move it to the target's reciprocity and
//! clustering (`wire`): an exponential random graph with fixed degrees (Snijders 2002), latent
//! places on a circle, and its two parameters tuned while it runs. Density and degree variation are
//! met by construction, reciprocity and clustering within the tolerance of [`Compared::tolerance`],
//! or the request is refused.

mod compared;
mod degrees;
mod error;
mod model;
mod preset;
mod settings;
mod wire;

#[cfg(test)]
mod tests;

pub use compared::Compared;
pub use error::SpeciesError;
pub use model::SpeciesLike;
pub use preset::{Connections, SpeciesPreset, SpeciesTargets, UnknownPreset};
pub use settings::{
    FEWEST_NEURONS, INTERFACE_SHARE, LOG_WEIGHT_SD, MOST_NEURONS, SPECIES_NEURONS, WEIGHT_UNIT,
};
