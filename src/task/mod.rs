//! What the networks learn: families of sequences whose latent dimension is known.
//!
//! A sequence has `channels` x `steps` values (the *ambient* dimension, 8 x 16 = 128 by default). It is a fixed random
//! function of `dimension` latent variables drawn from a standard normal, so an autoencoder needs that many real latent
//! units and no more. The function (the *generator*) is fixed by a seed; latents are drawn from any stream.
//!
//! | kind | sequence | true dimension |
//! |---|---|---|
//! | `white` (T0) | independent standard normal values | none: nothing to compress |
//! | `linear` (T1) | `x = F s` | `m` |
//! | `manifold` (T2) | `x = tanh(F s)` | `m` |
//! | `smooth` (T3) | channel `c`: `tanh(sum_q a_cq s_q cos(2 pi f_cq t / T + phi_cq))`, `f` at most one cycle | `m` |
//!
//! `F` has entries of variance `1/m`, so that every value has unit variance before the `tanh`.

use rand::RngExt;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

use crate::random::{ChaCha8Rng, stream};

/// The family a task's sequences are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// T0: white noise; no network with a bottleneck can code it.
    White,
    /// T1: a linear function of the latents.
    Linear,
    /// T2: a hidden manifold, the `tanh` of a linear function.
    Manifold,
    /// T3: smooth in time, at most one cycle per sequence: it fits leaky units.
    Smooth,
}

/// A task: a kind, its latent dimension and the shape of its sequences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskConfig {
    /// Name used in tables.
    pub name: String,
    /// Family of sequences.
    pub kind: TaskKind,
    /// Number of latent variables `m`; noise needs none.
    #[serde(default)]
    pub dimension: usize,
    /// Channels per step.
    #[serde(default = "default_channels")]
    pub channels: usize,
    /// Steps per sequence.
    #[serde(default = "default_steps")]
    pub steps: usize,
}

impl TaskConfig {
    /// Number of latent variables a network must carry to reproduce the sequences exactly; `None` for noise, which has none.
    #[must_use]
    pub fn true_dimension(&self) -> Option<usize> {
        (self.kind != TaskKind::White).then_some(self.dimension)
    }
}

fn default_channels() -> usize {
    8
}

fn default_steps() -> usize {
    16
}

/// A number of sequences, batch innermost: `values[(channel * steps + step) * samples + sample]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<F> {
    /// Channels per step.
    pub channels: usize,
    /// Steps per sequence.
    pub steps: usize,
    /// Sequences.
    pub samples: usize,
    /// The values, batch innermost.
    pub values: Vec<F>,
}

impl<F: crate::network::Real> Batch<F> {
    /// Variance of the values about the mean of each (channel, step), averaged over them: the scale of a reconstruction error.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let samples = self.samples as f64;
        let total: f64 = self
            .values
            .chunks_exact(self.samples)
            .map(|row| {
                let mean = row.iter().map(|v| v.as_f64()).sum::<f64>() / samples;
                row.iter().map(|v| (v.as_f64() - mean).powi(2)).sum::<f64>() / samples
            })
            .sum();
        total / (self.channels * self.steps) as f64
    }
}

/// A task with its generator drawn: sequences can be sampled from it.
#[derive(Clone, Debug)]
pub struct Task {
    config: TaskConfig,
    /// For `linear`, `manifold`: `F`, row (channel, step), column latent. For `smooth`: amplitudes, row channel.
    weights: Vec<f64>,
    /// For `smooth`: `cos(2 pi f t / T + phi)`, row (channel, step), column latent.
    waves: Vec<f64>,
}

impl Task {
    /// Draws the generator of `config` under `seed`. The same seed gives the same generator whatever the network.
    #[must_use]
    pub fn new(config: &TaskConfig, seed: u64) -> Self {
        let mut random = stream(seed, &["task", &config.name]);
        let scale = 1.0 / (config.dimension.max(1) as f64).sqrt();
        let rows = match config.kind {
            TaskKind::White => 0,
            TaskKind::Linear | TaskKind::Manifold => config.channels * config.steps,
            TaskKind::Smooth => config.channels,
        };
        let weights = (0..rows * config.dimension).map(|_| scale * random.sample::<f64, _>(StandardNormal)).collect();
        let mut waves = Vec::new();
        if config.kind == TaskKind::Smooth {
            let random = (0..rows * config.dimension).map(|_| (random.random::<f64>(), random.random::<f64>() * TAU));
            let cycles: Vec<(f64, f64)> = random.collect();
            for channel in cycles.chunks_exact(config.dimension) {
                for step in 0..config.steps {
                    let turn = TAU * step as f64 / config.steps as f64;
                    waves.extend(channel.iter().map(|(cycles, phase)| (cycles * turn + phase).cos()));
                }
            }
        }
        Self { config: config.clone(), weights, waves }
    }

    /// The checked description this task was made from.
    #[must_use]
    pub fn config(&self) -> &TaskConfig {
        &self.config
    }

    /// Values per sequence: channels x steps.
    #[must_use]
    pub fn ambient_dimension(&self) -> usize {
        self.config.channels * self.config.steps
    }

    /// Draws `samples` sequences.
    pub fn sample<F: crate::network::Real>(&self, samples: usize, random: &mut ChaCha8Rng) -> Batch<F> {
        let TaskConfig { kind, dimension, channels, steps, .. } = self.config;
        let mut values = vec![F::zero(); channels * steps * samples];
        for sample in 0..samples {
            if kind == TaskKind::White {
                for row in 0..channels * steps {
                    values[row * samples + sample] = F::of(random.sample(StandardNormal));
                }
                continue;
            }
            let latent: Vec<f64> = (0..dimension).map(|_| random.sample(StandardNormal)).collect();
            for channel in 0..channels {
                for step in 0..steps {
                    let row = channel * steps + step;
                    let value: f64 = match kind {
                        TaskKind::Smooth => (0..dimension)
                            .map(|q| {
                                self.weights[channel * dimension + q] * latent[q] * self.waves[row * dimension + q]
                            })
                            .sum(),
                        _ => (0..dimension).map(|q| self.weights[row * dimension + q] * latent[q]).sum(),
                    };
                    values[row * samples + sample] = F::of(if kind == TaskKind::Linear { value } else { value.tanh() });
                }
            }
        }
        Batch { channels, steps, samples, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(kind: TaskKind, dimension: usize) -> TaskConfig {
        TaskConfig { name: "t".into(), kind, dimension, channels: 4, steps: 6 }
    }

    /// Rank of the sample matrix by Gram-Schmidt.
    fn rank(batch: &Batch<f64>) -> usize {
        let rows = batch.channels * batch.steps;
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for sample in 0..batch.samples {
            let mut v: Vec<f64> = (0..rows).map(|row| batch.values[row * batch.samples + sample]).collect();
            for b in &basis {
                let dot: f64 = v.iter().zip(b).map(|(x, y)| x * y).sum();
                v.iter_mut().zip(b).for_each(|(x, y)| *x -= dot * y);
            }
            let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
            if norm > 1e-8 {
                basis.push(v.iter().map(|x| x / norm).collect());
            }
        }
        basis.len()
    }

    #[test]
    fn a_linear_task_has_the_rank_of_its_dimension_and_unit_variance() {
        for m in 1..4 {
            let task = Task::new(&config(TaskKind::Linear, m), 7);
            let batch: Batch<f64> = task.sample(4000, &mut stream(1, &["x"]));
            assert_eq!(rank(&batch), m);
            // Entries of F have variance 1/m: the variance of a value is 1 on average over generators.
            assert!((0.3..3.0).contains(&batch.variance()), "{}", batch.variance());
        }
    }

    #[test]
    fn the_generator_depends_on_the_seed_and_the_latents_on_the_stream() {
        let task = Task::new(&config(TaskKind::Smooth, 2), 7);
        let again = Task::new(&config(TaskKind::Smooth, 2), 7);
        let other = Task::new(&config(TaskKind::Smooth, 2), 8);
        let draw = |task: &Task, name: &str| task.sample::<f64>(3, &mut stream(1, &[name])).values;
        assert_eq!(draw(&task, "a"), draw(&again, "a"));
        assert_ne!(draw(&task, "a"), draw(&other, "a"));
        assert_ne!(draw(&task, "a"), draw(&task, "b"));
    }

    #[test]
    fn a_nonlinear_task_fills_more_linear_dimensions_than_it_has_latents() {
        let batch: Batch<f64> = Task::new(&config(TaskKind::Manifold, 2), 7).sample(100, &mut stream(1, &["x"]));
        assert!(rank(&batch) > 2);
        assert!(batch.values.iter().all(|v| v.abs() <= 1.0));
    }
}
