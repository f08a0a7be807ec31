//! What else may join the neurons of an occurrence.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What else may join the neurons of an occurrence.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Matching {
    /// Anything: the required edges are there, others may be.
    Subgraph,
    /// Nothing: no other edge, of whatever sign, among the neurons of the occurrence.
    Induced,
}

impl Matching {
    /// Both kinds of matching.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// The word used in tables: `subgraph`, `induced`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
