//! The neighbourhood of a hub: its inputs, its targets, and the excitatory edges from the ones to
//! the others.

use std::hint::black_box;

use rayon::prelude::*;

use crate::motif::adjacency::Adjacency;
use crate::motif::workers::Parallel;
use crate::motif::{Matching, SignedGraph};

/// Bit of [`Neighbourhood::marks`] for the inputs P.
pub(super) const INPUT: u8 = 1;
/// Bit of [`Neighbourhood::marks`] for the targets Q.
pub(super) const TARGET: u8 = 2;
/// Bit of [`Neighbourhood::marks`] for the hub and all its neighbours.
pub(super) const NEAR_HUB: u8 = 4;
/// First of the bits that a closed form may use for sets of its own.
pub(super) const OWN: u8 = 8;

/// As many row entries are searched by several threads.
const PARALLEL_ENTRIES: usize = 1 << 17;

/// Sets and degrees around the hub that is being looked at.
pub(super) struct Neighbourhood {
    /// Whether the edges of one hub may be searched by several threads.
    pub(super) parallel: Parallel,
    /// For each neuron the sets it belongs to.
    pub(super) marks: Vec<u8>,
    /// The targets Q, ascending.
    pub(super) targets: Vec<u32>,
    /// The edges M, by input or by target, whichever side was cheaper to search.
    pub(super) edges: Vec<(u32, u32)>,
    /// Edges of M out of each neuron.
    pub(super) out_degree: Vec<u32>,
    /// Edges of M into each neuron.
    pub(super) in_degree: Vec<u32>,
}

impl Neighbourhood {
    pub(super) fn new(neurons: usize, parallel: Parallel) -> Self {
        Self {
            parallel,
            marks: vec![0; neurons],
            targets: Vec::new(),
            edges: Vec::new(),
            out_degree: vec![0; neurons],
            in_degree: vec![0; neurons],
        }
    }

    /// Finds and marks P and Q and returns P; `None`, with nothing marked, if either is empty.
    #[inline]
    pub(super) fn enter<'g>(
        &mut self,
        graph: &'g SignedGraph,
        matching: Matching,
        hub: u32,
    ) -> Option<&'g [u32]> {
        let layers = graph.layers(matching);
        let inputs = layers.excitors.row(hub);
        if inputs.is_empty() {
            return None;
        }
        self.targets.clear();
        self.targets.extend(
            layers
                .inhibited
                .row(hub)
                .iter()
                .filter(|&&target| graph.excitatory(target)),
        );
        if self.targets.is_empty() {
            return None;
        }
        mark(&mut self.marks, inputs, INPUT);
        mark(&mut self.marks, &self.targets, TARGET);
        Some(inputs)
    }

    /// Takes back the marks of [`Neighbourhood::enter`].
    #[inline]
    pub(super) fn leave(&mut self, inputs: &[u32]) {
        unmark(&mut self.marks, inputs, INPUT);
        unmark(&mut self.marks, &self.targets, TARGET);
    }

    /// Lists the edges M. O(d min(|P|, |Q|)) for degrees d.
    #[inline]
    pub(super) fn list_edges(&mut self, graph: &SignedGraph, matching: Matching, inputs: &[u32]) {
        let layers = graph.layers(matching);
        let entries = |rows: &Adjacency, of: &[u32]| {
            of.iter()
                .map(|&neuron| rows.row(neuron).len())
                .sum::<usize>()
        };
        let Self {
            parallel,
            marks,
            targets,
            edges,
            ..
        } = self;
        let (out, into) = (
            entries(&layers.excited, inputs),
            entries(&layers.excitors, targets),
        );
        match (
            out < into,
            !parallel.shares(out.min(into), PARALLEL_ENTRIES),
        ) {
            (true, true) => search(
                edges,
                out,
                marks,
                TARGET,
                &layers.excited,
                inputs,
                |input, target| (input, target),
            ),
            (false, true) => search(
                edges,
                into,
                marks,
                INPUT,
                &layers.excitors,
                targets,
                |target, input| (input, target),
            ),
            (true, false) => {
                let from = |&input: &u32| {
                    let row = layers.excited.row(input).iter();
                    row.filter(|&&neuron| marks[neuron as usize] & TARGET != 0)
                        .map(move |&target| (input, target))
                };
                edges.clear();
                edges.par_extend(inputs.par_iter().flat_map_iter(from));
            }
            (false, false) => {
                let onto = |&target: &u32| {
                    let row = layers.excitors.row(target).iter();
                    row.filter(|&&neuron| marks[neuron as usize] & INPUT != 0)
                        .map(move |&input| (input, target))
                };
                edges.clear();
                edges.par_extend(targets.par_iter().flat_map_iter(onto));
            }
        }
    }

    /// Adds the edges M to the degrees.
    #[inline]
    pub(super) fn count_degrees(&mut self) {
        for &(input, target) in &self.edges {
            self.out_degree[input as usize] += 1;
            self.in_degree[target as usize] += 1;
        }
    }

    /// Sets the degrees back to zero.
    #[inline]
    pub(super) fn clear_degrees(&mut self) {
        for &(input, target) in &self.edges {
            self.out_degree[input as usize] = 0;
            self.in_degree[target as usize] = 0;
        }
    }

    /// Whether the neuron is in the set of this bit, as a number to subtract.
    #[inline]
    pub(super) fn is(&self, neuron: u32, set: u8) -> u64 {
        u64::from(self.marks[neuron as usize] & set != 0)
    }
}

/// Puts an edge into the list for each entry of the rows that is in the set of this bit, `entries`
/// being as many as there are.
///
/// Rows are short and lie anywhere in memory, and few entries are in the set: most of the time
/// would be spent waiting for the start of a row, and on branches taken by surprise. So all rows
/// are touched before the first is read, that the processor may fetch them together, and every
/// entry is written down, the next one over it if it is not in the set.
#[inline]
fn search(
    edges: &mut Vec<(u32, u32)>,
    entries: usize,
    marks: &[u8],
    set: u8,
    rows: &Adjacency,
    of: &[u32],
    edge: impl Fn(u32, u32) -> (u32, u32),
) {
    black_box(
        of.iter()
            .map(|&neuron| rows.row(neuron).first().map_or(0, |&first| first))
            .fold(0, u32::wrapping_add),
    );
    edges.resize(edges.len().max(entries), (0, 0));
    let mut found = 0;
    for &neuron in of {
        for &other in rows.row(neuron) {
            edges[found] = edge(neuron, other);
            found += usize::from(marks[other as usize] & set != 0);
        }
    }
    edges.truncate(found);
}

/// Puts neurons into the set of this bit.
#[inline]
pub(super) fn mark(marks: &mut [u8], neurons: &[u32], set: u8) {
    for &neuron in neurons {
        marks[neuron as usize] |= set;
    }
}

/// Takes neurons out of the set of this bit.
#[inline]
pub(super) fn unmark(marks: &mut [u8], neurons: &[u32], set: u8) {
    for &neuron in neurons {
        marks[neuron as usize] &= !set;
    }
}
