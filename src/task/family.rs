//! What a kind of task has to say of its sequences, and the generator that it makes them with.

use std::fmt::Debug;
use std::sync::Arc;

use super::error::{TaskConfigError, TaskError};
use super::shape::Shape;
use crate::random::ChaCha8Rng;

/// Channels of a sequence where neither the kind nor the task says otherwise.
pub(super) const USUAL_CHANNELS: usize = 8;
/// Steps of a sequence where neither the kind nor the task says otherwise.
pub(super) const USUAL_STEPS: usize = 16;

/// A kind of sequences with its settings, which were checked when it was made.
pub(super) trait Family: Debug + Send + Sync {
    /// The number of channels; `None` where it is that of a table that was not read yet.
    fn channels(&self) -> Option<Count> {
        Some(Count::Usually(USUAL_CHANNELS))
    }

    /// The number of steps.
    fn steps(&self) -> Count {
        Count::Usually(USUAL_STEPS)
    }

    /// Refuses a shape that sequences of this family cannot have.
    fn fit(&self, shape: Shape) -> Result<(), TaskConfigError>;

    /// What is known of the dimension of the set of sequences.
    fn dimension(&self) -> Dimension;

    /// Whether training and test sequences are the same few.
    fn recalls_training_set(&self) -> bool;

    /// Draws the generator of sequences of `shape`, or reads what it copies them from.
    fn generator(
        &self,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Result<Arc<dyn Generator>, TaskError>;
}

/// How many channels or steps the sequences of a family have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// So many, unless the task gives another number.
    Usually(usize),
    /// So many, and no other number can be given.
    Always(usize),
}

impl Count {
    /// The number that holds where the task gives `given` as its `key`.
    pub(super) fn settle(self, key: &str, given: Option<usize>) -> Result<usize, TaskConfigError> {
        match (self, given) {
            (Self::Usually(usual), given) => Ok(given.unwrap_or(usual)),
            (Self::Always(fixed), Some(given)) if given != fixed => {
                let message = format!("is {given}, but this task has {fixed}");
                Err(TaskConfigError::new(key, message).with_hint("leave it out"))
            }
            (Self::Always(fixed), _) => Ok(fixed),
        }
    }
}

/// What is known of the dimension of a set of sequences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dimension {
    /// Every value is independent of the others: there is nothing to compress.
    Noise,
    /// The sequences are a set of a known dimension.
    Known {
        /// Intrinsic dimension, which estimators should find.
        intrinsic: f64,
        /// Real units that a continuous code needs to tell all sequences apart, without noise.
        units: usize,
    },
    /// The sequences hold so many bits; as many as they have values where absent.
    Bits(Option<usize>),
    /// No number is known, but wirings can be ranked by their error.
    RankOrder,
    /// Nothing is known of the dimension.
    Unknown,
}

/// The directions of white sources: orthogonal columns of equal length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Directions<'a> {
    /// Row (channel, step), column source.
    pub values: &'a [f64],
    /// Number of sources.
    pub sources: usize,
}

impl Directions<'_> {
    /// Number of values of a sequence.
    #[must_use]
    pub fn ambient(&self) -> usize {
        self.values.len() / self.sources.max(1)
    }

    /// The sources of `samples` sequences laid out as [`Batch::values`](super::Batch::values), as
    /// far as they lie along the directions: `samples x sources`.
    #[must_use]
    pub fn sources_of(&self, sequences: &[f64], samples: usize) -> Vec<f64> {
        let scale = self.sources as f64 / self.ambient() as f64;
        let mut found = vec![0.0; samples * self.sources];
        let rows = self.values.chunks_exact(self.sources);
        for (row, along) in sequences.chunks_exact(samples).zip(rows) {
            for (value, found) in row.iter().zip(found.chunks_exact_mut(self.sources)) {
                for (to, direction) in found.iter_mut().zip(along) {
                    *to += scale * direction * value;
                }
            }
        }
        found
    }
}

/// What sequences are drawn from. A sequence has `channels` rows of `steps` values, row after row.
pub(super) trait Generator: Debug + Send + Sync {
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

    /// The derivatives of the sequence by the latent variables that it is a function of, row
    /// (channel, step), column latent: its tangent space, where there are such variables.
    fn tangent(&self, _sources: &[f64]) -> Option<Vec<f64>> {
        None
    }

    /// The directions of independent white sources, where sequences are nothing but a sum of them.
    fn directions(&self) -> Option<Directions<'_>> {
        None
    }

    /// Steps that the starts of two windows of one trajectory must be apart to be near each other
    /// by more than time.
    fn theiler_window(&self) -> Option<usize> {
        None
    }
}
