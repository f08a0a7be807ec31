//! WTA3: two neurons that excite the hub and are inhibited by it.

use super::scratch::{Scratch, collect};
use crate::motif::tally::Tally;
use crate::motif::workers::Task;
use crate::motif::{Matching, SignedGraph};

const COMPETITORS: usize = 0;
const HUB: usize = 1;

const RECRUITS: usize = 0;
const SILENCES: usize = 1;

/// C(|R|, 2) for the set R of neurons joined to the hub both ways; induced only the pairs that are
/// not adjacent.
pub(super) fn hub<T: Tally>(
    graph: &SignedGraph,
    matching: Matching,
    task: Task,
    scratch: &mut Scratch,
    tally: &mut T,
) {
    let hub = task.neuron;
    let Scratch {
        pairs,
        lists: [competitors, ..],
        ..
    } = scratch;
    // The pattern itself has edges both ways, hence the layer of every edge for either matching.
    let every = graph.layers(Matching::Subgraph);
    let inputs = every.excitors.row(hub);
    let inhibited = every.inhibited.row(hub).iter().copied();
    collect(
        competitors,
        inhibited.filter(|neuron| inputs.binary_search(neuron).is_ok()),
    );
    if competitors.len() < 2 {
        return;
    }
    let mut twice = 0;
    if matching == Matching::Induced {
        pairs.count(graph, competitors, competitors);
    }
    for (at, &competitor) in competitors.iter().enumerate() {
        let free = if matching == Matching::Induced {
            pairs.left_free[at]
        } else {
            competitors.len() as u64
        };
        // Itself is among them.
        let rivals = free - 1;
        tally.plays(COMPETITORS, competitor, rivals);
        tally.joins(RECRUITS, competitor, hub, rivals);
        tally.joins(SILENCES, hub, competitor, rivals);
        twice += rivals;
    }
    tally.found(twice / 2);
    tally.plays(HUB, hub, twice / 2);
}
