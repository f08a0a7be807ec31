//! Which weights synapses must have.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Thresholds on the weights of synapses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of weights, such as [1, 2], or \"all\" for every weight that occurs"
)]
pub enum Thresholds {
    /// These.
    These(Vec<f64>),
    /// Every weight that occurs.
    Every(Every),
}

/// The word for every weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// `all`.
    All,
}

impl Thresholds {
    /// Every weight that occurs.
    pub const ALL: Self = Self::Every(Every::All);

    /// The lowest of them.
    #[must_use]
    pub fn lowest(&self) -> f64 {
        match self {
            Self::These(weights) => weights.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Every(_) => 0.0,
        }
    }

    /// The thresholds, ascending, given the weights that occur.
    #[must_use]
    pub fn ascending(&self, occurring: impl FnOnce() -> Vec<f64>) -> Vec<f64> {
        match self {
            Self::These(weights) => {
                let mut weights = weights.clone();
                weights.sort_by(f64::total_cmp);
                weights.dedup();
                weights
            }
            Self::Every(_) => occurring(),
        }
    }

    /// What is wrong with them.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let Self::These(weights) = self else {
            return None;
        };
        if weights.is_empty() {
            return Some("is empty\n  hint: give a weight, such as 1".to_owned());
        }
        let wrong = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0))?;
        Some(format!(
            "{wrong} is not a weight\n  hint: give numbers of at least 0, or `all`"
        ))
    }
}

impl FromStr for Thresholds {
    type Err = String;

    /// A number, or `all`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::ALL);
        }
        let weights = text.parse().map(|weight| Self::These(vec![weight]));
        weights.map_err(|_| format!("`{text}` is neither a number nor `all`"))
    }
}
