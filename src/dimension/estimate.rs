//! One estimate, or many that share the search for neighbours.

use serde::{Deserialize, Serialize};

use super::calibration::POINTS;
use super::correlation_dimension::correlation_dimension;
use super::cross_validated_pca::cross_validated_rank;
use super::danco::danco;
use super::fisher_separability::fisher_separability;
use super::gride::gride;
use super::local_pca::{local_pca, significant_components};
use super::maximum_likelihood::maximum_likelihood;
use super::neighbours::{DistinctCloud, NeighbourDistances};
use super::parallel_analysis::parallel_analysis;
use super::spectrum::covariance_spectrum;
use super::unbiased_ratio::{Corrected, unbiased_participation_ratio};
use super::{
    DimensionError, Estimator, Points, effective_rank, explained_variance, participation_ratio,
    two_nn,
};

/// Eigenvalues below this share of the largest are rounding.
const ROUNDING: f64 = 1e-13;

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

/// What an estimate depends on besides the points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Theiler window: points at most so many rows apart are no neighbours. 0 for points without an
    /// order.
    pub theiler: usize,
    /// Seed of what is random: permutations, folds, subsamples.
    pub seed: u64,
}

/// Estimates the dimension of `points`, without an interval and a Theiler window.
///
/// Spectral estimators: time `O(n d min(n, d))`. Neighbour estimators: exact neighbours, `O(n^2
/// d)`, less in few dimensions; equal points are merged first (scikit-dimension, from which the
/// value then differs, drops them but lets them stay neighbours of others). Invariant under
/// translation, rotation, scaling and, but for what is random, the order of rows, up to rounding.
///
/// # Errors
/// [`DimensionError::NoVariance`] when all points are equal, [`DimensionError::TooFewDistinct`] and
/// [`DimensionError::EquidistantNeighbours`] where neighbour ratios say nothing,
/// [`DimensionError::Undefined`] where an estimator has no value for these points.
pub fn estimate(points: Points, estimator: Estimator) -> Result<Estimate, DimensionError> {
    let cloud = estimator
        .neighbours()
        .map(|k| DistinctCloud::new(points, k, 0));
    Reader {
        points,
        cloud: cloud.as_ref(),
        settings: Settings::default(),
    }
    .estimate(estimator)
}

/// Estimates the dimension of `points` by several estimators, which share one search for
/// neighbours; see [`estimate`].
#[must_use]
pub fn estimate_all(
    points: Points,
    estimators: &[Estimator],
    settings: Settings,
) -> Vec<Result<Estimate, DimensionError>> {
    let most = estimators.iter().filter_map(|e| e.neighbours()).max();
    let cloud = most.map(|k| DistinctCloud::new(points, k, settings.theiler));
    let reader = Reader {
        points,
        cloud: cloud.as_ref(),
        settings,
    };
    estimators
        .iter()
        .map(|&estimator| reader.estimate(estimator))
        .collect()
}

/// Points with their neighbours.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) points: Points<'a>,
    /// There if any estimator reads neighbours.
    pub(super) cloud: Option<&'a DistinctCloud>,
    pub(super) settings: Settings,
}

impl Reader<'_> {
    /// The value of an estimator with what is to be known of it.
    pub(super) fn estimate(&self, estimator: Estimator) -> Result<Estimate, DimensionError> {
        let value = self.value(estimator)?;
        let notes = match (estimator.neighbours(), self.cloud) {
            (Some(_), Some(cloud)) => self.neighbour_notes(estimator, cloud),
            _ => self.spectral_notes(value),
        };
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        Ok(Estimate {
            value,
            ci_low: None,
            ci_high: None,
            std_error: None,
            samples: self.points.rows(),
            note,
        })
    }

    /// The value alone.
    pub(super) fn value(&self, estimator: Estimator) -> Result<f64, DimensionError> {
        match (estimator.neighbours(), self.cloud) {
            (Some(k), Some(cloud)) => self.of_neighbours(estimator, cloud, k),
            _ => self.of_spectrum(estimator),
        }
    }

    fn of_neighbours(
        &self,
        estimator: Estimator,
        cloud: &DistinctCloud,
        k: usize,
    ) -> Result<f64, DimensionError> {
        let points = self.points.rows();
        if cloud.rows() == 1 {
            return Err(DimensionError::NoVariance { estimator, points });
        }
        // TwoNN needs three ratios; a neighbourhood for PCA may be smaller than it wants.
        let needed = if estimator == Estimator::LocalPca {
            3
        } else {
            k
        };
        if cloud.listed() < needed || cloud.rows() < two_nn::MIN_RATIOS {
            let needed = needed.max(two_nn::MIN_RATIOS - 1) + 1 + 2 * self.settings.theiler;
            return Err(DimensionError::TooFewDistinct {
                estimator,
                found: cloud.rows(),
                needed,
                points,
            });
        }
        match estimator {
            Estimator::CorrelationDimension => correlation_dimension(cloud)
                .ok_or(DimensionError::EquidistantNeighbours { estimator }),
            Estimator::LocalPca => local_pca(cloud, self.points.columns()),
            Estimator::Danco => danco(cloud, self.points.columns())
                .ok_or(DimensionError::EquidistantNeighbours { estimator }),
            _ => of_distances(&cloud.distances(k), estimator)
                .ok_or(DimensionError::EquidistantNeighbours { estimator }),
        }
    }

    fn of_spectrum(&self, estimator: Estimator) -> Result<f64, DimensionError> {
        let Self {
            points, settings, ..
        } = *self;
        let eigenvalues = covariance_spectrum(points)?;
        let plain = participation_ratio::participation_ratio(&eigenvalues);
        let plain = plain.ok_or(DimensionError::NoVariance {
            estimator,
            points: points.rows(),
        })?;
        let undefined = |reason: &'static str| DimensionError::Undefined { estimator, reason };
        let reaching = |share: f64| {
            explained_variance::components_reaching(&eigenvalues, share).unwrap_or(0) as f64
        };
        Ok(match estimator {
            Estimator::ParticipationRatioCorrected => {
                let undefined = DimensionError::CorrectionUndefined {
                    raw: plain,
                    points: points.rows(),
                };
                participation_ratio::corrected(plain, points.rows()).ok_or(undefined)?
            }
            Estimator::ParticipationRatioUnbiased => {
                unbiased_participation_ratio(points, Corrected::Rows).ok_or_else(|| {
                    undefined(
                        "it needs at least four points whose covariance can be told from noise",
                    )
                })?
            }
            Estimator::ParticipationRatioColumns => {
                unbiased_participation_ratio(points, Corrected::RowsAndColumns).ok_or_else(
                    || undefined("it needs at least four points and two columns that covary"),
                )?
            }
            Estimator::EffectiveRank => {
                // The root would make a direction of what is but rounding.
                let real = eigenvalues
                    .iter()
                    .filter(|l| **l > ROUNDING * eigenvalues[0]);
                effective_rank(&real.map(|l| l.sqrt()).collect::<Vec<_>>())
            }
            Estimator::Pca90 => reaching(0.90),
            Estimator::Pca95 => reaching(0.95),
            Estimator::PcaFo => significant_components(&eigenvalues) as f64,
            Estimator::CrossValidatedPca => cross_validated_rank(points, settings.seed)?
                .ok_or_else(|| undefined("it needs at least six points of three columns"))?
                as f64,
            Estimator::ParallelAnalysis => parallel_analysis(points, settings.seed)? as f64,
            Estimator::FisherSeparability => fisher_separability(points)?
                .ok_or_else(|| undefined("every point is separable from every other"))?,
            _ => plain,
        })
    }

    fn neighbour_notes(&self, estimator: Estimator, cloud: &DistinctCloud) -> Vec<String> {
        let rows = self.points.rows();
        let mut notes = self.constant_columns();
        let (fewest, most) = (POINTS[0], POINTS[POINTS.len() - 1]);
        if estimator == Estimator::Danco && !(fewest..=most).contains(&cloud.rows()) {
            notes.push(format!(
                "what balls have is tabled for {fewest} to {most} points"
            ));
        }
        if cloud.rows() < rows {
            notes.push(format!(
                "{} duplicated points were merged with their equals",
                rows - cloud.rows()
            ));
        }
        let ratios = cloud.distances(2).log_ratios(1, 2);
        if ratios.len() < cloud.rows() {
            let left_out = cloud.rows() - ratios.len();
            notes.push(format!(
                "{left_out} points too close to their neighbour to be told apart were left out"
            ));
        }
        let equidistant = ratios.iter().filter(|x| **x == 0.0).count();
        if equidistant * 10 > ratios.len() {
            notes.push(format!(
                "{equidistant} of {} points have equally far first and second neighbours, as rounded or gridded coordinates give: the value is not to be trusted",
                ratios.len()
            ));
        }
        notes
    }

    fn spectral_notes(&self, value: f64) -> Vec<String> {
        let mut notes = self.constant_columns();
        let (rows, columns) = (self.points.rows(), self.points.columns());
        if rows <= columns {
            notes.push(format!(
                "{rows} points in {columns} columns: no more than {} components can appear",
                rows - 1
            ));
        }
        // Rounding may lift a full-rank value just above the number of columns.
        if value > columns as f64 * (1.0 + 1e-9) {
            notes.push(format!(
                "above the ambient dimension {columns}: too few points for the correction"
            ));
        }
        notes
    }

    fn constant_columns(&self) -> Vec<String> {
        match self.points.constant_columns() {
            0 => Vec::new(),
            constant => vec![format!(
                "{constant} of {} columns are constant",
                self.points.columns()
            )],
        }
    }
}

/// The value of an estimator that reads nothing but distances to neighbours; `None` where they do
/// not define one.
pub(super) fn of_distances(distances: &NeighbourDistances, estimator: Estimator) -> Option<f64> {
    match estimator {
        Estimator::Mle(k) => maximum_likelihood(distances, usize::from(k)),
        Estimator::Gride(far) => {
            let (near, far) = (usize::from(far) / 2, usize::from(far));
            gride(&distances.log_ratios(near, far), near, far).map(|scale| scale.value)
        }
        Estimator::TwoNnFit => two_nn::linear_fit(&mut distances.log_ratios(1, 2)),
        _ => two_nn::maximum_likelihood(&mut distances.log_ratios(1, 2)),
    }
}
