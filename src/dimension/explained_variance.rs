//! The number of principal components that reach a fraction of the variance.

use super::method::{Method, Reads, Sampling, Values};

/// Rounding slack on the cumulated fraction, so that nine of ten equal components reach 90 %.
const SLACK: f64 = 1e-12;

/// [`Estimator::Pca90`](super::Estimator::Pca90).
pub(super) const NINETY_PERCENT: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| Ok(components_reaching(cloud.eigenvalues, 0.90).unwrap_or(0) as f64),
    },
    values: Values::Counts,
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: None,
};

/// [`Estimator::Pca95`](super::Estimator::Pca95).
pub(super) const NINETY_FIVE_PERCENT: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| Ok(components_reaching(cloud.eigenvalues, 0.95).unwrap_or(0) as f64),
    },
    values: Values::Counts,
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: None,
};

/// The smallest `k` with `l_1 + ... + l_k >= fraction * sum l`, eigenvalues `l` given largest
/// first.
///
/// `None` when all are zero. Same rule as the `ratio` version of scikit-dimension's `lPCA` (up to a
/// slack of 1e-12 for exact ties). Valid for fractions in `(0, 1)`; an upper bound of the dimension
/// of a curved manifold.
pub(super) fn components_reaching(eigenvalues: &[f64], fraction: f64) -> Option<usize> {
    let total: f64 = eigenvalues.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let mut explained = 0.0;
    let reached = eigenvalues.iter().position(|l| {
        explained += l;
        explained >= (fraction - SLACK) * total
    });
    Some(reached.map_or(eigenvalues.len(), |i| i + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_counts() {
        assert_eq!(components_reaching(&[1.0; 10], 0.90), Some(9));
        assert_eq!(components_reaching(&[1.0; 10], 0.95), Some(10));
        assert_eq!(components_reaching(&[0.9, 0.05, 0.05], 0.90), Some(1));
        assert_eq!(components_reaching(&[0.9, 0.05, 0.05], 0.95), Some(2));
        assert_eq!(components_reaching(&[2.0, 0.0], 0.95), Some(1));
        assert_eq!(components_reaching(&[0.0], 0.90), None);
    }
}
