//! Which comparators are put to the test in trained networks.

use serde::{Deserialize, Serialize};

/// Which comparators are put to the test, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MotifFunctionConfig {
    /// Built-in motifs with the roles A, B, C, D and I.
    pub motifs: Vec<String>,
    /// Draws of occurrences, each silenced in turn beside matched neurons.
    pub draws: u32,
    /// Occurrences silenced at once.
    pub occurrences: u32,
}

impl Default for MotifFunctionConfig {
    fn default() -> Self {
        Self {
            motifs: vec!["xor5".to_owned(), "xor6".to_owned()],
            draws: 30,
            occurrences: 1,
        }
    }
}
