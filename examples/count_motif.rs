//! Counts a circuit motif in a connectome: one of the motifs that come with engraph, and one of
//! your own. Run it with `cargo run --release --example count_motif`.

use std::error::Error;

use engraph::connectome::{Sign, SignModel, Synapse};
use engraph::motif::{Matching, Motif, Pattern, SignedGraph, count};
use engraph::source::bundled;

fn main() -> Result<(), Box<dyn Error>> {
    // The adult hermaphrodite worm. A sign model says which neurons excite and which inhibit: here
    // the 26 GABA neurons inhibit, all others excite.
    let worm = bundled::connectome("cook2019_herm")?.with_signs(SignModel::Gaba26);
    // Motifs are counted in a graph of the synapses whose weight is at least 1.
    let graph = SignedGraph::from_connectome(&worm, 1.0)?;

    // XOR5 is the error core: an inhibitory neuron I compares two inputs A and B. As a subgraph its
    // neurons may have further synapses among them; induced, they must not.
    let xor5 = Motif::Xor5.pattern();
    let subgraphs = count(&graph, xor5, Matching::Subgraph)?;
    let induced = count(&graph, xor5, Matching::Induced)?;
    println!("XOR5: {subgraphs} as subgraph, {induced} induced");
    assert_eq!((subgraphs, induced), (3117, 24));

    // A motif of your own: an interneuron that is driven strongly and inhibits the very neuron that
    // drives it. `->` excites and `-|` inhibits.
    let own = Pattern::parse("feedback", "A -> I [weight >= 5]\n I -| A")?;
    let feedback = count(&graph, &own, Matching::Subgraph)?;
    println!("feedback: {feedback}");

    // The same by hand: every strong excitatory synapse whose target inhibits its source.
    let synapses = |sign| worm.edges(1.0).filter(move |s| s.sign == sign);
    let returned = |s: &&Synapse| {
        synapses(Sign::Inhibitory).any(|back| (back.pre, back.post) == (s.post, s.pre))
    };
    let strong = synapses(Sign::Excitatory).filter(|s| s.weight >= 5.0);
    assert_eq!(strong.filter(returned).count() as u64, feedback);
    assert!(feedback > 0);
    Ok(())
}
