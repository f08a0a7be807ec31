//! The library against references and laws.

mod golden_motifs;
mod parsers;
mod sources;
