//! LI3: an input and a target.

use super::neighbourhood::{INPUT, TARGET};
use super::scratch::Scratch;
use crate::motif::tally::Tally;
use crate::motif::workers::Task;
use crate::motif::{Matching, SignedGraph};

const INPUTS: usize = 0;
const HUB: usize = 1;
const TARGETS: usize = 2;

const RECRUITS: usize = 0;
const SILENCES: usize = 1;

/// |P| |Q| - |P and Q|.
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
    let mut total = 0;
    for &x in inputs {
        let targets = around.targets.len() as u64 - around.is(x, TARGET);
        tally.plays(INPUTS, x, targets);
        tally.joins(RECRUITS, x, hub, targets);
        total += targets;
    }
    if T::DETAIL {
        for &y in &around.targets {
            let sources = inputs.len() as u64 - around.is(y, INPUT);
            tally.plays(TARGETS, y, sources);
            tally.joins(SILENCES, hub, y, sources);
        }
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    around.leave(inputs);
}

/// The pairs of P and Q, disjoint here, that are not adjacent.
pub(super) fn induced<T: Tally>(
    graph: &SignedGraph,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    let Scratch { around, pairs, .. } = scratch;
    let Some(inputs) = around.enter(graph, Matching::Induced, hub) else {
        return;
    };
    let total = pairs.count(graph, inputs, &around.targets);
    for (&x, &targets) in inputs.iter().zip(&pairs.left_free) {
        tally.plays(INPUTS, x, targets);
        tally.joins(RECRUITS, x, hub, targets);
    }
    for (&y, &sources) in around.targets.iter().zip(&pairs.right_free) {
        tally.plays(TARGETS, y, sources);
        tally.joins(SILENCES, hub, y, sources);
    }
    tally.found(total);
    tally.plays(HUB, hub, total);
    around.leave(inputs);
}
