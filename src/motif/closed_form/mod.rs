//! Closed forms and filtered neighbourhoods, one file per motif; each deals with the occurrences
//! around one hub.
//!
//! All files use the same letters: hub I, inputs P (excitatory edges to I), targets Q (inhibitory
//! edges from I, excitatory by identity), and M, the excitatory edges from P to Q. For induced
//! matching all of them are taken from the one-way edges, for none of the patterns with P and Q has
//! reciprocal edges; what is left to check is that the remaining pairs are not adjacent.

mod by_motif;
mod ffli;
mod hub_graph;
mod independent;
mod lat;
mod li3;
mod mi2;
mod neighbourhood;
mod scratch;
mod wta3;
mod xor5;
mod xor6;

pub(super) use by_motif::{cost, cut, exists, tally};
