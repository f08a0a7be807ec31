//! Points side by side: groups whose distances to a query are computed in one go.

use super::distinct::DistinctPoints;

/// Points whose distances to a query are computed side by side.
pub(super) const LANES: usize = 16;
/// Columns between two looks at whether a group of points is too far already.
pub(super) const STRETCH: usize = 8;

/// Points in groups of [`LANES`], transposed: coordinate by coordinate. The last group is padded.
pub(super) fn tiles(
    cloud: &DistinctPoints,
    rows: impl ExactSizeIterator<Item = u32>,
) -> Vec<[f64; LANES]> {
    let columns = cloud.columns;
    let mut tiles = vec![[0.0; LANES]; rows.len().div_ceil(LANES) * columns];
    for (at, row) in rows.enumerate() {
        let values = cloud.row(row as usize);
        for (lanes, value) in tiles[at / LANES * columns..].iter_mut().zip(values) {
            lanes[at % LANES] = *value;
        }
    }
    tiles
}

/// The least of some values, in halves, which stay in vectors.
#[inline(always)]
pub(super) fn least(mut values: [f64; LANES]) -> f64 {
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            values[i] = if values[i + width] < values[i] {
                values[i + width]
            } else {
                values[i]
            };
        }
        width /= 2;
    }
    values[0]
}
