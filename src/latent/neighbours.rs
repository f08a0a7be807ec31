//! Exact nearest neighbours and the ratios of their distances.

use std::cmp::Ordering;

use pulp::Arch;
use rayon::prelude::*;

use super::Points;

/// Points whose distances to one query are computed side by side.
const LANES: usize = 16;
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
}

impl DistinctCloud {
    /// Merges equal points and finds the `listed` nearest neighbours of each (fewer where there are
    /// fewer points).
    ///
    /// By brute force in `f64`, from differences of coordinates (no expansion of the square, which
    /// loses small distances). Time `O(rows^2 columns)`, space `O(rows (columns + listed))`.
    /// Queries are spread over threads; every distance is summed over the columns in order and ties
    /// keep the lower row, so the result depends neither on threads nor on vector width.
    pub(super) fn new(points: Points, listed: usize) -> Self {
        let distinct = distinct_rows(points);
        let scale = points.binary_scale();
        let values: Vec<f64> = points.gather(&distinct).into_iter().map(|v| v / scale).collect();
        let (rows, columns) = (distinct.len(), points.columns());
        let listed = listed.min(rows - 1);
        let mut cloud = Self {
            values,
            columns,
            rows,
            listed,
            neighbour: vec![0; rows * listed],
            squared_distance: vec![f64::INFINITY; rows * listed],
        };
        cloud.search();
        cloud
    }

    /// Number of distinct points.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// `ln(r2 / r1)` for every point, in row order.
    ///
    /// A point whose first neighbour is at a distance that underflows to zero has no ratio and is
    /// left out.
    pub(super) fn log_ratios(&self) -> Vec<f64> {
        self.squared_distance
            .chunks_exact(self.listed.max(1))
            .filter_map(|list| log_ratio(*list.first()?, *list.get(1)?))
            .collect()
    }

    /// [`DistinctCloud::log_ratios`] of the sub-cloud of the points marked in `member`.
    ///
    /// The first two listed neighbours that are members are the first two of the sub-cloud; only
    /// where the list runs out is the point compared with all members again. Time `O(rows *
    /// listed)`, against `O(rows^2 columns)` from scratch.
    pub(super) fn log_ratios_within(&self, member: &[bool]) -> Vec<f64> {
        (0..self.rows).filter(|&row| member[row]).filter_map(|row| self.log_ratio_within(row, member)).collect()
    }

    fn log_ratio_within(&self, row: usize, member: &[bool]) -> Option<f64> {
        let list = row * self.listed..(row + 1) * self.listed;
        let mut near = self.neighbour[list.clone()]
            .iter()
            .zip(&self.squared_distance[list])
            .filter_map(|(&j, &distance)| member[j as usize].then_some(distance));
        if let (Some(first), Some(second)) = (near.next(), near.next()) {
            return log_ratio(first, second);
        }
        let (mut first, mut second) = (f64::INFINITY, f64::INFINITY);
        for other in (0..self.rows).filter(|&other| other != row && member[other]) {
            let distance: f64 = self.row(row).iter().zip(self.row(other)).map(|(a, b)| (b - a) * (b - a)).sum();
            if distance < first {
                (first, second) = (distance, first);
            } else if distance < second {
                second = distance;
            }
        }
        log_ratio(first, second)
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    fn search(&mut self) {
        if self.listed == 0 {
            return;
        }
        let tiles = self.tiles();
        let (values, columns, rows, listed) = (&self.values, self.columns, self.rows, self.listed);
        self.neighbour
            .par_chunks_mut(BLOCK * listed)
            .zip(self.squared_distance.par_chunks_mut(BLOCK * listed))
            .enumerate()
            .for_each(|(block, (neighbour, distance))| {
                Arch::new().dispatch(
                    #[inline(always)]
                    || search_block(values, &tiles, columns, rows, block * BLOCK, listed, neighbour, distance),
                );
            });
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

#[expect(clippy::too_many_arguments, reason = "a kernel: plain slices in, two plain slices out")]
#[inline(always)]
fn search_block(
    values: &[f64],
    tiles: &[f64],
    columns: usize,
    rows: usize,
    first_query: usize,
    listed: usize,
    neighbour: &mut [u32],
    distance: &mut [f64],
) {
    for (tile, lanes) in tiles.chunks_exact(LANES * columns).enumerate() {
        let lists = neighbour.chunks_exact_mut(listed).zip(distance.chunks_exact_mut(listed));
        for (query, (neighbour, distance)) in (first_query..).zip(lists) {
            let mut squared = [0.0; LANES];
            for (value, lane) in values[query * columns..(query + 1) * columns].iter().zip(lanes.chunks_exact(LANES)) {
                for (sum, other) in squared.iter_mut().zip(lane) {
                    let difference = other - value;
                    *sum += difference * difference;
                }
            }
            for (candidate, &squared) in (tile * LANES..rows).zip(&squared) {
                if squared < distance[listed - 1] && candidate != query {
                    insert(neighbour, distance, candidate as u32, squared);
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
            let cloud = DistinctCloud::new(Points::new(&values, rows, columns).unwrap(), 4);
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
        let cloud = DistinctCloud::new(points, 3);
        let member: Vec<bool> = (0..rows).map(|row| row % 3 != 0).collect();
        let kept: Vec<u32> = (0..rows as u32).filter(|&row| member[row as usize]).collect();
        let gathered = points.gather(&kept);
        let scratch = DistinctCloud::new(Points::new(&gathered, kept.len(), columns).unwrap(), 2).log_ratios();
        let within = cloud.log_ratios_within(&member);
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
        let ratios = DistinctCloud::new(points, 2).log_ratios();
        let expected = [(5.0_f64 / 2.0).ln(), (3.0_f64 / 2.0).ln(), (5.0_f64 / 3.0).ln()];
        assert!(ratios.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15));
    }

    #[test]
    fn tiny_and_huge_coordinates_keep_their_ratios() {
        for scale in [1e-320, 1e-200, 1e307] {
            let values = [0.0, scale, 4.0 * scale];
            let ratios = DistinctCloud::new(Points::new(&values, 3, 1).unwrap(), 2).log_ratios();
            assert!((ratios[0] - 4.0_f64.ln()).abs() < 1e-3, "{scale}: {ratios:?}");
        }
    }
}
