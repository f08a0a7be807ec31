//! The intrinsic-dimension estimators and their common face.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::neighbours::DistinctCloud;
use super::spectrum::covariance_spectrum;
use super::{LatentError, Points, explained_variance, participation_ratio, two_nn};

/// A way to read a dimension from points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// `(sum l)^2 / sum l^2` over the eigenvalues `l` of the covariance; in `[1, min(n - 1, d)]`,
    /// biased downwards for few points.
    ParticipationRatio,
    /// `1 / (1/PR - 1/n)`: the participation ratio without its leading finite-sample bias (arXiv
    /// 2509.26560). In `[PR, n (n - 1)]`; values above the number of columns are possible and carry
    /// a note. Always defined for `n >= 2` points with variance, since `PR <= n - 1` after
    /// centring.
    ParticipationRatioCorrected,
    /// Principal components that reach 90 % of the variance: an integer in `[1, min(n - 1, d)]`.
    #[serde(rename = "pca_90")]
    Pca90,
    /// Principal components that reach 95 % of the variance.
    #[serde(rename = "pca_95")]
    Pca95,
    /// TwoNN by censored maximum likelihood. With `x` the sorted `ln(r2/r1)` of the distances to
    /// the first two neighbours, which is exponential with rate `d` where the density is locally
    /// constant, and the largest 10 % set aside as censored (`k = floor(0.9 n)`): `(k - 1) / (x_1 +
    /// ... + x_k + (n - k) x_k)`. At least three distinct points. Follows curvature; low above
    /// about ten dimensions, high under noise. Source: Facco et al. 2017, doi
    /// 10.1038/s41598-017-11873-y; the form is that of scikit-dimension's `TwoNN(method="mle")`
    /// with its `discard_fraction` of 0.1.
    TwoNn,
    /// TwoNN by the linear fit of the paper: slope through the origin of `-ln(1 - i/n)` on `x_i`,
    /// `i = 1..k`, with `x`, `k` as above. Equals scikit-dimension's `TwoNN()`.
    TwoNnFit,
}

impl Estimator {
    /// Every estimator, in the order of reports.
    pub const ALL: [Estimator; 6] = [
        Estimator::ParticipationRatio,
        Estimator::ParticipationRatioCorrected,
        Estimator::Pca90,
        Estimator::Pca95,
        Estimator::TwoNn,
        Estimator::TwoNnFit,
    ];

    /// The name in tables, configs and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Estimator::ParticipationRatio => "participation_ratio",
            Estimator::ParticipationRatioCorrected => "participation_ratio_corrected",
            Estimator::Pca90 => "pca_90",
            Estimator::Pca95 => "pca_95",
            Estimator::TwoNn => "two_nn",
            Estimator::TwoNnFit => "two_nn_fit",
        }
    }

    /// All names, for messages.
    pub(super) fn names() -> String {
        Self::ALL.map(|e| format!("`{}`", e.as_str())).join(", ")
    }

    /// Whether it reads distances to neighbours rather than the spectrum.
    pub(super) fn reads_neighbours(self) -> bool {
        matches!(self, Estimator::TwoNn | Estimator::TwoNnFit)
    }

    /// Whether its values are whole numbers.
    pub(super) fn counts(self) -> bool {
        matches!(self, Estimator::Pca90 | Estimator::Pca95)
    }
}

impl fmt::Display for Estimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Estimator {
    type Err = LatentError;

    fn from_str(name: &str) -> Result<Self, LatentError> {
        Self::ALL
            .into_iter()
            .find(|e| e.as_str() == name)
            .ok_or_else(|| LatentError::UnknownEstimator { name: name.to_owned() })
    }
}

/// A dimension with what is known of its accuracy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The dimension.
    pub value: f64,
    /// Lower end of the 95 % interval of the sampling error, where one was computed.
    pub ci_low: Option<f64>,
    /// Upper end of that interval.
    pub ci_high: Option<f64>,
    /// Standard error of sampling, where one was computed.
    pub std_error: Option<f64>,
    /// Points given, duplicates included.
    pub samples: usize,
    /// What a reader must know about the points or the value.
    pub note: Option<String>,
}

/// Estimates the dimension of `points`, without an interval.
///
/// Spectral estimators: time `O(n d min(n, d))`. TwoNN: exact neighbours by brute force, `O(n^2
/// d)`; equal points are merged first (scikit-dimension, from which the value then differs, drops
/// them but lets them stay neighbours of others). Invariant under translation, rotation, scaling
/// and the order of rows, up to rounding.
///
/// # Errors
/// [`LatentError::NoVariance`] when all points are equal, [`LatentError::TooFewDistinct`] and
/// [`LatentError::EquidistantNeighbours`] where neighbour ratios say nothing.
pub fn estimate(points: Points, estimator: Estimator) -> Result<Estimate, LatentError> {
    if estimator.reads_neighbours() {
        neighbour_estimate(points, estimator, &DistinctCloud::new(points, 2))
    } else {
        spectral_estimate(points, estimator)
    }
}

/// The value of a spectral estimator.
pub(super) fn spectral_value(points: Points, estimator: Estimator) -> Result<f64, LatentError> {
    let eigenvalues = covariance_spectrum(points)?;
    let value = match estimator {
        Estimator::Pca90 => explained_variance::components_reaching(&eigenvalues, 0.90).map(|k| k as f64),
        Estimator::Pca95 => explained_variance::components_reaching(&eigenvalues, 0.95).map(|k| k as f64),
        _ => participation_ratio::participation_ratio(&eigenvalues),
    };
    let value = value.ok_or(LatentError::NoVariance { estimator, points: points.rows() })?;
    if estimator == Estimator::ParticipationRatioCorrected {
        let undefined = LatentError::CorrectionUndefined { raw: value, points: points.rows() };
        return participation_ratio::corrected(value, points.rows()).ok_or(undefined);
    }
    Ok(value)
}

/// The value of a neighbour estimator from `ln(r2/r1)`, which it sorts; `None` when the ratios do
/// not define one.
pub(super) fn neighbour_value(log_ratios: &mut [f64], estimator: Estimator) -> Option<f64> {
    match estimator {
        Estimator::TwoNnFit => two_nn::linear_fit(log_ratios),
        _ => two_nn::maximum_likelihood(log_ratios),
    }
}

fn spectral_estimate(points: Points, estimator: Estimator) -> Result<Estimate, LatentError> {
    let value = spectral_value(points, estimator)?;
    let mut notes = constant_columns_note(points);
    let (rows, columns) = (points.rows(), points.columns());
    if rows <= columns {
        notes.push(format!("{rows} points in {columns} columns: no more than {} components can appear", rows - 1));
    }
    // Rounding may lift a full-rank value just above the number of columns.
    if value > columns as f64 * (1.0 + 1e-9) {
        notes.push(format!("above the ambient dimension {columns}: too few points for the correction"));
    }
    Ok(plain(value, points, notes))
}

/// As [`estimate`], with the neighbours already found.
pub(super) fn neighbour_estimate(
    points: Points,
    estimator: Estimator,
    cloud: &DistinctCloud,
) -> Result<Estimate, LatentError> {
    let rows = points.rows();
    if cloud.rows() == 1 {
        return Err(LatentError::NoVariance { estimator, points: rows });
    }
    let mut ratios = cloud.log_ratios();
    if ratios.len() < two_nn::MIN_RATIOS {
        return Err(LatentError::TooFewDistinct {
            estimator,
            found: ratios.len(),
            needed: two_nn::MIN_RATIOS,
            points: rows,
        });
    }
    let value = neighbour_value(&mut ratios, estimator).ok_or(LatentError::EquidistantNeighbours { estimator })?;
    let mut notes = constant_columns_note(points);
    if cloud.rows() < rows {
        notes.push(format!("{} duplicated points were merged with their equals", rows - cloud.rows()));
    }
    if ratios.len() < cloud.rows() {
        notes.push(format!(
            "{} points too close to their neighbour to be told apart were left out",
            cloud.rows() - ratios.len()
        ));
    }
    let equidistant = ratios.iter().filter(|x| **x == 0.0).count();
    if equidistant * 10 > ratios.len() {
        notes.push(format!(
            "{equidistant} of {} points have equally far first and second neighbours, as rounded or gridded coordinates give: the value is not to be trusted",
            ratios.len()
        ));
    }
    Ok(plain(value, points, notes))
}

fn plain(value: f64, points: Points, notes: Vec<String>) -> Estimate {
    let note = (!notes.is_empty()).then(|| notes.join("; "));
    Estimate { value, ci_low: None, ci_high: None, std_error: None, samples: points.rows(), note }
}

fn constant_columns_note(points: Points) -> Vec<String> {
    match points.constant_columns() {
        0 => Vec::new(),
        constant => vec![format!("{constant} of {} columns are constant", points.columns())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_everywhere() {
        for estimator in Estimator::ALL {
            let json = serde_json::to_string(&estimator).unwrap();
            assert_eq!(json, format!("\"{estimator}\""));
            assert_eq!(estimator.as_str().parse::<Estimator>().unwrap(), estimator);
        }
        let error = "danco".parse::<Estimator>().unwrap_err();
        assert!(error.to_string().contains("`danco`") && error.to_string().contains("`two_nn_fit`"));
    }
}
