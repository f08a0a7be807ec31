//! Distances to the nearest neighbours of points.

/// Squared distances to the first `k` neighbours of each of some points, in units of the cloud's
/// own.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::dimension) struct NeighbourDistances {
    pub(super) k: usize,
    pub(super) squared: Vec<f64>,
}

impl NeighbourDistances {
    /// The squared distances of one point after the other, ascending.
    pub(in crate::dimension) fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.squared.chunks_exact(self.k.max(1))
    }

    /// The half of the points whose farthest neighbours are nearest: where points lie dense, and
    /// away from borders.
    pub(in crate::dimension) fn densest_half(&self) -> Self {
        let farthest = |row: &[f64]| row.last().copied().unwrap_or(0.0);
        let mut sorted: Vec<f64> = self.rows().map(farthest).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let limit = sorted.get(sorted.len().saturating_sub(1) / 2);
        let dense = |row: &&[f64]| limit.is_some_and(|limit| farthest(row) <= *limit);
        Self {
            k: self.k,
            squared: self.rows().filter(dense).flatten().copied().collect(),
        }
    }

    /// `ln(r_far / r_near)` for every point, neighbours counted from 1; a point whose near
    /// neighbour is at a distance that underflows to zero has no ratio and is left out.
    pub(in crate::dimension) fn log_ratios(&self, near: usize, far: usize) -> Vec<f64> {
        if far > self.k {
            return Vec::new();
        }
        self.rows()
            .filter_map(|row| log_ratio(row[near - 1], row[far - 1]))
            .collect()
    }
}

fn log_ratio(first_squared: f64, second_squared: f64) -> Option<f64> {
    let ratio = 0.5 * (second_squared / first_squared).ln();
    ratio.is_finite().then_some(ratio)
}
