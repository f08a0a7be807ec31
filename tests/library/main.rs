//! The library against references and laws.

#[cfg(feature = "hub")]
mod fuzz;
mod golden_motifs;
mod parsers;
mod sources;
