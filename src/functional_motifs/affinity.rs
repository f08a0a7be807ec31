//! Affinities between the traces of neurons, window by window.

use std::ops::Range;

/// How a recording is cut into windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Steps of a window, at least 3.
    pub length: usize,
    /// Steps from the beginning of a window to that of the next, at least 1.
    pub stride: usize,
}

impl Windows {
    /// The steps of each window that fits whole into a recording of `steps`.
    #[must_use]
    pub fn of(self, steps: usize) -> Vec<Range<usize>> {
        (0..steps)
            .step_by(self.stride.max(1))
            .map(|first| first..first + self.length)
            .take_while(|window| window.end <= steps)
            .collect()
    }
}

/// A non-negative tensor of affinities: for each window a symmetric matrix over neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Affinities {
    neurons: usize,
    /// One matrix for each window, row by row.
    slices: Vec<Vec<f64>>,
}

impl Affinities {
    /// The affinities of traces, all of one length: Pearson's correlation within the window where
    /// it is positive, else 0. A trace that is constant within a window has none there. What a
    /// neuron has with itself is 0 and means nothing.
    #[must_use]
    pub fn of(traces: &[&[f64]], windows: &[Range<usize>]) -> Self {
        let neurons = traces.len();
        let slice = |window: &Range<usize>| {
            let unit: Vec<Option<Vec<f64>>> = traces
                .iter()
                .map(|trace| standardised(&trace[window.clone()]))
                .collect();
            let mut slice = vec![0.0; neurons * neurons];
            for (i, a) in unit.iter().enumerate() {
                for (j, b) in unit.iter().enumerate().take(i) {
                    if let (Some(a), Some(b)) = (a, b) {
                        let r: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                        slice[i * neurons + j] = r.max(0.0);
                        slice[j * neurons + i] = r.max(0.0);
                    }
                }
            }
            slice
        };
        Self {
            neurons,
            slices: windows.iter().map(slice).collect(),
        }
    }

    /// A tensor from its symmetric slices, each row by row.
    ///
    /// # Panics
    /// If a slice has not `neurons` x `neurons` entries.
    #[must_use]
    pub fn from_slices(neurons: usize, slices: Vec<Vec<f64>>) -> Self {
        assert!(slices.iter().all(|s| s.len() == neurons * neurons));
        Self { neurons, slices }
    }

    /// Number of neurons.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// One symmetric matrix for each window, row by row.
    #[must_use]
    pub fn slices(&self) -> &[Vec<f64>] {
        &self.slices
    }
}

/// The values minus their mean, scaled to length 1; `None` if they are constant.
fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let centred: Vec<f64> = values.iter().map(|v| v - mean).collect();
    let norm = centred.iter().map(|v| v * v).sum::<f64>().sqrt();
    let largest = values.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
    let is_constant = norm <= 1e-12 * largest * (values.len() as f64).sqrt();
    (!is_constant).then(|| centred.iter().map(|v| v / norm).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn affinities_are_positive_correlations_of_a_window() {
        let a = [1.0, 2.0, 3.0, 4.0, 9.0, 9.0, 9.0];
        let b = [2.0, 1.0, 4.0, 3.0, 1.0, 2.0, 3.0];
        let c = [-1.0, -2.0, -3.0, -4.0, 3.0, 2.0, 1.0];
        let windows = Windows {
            length: 4,
            stride: 3,
        }
        .of(7);
        assert_eq!(windows, [0..4, 3..7]);
        let found = Affinities::of(&[&a, &b, &c], &windows);
        // numpy: np.corrcoef([1, 2, 3, 4], [2, 1, 4, 3]) = .6
        assert!((found.slices()[0][1] - 0.6).abs() < 1e-12);
        assert_eq!(found.slices()[0][2], 0.0, "negative");
        assert_eq!(found.slices()[0][4], 0.0, "with itself");
        let constant = Affinities::of(&[&[0.1; 4], &a[..4]], &windows[..1]);
        assert_eq!(constant.slices()[0], [0.0; 4]);
    }
}
