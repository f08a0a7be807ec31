//! Which learning rate a topology is trained with on a task.

use serde::Serialize;

use super::topology::MakeTopology;
use super::train::{Arm, Exercise, optional};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::task::CheckedTask;
use crate::training::LearningRateRow;
use crate::training::{TrainingConfig, probe_learning_rate};

/// Tries the learning rates of a training configuration on the first seed, without a bottleneck.
#[derive(Clone, Debug, Serialize)]
pub struct ProbeLearningRate {
    /// What is trained.
    #[serde(flatten)]
    pub arm: Arm,
    /// Task.
    pub task: CheckedTask,
    /// How, with the rates to try.
    pub training: TrainingConfig,
    /// Seed of the pipeline.
    pub pipeline_seed: u64,
}

inputs! {
    /// What learning rates are tried on.
    pub struct ProbeInputs {
        /// The wiring; a perceptron has none.
        topology: Option<Handle<MakeTopology>>,
    }
}

outputs! {
    /// What became of each rate.
    pub struct ProbeTables {
        /// The rates, and which one was taken.
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
        let model = || exercise.model(None, self.training.memory_gib);
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
