//! FFLI: an input that drives a relay C and, through the hub, silences another, D.

use super::neighbourhood::{INPUT, NEAR_HUB, OWN, TARGET, mark, unmark};
use super::scratch::{Scratch, collect};
use crate::motif::tally::Tally;
use crate::motif::workers::Task;
use crate::motif::{Matching, SignedGraph};

const INPUTS: usize = 0;
const DRIVEN: usize = 1;
const HUB: usize = 2;
const SILENCED: usize = 3;

const DRIVES: usize = 0;
const RECRUITS: usize = 1;
const SILENCES: usize = 2;

/// With x(a) the excitatory neurons other than the hub that a excites and o(a) its edges in M: sum
/// over P of x(a) (|Q| - [a in Q]) - o(a).
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
    around.count_degrees();
    let hub_is_relay = u64::from(graph.excitatory(hub));
    let relays = |a: u32| u64::from(graph.relays(a)) - hub_is_relay;
    let mut total = 0;
    let mut all_relays = 0;
    if T::DETAIL {
        all_relays = inputs.iter().map(|&a| relays(a)).sum();
    }
    for &a in task.share(inputs) {
        let targets = around.targets.len() as u64 - around.is(a, TARGET);
        let found = relays(a) * targets - u64::from(around.out_degree[a as usize]);
        total += found;
        if T::DETAIL {
            tally.plays(INPUTS, a, found);
            tally.joins(RECRUITS, a, hub, found);
            for &c in graph.layers(Matching::Subgraph).excited.row(a) {
                if c != hub && graph.excitatory(c) {
                    let completions = targets - around.is(c, TARGET);
                    tally.plays(DRIVEN, c, completions);
                    tally.joins(DRIVES, a, c, completions);
                }
            }
        }
    }
    if T::DETAIL {
        for &d in task.share(&around.targets) {
            let own = if around.is(d, INPUT) == 1 {
                relays(d)
            } else {
                0
            };
            let completions = all_relays - own - u64::from(around.in_degree[d as usize]);
            tally.plays(SILENCED, d, completions);
            tally.joins(SILENCES, hub, d, completions);
        }
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    around.clear_degrees();
    around.leave(inputs);
}

/// For each input the pairs of one of its relays away from the hub and a target away from it that
/// are not adjacent.
pub(super) fn induced<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    const NEAR_A: u8 = OWN;
    let Scratch {
        around,
        pairs,
        lists: [driven, silenced, ..],
        ..
    } = scratch;
    let Some(inputs) = around.enter(graph, Matching::Induced, hub) else {
        return;
    };
    mark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    let mut total = 0;
    for &a in task.share(inputs) {
        let row = graph
            .layers(Matching::Induced)
            .excited
            .row(a)
            .iter()
            .copied();
        // The hub is excited by a, too, but never its own neighbour.
        collect(
            driven,
            row.filter(|&c| c != hub && graph.excitatory(c) && around.is(c, NEAR_HUB) == 0),
        );
        if driven.is_empty() {
            continue;
        }
        mark(&mut around.marks, graph.neighbours(a), NEAR_A);
        collect(
            silenced,
            around
                .targets
                .iter()
                .copied()
                .filter(|&d| around.is(d, NEAR_A) == 0),
        );
        unmark(&mut around.marks, graph.neighbours(a), NEAR_A);
        let found = pairs.count(graph, driven, silenced);
        total += found;
        if !T::DETAIL {
            continue;
        }
        tally.plays(INPUTS, a, found);
        tally.joins(RECRUITS, a, hub, found);
        for (&c, &free) in driven.iter().zip(&pairs.left_free) {
            tally.plays(DRIVEN, c, free);
            tally.joins(DRIVES, a, c, free);
        }
        for (&d, &free) in silenced.iter().zip(&pairs.right_free) {
            tally.plays(SILENCED, d, free);
            tally.joins(SILENCES, hub, d, free);
        }
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    unmark(&mut around.marks, graph.neighbours(hub), NEAR_HUB);
    around.leave(inputs);
}
