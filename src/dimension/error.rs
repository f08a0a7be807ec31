//! What can be wrong with the input of an estimate.

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
        /// Values in the slice.
        values: usize,
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
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
        /// The value itself.
        value: f64,
    },
    /// Too few rows.
    #[error("{found} points are too few: at least {needed} are needed")]
    TooFewPoints {
        /// Rows given.
        found: usize,
        /// Rows needed.
        needed: usize,
    },
    /// Rows without coordinates.
    #[error("the points have no columns")]
    NoColumns,
    /// All points are equal.
    #[error("all {points} points are equal: `{estimator}` is not defined without variance")]
    NoVariance {
        /// The estimator asked for.
        estimator: Estimator,
        /// Rows given.
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
        /// Distinct points.
        found: usize,
        /// Distinct points needed.
        needed: usize,
        /// Rows given.
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
        /// Rows given.
        points: usize,
    },
    /// The eigenvalue solver failed.
    #[error("the eigenvalues of the {size} x {size} covariance did not converge")]
    Eigenvalues {
        /// Rows of the matrix.
        size: usize,
    },
    /// Two sets of points that must be about the same samples are not of the same length.
    #[error("{left} samples face {right}")]
    Unpaired {
        /// Samples of the first.
        left: usize,
        /// Samples of the second.
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
