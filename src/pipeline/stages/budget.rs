//! Whether a topology learns a task slowly.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::train::{Arm, Exercise, with_probed_rate};
use crate::task::CheckedTask;
use crate::training::TrainingBudgetRow;
use crate::training::{RunStatus, TrainingConfig, train};

/// Held-out error, over the variance of the data, from which on a network learns slowly. With
/// another one the stage has another version.
const SLOW: f64 = 0.02;

/// Trains a network without a bottleneck under the ordinary budget.
#[derive(Clone, Debug, Serialize)]
pub struct ChooseBudget {
    /// What is trained.
    #[serde(flatten)]
    pub arm: Arm,
    /// Task.
    pub task: CheckedTask,
    /// The ordinary budget.
    pub training: TrainingConfig,
    /// Number of the seed, the first that the topology is trained with.
    pub seed: u32,
    /// Seed of the pipeline.
    pub pipeline_seed: u64,
    /// Instruction set of the kernels: another one may change last digits.
    pub instruction_set: &'static str,
}

impl Stage for ChooseBudget {
    const NAME: &'static str = "budget";
    const VERSION: u32 = 1;

    fn run(&self, inputs: &Inputs<'_>, context: &Context<'_>) -> Result<Artifact, StageError> {
        let exercise = Exercise::new(&self.arm, &self.task, self.seed, self.pipeline_seed, inputs)?;
        let config = with_probed_rate(self.training.clone(), inputs, inputs.len() - 1)?;
        let mut model = exercise.model(None, config.memory_gib)?;
        let run = train(&mut *model, &exercise.task, &config, exercise.seed, &|| {
            context.proceeds()
        });
        let run = run.ok_or(StageError::Cancelled)?;
        let test_loss = run
            .curve
            .last()
            .map(|epoch| epoch.test_error)
            .filter(|error| error.is_finite());
        let slow =
            run.verdict.status != RunStatus::Ok || test_loss.is_none_or(|error| error >= SLOW);
        let row = TrainingBudgetRow {
            topology: exercise.topology,
            task: self.task.name.clone(),
            test_loss,
            status: run.verdict.status.as_str().to_owned(),
            patient: slow,
        };
        Ok(Artifact::default().with(&[row])?)
    }
}
