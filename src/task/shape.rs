//! The shape of a sequence.

/// Channels and steps of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Number of channels per step.
    pub channels: usize,
    /// Number of steps per sequence.
    pub steps: usize,
}

impl Shape {
    /// Values per sequence, the ambient dimension.
    #[must_use]
    pub fn values(self) -> usize {
        self.channels * self.steps
    }
}
