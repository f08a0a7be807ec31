//! A task with its generator drawn: sequences can be sampled from it.

use std::sync::Arc;

use super::batch::Batch;
use super::checked::CheckedTask;
use super::error::{TaskConfigError, TaskError};
use super::family::{Directions, Generator};
use super::shape::Shape;
use crate::number::Number;
use crate::random::{ChaCha8Rng, stream};

/// A task with its generator drawn: sequences can be sampled from it.
#[derive(Clone, Debug)]
pub struct Task {
    config: CheckedTask,
    shape: Shape,
    generator: Arc<dyn Generator>,
}

impl Task {
    /// Draws the generator of `config` under `seed`. The same seed gives the same generator
    /// whatever the network.
    ///
    /// # Errors
    /// [`TaskError`], if the file of a series cannot be read.
    pub fn new(config: &CheckedTask, seed: u64) -> Result<Self, TaskError> {
        let config = match config.shape() {
            Some(_) => config.clone(),
            None => config.resolved()?,
        };
        let open = || TaskConfigError::new("channels", "cannot be told from the file");
        let shape = config.shape().ok_or_else(open)?;
        let mut random = stream(seed, &["task", &config.name]);
        let generator = config.family().generator(shape, &mut random)?;
        Ok(Self {
            config,
            shape,
            generator,
        })
    }

    /// The description this task was made from, complete.
    #[must_use]
    pub fn config(&self) -> &CheckedTask {
        &self.config
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
        self.config.recalls_training_set()
    }

    /// For windows of trajectories (T5, T8): steps that the starts of two of them must be apart to
    /// be near each other by more than time. Estimators of the dimension of a test set should not
    /// take closer ones for neighbours. Windows of [`Self::held_out`] are in the order of time;
    /// those of T5 are apart already.
    #[must_use]
    pub fn theiler_window(&self) -> Option<usize> {
        self.generator.theiler_window()
    }

    /// The directions of independent white sources, where sequences are nothing but a sum of them.
    #[must_use]
    pub fn directions(&self) -> Option<Directions<'_>> {
        self.generator.directions()
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

    /// Draws a test set of `samples` sequences; see the [module](super) for what is held out.
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

    /// The derivatives of a sequence by its latent `sources`, `ambient x sources`, row (channel,
    /// step): their columns span the tangent space of the set of sequences. `None` where
    /// [`held_out_sources`](Self::held_out_sources) is. O(ambient sources).
    #[must_use]
    pub fn tangent(&self, sources: &[f64]) -> Option<Vec<f64>> {
        self.generator.tangent(sources)
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
