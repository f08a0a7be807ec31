//! Neighbours by a k-d tree: few dimensions, many points.

use kdtree::KdTree;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use crate::random::stream;

use super::distinct::DistinctPoints;
use super::list::{Lists, squared_distance, write_list};

/// Most columns in which a tree is tried.
const COLUMNS: usize = 6;
/// Points of a leaf.
const LEAF: usize = 32;

/// Points looked for from each: itself, those near in time, those listed, and one more, to see
/// whether the last is tied.
fn sought(cloud: &DistinctPoints) -> usize {
    cloud.listed + 2 * cloud.theiler as usize + 2
}

/// Whether a tree is quicker than a look at every point, by our measurements on clouds that fill
/// their dimensions.
pub(super) fn pays(cloud: &DistinctPoints) -> bool {
    cloud.columns <= COLUMNS
        && cloud.rows >= (1000 + 25 * sought(cloud)) << cloud.columns.saturating_sub(3)
}

pub(super) fn lists(cloud: &DistinctPoints) -> Lists {
    let mut tree = KdTree::with_capacity(cloud.columns, LEAF);
    // The tree splits leaves as they fill and is never balanced: rows in order of time would make a
    // chain of it.
    let mut rows: Vec<usize> = (0..cloud.rows).collect();
    rows.shuffle(&mut stream(0, &["tree"]));
    for row in rows {
        tree.add(cloud.row(row), row as u32)
            .expect("a cloud is finite");
    }
    let (listed, sought) = (cloud.listed, sought(cloud));
    let (mut neighbour, mut distance) =
        (vec![0; cloud.rows * listed], vec![0.0; cloud.rows * listed]);
    let lists = neighbour
        .par_chunks_exact_mut(listed)
        .zip(distance.par_chunks_exact_mut(listed));
    lists.enumerate().for_each(|(row, (neighbour, distance))| {
        let query = cloud.row(row);
        let mut found = tree
            .nearest(query, sought, &squared_distance)
            .expect("a cloud is finite");
        if let [.., last, one_more] = found[..]
            && last.0 == one_more.0
            && found.len() == sought
        {
            found = tree
                .within(query, last.0, &squared_distance)
                .expect("a cloud is finite");
        }
        let others = found
            .into_iter()
            .filter(|(_, other)| cloud.apart(row, **other as usize));
        write_list(
            others.map(|(squared, other)| (squared, *other)).collect(),
            neighbour,
            distance,
        );
    });
    (neighbour, distance)
}
