//! The closed form of each motif: whether there is one, what it costs, and counting by it.

use super::scratch::Scratch;
use super::{ffli, lat, li3, mi2, wta3, xor5, xor6};
use crate::motif::tally::Tally;
use crate::motif::workers::{self, Parallel};
use crate::motif::{Matching, Motif, SignedGraph};

/// Whether a built-in motif has a closed form here; the others are counted by their joins.
pub(in crate::motif) fn exists(motif: Motif) -> bool {
    motif != Motif::Sxor8
}

/// The roles that are fixed before the rest is counted.
pub(in crate::motif) fn cut(motif: Motif) -> &'static str {
    match motif {
        Motif::Xor5 | Motif::Lat | Motif::Ffli | Motif::Li3 | Motif::Wta3 | Motif::Mi2 => "the hub",
        Motif::Xor6 | Motif::Sxor8 => "the hub, the relays and the read-out",
    }
}

/// How many steps a motif takes around a hub, roughly: it decides how the work is dealt out, and
/// nothing else.
pub(in crate::motif) fn cost(
    graph: &SignedGraph,
    motif: Motif,
    matching: Matching,
    hub: u32,
) -> u64 {
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
pub(in crate::motif) fn tally<T: Tally>(
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
        graph.inhibiting(),
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
