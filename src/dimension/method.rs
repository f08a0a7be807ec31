//! What an estimator declares of itself, in its own file.
//!
//! A [`Method`] has no defaults: an estimator that leaves a field out does not compile. The
//! registry maps each [`Estimator`] to its method, and everything else (estimates, intervals,
//! notes, names, citations) reads the method and knows no estimator by name.

use super::neighbours::{DistinctCloud, NeighbourDistances};
use super::{DimensionError, Estimator, Points};

/// Fewest points, and ratios of distances, of which a dimension is read from neighbours.
pub(super) const MIN_RATIOS: usize = 3;

/// All that is known of an estimator besides its name.
#[derive(Clone, Copy)]
pub(super) struct Method {
    /// What it reads of the points, and the value it makes of that.
    pub(super) reads: Reads,
    /// The numbers that it can give.
    pub(super) values: Values,
    /// How the error of sampling is found.
    pub(super) sampling: Sampling,
    /// Fewest and most distinct points for which its tables hold; `None` without tables.
    pub(super) tabled_points: Option<(usize, usize)>,
    /// The estimators that differ from this one in the number in their name; `None` where the name
    /// has no number.
    pub(super) family: Option<Family>,
    /// Key of its paper in `src/report/citations.bib`; `None` for sums over eigenvalues, which are
    /// nobody's.
    pub(super) citation: Option<&'static str>,
}

/// What an estimator reads of the points.
#[derive(Clone, Copy)]
pub(super) enum Reads {
    /// The eigenvalues of the covariance, of which at least one is above zero, or the points
    /// themselves.
    Spectrum {
        /// Computes the estimator's value.
        value: fn(&Spectral) -> Result<f64, DimensionError>,
    },
    /// Distances to neighbours, and nothing else.
    Distances {
        /// Number of neighbours that are read of each point.
        neighbours: usize,
        /// Its value, of the distances to so many neighbours; `None` where they define none.
        value: fn(&NeighbourDistances, usize) -> Option<f64>,
    },
    /// Which points are neighbours, and where they lie.
    Neighbourhoods {
        /// Number of neighbours that are read of each point.
        neighbours: usize,
        /// Neighbours per point without which it has no value: fewer than `neighbours` where a
        /// smaller neighbourhood will do.
        fewest: usize,
        /// Its value, of the cloud and its number of columns; `None` where neighbours are all
        /// equally far.
        value: fn(&DistinctCloud, usize) -> Result<Option<f64>, DimensionError>,
    },
}

impl Reads {
    /// Neighbours read per point; `None` for what reads the spectrum.
    pub(super) fn neighbours(self) -> Option<usize> {
        match self {
            Self::Spectrum { .. } => None,
            Self::Distances { neighbours, .. } | Self::Neighbourhoods { neighbours, .. } => {
                Some(neighbours)
            }
        }
    }
}

/// Points with their spectrum.
pub(super) struct Spectral<'a> {
    /// The points themselves.
    pub(super) points: Points<'a>,
    /// Eigenvalues of their covariance up to a common factor, largest first.
    pub(super) eigenvalues: &'a [f64],
    /// The participation ratio of these eigenvalues.
    pub(super) participation_ratio: f64,
    /// Seed of what is random: permutations and folds.
    pub(super) seed: u64,
}

/// The numbers that an estimator can give.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Values {
    /// Whole numbers from 1.
    Counts,
    /// Real numbers.
    Reals {
        /// No value lies below this one.
        least: f64,
    },
}

impl Values {
    /// The smallest possible value.
    pub(super) fn least(self) -> f64 {
        match self {
            Self::Counts => 1.0,
            Self::Reals { least } => least,
        }
    }
}

/// How the error of sampling is found.
#[derive(Clone, Copy)]
pub(super) enum Sampling {
    /// Not at all: a test of rank is no estimate.
    NoInterval,
    /// The estimate is computed anew on half-samples.
    Recomputed {
        /// Multiplications that one half-sample of so many rows and columns takes beyond the
        /// decomposition of its covariance or the search for its neighbours.
        extra_work: fn(f64, f64) -> f64,
    },
    /// The neighbours within a half-sample are found in the lists of the whole cloud.
    WithinLists {
        /// Neighbours per point.
        neighbours: usize,
        /// The value, of the distances within the half-sample.
        value: fn(&NeighbourDistances, usize) -> Option<f64>,
    },
}

impl Sampling {
    /// Half-samples cost no more than the decomposition or the search.
    pub(super) const RECOMPUTED: Self = Self::Recomputed {
        extra_work: |_, _| 0.0,
    };
}

/// Estimators that differ in the number in their name only.
#[derive(Clone, Copy)]
pub(super) struct Family {
    /// The member with this number.
    pub(super) member: fn(u16) -> Estimator,
    /// Whether there is a member with this number.
    pub(super) accepts: fn(u16) -> bool,
    /// Numbers of the members that are estimated where none is named.
    pub(super) reported: &'static [u16],
}
