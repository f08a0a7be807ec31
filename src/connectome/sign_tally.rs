//! How many synapses have which sign.

use std::fmt;

use super::{Connectome, Sign};
use crate::text::plural::counted;

/// How many of the synapses in which motifs are counted have which sign: chemical synapses between
/// different neurons, of a least weight.
///
/// ```
/// use engraph::connectome::{SignModel, SignTally};
/// use engraph::source::bundled;
/// let worm = bundled::connectome("cook2020_pharynx").unwrap().with_signs(SignModel::Gaba26);
/// let tally = SignTally::of(&worm, 1.0);
/// assert_eq!(tally.total(), worm.edges(1.0).count());
/// assert_eq!((tally.inhibitory, tally.unsigned), (0, 0), "the pharynx has no GABA neuron");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignTally {
    /// Synapses that excite.
    pub excitatory: usize,
    /// Synapses that inhibit.
    pub inhibitory: usize,
    /// Synapses of which no sign is known.
    pub unsigned: usize,
}

impl SignTally {
    /// Tallies the chemical synapses between different neurons that are at least `min_weight`
    /// strong. O(E).
    #[must_use]
    pub fn of(connectome: &Connectome, min_weight: f64) -> Self {
        let mut tally = Self::default();
        for synapse in connectome.edges(min_weight) {
            *match synapse.sign {
                Sign::Excitatory => &mut tally.excitatory,
                Sign::Inhibitory => &mut tally.inhibitory,
                Sign::Unsigned => &mut tally.unsigned,
            } += 1;
        }
        tally
    }

    /// All synapses that were tallied.
    #[must_use]
    pub fn total(&self) -> usize {
        self.excitatory + self.inhibitory + self.unsigned
    }
}

/// `555 synapses: 413 excitatory, 142 inhibitory, 0 unsigned`.
impl fmt::Display for SignTally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} excitatory, {} inhibitory, {} unsigned",
            counted(self.total(), "synapse"),
            self.excitatory,
            self.inhibitory,
            self.unsigned
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{Neuron, Synapse, SynapseType};

    #[test]
    fn autapses_gap_junctions_and_weak_synapses_do_not_count() {
        let synapse = |pre, post, synapse_type, weight, sign| Synapse {
            pre,
            post,
            synapse_type,
            weight,
            sign,
        };
        let (chemical, electrical) = (SynapseType::Chemical, SynapseType::Electrical);
        let synapses = vec![
            synapse(0, 1, chemical, 2.0, Sign::Excitatory),
            synapse(1, 0, chemical, 3.0, Sign::Inhibitory),
            synapse(0, 2, chemical, 1.0, Sign::Inhibitory),
            synapse(2, 0, chemical, 2.0, Sign::Unsigned),
            synapse(2, 2, chemical, 9.0, Sign::Inhibitory),
            synapse(1, 2, electrical, 9.0, Sign::Unsigned),
        ];
        let neurons = ["A", "B", "C"].map(Neuron::named).to_vec();
        let connectome = Connectome::new("t", "synapses", neurons, synapses).unwrap();
        let shown = [0.0, 2.0, 3.0, 4.0].map(|w| SignTally::of(&connectome, w).to_string());
        assert_eq!(
            shown,
            [
                "4 synapses: 1 excitatory, 2 inhibitory, 1 unsigned",
                "3 synapses: 1 excitatory, 1 inhibitory, 1 unsigned",
                "1 synapse: 0 excitatory, 1 inhibitory, 0 unsigned",
                "0 synapses: 0 excitatory, 0 inhibitory, 0 unsigned",
            ]
        );
    }
}
