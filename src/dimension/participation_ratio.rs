//! The participation ratio of a spectrum.

use super::DimensionError;
use super::method::{Method, Reads, Sampling, Values};

/// [`Estimator::ParticipationRatio`](super::Estimator::ParticipationRatio).
pub(super) const PLAIN: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| Ok(cloud.participation_ratio),
    },
    values: Values::Reals { least: 1.0 },
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: None,
};

/// [`Estimator::ParticipationRatioCorrected`](super::Estimator::ParticipationRatioCorrected).
pub(super) const CORRECTED: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| {
            let (raw, points) = (cloud.participation_ratio, cloud.points.rows());
            corrected(raw, points).ok_or(DimensionError::CorrectionUndefined { raw, points })
        },
    },
    values: Values::Reals { least: 1.0 },
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: None,
};

/// `(sum l)^2 / sum l^2` for eigenvalues `l` of the covariance: between 1 (a line) and their number
/// (a sphere).
///
/// `None` when all eigenvalues are zero. Estimates the linear, variance-weighted dimension; from
/// `n` points it is biased downwards, see [`corrected`]. Source: Gao et al. 2017, doi
/// 10.1101/214262; the `participation_ratio` version of scikit-dimension's `lPCA`.
pub(super) fn participation_ratio(eigenvalues: &[f64]) -> Option<f64> {
    let (sum, squares) = eigenvalues
        .iter()
        .fold((0.0, 0.0), |(s, q), l| (s + l, q + l * l));
    (squares > 0.0).then(|| sum * sum / squares)
}

/// `1 / (1/raw - 1/points)`: the participation ratio with the leading finite-sample term removed.
///
/// For a sample covariance, `E[sum l^2]` exceeds its population value by about `(sum l)^2 / n`,
/// hence `1/PR_n = 1/PR + 1/n` to leading order. After centring the rank is at most `points - 1`,
/// so `raw <= points - 1`, and the value lies in `[raw, points (points - 1)]`: it is always defined
/// for centred points, but a small change of `raw` near `points` changes it greatly. `None` when
/// `raw >= points`, which only rounding or a foreign spectrum can bring about. Source: arXiv
/// 2509.26560, the correction for rows only.
pub(super) fn corrected(raw: f64, points: usize) -> Option<f64> {
    let inverse = 1.0 / raw - 1.0 / points as f64;
    (inverse > 0.0).then(|| 1.0 / inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(participation_ratio(&[1.0, 1.0, 1.0, 0.0]), Some(3.0));
        assert_eq!(participation_ratio(&[5.0]), Some(1.0));
        assert_eq!(participation_ratio(&[3.0, 1.0]), Some(1.6));
        assert_eq!(participation_ratio(&[0.0, 0.0]), None);
    }

    #[test]
    fn correction_removes_one_over_n() {
        assert!((corrected(5.0, 10).unwrap() - 10.0).abs() < 1e-12);
        assert!((corrected(9.0, 10).unwrap() - 90.0).abs() < 1e-9);
        assert_eq!(corrected(10.0, 10), None);
        assert_eq!(corrected(11.0, 10), None);
    }
}
