//! Whether a topology needs the patient budget for a task.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::train::{Arm, Exercise, probed};
use crate::latent::MARGIN;
use crate::report::schema::TrainingBudgetRow;
use crate::task::TaskConfig;
use crate::training::{TrainingConfig, train};

/// Held-out error, over the variance of the data, from which on a topology is slow: a sufficient bottleneck is read within this margin.
const SLOW: f64 = MARGIN;

/// Trains the first seed without a bottleneck under the ordinary budget.
#[derive(Clone, Debug, Serialize)]
pub struct ChooseBudget {
    /// What is trained.
    #[serde(flatten)]
    pub arm: Arm,
    /// Task.
    pub task: TaskConfig,
    /// The ordinary budget.
    pub training: TrainingConfig,
    /// Seed of the pipeline.
    pub pipeline_seed: u64,
    /// Instruction set of the kernels: another one may change last digits.
    pub instruction_set: &'static str,
}

impl Stage for ChooseBudget {
    const NAME: &'static str = "budget";
    const VERSION: u32 = 1;

    fn run(&self, inputs: &Inputs<'_>, context: &Context<'_>) -> Result<Artifact, StageError> {
        let exercise = Exercise::new(&self.arm, &self.task, 1, self.pipeline_seed, inputs)?;
        let config = probed(&self.training, inputs, inputs.len())?;
        let mut model = exercise.model(None, config.memory_gib)?;
        let run = train(&mut *model, &exercise.task, &config, exercise.seed, &|| context.proceeds());
        let error = run.ok_or(StageError::Cancelled)?.curve.last().map(|epoch| epoch.test_error);
        let test_loss = error.filter(|error| error.is_finite());
        let row = TrainingBudgetRow {
            topology: exercise.topology,
            task: self.task.name.clone(),
            test_loss,
            patient: test_loss.is_none_or(|error| error >= SLOW),
        };
        Ok(Artifact::default().with(&[row])?)
    }
}
