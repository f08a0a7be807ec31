//! T1, T2, T3: functions of latent variables drawn from a standard normal.
//!
//! ```text
//! linear    x = F s
//! capacity  x = sqrt(d/m) Q s
//! manifold  x = tanh(F s)
//! smooth    x_c(t) = tanh( sum_q a_cq s_q cos(2 pi f_cq t / T + phi_cq) )
//! ```
//!
//! `f` is uniform in [0, 1) cycles per sequence, `phi` in [0, 2 pi).
//! `s` has `m` values; `F` (channels x steps rows, `m` columns) and `a` (channels rows, `m`
//! columns) have normal entries of variance `1/m`, so that values before the `tanh` have unit
//! variance on average over `F`, and half of that under the cosines. `Q` has `d` = channels x
//! steps rows and `m` orthonormal columns.

use rand::RngExt;
use std::f64::consts::TAU;
use std::sync::Arc;

use super::error::{TaskConfigError, TaskError};
use super::family::{Dimension, Directions, Family, Generator};
use super::shape::Shape;
use crate::portable::{StandardNormal, cos, tanh};
use crate::random::ChaCha8Rng;
use crate::statistics::orthonormalise;

/// A function of normal latent variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LatentFunction {
    /// The linear function `F s`.
    Linear,
    /// `F` with orthonormal columns, scaled to values of unit variance.
    Orthonormal,
    /// `tanh(F s)`.
    Manifold,
    /// A sum of slow waves under a `tanh`.
    Smooth,
}

/// Sequences that are a function of so many latent variables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Latents {
    function: LatentFunction,
    dimension: usize,
}

impl Latents {
    pub(super) fn new(function: LatentFunction, dimension: usize) -> Self {
        Self {
            function,
            dimension,
        }
    }
}

impl Family for Latents {
    fn fit(&self, shape: Shape) -> Result<(), TaskConfigError> {
        let (dimension, values) = (self.dimension, shape.values());
        if (1..=values).contains(&dimension) {
            return Ok(());
        }
        let (key, what) = match self.function {
            LatentFunction::Orthonormal => ("sources", "sources"),
            LatentFunction::Linear | LatentFunction::Manifold | LatentFunction::Smooth => {
                ("dimension", "latents")
            }
        };
        let message = format!("{dimension} {what} do not fit {values} values");
        Err(TaskConfigError::new(key, message))
    }

    fn dimension(&self) -> Dimension {
        Dimension::Known {
            intrinsic: self.dimension as f64,
            units: self.dimension,
        }
    }

    fn recalls_training_set(&self) -> bool {
        false
    }

    fn generator(
        &self,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Result<Arc<dyn Generator>, TaskError> {
        let Self {
            function,
            dimension,
        } = *self;
        Ok(Arc::new(OfLatents::new(function, dimension, shape, random)))
    }
}

/// A function of the latents with its coefficients drawn.
#[derive(Debug)]
struct OfLatents {
    function: LatentFunction,
    dimension: usize,
    steps: usize,
    /// `F`, row (channel, step), column latent; for `smooth` `a`, row channel.
    weights: Vec<f64>,
    /// For `smooth`: `cos(2 pi f t / T + phi)`, row (channel, step), column latent.
    waves: Vec<f64>,
}

impl OfLatents {
    fn new(
        function: LatentFunction,
        dimension: usize,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let Shape { channels, steps } = shape;
        let scale = 1.0 / (dimension as f64).sqrt();
        let rows = match function {
            LatentFunction::Linear | LatentFunction::Orthonormal | LatentFunction::Manifold => {
                channels * steps
            }
            LatentFunction::Smooth => channels,
        };
        let draws = 0..rows * dimension;
        let mut weights: Vec<f64> = draws
            .map(|_| scale * random.sample::<f64, _>(StandardNormal))
            .collect();
        if function == LatentFunction::Orthonormal {
            weights = orthonormal_columns(&weights, dimension);
        }
        let waves = match function {
            LatentFunction::Linear | LatentFunction::Orthonormal | LatentFunction::Manifold => {
                Vec::new()
            }
            LatentFunction::Smooth => waves(rows * dimension, dimension, steps, random),
        };
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

/// Multiplies every row of a linear map by the slope of the `tanh` that follows it.
fn saturate(rows: &mut [f64], sources: &[f64]) {
    for row in rows.chunks_exact_mut(sources.len()) {
        let value = tanh(row.iter().zip(sources).map(|(f, s)| f * s).sum::<f64>());
        row.iter_mut().for_each(|f| *f *= 1.0 - value * value);
    }
}

/// The matrix with its columns made orthonormal, times the root of rows over columns.
fn orthonormal_columns(values: &[f64], columns: usize) -> Vec<f64> {
    let rows = values.len() / columns;
    let mut transposed = vec![0.0; values.len()];
    for (row, entries) in values.chunks_exact(columns).enumerate() {
        for (column, &entry) in entries.iter().enumerate() {
            transposed[column * rows + row] = entry;
        }
    }
    orthonormalise(&mut transposed, rows);
    let scale = (rows as f64 / columns as f64).sqrt();
    let at = |index: usize| scale * transposed[index % columns * rows + index / columns];
    (0..values.len()).map(at).collect()
}

/// `count` waves of random frequency and phase, `dimension` of them to a channel: row (channel,
/// step), column latent.
fn waves(count: usize, dimension: usize, steps: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
    let drawn = (0..count).map(|_| (random.random::<f64>(), random.random::<f64>() * TAU));
    let drawn: Vec<(f64, f64)> = drawn.collect();
    let mut waves = Vec::with_capacity(count * steps);
    for channel in drawn.chunks_exact(dimension) {
        for step in 0..steps {
            let turn = TAU * step as f64 / steps as f64;
            let wave = |(cycles, phase): &(f64, f64)| cos(cycles * turn + phase);
            waves.extend(channel.iter().map(wave));
        }
    }
    waves
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
            let linear = || {
                let weights = &self.weights[row * dimension..][..dimension];
                (0..dimension).map(|q| weights[q] * latent[q]).sum::<f64>()
            };
            *value = match function {
                LatentFunction::Linear | LatentFunction::Orthonormal => linear(),
                LatentFunction::Manifold => tanh(linear()),
                LatentFunction::Smooth => {
                    let weights = &self.weights[row / steps * dimension..][..dimension];
                    let waves = &self.waves[row * dimension..][..dimension];
                    let wave = |q: usize| weights[q] * latent[q] * waves[q];
                    tanh((0..dimension).map(wave).sum::<f64>())
                }
            };
        }
    }

    fn tangent(&self, sources: &[f64]) -> Option<Vec<f64>> {
        let Self {
            function,
            dimension,
            steps,
            ..
        } = *self;
        if function != LatentFunction::Smooth {
            let mut tangent = self.weights.clone();
            if function == LatentFunction::Manifold {
                saturate(&mut tangent, sources);
            }
            return Some(tangent);
        }
        let mut tangent = self.waves.clone();
        for (row, values) in tangent.chunks_exact_mut(dimension).enumerate() {
            let weights = &self.weights[row / steps * dimension..][..dimension];
            values.iter_mut().zip(weights).for_each(|(v, a)| *v *= a);
        }
        saturate(&mut tangent, sources);
        Some(tangent)
    }

    fn sources(&self, random: &mut ChaCha8Rng) -> Option<Vec<f64>> {
        Some(self.latent(random))
    }

    fn directions(&self) -> Option<Directions<'_>> {
        (self.function == LatentFunction::Orthonormal).then_some(Directions {
            values: &self.weights,
            sources: self.dimension,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::random::stream;
    use crate::task::{Task, TaskConfig, TaskKind};

    /// A linear task is its own check: the sequences are `F` times the sources.
    #[test]
    fn sources_are_those_of_the_held_out_sequences() {
        let task = |kind| Task::new(&TaskConfig::new("t", kind).check().unwrap(), 5).unwrap();
        let white = task(TaskKind::White {});
        let task = task(TaskKind::Linear { dimension: 2 });
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
        assert_eq!(white.held_out_sources(2, &mut stream(1, &["x"])), None);
    }

    /// The integral of the tangent along the line from the origin, where every sequence is zero, to
    /// the sources is the sequence.
    #[test]
    fn tangents_integrate_to_the_sequence() {
        for kind in [
            TaskKind::Linear { dimension: 3 },
            TaskKind::Capacity { sources: 3 },
            TaskKind::Manifold { dimension: 3 },
            TaskKind::Smooth { dimension: 3 },
        ] {
            let config = TaskConfig {
                channels: Some(3),
                steps: Some(4),
                ..TaskConfig::new("t", kind.clone())
            };
            let task = Task::new(&config.check().unwrap(), 5).unwrap();
            let batch = task.held_out::<f64>(1, &mut stream(1, &["x"]));
            let sources = task.held_out_sources(1, &mut stream(1, &["x"])).unwrap();
            // The rule of Simpson over a thousand pieces.
            let pieces = 1000;
            let mut found = vec![0.0; batch.values.len()];
            for at in 0..=2 * pieces {
                let place = f64::from(at) / f64::from(2 * pieces);
                let here: Vec<f64> = sources.iter().map(|s| place * s).collect();
                let weight = match at {
                    0 => 1.0,
                    _ if at == 2 * pieces => 1.0,
                    _ if at % 2 == 1 => 4.0,
                    _ => 2.0,
                } / f64::from(6 * pieces);
                let tangent = task.tangent(&here).unwrap();
                for (sum, row) in found.iter_mut().zip(tangent.chunks_exact(3)) {
                    *sum += weight * row.iter().zip(&sources).map(|(t, s)| t * s).sum::<f64>();
                }
            }
            for (found, wanted) in found.iter().zip(&batch.values) {
                assert!((found - wanted).abs() < 1e-9, "{kind:?}");
            }
        }
    }
}
