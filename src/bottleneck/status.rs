//! Whether a sufficient bottleneck could be read.

use serde::{Deserialize, Serialize};

/// Whether a sufficient bottleneck could be read, or why not.
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
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// The estimate is valid.
    Ok,
    /// The network without a bottleneck does not reproduce the task.
    NotLearnt,
    /// A run without a bottleneck had not converged.
    NotConverged,
    /// A run ended in NaN or infinity.
    Diverged,
    /// Fewer than five seeds.
    TooFewSeeds,
    /// The network learnt, but no tested width suffices.
    NotReached,
}

impl Status {
    /// The word for it in tables.
    ///
    /// ```
    /// assert_eq!(engraph::bottleneck::Status::NotLearnt.as_str(), "not_learnt");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    #[test]
    fn words_agree_everywhere() {
        for status in Status::VARIANTS {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
