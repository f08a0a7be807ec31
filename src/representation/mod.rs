//! What training made of a network: how far weights and activity moved, and what its units carry.
//!
//! [`weight_change`], [`representation_alignment`] and [`sign_similarity`] tell rich from lazy
//! learning; [`disentanglement`] says whether each latent unit carries one source.

mod disentanglement;
mod regime;
mod tables;

pub use disentanglement::{Disentanglement, disentanglement};
pub use regime::{
    Centring, WeightChange, representation_alignment, sign_similarity, weight_change,
};
pub use tables::{DisentanglementRow, HiddenDimensionRow, HiddenRunRow, TrainingRegimeRow};
