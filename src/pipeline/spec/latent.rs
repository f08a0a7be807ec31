//! The section `[latent]`: how latent dimensions are estimated.

use serde::{Deserialize, Serialize};

use super::error::{Invalid, check_distinct};
use crate::dimension::Estimator;

/// How the latent dimension of trained networks is estimated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LatentSpec {
    /// Estimators of intrinsic dimension that are applied to latent and hidden activity.
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
    /// Refuses a list that names an estimator twice.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        check_distinct("estimators", &self.estimators)
    }
}
