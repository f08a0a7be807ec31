//! The section `[capacity]`: the dimensions that a wiring offers, in closed form.

use serde::{Deserialize, Serialize};

use super::error::{Invalid, check_distinct};
use super::motifs::check_swaps;
use crate::capacity::{CapacitySurvey, Convention, SNR, Weights, check_snr};
use crate::connectome::SignModel;
use crate::null_model::{NullModel, NullSettings, SWAPS_PER_EDGE};

/// Under which conventions the wiring dimension is measured, and beside which nulls.
///
/// The first value of every list is the default convention. The other values of a list are taken
/// one at a time, with the first of all other lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CapacitySpec {
    /// What a synapse counts for: `counts`, `binary`.
    pub weights: Vec<Weights>,
    /// Steps of past inputs and of future outputs.
    pub horizon: Vec<u32>,
    /// Time step over time constant.
    pub leak: Vec<f64>,
    /// Spectral radius that the signed weights are scaled to.
    pub spectral_radius: Vec<f64>,
    /// True where gap junctions take part.
    pub gap_junctions: Vec<bool>,
    /// Further sign models of the bundled connectomes, beside the one of `[topologies]`; each is
    /// taken with the first of all lists.
    pub sign_models: Vec<SignModel>,
    /// Signal-to-noise ratios. All of them are read under every convention.
    pub snr: Vec<f64>,
    /// Nulls of each kind, for every wiring that is no null itself.
    pub nulls: u32,
    /// What the nulls keep.
    pub null_models: Vec<NullModel>,
    /// Attempted swaps per edge when a null is drawn.
    pub swaps_per_edge: f64,
    /// True if every held neuron is left out once, in wirings that are no nulls.
    pub neurons: bool,
}

impl Default for CapacitySpec {
    fn default() -> Self {
        let convention = Convention::default();
        Self {
            weights: vec![convention.weights],
            horizon: vec![convention.horizon],
            leak: vec![convention.leak],
            spectral_radius: vec![convention.spectral_radius],
            gap_junctions: vec![convention.gap_junctions],
            sign_models: Vec::new(),
            snr: SNR.to_vec(),
            nulls: 0,
            null_models: vec![NullModel::BySourceSign, NullModel::BySignAndClass],
            swaps_per_edge: SWAPS_PER_EDGE,
            neurons: true,
        }
    }
}

impl CapacitySpec {
    /// The default convention, and those that differ from it in one value.
    #[must_use]
    pub fn conventions(&self) -> Vec<Convention> {
        let standard = Convention::default();
        let first = Convention {
            weights: self.weights.first().copied().unwrap_or(standard.weights),
            horizon: self.horizon.first().copied().unwrap_or(standard.horizon),
            leak: self.leak.first().copied().unwrap_or(standard.leak),
            spectral_radius: self
                .spectral_radius
                .first()
                .copied()
                .unwrap_or(standard.spectral_radius),
            gap_junctions: self
                .gap_junctions
                .first()
                .copied()
                .unwrap_or(standard.gap_junctions),
        };
        let mut all = vec![first];
        let others = |length: usize| 1..length;
        all.extend(others(self.weights.len()).map(|i| Convention {
            weights: self.weights[i],
            ..first
        }));
        all.extend(others(self.horizon.len()).map(|i| Convention {
            horizon: self.horizon[i],
            ..first
        }));
        all.extend(others(self.leak.len()).map(|i| Convention {
            leak: self.leak[i],
            ..first
        }));
        all.extend(others(self.spectral_radius.len()).map(|i| Convention {
            spectral_radius: self.spectral_radius[i],
            ..first
        }));
        all.extend(others(self.gap_junctions.len()).map(|i| Convention {
            gap_junctions: self.gap_junctions[i],
            ..first
        }));
        all
    }

    /// What is measured of a wiring; of one that is itself a null no nulls and no neurons.
    #[must_use]
    pub fn survey(&self, is_null: bool) -> CapacitySurvey {
        let has_nulls = self.nulls > 0 && !is_null;
        CapacitySurvey {
            conventions: self.conventions(),
            snr: self.snr.clone(),
            nulls: if has_nulls { self.nulls } else { 0 },
            null_models: if has_nulls {
                self.null_models.clone()
            } else {
                Vec::new()
            },
            null_settings: NullSettings::from(self.swaps_per_edge),
            curves: !is_null,
            neurons: self.neurons && !is_null,
        }
    }

    /// Refuses the first value that is out of range.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        check_list("weights", &self.weights)?;
        check_list("horizon", &self.horizon)?;
        check_list("leak", &self.leak)?;
        check_list("spectral_radius", &self.spectral_radius)?;
        check_list("gap_junctions", &self.gap_junctions)?;
        check_distinct("sign_models", &self.sign_models)?;
        if self.sign_models.contains(&SignModel::File) {
            let hint =
                "bundled connectomes have no signs of their own; name models such as `gaba26`";
            return Err(Invalid::new("sign_models", "contains `file`").hint(hint));
        }
        check_list("null_models", &self.null_models)?;
        check_swaps("swaps_per_edge", self.swaps_per_edge)?;
        let of_conventions = self.conventions().iter().try_for_each(Convention::check);
        of_conventions
            .and_then(|()| check_snr(&self.snr))
            .map_err(|fault| Invalid::new(fault.field, fault.message).hint(fault.hint))
    }
}

/// Refuses an empty list, and one that contains the same value twice.
fn check_list<T: PartialEq>(key: &str, list: &[T]) -> Result<(), Invalid> {
    if list.is_empty() {
        return Err(Invalid::new(key, "is empty"));
    }
    check_distinct(key, list)
}
