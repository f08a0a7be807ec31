//! XOR5: two edges of M without a common neuron.

use rayon::prelude::*;

use super::hub::{INPUT, TARGET};
use super::{Hub, Scratch};
use crate::motif::tally::Tally;
use crate::motif::workers::Task;
use crate::motif::{Matching, SignedGraph};

const INPUTS: usize = 0;
const RELAYS: usize = 1;
const HUB: usize = 2;

const DRIVES: usize = 0;
const RECRUITS: usize = 1;
const SILENCES: usize = 2;

/// As many edges M of one hub are looked at by several threads.
const PARALLEL_EDGES: usize = 1 << 16;

/// An edge a -> c of M forms an XOR5 with every edge of M that does not touch a or c. With e = |M|, in- and out-degrees i and o within M
/// and rec = 1 if c -> a is in M too, these are e - (o(a) + i(a) + o(c) + i(c) - 1 - rec), and half their sum is
/// C(e,2) - sum C(o,2) - sum C(i,2) - sum o i + the number of reciprocal pairs.
pub(super) fn subgraph<T: Tally>(graph: &SignedGraph, task: Task, scratch: &mut Scratch, tally: &mut T) {
    let hub = task.neuron;
    let around = &mut scratch.hub;
    let Some(inputs) = around.enter(graph, Matching::Subgraph, hub) else {
        return;
    };
    around.list_edges(graph, Matching::Subgraph, inputs);
    if around.edges.len() > 1 {
        around.count_degrees();
        let excited = &graph.layers(Matching::Subgraph).excited;
        let Hub { marks, edges, out_degree: o, in_degree: i, .. } = &*around;
        let touching = |v: u32| u64::from(o[v as usize]) + u64::from(i[v as usize]);
        let partners = |&(a, c): &(u32, u32)| {
            let both = marks[a as usize] & marks[c as usize];
            let reciprocal = both == INPUT | TARGET && excited.contains(c, a);
            edges.len() as u64 + 1 + u64::from(reciprocal) - touching(a) - touching(c)
        };
        let twice = if T::DETAIL {
            edges.iter().map(|edge| detail(hub, *edge, partners(edge), tally)).sum()
        } else if !around.parallel.shares(edges.len(), PARALLEL_EDGES) {
            edges.iter().map(partners).sum()
        } else {
            edges.par_iter().with_min_len(PARALLEL_EDGES / 4).map(partners).sum()
        };
        tally.found_twice(HUB, hub, twice);
        around.clear_degrees();
    }
    around.leave(inputs);
}

/// The partners of an edge of M are occurrences of its neurons and synapses.
#[inline]
fn detail<T: Tally>(hub: u32, (a, c): (u32, u32), partners: u64, tally: &mut T) -> u64 {
    tally.plays(INPUTS, a, partners);
    tally.plays(RELAYS, c, partners);
    tally.joins(DRIVES, a, c, partners);
    tally.joins(RECRUITS, a, hub, partners);
    tally.joins(SILENCES, hub, c, partners);
    partners
}

/// The edges M of one hub as a small graph of its own, for induced counting.
#[derive(Default)]
pub(super) struct InducedScratch {
    /// The neurons of M, ascending; their positions are the small graph's numbers.
    neurons: Vec<u32>,
    /// Edges of M that touch each.
    touching: Vec<u32>,
    /// Each neuron of M with its neighbours (of any kind of edge) among the neurons of M, end to end.
    near: Vec<u32>,
    near_ends: Vec<usize>,
    /// M, sorted, in small numbers, and where the edges out of each neuron end.
    edges: Vec<(u32, u32)>,
    edge_ends: Vec<usize>,
    /// The neurons that are equal or adjacent to an end of the edge in question.
    blocked: Vec<bool>,
    blocked_list: Vec<u32>,
}

/// M from one-way edges; its inputs and targets are disjoint. The partners of a -> c are the edges that touch no neuron of S, the
/// closed neighbourhoods of a and c: e - sum over S of the edges touching a neuron + the edges inside S, which that sum has twice.
pub(super) fn induced<T: Tally>(graph: &SignedGraph, task: Task, scratch: &mut Scratch, tally: &mut T) {
    let hub = task.neuron;
    let around = &mut scratch.hub;
    let Some(inputs) = around.enter(graph, Matching::Induced, hub) else {
        return;
    };
    around.list_edges(graph, Matching::Induced, inputs);
    around.leave(inputs);
    if around.edges.len() > 1 {
        let small = &mut scratch.xor5;
        small.build(graph, &around.edges, &mut scratch.towards);
        let mut twice = 0;
        small.for_each_edge(task, |a, c, partners| twice += detail(hub, (a, c), partners, tally));
        tally.found_twice(HUB, hub, twice);
    }
}

impl InducedScratch {
    /// `numbers` is zero for every neuron before and after.
    fn build(&mut self, graph: &SignedGraph, edges: &[(u32, u32)], numbers: &mut [u32]) {
        self.neurons.clear();
        for &(a, c) in edges {
            for neuron in [a, c] {
                if numbers[neuron as usize] == 0 {
                    self.neurons.push(neuron);
                    numbers[neuron as usize] = self.neurons.len() as u32;
                }
            }
        }
        let count = self.neurons.len();
        self.touching.clear();
        self.touching.resize(count, 0);
        self.edges.clear();
        for &(a, c) in edges {
            let edge = (numbers[a as usize] - 1, numbers[c as usize] - 1);
            self.edges.push(edge);
            self.touching[edge.0 as usize] += 1;
            self.touching[edge.1 as usize] += 1;
        }
        self.edges.sort_unstable();
        self.edge_ends.clear();
        self.near.clear();
        self.near_ends.clear();
        let mut end = 0;
        for (number, &neuron) in self.neurons.iter().enumerate() {
            self.near.push(number as u32);
            let neighbours = graph.neighbours(neuron).iter().map(|&other| numbers[other as usize]);
            self.near.extend(neighbours.filter(|&number| number > 0).map(|number| number - 1));
            self.near_ends.push(self.near.len());
            while self.edges.get(end).is_some_and(|edge| edge.0 as usize == number) {
                end += 1;
            }
            self.edge_ends.push(end);
        }
        for &neuron in &self.neurons {
            numbers[neuron as usize] = 0;
        }
        self.blocked.clear();
        self.blocked.resize(count, false);
    }

    /// Calls back with each edge of the task's share, its ends as neurons of the graph, and the number of its partners.
    fn for_each_edge(&mut self, task: Task, mut found: impl FnMut(u32, u32, u64)) {
        let Self { neurons, touching, near, near_ends, edges, edge_ends, blocked, blocked_list } = self;
        let slice = |ends: &[usize], of: u32| (if of == 0 { 0 } else { ends[of as usize - 1] })..ends[of as usize];
        let mut touched_sum = 0;
        let block = |of: u32, blocked: &mut [bool], list: &mut Vec<u32>| {
            let mut sum = 0;
            for &number in &near[slice(near_ends, of)] {
                if !std::mem::replace(&mut blocked[number as usize], true) {
                    list.push(number);
                    sum += u64::from(touching[number as usize]);
                }
            }
            sum
        };
        let unblock = |from: usize, blocked: &mut [bool], list: &mut Vec<u32>| {
            for number in list.drain(from..) {
                blocked[number as usize] = false;
            }
        };
        blocked_list.clear();
        let mut source = None;
        for &(a, c) in task.share(edges) {
            if source != Some(a) {
                unblock(0, blocked, blocked_list);
                touched_sum = block(a, blocked, blocked_list);
                source = Some(a);
            }
            let kept = blocked_list.len();
            let ends = touched_sum + block(c, blocked, blocked_list);
            let out = blocked_list.iter().flat_map(|&b| &edges[slice(edge_ends, b)]);
            let inside = out.filter(|edge| blocked[edge.1 as usize]).count() as u64;
            found(neurons[a as usize], neurons[c as usize], edges.len() as u64 + inside - ends);
            unblock(kept, blocked, blocked_list);
        }
        unblock(0, blocked, blocked_list);
    }
}
