//! Circuit motifs: exact counts and who takes part in them.
//!
//! A motif is a small signed digraph, a [`Pattern`], whose roles are played by distinct neurons of
//! a [`SignedGraph`]. An *occurrence* is a way of filling the roles, two fillings that differ by a
//! symmetry of the pattern being the same occurrence. [`Matching::Subgraph`] allows further
//! synapses among the neurons of an occurrence, [`Matching::Induced`] allows none, of whatever
//! sign. Both are always worth reporting: a motif may be enriched as one and depleted as the other.
//!
//! Motifs are written in a small notation ([`Pattern::parse`]); the built-in ones ([`Motif`]) are,
//! too. A [`Counter`] says how a pattern is counted in a graph: the built-in ones, but for SXOR8,
//! without listing a single occurrence, from degrees and overlaps around the inhibitory neuron in
//! their middle, the *hub*; all others by a join that fills roles one by one and counts the last
//! ones together. Either way the count is exact.
//!
//! Where the graph has weights, the occurrences have an intensity and a coherence ([`Weighing`]).
//!
//! The triad census ([`triad_census`], [`signed_triad_census`]) asks the same of every wiring of
//! three neurons at once.
//!
//! ```
//! use engraph::connectome::Sign::{Excitatory as E, Inhibitory as I};
//! use engraph::motif::{Matching, Motif, SignedGraph, count};
//!
//! // Inputs 0 and 1, relays 2 and 3, the hub 4: one XOR5.
//! let edges = [(0, 2, E), (1, 3, E), (0, 4, E), (1, 4, E), (4, 2, I), (4, 3, I)];
//! let graph = SignedGraph::new(&[E, E, E, E, I], edges)?;
//! assert_eq!(count(&graph, Motif::Xor5.pattern(), Matching::Subgraph)?, 1);
//! assert_eq!(count(&graph, Motif::Xor5.pattern(), Matching::Induced)?, 1);
//! # Ok::<(), engraph::motif::MotifError>(())
//! ```

mod adjacency;
mod apart;
mod brute_force;
mod census;
mod closed_form;
mod count;
mod counter;
mod cover;
mod distinct;
mod error;
mod fault;
mod graph;
mod intensity;
mod join;
mod layout;
mod library;
mod matching;
mod order;
mod parse;
mod participation;
mod pattern;
mod sample;
mod statements;
pub mod survey;
mod symmetry;
mod tally;
mod verify;
mod workers;

#[cfg(test)]
mod tests;

pub use crate::statistics::Significance;
pub use census::{
    SignedTriadCensus, SignedTriadClass, TriadCensus, TriadClass, signed_triad_census, triad_census,
};
pub use count::count;
pub use counter::Counter;
pub use error::{MotifError, UnreadablePattern};
pub use graph::SignedGraph;
pub use intensity::{Estimate, Intensity, MotifWeights, Weighing};
pub use library::Motif;
pub use matching::Matching;
pub use participation::{
    EdgeParticipation, RoleParticipation, participation, participation_by_name,
    synapse_participation,
};
pub use pattern::Pattern;
pub use sample::sample;
pub use statements::{
    Attribute, Condition, PatternEdge, Role, SignConstraint, Statements, WeightRange,
};
pub use verify::{Verified, verify};
