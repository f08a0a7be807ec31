//! Closed forms and filtered neighbourhoods, one file per motif; each deals with the occurrences around one hub.
//!
//! Letters as in SCIENCE: hub I, inputs P (excitatory edges to I), targets Q (inhibitory edges from I, excitatory by identity), and M, the
//! excitatory edges from P to Q. For induced matching all of them are taken from the one-way edges, for none of the patterns with P
//! and Q has reciprocal edges; what is left to check is that the remaining pairs are not adjacent.

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

/// Adds up the occurrences of a motif, hub by hub.
pub(super) fn tally<T: Tally>(graph: &SignedGraph, motif: Motif, matching: Matching, tally: &mut T) {
    let neurons = graph.neurons();
    let mut scratch = Scratch {
        hub: Hub::new(neurons),
        pairs: IndependentPairs::new(neurons),
        towards: vec![0; neurons],
        from: vec![0; neurons],
        xor5: xor5::InducedScratch::default(),
        lists: Default::default(),
        ends: Vec::new(),
    };
    for &hub in graph.hubs() {
        match (motif, matching) {
            (Motif::Xor5, Matching::Subgraph) => xor5::subgraph(graph, hub, &mut scratch, tally),
            (Motif::Xor5, Matching::Induced) => xor5::induced(graph, hub, &mut scratch, tally),
            (Motif::Xor6, Matching::Subgraph) => xor6::subgraph(graph, hub, &mut scratch, tally),
            (Motif::Xor6, Matching::Induced) => xor6::induced(graph, hub, &mut scratch, tally),
            (Motif::Lat, Matching::Subgraph) => lat::subgraph(graph, hub, &mut scratch, tally),
            (Motif::Lat, Matching::Induced) => lat::induced(graph, hub, &mut scratch, tally),
            (Motif::Ffli, Matching::Subgraph) => ffli::subgraph(graph, hub, &mut scratch, tally),
            (Motif::Ffli, Matching::Induced) => ffli::induced(graph, hub, &mut scratch, tally),
            (Motif::Li3, Matching::Subgraph) => li3::subgraph(graph, hub, &mut scratch, tally),
            (Motif::Li3, Matching::Induced) => li3::induced(graph, hub, &mut scratch, tally),
            (Motif::Wta3, _) => wta3::hub(graph, matching, hub, &mut scratch, tally),
            (Motif::Mi2, _) => mi2::hub(graph, hub, tally),
        }
    }
}

/// `items` into `list`, replacing what was there.
fn collect(list: &mut Vec<u32>, items: impl Iterator<Item = u32>) {
    list.clear();
    list.extend(items);
}

#[cfg(test)]
mod tests;
