//! How many dimensions a point cloud has, and how many a wiring can carry.
//!
//! Two questions, two families of answers:
//!
//! * **How many dimensions do these points have?** [`recommended`] answers, with an interval that
//!   holds its bias too. [`estimate`] applies one [`Estimator`] to [`Points`] (data, hidden states,
//!   latents). Linear estimators read the eigenvalues of the covariance
//!   ([`Estimator::ParticipationRatio`], [`Estimator::Pca90`], ...); they measure the flat subspace
//!   that holds the cloud and exceed the intrinsic dimension of a curved manifold. Neighbour
//!   estimators ([`Estimator::TwoNn`], [`Estimator::Gride`], ...) read ratios of distances and
//!   follow curvature, but noise raises them and high dimensions lower them.
//!   [`estimate_with_interval`] adds the sampling error, and [`estimate_all`] shares one search for
//!   neighbours.
//! * **How many units must a bottleneck have?** [`sufficient_bottleneck`] reads a sweep of
//!   bottleneck widths and returns the smallest width whose held-out error cannot be told from that
//!   of the network without a bottleneck. Nothing is returned from a network that did not learn:
//!   the [`Status`] says why.
//!
//! [`contrast`] compares two wirings over paired seeds, [`rank_correlation`] relates a dimension to
//! a measure of structure over many, and [`holm`] corrects a family of such comparisons.
//!
//! What did training do? [`weight_change`], [`representation_alignment`], [`sign_similarity`] and
//! [`effective_rank_of`] tell rich from lazy learning; [`disentanglement`] says whether each latent
//! unit carries one source.
//!
//! Every function is pure: no clock, no thread count, no global state enters, and chance comes from
//! a seed argument.
//!
//! ```
//! use engraph::latent::{Estimator, Points, estimate};
//!
//! // A line in three dimensions.
//! let roots = (0..100).map(|i| f64::from(i).sqrt());
//! let values: Vec<f64> = roots.flat_map(|s| [s, 2.0 * s, -s]).collect();
//! let points = Points::new(&values, 100, 3)?;
//! let dimension = estimate(points, Estimator::ParticipationRatio)?;
//! assert!((dimension.value - 1.0).abs() < 1e-9);
//! # Ok::<(), engraph::latent::LatentError>(())
//! ```

mod calibration;
mod calibration_table;
mod contrast;
pub(crate) mod correlation;
mod correlation_dimension;
mod cross_validated_pca;
mod danco;
mod disentanglement;
mod effective_rank;
mod error;
mod estimate;
mod estimator;
mod explained_variance;
mod fisher_separability;
mod gride;
mod holm;
mod interval;
mod isotonic;
mod local_pca;
mod maximum_likelihood;
mod mutual_information;
mod neighbours;
mod parallel_analysis;
mod participation_ratio;
mod per_seed;
mod points;
mod quantile;
mod rank_correlation;
mod recommended;
mod regime;
mod root;
mod spectrum;
mod student_t;
mod sufficient;
mod theiler;
mod two_nn;
mod unbiased_ratio;

pub use calibration::{
    DIMENSIONS as CALIBRATION_DIMENSIONS, POINTS as CALIBRATION_POINTS,
    SCALES as CALIBRATION_SCALES, calibrated_estimator,
};
pub use contrast::{Contrast, contrast};
pub use danco::{DancoStatistics, danco_statistics};
pub use disentanglement::{Disentanglement, disentanglement};
pub use effective_rank::{effective_rank, effective_rank_of};
pub use error::LatentError;
pub use estimate::{Estimate, Settings, estimate, estimate_all};
pub use estimator::Estimator;
pub use holm::holm;
pub use interval::{estimate_all_with_intervals, estimate_with_interval};
pub use isotonic::non_increasing;
pub use mutual_information::{bins_for, mutual_information};
pub use per_seed::{mean_interval, units_explaining};
pub use points::Points;
pub use rank_correlation::{FEWEST_PAIRS, RankCorrelation, rank_correlation};
pub use recommended::{RECOMMENDED, Recommended, recommended};
pub use regime::{
    Centring, WeightChange, representation_alignment, sign_similarity, weight_change,
};
pub use sufficient::{
    BottleneckPoint, BottleneckSweep, InterpolatedUnits, LEARNT, Status, SufficientBottleneck,
    sufficient_bottleneck,
};
pub use theiler::theiler_window;

#[cfg(test)]
mod clouds;
#[cfg(test)]
mod tests;
