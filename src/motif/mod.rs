//! Circuit motifs: exact counts and who takes part in them.
//!
//! A motif is a small signed digraph, a [`Pattern`], whose roles are played by distinct neurons of a [`SignedGraph`]. An
//! *occurrence* is a way of filling the roles, two fillings that differ by a symmetry of the pattern being the same occurrence.
//! [`Matching::Subgraph`] allows further synapses among the neurons of an occurrence, [`Matching::Induced`] allows none, of
//! whatever sign. Both are always worth reporting: a motif may be enriched as one and depleted as the other.
//!
//! The built-in motifs ([`Motif`]) are counted without listing a single occurrence: every one has an inhibitory neuron in its
//! middle, the *hub*, whose excitatory inputs and inhibited targets are few, and the number of ways to complete them follows from
//! degrees and overlaps within that neighbourhood. The cost depends on the wiring around the hubs, never on how many
//! occurrences there are.
//!
//! The triad census ([`triad_census`], [`signed_triad_census`]) asks the same of every wiring of three neurons at once.
//!
//! ```
//! use engraph::connectome::Sign::{Excitatory as E, Inhibitory as I};
//! use engraph::motif::{Matching, Motif, SignedGraph, count};
//!
//! // Inputs 0 and 1, relays 2 and 3, the hub 4: one XOR5.
//! let edges = [(0, 2, E), (1, 3, E), (0, 4, E), (1, 4, E), (4, 2, I), (4, 3, I)];
//! let graph = SignedGraph::new(&[E, E, E, E, I], edges)?;
//! assert_eq!(count(&graph, Motif::Xor5, Matching::Subgraph)?, 1);
//! assert_eq!(count(&graph, Motif::Xor5, Matching::Induced)?, 1);
//! # Ok::<(), engraph::motif::MotifError>(())
//! ```

mod adjacency;
#[cfg(test)]
mod brute_force;
mod census;
mod closed_form;
mod count;
mod error;
mod graph;
mod library;
mod participation;
mod pattern;
mod tally;

pub use census::{SignedTriadCensus, SignedTriadClass, TriadCensus, TriadClass, signed_triad_census, triad_census};
pub use count::{Matching, count};
pub use error::MotifError;
pub use graph::SignedGraph;
pub use library::Motif;
pub use participation::{RoleParticipation, participation};
pub use pattern::{Pattern, PatternEdge, Role, SignConstraint};
