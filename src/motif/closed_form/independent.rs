//! Pairs of neurons that are not joined by any synapse.

use crate::motif::SignedGraph;

/// Counts the pairs (l, r), l from one list and r from another, that are not adjacent.
pub(super) struct IndependentPairs {
    member: Vec<bool>,
    blocked: Vec<u32>,
    /// For each l in turn the r it is not adjacent to.
    pub(super) left_free: Vec<u64>,
    /// For each r in turn the l it is not adjacent to.
    pub(super) right_free: Vec<u64>,
}

/// Reading a row costs about one step per entry, a binary search in it about this many.
const SEARCH_STEPS: usize = 6;

impl IndependentPairs {
    pub(super) fn new(neurons: usize) -> Self {
        Self {
            member: vec![false; neurons],
            blocked: vec![0; neurons],
            left_free: Vec::new(),
            right_free: Vec::new(),
        }
    }

    /// The number of pairs, with those of every l and r left in the public lists. A neuron counts
    /// as not adjacent to itself.
    ///
    /// O(min(|left|, |right|) d + max) time for degrees d, or O(|left| |right| log d) where that is
    /// less.
    pub(super) fn count(&mut self, graph: &SignedGraph, left: &[u32], right: &[u32]) -> u64 {
        let Self {
            member,
            blocked,
            left_free,
            right_free,
        } = self;
        let (few, many, few_free, many_free) = match left.len() <= right.len() {
            true => (left, right, left_free, right_free),
            false => (right, left, right_free, left_free),
        };
        few_free.clear();
        many_free.clear();
        for &neuron in many {
            member[neuron as usize] = true;
        }
        for &neuron in few {
            let neighbours = graph.neighbours(neuron);
            let mut adjacent = 0;
            let mut block = |other: u32| {
                blocked[other as usize] += 1;
                adjacent += 1;
            };
            if many.len() * SEARCH_STEPS < neighbours.len() {
                many.iter()
                    .filter(|other| neighbours.binary_search(other).is_ok())
                    .for_each(|&other| block(other));
            } else {
                neighbours
                    .iter()
                    .filter(|&&other| member[other as usize])
                    .for_each(|&other| block(other));
            }
            few_free.push(many.len() as u64 - adjacent);
        }
        for &neuron in many {
            many_free.push(few.len() as u64 - u64::from(blocked[neuron as usize]));
            member[neuron as usize] = false;
            blocked[neuron as usize] = 0;
        }
        few_free.iter().sum()
    }
}
