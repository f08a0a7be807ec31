//! Families of topologies: where a wiring comes from.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use strum::VariantArray;

use crate::text::Hinted;

/// Where a topology comes from.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(
    serialize_all = "snake_case",
    parse_err_ty = UnknownFamily,
    parse_err_fn = UnknownFamily::named
)]
pub enum Family {
    /// A connectome as published, or a part of it.
    Observed,
    /// A model with a species' published statistics: no animal's data.
    SpeciesLike,
    /// Another wiring whose edges were moved at random, within what a null model keeps.
    Null,
    /// No animal's wiring: what the same number of neurons can do without constraints.
    Control,
}

/// A word that names no family of topologies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown family of topologies `{0}`")]
pub struct UnknownFamily(pub String);

impl UnknownFamily {
    fn named(word: &str) -> Self {
        Self(word.to_owned())
    }
}

impl Hinted for UnknownFamily {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let words: Vec<&str> = Family::ALL.iter().map(|&one| one.into()).collect();
        Some(format!("one of {}", words.join(", ")).into())
    }
}

impl Family {
    /// All families, in the order in which reports list them.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// True of wirings that nulls are made of and compared with.
    #[must_use]
    pub fn has_nulls(self) -> bool {
        match self {
            Self::Observed | Self::SpeciesLike => true,
            Self::Null | Self::Control => false,
        }
    }

    /// The word for the family in tables and pipelines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_one_word_in_pipelines_and_tables() {
        let words = ["observed", "species_like", "null", "control"];
        assert_eq!(Family::ALL.len(), words.len());
        for (family, word) in Family::ALL.iter().zip(words) {
            assert_eq!(family.to_string(), word);
            assert_eq!(word.parse(), Ok(*family));
            assert_eq!(serde_json::to_value(family).unwrap(), word);
        }
        let unknown = "nul".parse::<Family>().unwrap_err();
        assert_eq!(unknown.to_string(), "unknown family of topologies `nul`");
        assert_eq!(
            unknown.hint().unwrap(),
            "one of observed, species_like, null, control"
        );
    }
}
