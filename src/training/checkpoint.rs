//! Everything a training run needs to go on.

use super::trainer::Epoch;
use crate::network::Layout;

/// The state of a training run after an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Names and places of the parameters.
    pub layout: Layout,
    /// The parameters.
    pub parameters: Vec<f32>,
    /// First and second moments of the optimiser, one per parameter.
    pub moments: [Vec<f32>; 2],
    /// Minibatches trained.
    pub steps: u32,
    /// Words drawn from the stream of training data.
    pub data_position: u64,
    /// Of a plateau schedule: fraction of the rates, least cost of an epoch, epochs since.
    pub annealing: [f64; 3],
    /// True where the schedule has come to its end.
    pub ended: bool,
    /// The epochs so far.
    pub curve: Vec<Epoch>,
}

/// A checkpoint that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint is of another model: {0}")]
pub struct CheckpointError(String);

impl CheckpointError {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl Checkpoint {
    /// Checks that this is a checkpoint of a model whose parameters are laid out so.
    ///
    /// # Errors
    /// [`CheckpointError`] naming the first group that differs.
    pub fn check(&self, layout: &Layout) -> Result<(), CheckpointError> {
        let (mine, theirs) = (self.layout.groups(), layout.groups());
        if let Some((a, b)) = mine.iter().zip(theirs).find(|(a, b)| a != b) {
            let (name, length) = (a.name, a.range.len());
            let message = format!("`{name}` has {length} parameters there, `{}` has {} here", b.name, b.range.len());
            return Err(CheckpointError::new(message));
        }
        let lengths = [&self.parameters, &self.moments[0], &self.moments[1]];
        if mine.len() != theirs.len() || lengths.iter().any(|values| values.len() != layout.len()) {
            return Err(CheckpointError::new("it has another number of parameters"));
        }
        Ok(())
    }
}
