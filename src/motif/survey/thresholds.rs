//! Which weights synapses must have.

use std::borrow::Cow;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::Hinted;

/// Thresholds on the weights of synapses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a list of weights, such as [1, 2], or \"all\" for every weight that \
                 occurs"
)]
pub enum Thresholds {
    /// The weights listed, in any order.
    Listed(Vec<f64>),
    /// Every weight that occurs in the connectome.
    Every(Every),
}

/// The word that stands for every weight that occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every weight that occurs, written as `all`.
    All,
}

impl Thresholds {
    /// Every weight that occurs.
    pub const ALL: Self = Self::Every(Every::All);

    /// The lowest threshold; 0 for every weight.
    #[must_use]
    pub fn lowest(&self) -> f64 {
        match self {
            Self::Listed(weights) => weights.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Every(Every::All) => 0.0,
        }
    }

    /// The thresholds, ascending and without repeats. `occurring` gives the weights that occur, in
    /// ascending order, and is called only where they are asked for.
    #[must_use]
    pub fn ascending(&self, occurring: impl FnOnce() -> Vec<f64>) -> Vec<f64> {
        match self {
            Self::Listed(weights) => {
                let mut weights = weights.clone();
                weights.sort_by(f64::total_cmp);
                weights.dedup();
                weights
            }
            Self::Every(Every::All) => occurring(),
        }
    }

    /// Checks that there is a threshold, and that all are finite and at least 0.
    ///
    /// # Errors
    /// [`InvalidThresholds`] otherwise.
    pub fn check(&self) -> Result<(), InvalidThresholds> {
        let weights = match self {
            Self::Every(Every::All) => return Ok(()),
            Self::Listed(weights) => weights,
        };
        if weights.is_empty() {
            return Err(InvalidThresholds::Empty);
        }
        match weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
            Some(&wrong) => Err(InvalidThresholds::NoWeight(wrong)),
            None => Ok(()),
        }
    }
}

/// What makes a list no list of thresholds. The messages are to be read after the name of the list.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidThresholds {
    /// The list has no entry.
    #[error("is empty")]
    Empty,
    /// An entry is negative or not finite.
    #[error("{0} is not a weight")]
    NoWeight(f64),
    /// A word is neither a number nor `all`.
    #[error("`{0}` is neither a number nor `all`")]
    Word(String),
}

impl Hinted for InvalidThresholds {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Empty => Some("give a weight, such as 1".into()),
            Self::NoWeight(_) => Some("give numbers of at least 0, or `all`".into()),
            Self::Word(_) => None,
        }
    }
}

impl FromStr for Thresholds {
    type Err = InvalidThresholds;

    /// A number, or `all`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "all" {
            return Ok(Self::ALL);
        }
        let weights = text.parse().map(|weight| Self::Listed(vec![weight]));
        weights.map_err(|_| InvalidThresholds::Word(text.to_owned()))
    }
}
