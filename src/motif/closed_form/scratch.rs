//! Memory of one thread.

use super::hub_graph::HubGraph;
use super::independent::IndependentPairs;
use super::neighbourhood::Neighbourhood;
use crate::motif::workers::Parallel;

/// Memory that is used again from hub to hub. Every entry indexed by neuron is zero between hubs.
pub(super) struct Scratch {
    pub(super) around: Neighbourhood,
    pub(super) pairs: IndependentPairs,
    /// Two further counts per neuron.
    pub(super) towards: Vec<u32>,
    pub(super) from: Vec<u32>,
    pub(super) hub_graph: HubGraph,
    pub(super) lists: [Vec<u32>; 4],
    /// Relays of XOR6 and where the list of the inputs of each ends.
    pub(super) ends: Vec<(u32, usize)>,
}

impl Scratch {
    pub(super) fn new(neurons: usize, parallel: Parallel) -> Self {
        Self {
            around: Neighbourhood::new(neurons, parallel),
            pairs: IndependentPairs::new(neurons),
            towards: vec![0; neurons],
            from: vec![0; neurons],
            hub_graph: HubGraph::default(),
            lists: Default::default(),
            ends: Vec::new(),
        }
    }
}

/// `items` into `list`, replacing what was there.
pub(super) fn collect(list: &mut Vec<u32>, items: impl Iterator<Item = u32>) {
    list.clear();
    list.extend(items);
}
