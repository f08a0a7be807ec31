//! The sufficient bottleneck: how many units a wiring needs for what it has learnt.
//!
//! [`sufficient_bottleneck`] reads a sweep of bottleneck widths and returns the smallest width
//! whose held-out error cannot be told from that of the network without a bottleneck. A network
//! that did not learn gives no number: the [`Status`] says why. [`units_explaining`] is its
//! continuous companion for one seed.

mod gate;
mod status;
mod sufficient;
mod sweep;
mod tables;
mod units;

pub use gate::FEWEST_SEEDS;
pub use gate::LEARNT;
pub use status::Status;
pub use sufficient::{
    BottleneckPoint, InterpolatedUnits, SufficientBottleneck, sufficient_bottleneck,
};
pub use sweep::{BottleneckSweep, SweepError};
pub use tables::{
    DimensionRelationRow, LatentContrastRow, LatentDimensionRow, PooledContrastRow,
    SparseBottleneckRow,
};
pub use units::units_explaining;

#[cfg(test)]
mod tests;
