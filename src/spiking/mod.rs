//! Spiking circuits of single motifs: does the XOR motif compute XOR with leaky integrate-and-fire
//! neurons, and how far from its published time constants?
//!
//! The time constants, potentials, weights and delays are those that the source papers give (arXiv
//! 2412.20090): 12, 15 and 6 ms for inputs, relays and the inhibitory hub; weights 84, 28 and -84;
//! delays of 1 and .5 ms. They do not say how long a synaptic current lasts and how long a neuron
//! is refractory, so [`SYNAPTIC_TIME`] and [`REFRACTORY_TIME`] are ours.
//!
//! Read `neuron` first, then `circuit`; `check` makes the tables.

mod check;
mod circuit;
mod neuron;
mod tables;

pub use check::{PUBLISHED_HUB_TIME, SpikingSettings, SpikingTables};
pub use circuit::{Circuit, NoCircuit, Response};
pub use neuron::{REFRACTORY_TIME, STEP, SYNAPTIC_TIME};
pub use tables::{SpikingMarginRow, SpikingResponseRow};
