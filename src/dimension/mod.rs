//! How many dimensions a cloud of points has.
//!
//! Start here: [`recommended`] answers with an interval that covers its bias as well as sampling.
//! [`estimate`] applies one [`Estimator`] to [`Points`] (data, hidden states, latents). Linear
//! estimators read the eigenvalues of the covariance ([`Estimator::ParticipationRatio`],
//! [`Estimator::Pca90`], ...): they measure the flat subspace that holds the cloud, which has more
//! dimensions than a curved manifold in it. Neighbour estimators ([`Estimator::TwoNn`],
//! [`Estimator::Gride`], ...) read ratios of distances and follow curvature, but noise raises them
//! and high dimensions lower them. [`estimate_with_interval`] adds the sampling error, and
//! [`estimate_all`] shares one search for neighbours between estimators.
//!
//! Every function is pure: no clock, no thread count, no global state enters, and chance comes from
//! a seed argument.
//!
//! # Reading order, and adding an estimator
//!
//! `estimator` names the estimators and stands below everything. `points`, `spectrum` and
//! `neighbours` are what they read. `method` says what an estimator declares of itself; each does
//! so in its own file (`two_nn`, `danco`, ...). `registry` maps names to methods; `estimate`,
//! `interval`, `copies` and `recommended` stand on top and know no estimator's inside; `survey`
//! makes the rows of a table of them.
//!
//! A new estimator is one file with a `Method` and one variant of [`Estimator`], whose
//! documentation and word stand beside it. What is forgotten does not compile: a `Method` has no
//! defaults, and the match of the registry has no wildcard.
//!
//! ```
//! use engraph::dimension::{Estimator, Points, estimate};
//!
//! // A line in three dimensions.
//! let roots = (0..100).map(|i| f64::from(i).sqrt());
//! let values: Vec<f64> = roots.flat_map(|s| [s, 2.0 * s, -s]).collect();
//! let points = Points::new(&values, 100, 3)?;
//! let dimension = estimate(points, Estimator::ParticipationRatio)?;
//! assert!((dimension.value - 1.0).abs() < 1e-9);
//! # Ok::<(), engraph::dimension::DimensionError>(())
//! ```

mod calibration;
mod calibration_grid;
mod calibration_table;
mod copies;
mod correlation_dimension;
mod cross_validated_pca;
mod danco;
mod effective_rank;
mod error;
mod estimate;
mod estimator;
mod explained_variance;
mod fisher_separability;
mod gride;
mod interval;
mod local_pca;
mod maximum_likelihood;
mod method;
mod names;
mod neighbours;
mod parallel_analysis;
mod participation_ratio;
mod points;
mod recommended;
mod registry;
mod significant_components;
mod spectrum;
mod survey;
mod tables;
mod theiler;
mod two_nn;
mod unbiased_ratio;

pub use calibration::calibrated_estimator;
pub use calibration_grid::{
    DIMENSIONS as CALIBRATION_DIMENSIONS, POINTS as CALIBRATION_POINTS,
    SCALES as CALIBRATION_SCALES,
};
pub use danco::{DancoStatistics, danco_statistics};
pub use effective_rank::{effective_rank, effective_rank_of};
pub use error::DimensionError;
pub use estimate::{Estimate, Settings, estimate, estimate_all};
pub use estimator::Estimator;
pub use interval::{estimate_all_with_intervals, estimate_with_interval};
pub use names::UnknownEstimator;
pub use points::Points;
pub use recommended::{RECOMMENDED, Recommended, recommended};
pub use survey::DimensionSurvey;
pub use tables::DimensionRow;
pub use theiler::theiler_window;

#[cfg(test)]
pub(crate) mod clouds;
#[cfg(test)]
mod tests;
