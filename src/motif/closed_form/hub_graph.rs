//! The edges around one hub as a small graph, for the induced occurrences of XOR5.

use std::ops::Range;

use crate::motif::SignedGraph;
use crate::motif::workers::Task;

/// The edges M of one hub as a small graph of its own, for induced counting.
#[derive(Default)]
pub(super) struct HubGraph {
    /// Whose edges these are.
    pub(super) hub: Option<u32>,
    /// The neurons of M, ascending; their positions are the small graph's numbers.
    neurons: Vec<u32>,
    /// Each neuron of M with its neighbours (of any kind of edge) among the neurons of M, end to
    /// end.
    near: Vec<u32>,
    near_ends: Vec<usize>,
    /// M, sorted, in small numbers.
    edges: Vec<(u32, u32)>,
    /// For each neuron those that an edge of M joins it to, end to end.
    joined: Vec<u32>,
    joined_ends: Vec<usize>,
    /// For each neuron the edges that touch it or a neighbour, once they are known.
    touched: Vec<Option<u64>>,
    /// Whether a neuron is equal or adjacent to a ([`NEAR_A`]) and to c ([`NEAR_C`]), the edge in
    /// question being a -> c.
    marks: Vec<u8>,
    /// For each neuron the edges that join it to neurons equal or adjacent to a.
    to_near_a: Vec<u32>,
}

const NEAR_A: u8 = 1;
const NEAR_C: u8 = 2;
/// By marks of its other end, twice what an edge counts that has one end near a and c: nothing
/// where it is counted from the other end, near c alone, and half where the other end is near both,
/// too.
const TWICE: [u64; 4] = [2, 2, 0, 1];

#[inline]
fn row(ends: &[usize], of: u32) -> Range<usize> {
    (if of == 0 { 0 } else { ends[of as usize - 1] })..ends[of as usize]
}

impl HubGraph {
    /// `numbers` is zero for every neuron before and after.
    pub(super) fn build(&mut self, graph: &SignedGraph, edges: &[(u32, u32)], numbers: &mut [u32]) {
        self.neurons.clear();
        self.joined_ends.clear();
        for &(a, c) in edges {
            for neuron in [a, c] {
                let number = &mut numbers[neuron as usize];
                if *number == 0 {
                    self.neurons.push(neuron);
                    self.joined_ends.push(0);
                    *number = self.neurons.len() as u32;
                }
                self.joined_ends[*number as usize - 1] += 1;
            }
        }
        let count = self.neurons.len();
        let number = |neuron: u32| numbers[neuron as usize] - 1;
        self.edges.clear();
        self.edges
            .extend(edges.iter().map(|&(a, c)| (number(a), number(c))));
        self.edges.sort_unstable();
        // Lengths of rows, then where they start, and, when they are filled, where they end.
        let mut start = 0;
        for end in &mut self.joined_ends {
            start += std::mem::replace(end, start);
        }
        self.joined.resize(start, 0);
        for &(a, c) in &self.edges {
            for (one, other) in [(a, c), (c, a)] {
                let end = &mut self.joined_ends[one as usize];
                self.joined[*end] = other;
                *end += 1;
            }
        }
        self.near.clear();
        self.near_ends.clear();
        for (number, &neuron) in self.neurons.iter().enumerate() {
            self.near.push(number as u32);
            let neighbours = graph
                .neighbours(neuron)
                .iter()
                .map(|&other| numbers[other as usize]);
            self.near.extend(
                neighbours
                    .filter(|&number| number > 0)
                    .map(|number| number - 1),
            );
            self.near_ends.push(self.near.len());
        }
        for &neuron in &self.neurons {
            numbers[neuron as usize] = 0;
        }
        self.touched.clear();
        self.touched.resize(count, None);
        self.marks.resize(self.marks.len().max(count), 0);
        self.to_near_a.resize(self.to_near_a.len().max(count), 0);
    }

    /// Calls back with each edge of the task's share, its ends as neurons of the graph, and the
    /// number of its partners.
    pub(super) fn for_each_edge(&mut self, task: Task, mut found: impl FnMut(u32, u32, u64)) {
        let Self {
            neurons,
            near,
            near_ends,
            edges,
            joined,
            joined_ends,
            touched,
            marks,
            to_near_a,
            ..
        } = self;
        let near = |of: u32| &near[row(near_ends, of)];
        let joined = |of: u32| &joined[row(joined_ends, of)];
        for of_a in task.share(edges).chunk_by(|one, other| one.0 == other.0) {
            let a = of_a[0].0;
            let (mut ends, mut twice_inside) = (0, 0);
            for &neuron in near(a) {
                marks[neuron as usize] = NEAR_A;
                ends += joined(neuron).len() as u64;
                joined(neuron)
                    .iter()
                    .for_each(|&other| to_near_a[other as usize] += 1);
            }
            near(a)
                .iter()
                .for_each(|&neuron| twice_inside += u64::from(to_near_a[neuron as usize]));
            let touched_a = ends - twice_inside / 2;
            for &(_, c) in of_a {
                near(c)
                    .iter()
                    .for_each(|&neuron| marks[neuron as usize] |= NEAR_C);
                let touched_c = *touched[c as usize].get_or_insert_with(|| {
                    let ends: usize = near(c).iter().map(|&neuron| joined(neuron).len()).sum();
                    let others = near(c).iter().flat_map(|&neuron| joined(neuron));
                    (ends
                        - others
                            .filter(|&&other| marks[other as usize] & NEAR_C != 0)
                            .count()
                            / 2) as u64
                });
                let mut twice_both = 0;
                for &neuron in near(c) {
                    if marks[neuron as usize] & NEAR_A == 0 {
                        twice_both += 2 * u64::from(to_near_a[neuron as usize]);
                    } else {
                        let others = joined(neuron).iter();
                        twice_both += others
                            .map(|&other| TWICE[usize::from(marks[other as usize])])
                            .sum::<u64>();
                    }
                }
                near(c)
                    .iter()
                    .for_each(|&neuron| marks[neuron as usize] &= !NEAR_C);
                let partners = edges.len() as u64 + twice_both / 2 - touched_a - touched_c;
                found(neurons[a as usize], neurons[c as usize], partners);
            }
            for &neuron in near(a) {
                marks[neuron as usize] = 0;
                joined(neuron)
                    .iter()
                    .for_each(|&other| to_near_a[other as usize] = 0);
            }
        }
    }
}
