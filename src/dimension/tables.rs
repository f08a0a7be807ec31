//! The table of estimates of a point cloud's dimension.

use crate::table;

table! {
    /// The dimension of a cloud of points by one estimator (`engraph dimension`).
    pub struct DimensionRow = "dimension" version 1 key(estimator) {
        /// Estimator; `recommended` is the calibrated, multiscale one with an interval that holds
        /// more than sampling.
        estimator: String,
        /// Estimate; null where the estimator has none, see `note`.
        value: Option<f64> => "dimensions",
        /// Lower end of the 95 % interval: of sampling alone, but for `recommended` of sampling and
        /// bias.
        ci_low: Option<f64> => "dimensions",
        /// Upper end of it.
        ci_high: Option<f64> => "dimensions",
        /// Standard error of sampling, from subsamples drawn without replacement.
        std_error: Option<f64> => "dimensions",
        /// Of `recommended`: what the calibration added to the raw value.
        bias_correction: Option<f64> => "dimensions",
        /// Of `recommended`: least calibrated value over the scales tried.
        scales_low: Option<f64> => "dimensions",
        /// Of `recommended`: largest calibrated value over the scales tried.
        scales_high: Option<f64> => "dimensions",
        /// Neighbour that sets the scale read, where there is one.
        neighbour: Option<i32>,
        /// Number of points, the rows of the input.
        n_points: i64,
        /// Number of columns of the input.
        ambient_dimension: i32 => "dimensions",
        /// What a reader must know.
        note: Option<String>,
    }
}
