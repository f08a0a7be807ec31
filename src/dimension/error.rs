//! What can be wrong with the input of an estimate.

use super::Estimator;

/// Why a dimension could not be estimated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DimensionError {
    /// The slice does not hold `rows * columns` values.
    #[error("the points have {values} values, but {rows} rows of {columns} columns need {}: pass one value per row and column", .rows.saturating_mul(*.columns))]
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
        "the points hold {value} in row {row}, column {column} (counted from 0): a dimension needs finite coordinates; drop the row or fill the value"
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
    #[error("{found} points are too few: at least {needed} are needed; add rows")]
    TooFewPoints {
        /// Rows given.
        found: usize,
        /// Rows needed.
        needed: usize,
    },
    /// Rows without coordinates.
    #[error("the points have no columns: give at least one coordinate per point")]
    NoColumns,
    /// All points are equal.
    #[error("all {points} points are equal: `{}` is not defined without variance; check that the right columns were passed", .estimator)]
    NoVariance {
        /// The estimator asked for.
        estimator: Estimator,
        /// Rows given.
        points: usize,
    },
    /// Too few distinct points for a neighbour estimator.
    #[error("`{}` needs at least {needed} distinct points, but {found} are left of {points} after duplicates were merged: remove rounding of the coordinates or add rows", .estimator)]
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
    #[error("`{}` is not defined: the first and second neighbours are equally far from nearly every point, as on a lattice; use an estimator that reads the spectrum, or coordinates that are not rounded", .estimator)]
    EquidistantNeighbours {
        /// The estimator asked for.
        estimator: Estimator,
    },
    /// An estimator has no value for these points.
    #[error("`{estimator}` is not defined for these points: {reason}")]
    Undefined {
        /// The estimator asked for.
        estimator: Estimator,
        /// Why.
        reason: &'static str,
    },
    /// The participation ratio reaches the number of points.
    #[error(
        "the corrected participation ratio is not defined: the raw ratio {raw} is not below the number of points {points}; add rows"
    )]
    CorrectionUndefined {
        /// The uncorrected participation ratio.
        raw: f64,
        /// Rows given.
        points: usize,
    },
    /// The eigenvalue solver failed.
    #[error(
        "the eigenvalues of the {size} x {size} covariance did not converge: rescale the columns to comparable units"
    )]
    Eigenvalues {
        /// Rows of the matrix.
        size: usize,
    },
    /// Two sets of points that must be about the same samples are not of the same length.
    #[error("{left} samples face {right}: give both for the same samples in the same order")]
    Unpaired {
        /// Samples of the first.
        left: usize,
        /// Samples of the second.
        right: usize,
    },
}

impl crate::text::Hinted for DimensionError {}
