//! The census of triads: how many sets of three neurons are wired in each possible way.
//!
//! Only triangles are ever listed. Everything else follows from counts of smaller pieces: pairs of
//! neighbours of one neuron from its degrees, single dyads with any third neuron from the number of
//! neurons, and any three neurons at all. Each of these counts triads that *contain* the piece;
//! taking away the triads that have more edges, largest first, leaves those that have no other.

mod class;
mod counts;
mod triangles;

#[cfg(test)]
mod tests;

pub use self::class::{SignedTriadClass, TriadClass};
pub use self::counts::{SignedTriadCensus, TriadCensus, signed_triad_census, triad_census};
