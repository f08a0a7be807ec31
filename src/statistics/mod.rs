//! Statistics that every room may use: intervals, tests, correlations, monotone curves.
//!
//! [`contrast`] compares two series of paired values, [`rank_correlation`] relates two measures
//! over many wirings, and [`holm`] corrects a family of such tests. [`random_effects`] pools the
//! effects of several animals. [`mean_interval`] is the mean of a few seeds with Student's
//! interval, [`share_interval`] a share of them with its exact one. Every function is pure: chance
//! comes from a seed argument.

mod contrast;
mod correlation;
mod holm;
mod isotonic;
mod mean;
mod mutual_information;
mod orthonormal;
mod quantile;
mod random_effects;
mod rank_correlation;
mod root;
mod share;
mod significance;
pub(crate) mod student_t;

pub use contrast::{Contrast, ContrastError, contrast};
pub use correlation::{correlation, partial_correlation};
pub use holm::holm;
pub use isotonic::non_increasing;
pub(crate) use isotonic::{first_reached, pooled_blocks};
pub use mean::{mean_and_sd, mean_interval};
pub(crate) use mutual_information::Binned;
pub use mutual_information::{bins_for, mutual_information};
pub(crate) use orthonormal::orthonormalise;
pub(crate) use quantile::quantile;
pub use random_effects::{Effect, RandomEffects, random_effects};
pub(crate) use rank_correlation::ranks;
pub use rank_correlation::{
    FEWEST_PAIRS, RankCorrelation, rank_correlation, rank_correlation_within,
};
pub(crate) use root::root;
pub use share::share_interval;
pub use significance::Significance;
