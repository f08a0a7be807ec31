//! Why a species-like topology cannot be generated.

use super::preset::SpeciesPreset;
use super::settings::{FEWEST_NEURONS, MOST_NEURONS, SPECIES_NEURONS};
use crate::connectome::ConnectomeError;

/// What cannot be generated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpeciesError {
    /// Too few or too many neurons.
    #[error(
        "{0} neurons are not between {FEWEST_NEURONS} and {MOST_NEURONS}\n  hint: {SPECIES_NEURONS} is the default"
    )]
    Neurons(u32),
    /// The share is none.
    #[error(
        "the inhibitory fraction {0} is not from 0 to 1\n  hint: leave it out for the preset's own"
    )]
    InhibitoryFraction(f64),
    /// The factor is none.
    #[error(
        "the I -> I multiplier {0} is not a number above 0\n  hint: 1 leaves the weights as they are; 2.5 and 5 are of interest"
    )]
    Multiplier(f64),
    /// More partners than neurons.
    #[error(
        "{preset} has {degree} partners per neuron, which {neurons} neurons cannot have\n  hint: ask for more neurons"
    )]
    TooDense {
        /// Preset.
        preset: SpeciesPreset,
        /// Mean degree.
        degree: f64,
        /// Neurons.
        neurons: u32,
    },
    /// No simple digraph has such degrees.
    #[error(
        "no wiring of {neurons} neurons has the degrees of {preset}\n  hint: ask for more neurons"
    )]
    Degrees {
        /// Preset.
        preset: SpeciesPreset,
        /// Neurons.
        neurons: u32,
    },
    /// Reciprocity or clustering was not met.
    #[error(
        "{preset} cannot be had with {neurons} neurons: reciprocity {reciprocity:.3} and clustering {clustering:.3} are the closest found to {} and {}\n  \
         hint: ask for more neurons; with few, the same number of partners is a larger share of all", preset.targets().reciprocity, preset.targets().clustering
    )]
    Unreachable {
        /// Preset.
        preset: SpeciesPreset,
        /// Neurons.
        neurons: u32,
        /// Closest reciprocity.
        reciprocity: f64,
        /// Closest clustering.
        clustering: f64,
    },
    /// A bug: the wiring is no connectome.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

impl crate::text::Hinted for SpeciesError {}
