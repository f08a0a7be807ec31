//! T1, T2, T3: functions of latent variables drawn from a standard normal.
//!
//! ```text
//! linear    x = F s
//! manifold  x = tanh(F s)
//! smooth    x_c(t) = tanh( sum_q a_cq s_q cos(2 pi f_cq t / T + phi_cq) ),   f uniform in [0, 1) cycles per sequence
//! ```
//!
//! `s` has `m` values; `F` (channels x steps rows, `m` columns) and `a` (channels rows, `m`
//! columns) have normal entries of variance `1/m`, so that values before the `tanh` have unit
//! variance on average over `F`, and half of that under the cosines.

use rand::RngExt;
use std::f64::consts::TAU;

use super::Generator;
use super::family::{LatentFunction, Shape};
use crate::portable::{StandardNormal, cos, tanh};
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
    pub(super) fn new(
        function: LatentFunction,
        dimension: usize,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let Shape { channels, steps } = shape;
        let scale = 1.0 / (dimension as f64).sqrt();
        let rows = if function == LatentFunction::Smooth {
            channels
        } else {
            channels * steps
        };
        let weights = (0..rows * dimension)
            .map(|_| scale * random.sample::<f64, _>(StandardNormal))
            .collect();
        let mut waves = Vec::new();
        if function == LatentFunction::Smooth {
            let random = (0..rows * dimension)
                .map(|_| (random.random::<f64>(), random.random::<f64>() * TAU));
            let cycles: Vec<(f64, f64)> = random.collect();
            for channel in cycles.chunks_exact(dimension) {
                for step in 0..steps {
                    let turn = TAU * step as f64 / steps as f64;
                    waves.extend(
                        channel
                            .iter()
                            .map(|(cycles, phase)| cos(cycles * turn + phase)),
                    );
                }
            }
        }
        Self {
            function,
            dimension,
            steps,
            weights,
            waves,
        }
    }

    fn latent(&self, random: &mut ChaCha8Rng) -> Vec<f64> {
        (0..self.dimension)
            .map(|_| random.sample(StandardNormal))
            .collect()
    }
}

impl Generator for OfLatents {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        let Self {
            function,
            dimension,
            steps,
            ..
        } = *self;
        let latent = self.latent(random);
        for (row, value) in sequence.iter_mut().enumerate() {
            *value = if function == LatentFunction::Smooth {
                let weights = &self.weights[row / steps * dimension..][..dimension];
                let waves = &self.waves[row * dimension..][..dimension];
                (0..dimension)
                    .map(|q| weights[q] * latent[q] * waves[q])
                    .sum()
            } else {
                let weights = &self.weights[row * dimension..][..dimension];
                (0..dimension).map(|q| weights[q] * latent[q]).sum()
            };
            if function != LatentFunction::Linear {
                *value = tanh(*value);
            }
        }
    }

    fn sources(&self, random: &mut ChaCha8Rng) -> Option<Vec<f64>> {
        Some(self.latent(random))
    }
}

#[cfg(test)]
mod tests {
    use crate::random::stream;
    use crate::task::{Task, TaskConfig, TaskKind};

    /// A linear task is its own check: the sequences are `F` times the sources.
    #[test]
    fn sources_are_those_of_the_held_out_sequences() {
        let config = TaskConfig {
            dimension: Some(2),
            ..TaskConfig::new("t", TaskKind::Linear)
        };
        let task = Task::new(&config, 5).unwrap();
        let batch = task.held_out::<f64>(40, &mut stream(1, &["x"]));
        let s = task.held_out_sources(40, &mut stream(1, &["x"])).unwrap();
        for row in batch.values.chunks_exact(40) {
            // F from the first two sequences, the rest predicted.
            let determinant = s[0] * s[3] - s[1] * s[2];
            let f = [
                (row[0] * s[3] - row[1] * s[1]) / determinant,
                (row[1] * s[0] - row[0] * s[2]) / determinant,
            ];
            for sample in 2..40 {
                let predicted = f[0] * s[2 * sample] + f[1] * s[2 * sample + 1];
                assert!((predicted - row[sample]).abs() < 1e-9);
            }
        }
        let white = Task::new(&TaskConfig::new("t", TaskKind::White), 5).unwrap();
        assert_eq!(white.held_out_sources(2, &mut stream(1, &["x"])), None);
    }
}
