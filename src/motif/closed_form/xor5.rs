//! XOR5: two edges of M without a common neuron.

use rayon::prelude::*;

use super::neighbourhood::{INPUT, Neighbourhood, TARGET};
use super::scratch::Scratch;
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

/// An edge a -> c of M forms an XOR5 with every edge of M that does not touch a or c. With e = |M|,
/// in- and out-degrees i and o within M and rec = 1 if c -> a is in M too, these are e - (o(a) +
/// i(a) + o(c) + i(c) - 1 - rec), and half their sum is C(e,2) - sum C(o,2) - sum C(i,2) - sum o i
/// + the number of reciprocal pairs.
pub(super) fn subgraph<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    let around = &mut scratch.around;
    let Some(inputs) = around.enter(graph, Matching::Subgraph, hub) else {
        return;
    };
    around.list_edges(graph, Matching::Subgraph, inputs);
    if around.edges.len() > 1 {
        around.count_degrees();
        let excited = &graph.layers(Matching::Subgraph).excited;
        let Neighbourhood {
            marks,
            edges,
            out_degree: o,
            in_degree: i,
            ..
        } = &*around;
        let touching = |v: u32| u64::from(o[v as usize]) + u64::from(i[v as usize]);
        let partners = |&(a, c): &(u32, u32)| {
            let both = marks[a as usize] & marks[c as usize];
            let reciprocal = both == INPUT | TARGET && excited.contains(c, a);
            edges.len() as u64 + 1 + u64::from(reciprocal) - touching(a) - touching(c)
        };
        let twice = if T::DETAIL {
            edges
                .iter()
                .map(|edge| detail(hub, *edge, partners(edge), tally))
                .sum()
        } else if !around.parallel.shares(edges.len(), PARALLEL_EDGES) {
            edges.iter().map(partners).sum()
        } else {
            edges
                .par_iter()
                .with_min_len(PARALLEL_EDGES / 4)
                .map(partners)
                .sum()
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

/// M from one-way edges; its inputs and targets are disjoint. The partners of a -> c are the edges
/// that do not touch S, the closed neighbourhoods A and C of a and c. The edges that do are those
/// that touch A, those that touch C, less those that touch both: the ones between C \ A and A, and
/// the ones with an end in both A and C whose other end is not in C \ A.
pub(super) fn induced<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    let small = &mut scratch.hub_graph;
    // A thread that takes several shares of one hub looks around once.
    if small.hub != Some(hub) {
        let around = &mut scratch.around;
        let Some(inputs) = around.enter(graph, Matching::Induced, hub) else {
            return;
        };
        around.list_edges(graph, Matching::Induced, inputs);
        around.leave(inputs);
        if around.edges.len() < 2 {
            return;
        }
        small.build(graph, &around.edges, &mut scratch.towards);
        small.hub = Some(hub);
    }
    let mut twice = 0;
    small.for_each_edge(task, |a, c, partners| {
        twice += detail(hub, (a, c), partners, tally)
    });
    tally.found_twice(HUB, hub, twice);
}
