//! The section `[paths]`: polysynaptic paths.

use serde::{Deserialize, Serialize};

use super::error::{Invalid, check_distinct};
use crate::connectome::SignModel;
use crate::paths::PathSettings;

/// Between which neurons paths are looked at, and under which sign models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PathSpec {
    /// Where paths begin: classes (`sensory`, `inter`, `motor`), names of neurons or cell types.
    /// Each word is a group of its own.
    pub from: Vec<String>,
    /// Where paths end, in the same words.
    pub to: Vec<String>,
    /// Most synapses of a path, from 1 to 20.
    pub steps: u32,
    /// Strongest pairs of neurons that are listed for each number of steps.
    pub pairs: u32,
    /// Strongest paths that are listed by name for each number of steps.
    pub strongest: u32,
    /// Sign models under which paths have their signs, one after the other.
    pub sign_models: Vec<SignModel>,
}

impl Default for PathSpec {
    fn default() -> Self {
        let PathSettings {
            from,
            to,
            steps,
            strongest,
            ..
        } = PathSettings::default();
        Self {
            from,
            to,
            steps,
            pairs: 20,
            strongest,
            sign_models: vec![SignModel::Wang2024],
        }
    }
}

impl PathSpec {
    /// What is asked of the paths of every connectome.
    #[must_use]
    pub fn settings(&self) -> PathSettings {
        PathSettings {
            from: self.from.clone(),
            to: self.to.clone(),
            steps: self.steps,
            pairs: self.pairs,
            strongest: self.strongest,
        }
    }

    /// Refuses the first value that is out of range.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        let checked = self.settings().check();
        checked.map_err(|fault| Invalid::new(fault.field, fault.message))?;
        if self.sign_models.is_empty() {
            return Err(Invalid::new("sign_models", "is empty"));
        }
        check_distinct("from", &self.from)?;
        check_distinct("to", &self.to)?;
        check_distinct("sign_models", &self.sign_models)
    }
}
