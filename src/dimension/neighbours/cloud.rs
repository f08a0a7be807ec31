//! The distinct points of a cloud with their nearest neighbours.

use super::super::Points;
use super::distances::NeighbourDistances;
use super::distinct::DistinctPoints;
use super::list::squared_distance;
use super::{scan, tree};

/// The distinct points of a cloud with, for each, its nearest neighbours among the others, nearest
/// first.
pub(in crate::dimension) struct DistinctCloud {
    points: DistinctPoints,
    neighbour: Vec<u32>,
    squared_distance: Vec<f64>,
}

impl DistinctCloud {
    /// Merges equal points and finds the `listed` nearest neighbours of each (fewer where there are
    /// fewer points).
    ///
    /// By brute force in `f64`, from differences of coordinates (no expansion of the square, which
    /// loses small distances), time `O(rows^2 columns)`; of many points by a k-d tree, about
    /// `O(rows (log(rows) + listed))` times a factor that grows exponentially with the dimension of
    /// the cloud, but not with that of the space around it. A sample of the points shows which is
    /// quicker. Space `O(rows (columns + listed))`. Queries are spread over threads; every distance
    /// is summed over the columns in order and ties keep the lower row, so the result depends
    /// neither on the way nor on threads or vector width.
    ///
    /// With a Theiler window `theiler` above 0, points that are at most so many rows apart are not
    /// taken for neighbours of each other: rows are then times, and near ones are near for that
    /// reason alone (Theiler 1986, doi 10.1103/PhysRevA.34.2427).
    pub(in crate::dimension) fn new(points: Points, listed: usize, theiler: usize) -> Self {
        let points = DistinctPoints::new(points, listed, theiler);
        let (neighbour, squared_distance) = if points.listed == 0 {
            (Vec::new(), Vec::new())
        } else {
            tree::lists_where_it_pays(&points).unwrap_or_else(|| scan::lists(&points))
        };
        Self {
            points,
            neighbour,
            squared_distance,
        }
    }

    /// Number of distinct points.
    pub(in crate::dimension) fn rows(&self) -> usize {
        self.points.rows
    }

    /// Neighbours listed per point.
    pub(in crate::dimension) fn listed(&self) -> usize {
        self.points.listed
    }

    /// The distinct points, row-major, divided by a power of two.
    pub(in crate::dimension) fn values(&self) -> &[f64] {
        &self.points.values
    }

    /// Row among the points given, of every distinct point: the first of its equals.
    pub(in crate::dimension) fn given_rows(&self) -> &[u32] {
        self.points.given_rows()
    }

    /// The listed neighbours of a point, nearest first.
    pub(in crate::dimension) fn neighbours(&self, row: usize) -> &[u32] {
        &self.neighbour[row * self.points.listed..(row + 1) * self.points.listed]
    }

    /// Distances to the first `k` neighbours, or as many as are listed.
    pub(in crate::dimension) fn distances(&self, k: usize) -> NeighbourDistances {
        let k = k.min(self.points.listed);
        let rows = self
            .squared_distance
            .chunks_exact(self.points.listed.max(1));
        NeighbourDistances {
            k,
            squared: rows.flat_map(|row| &row[..k]).copied().collect(),
        }
    }

    /// [`DistinctCloud::distances`] within the sub-cloud of the points marked in `member`.
    ///
    /// The first listed neighbours that are members are the first of the sub-cloud; only where the
    /// list runs out is the point compared with all members again. Time `O(rows * listed)`, against
    /// `O(rows^2 columns)` from scratch.
    pub(in crate::dimension) fn distances_within(
        &self,
        member: &[bool],
        k: usize,
    ) -> NeighbourDistances {
        let k = k.min(self.points.listed);
        let mut squared = Vec::with_capacity(self.points.rows * k);
        for row in (0..self.points.rows).filter(|&row| member[row]) {
            let start = squared.len();
            let list = row * self.points.listed..(row + 1) * self.points.listed;
            let near = self.neighbour[list.clone()]
                .iter()
                .zip(&self.squared_distance[list]);
            squared.extend(
                near.filter(|(j, _)| member[**j as usize])
                    .map(|(_, &d)| d)
                    .take(k),
            );
            if squared.len() < start + k {
                squared.truncate(start);
                let others = (0..self.points.rows)
                    .filter(|&other| member[other] && self.points.apart(row, other));
                let mut all: Vec<f64> = others
                    .map(|other| squared_distance(self.points.row(row), self.points.row(other)))
                    .collect();
                if all.len() > k && k > 0 {
                    all.select_nth_unstable_by(k - 1, f64::total_cmp);
                    all.truncate(k);
                }
                all.sort_unstable_by(f64::total_cmp);
                // Fewer members than neighbours asked for: the farthest stands for those that are
                // not there.
                all.resize(k, all.last().copied().unwrap_or(0.0));
                squared.extend(all);
            }
        }
        NeighbourDistances { k, squared }
    }

    /// How many points are closer to `row` than the two squared distances.
    pub(in crate::dimension) fn pairs_within(&self, row: usize, squared: [f64; 2]) -> (u64, u64) {
        let (query, mut within) = (self.points.row(row), (0, 0));
        for (other, values) in self
            .points
            .values
            .chunks_exact(self.points.columns)
            .enumerate()
        {
            let distance = squared_distance(query, values);
            if distance < squared[1] && self.points.apart(row, other) {
                within.1 += 1;
                within.0 += u64::from(distance < squared[0]);
            }
        }
        within
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::clouds::sine_cloud;
    use crate::dimension::neighbours::distinct::distinct_rows;
    use crate::dimension::neighbours::list::{Candidate, Lists, nearer};

    /// Both searches, on clouds without structure and on a lattice, where most distances are tied,
    /// with and without a window.
    #[test]
    fn lists_equal_a_full_sort() {
        for (rows, columns) in [(2, 1), (3, 2), (17, 3), (150, 5), (331, 9)] {
            let sines = sine_cloud(rows, columns, columns);
            let lattice: Vec<f64> = (0..rows)
                .flat_map(|i| {
                    (0..columns).map(move |c| (i / 7_usize.pow(c.min(3) as u32) % 7) as f64)
                })
                .collect();
            for (values, theiler) in [(&sines, 0), (&lattice, 0), (&sines, 2), (&lattice, 3)] {
                for listed in [1, 4, 40] {
                    let cloud = DistinctCloud::new(
                        Points::new(values, rows, columns).unwrap(),
                        listed,
                        theiler,
                    );
                    if cloud.points.listed == 0 {
                        continue;
                    }
                    let mut expected: Lists = (Vec::new(), Vec::new());
                    for row in 0..cloud.points.rows {
                        let others =
                            (0..cloud.points.rows).filter(|&other| cloud.points.apart(row, other));
                        let distance = |other| {
                            squared_distance(cloud.points.row(row), cloud.points.row(other))
                        };
                        let mut all: Vec<Candidate> = others
                            .map(|other| (distance(other), other as u32))
                            .collect();
                        all.sort_by(nearer);
                        all.truncate(cloud.points.listed);
                        expected.0.extend(all.iter().map(|c| c.1));
                        expected.1.extend(all.iter().map(|c| c.0));
                    }
                    assert_eq!(scan::lists(&cloud.points), expected);
                    assert_eq!(tree::lists(&cloud.points), expected);
                    assert_eq!(
                        (&cloud.neighbour, &cloud.squared_distance),
                        (&expected.0, &expected.1)
                    );
                }
            }
        }
    }

    /// Rows in the order of a curve, which would make a chain of a tree.
    #[test]
    fn a_curve_in_its_own_order() {
        let values: Vec<f64> = (0..4000)
            .flat_map(|i| [f64::from(i), f64::from(i * i)])
            .collect();
        let cloud = DistinctCloud::new(Points::new(&values, 4000, 2).unwrap(), 3, 0);
        assert!(tree::lists_where_it_pays(&cloud.points).is_some());
        assert_eq!(tree::lists(&cloud.points), scan::lists(&cloud.points));
    }

    #[test]
    fn sub_clouds_equal_a_search_from_scratch() {
        let (rows, columns) = (200, 4);
        let values = sine_cloud(rows, columns, columns);
        let points = Points::new(&values, rows, columns).unwrap();
        // Short lists, so that the slow path is taken too.
        let cloud = DistinctCloud::new(points, 3, 0);
        let member: Vec<bool> = (0..rows).map(|row| row % 3 != 0).collect();
        let kept: Vec<u32> = (0..rows as u32)
            .filter(|&row| member[row as usize])
            .collect();
        let gathered = points.gather(&kept);
        let scratch =
            DistinctCloud::new(Points::new(&gathered, kept.len(), columns).unwrap(), 2, 0);
        let scratch = scratch.distances(2).log_ratios(1, 2);
        let within = cloud.distances_within(&member, 2).log_ratios(1, 2);
        assert_eq!(within.len(), scratch.len());
        for (a, b) in within.iter().zip(&scratch) {
            assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn equal_points_are_merged() {
        let values = [0.0, 1.0, -0.0, 1.0, 2.0, 1.0, 2.0, 1.0, 5.0, 1.0];
        let points = Points::new(&values, 5, 2).unwrap();
        assert_eq!(distinct_rows(points), [0, 2, 4]);
        let ratios = DistinctCloud::new(points, 2, 0)
            .distances(2)
            .log_ratios(1, 2);
        let expected = [
            (5.0_f64 / 2.0).ln(),
            (3.0_f64 / 2.0).ln(),
            (5.0_f64 / 3.0).ln(),
        ];
        assert!(
            ratios
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-15)
        );
    }

    #[test]
    fn tiny_and_huge_coordinates_keep_their_ratios() {
        for scale in [1e-320, 1e-200, 1e307] {
            let values = [0.0, scale, 4.0 * scale];
            let ratios = DistinctCloud::new(Points::new(&values, 3, 1).unwrap(), 2, 0)
                .distances(2)
                .log_ratios(1, 2);
            assert!(
                (ratios[0] - 4.0_f64.ln()).abs() < 1e-3,
                "{scale}: {ratios:?}"
            );
        }
    }

    #[test]
    fn points_near_in_time_are_no_neighbours() {
        // A slow walk along a line: the next points in time are nearest, and those two rows away do
        // not count.
        let values: Vec<f64> = (0..40).map(|i| f64::from(i * i)).collect();
        let cloud = DistinctCloud::new(Points::new(&values, 40, 1).unwrap(), 3, 2);
        for row in 0..40usize {
            let mut far: Vec<usize> = (0..40)
                .filter(|&other: &usize| other.abs_diff(row) > 2)
                .collect();
            far.sort_by(|&a, &b| {
                (values[a] - values[row])
                    .abs()
                    .total_cmp(&(values[b] - values[row]).abs())
            });
            let expected: Vec<u32> = far[..3].iter().map(|&i| i as u32).collect();
            assert_eq!(cloud.neighbours(row), expected);
        }
        let all = vec![true; 40];
        assert_eq!(cloud.distances_within(&all, 3), cloud.distances(3));
    }
}
