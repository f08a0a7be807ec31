//! The distinct points of a cloud, and which of them may be neighbours.

use rayon::prelude::*;
use std::cmp::Ordering;

use super::super::Points;

/// The distinct points of a cloud.
pub(super) struct DistinctPoints {
    /// Row-major, scaled by a power of two.
    pub(super) values: Vec<f64>,
    /// Coordinates of a point.
    pub(super) columns: usize,
    /// Number of distinct points.
    pub(super) rows: usize,
    /// Neighbours wanted per point.
    pub(super) listed: usize,
    /// Points no more rows apart than this are no neighbours.
    pub(super) theiler: u32,
    /// Row among the points given, of every distinct point.
    time: Vec<u32>,
}

impl DistinctPoints {
    /// Merges equal points. Each wants `listed` neighbours, or as many as there are outside a
    /// Theiler window of `theiler` rows.
    pub(super) fn new(points: Points, listed: usize, theiler: usize) -> Self {
        let distinct = distinct_rows(points);
        let scale = points.binary_scale();
        let values = points
            .gather(&distinct)
            .into_iter()
            .map(|v| v / scale)
            .collect();
        let rows = distinct.len();
        Self {
            values,
            columns: points.columns(),
            rows,
            listed: listed.min((rows - 1).saturating_sub(2 * theiler)),
            theiler: theiler as u32,
            time: distinct,
        }
    }

    /// Row among the points given, of every distinct point.
    pub(super) fn given_rows(&self) -> &[u32] {
        &self.time
    }

    /// Whether two points may be neighbours.
    pub(super) fn apart(&self, row: usize, other: usize) -> bool {
        row != other
            && (self.theiler == 0 || self.time[row].abs_diff(self.time[other]) > self.theiler)
    }

    /// The coordinates of a point.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }
}

/// One row per distinct point, in row order. Time `O(rows log(rows) columns)`.
pub(super) fn distinct_rows(points: Points) -> Vec<u32> {
    // Finite numbers only, so every comparison has an answer; 0 and -0 are equal.
    let compare = |a: u32, b: u32| {
        let pairs = points.row(a as usize).iter().zip(points.row(b as usize));
        pairs
            .map(|(x, y)| x.partial_cmp(y).unwrap_or(Ordering::Equal))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    };
    let mut rows: Vec<u32> = (0..points.rows() as u32).collect();
    rows.par_sort_by(|&a, &b| compare(a, b));
    rows.dedup_by(|a, b| compare(*a, *b).is_eq());
    rows.sort_unstable();
    rows
}
