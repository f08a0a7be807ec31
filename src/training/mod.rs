//! Training: minibatches of fresh sequences, exact gradients, and a verdict on how the run ended.
//!
//! A [`Trainer`] trains a [`Model`](crate::network::Model) epoch by epoch with Adam or the
//! exponentiated gradient ([`Optimiser`]) under a falling learning rate. It can be stopped after
//! any epoch and resumed from a [`Checkpoint`] to the same bytes; [`train`] runs it to its end.
//! Nothing can be concluded from a network that has not learnt, so every run has a [`Verdict`] with
//! its reason. To read the code, begin with `trainer`. `carried` and `used` say what a trained
//! network carries, and through which of its dimensions.

mod carried;
mod checkpoint;
mod config;
pub mod homeostatic;
mod optimiser;
mod tables;
mod trainer;
mod used;
mod verdict;

pub use carried::{bits_of, shares_given_back};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use config::{Rule, Schedule, TrainingConfig, TrainingConfigError};
pub use optimiser::{Optimiser, Rates};
pub use tables::{
    ActivityRow, CarriedDimensionRow, CarriedRunRow, CheckpointRow, LearningCurveRow, PERCEPTRON,
    RunKeys, TrainedParametersRow, TrainingRunRow, UsedDimensionRow, UsedRunRow,
};
pub use trainer::{Epoch, HELD_OUT_DRAW, Trainer, TrainingRun, held_out_stream, train};
pub use used::{UsedDimensionConfig, used_spectra};
pub use verdict::{RunStatus, Verdict};

#[cfg(test)]
mod tests;
