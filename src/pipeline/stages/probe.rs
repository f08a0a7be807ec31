//! Which learning rate a topology is trained with on a task.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::train::{Arm, Exercise};
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
    /// Instruction set of the kernels: another one may change last digits.
    pub instruction_set: &'static str,
}

impl Stage for ProbeLearningRate {
    const NAME: &'static str = "probe";
    const VERSION: u32 = 2;

    fn run(&self, inputs: &Inputs<'_>, context: &Context<'_>) -> Result<Artifact, StageError> {
        let exercise = Exercise::new(&self.arm, &self.task, 1, self.pipeline_seed, inputs)?;
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
        Ok(Artifact::default().with(&probes.iter().enumerate().map(row).collect::<Vec<_>>())?)
    }
}
