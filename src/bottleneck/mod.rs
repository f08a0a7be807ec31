//! The sufficient bottleneck: how many units a wiring needs for what it has learnt.
//!
//! [`sufficient_bottleneck`] reads a sweep of bottleneck widths and returns the smallest width whose
//! held-out error cannot be told from that of the network without a bottleneck. A network that did
//! not learn gives no number: the [`Status`] says why. [`units_explaining`] is its continuous
//! companion for one seed.

mod gate;
mod sufficient;
mod tables;
mod units;

pub use gate::LEARNT;
pub use sufficient::{
    BottleneckPoint, BottleneckSweep, InterpolatedUnits, Status, SufficientBottleneck, SweepError,
    sufficient_bottleneck,
};
pub use tables::{DimensionRelationRow, LatentContrastRow, LatentDimensionRow};
pub use units::units_explaining;

#[cfg(test)]
mod tests;
