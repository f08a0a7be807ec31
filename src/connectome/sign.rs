//! The effect of a synapse, or of all synapses of a neuron, on its target.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Excitatory, inhibitory, or not known to be either.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Sign {
    /// Drives its target towards firing.
    Excitatory,
    /// Keeps its target from firing.
    Inhibitory,
    /// No sign is known (neuromodulators, unknown transmitters, conflicting receptors).
    Unsigned,
}

impl Sign {
    /// All signs, in the order of their declaration.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// `+1`, `-1` or `0`.
    #[must_use]
    pub fn factor(self) -> f64 {
        match self {
            Sign::Excitatory => 1.0,
            Sign::Inhibitory => -1.0,
            Sign::Unsigned => 0.0,
        }
    }

    /// The word used in tables: `excitatory`, `inhibitory`, `unsigned`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The sign that a word of our own tables stands for; words that are none stand for `Unsigned`.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        word.parse().unwrap_or(Self::Unsigned)
    }
}
