//! The training loop, which trains a model epoch by epoch.

use super::checkpoint::{Checkpoint, CheckpointError};
use super::config::{Annealing, TrainingConfig};
use super::optimiser::{Optimiser, Rates};
use super::verdict::{Verdict, judge};
use crate::network::{Activity, Costs, Model};
use crate::random::{ChaCha8Rng, stream};
use crate::task::{Batch, Task};

/// Results of an epoch. Errors are mean squared errors over the variance of the held-out data.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Epoch {
    /// Mean error of the epoch's minibatches, each before it was learnt from.
    pub train_error: f64,
    /// Error of the held-out sequences after the epoch.
    pub test_error: f64,
    /// Mean costs of the minibatches as they were minimised, not divided by any variance.
    pub costs: Costs,
    /// Learning rate of the last minibatch.
    pub learning_rate: f64,
}

/// Results of a training run.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingRun {
    /// The results of each epoch.
    pub curve: Vec<Epoch>,
    /// How the run ended, and why.
    pub verdict: Verdict,
    /// Activity of the trained model on the held-out sequences.
    pub activity: Activity,
    /// The held-out sequences on which the network was tested.
    pub held_out: Batch<f32>,
}

/// The random stream that the held-out sequences of a run are drawn from.
#[must_use]
pub fn held_out_stream(task: &Task, seed: u64) -> ChaCha8Rng {
    stream(seed, &["test", &task.config().name])
}

/// Number of the noise of the first held-out sequences, which no minibatch has.
pub const HELD_OUT_DRAW: u64 = u64::MAX;

/// A training run that can be stopped after any epoch and resumed.
///
/// The sequences depend on the seed and the task alone, so that runs with different wirings or
/// bottlenecks see the same data in the same order.
#[derive(Debug)]
pub struct Trainer<'a> {
    task: &'a Task,
    config: TrainingConfig,
    held_out: Batch<f32>,
    /// One over the variance of the held-out sequences.
    scale: f64,
    data: ChaCha8Rng,
    optimiser: Optimiser<f32>,
    gradient: Vec<f32>,
    annealing: Annealing,
    curve: Vec<Epoch>,
}

impl<'a> Trainer<'a> {
    /// Prepares to train `model` on `task`.
    #[must_use]
    pub fn new(model: &dyn Model<f32>, task: &'a Task, config: &TrainingConfig, seed: u64) -> Self {
        let name = &task.config().name;
        let held_out = task.held_out(
            config.test_samples as usize,
            &mut held_out_stream(task, seed),
        );
        // Constant sequences have no variance to measure errors against; their errors are left as
        // they are.
        let variance = held_out.variance();
        Self {
            task,
            config: config.clone(),
            held_out,
            scale: if variance > 0.0 { 1.0 / variance } else { 1.0 },
            data: stream(seed, &["train", name]),
            optimiser: Optimiser::new(model.layout()).with(config.optimiser, &config.rates),
            gradient: vec![0.0; model.layout().len()],
            annealing: Annealing::after(config, []),
            curve: Vec::new(),
        }
    }

    /// Goes on where `checkpoint` was made: from there on every number is what it would have been
    /// without the break. The task, the configuration and the seed must be those that the run was
    /// begun with. `model` gets the parameters of the checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`] if the checkpoint is of another model. Nothing is changed then.
    pub fn resume(
        &mut self,
        model: &mut dyn Model<f32>,
        checkpoint: &Checkpoint,
    ) -> Result<(), CheckpointError> {
        checkpoint.check(model.layout())?;
        model
            .parameters_mut()
            .copy_from_slice(&checkpoint.parameters);
        self.optimiser.moments.clone_from(&checkpoint.moments);
        self.optimiser.steps = checkpoint.steps;
        self.data.set_word_pos(u128::from(checkpoint.data_position));
        let costs = checkpoint.curve.iter().map(|epoch| epoch.costs.total());
        self.annealing = Annealing::after(&self.config, costs);
        self.curve.clone_from(&checkpoint.curve);
        Ok(())
    }

    /// The state from which the run can be resumed.
    #[must_use]
    pub fn checkpoint(&self, model: &dyn Model<f32>) -> Checkpoint {
        Checkpoint {
            layout: model.layout().clone(),
            parameters: model.parameters().to_vec(),
            moments: self.optimiser.moments.clone(),
            steps: self.optimiser.steps,
            data_position: self.data.get_word_pos() as u64,
            curve: self.curve.clone(),
        }
    }

    /// True when the schedule or the epochs are at their end, or the error is no longer a finite
    /// number.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let broken = self
            .curve
            .last()
            .is_some_and(|epoch| !epoch.test_error.is_finite());
        self.annealing.end.is_some() || broken || self.curve.len() >= self.config.epochs as usize
    }

    /// Trains for one epoch.
    pub fn epoch(&mut self, model: &mut dyn Model<f32>) {
        let config = &self.config;
        let mut costs = Costs::default();
        let mut learning_rate = config.learning_rate;
        for _ in 0..config.batches {
            let step = u64::from(self.optimiser.steps);
            let batch: Batch<f32> = self.task.sample(config.batch_size as usize, &mut self.data);
            costs += model.loss_and_gradient(&batch, step, &mut self.gradient);
            shorten(&mut self.gradient, config.clip);
            let annealed = self.annealing.at(config, step);
            learning_rate = config.learning_rate * annealed;
            let rates = Rates {
                additive: learning_rate,
                multiplicative: config.exponentiated_rate * annealed,
            };
            self.optimiser
                .step(model.parameters_mut(), &self.gradient, rates);
            model.project();
        }
        let costs = costs * (1.0 / f64::from(config.batches));
        self.annealing.add_cost(config, costs.total());
        let activity = self.observe(model, false);
        let (train_error, test_error) = (self.scale * costs.error, self.scale * activity.loss);
        self.curve.push(Epoch {
            train_error,
            test_error,
            costs,
            learning_rate,
        });
    }

    /// True if the network gives the same output for all held-out sequences although they differ.
    fn is_silent(&self, activity: &Activity) -> bool {
        let mut rows = activity.output.chunks_exact(self.held_out.samples);
        self.held_out.variance() > 0.0 && rows.all(|row| row.iter().all(|value| *value == row[0]))
    }

    /// Trains until there is nothing left to train. `proceed` is asked before every epoch; the
    /// result is false if it said no.
    #[must_use]
    pub fn run(&mut self, model: &mut dyn Model<f32>, proceed: &dyn Fn() -> bool) -> bool {
        while !self.is_done() {
            if !proceed() {
                return false;
            }
            self.epoch(model);
        }
        true
    }

    /// Runs the model on the held-out sequences. With `free_running`, a model that is fed frames
    /// back is fed its own ([`Model::recall`]).
    pub fn observe(&self, model: &mut dyn Model<f32>, free_running: bool) -> Activity {
        observe(
            model,
            &self.held_out,
            self.config.batch_size as usize,
            free_running,
        )
    }

    /// One over the variance of the held-out sequences, by which errors are multiplied.
    #[must_use]
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Ends the run and returns its results with a verdict.
    pub fn finish(self, model: &mut dyn Model<f32>) -> TrainingRun {
        let errors: Vec<f64> = self.curve.iter().map(|epoch| epoch.test_error).collect();
        let activity = self.observe(model, false);
        TrainingRun {
            verdict: judge(&errors, self.annealing.end, self.is_silent(&activity)),
            activity,
            curve: self.curve,
            held_out: self.held_out,
        }
    }
}

/// Shortens a gradient to the norm `most`.
fn shorten(gradient: &mut [f32], most: f64) {
    let squares = gradient.iter().map(|&g| f64::from(g) * f64::from(g));
    let norm = squares.sum::<f64>().sqrt();
    if norm > most {
        let shrink = (most / norm) as f32;
        gradient.iter_mut().for_each(|g| *g *= shrink);
    }
}

/// Trains `model` on `task` to the end. `proceed` is asked before every epoch; if it says no, the
/// run is given up and the result is `None`.
pub fn train(
    model: &mut dyn Model<f32>,
    task: &Task,
    config: &TrainingConfig,
    seed: u64,
    proceed: &dyn Fn() -> bool,
) -> Option<TrainingRun> {
    let mut trainer = Trainer::new(model, task, config, seed);
    trainer.run(model, proceed).then(|| trainer.finish(model))
}

/// Observes the model on `data` in pieces of `size` samples, so that the memory needed is that of a
/// minibatch.
fn observe(
    model: &mut dyn Model<f32>,
    data: &Batch<f32>,
    size: usize,
    free_running: bool,
) -> Activity {
    let rows = data.channels * data.steps;
    let mut whole = Activity {
        output: vec![0.0; rows * data.samples],
        ..Activity::default()
    };
    let mut start = 0;
    while start < data.samples {
        let samples = size.min(data.samples - start);
        let values = data
            .values
            .chunks_exact(data.samples)
            .flat_map(|row| &row[start..start + samples])
            .copied();
        let piece = Batch {
            channels: data.channels,
            steps: data.steps,
            samples,
            values: values.collect(),
        };
        let draw = HELD_OUT_DRAW - start as u64;
        let activity = if free_running {
            model.recall(&piece, draw)
        } else {
            model.observe(&piece, draw)
        };
        let share = samples as f64 / data.samples as f64;
        whole.loss += activity.loss * share;
        whole.costs += activity.costs * share;
        whole.latent.extend(activity.latent);
        whole.hidden.extend(activity.hidden);
        whole.held.extend(activity.held);
        whole.decoding.extend(activity.decoding);
        whole.latent_units = activity.latent_units;
        whole.hidden_units = activity.hidden_units;
        for (to, from) in whole
            .output
            .chunks_exact_mut(data.samples)
            .zip(activity.output.chunks_exact(samples))
        {
            to[start..start + samples].copy_from_slice(from);
        }
        start += samples;
    }
    whole
}
