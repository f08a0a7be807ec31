//! Synapses as shares of their target's input.

use std::ops::Range;

use crate::connectome::{Connectome, Sign};

/// A synapse as a share of its target's input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// Index of the postsynaptic neuron.
    pub(super) post: u32,
    /// Weight over the summed weight of all chemical synapses onto that neuron, above 0, at most 1.
    pub(super) share: f64,
    /// Sign of the synapse.
    pub(super) sign: Sign,
}

/// The chemical synapses of a connectome, each as a share of its target's input: the matrix
/// w_ij / sum over k of w_kj, in rows by presynaptic neuron i. A neuron with input has shares that
/// sum to 1. Autapses are inputs like others, and gap junctions are none.
#[derive(Clone, Debug, PartialEq)]
pub struct InputShares {
    shares: Vec<Share>,
    /// Where the row of each neuron begins in `shares`, and where the last one ends.
    rows: Vec<usize>,
}

impl InputShares {
    /// Divides the weights by the input of their targets. O(n + E) time and space.
    #[must_use]
    pub fn of(connectome: &Connectome) -> Self {
        let neurons = connectome.neurons().len();
        let mut input = vec![0.0; neurons];
        for synapse in connectome.chemical() {
            input[synapse.post as usize] += synapse.weight;
        }
        let mut rows = vec![0; neurons + 1];
        let of_synapses = connectome.chemical().iter().map(|synapse| {
            rows[synapse.pre as usize + 1] += 1;
            Share {
                post: synapse.post,
                share: synapse.weight / input[synapse.post as usize],
                sign: synapse.sign,
            }
        });
        let shares = of_synapses.collect();
        (0..neurons).for_each(|neuron| rows[neuron + 1] += rows[neuron]);
        Self { shares, rows }
    }

    /// The number of neurons.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.rows.len() - 1
    }

    /// The synapses of a neuron, sorted by target.
    pub(super) fn row(&self, neuron: u32) -> &[Share] {
        let row: Range<usize> = self.rows[neuron as usize]..self.rows[neuron as usize + 1];
        &self.shares[row]
    }
}
