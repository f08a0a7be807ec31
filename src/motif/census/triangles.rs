//! Dyads laid out for listing triangles, and what is counted while they are.

use rayon::prelude::*;

use super::class::{BACKWARD, FORWARD, MUTUAL, Triad};
use crate::motif::SignedGraph;

/// The ways in which a neuron can see another: three kinds of dyad, each with an end of three types.
pub(super) const PORTS: usize = 9;

/// The dyad and the type of the neuron at its other end.
pub(super) fn port(at: usize) -> (u8, u8) {
    ((at / 3) as u8 + 1, (at % 3) as u8)
}

/// The pairs of neurons that are joined, each once, and sums over neurons of how many each sees.
///
/// Neurons are renumbered by ascending number of neighbours and a dyad is kept with its lower end, the one with fewer neighbours, so
/// that rows are short even where some neurons have very many neighbours.
pub(super) struct Dyads {
    offsets: Vec<usize>,
    /// The higher end.
    ends: Vec<u32>,
    /// Parallel to `ends`: the type of the higher end x 64 + the dyad as the lower end sees it x 4.
    labels: Vec<u8>,
    /// Of every neuron.
    types: Vec<u8>,
    /// For each type of neuron, the dyads it sees by port.
    pub(super) seen: [[u128; PORTS]; 3],
    /// For each type of neuron, the pairs of dyads it sees by the ports of both, the lower port first.
    pub(super) pairs: [[[u128; PORTS]; PORTS]; 3],
}

impl Dyads {
    pub(super) fn new(graph: &SignedGraph) -> Self {
        let neurons = graph.neurons();
        let (order, rank) = by_degree(graph);
        let mut dyads = Self {
            offsets: Vec::with_capacity(neurons + 1),
            ends: Vec::with_capacity(graph.edges()),
            labels: Vec::with_capacity(graph.edges()),
            types: order.iter().map(|&neuron| graph.identity(neuron) as u8).collect(),
            seen: Default::default(),
            pairs: Default::default(),
        };
        dyads.offsets.push(0);
        for (low, &neuron) in order.iter().enumerate() {
            let mut seen = [0_u64; PORTS];
            let (mut targets, mut sources) = (graph.targets(neuron), graph.sources(neuron));
            while let Some(&next) = match (targets.first(), sources.first()) {
                (Some(target), Some(source)) => Some(target.min(source)),
                (target, source) => target.or(source),
            } {
                let mut dyad = 0;
                if targets.first() == Some(&next) {
                    dyad |= FORWARD;
                    targets = &targets[1..];
                }
                if sources.first() == Some(&next) {
                    dyad |= BACKWARD;
                    sources = &sources[1..];
                }
                let high = rank[next as usize];
                let kind = dyads.types[high as usize];
                seen[usize::from(3 * (dyad - 1) + kind)] += 1;
                if high as usize > low {
                    dyads.ends.push(high);
                    dyads.labels.push(kind << 6 | dyad << 2);
                }
            }
            dyads.offsets.push(dyads.ends.len());
            dyads.see(low, &seen);
        }
        dyads
    }

    /// Adds what a neuron sees to the sums.
    fn see(&mut self, neuron: usize, seen: &[u64; PORTS]) {
        let kind = usize::from(self.types[neuron]);
        for (one, &count) in seen.iter().enumerate().filter(|&(_, &count)| count > 0) {
            self.seen[kind][one] += u128::from(count);
            let row = &mut self.pairs[kind][one];
            row[one] += u128::from(count * (count - 1) / 2);
            for other in one + 1..PORTS {
                row[other] += u128::from(count * seen[other]);
            }
        }
    }

    /// The dyads of which a neuron is the lower end: the higher ends and their labels.
    #[inline]
    fn row(&self, neuron: usize) -> (&[u32], &[u8]) {
        let row = self.offsets[neuron]..self.offsets[neuron + 1];
        (&self.ends[row.clone()], &self.labels[row])
    }

    /// The number of triangles by [`Triad::code`], the neurons of each in ascending order.
    pub(super) fn triangles(&self) -> Vec<u64> {
        let neurons = self.types.len();
        let start = || (vec![0_u64; Triad::CODES], vec![0_u8; neurons]);
        let list = |(mut found, mut marks): (Vec<u64>, Vec<u8>), low: usize| {
            self.list(low, &mut found, &mut marks);
            (found, marks)
        };
        let merge = |mut one: Vec<u64>, other: Vec<u64>| {
            one.iter_mut().zip(other).for_each(|(sum, more)| *sum += more);
            one
        };
        (0..neurons)
            .into_par_iter()
            .with_min_len(1024)
            .fold(start, list)
            .map(|(found, _)| found)
            .reduce(|| vec![0; Triad::CODES], merge)
    }

    /// Adds the triangles of which the neuron is the lowest. `marks` has an entry per neuron, zero before and after.
    fn list(&self, low: usize, found: &mut [u64], marks: &mut [u8]) {
        let (ends, labels) = self.row(low);
        for (&end, &label) in ends.iter().zip(labels) {
            marks[end as usize] = label;
        }
        for (&middle, &label) in ends.iter().zip(labels) {
            let first = Triad { types: [self.types[low], label >> 6, 0], dyads: [label >> 2 & MUTUAL, 0, 0] };
            let found = &mut found[first.code()..];
            let (highs, labels) = self.row(middle as usize);
            for (&high, &label) in highs.iter().zip(labels) {
                let mark = marks[high as usize];
                if mark != 0 {
                    // The mark has the third type and the second dyad where the code has them; the third dyad follows.
                    found[usize::from(mark) + (usize::from(label & MUTUAL << 2) << 2)] += 1;
                }
            }
        }
        for &end in ends {
            marks[end as usize] = 0;
        }
    }
}

/// The neurons by ascending number of neighbours, and the place of each in that order.
fn by_degree(graph: &SignedGraph) -> (Vec<u32>, Vec<u32>) {
    let neurons = graph.neurons();
    let degree = |neuron: u32| graph.neighbours(neuron).len();
    let largest = (0..neurons as u32).map(degree).max().unwrap_or(0);
    let mut next = vec![0_u32; largest + 2];
    for neuron in 0..neurons as u32 {
        next[degree(neuron) + 1] += 1;
    }
    for degree in 1..next.len() {
        next[degree] += next[degree - 1];
    }
    let (mut order, mut rank) = (vec![0; neurons], vec![0; neurons]);
    for neuron in 0..neurons as u32 {
        let place = &mut next[degree(neuron)];
        order[*place as usize] = neuron;
        rank[neuron as usize] = *place;
        *place += 1;
    }
    (order, rank)
}
