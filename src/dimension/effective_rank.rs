//! The effective rank of a spectrum of singular values.

use faer::Mat;

use super::method::{Method, Reads, Sampling, Values};

/// Eigenvalues below this share of the largest are rounding, and their roots would make a direction
/// of it.
const ROUNDING: f64 = 1e-13;

/// [`Estimator::EffectiveRank`](super::Estimator::EffectiveRank).
pub(super) const METHOD: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| {
            let above = ROUNDING * cloud.eigenvalues[0];
            let real = cloud.eigenvalues.iter().filter(|l| **l > above);
            Ok(effective_rank(&real.map(|l| l.sqrt()).collect::<Vec<_>>()))
        },
    },
    values: Values::Reals { least: 0.0 },
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: Some("roy2007"),
};

/// `exp(-sum p ln p)` over `p = s / sum s`, the singular values as shares: 1 for a single
/// direction, their number if all are equal, 0 if none is above zero.
///
/// Source: Roy & Vetterli 2007 (EUSIPCO).
///
/// ```
/// use engraph::dimension::effective_rank;
/// assert!((effective_rank(&[2.0, 2.0, 2.0, 0.0]) - 3.0).abs() < 1e-12);
/// assert_eq!(effective_rank(&[0.0, 0.0]), 0.0);
/// ```
#[must_use]
pub fn effective_rank(singular_values: &[f64]) -> f64 {
    let total: f64 = singular_values.iter().sum();
    if total > 0.0 {
        let shares = singular_values
            .iter()
            .map(|s| s / total)
            .filter(|&p| p > 0.0);
        shares.map(|p| -p * p.ln()).sum::<f64>().exp()
    } else {
        0.0
    }
}

/// [`effective_rank`] of the `rows` x `columns` matrix with these `(row, column, value)` entries
/// and zeros elsewhere; entries of one place are added. For the weights of a network:
/// (postsynaptic, presynaptic, signed weight).
///
/// `None` for an entry that is not finite, or should the decomposition not converge. Time `O(rows *
/// columns * min(rows, columns))`.
///
/// # Panics
/// If an entry lies outside the matrix.
#[must_use]
pub fn effective_rank_of(
    rows: usize,
    columns: usize,
    entries: impl IntoIterator<Item = (u32, u32, f64)>,
) -> Option<f64> {
    let mut matrix = Mat::<f64>::zeros(rows, columns);
    for (row, column, value) in entries {
        if !value.is_finite() {
            return None;
        }
        matrix[(row as usize, column as usize)] += value;
    }
    Some(effective_rank(&matrix.singular_values().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::clouds::sine_cloud;

    /// numpy 2.3.5: `s = svd(W, compute_uv=False); p = s / s.sum(); exp(-(p * log(p)).sum())`.
    #[test]
    fn agrees_with_numpy() {
        let sparse = [(0, 1, 1.5), (1, 0, -2.0), (1, 2, 0.5), (2, 2, 3.0)];
        assert!((effective_rank_of(3, 3, sparse).unwrap() - 2.868_298_147_115_952_5).abs() < 1e-12);
        let cloud = sine_cloud(40, 6, 2);
        let entries = (0u32..)
            .zip(&cloud)
            .map(|(at, &value)| (at / 6, at % 6, value));
        assert!(
            (effective_rank_of(40, 6, entries).unwrap() - 3.526_070_325_797_072_2).abs() < 1e-9
        );
    }

    #[test]
    fn without_finite_entries_there_is_none() {
        assert_eq!(effective_rank_of(2, 2, [(0, 0, f64::NAN)]), None);
        assert_eq!(effective_rank_of(2, 2, []), Some(0.0));
    }
}
