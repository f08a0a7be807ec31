//! One estimate, or many that share the search for neighbours.

use serde::{Deserialize, Serialize};

use super::method::{MIN_RATIOS, Reads, Spectral};
use super::neighbours::DistinctCloud;
use super::participation_ratio::participation_ratio;
use super::spectrum::covariance_spectrum;
use super::{DimensionError, Estimator, Points};

/// A dimension with what is known of its accuracy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimated dimension.
    pub value: f64,
    /// Lower end of the 95 % interval of the sampling error, where one was computed.
    pub ci_low: Option<f64>,
    /// Upper end of that interval, where one was computed.
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
///
/// ```
/// use engraph::dimension::{Estimator, Points, estimate};
/// // A circle: two dimensions for what reads variances, one for what reads neighbours.
/// let turn = |i: u32| (f64::from(i * i) * 0.618_033_988_749_894_9).fract();
/// let angle = |i: u32| turn(i) * std::f64::consts::TAU;
/// let circle: Vec<f64> = (0..500).flat_map(|i| [angle(i).cos(), angle(i).sin()]).collect();
/// let points = Points::new(&circle, 500, 2)?;
/// assert!((estimate(points, Estimator::ParticipationRatio)?.value - 2.0).abs() < 0.01);
/// assert!((estimate(points, Estimator::Mle(10))?.value - 1.0).abs() < 0.2);
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
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
/// neighbours; see [`estimate`]. One result per estimator, in their order.
///
/// ```
/// use engraph::dimension::{Estimator, Points, Settings, estimate_all};
/// let line: Vec<f64> = (0..50).map(|i| f64::from(i).sqrt()).collect();
/// let points = Points::new(&line, 50, 1)?;
/// let found = estimate_all(points, &[Estimator::Pca90, Estimator::TwoNn], Settings::default());
/// assert_eq!(found[0].as_ref().unwrap().value, 1.0);
/// assert!(found[1].is_ok());
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
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

/// Points with their neighbours, from which estimators read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) points: Points<'a>,
    /// The neighbours that estimators share; without them each searches for its own.
    pub(super) cloud: Option<&'a DistinctCloud>,
    pub(super) settings: Settings,
}

impl Reader<'_> {
    /// The value of an estimator with what is to be known of it.
    pub(super) fn estimate(&self, estimator: Estimator) -> Result<Estimate, DimensionError> {
        let value = self.value(estimator)?;
        let mut notes = self.constant_columns();
        match estimator.neighbours() {
            Some(neighbours) => self.with_cloud(neighbours, |cloud| {
                notes.extend(self.neighbour_notes(estimator, cloud));
            }),
            None => notes.extend(self.spectral_notes(value)),
        }
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
        let equidistant = DimensionError::EquidistantNeighbours { estimator };
        match estimator.method().reads {
            Reads::Spectrum { value } => {
                let eigenvalues = covariance_spectrum(self.points)?;
                let Some(participation_ratio) = participation_ratio(&eigenvalues) else {
                    return Err(self.no_variance(estimator));
                };
                value(&Spectral {
                    points: self.points,
                    eigenvalues: &eigenvalues,
                    participation_ratio,
                    seed: self.settings.seed,
                })
            }
            Reads::Distances { neighbours, value } => self.with_cloud(neighbours, |cloud| {
                self.check(estimator, cloud, neighbours)?;
                value(&cloud.distances(neighbours), neighbours).ok_or(equidistant)
            }),
            Reads::Neighbourhoods {
                neighbours,
                fewest,
                value,
            } => self.with_cloud(neighbours, |cloud| {
                self.check(estimator, cloud, fewest)?;
                value(cloud, self.points.columns())?.ok_or(equidistant)
            }),
        }
    }

    /// Gives the shared neighbours, or those of a search for so many.
    fn with_cloud<T>(&self, neighbours: usize, read: impl FnOnce(&DistinctCloud) -> T) -> T {
        match self.cloud {
            Some(cloud) => read(cloud),
            None => read(&DistinctCloud::new(
                self.points,
                neighbours,
                self.settings.theiler,
            )),
        }
    }

    fn no_variance(&self, estimator: Estimator) -> DimensionError {
        let points = self.points.rows();
        DimensionError::NoVariance { estimator, points }
    }

    /// Whether there are points and neighbours enough: `fewest` of these per point.
    fn check(
        &self,
        estimator: Estimator,
        cloud: &DistinctCloud,
        fewest: usize,
    ) -> Result<(), DimensionError> {
        if cloud.rows() == 1 {
            return Err(self.no_variance(estimator));
        }
        if cloud.listed() < fewest || cloud.rows() < MIN_RATIOS {
            return Err(DimensionError::TooFewDistinct {
                estimator,
                found: cloud.rows(),
                needed: fewest.max(MIN_RATIOS - 1) + 1 + 2 * self.settings.theiler,
                points: self.points.rows(),
            });
        }
        Ok(())
    }

    fn neighbour_notes(&self, estimator: Estimator, cloud: &DistinctCloud) -> Vec<String> {
        let rows = self.points.rows();
        let mut notes = Vec::new();
        if let Some((fewest, most)) = estimator.method().tabled_points
            && !(fewest..=most).contains(&cloud.rows())
        {
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
                "{equidistant} of {} points have equally far first and second neighbours, \
                 as rounded or gridded coordinates give: the value is not to be trusted",
                ratios.len()
            ));
        }
        notes
    }

    fn spectral_notes(&self, value: f64) -> Vec<String> {
        let mut notes = Vec::new();
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
