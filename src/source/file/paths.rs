//! The files that a connectome is read from.

use std::path::PathBuf;

use crate::source::ReadOptions;

/// A user's files that make a connectome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSource {
    /// The edge table, a matrix, or a graph.
    pub edges: PathBuf,
    /// The neuron tables, or graphs whose nodes are such; none for edges alone. What an earlier
    /// table says of a neuron counts before what a later one says.
    pub neurons: Vec<PathBuf>,
    /// Unit of the weights, such as `synapses`.
    pub unit: String,
    /// What the owner says of the tables beyond their own words.
    pub options: ReadOptions,
}
