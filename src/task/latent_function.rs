//! T1, T2, T3: functions of latent variables drawn from a standard normal.
//!
//! ```text
//! linear    x = F s
//! manifold  x = tanh(F s)
//! smooth    x_c(t) = tanh( sum_q a_cq s_q cos(2 pi f_cq t / T + phi_cq) ),   f uniform in [0, 1) cycles per sequence
//! ```
//!
//! `s` has `m` values; `F` (channels x steps rows, `m` columns) and `a` (channels rows, `m` columns) have normal entries of variance
//! `1/m`, so that values before the `tanh` have unit variance on average over `F`, and half of that under the cosines.

use rand::RngExt;
use rand_distr::StandardNormal;
use std::f64::consts::TAU;

use super::Generator;
use super::family::{LatentFunction, Shape};
use crate::random::ChaCha8Rng;

/// A function of the latents with its coefficients drawn.
#[derive(Debug)]
pub(super) struct OfLatents {
    function: LatentFunction,
    dimension: usize,
    steps: usize,
    /// `F`, row (channel, step), column latent; for `smooth` `a`, row channel.
    weights: Vec<f64>,
    /// For `smooth`: `cos(2 pi f t / T + phi)`, row (channel, step), column latent.
    waves: Vec<f64>,
}

impl OfLatents {
    pub(super) fn new(function: LatentFunction, dimension: usize, shape: Shape, random: &mut ChaCha8Rng) -> Self {
        let Shape { channels, steps } = shape;
        let scale = 1.0 / (dimension as f64).sqrt();
        let rows = if function == LatentFunction::Smooth { channels } else { channels * steps };
        let weights = (0..rows * dimension).map(|_| scale * random.sample::<f64, _>(StandardNormal)).collect();
        let mut waves = Vec::new();
        if function == LatentFunction::Smooth {
            let random = (0..rows * dimension).map(|_| (random.random::<f64>(), random.random::<f64>() * TAU));
            let cycles: Vec<(f64, f64)> = random.collect();
            for channel in cycles.chunks_exact(dimension) {
                for step in 0..steps {
                    let turn = TAU * step as f64 / steps as f64;
                    waves.extend(channel.iter().map(|(cycles, phase)| (cycles * turn + phase).cos()));
                }
            }
        }
        Self { function, dimension, steps, weights, waves }
    }
}

impl Generator for OfLatents {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        let Self { function, dimension, steps, .. } = *self;
        let latent: Vec<f64> = (0..dimension).map(|_| random.sample(StandardNormal)).collect();
        for (row, value) in sequence.iter_mut().enumerate() {
            *value = if function == LatentFunction::Smooth {
                let weights = &self.weights[row / steps * dimension..][..dimension];
                let waves = &self.waves[row * dimension..][..dimension];
                (0..dimension).map(|q| weights[q] * latent[q] * waves[q]).sum()
            } else {
                let weights = &self.weights[row * dimension..][..dimension];
                (0..dimension).map(|q| weights[q] * latent[q]).sum()
            };
            if function != LatentFunction::Linear {
                *value = value.tanh();
            }
        }
    }
}
