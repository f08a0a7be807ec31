//! Whether a topology learns a task slowly.

use serde::Serialize;

use super::exercise::{Arm, Exercise, optional};
use super::probe::{ProbeLearningRate, with_probed_rate};
use super::topology::MakeTopology;
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::task::CheckedTask;
use crate::training::TrainingBudgetRow;
use crate::training::{RunStatus, TrainingConfig, train};

/// Held-out error, over the variance of the data, from which on a network learns slowly. With
/// another one the stage has another version.
const SLOW: f64 = 0.02;

/// Trains a network without a bottleneck under the ordinary budget.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ChooseBudget {
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
}

inputs! {
    /// What is trained to choose a budget.
    pub(crate) struct BudgetInputs {
        /// The wiring; a perceptron has none.
        topology: Option<Handle<MakeTopology>>,
        /// Where learning rates were tried.
        probe: Option<Handle<ProbeLearningRate>>,
    }
}

outputs! {
    /// The budget that was chosen.
    pub(crate) struct BudgetTables {
        /// Whether the topology learns the task slowly.
        budgets: Vec<TrainingBudgetRow>,
    }
}

impl Stage for ChooseBudget {
    const NAME: &'static str = "budget";
    const VERSION: u32 = 3;
    type Inputs = BudgetInputs;
    type Output = BudgetTables;

    fn run(
        &self,
        inputs: &Loaded<'_, BudgetInputs>,
        context: &Context<'_>,
    ) -> Result<BudgetTables, StageError> {
        let topology = optional(inputs, inputs.topology.as_ref())?;
        let (task, seed) = (&self.task, self.seed);
        let exercise = Exercise::new(&self.arm, task, seed, self.pipeline_seed, topology)?;
        let config = with_probed_rate(self.training.clone(), inputs, inputs.probe.as_ref())?;
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
        Ok(BudgetTables { budgets: vec![row] })
    }
}
