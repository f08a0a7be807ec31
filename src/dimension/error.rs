//! Why an estimate of dimension is refused.

use std::borrow::Cow;

use super::Estimator;
use crate::text::Hinted;

/// Why a dimension could not be estimated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DimensionError {
    /// The slice does not hold `rows * columns` values.
    #[error(
        "the points have {values} values, but {rows} rows of {columns} columns need {}",
        .rows.saturating_mul(*.columns)
    )]
    Shape {
        /// Number of values in the slice.
        values: usize,
        /// Number of rows that was asked for.
        rows: usize,
        /// Number of columns that was asked for.
        columns: usize,
    },
    /// A coordinate is NaN or infinite.
    #[error(
        "the points hold {value} in row {row}, column {column} (counted from 0): \
         a dimension needs finite coordinates"
    )]
    NotFinite {
        /// Row of the first such value, counted from 0.
        row: usize,
        /// Its column, counted from 0.
        column: usize,
        /// The value that is not finite.
        value: f64,
    },
    /// The number of points is too small for any estimate.
    #[error("{found} points are too few: at least {needed} are needed")]
    TooFewPoints {
        /// Number of points that were given.
        found: usize,
        /// Smallest number of points that is needed.
        needed: usize,
    },
    /// The points have no coordinates.
    #[error("the points have no columns")]
    NoColumns,
    /// All points are equal.
    #[error("all {points} points are equal: `{estimator}` is not defined without variance")]
    NoVariance {
        /// The estimator asked for.
        estimator: Estimator,
        /// Number of points that were given.
        points: usize,
    },
    /// Too few distinct points for a neighbour estimator.
    #[error(
        "`{estimator}` needs at least {needed} distinct points, \
         but {found} are left of {points} after duplicates were merged"
    )]
    TooFewDistinct {
        /// The estimator asked for.
        estimator: Estimator,
        /// Number of distinct points that were given.
        found: usize,
        /// Smallest number of distinct points that is needed.
        needed: usize,
        /// Number of points that were given, duplicates included.
        points: usize,
    },
    /// First and second neighbours are equally far everywhere.
    #[error(
        "`{estimator}` is not defined: the first and second neighbours are equally far from \
         nearly every point, as on a lattice"
    )]
    EquidistantNeighbours {
        /// The estimator asked for.
        estimator: Estimator,
    },
    /// Near copies show at every scale.
    #[error(
        "the recommended dimension is not defined: among the {points} points are near copies of \
         others, and no scale is free of them"
    )]
    Copies {
        /// Number of distinct points that were given.
        points: usize,
    },
    /// An estimator has no value for these points.
    #[error("`{estimator}` is not defined for these points: {reason}")]
    Undefined {
        /// The estimator asked for.
        estimator: Estimator,
        /// What the points lack for it.
        reason: &'static str,
    },
    /// The participation ratio reaches the number of points.
    #[error(
        "the corrected participation ratio is not defined: \
         the raw ratio {raw} is not below the number of points {points}"
    )]
    CorrectionUndefined {
        /// The uncorrected participation ratio.
        raw: f64,
        /// Number of points that were given.
        points: usize,
    },
    /// The eigenvalue solver failed.
    #[error("the eigenvalues of the {size} x {size} covariance did not converge")]
    Eigenvalues {
        /// Number of rows of the covariance matrix.
        size: usize,
    },
    /// Two sets of points that must describe the same samples have different lengths.
    #[error("{left} samples face {right}")]
    Unpaired {
        /// Number of samples in the first set.
        left: usize,
        /// Number of samples in the second set.
        right: usize,
    },
}

impl Hinted for DimensionError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match self {
            Self::Shape { .. } => "pass one value per row and column",
            Self::NotFinite { .. } => "drop the row or fill the value",
            Self::TooFewPoints { .. } | Self::CorrectionUndefined { .. } => "add rows",
            Self::NoColumns => "give at least one coordinate per point",
            Self::NoVariance { .. } => "check that the right columns were passed",
            Self::Copies { .. } => {
                "leave the copies out, or see what the scales of `gride_8` on say"
            }
            Self::TooFewDistinct { .. } => "remove rounding of the coordinates or add rows",
            Self::EquidistantNeighbours { .. } => {
                "use an estimator that reads the spectrum, or coordinates that are not rounded"
            }
            Self::Eigenvalues { .. } => "rescale the columns to comparable units",
            Self::Unpaired { .. } => "give both for the same samples in the same order",
            Self::Undefined { .. } => return None,
        };
        Some(hint.into())
    }
}
