//! FFLI: an input that drives a relay C and, through the hub, silences another, D.

use super::hub::{INPUT, NEAR_HUB, OWN, TARGET, mark, unmark};
use super::{Scratch, collect};
use crate::motif::tally::Tally;
use crate::motif::{Matching, SignedGraph};

const INPUTS: usize = 0;
const DRIVEN: usize = 1;
const SILENCED: usize = 2;
const HUB: usize = 3;

/// With x(a) the excitatory neurons other than the hub that a excites and o(a) its edges in M: sum over P of
/// x(a) (|Q| - [a in Q]) - o(a).
pub(super) fn subgraph<T: Tally>(graph: &SignedGraph, hub: u32, scratch: &mut Scratch, tally: &mut T) {
    let around = &mut scratch.hub;
    let Some(inputs) = around.enter(graph, Matching::Subgraph, hub) else {
        return;
    };
    around.list_edges(graph, Matching::Subgraph, inputs);
    around.count_degrees();
    let hub_is_relay = u64::from(graph.excitatory(hub));
    let relays = |a: u32| u64::from(graph.relays(a)) - hub_is_relay;
    let mut total = 0;
    let mut all_relays = 0;
    for &a in inputs {
        let targets = around.targets.len() as u64 - around.is(a, TARGET);
        let found = relays(a) * targets - u64::from(around.out_degree[a as usize]);
        total += found;
        all_relays += relays(a);
        if T::PER_NEURON {
            tally.plays(INPUTS, a, found);
            for &c in graph.layers(Matching::Subgraph).excited.row(a) {
                if c != hub && graph.excitatory(c) {
                    tally.plays(DRIVEN, c, targets - around.is(c, TARGET));
                }
            }
        }
    }
    if T::PER_NEURON {
        for &d in &around.targets {
            let own = if around.is(d, INPUT) == 1 { relays(d) } else { 0 };
            tally.plays(SILENCED, d, all_relays - own - u64::from(around.in_degree[d as usize]));
        }
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    around.clear_degrees();
    around.leave(inputs);
}

/// For each input the pairs of one of its relays away from the hub and a target away from it that are not adjacent.
pub(super) fn induced<T: Tally>(graph: &SignedGraph, hub: u32, scratch: &mut Scratch, tally: &mut T) {
    const NEAR_A: u8 = OWN;
    let Scratch { hub: around, pairs, lists: [driven, silenced, ..], .. } = scratch;
    let Some(inputs) = around.enter(graph, Matching::Induced, hub) else {
        return;
    };
    mark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    let mut total = 0;
    for &a in inputs {
        let row = graph.layers(Matching::Induced).excited.row(a).iter().copied();
        // The hub is excited by a, too, but never its own neighbour.
        collect(driven, row.filter(|&c| c != hub && graph.excitatory(c) && around.is(c, NEAR_HUB) == 0));
        if driven.is_empty() {
            continue;
        }
        mark(&mut around.marks, graph.neighbours(a), NEAR_A);
        collect(silenced, around.targets.iter().copied().filter(|&d| around.is(d, NEAR_A) == 0));
        unmark(&mut around.marks, graph.neighbours(a), NEAR_A);
        let found = pairs.count(graph, driven, silenced);
        total += found;
        tally.plays(INPUTS, a, found);
        for (&c, &free) in driven.iter().zip(&pairs.left_free) {
            tally.plays(DRIVEN, c, free);
        }
        for (&d, &free) in silenced.iter().zip(&pairs.right_free) {
            tally.plays(SILENCED, d, free);
        }
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    unmark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    around.leave(inputs);
}
