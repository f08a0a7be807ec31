//! The stage `budget`: whether a topology learns a task slowly, and so gets more patient training.

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

/// Held-out error, as a fraction of the variance of the data, from which a network counts as slow.
/// A change of this value needs a new version of the stage.
const SLOW: f64 = 0.02;

/// Trains a network without a bottleneck under the ordinary budget, and judges its speed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChooseBudget {
    /// The kind of network that is trained.
    #[serde(flatten)]
    pub(crate) arm: Arm,
    /// The task that the network learns.
    pub(crate) task: CheckedTask,
    /// The ordinary settings of training.
    pub(crate) training: TrainingConfig,
    /// Number of the seed, which is the first one that the topology is trained with.
    pub(crate) seed: u32,
    /// Seed of the pipeline, from which all random streams of this cell are derived.
    pub(crate) pipeline_seed: u64,
}

inputs! {
    /// What is trained in order to choose a budget.
    pub(crate) struct BudgetInputs {
        /// The topology that is trained. A perceptron has none.
        topology: Option<Handle<MakeTopology>>,
        /// The cell that tried learning rates, if any did.
        probe: Option<Handle<ProbeLearningRate>>,
    }
}

outputs! {
    /// The choice of a budget.
    pub(crate) struct BudgetTables {
        /// Whether the topology learns the task slowly, with the error that says so.
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
        let (mut model, _room) = exercise.model(None, &config, context)?;
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
