//! Exact nearest neighbours: one search that every neighbour estimator shares.

use std::cmp::Ordering;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::Points;

/// Points whose distances to one query are computed side by side.
const LANES: usize = 16;
/// Columns between two looks at whether a group of points is too far already.
const STRETCH: usize = 8;
/// Queries that share one pass over the cloud while it is in cache.
const BLOCK: usize = 64;

/// The distinct points of a cloud with, for each, its nearest neighbours among the others, nearest
/// first.
pub(super) struct DistinctCloud {
    /// Row-major, scaled by a power of two.
    values: Vec<f64>,
    columns: usize,
    rows: usize,
    /// Neighbours kept per point.
    listed: usize,
    neighbour: Vec<u32>,
    squared_distance: Vec<f64>,
    /// Row among the points given, of every distinct point.
    time: Vec<u32>,
    /// Points no more rows apart than this are no neighbours.
    theiler: u32,
}

/// Squared distances to the first `k` neighbours of each of some points, in units of the cloud's own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NeighbourDistances {
    k: usize,
    squared: Vec<f64>,
}

impl NeighbourDistances {
    /// The squared distances of one point after the other, ascending.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.squared.chunks_exact(self.k.max(1))
    }

    /// `ln(r_far / r_near)` for every point, neighbours counted from 1; a point whose near neighbour is at a distance that underflows to
    /// zero has no ratio and is left out.
    pub(super) fn log_ratios(&self, near: usize, far: usize) -> Vec<f64> {
        if far > self.k {
            return Vec::new();
        }
        self.rows().filter_map(|row| log_ratio(row[near - 1], row[far - 1])).collect()
    }
}

impl DistinctCloud {
    /// Merges equal points and finds the `listed` nearest neighbours of each (fewer where there are
    /// fewer points).
    ///
    /// By brute force in `f64`, from differences of coordinates (no expansion of the square, which
    /// loses small distances). Time `O(rows^2 columns)`, space `O(rows (columns + listed))`.
    /// Queries are spread over threads; every distance is summed over the columns in order and ties
    /// keep the lower row, so the result depends neither on threads nor on vector width.
    ///
    /// With a Theiler window `theiler` above 0, points that are at most so many rows apart are not taken for neighbours of each other:
    /// rows are then times, and near ones are near for that reason alone (Theiler 1986, doi 10.1103/PhysRevA.34.2427).
    pub(super) fn new(points: Points, listed: usize, theiler: usize) -> Self {
        let distinct = distinct_rows(points);
        let scale = points.binary_scale();
        let values: Vec<f64> = points.gather(&distinct).into_iter().map(|v| v / scale).collect();
        let (rows, columns) = (distinct.len(), points.columns());
        let listed = listed.min((rows - 1).saturating_sub(2 * theiler));
        let mut cloud = Self {
            values,
            columns,
            rows,
            listed,
            neighbour: Vec::new(),
            squared_distance: Vec::new(),
            time: distinct,
            theiler: theiler as u32,
        };
        cloud.search();
        cloud
    }

    /// Number of distinct points.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Neighbours listed per point.
    pub(super) fn listed(&self) -> usize {
        self.listed
    }

    /// The distinct points, row-major, divided by a power of two.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The listed neighbours of a point, nearest first.
    pub(super) fn neighbours(&self, row: usize) -> &[u32] {
        &self.neighbour[row * self.listed..(row + 1) * self.listed]
    }

    /// Distances to the first `k` neighbours, or as many as are listed.
    pub(super) fn distances(&self, k: usize) -> NeighbourDistances {
        let k = k.min(self.listed);
        let rows = self.squared_distance.chunks_exact(self.listed.max(1));
        NeighbourDistances { k, squared: rows.flat_map(|row| &row[..k]).copied().collect() }
    }

    /// [`DistinctCloud::distances`] within the sub-cloud of the points marked in `member`.
    ///
    /// The first listed neighbours that are members are the first of the sub-cloud; only where the list runs out is the point compared
    /// with all members again. Time `O(rows * listed)`, against `O(rows^2 columns)` from scratch.
    pub(super) fn distances_within(&self, member: &[bool], k: usize) -> NeighbourDistances {
        let k = k.min(self.listed);
        let mut squared = Vec::with_capacity(self.rows * k);
        for row in (0..self.rows).filter(|&row| member[row]) {
            let start = squared.len();
            let list = row * self.listed..(row + 1) * self.listed;
            let near = self.neighbour[list.clone()].iter().zip(&self.squared_distance[list]);
            squared.extend(near.filter(|(j, _)| member[**j as usize]).map(|(_, &d)| d).take(k));
            if squared.len() < start + k {
                squared.truncate(start);
                let others = (0..self.rows).filter(|&other| member[other] && self.apart(row, other));
                let distance = |other| self.row(row).iter().zip(self.row(other)).map(|(a, b)| (b - a) * (b - a)).sum();
                let mut all: Vec<f64> = others.map(distance).collect();
                all.sort_unstable_by(f64::total_cmp);
                // Fewer members than neighbours asked for: the farthest stands for those that are not there.
                all.resize(k, all.last().copied().unwrap_or(0.0));
                squared.extend(all);
            }
        }
        NeighbourDistances { k, squared }
    }

    /// How many points are closer to `row` than the two squared distances.
    pub(super) fn pairs_within(&self, row: usize, squared: [f64; 2]) -> (u64, u64) {
        let (query, mut within) = (self.row(row), (0, 0));
        for (other, values) in self.values.chunks_exact(self.columns).enumerate() {
            let distance: f64 = query.iter().zip(values).map(|(a, b)| (b - a) * (b - a)).sum();
            if distance < squared[1] && self.apart(row, other) {
                within.1 += 1;
                within.0 += u64::from(distance < squared[0]);
            }
        }
        within
    }

    /// Whether two points may be neighbours.
    fn apart(&self, row: usize, other: usize) -> bool {
        row != other && (self.theiler == 0 || self.time[row].abs_diff(self.time[other]) > self.theiler)
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    fn search(&mut self) {
        if self.listed == 0 {
            return;
        }
        let tiles = self.tiles();
        let (rows, listed) = (self.rows, self.listed);
        let (mut neighbour, mut distance) = (vec![0; rows * listed], vec![f64::INFINITY; rows * listed]);
        let blocks = neighbour.par_chunks_mut(BLOCK * listed).zip(distance.par_chunks_mut(BLOCK * listed));
        blocks.enumerate().for_each(|(block, (neighbour, distance))| {
            let first_query = block * BLOCK;
            Arch::new().dispatch(Search { cloud: self, tiles: &tiles, first_query, neighbour, distance });
        });
        (self.neighbour, self.squared_distance) = (neighbour, distance);
    }

    /// The points in groups of [`LANES`], transposed: coordinate by coordinate. The last group is
    /// padded.
    fn tiles(&self) -> Vec<f64> {
        let mut tiles = vec![0.0; self.rows.div_ceil(LANES) * LANES * self.columns];
        for (row, values) in self.values.chunks_exact(self.columns).enumerate() {
            let tile = &mut tiles[row / LANES * LANES * self.columns..];
            for (column, value) in values.iter().enumerate() {
                tile[column * LANES + row % LANES] = *value;
            }
        }
        tiles
    }
}

/// The search for the neighbours of some points that follow each other.
struct Search<'a> {
    /// Without lists yet.
    cloud: &'a DistinctCloud,
    tiles: &'a [f64],
    first_query: usize,
    neighbour: &'a mut [u32],
    distance: &'a mut [f64],
}

// A type of its own: a closure may be compiled apart from the instructions it is dispatched to.
impl WithSimd for Search<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { cloud, tiles, first_query, neighbour, distance } = self;
        let (columns, rows, listed) = (cloud.columns, cloud.rows, cloud.listed);
        for (tile, lanes) in tiles.chunks_exact(LANES * columns).enumerate() {
            let lists = neighbour.chunks_exact_mut(listed).zip(distance.chunks_exact_mut(listed));
            for (query, (neighbour, distance)) in (first_query..).zip(lists) {
                let mut squared = [0.0; LANES];
                let farthest = distance[listed - 1];
                for (some, lanes) in cloud.row(query).chunks(STRETCH).zip(lanes.chunks(STRETCH * LANES)) {
                    for (value, lane) in some.iter().zip(lanes.chunks_exact(LANES)) {
                        for (sum, other) in squared.iter_mut().zip(lane) {
                            let difference = other - value;
                            *sum += difference * difference;
                        }
                    }
                    // Sums only grow: once all are too far, the other columns need not be looked at.
                    if squared.iter().all(|sum| *sum >= farthest) {
                        break;
                    }
                }
                for (candidate, &squared) in (tile * LANES..rows).zip(&squared) {
                    if squared < distance[listed - 1] && cloud.apart(query, candidate) {
                        insert(neighbour, distance, candidate as u32, squared);
                    }
                }
            }
        }
    }
}

/// Puts a candidate nearer than the last one in its place, behind equals.
fn insert(neighbour: &mut [u32], distance: &mut [f64], candidate: u32, squared: f64) {
    let place = distance.partition_point(|&d| d <= squared);
    let last = distance.len() - 1;
    distance.copy_within(place..last, place + 1);
    neighbour.copy_within(place..last, place + 1);
    (distance[place], neighbour[place]) = (squared, candidate);
}

fn log_ratio(first_squared: f64, second_squared: f64) -> Option<f64> {
    let ratio = 0.5 * (second_squared / first_squared).ln();
    ratio.is_finite().then_some(ratio)
}

/// One row per distinct point, in row order. Time `O(rows log(rows) columns)`.
fn distinct_rows(points: Points) -> Vec<u32> {
    // Finite numbers only, so every comparison has an answer; 0 and -0 are equal.
    let compare = |a: u32, b: u32| {
        let pairs = points.row(a as usize).iter().zip(points.row(b as usize));
        pairs.map(|(x, y)| x.partial_cmp(y).unwrap_or(Ordering::Equal)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    };
    let mut rows: Vec<u32> = (0..points.rows() as u32).collect();
    rows.sort_by(|&a, &b| compare(a, b));
    rows.dedup_by(|a, b| compare(*a, *b).is_eq());
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::clouds::sine_cloud;

    #[test]
    fn lists_equal_a_full_sort() {
        for (rows, columns) in [(2, 1), (3, 2), (17, 3), (150, 5)] {
            let values = sine_cloud(rows, columns, columns);
            let cloud = DistinctCloud::new(Points::new(&values, rows, columns).unwrap(), 4, 0);
            assert_eq!(cloud.rows(), rows);
            for row in 0..rows {
                let mut all: Vec<(f64, u32)> = (0..rows)
                    .filter(|&other| other != row)
                    .map(|other| {
                        (
                            cloud.row(row).iter().zip(cloud.row(other)).map(|(a, b)| (b - a) * (b - a)).sum(),
                            other as u32,
                        )
                    })
                    .collect();
                all.sort_by(|a, b| a.partial_cmp(b).unwrap());
                for (place, expected) in all.iter().take(cloud.listed).enumerate() {
                    let at = row * cloud.listed + place;
                    assert_eq!((cloud.squared_distance[at], cloud.neighbour[at]), *expected);
                }
            }
        }
    }

    #[test]
    fn sub_clouds_equal_a_search_from_scratch() {
        let (rows, columns) = (200, 4);
        let values = sine_cloud(rows, columns, columns);
        let points = Points::new(&values, rows, columns).unwrap();
        // Short lists, so that the slow path is taken too.
        let cloud = DistinctCloud::new(points, 3, 0);
        let member: Vec<bool> = (0..rows).map(|row| row % 3 != 0).collect();
        let kept: Vec<u32> = (0..rows as u32).filter(|&row| member[row as usize]).collect();
        let gathered = points.gather(&kept);
        let scratch = DistinctCloud::new(Points::new(&gathered, kept.len(), columns).unwrap(), 2, 0);
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
        let ratios = DistinctCloud::new(points, 2, 0).distances(2).log_ratios(1, 2);
        let expected = [(5.0_f64 / 2.0).ln(), (3.0_f64 / 2.0).ln(), (5.0_f64 / 3.0).ln()];
        assert!(ratios.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15));
    }

    #[test]
    fn tiny_and_huge_coordinates_keep_their_ratios() {
        for scale in [1e-320, 1e-200, 1e307] {
            let values = [0.0, scale, 4.0 * scale];
            let ratios = DistinctCloud::new(Points::new(&values, 3, 1).unwrap(), 2, 0).distances(2).log_ratios(1, 2);
            assert!((ratios[0] - 4.0_f64.ln()).abs() < 1e-3, "{scale}: {ratios:?}");
        }
    }

    #[test]
    fn points_near_in_time_are_no_neighbours() {
        // A slow walk along a line: the next points in time are nearest, and those two rows away do not count.
        let values: Vec<f64> = (0..40).map(|i| f64::from(i * i)).collect();
        let cloud = DistinctCloud::new(Points::new(&values, 40, 1).unwrap(), 3, 2);
        for row in 0..40usize {
            let mut far: Vec<usize> = (0..40).filter(|&other: &usize| other.abs_diff(row) > 2).collect();
            far.sort_by(|&a, &b| (values[a] - values[row]).abs().total_cmp(&(values[b] - values[row]).abs()));
            let expected: Vec<u32> = far[..3].iter().map(|&i| i as u32).collect();
            assert_eq!(cloud.neighbours(row), expected);
        }
        let all = vec![true; 40];
        assert_eq!(cloud.distances_within(&all, 3), cloud.distances(3));
    }
}
