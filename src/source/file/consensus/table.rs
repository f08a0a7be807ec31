//! A consensus table in memory.

use std::collections::BTreeMap;

use crate::connectome::NeuronClass;

/// A neuron of the label list.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsensusNeuron {
    /// Name of the neuron.
    pub name: String,
    /// Functional class; unknown where the table says `pharyngeal`, which is no such class.
    pub class: NeuronClass,
    /// True where its type is `pharyngeal`.
    pub pharyngeal: bool,
    /// Position, in the table's own unit.
    pub position: Option<[f64; 3]>,
}

/// What the sources say of an ordered pair of neurons: a row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsensusRow {
    /// Presynaptic neuron, an index into [`Consensus::neurons`].
    pub pre: u32,
    /// Postsynaptic neuron, an index into [`Consensus::neurons`].
    pub post: u32,
    /// Mean weight of the chemical synapses, if any.
    pub chemical: Option<f64>,
    /// Mean weight of the gap junctions, if any.
    pub gap: Option<f64>,
    /// 0.9 sd(chemical) + 0.1 sd(electrical), where both are given.
    pub uncertainty: Option<f64>,
    /// Functional connectivity, of either sign.
    pub functional: Option<f64>,
    /// Indices into [`Consensus::sources`], increasing.
    pub sources: Vec<u32>,
}

/// A consensus table: its neurons, its sources, and what they say of each pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Consensus {
    /// The label list: every neuron that is named, sorted by name in ASCII order.
    pub neurons: Vec<ConsensusNeuron>,
    /// The pairs, in the order of the table's rows.
    pub rows: Vec<ConsensusRow>,
    /// Names of the sources, the connectomes that were merged; sorted.
    pub sources: Vec<String>,
}

impl Consensus {
    /// Chemical synapses: presynaptic and postsynaptic neuron, mean weight above 0.
    pub fn chemical(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.rows
            .iter()
            .filter_map(|r| Some((r.pre, r.post, r.chemical.filter(|w| *w > 0.0)?)))
    }

    /// Gap junctions by pair (the lesser neuron first): the weights that the rows of both
    /// directions give, `None` where a row is missing. A gap junction of a neuron with itself has
    /// its one row's weight twice.
    #[must_use]
    pub fn gap_pairs(&self) -> BTreeMap<(u32, u32), [Option<f64>; 2]> {
        let mut pairs: BTreeMap<(u32, u32), [Option<f64>; 2]> = BTreeMap::new();
        for row in &self.rows {
            let Some(weight) = row.gap.filter(|w| *w > 0.0) else {
                continue;
            };
            let pair = pairs
                .entry((row.pre.min(row.post), row.pre.max(row.post)))
                .or_default();
            if row.pre <= row.post {
                pair[0] = Some(weight);
            }
            if row.post <= row.pre {
                pair[1] = Some(weight);
            }
        }
        pairs
    }

    /// Functional weights: the pair as the table has it, and the weight.
    pub fn functional(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        self.rows
            .iter()
            .filter_map(|r| Some((r.pre, r.post, r.functional?)))
    }

    /// The name of a neuron.
    #[must_use]
    pub fn name(&self, neuron: u32) -> &str {
        &self.neurons[neuron as usize].name
    }
}
