//! The section `[latent]`.

use serde::{Deserialize, Serialize};

use super::error::{Invalid, check_distinct};
use crate::dimension::Estimator;

/// What is read from trained networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LatentSpec {
    /// Intrinsic-dimension estimators for latent and hidden activity.
    pub estimators: Vec<Estimator>,
}

impl Default for LatentSpec {
    fn default() -> Self {
        Self {
            estimators: Estimator::PIPELINE.to_vec(),
        }
    }
}

impl LatentSpec {
    /// The first value out of range.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        check_distinct("estimators", &self.estimators)
    }
}
