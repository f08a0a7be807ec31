//! Training: minibatches of fresh sequences, Adam on exact gradients, and a verdict on whether it ended.

mod adam;
pub mod homeostatic;

pub use adam::Adam;

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

use crate::network::{Activity, LANES, Model};
use crate::random::stream;
use crate::task::{Batch, Task};

/// How a network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingConfig {
    /// Most epochs.
    pub epochs: u32,
    /// Minibatches per epoch.
    pub batches: u32,
    /// Sequences per minibatch, a multiple of 16.
    pub batch_size: u32,
    /// Learning rate at the start; it falls to a hundredth along half a cosine.
    pub learning_rate: f64,
    /// Largest norm of a gradient.
    pub clip: f64,
    /// Held-out sequences, a multiple of 16.
    pub test_samples: u32,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self { epochs: 40, batches: 25, batch_size: 64, learning_rate: 0.01, clip: 1.0, test_samples: 512 }
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
                return fail(field, value.to_string(), "a positive multiple of 16");
            }
        }
        for (field, value) in [("epochs", self.epochs), ("batches", self.batches)] {
            if value == 0 {
                return fail(field, value.to_string(), "at least 1");
            }
        }
        for (field, value) in [("learning_rate", self.learning_rate), ("clip", self.clip)] {
            if !(value.is_finite() && value > 0.0) {
                return fail(field, value.to_string(), "a number above 0");
            }
        }
        Ok(())
    }
}

/// How a training run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// The held-out error no longer falls under the annealed learning rate; with more epochs it might.
    Ok,
    /// It fell by more than a tenth, and by more than .005, over the last fifth of the epochs, or there were fewer than five.
    StillFalling,
    /// The error is not a number, or larger than that of a constant output twice over.
    Diverged,
}

impl RunStatus {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::StillFalling => "still_falling",
            Self::Diverged => "diverged",
        }
    }
}

/// What a training run left behind. Errors are mean squared errors over the variance of the held-out data.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingRun {
    /// Training and held-out error after each epoch.
    pub curve: Vec<(f64, f64)>,
    /// How it ended.
    pub status: RunStatus,
    /// What the units do with the held-out sequences.
    pub activity: Activity,
}

/// Trains `model` on `task`. The sequences depend on `seed` and the task alone, so runs that differ in wiring or bottleneck see the
/// same data in the same order. `proceed` is asked before every epoch; when it says no, the run is given up.
///
/// Returns `None` only when given up.
pub fn train(
    model: &mut dyn Model<f32>,
    task: &Task,
    config: &TrainingConfig,
    seed: u64,
    proceed: &dyn Fn() -> bool,
) -> Option<TrainingRun> {
    let name = &task.config().name;
    let test: Batch<f32> = task.held_out(config.test_samples as usize, &mut stream(seed, &["test", name]));
    // A constant has no variance to be measured against; its values are of unit size.
    let variance = test.variance();
    let scale = if variance > 0.0 { 1.0 / variance } else { 1.0 };
    let mut data = stream(seed, &["train", name]);
    let mut adam = Adam::new(model.layout().len());
    let mut gradient = vec![0.0f32; model.layout().len()];
    let total = f64::from(config.epochs) * f64::from(config.batches);
    let mut curve = Vec::with_capacity(config.epochs as usize);
    let mut step = 0.0;
    let mut activity = Activity::default();
    for _ in 0..config.epochs {
        if !proceed() {
            return None;
        }
        let mut sum = 0.0;
        for _ in 0..config.batches {
            let batch: Batch<f32> = task.sample(config.batch_size as usize, &mut data);
            sum += model.loss_and_gradient(&batch, &mut gradient);
            let norm = gradient.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>().sqrt();
            if norm > config.clip {
                let shrink = (config.clip / norm) as f32;
                gradient.iter_mut().for_each(|g| *g *= shrink);
            }
            let annealed = 0.01 + 0.99 * 0.5 * (1.0 + (PI * step / total).cos());
            adam.step(model.parameters_mut(), &gradient, config.learning_rate * annealed);
            step += 1.0;
        }
        activity = observe(model, &test, config.batch_size as usize);
        curve.push((scale * sum / f64::from(config.batches), scale * activity.loss));
        if !activity.loss.is_finite() {
            break;
        }
    }
    let status = judge(&curve);
    Some(TrainingRun { curve, status, activity })
}

/// Epochs below which nothing can be said of convergence.
const SHORTEST: usize = 5;

fn judge(curve: &[(f64, f64)]) -> RunStatus {
    let last = curve.last().map_or(f64::NAN, |c| c.1);
    if !last.is_finite() || last > 2.0 {
        return RunStatus::Diverged;
    }
    if curve.len() < SHORTEST {
        return RunStatus::StillFalling;
    }
    let earlier = curve[curve.len() - 1 - curve.len() / 5].1;
    if earlier - last > (0.1 * earlier).max(0.005) { RunStatus::StillFalling } else { RunStatus::Ok }
}

/// Observes the model on `data` in pieces of `size` samples, so that memory stays that of a minibatch.
fn observe(model: &mut dyn Model<f32>, data: &Batch<f32>, size: usize) -> Activity {
    let mut whole = Activity::default();
    let mut start = 0;
    while start < data.samples {
        let samples = size.min(data.samples - start);
        let values = data.values.chunks_exact(data.samples).flat_map(|row| &row[start..start + samples]).copied();
        let piece = Batch { channels: data.channels, steps: data.steps, samples, values: values.collect() };
        let activity = model.observe(&piece);
        whole.loss += activity.loss * samples as f64 / data.samples as f64;
        whole.latent.extend(activity.latent);
        whole.hidden.extend(activity.hidden);
        whole.latent_units = activity.latent_units;
        whole.hidden_units = activity.hidden_units;
        start += samples;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_judged_by_its_curve() {
        let curve = |tests: &[f64]| tests.iter().map(|&t| (t, t)).collect::<Vec<_>>();
        assert_eq!(judge(&curve(&[1.0, 0.5, 0.1, 0.011, 0.01])), RunStatus::Ok);
        assert_eq!(judge(&curve(&[1.0, 0.8, 0.6, 0.4, 0.2])), RunStatus::StillFalling);
        assert_eq!(judge(&curve(&[0.5, 0.5, 0.5, 0.5])), RunStatus::StillFalling);
        assert_eq!(judge(&curve(&[1.0, f64::NAN])), RunStatus::Diverged);
        assert_eq!(judge(&curve(&[1.0, 5.0])), RunStatus::Diverged);
        assert_eq!(judge(&[]), RunStatus::Diverged);
    }

    #[test]
    fn fields_are_checked() {
        assert!(TrainingConfig::default().check().is_ok());
        let error = TrainingConfig { batch_size: 30, ..TrainingConfig::default() }.check().unwrap_err();
        assert_eq!(error.to_string(), "`batch_size` is 30, expected a positive multiple of 16");
        assert!(TrainingConfig { learning_rate: f64::NAN, ..TrainingConfig::default() }.check().is_err());
    }
}
