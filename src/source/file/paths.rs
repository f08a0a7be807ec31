//! Which files a connectome is read from.

use std::path::PathBuf;

/// Files of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// Edge table or graph.
    pub edges: PathBuf,
    /// Neuron table, or a graph whose nodes are it.
    pub neurons: Option<PathBuf>,
    /// Unit of the weights.
    pub unit: String,
}
