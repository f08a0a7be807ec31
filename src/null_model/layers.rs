//! Edges sorted into layers.

use super::model::{NullModel, Traits};
use crate::connectome::Synapse;

/// Edges sorted by layer, within a layer by presynaptic neuron. The place of an edge in this order
/// is its *slot*: a chain leaves the presynaptic half of every slot where it is and moves the
/// postsynaptic halves among the slots of a layer.
#[derive(Clone, Debug)]
pub(super) struct Layers {
    /// Number of neurons of the connectome.
    pub(super) neurons: usize,
    /// Presynaptic neuron of each slot.
    pub(super) pre: Vec<u32>,
    /// Postsynaptic neuron of each slot, as observed.
    pub(super) post: Vec<u32>,
    /// Layer of each slot, numbered from 0 without gaps.
    pub(super) layer: Vec<u8>,
    /// First slot and number of slots of each layer.
    pub(super) ranges: Vec<(u32, u32)>,
    /// Which edge each slot holds.
    pub(super) edge: Vec<u32>,
}

impl Layers {
    pub(super) fn new(traits: &[Traits], edges: &[Synapse], model: NullModel) -> Self {
        let key =
            |s: &Synapse| model.layer(traits[s.pre as usize], traits[s.post as usize], s.sign);
        let keys: Vec<u8> = edges.iter().map(key).collect();
        let mut edge: Vec<u32> = (0..edges.len() as u32).collect();
        edge.sort_by_key(|&e| (keys[e as usize], edges[e as usize].pre));
        let mut number = [u8::MAX; NullModel::LAYERS];
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        let mut layer = Vec::with_capacity(edges.len());
        for (slot, &e) in edge.iter().enumerate() {
            let number = &mut number[keys[e as usize] as usize];
            if *number == u8::MAX {
                *number = ranges.len() as u8;
                ranges.push((slot as u32, 0));
            }
            ranges[*number as usize].1 += 1;
            layer.push(*number);
        }
        let pre = edge.iter().map(|&e| edges[e as usize].pre).collect();
        let post = edge.iter().map(|&e| edges[e as usize].post).collect();
        Self {
            neurons: traits.len(),
            pre,
            post,
            layer,
            ranges,
            edge,
        }
    }
}

/// A number below `below` from a random word.
///
/// The probabilities of two numbers differ by up to `below / 2^32` of their size. Proposals of
/// swaps stay symmetric for all that, since which slots are picked does not depend on what they
/// hold; in trades `below` is two neurons' out-degree at most.
#[inline]
pub(super) fn scale(word: u32, below: u32) -> u32 {
    ((u64::from(word) * u64::from(below)) >> 32) as u32
}
