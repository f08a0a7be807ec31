//! Made by `benches/dimension_calibration.rs`.

use super::calibration::{DIMENSIONS, POINTS, SCALES};

pub(super) const TABLE: [[[f64; DIMENSIONS.len()]; POINTS.len()]; SCALES.len()] =
    [[[1.0; DIMENSIONS.len()]; POINTS.len()]; SCALES.len()];
