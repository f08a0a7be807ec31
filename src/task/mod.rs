//! What the networks learn: families of sequences whose latent dimension is known.
//!
//! A sequence has `channels` x `steps` values (the *ambient* dimension, 8 x 16 = 128 by default).
//! In most families it is a fixed random function of a few variables, so an autoencoder needs that
//! many real latent units and no more. The function (the *generator*) is fixed by a seed; the
//! variables are drawn from any stream.
//!
//! | kind | sequence | true dimension | units |
//! |---|---|---|---|
//! | `white` (T0) | independent standard normal values | none: nothing to compress | |
//! | `constant` (T0) | one sequence, always the same | 0 | 0 |
//! | `linear` (T1) | `x = F s` | `m` | `m` |
//! | `manifold` (T2) | `x = tanh(F s)` | `m` | `m` |
//! | `smooth` (T3) | the `tanh` of a sum of slow waves | `m` | `m` |
//! | `circle`, `torus`, `sphere` (T4) | `x = tanh(F y)` | 1, 2, `n` | 2, 3, `n + 1` |
//! | `lorenz`, `rossler`, `limit_cycle` (T5) | windows of a trajectory | 2.05, 1.99, 1 | 3, 3, 2 |
//! | `binary`, `codewords`, `three_bits` (T6) | bits as ±1 | none: `b`, `r`, 72 bits | by noise |
//! | `melody` (T7) | the beginning of one of a few tunes | none: rank order only | |
//! | `series` (T8) | windows of the user's own time series | not known | |
//!
//! `s` are `m` independent normal variables, and `y` is a point of the manifold. A wave of `smooth`
//! is `a s cos(2 pi f t / T + phi)`, with `f` at most one cycle per sequence. Trajectories are seen
//! through linear channels. The codewords are those of a code of rank `r` over GF(2). A tune has
//! channels for 12 pitch classes and for the onset of notes.
//!
//! The *units* are the real numbers that a continuous code needs
//! ([`CheckedTask::embedding_dimension`]); bits need `2 bits / log2(1 + SNR)` of them under noise
//! ([`CheckedTask::sufficient_units`]).
//!
//! Where the two columns of numbers differ, intrinsic-dimension estimators should find the first
//! and k* the second.
//!
//! **Training and test.** Where every sequence is new, both are drawn from the same distribution by
//! different streams. Of T5 the test windows come from later parts of the trajectory, of T6 a
//! seeded quarter of the messages is held out, of T8 the end of the series. Tunes (and the
//! constant) are memory: the test set is what was trained on ([`Task::recalls_training_set`]).
//!
//! **From text to sequences.** A [`TaskConfig`] is what people write. Its check gives a
//! [`CheckedTask`], which is complete and knows its dimension, and a [`Task`] is drawn from that
//! alone. Read `kind` for what can be written, `family` for what each kind has to say, and then the
//! file of a family, which holds its check, its dimension and its generator.
//!
//! ```
//! use engraph::random::stream;
//! use engraph::task::{Batch, Nonlinearity, Task, TaskConfig, TaskKind};
//! let ring = TaskKind::Circle { nonlinearity: Nonlinearity::Tanh };
//! let config = TaskConfig { channels: Some(4), ..TaskConfig::new("ring", ring) }.check()?;
//! assert_eq!((config.true_dimension(), config.embedding_dimension()), (Some(1.0), Some(2)));
//! let task = Task::new(&config, 1)?;
//! let batch: Batch<f32> = task.sample(32, &mut stream(1, &["data"]));
//! assert_eq!(batch.values.len(), 4 * 16 * 32);
//! # Ok::<(), engraph::task::TaskError>(())
//! ```

mod attractor;
mod batch;
mod checked;
mod closed;
mod code;
mod config;
mod error;
mod family;
mod keys;
mod kind;
mod latent_function;
mod melody;
mod null;
mod sampling;
mod series;
mod shape;
#[cfg(test)]
mod tests;
mod written;

pub use batch::Batch;
pub use checked::CheckedTask;
pub use closed::Nonlinearity;
pub use config::{Recall, TaskConfig};
pub use error::{SeriesFault, TaskConfigError, TaskError};
pub use family::Directions;
pub use kind::TaskKind;
pub use melody::{Note, TUNES, Tune};
pub use sampling::Task;
pub use series::SeriesFile;
pub use shape::Shape;
