//! Neurons and their signed, weighted, typed synapses.
//!
//! A [`Connectome`] is what every later step starts from: immutable, compressed in both directions,
//! its synapses signed by a [`SignModel`]. [`Connectome::with_signs`] gives the same wiring under
//! another model; conclusions that hold under one model only are artefacts of it.

mod assumed_signs;
mod error;
mod exported;
mod graph;
mod neuron;
mod petgraph;
mod roles;
mod rows;
mod sign;
mod sign_model;
mod sign_tally;
mod stored;
mod strength;
mod synapse;

pub use self::petgraph::SynapseWeight;
pub use assumed_signs::{InhibitoryFraction, InvalidFraction};
pub use error::ConnectomeError;
pub use exported::{ExportedEdgeRow, ExportedNeuronRow, Unsaid, to_exported};
pub use graph::Connectome;
pub use neuron::{
    Neuron, NeuronClass, Receptors, Transmitter, is_transmitter, transmitter_spelling,
};
pub use roles::Roles;
pub use rows::{ConnectomeRow, NeuronRow, SynapseRow, to_rows};
pub use sign::Sign;
pub use sign_model::{FenyvesPrediction, SignModel, UnknownSignModel, fenyves_prediction};
pub use sign_tally::SignTally;
pub use stored::{
    Stored, StoredConnectomeRow, StoredError, StoredNeuronRow, StoredSynapseRow, from_stored,
    to_stored,
};
pub use strength::strength;
pub use synapse::{Synapse, SynapseType};
pub(crate) use synapse::{sort_by_pair, sort_key};
