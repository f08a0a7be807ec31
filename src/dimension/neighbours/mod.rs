//! Exact nearest neighbours: one search that every neighbour estimator shares.
//!
//! [`DistinctCloud`] merges equal points and lists the neighbours of each, found by looking at
//! every point (`scan`) or by a k-d tree (`tree`), both from groups of points side by side
//! (`tiles`); both find the same lists. [`NeighbourDistances`]
//! is what most estimators read of them.

mod cloud;
mod distances;
mod distinct;
mod list;
mod scan;
mod tiles;
mod tree;

pub(super) use cloud::DistinctCloud;
pub(super) use distances::NeighbourDistances;
