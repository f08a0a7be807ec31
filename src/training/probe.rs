//! The choice of a learning rate by trying several.

use super::config::TrainingConfig;
use super::trainer::train;
use crate::network::Model;
use crate::task::Task;

/// The result of one learning rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// The learning rate tried.
    pub learning_rate: f64,
    /// Held-out error over the variance of the data; not a number if training diverged.
    pub test_error: f64,
}

/// Trains a model, made anew by `model`, with each rate of `config.probe` for `config.probe_epochs`
/// epochs, to which the schedule is shortened. Returns the rates with their held-out errors, the
/// best first; of two equals the smaller rate comes first. `proceed` is as in [`train`]; the result
/// is `None` if it said no.
pub fn probe_learning_rate<E>(
    model: &dyn Fn() -> Result<Box<dyn Model<f32>>, E>,
    task: &Task,
    config: &TrainingConfig,
    seed: u64,
    proceed: &dyn Fn() -> bool,
) -> Result<Option<Vec<Probe>>, E> {
    let mut probes = Vec::with_capacity(config.probe.len());
    for &learning_rate in &config.probe {
        let config = TrainingConfig {
            learning_rate,
            epochs: config.probe_epochs,
            restarts: 0,
            ..config.clone()
        };
        let Some(run) = train(&mut *model()?, task, &config, seed, proceed) else {
            return Ok(None);
        };
        let test_error = run.curve.last().map_or(f64::NAN, |epoch| epoch.test_error);
        probes.push(Probe {
            learning_rate,
            test_error,
        });
    }
    let error = |probe: &Probe| {
        if probe.test_error.is_finite() {
            probe.test_error
        } else {
            f64::INFINITY
        }
    };
    probes.sort_by(|a, b| {
        error(a)
            .total_cmp(&error(b))
            .then(a.learning_rate.total_cmp(&b.learning_rate))
    });
    Ok(Some(probes))
}
