//! Dyads laid out for listing triangles, and what is counted while they are.

use rayon::prelude::*;

use super::class::{BACKWARD, FORWARD, MUTUAL, Triad};
use crate::connectome::Sign;
use crate::motif::SignedGraph;

/// The ways in which a neuron can see another: three kinds of dyad, each with an end of three
/// types.
pub(super) const PORTS: usize = 9;

/// The dyad and the type of the neuron at its other end.
pub(super) fn port(at: usize) -> (u8, u8) {
    ((at / 3) as u8 + 1, (at % 3) as u8)
}

/// A thread takes neurons with about this many dyads at a time, some tens of microseconds of work.
const DYADS_AT_A_TIME: usize = 8192;

/// The pairs of neurons that are joined, each once, and sums over neurons of how many each sees.
///
/// Neurons are renumbered by ascending number of neighbours and a dyad is kept with its lower end,
/// the one with fewer neighbours, so that rows are short even where some neurons have very many
/// neighbours. Rows need no order within.
pub(super) struct Dyads {
    /// Where the row of each neuron starts, and where the last one ends.
    offsets: Vec<usize>,
    /// The higher end of each dyad.
    ends: Vec<u32>,
    /// Parallel to `ends`: the type of the higher end x 64 + the dyad as the lower end sees it x 4.
    labels: Vec<u8>,
    /// The type of every neuron.
    types: Vec<u8>,
    /// For each type of neuron, the dyads it sees by port.
    pub(super) seen: [[u128; PORTS]; 3],
    /// For each type of neuron, the pairs of dyads it sees by the ports of both, the lower port
    /// first.
    pub(super) pairs: [[[u128; PORTS]; PORTS]; 3],
}

impl Dyads {
    pub(super) fn new(graph: &SignedGraph) -> Self {
        let neurons = graph.neurons();
        let (order, rank) = by_degree(graph);
        let length = neurons_at_a_time(neurons, graph.edges());
        let parts: Vec<Self> = order
            .par_chunks(length)
            .map(|part| Self::part(graph, part, &rank))
            .collect();
        let mut all = Self::empty(neurons, parts.iter().map(|part| part.ends.len()).sum());
        for part in parts {
            all.append(part);
        }
        all
    }

    fn empty(neurons: usize, dyads: usize) -> Self {
        let mut offsets = Vec::with_capacity(neurons + 1);
        offsets.push(0);
        Self {
            offsets,
            ends: Vec::with_capacity(dyads),
            labels: Vec::with_capacity(dyads),
            types: Vec::with_capacity(neurons),
            seen: Default::default(),
            pairs: Default::default(),
        }
    }

    /// The rows of neurons that follow each other in the order, and their sums.
    fn part(graph: &SignedGraph, neurons: &[u32], rank: &[u32]) -> Self {
        let mut part = Self::empty(neurons.len(), DYADS_AT_A_TIME);
        for &neuron in neurons {
            let low = rank[neuron as usize];
            let (mut targets, mut sources) = (graph.targets(neuron), graph.sources(neuron));
            let mut seen = [0_u64; PORTS];
            for &other in graph.neighbours(neuron) {
                let sends = u8::from(targets.first() == Some(&other));
                let receives = u8::from(sources.first() == Some(&other));
                targets = &targets[usize::from(sends)..];
                sources = &sources[usize::from(receives)..];
                let dyad = (sends * FORWARD) | (receives * BACKWARD);
                let kind = graph.identity(other) as u8;
                seen[usize::from(3 * (dyad - 1) + kind)] += 1;
                let high = rank[other as usize];
                if high > low {
                    part.ends.push(high);
                    part.labels.push(kind << 6 | dyad << 2);
                }
            }
            part.offsets.push(part.ends.len());
            part.types.push(graph.identity(neuron) as u8);
            part.add(graph.identity(neuron), &seen);
        }
        part
    }

    /// Adds what a neuron sees to the sums. No product exceeds the square of the number of neurons,
    /// which 64 bits hold.
    fn add(&mut self, identity: Sign, seen: &[u64; PORTS]) {
        let (sums, pairs) = (
            &mut self.seen[identity as usize],
            &mut self.pairs[identity as usize],
        );
        for (one, &count) in seen.iter().enumerate().filter(|&(_, &count)| count > 0) {
            sums[one] += u128::from(count);
            pairs[one][one] += u128::from(count * (count - 1) / 2);
            for other in one + 1..PORTS {
                pairs[one][other] += u128::from(count * seen[other]);
            }
        }
    }

    /// Puts the rows of the neurons that follow behind those that are there, and adds the sums.
    fn append(&mut self, next: Self) {
        let start = self.ends.len();
        self.offsets
            .extend(next.offsets[1..].iter().map(|offset| start + offset));
        self.ends.extend(next.ends);
        self.labels.extend(next.labels);
        self.types.extend(next.types);
        let sums = self
            .seen
            .as_flattened_mut()
            .iter_mut()
            .zip(next.seen.as_flattened());
        let pairs = self.pairs.as_flattened_mut().as_flattened_mut().iter_mut();
        let pairs = pairs.zip(next.pairs.as_flattened().as_flattened());
        sums.chain(pairs).for_each(|(sum, more)| *sum += more);
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
            one.iter_mut()
                .zip(other)
                .for_each(|(sum, more)| *sum += more);
            one
        };
        (0..neurons)
            .into_par_iter()
            .with_min_len(neurons_at_a_time(neurons, self.ends.len()))
            .fold(start, list)
            .map(|(found, _)| found)
            .reduce(|| vec![0; Triad::CODES], merge)
    }

    /// Adds the triangles of which the neuron is the lowest. `marks` has an entry per neuron, zero
    /// before and after.
    fn list(&self, low: usize, found: &mut [u64], marks: &mut [u8]) {
        let (ends, labels) = self.row(low);
        for (&end, &label) in ends.iter().zip(labels) {
            marks[end as usize] = label;
        }
        for (&middle, &label) in ends.iter().zip(labels) {
            let first = Triad {
                types: [self.types[low], label >> 6, 0],
                dyads: [label >> 2 & MUTUAL, 0, 0],
            };
            let found = &mut found[first.code()..];
            let (highs, labels) = self.row(middle as usize);
            for (&high, &label) in highs.iter().zip(labels) {
                let mark = marks[high as usize];
                if mark != 0 {
                    // The mark has the third type and the second dyad where the code has them; the
                    // third dyad follows.
                    found[usize::from(mark) + (usize::from(label & MUTUAL << 2) << 2)] += 1;
                }
            }
        }
        for &end in ends {
            marks[end as usize] = 0;
        }
    }
}

/// How many neurons have [`DYADS_AT_A_TIME`] if all have alike.
fn neurons_at_a_time(neurons: usize, dyads: usize) -> usize {
    neurons * DYADS_AT_A_TIME / dyads.max(1) + 1
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
