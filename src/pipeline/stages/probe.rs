//! The stage `probe`: finds the best learning rate of a topology on a task.

use serde::Serialize;
use std::cell::RefCell;

use super::exercise::{Arm, Exercise, optional};
use super::topology::MakeTopology;
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::task::CheckedTask;
use crate::training::LearningRateRow;
use crate::training::{TrainingConfig, probe_learning_rate};

/// Tries each learning rate on the first seed, with a network without a bottleneck.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProbeLearningRate {
    /// The kind of network that is trained.
    #[serde(flatten)]
    pub(crate) arm: Arm,
    /// The task that the network learns.
    pub(crate) task: CheckedTask,
    /// Settings of training, with the learning rates to try.
    pub(crate) training: TrainingConfig,
    /// Seed of the pipeline, from which all random streams of this cell are derived.
    pub(crate) pipeline_seed: u64,
}

inputs! {
    /// What learning rates are tried on.
    pub(crate) struct ProbeInputs {
        /// The topology that is trained. A perceptron has none.
        topology: Option<Handle<MakeTopology>>,
    }
}

outputs! {
    /// The result of each learning rate.
    pub(crate) struct ProbeTables {
        /// The learning rates that were tried, and which one was chosen.
        learning_rates: Vec<LearningRateRow>,
    }
}

impl Stage for ProbeLearningRate {
    const NAME: &'static str = "probe";
    const VERSION: u32 = 4;
    type Inputs = ProbeInputs;
    type Output = ProbeTables;

    fn run(
        &self,
        inputs: &Loaded<'_, ProbeInputs>,
        context: &Context<'_>,
    ) -> Result<ProbeTables, StageError> {
        let topology = optional(inputs, inputs.topology.as_ref())?;
        let exercise = Exercise::new(&self.arm, &self.task, 1, self.pipeline_seed, topology)?;
        // The memory of one rate is given back before that of the next is set aside.
        let room = RefCell::new(None);
        let model = || {
            room.take();
            let (model, reserved) = exercise.model(None, &self.training, context)?;
            room.replace(Some(reserved));
            Ok::<_, StageError>(model)
        };
        let proceed = || context.proceeds();
        let probes = probe_learning_rate(
            &model,
            &exercise.task,
            &self.training,
            exercise.seed,
            &proceed,
        )?;
        let probes = probes.ok_or(StageError::Cancelled)?;
        let row = |(index, probe): (usize, &crate::training::Probe)| LearningRateRow {
            topology: exercise.topology.clone(),
            task: self.task.name.clone(),
            learning_rate: probe.learning_rate,
            test_loss: probe.test_error.is_finite().then_some(probe.test_error),
            taken: index == 0,
        };
        Ok(ProbeTables {
            learning_rates: probes.iter().enumerate().map(row).collect(),
        })
    }
}

/// The budget with the learning rate that worked best. It is unchanged if no rates were tried.
pub(super) fn with_probed_rate<I>(
    mut budget: TrainingConfig,
    inputs: &Loaded<'_, I>,
    probe: Option<&Handle<ProbeLearningRate>>,
) -> Result<TrainingConfig, StageError> {
    if let Some(probe) = probe {
        let rates: Vec<LearningRateRow> = inputs.rows(probe)?;
        let taken = rates.iter().find(|row| row.taken);
        let taken = taken.ok_or_else(|| StageError::inconsistent("no learning rate was taken"))?;
        budget.learning_rate = taken.learning_rate;
    }
    Ok(budget)
}
