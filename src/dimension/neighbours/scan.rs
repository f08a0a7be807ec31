//! Neighbours by looking at every point.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::distinct::DistinctPoints;
use super::list::{Lists, Shortlist, write_list};
use super::tiles::{LANES, STRETCH, least, tiles};
use crate::interruption;

/// Queries that share the loads of those points.
const QUERIES: usize = 4;
/// Queries that share one pass over the cloud while it is in cache.
const BLOCK: usize = 64;

pub(super) fn lists(cloud: &DistinctPoints) -> Lists {
    let (rows, listed) = (cloud.rows, cloud.listed);
    let tiles = tiles(cloud, 0..cloud.rows as u32);
    let (mut neighbour, mut distance) = (vec![0; rows * listed], vec![0.0; rows * listed]);
    let blocks = neighbour
        .par_chunks_mut(BLOCK * listed)
        .zip(distance.par_chunks_mut(BLOCK * listed));
    blocks
        .enumerate()
        .for_each(|(block, (neighbour, distance))| {
            interruption::check();
            let lists = neighbour
                .chunks_exact_mut(listed)
                .zip(distance.chunks_exact_mut(listed));
            let first = block * BLOCK;
            let queries = first..first + lists.len();
            let shortlists = Arch::new().dispatch(Scan {
                cloud,
                tiles: &tiles,
                queries,
            });
            for ((neighbour, distance), mut shortlist) in lists.zip(shortlists) {
                write_list(shortlist.candidates(), neighbour, distance);
            }
        });
    (neighbour, distance)
}

/// The search for the neighbours of some points that follow each other.
struct Scan<'a> {
    cloud: &'a DistinctPoints,
    tiles: &'a [[f64; LANES]],
    queries: std::ops::Range<usize>,
}

// A type of its own: a closure may be compiled apart from the instructions it is dispatched to.
impl WithSimd for Scan<'_> {
    type Output = Vec<Shortlist>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<Shortlist> {
        let Self {
            cloud,
            tiles,
            queries,
        } = self;
        let columns = cloud.columns;
        let mut shortlists: Vec<_> = queries
            .clone()
            .map(|_| Shortlist::new(cloud.listed, cloud.listed.max(LANES)))
            .collect();
        // Four queries side by side, coordinate by coordinate; who is missing in the last four
        // finds nobody near.
        let mut groups = vec![[0.0; QUERIES]; queries.len().div_ceil(QUERIES) * columns];
        let mut limits = vec![[f64::NEG_INFINITY; QUERIES]; queries.len().div_ceil(QUERIES)];
        for (at, query) in queries.clone().enumerate() {
            limits[at / QUERIES][at % QUERIES] = f64::INFINITY;
            for (group, value) in groups[at / QUERIES * columns..]
                .iter_mut()
                .zip(cloud.row(query))
            {
                group[at % QUERIES] = *value;
            }
        }
        for (tile, lanes) in tiles.chunks_exact(columns).enumerate() {
            'groups: for (group, (values, limits)) in
                groups.chunks_exact(columns).zip(&mut limits).enumerate()
            {
                let mut squared = [[0.0; LANES]; QUERIES];
                for (values, lanes) in values.chunks(STRETCH).zip(lanes.chunks(STRETCH)) {
                    for (values, lane) in values.iter().zip(lanes) {
                        for query in 0..QUERIES {
                            for i in 0..LANES {
                                let difference = lane[i] - values[query];
                                squared[query][i] += difference * difference;
                            }
                        }
                    }
                    // Sums only grow: once all are too far, the other columns need not be looked
                    // at.
                    let mut beyond = [f64::INFINITY; LANES];
                    for query in 0..QUERIES {
                        for i in 0..LANES {
                            let distance = squared[query][i] - limits[query];
                            beyond[i] = if distance < beyond[i] {
                                distance
                            } else {
                                beyond[i]
                            };
                        }
                    }
                    if least(beyond) >= 0.0 {
                        continue 'groups;
                    }
                }
                for (at, squared) in squared.iter().enumerate() {
                    let query = group * QUERIES + at;
                    for (candidate, &squared) in (tile * LANES..cloud.rows).zip(squared) {
                        if squared < limits[at] && cloud.apart(queries.start + query, candidate) {
                            shortlists[query].take((squared, candidate as u32));
                            limits[at] = shortlists[query].limit;
                        }
                    }
                }
            }
        }
        shortlists
    }
}
