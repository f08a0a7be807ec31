//! Families of topologies.

use serde::{Deserialize, Serialize};

/// Where a topology comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A connectome as published, or a part of it.
    Observed,
    /// A model with a species' published statistics: no animal's data.
    SpeciesLike,
    /// A randomised connectome.
    Null,
    /// No animal's wiring: what the same number of neurons can do without constraints.
    Control,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 4] = [Self::Observed, Self::SpeciesLike, Self::Null, Self::Control];

    /// The family a word of our own tables stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.as_str() == word)
    }

    /// True of wirings that nulls are made of and compared with.
    #[must_use]
    pub fn has_nulls(self) -> bool {
        matches!(self, Self::Observed | Self::SpeciesLike)
    }

    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::SpeciesLike => "species_like",
            Self::Null => "null",
            Self::Control => "control",
        }
    }
}
