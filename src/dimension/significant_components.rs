//! How many principal components are not small beside the largest one.

use super::method::{Method, Reads, Sampling, Values};

/// Components below this share of the largest one's variance are noise.
const SHARE: f64 = 0.05;

/// [`Estimator::PcaFo`](super::Estimator::PcaFo).
pub(super) const METHOD: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| Ok(significant_components(cloud.eigenvalues) as f64),
    },
    values: Values::Counts,
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: Some("fukunaga1971"),
};

/// Components whose variance exceeds a twentieth of the largest one's, eigenvalues given largest
/// first.
///
/// Equals scikit-dimension's `lPCA()` (version `FO`). Source: Fukunaga & Olsen 1971, doi
/// 10.1109/T-C.1971.223208.
pub(super) fn significant_components(eigenvalues: &[f64]) -> usize {
    let largest = eigenvalues.first().copied().unwrap_or(0.0);
    eigenvalues.iter().filter(|l| **l > SHARE * largest).count()
}
