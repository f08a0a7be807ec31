//! The section `[training]`: seeds, bottleneck widths, and the budget of each kind of network.

use serde::{Deserialize, Serialize};

use super::error::{Invalid, check_range};
use super::sparse::SparseSurface;
use super::widths::Widths;
use crate::motif_function::MotifFunctionConfig;
use crate::network::NetworkConfig;
use crate::representation::{LatentGradientsConfig, RangeConditionConfig};
use crate::task::CheckedTask;
use crate::training::homeostatic::HomeostaticConfig;
use crate::training::{TrainingConfig, UsedDimensionConfig};

/// Most seeds with which a network is trained.
const MOST_SEEDS: u32 = 100_000;
/// Most occurrences that are silenced, and draws of them.
const MOST_DRAWS: u32 = 1_000_000;

/// How networks are trained, with which bottleneck widths and how many seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingSpec {
    /// Number of seeds with which every network is trained.
    pub seeds: u32,
    /// Widths of the bottleneck, or `auto`. A network without a bottleneck is always trained as
    /// well; with an empty list it is the only one.
    pub bottlenecks: Widths,
    /// How engram networks are trained.
    pub engram: TrainingConfig,
    /// How the fully connected controls are trained.
    pub dense: TrainingConfig,
    /// How the perceptron is trained.
    pub perceptron: TrainingConfig,
    /// The homeostatic XOR rule. If it is given, every topology and a fully connected network also
    /// learn the tasks of bits by this rule.
    pub homeostatic: Option<HomeostaticConfig>,
    /// Tests of what comparator motifs do: they are silenced, and correlated with the mismatch of
    /// their inputs, in every network that has a wiring and no bottleneck. Without this key,
    /// nothing is tested.
    pub motif_function: Option<MotifFunctionConfig>,
    /// Which of the dimensions that a wiring offers training uses: every network that has a wiring,
    /// a task of the kind `capacity` and no bottleneck is made linear around held-out sequences.
    /// Without this key, none is.
    pub used_dimension: Option<UsedDimensionConfig>,
    /// The gradients of the units of every bottleneck by the sequence, for a symbolic search of
    /// what units code: of observed and species-like wirings and of the fully connected controls.
    /// Without this key, none are taken.
    pub latent_gradients: Option<LatentGradientsConfig>,
    /// The range condition of every pair of sources of every task that has sources: whether a code
    /// that costs least would keep them apart. Without this key, it is not read.
    pub range_condition: Option<RangeConditionConfig>,
    /// Networks with a sparse bottleneck, whose error is wanted over the number of units and of
    /// active units: of observed and species-like wirings and of the fully connected controls.
    /// Without this key, none are trained.
    pub sparse_bottleneck: Option<SparseSurface>,
}

impl Default for TrainingSpec {
    fn default() -> Self {
        Self {
            seeds: 5,
            bottlenecks: Widths::These((1..=6).collect()),
            engram: TrainingConfig::default(),
            dense: TrainingConfig::default(),
            perceptron: TrainingConfig::default(),
            homeostatic: None,
            motif_function: None,
            used_dimension: None,
            latent_gradients: None,
            range_condition: None,
            sparse_bottleneck: None,
        }
    }
}

impl TrainingSpec {
    /// Memory that the networks in training may take together, in GiB.
    #[must_use]
    pub fn most_memory_gib(&self) -> f64 {
        let arms = [&self.engram, &self.dense, &self.perceptron];
        arms.map(|arm| arm.memory_gib)
            .into_iter()
            .fold(0.0, f64::max)
    }

    /// Refuses the first value that is out of range, given the tasks of the pipeline.
    pub(super) fn check(
        &self,
        tasks: &[CheckedTask],
        network: &NetworkConfig,
    ) -> Result<(), Invalid> {
        if let Some(tested) = &self.motif_function {
            check_motif_function(tested)?;
        }
        check_range("seeds", self.seeds, 1..=MOST_SEEDS)?;
        if !self.bottlenecks.ascend() {
            let message = "must be widths that ascend from at least 1";
            return Err(Invalid::new("bottlenecks", message));
        }
        for task in tasks {
            if self.bottlenecks.of(task).is_none() {
                let message = format!(
                    "is `auto`, and the dimension of the task `{}` is not known",
                    task.name
                );
                return Err(Invalid::new("bottlenecks", message).hint("give a list of widths"));
            }
        }
        if let Some(used) = &self.used_dimension {
            used.check().map_err(|fault| {
                let key = format!("used_dimension.{}", fault.field);
                Invalid::new(key, fault.message).hint(fault.hint)
            })?;
            if tasks.iter().all(|task| task.sources().is_none()) {
                let message = "is read on tasks of sources, and there is none";
                return Err(Invalid::new("used_dimension", message).hint("kind `capacity`"));
            }
        }
        if let Some(read) = &self.latent_gradients {
            let most = LatentGradientsConfig::MOST_SAMPLES;
            check_range("latent_gradients.samples", read.samples, 1..=most)?;
        }
        if let Some(range) = &self.range_condition {
            let most = RangeConditionConfig::MOST_SAMPLES;
            check_range("range_condition.samples", range.samples, 3..=most)?;
        }
        if let Some(surface) = &self.sparse_bottleneck {
            let checked = surface.check(network);
            checked.map_err(|invalid| invalid.within("sparse_bottleneck"))?;
        }
        self.check_budgets()?;
        if let Some(config) = &self.homeostatic {
            config.check().map_err(|error| {
                Invalid::from_error(format!("homeostatic.{}", error.field), &error)
            })?;
            if tasks.iter().all(|task| task.bits().is_none()) {
                let message = "learns tasks of bits, and there is none";
                return Err(Invalid::new("homeostatic", message)
                    .hint("kinds `binary`, `codewords`, `three_bits`"));
            }
        }
        Ok(())
    }

    fn check_budgets(&self) -> Result<(), Invalid> {
        let budgets = [
            ("engram", &self.engram),
            ("dense", &self.dense),
            ("perceptron", &self.perceptron),
        ];
        for (arm, config) in budgets {
            config
                .check()
                .map_err(|fault| Invalid::from_error(format!("{arm}.{}", fault.field), &fault))?;
        }
        Ok(())
    }
}

fn check_motif_function(tested: &MotifFunctionConfig) -> Result<(), Invalid> {
    check_range("motif_function.draws", tested.draws, 1..=MOST_DRAWS)?;
    check_range(
        "motif_function.occurrences",
        tested.occurrences,
        1..=MOST_DRAWS,
    )?;
    let unfit = |name: &&String| !["xor5", "xor6", "sxor8"].contains(&name.as_str());
    if let Some(name) = tested.motifs.iter().find(unfit) {
        let message = format!("`{name}` is no comparator");
        return Err(Invalid::new("motif_function.motifs", message).hint("xor5, xor6 or sxor8"));
    }
    Ok(())
}
