//! The settings of training and the schedules of its learning rate.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::f64::consts::PI;

use crate::network::{GROUPS, LANES};
use crate::portable::cos;

/// How the learning rate falls in the course of training.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The rate falls to a hundredth along half a cosine over all epochs.
    #[default]
    Cosine,
    /// The rate is constant until the mean training cost of `patience` epochs is less than a
    /// fiftieth below that of the `patience` epochs before. It then falls to a hundredth along half
    /// a cosine, over a third as many epochs as went before. Fast learners end early and slow ones
    /// get the epochs they need. If `epochs` would leave too few, the descent begins just in time
    /// to be complete, and the run counts as still falling.
    Settle,
}

/// How gradients become steps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Adam: every parameter by itself.
    #[default]
    Adam,
    /// A matrix of which at least half of the entries are there (the maps in and out, those of the
    /// bottleneck, the connections of a dense control) moves by the orthogonal factor of its
    /// momentum (Muon; Jordan et al. 2024): weak directions are learnt as fast as strong ones. All
    /// other parameters move by Adam, and so do all of the perceptron.
    Orthogonal,
}

/// Settings of a training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Largest number of epochs.
    pub epochs: u32,
    /// Number of minibatches per epoch.
    pub batches: u32,
    /// Sequences per minibatch, a multiple of 32.
    pub batch_size: u32,
    /// Learning rate at the start of training.
    pub learning_rate: f64,
    /// Learning rate of the exponentiated gradient, for networks whose weights follow it.
    pub exponentiated_rate: f64,
    /// How both learning rates fall.
    pub schedule: Schedule,
    /// A `settle` schedule compares the mean cost of so many epochs with that of as many before.
    pub patience: u32,
    /// Epochs over which the rates rise linearly from 0 at the start.
    pub warm_up: u32,
    /// The rule that makes steps of gradients.
    pub optimiser: Rule,
    /// Factors of the learning rate of single groups of parameters, such as `{ recurrent = 2.0 }`.
    pub rates: BTreeMap<String, f64>,
    /// Largest Euclidean norm of a gradient; a longer one is shortened to it.
    pub clip: f64,
    /// Number of held-out sequences, a multiple of 32.
    pub test_samples: u32,
    /// Keep the state of every run at its end in the table `checkpoints`, so that it can be
    /// resumed.
    pub checkpoints: bool,
    /// Memory that all networks in training may take together, in GiB. A network that needs more
    /// alone is refused before it starts. Networks that find no room wait for the others.
    pub memory_gib: f64,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            epochs: 40,
            batches: 25,
            batch_size: 64,
            learning_rate: 0.01,
            exponentiated_rate: 0.3,
            schedule: Schedule::Cosine,
            patience: 5,
            warm_up: 0,
            optimiser: Rule::Adam,
            rates: BTreeMap::new(),
            clip: 1.0,
            test_samples: 512,
            checkpoints: false,
            memory_gib: 8.0,
        }
    }
}

/// A setting that is out of range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{field}` is {value}, expected {expected}")]
pub struct TrainingConfigError {
    /// Name of the setting.
    pub field: &'static str,
    /// The value that was given.
    pub value: String,
    /// A description of the values that are allowed.
    pub expected: &'static str,
}

impl crate::text::Hinted for TrainingConfigError {}

/// Largest number of sequences in a minibatch or a held-out set.
const MOST_SEQUENCES: u32 = 1 << 20;
/// Largest number of epochs, and of minibatches per epoch.
const MOST_ROUNDS: u32 = 1_000_000;

/// Fraction of the learning rate at which a schedule ends.
const LAST_FRACTION: f64 = 0.01;

impl TrainingConfig {
    /// Checks that every setting is in range.
    ///
    /// # Errors
    /// [`TrainingConfigError`] for the first setting out of range.
    pub fn check(&self) -> Result<(), TrainingConfigError> {
        let fail = |field, value: String, expected| {
            Err(TrainingConfigError {
                field,
                value,
                expected,
            })
        };
        let lanes = LANES as u32;
        for (field, value) in [
            ("batch_size", self.batch_size),
            ("test_samples", self.test_samples),
        ] {
            if !(1..=MOST_SEQUENCES).contains(&value) || value % lanes != 0 {
                let expected = "a multiple of 32 from 32 to 1048576";
                return fail(field, value.to_string(), expected);
            }
        }
        for (field, value) in [
            ("epochs", self.epochs),
            ("batches", self.batches),
            ("patience", self.patience),
        ] {
            if !(1..=MOST_ROUNDS).contains(&value) {
                return fail(field, value.to_string(), "a number from 1 to 1000000");
            }
        }
        if let Some(name) = self
            .rates
            .keys()
            .find(|name| !GROUPS.contains(&name.as_str()))
        {
            let expected = "names of groups of parameters, such as `recurrent`, `gap`, `leak`";
            return fail("rates", format!("given for `{name}`"), expected);
        }
        if self.warm_up > MOST_ROUNDS {
            return fail("warm_up", self.warm_up.to_string(), "at most 1000000");
        }
        let rates = [
            ("learning_rate", self.learning_rate),
            ("exponentiated_rate", self.exponentiated_rate),
        ];
        let others = [("clip", self.clip), ("memory_gib", self.memory_gib)];
        for (field, value) in rates
            .into_iter()
            .chain(others)
            .chain(self.rates.values().map(|&factor| ("rates", factor)))
        {
            if !(value.is_finite() && value > 0.0) {
                return fail(field, value.to_string(), "a number above 0");
            }
        }
        Ok(())
    }

    /// Number of sequences that a network sees in an epoch, to train and to be tested.
    pub(crate) fn work_of_an_epoch(&self) -> f64 {
        f64::from(self.batches) * f64::from(self.batch_size) + f64::from(self.test_samples) / 3.0
    }

    /// Number of minibatches in all epochs.
    fn total(&self) -> f64 {
        f64::from(self.epochs) * f64::from(self.batches)
    }
}

/// Epochs before the descent of a `settle` schedule for each epoch of the descent.
const BEFORE_DESCENT: u32 = 3;
/// A `settle` schedule begins its descent when the mean cost falls by less than this fraction.
const LEAST_FALL: f64 = 0.02;

/// Why a schedule ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The training cost no longer fell.
    Reached,
    /// The cost still fell when the rates had to.
    Forced,
}

/// The state of a schedule, a function of the training costs of the epochs so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Annealing {
    costs: Vec<f64>,
    /// For `settle`: once the descent has begun, the number of epochs before it, and whether it
    /// began because the cost no longer fell.
    descent: Option<(u32, End)>,
    /// Why training ended, once it has.
    pub(super) end: Option<End>,
}

impl Annealing {
    /// The state after epochs with these training costs.
    pub(super) fn after(config: &TrainingConfig, costs: impl IntoIterator<Item = f64>) -> Self {
        let mut annealing = Self {
            costs: Vec::new(),
            descent: None,
            end: None,
        };
        costs
            .into_iter()
            .for_each(|cost| annealing.add_cost(config, cost));
        annealing
    }

    /// Fraction of the rates that is left at minibatch `step`, counted from 0.
    pub(super) fn at(&self, config: &TrainingConfig, step: u64) -> f64 {
        let warm = f64::from(config.warm_up) * f64::from(config.batches);
        let rise = ((step + 1) as f64 / warm).min(1.0);
        let rise = if rise.is_finite() { rise } else { 1.0 };
        rise * self.fraction_at(config, step)
    }

    fn fraction_at(&self, config: &TrainingConfig, step: u64) -> f64 {
        let along =
            |share: f64| LAST_FRACTION + (1.0 - LAST_FRACTION) * 0.5 * (1.0 + cos(PI * share));
        match (config.schedule, self.descent) {
            (Schedule::Cosine, _) => along(step as f64 / config.total()),
            (Schedule::Settle, None) => 1.0,
            (Schedule::Settle, Some((before, _))) => {
                let epochs = step as f64 / f64::from(config.batches);
                along((epochs - f64::from(before)) / f64::from(descent_after(before)))
            }
        }
    }

    /// Adds the mean training cost of the next epoch.
    pub(super) fn add_cost(&mut self, config: &TrainingConfig, cost: f64) {
        self.costs.push(cost);
        match config.schedule {
            Schedule::Cosine => {}
            Schedule::Settle => self.settle(config),
        }
    }

    fn settle(&mut self, config: &TrainingConfig) {
        let epochs = self.costs.len() as u32;
        if let Some((before, end)) = self.descent {
            self.end = (epochs >= before + descent_after(before)).then_some(end);
        } else if epochs > config.warm_up && self.is_stuck(config.patience as usize) {
            self.descent = Some((epochs, End::Reached));
        } else if epochs + 1 + descent_after(epochs + 1) > config.epochs {
            // Another epoch at the full rate would leave the descent no room.
            self.descent = Some((epochs, End::Forced));
        }
    }

    /// True if the mean cost of the last `window` epochs is hardly below that of the `window`
    /// epochs before.
    fn is_stuck(&self, window: usize) -> bool {
        let mut windows = self
            .costs
            .rchunks_exact(window)
            .map(|costs| costs.iter().sum::<f64>());
        match (windows.next(), windows.next()) {
            (Some(last), Some(before)) => last > (1.0 - LEAST_FALL) * before,
            _ => false,
        }
    }
}

/// Length of the descent after so many epochs.
fn descent_after(before: u32) -> u32 {
    before.div_ceil(BEFORE_DESCENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Costs that fall by a tenth per epoch to 0.01 and stay there.
    fn falling(epoch: i32) -> f64 {
        0.9_f64.powi(epoch).max(0.01)
    }

    #[test]
    fn a_schedule_settles_when_the_cost_no_longer_falls() {
        let config = TrainingConfig {
            schedule: Schedule::Settle,
            patience: 5,
            epochs: 200,
            ..TrainingConfig::default()
        };
        let at_end = |epochs: i32| {
            let annealing = Annealing::after(&config, (0..epochs).map(falling));
            (
                annealing.end,
                annealing.at(&config, u64::from(config.batches) * epochs as u64),
            )
        };
        // Flat from epoch 44: ten flat epochs make two equal windows at 53; two windows are not a
        // fiftieth apart one epoch before.
        assert_eq!(at_end(52), (None, 1.0));
        let first = (0..60).find(|&epochs| at_end(epochs + 1).1 < 1.0).unwrap();
        assert_eq!(first, 53);
        assert_eq!(at_end(70).0, None);
        assert_eq!(at_end(71).0, Some(End::Reached));
        assert!((at_end(71).1 - LAST_FRACTION).abs() < 1e-12);
    }

    #[test]
    fn the_rate_warms_up() {
        let config = TrainingConfig {
            schedule: Schedule::Settle,
            warm_up: 2,
            batches: 5,
            ..TrainingConfig::default()
        };
        let annealing = Annealing::after(&config, []);
        let at = |step| annealing.at(&config, step);
        assert_eq!([at(0), at(4), at(9), at(30)], [0.1, 0.5, 1.0, 1.0]);
        let cold = TrainingConfig {
            warm_up: 0,
            ..config.clone()
        };
        assert_eq!(annealing.at(&cold, 0), 1.0);
    }

    #[test]
    fn a_descent_that_would_be_late_is_forced() {
        let config = TrainingConfig {
            schedule: Schedule::Settle,
            patience: 5,
            epochs: 40,
            ..TrainingConfig::default()
        };
        let annealing = Annealing::after(&config, (0..40).map(falling));
        assert_eq!(
            (annealing.descent, annealing.end),
            (Some((30, End::Forced)), Some(End::Forced))
        );
    }
}
