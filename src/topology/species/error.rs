//! Why a species-like topology cannot be generated.

use std::borrow::Cow;

use super::preset::SpeciesPreset;
use super::settings::{FEWEST_NEURONS, MOST_NEURONS, SPECIES_NEURONS};
use crate::connectome::{ConnectomeError, InvalidFraction};
use crate::text::Hinted;

/// A species-like topology that cannot be generated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpeciesError {
    /// Too few or too many neurons are asked for.
    #[error("{0} neurons are not between {FEWEST_NEURONS} and {MOST_NEURONS}")]
    Neurons(u32),
    /// The share of inhibitory neurons is no share.
    #[error("the inhibitory fraction {fraction} is not from 0 to 1")]
    InhibitoryFraction {
        /// The number that was given.
        fraction: f64,
        /// Why it is refused.
        source: InvalidFraction,
    },
    /// The factor of the weights between inhibitory neurons is no factor.
    #[error("the I -> I multiplier {0} is not a number above 0")]
    Multiplier(f64),
    /// The preset has more partners per neuron than there can be.
    #[error("{preset} has {degree} partners per neuron, which {neurons} neurons cannot have")]
    TooDense {
        /// The preset that was asked for.
        preset: SpeciesPreset,
        /// Mean degree of the preset.
        degree: f64,
        /// Neurons that were asked for.
        neurons: u32,
    },
    /// No simple digraph has such degrees.
    #[error("no wiring of {neurons} neurons has the degrees of {preset}")]
    Degrees {
        /// The preset that was asked for.
        preset: SpeciesPreset,
        /// Neurons that were asked for.
        neurons: u32,
    },
    /// The search did not come near enough to the preset's reciprocity and clustering.
    #[error(
        "{preset} cannot be had with {neurons} neurons: reciprocity {reciprocity:.3} and \
         clustering {clustering:.3} are the closest found to {} and {}",
        preset.targets().reciprocity,
        preset.targets().clustering
    )]
    Unreachable {
        /// The preset that was asked for.
        preset: SpeciesPreset,
        /// Neurons that were asked for.
        neurons: u32,
        /// The closest reciprocity that was found.
        reciprocity: f64,
        /// The clustering of that wiring.
        clustering: f64,
    },
    /// A bug: the wiring is no connectome.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

impl Hinted for SpeciesError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Neurons(_) => format!("{SPECIES_NEURONS} is the default").into(),
            Self::InhibitoryFraction { .. } => "leave it out for the preset's own".into(),
            Self::Multiplier(_) => {
                "1 leaves the weights as they are; 2.5 and 5 are of interest".into()
            }
            Self::TooDense { .. } | Self::Degrees { .. } => "ask for more neurons".into(),
            Self::Unreachable { .. } => "ask for more neurons; with few, the same number of \
                 partners is a larger share of all"
                .into(),
            Self::Connectome(error) => return error.hint(),
        })
    }
}
