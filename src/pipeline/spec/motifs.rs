//! The section `[motifs]`.

use serde::{Deserialize, Serialize};
use std::path::Path;

use super::error::{Invalid, check_distinct};
use crate::connectome::SignModel;
use crate::motif::survey::{Counting, Nulls, Thresholds};
use crate::motif::{Motif, Pattern};
use crate::null_model::{Chain, GLOBAL_TRADES, NullModel, NullSettings, SWAPS_PER_EDGE};

/// Which motifs are counted, under which signs, against which nulls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MotifSpec {
    /// Motifs: names of built-in ones, or `.motif` files, relative to the pipeline's file.
    pub patterns: Vec<String>,
    /// The same, read; filled in by [`Spec::parse`].
    #[serde(skip)]
    pub resolved: Vec<Pattern>,
    /// Sign models.
    pub sign_models: Vec<SignModel>,
    /// Thresholds on the weight, in each connectome's unit; `"all"` for every weight that occurs.
    pub min_weights: Thresholds,
    /// Null connectomes per count; 0 for none.
    pub nulls: u32,
    /// What a null keeps.
    pub null_model: NullModel,
    /// How a null is drawn: auto, swaps or trades.
    pub null_chain: Chain,
    /// Attempted swaps per edge and null.
    pub swaps_per_edge: f64,
    /// Global trades per null.
    pub global_trades: u32,
    /// Also say which neuron plays which role how often.
    pub participation: bool,
    /// Also say which synapses take part how often.
    pub synapses: bool,
    /// Also say what single hubs carry, and what is left without them.
    pub hubs: bool,
    /// Occurrences to draw at random from every count.
    pub samples: u32,
    /// Also count triads.
    pub census: bool,
}

impl Default for MotifSpec {
    fn default() -> Self {
        Self {
            patterns: Motif::ALL.map(|motif| motif.to_string()).to_vec(),
            resolved: Vec::new(),
            sign_models: vec![SignModel::Wang2024],
            min_weights: Thresholds::These(vec![1.0]),
            nulls: 0,
            null_model: NullModel::BySourceSign,
            null_chain: Chain::Auto,
            swaps_per_edge: SWAPS_PER_EDGE,
            global_trades: GLOBAL_TRADES,
            participation: true,
            synapses: false,
            hubs: true,
            samples: 0,
            census: true,
        }
    }
}

impl MotifSpec {
    /// What is counted in every connectome.
    #[must_use]
    pub fn counting(&self, seed: u64) -> Counting {
        let Self {
            nulls,
            null_model,
            null_chain: chain,
            swaps_per_edge,
            global_trades,
            ..
        } = *self;
        let null_settings = NullSettings {
            chain,
            swaps_per_edge,
            global_trades,
        };
        Counting {
            patterns: self.resolved.clone(),
            min_weights: self.min_weights.clone(),
            nulls: Nulls {
                nulls,
                null_model,
                null_settings,
            },
            participation: self.participation,
            synapses: self.synapses,
            hubs: self.hubs,
            samples: self.samples,
            census: self.census,
            seed,
        }
    }

    /// Reads the motifs; paths are relative to `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) -> Result<(), Invalid> {
        for name in &self.patterns {
            let pattern =
                Pattern::named(name, folder).map_err(|e| Invalid::from_error("patterns", &e))?;
            if self
                .resolved
                .iter()
                .any(|other| other.name() == pattern.name())
            {
                let message = format!("two motifs are called `{}`", pattern.name());
                return Err(Invalid::new("patterns", message).hint("rename a file"));
            }
            self.resolved.push(pattern);
        }
        Ok(())
    }

    /// The first value out of range.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if let Some(message) = self.min_weights.fault() {
            return Err(Invalid::told("min_weights", &message));
        }
        check_swaps("swaps_per_edge", self.swaps_per_edge)?;
        check_distinct("sign_models", &self.sign_models)?;
        if let Thresholds::These(weights) = &self.min_weights {
            check_distinct("min_weights", weights)?;
        }
        Ok(())
    }
}

/// Refuses a number of swaps that cannot be made.
pub(super) fn check_swaps(key: &str, swaps: f64) -> Result<(), Invalid> {
    if swaps.is_finite() && swaps >= 0.0 {
        return Ok(());
    }
    Err(Invalid::new(key, "must be a number of at least 0"))
}
