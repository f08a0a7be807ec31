//! The files that a connectome is read from.

use std::path::PathBuf;

/// A user's files that make a connectome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// The edge table, or a graph.
    pub edges: PathBuf,
    /// The neuron table, or a graph whose nodes are it; `None` for edges alone.
    pub neurons: Option<PathBuf>,
    /// Unit of the weights, such as `synapses`.
    pub unit: String,
}
