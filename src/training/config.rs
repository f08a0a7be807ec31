//! How a network is trained.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

use crate::network::LANES;

/// How the learning rate falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// To a hundredth, along half a cosine over all epochs.
    #[default]
    Cosine,
    /// By half, whenever the training cost has not fallen by a hundredth for `patience` epochs; training ends where the rate has
    /// fallen to a hundredth.
    Plateau,
}

/// How a network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Most epochs.
    pub epochs: u32,
    /// Minibatches per epoch.
    pub batches: u32,
    /// Sequences per minibatch, a multiple of 32.
    pub batch_size: u32,
    /// Learning rate at the start.
    pub learning_rate: f64,
    /// Rates tried on the first seed, without a bottleneck, for `probe_epochs` epochs; that with the smallest held-out error is taken in place
    /// of `learning_rate` for every run of the topology on the task. Empty: none.
    pub probe: Vec<f64>,
    /// Epochs of each try.
    pub probe_epochs: u32,
    /// Rate of the exponentiated gradient, where a network's weights follow it.
    pub exponentiated_rate: f64,
    /// How the rates fall.
    pub schedule: Schedule,
    /// Epochs without progress after which a `plateau` schedule halves the rates.
    pub patience: u32,
    /// Largest norm of a gradient.
    pub clip: f64,
    /// Held-out sequences, a multiple of 32.
    pub test_samples: u32,
    /// Keep the state of every run at its end, so that it can be taken up (table `checkpoints`).
    pub checkpoints: bool,
    /// Memory a run may take, in GiB; one that needs more is refused before it starts.
    pub memory_gib: f64,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 40,
            batches: 25,
            batch_size: 64,
            learning_rate: 0.01,
            probe: Vec::new(),
            probe_epochs: 5,
            exponentiated_rate: 0.3,
            schedule: Schedule::Cosine,
            patience: 5,
            clip: 1.0,
            test_samples: 512,
            checkpoints: false,
            memory_gib: 8.0,
        }
    }
}

/// A training configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{field}` is {value}, expected {expected}")]
pub struct TrainingConfigError {
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// What is expected.
    pub expected: &'static str,
}

/// Fraction of the learning rate at which training ends.
const LAST: f64 = 0.01;

impl TrainingConfig {
    /// Checks every field.
    ///
    /// # Errors
    /// The first field out of range.
    pub fn check(&self) -> Result<(), TrainingConfigError> {
        let fail = |field, value: String, expected| Err(TrainingConfigError { field, value, expected });
        let lanes = LANES as u32;
        for (field, value) in [("batch_size", self.batch_size), ("test_samples", self.test_samples)] {
            if value == 0 || value % lanes != 0 {
                return fail(field, value.to_string(), "a positive multiple of 32");
            }
        }
        for (field, value) in [
            ("epochs", self.epochs),
            ("batches", self.batches),
            ("patience", self.patience),
            ("probe_epochs", self.probe_epochs),
        ] {
            if value == 0 {
                return fail(field, value.to_string(), "at least 1");
            }
        }
        let rates = [("learning_rate", self.learning_rate), ("exponentiated_rate", self.exponentiated_rate)];
        let others = [("clip", self.clip), ("memory_gib", self.memory_gib)];
        for (field, value) in rates.into_iter().chain(others).chain(self.probe.iter().map(|&rate| ("probe", rate))) {
            if !(value.is_finite() && value > 0.0) {
                return fail(field, value.to_string(), "a number above 0");
            }
        }
        Ok(())
    }

    /// Minibatches of all epochs.
    fn total(&self) -> f64 {
        f64::from(self.epochs) * f64::from(self.batches)
    }
}

/// What is left of the learning rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Annealing {
    /// Of a plateau: fraction of the rates, least cost of an epoch, and epochs since.
    pub(super) fraction: f64,
    pub(super) best: f64,
    pub(super) waited: u32,
}

impl Annealing {
    pub(super) fn new() -> Self {
        Self { fraction: 1.0, best: f64::INFINITY, waited: 0 }
    }

    /// Fraction of the rates at minibatch `step`, counted from 0.
    pub(super) fn at(&self, config: &TrainingConfig, step: u64) -> f64 {
        match config.schedule {
            Schedule::Cosine => LAST + (1.0 - LAST) * 0.5 * (1.0 + (PI * step as f64 / config.total()).cos()),
            Schedule::Plateau => self.fraction,
        }
    }

    /// Takes in an epoch's mean training cost; true where training is to end.
    pub(super) fn ends(&mut self, config: &TrainingConfig, cost: f64) -> bool {
        if config.schedule == Schedule::Cosine {
            return false;
        }
        if cost < 0.99 * self.best {
            (self.best, self.waited) = (cost, 0);
        } else {
            self.waited += 1;
        }
        if self.waited >= config.patience {
            self.fraction *= 0.5;
            self.waited = 0;
        }
        self.fraction <= LAST
    }
}
