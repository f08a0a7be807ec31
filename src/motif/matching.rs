//! What else may join the neurons of an occurrence.

use serde::{Deserialize, Serialize};

/// What else may join the neurons of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// Anything: the required edges are there, others may be.
    Subgraph,
    /// Nothing: no other edge, of whatever sign, among the neurons of the occurrence.
    Induced,
}

impl Matching {
    /// Both kinds of matching.
    pub const ALL: [Matching; 2] = [Matching::Subgraph, Matching::Induced];

    /// The word used in tables: `subgraph`, `induced`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Matching::Subgraph => "subgraph",
            Matching::Induced => "induced",
        }
    }
}
