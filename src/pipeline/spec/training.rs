//! The section `[training]`.

use serde::{Deserialize, Serialize};

use super::super::stages::MotifFunctionConfig;
use super::error::Invalid;
use super::widths::Widths;
use crate::task::CheckedTask;
use crate::training::homeostatic::HomeostaticConfig;
use crate::training::{Patience, TrainingConfig};

/// Training, bottlenecks and seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingSpec {
    /// Seeds per arm.
    pub seeds: u32,
    /// Widths of the bottleneck, or `auto`; an arm without a bottleneck is always trained, and it
    /// alone where there are none.
    pub bottlenecks: Widths,
    /// Engram networks.
    pub engram: TrainingConfig,
    /// What is other than in `engram` for a topology that learns a task slowly: whose first seed,
    /// without a bottleneck, does not converge under `engram` or has a held-out error of .02 or
    /// more. Every run of the topology on the task is trained with patience then. Where absent,
    /// none is; where present, each topology costs one run more.
    pub patient: Option<Patience>,
    /// The dense control.
    pub dense: TrainingConfig,
    /// The perceptron.
    pub perceptron: TrainingConfig,
    /// The homeostatic XOR rule, on every topology and a fully connected network; where present,
    /// tasks of bits are learnt by it too.
    pub homeostatic: Option<HomeostaticConfig>,
    /// Comparators that are silenced, and correlated with the mismatch of their inputs, in every
    /// network over a wiring without a bottleneck; none where absent.
    pub motif_function: Option<MotifFunctionConfig>,
}

impl Default for TrainingSpec {
    fn default() -> Self {
        Self {
            seeds: 5,
            bottlenecks: Widths::These((1..=6).collect()),
            engram: TrainingConfig::default(),
            patient: None,
            dense: TrainingConfig::default(),
            perceptron: TrainingConfig::default(),
            homeostatic: None,
            motif_function: None,
        }
    }
}

impl TrainingSpec {
    /// The first value out of range, given the tasks of the pipeline and whether it has nulls.
    pub(super) fn check(&self, tasks: &[CheckedTask], has_nulls: bool) -> Result<(), Invalid> {
        if let Some(tested) = &self.motif_function {
            tested.check()?;
        }
        if self.seeds == 0 {
            return Err(Invalid::new("seeds", "must be at least 1"));
        }
        if !self.bottlenecks.ascend() {
            let message = "must be widths that ascend from at least 1";
            return Err(Invalid::new("bottlenecks", message));
        }
        if self.bottlenecks.is_empty() && has_nulls {
            let message = "is empty, and nulls are compared by widths";
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
        let patient = self
            .patient
            .map(|patience| patience.with(self.engram.clone()));
        let budgets = [
            ("engram", Some(&self.engram)),
            ("dense", Some(&self.dense)),
            ("perceptron", Some(&self.perceptron)),
            ("patient", patient.as_ref()),
        ];
        for (arm, config) in budgets {
            if let Some(Err(error)) = config.map(TrainingConfig::check) {
                return Err(Invalid::from_error(
                    format!("{arm}.{}", error.field),
                    &error,
                ));
            }
        }
        Ok(())
    }
}

impl MotifFunctionConfig {
    fn check(&self) -> Result<(), Invalid> {
        if self.draws == 0 || self.occurrences == 0 {
            let message = "and `occurrences` must be at least 1";
            return Err(Invalid::new("motif_function.draws", message));
        }
        let unfit = |name: &&String| !["xor5", "xor6", "sxor8"].contains(&name.as_str());
        if let Some(name) = self.motifs.iter().find(unfit) {
            let message = format!("`{name}` is no comparator");
            return Err(Invalid::new("motif_function.motifs", message).hint("xor5, xor6 or sxor8"));
        }
        Ok(())
    }
}
