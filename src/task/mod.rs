//! What the networks learn: families of sequences whose latent dimension is known.
//!
//! A sequence has `channels` x `steps` values (the *ambient* dimension, 8 x 16 = 128 by default).
//! In most families it is a fixed random function of a few variables, so an autoencoder needs that
//! many real latent units and no more. The function (the *generator*) is fixed by a seed; the
//! variables are drawn from any stream.
//!
//! | kind | sequence | true dimension | units (`embedding_dimension`) |
//! |---|---|---|---|
//! | `white` (T0) | independent standard normal values | none: nothing to compress | |
//! | `constant` (T0) | one sequence, always the same | 0 | 0 |
//! | `linear` (T1) | `x = F s` | `m` | `m` |
//! | `manifold` (T2) | `x = tanh(F s)` | `m` | `m` |
//! | `smooth` (T3) | channel `c`: `tanh(sum_q a_cq s_q cos(2 pi f_cq t / T + phi_cq))`, `f` at most one cycle | `m` | `m` |
//! | `circle`, `torus`, `sphere` (T4) | `x = tanh(F y)`, `y` on the manifold | 1, 2, `n` | 2, 3, `n + 1` |
//! | `lorenz`, `rossler`, `limit_cycle` (T5) | windows of a trajectory, seen through linear channels | 2.05, 1.99, 1 | 3, 3, 2 |
//! | `binary`, `codewords`, `three_bits` (T6) | fair bits as ±1; codewords of a code of rank `r` over GF(2); 3 x 24 bits | none: `b`, `r`, 72 bits | `2 bits / log2(1 + SNR)` |
//! | `melody` (T7) | the beginning of one of a few tunes, 12 pitch classes and onset | none: rank order only | |
//! | `series` (T8) | windows of the user's own time series | not known | |
//!
//! Where the two columns of numbers differ, intrinsic-dimension estimators should find the first
//! and k* the second.
//!
//! **Training and test.** Where every sequence is new, both are drawn from the same distribution by
//! different streams. Of T5 the test windows come from later parts of the trajectory, of T6 a
//! seeded quarter of the messages is held out, of T8 the end of the series. Tunes (and the
//! constant) are memory: the test set is what was trained on ([`Task::recalls_training_set`]).
//!
//! ```
//! use engraph::random::stream;
//! use engraph::task::{Batch, Task, TaskConfig, TaskKind};
//! let config = TaskConfig { channels: Some(4), ..TaskConfig::new("ring", TaskKind::Circle) };
//! let task = Task::new(&config, 1)?;
//! let batch: Batch<f32> = task.sample(32, &mut stream(1, &["data"]));
//! assert_eq!((batch.values.len(), config.true_dimension(), config.embedding_dimension()), (4 * 16 * 32, Some(1.0), Some(2)));
//! # Ok::<(), engraph::task::TaskError>(())
//! ```

mod attractor;
mod batch;
mod closed;
mod code;
mod config;
mod error;
mod family;
mod kind;
mod latent_function;
mod melody;
mod null;
mod series;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::sync::Arc;

pub use attractor::System;
pub use batch::Batch;
pub use config::{Recall, TaskConfig};
pub use error::{TaskConfigError, TaskError};
pub use family::{ClosedManifold, LatentFunction, Nonlinearity, Shape, TaskFamily};
pub use kind::TaskKind;
pub use melody::{Note, TUNES, Tune};
pub use series::SeriesFile;

use crate::number::Number;
use crate::random::{ChaCha8Rng, stream};

/// What sequences are drawn from. A sequence has `channels` rows of `steps` values, row after row.
trait Generator: Debug + Send + Sync {
    /// Draws a sequence for training.
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]);

    /// Draws the sequence `sample` of the `of` sequences of a test set.
    fn draw_held_out(
        &self,
        _sample: usize,
        _of: usize,
        random: &mut ChaCha8Rng,
        sequence: &mut [f64],
    ) {
        self.draw(random, sequence);
    }

    /// The latent variables of the sequence that [`draw`](Self::draw) would draw, where it is a
    /// function of them, with as much drawn.
    fn sources(&self, _random: &mut ChaCha8Rng) -> Option<Vec<f64>> {
        None
    }

    /// Steps that the starts of two windows of one trajectory must be apart to be near each other
    /// by more than time.
    fn theiler_window(&self) -> Option<usize> {
        None
    }
}

/// A task with its generator drawn: sequences can be sampled from it.
#[derive(Clone, Debug)]
pub struct Task {
    config: TaskConfig,
    family: TaskFamily,
    shape: Shape,
    generator: Arc<dyn Generator>,
}

impl Task {
    /// Draws the generator of `config` under `seed`. The same seed gives the same generator
    /// whatever the network.
    ///
    /// # Errors
    /// [`TaskError`], if a key is wrong or the file of a series cannot be read.
    pub fn new(config: &TaskConfig, seed: u64) -> Result<Self, TaskError> {
        let mut config = config.completed()?;
        let family = config.check()?;
        let mut random = stream(seed, &["task", &config.name]);
        let series = match &family {
            TaskFamily::Series {
                file,
                recording,
                columns,
                test_fraction,
            } => {
                let table = file.read(recording.as_deref(), columns.as_deref())?;
                if config
                    .channels
                    .is_some_and(|channels| channels != table.columns.len())
                {
                    let message =
                        format!("the table has {} columns of numbers", table.columns.len());
                    return Err(TaskConfigError {
                        key: "channels",
                        message,
                    }
                    .into());
                }
                config.channels = Some(table.columns.len());
                Some((table, *test_fraction))
            }
            _ => None,
        };
        // Known to the check, but for a series, whose table is read by now.
        let shape = config.shape().unwrap_or(Shape {
            channels: 0,
            steps: 0,
        });
        config.check()?;
        let random = &mut random;
        let generator: Arc<dyn Generator> = match &family {
            TaskFamily::White => Arc::new(null::White),
            TaskFamily::Constant => Arc::new(null::Constant::new(shape.values(), random)),
            &TaskFamily::Latents {
                function,
                dimension,
            } => Arc::new(latent_function::OfLatents::new(
                function, dimension, shape, random,
            )),
            &TaskFamily::Closed {
                manifold,
                nonlinearity,
            } => Arc::new(closed::Embedded::new(
                manifold,
                nonlinearity,
                shape.values(),
                random,
            )),
            &TaskFamily::Attractor { system, interval } => {
                Arc::new(attractor::Observed::new(system, interval, shape, random))
            }
            TaskFamily::Bits { rank } => Arc::new(code::Bits::new(*rank, shape.values(), random)),
            TaskFamily::Melody { tunes } => Arc::new(melody::Melodies::new(tunes, shape.steps)),
            TaskFamily::Series { .. } => {
                let (table, test_fraction) = series.ok_or(TaskError::NoTables)?;
                Arc::new(series::Series::new(table, shape.steps, test_fraction)?)
            }
        };
        Ok(Self {
            config,
            family,
            shape,
            generator,
        })
    }

    /// The description this task was made from, complete.
    #[must_use]
    pub fn config(&self) -> &TaskConfig {
        &self.config
    }

    /// Its checked family, which knows its dimension.
    #[must_use]
    pub fn family(&self) -> &TaskFamily {
        &self.family
    }

    /// Channels and steps of a sequence.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Values per sequence: channels x steps.
    #[must_use]
    pub fn ambient_dimension(&self) -> usize {
        self.shape.values()
    }

    /// Whether training and test sequences are the same few: then the error measures memory, not
    /// generalisation.
    #[must_use]
    pub fn recalls_training_set(&self) -> bool {
        self.family.recalls_training_set()
    }

    /// For windows of trajectories (T5, T8): steps that the starts of two of them must be apart to
    /// be near each other by more than time. Estimators of the dimension of a test set should not
    /// take closer ones for neighbours. Windows of [`Self::held_out`] are in the order of time;
    /// those of T5 are apart already.
    #[must_use]
    pub fn theiler_window(&self) -> Option<usize> {
        self.generator.theiler_window()
    }

    /// Fraction of the bits of `sequences` that `output` (laid out alike) reproduces, where
    /// sequences are of bits.
    #[must_use]
    pub fn bit_accuracy<F: Number>(&self, sequences: &Batch<F>, output: &[f64]) -> Option<f64> {
        self.config.bits()?;
        let right = sequences
            .values
            .iter()
            .zip(output)
            .filter(|(x, y)| (x.as_f64() > 0.0) == (**y > 0.0))
            .count();
        Some(right as f64 / sequences.values.len() as f64)
    }

    /// Draws `samples` sequences for training.
    pub fn sample<F: Number>(&self, samples: usize, random: &mut ChaCha8Rng) -> Batch<F> {
        self.batch(samples, |_, sequence| self.generator.draw(random, sequence))
    }

    /// Draws a test set of `samples` sequences; see the [module](self) for what is held out.
    pub fn held_out<F: Number>(&self, samples: usize, random: &mut ChaCha8Rng) -> Batch<F> {
        self.batch(samples, |sample, sequence| {
            self.generator
                .draw_held_out(sample, samples, random, sequence)
        })
    }

    /// The latent variables of the sequences that [`held_out`](Self::held_out) draws from the same
    /// stream, `samples x dimension`; none where sequences are no function of independent
    /// variables.
    #[must_use]
    pub fn held_out_sources(&self, samples: usize, random: &mut ChaCha8Rng) -> Option<Vec<f64>> {
        let mut all = Vec::new();
        for _ in 0..samples {
            all.extend(self.generator.sources(random)?);
        }
        Some(all)
    }

    fn batch<F: Number>(
        &self,
        samples: usize,
        mut draw: impl FnMut(usize, &mut [f64]),
    ) -> Batch<F> {
        let Shape { channels, steps } = self.shape;
        let mut values = vec![F::zero(); channels * steps * samples];
        let mut sequence = vec![0.0; channels * steps];
        for sample in 0..samples {
            draw(sample, &mut sequence);
            for (row, &value) in sequence.iter().enumerate() {
                values[row * samples + sample] = F::of(value);
            }
        }
        Batch {
            channels,
            steps,
            samples,
            values,
        }
    }
}
