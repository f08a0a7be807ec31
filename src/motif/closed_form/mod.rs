//! Closed forms and filtered neighbourhoods, one file per motif; each deals with the occurrences
//! around one hub.
//!
//! Letters as in SCIENCE: hub I, inputs P (excitatory edges to I), targets Q (inhibitory edges from
//! I, excitatory by identity), and M, the excitatory edges from P to Q. For induced matching all of
//! them are taken from the one-way edges, for none of the patterns with P and Q has reciprocal
//! edges; what is left to check is that the remaining pairs are not adjacent.

mod ffli;
mod hub;
mod independent;
mod lat;
mod li3;
mod mi2;
mod wta3;
mod xor5;
mod xor6;

use super::tally::Tally;
use super::workers::{self, Parallel};
use super::{Matching, Motif, SignedGraph};
use hub::Hub;
use independent::IndependentPairs;

/// Memory that is used again from hub to hub. Every entry indexed by neuron is zero between hubs.
struct Scratch {
    hub: Hub,
    pairs: IndependentPairs,
    /// Two further counts per neuron.
    towards: Vec<u32>,
    from: Vec<u32>,
    xor5: xor5::InducedScratch,
    lists: [Vec<u32>; 4],
    /// Relays of XOR6 and where the list of the inputs of each ends.
    ends: Vec<(u32, usize)>,
}

impl Scratch {
    fn new(neurons: usize, parallel: Parallel) -> Self {
        Self {
            hub: Hub::new(neurons, parallel),
            pairs: IndependentPairs::new(neurons),
            towards: vec![0; neurons],
            from: vec![0; neurons],
            xor5: xor5::InducedScratch::default(),
            lists: Default::default(),
            ends: Vec::new(),
        }
    }
}

/// Whether a built-in motif has a closed form here; the others are counted by their joins.
pub(super) fn exists(motif: Motif) -> bool {
    motif != Motif::Sxor8
}

/// The roles that are fixed before the rest is counted.
pub(super) fn cut(motif: Motif) -> &'static str {
    match motif {
        Motif::Xor5 | Motif::Lat | Motif::Ffli | Motif::Li3 | Motif::Wta3 | Motif::Mi2 => "the hub",
        Motif::Xor6 | Motif::Sxor8 => "the hub, the relays and the read-out",
    }
}

/// How many steps a motif takes around a hub, roughly: it decides how the work is dealt out, and
/// nothing else.
pub(super) fn cost(graph: &SignedGraph, motif: Motif, matching: Matching, hub: u32) -> u64 {
    let layers = graph.layers(matching);
    let (inputs, targets) = (layers.excitors.row(hub), layers.inhibited.row(hub));
    if inputs.is_empty() || targets.is_empty() {
        return 1;
    }
    let out = || {
        inputs
            .iter()
            .map(|&a| layers.excited.row(a).len() as u64)
            .sum::<u64>()
    };
    let into = || {
        targets
            .iter()
            .map(|&c| layers.excitors.row(c).len() as u64)
            .sum::<u64>()
    };
    let (p, q) = (inputs.len() as u64, targets.len() as u64);
    match (motif, matching) {
        (Motif::Xor5, Matching::Subgraph) => out().min(into()),
        (Motif::Xor5, Matching::Induced) => {
            // The edges from P to Q are about as many as chance puts there; each looks at its
            // neighbourhood.
            let (out, into) = (out(), into());
            out.min(into) + out.min(into) * (out / p + into / q) / 4
        }
        (Motif::Xor6 | Motif::Sxor8, _) => out() + into() * q,
        (Motif::Lat | Motif::Ffli, Matching::Subgraph) => out() + into(),
        (Motif::Ffli, Matching::Induced) => out() * q.min(64),
        (Motif::Lat, Matching::Induced) => out() * q + into() * p,
        (Motif::Li3 | Motif::Wta3 | Motif::Mi2, _) => p + q,
    }
}

/// Adds up the occurrences of a motif, hub by hub.
pub(super) fn tally<T: Tally>(
    graph: &SignedGraph,
    motif: Motif,
    matching: Matching,
    parallel: Parallel,
    tally: &mut T,
) {
    let cost = |hub| cost(graph, motif, matching, hub);
    let splits = matches!(
        (motif, matching),
        (Motif::Xor6 | Motif::Lat | Motif::Ffli, _) | (Motif::Xor5, Matching::Induced)
    );
    let scratch = || Scratch::new(graph.neurons(), parallel);
    let threads = workers::threads(graph, parallel);
    workers::run(
        threads,
        graph.hubs(),
        cost,
        splits,
        scratch,
        tally,
        |task, scratch, tally| match (motif, matching) {
            (Motif::Xor5, Matching::Subgraph) => xor5::subgraph(graph, task, scratch, tally),
            (Motif::Xor5, Matching::Induced) => xor5::induced(graph, task, scratch, tally),
            (Motif::Xor6, Matching::Subgraph) => xor6::subgraph(graph, task, scratch, tally),
            (Motif::Xor6, Matching::Induced) => xor6::induced(graph, task, scratch, tally),
            (Motif::Lat, Matching::Subgraph) => lat::subgraph(graph, task, scratch, tally),
            (Motif::Lat, Matching::Induced) => lat::induced(graph, task, scratch, tally),
            (Motif::Ffli, Matching::Subgraph) => ffli::subgraph(graph, task, scratch, tally),
            (Motif::Ffli, Matching::Induced) => ffli::induced(graph, task, scratch, tally),
            (Motif::Li3, Matching::Subgraph) => li3::subgraph(graph, task, scratch, tally),
            (Motif::Li3, Matching::Induced) => li3::induced(graph, task, scratch, tally),
            (Motif::Wta3, _) => wta3::hub(graph, matching, task, scratch, tally),
            (Motif::Mi2, _) => mi2::hub(graph, task, tally),
            (Motif::Sxor8, _) => unreachable!("it has no closed form"),
        },
    );
}

/// `items` into `list`, replacing what was there.
fn collect(list: &mut Vec<u32>, items: impl Iterator<Item = u32>) {
    list.clear();
    list.extend(items);
}
