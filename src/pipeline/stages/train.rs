//! The stage `training`: one network, trained once.

use serde::Serialize;
use std::time::Instant;

use super::exercise::{Arm, Exercise, optional};
use super::measures::Before;
use super::topology::MakeTopology;
use crate::motif_function::MotifFunctionConfig;
use crate::motif_function::MotifFunctionRow;
use crate::network::{Activity, BottleneckKind, Group, Layout, Model, Parametrisation};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::rows::Kept;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::representation::{DisentanglementRow, HiddenRunRow, TrainingRegimeRow};
use crate::task::{CheckedTask, Recall};
use crate::training::{
    ActivityRow, CarriedRunRow, CheckpointRow, LearningCurveRow, RunKeys, TrainedParametersRow,
    TrainingRunRow,
};
use crate::training::{
    Checkpoint, Epoch, RunStatus, Trainer, TrainingConfig, TrainingRun, bits_of, shares_given_back,
};

/// Trains one network with one bottleneck width and one seed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrainNetwork {
    /// The kind of network that is trained.
    #[serde(flatten)]
    pub(crate) arm: Arm,
    /// Width of the bottleneck. It is `None` for a network without one.
    pub(crate) bottleneck: Option<u32>,
    /// The task that the network learns.
    pub(crate) task: CheckedTask,
    /// Settings of training.
    pub(crate) training: TrainingConfig,
    /// Number of the seed, from 1.
    pub(crate) seed: u32,
    /// Seed of the pipeline, from which all random streams of this cell are derived.
    pub(crate) pipeline_seed: u64,
    /// Which comparators are tested in the trained network. Without it, none are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) motif_function: Option<MotifFunctionConfig>,
    /// True if other stages read the trained parameters.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) keeps_parameters: bool,
}

inputs! {
    /// What training reads.
    pub(crate) struct TrainingInputs {
        /// The topology that is trained. A perceptron has none.
        topology: Option<Handle<MakeTopology>>,
    }
}

outputs! {
    /// A trained network.
    pub(crate) struct TrainingTables {
        /// How training ended.
        runs: Vec<TrainingRunRow>,
        /// Errors and costs after each epoch.
        curves: Vec<LearningCurveRow>,
        /// How far training moved the weights and the activity.
        regime: Vec<TrainingRegimeRow>,
        /// How well each latent unit carries one source.
        disentanglement: Vec<DisentanglementRow>,
        /// What comparators do in the trained network, if asked for.
        motif_function: Option<Vec<MotifFunctionRow>>,
        /// The activity of the units on held-out sequences.
        activity: Kept<ActivityRow>,
        /// How much of each source the network gives back, on tasks of sources without a
        /// bottleneck.
        carried: Kept<CarriedRunRow>,
        /// Dimension of the rates, for each class of neurons and each phase.
        hidden: Kept<HiddenRunRow>,
        /// The trained parameters, if other stages read them.
        parameters: Kept<TrainedParametersRow>,
        /// The state from which training can be continued, if asked for.
        checkpoints: Option<Vec<CheckpointRow>>,
    }
}

impl Stage for TrainNetwork {
    const NAME: &'static str = "training";
    const VERSION: u32 = 10;
    type Inputs = TrainingInputs;
    type Output = TrainingTables;

    fn work(&self) -> f64 {
        f64::from(self.training.epochs) * self.training.work_of_an_epoch()
    }

    fn run(
        &self,
        inputs: &Loaded<'_, TrainingInputs>,
        context: &Context<'_>,
    ) -> Result<TrainingTables, StageError> {
        let topology = optional(inputs, inputs.topology.as_ref())?;
        let (task, pipeline_seed) = (&self.task, self.pipeline_seed);
        let exercise = Exercise::new(&self.arm, task, self.seed, pipeline_seed, topology)?;
        let config = &self.training;
        let (mut model, _room) = exercise.model(self.bottleneck, config, context)?;
        let mut trainer = Trainer::new(&*model, &exercise.task, config, exercise.seed);
        // Rich and lazy regimes are told apart by the weights of a wiring, which controls do not
        // have.
        let wired = exercise.wiring.is_some();
        let before = wired.then(|| {
            Before::new(
                &model.connection_weights(),
                trainer.observe(&mut *model, false).hidden,
            )
        });
        let directions = exercise
            .task
            .directions()
            .filter(|_| self.bottleneck.is_none());
        let bound = directions.and_then(|directions| model.linear_bound(directions));
        if let Some(checkpoint) = kept(context, model.layout())
            && trainer.resume(&mut *model, &checkpoint).is_ok()
        {
            let epochs = checkpoint.curve.len();
            tracing::info!("{}: goes on after epoch {epochs}", exercise.topology);
        }
        // Time decides what is kept for later runs, and nothing else.
        let mut last_kept = Instant::now();
        while !trainer.is_done() {
            if !context.proceeds() {
                return Err(StageError::Cancelled);
            }
            trainer.epoch(&mut *model);
            let every = context.checkpoint_every();
            if every.is_some_and(|every| last_kept.elapsed() >= every) {
                let state = trainer.checkpoint(&*model);
                context.keep_checkpoint(&self.checkpoint(&exercise.topology, &state))?;
                last_kept = Instant::now();
            }
        }
        // A perceptron has no decoding steps into which frames could be fed back.
        let recall = self.task.recall == Recall::Previous && wired;
        let recall_loss = recall.then(|| trainer.scale() * trainer.observe(&mut *model, true).loss);
        let checkpoint = config.checkpoints.then(|| trainer.checkpoint(&*model));
        let run = trainer.finish(&mut *model);
        let parameters = model.parameters().len() as i64;
        let last = run
            .curve
            .last()
            .ok_or_else(|| StageError::inconsistent("no epoch was trained"))?;
        let bits = exercise
            .task
            .bit_accuracy(&run.held_out, &run.activity.output);
        let accuracy = bits.unwrap_or(1.0 - last.test_error);
        let row = TrainingRunRow {
            epochs: run.curve.len() as i32,
            learning_rate: config.learning_rate,
            train_loss: number(last.train_error),
            test_loss: number(last.test_error),
            test_accuracy: number(accuracy),
            recall_loss: recall_loss.and_then(number),
            converged: run.verdict.status == RunStatus::Ok,
            status: run.verdict.status.as_str().to_owned(),
            reason: run.verdict.reason.clone(),
            parameters,
            keys: self.keys(&exercise.topology),
        };
        let (name, after) = (&exercise.topology, model.connection_weights());
        let regime = before.and_then(|before| self.regime(&exercise, &before, &after, &run));
        let disentangled = self.disentangled(&exercise, &run);
        let functions = self.motif_function(&exercise, &mut *model, &run)?;
        Ok(TrainingTables {
            runs: vec![row],
            curves: self.curve(name, &run),
            regime: regime.into_iter().collect(),
            disentanglement: disentangled.into_iter().collect(),
            motif_function: functions,
            activity: Kept(self.activity(&run.activity)),
            carried: Kept(self.carried(&exercise, &run, bound).into_iter().collect()),
            hidden: Kept(self.hidden_dimension(&exercise, &run)?),
            parameters: Kept(if self.keeps_parameters {
                trained_parameters(&*model)
            } else {
                Vec::new()
            }),
            checkpoints: checkpoint.map(|checkpoint| self.checkpoint(name, &checkpoint)),
        })
    }
}

impl TrainNetwork {
    /// The columns with which every row about this run begins.
    pub(super) fn keys(&self, topology: &str) -> RunKeys {
        let (kind, rule) = match &self.arm {
            Arm::Engram { network } => {
                let rule = if network.weights == Parametrisation::Exponentiated {
                    "bptt_eg"
                } else {
                    "bptt_adam"
                };
                (network.bottleneck_word(), rule)
            }
            Arm::Perceptron { .. } => (BottleneckKind::Linear.as_str().to_owned(), "bptt_adam"),
        };
        RunKeys {
            topology: topology.to_owned(),
            task: self.task.name.clone(),
            rule: rule.to_owned(),
            bottleneck: if self.bottleneck.is_some() {
                kind
            } else {
                "none".to_owned()
            },
            latent_units: self.bottleneck.map(|k| k as i32),
            seed: i64::from(self.seed),
        }
    }

    /// How much of each source the network gives back; `None` for a task that is not one of
    /// sources, or with a bottleneck.
    fn carried(
        &self,
        exercise: &Exercise<'_>,
        run: &TrainingRun,
        linear_bound: Option<f64>,
    ) -> Option<CarriedRunRow> {
        let directions = exercise.task.directions()?;
        let samples = run.held_out.samples;
        let truth = exercise.held_out_sources(samples)?;
        let shares = shares_given_back(directions, &truth, &run.activity.output);
        let is_number = shares.iter().all(|share| share.is_finite());
        let row = CarriedRunRow {
            carried: number(shares.iter().sum()),
            bits: number(bits_of(&shares)),
            linear_bound,
            shares,
            keys: self.keys(&exercise.topology),
        };
        (self.bottleneck.is_none() && is_number).then_some(row)
    }

    fn curve(&self, topology: &str, run: &TrainingRun) -> Vec<LearningCurveRow> {
        let row = |(epoch, e): (i32, &Epoch)| LearningCurveRow {
            epoch,
            train_loss: e.train_error,
            test_loss: e.test_error,
            learning_rate: e.learning_rate,
            nonnegativity: e.costs.nonnegativity,
            latent_energy: e.costs.latent_energy,
            weight_energy: e.costs.weight_energy,
            rate_energy: e.costs.rate_energy,
            homeostasis: e.costs.homeostasis,
            keys: self.keys(topology),
        };
        let is_number = |e: &&Epoch| {
            e.train_error.is_finite() && e.test_error.is_finite() && e.costs.total().is_finite()
        };
        (1..)
            .zip(run.curve.iter().take_while(is_number))
            .map(row)
            .collect()
    }

    fn checkpoint(&self, topology: &str, checkpoint: &Checkpoint) -> Vec<CheckpointRow> {
        let row = |(quantity, group, values): (&str, &str, Vec<f64>)| CheckpointRow {
            quantity: quantity.to_owned(),
            group: group.to_owned(),
            values,
            keys: self.keys(topology),
        };
        checkpoint.values().into_iter().map(row).collect()
    }

    /// The activity whose dimension later stages estimate: the latent units of a network with a
    /// bottleneck, the hidden state of one without.
    fn activity(&self, activity: &Activity) -> Vec<ActivityRow> {
        let (layer, values, units) = match self.bottleneck {
            Some(_) => ("latent", &activity.latent, activity.latent_units),
            None => ("hidden", &activity.hidden, activity.hidden_units),
        };
        let rows = (0..).zip(values.chunks_exact(units.max(1)));
        rows.map(|(sample, values)| ActivityRow {
            layer: layer.to_owned(),
            sample,
            values: values.to_vec(),
        })
        .collect()
    }
}

/// The state that a killed run has kept of this cell, if it is one of such a model.
fn kept(context: &Context<'_>, layout: &Layout) -> Option<Checkpoint> {
    let rows: Vec<CheckpointRow> = context.checkpoint()?;
    let values = rows
        .iter()
        .map(|row| (&*row.quantity, &*row.group, &*row.values));
    Checkpoint::from_values(layout, values).ok()
}

/// The parameters of a model, group by group.
fn trained_parameters(model: &dyn Model<f32>) -> Vec<TrainedParametersRow> {
    let groups = model.layout().groups().iter();
    let row = |group: &Group| TrainedParametersRow {
        group: group.name.to_owned(),
        values: model.parameters()[group.range.clone()]
            .iter()
            .map(|&value| f64::from(value))
            .collect(),
    };
    groups.map(row).collect()
}

/// Tables hold no NaN, and a diverged run has no numbers.
fn number(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
