//! What the owner of tables can say about them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Which neurons the rows of a matrix stand for.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MatrixRows {
    /// The presynaptic ones: the entry of row A and column B is the synapse from A to B.
    #[default]
    Pre,
    /// The postsynaptic ones: the same entry is the synapse from B to A.
    Post,
}

/// How tables are read where their own words do not say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// Columns of the edge table, by what they hold: `pre`, `post`, `weight`, `gap_weight`,
    /// `synapse_type`, `sign`, `transmitter`, `connectome`. An empty name says that no column holds
    /// it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// Columns of the neuron tables, by what they hold: `neuron`, `transmitter`, `sign`, `class`,
    /// `super_class`, `cell_type`. An empty name says that no column holds it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub neuron_columns: BTreeMap<String, String>,
    /// Which neurons the rows of a matrix stand for. Without it, what its margins say, else the
    /// presynaptic ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix_rows: Option<MatrixRows>,
    /// The sheet of a workbook that has the edges. Without it, the first that is not empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Whether a weight below 0 is an inhibitory synapse of that strength, and one above 0 an
    /// excitatory one. Without it, weights below 0 are refused.
    pub signed_weights: bool,
}
