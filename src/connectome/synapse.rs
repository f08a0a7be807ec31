//! A synapse, chemical or electrical.

use rayon::slice::ParallelSliceMut;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::Sign;

/// How a synapse passes activity on.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum SynapseType {
    /// Directed, through a transmitter.
    Chemical,
    /// A gap junction: undirected, stored once per pair with `pre <= post`.
    Electrical,
}

impl SynapseType {
    /// Both types of synapses.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// The word used in tables: `chemical`, `electrical`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The type that a word of our own tables stands for; words that are none stand for `Chemical`.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        word.parse().unwrap_or(Self::Chemical)
    }
}

/// A synapse between two neurons, given by their positions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synapse {
    /// Index of the presynaptic neuron.
    pub pre: u32,
    /// Index of the postsynaptic neuron.
    pub post: u32,
    /// Whether the synapse is chemical or electrical.
    pub synapse_type: SynapseType,
    /// Strength in the connectome's unit, above 0.
    pub weight: f64,
    /// Sign; electrical synapses are unsigned.
    pub sign: Sign,
}

/// What synapses are sorted by: type, presynaptic, postsynaptic neuron.
pub(crate) fn sort_key(synapse: &Synapse) -> (SynapseType, u32, u32) {
    (synapse.synapse_type, synapse.pre, synapse.post)
}

/// Sorts synapses by type and pair. Those of one pair keep their order. A list in disorder needs its
/// memory twice.
pub(crate) fn sort_by_pair(synapses: &mut [Synapse]) {
    /// Below this number, starting other threads costs more than it saves.
    const MANY: usize = 1 << 17;
    // Most lists come in order.
    if synapses.is_sorted_by_key(sort_key) {
        return;
    }
    if synapses.len() < MANY {
        synapses.sort_by_key(sort_key);
    } else {
        synapses.par_sort_by_key(sort_key);
    }
}
