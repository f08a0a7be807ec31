//! Sequences laid out side by side, as networks read them.

use crate::number::Number;

/// A number of sequences, batch innermost: `values[(channel * steps + step) * samples + sample]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<F> {
    /// Number of channels per step.
    pub channels: usize,
    /// Number of steps per sequence.
    pub steps: usize,
    /// Number of sequences in the batch.
    pub samples: usize,
    /// The values, batch innermost.
    pub values: Vec<F>,
}

impl<F: Number> Batch<F> {
    /// Variance of the values about the mean of each (channel, step), averaged over them: the scale
    /// of a reconstruction error.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let samples = self.samples as f64;
        let total: f64 = self
            .values
            .chunks_exact(self.samples)
            .map(|row| {
                let mean = row.iter().map(|v| v.as_f64()).sum::<f64>() / samples;
                row.iter().map(|v| (v.as_f64() - mean).powi(2)).sum::<f64>() / samples
            })
            .sum();
        total / (self.channels * self.steps) as f64
    }
}
