//! MI2: two neurons that inhibit each other. Nothing else can join two neurons, so both matchings
//! agree.

use crate::motif::tally::Tally;
use crate::motif::workers::Task;
use crate::motif::{Matching, SignedGraph};

/// The pairs of the hub with a neuron of higher number.
pub(super) fn hub<T: Tally>(graph: &SignedGraph, task: Task, tally: &mut T) {
    let hub = task.neuron;
    let inhibited = &graph.layers(Matching::Subgraph).inhibited;
    let row = inhibited.row(hub);
    let later = &row[row.partition_point(|&other| other < hub)..];
    for &other in later
        .iter()
        .filter(|&&other| inhibited.contains(other, hub))
    {
        tally.found(1);
        tally.plays(0, hub, 1);
        tally.plays(0, other, 1);
        tally.joins(0, hub, other, 1);
        tally.joins(0, other, hub, 1);
    }
}
