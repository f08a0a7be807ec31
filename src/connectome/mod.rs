//! Neurons and their signed, weighted, typed synapses.

mod sign;

pub use sign::Sign;
