//! What training made of a network: how far weights and activity moved, and what its units carry.
//!
//! [`weight_change`], [`representation_alignment`] and [`sign_similarity`] tell rich from lazy
//! learning; [`disentanglement`] says whether each latent unit carries one source.
//! [`range_condition`] says before training whether a code that costs least would do so.
//! [`alignment`] says how the gradients of units lie to the sources of a task.

mod disentanglement;
mod range;
mod reading;
mod regime;
mod tables;

pub use disentanglement::{Disentanglement, disentanglement};
pub use range::{RangeCondition, RangeConditionConfig, range_condition};
pub use reading::{Alignment, LatentGradientsConfig, alignment};
pub use regime::{
    Centring, WeightChange, representation_alignment, sign_similarity, weight_change,
};
pub use tables::{
    DisentanglementRow, HiddenDimensionRow, HiddenRunRow, LatentAngleRow, LatentGradientRow,
    TaskRow, TrainingRegimeRow,
};
