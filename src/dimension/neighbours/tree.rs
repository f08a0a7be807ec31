//! Neighbours by a k-d tree: many points, of which most are far from any one.
//!
//! Points are sorted by halving: the points of a range are split at their median along the column
//! in which they spread most. Sixteen points that follow each other in that order are a leaf, and
//! sixteen leaves or nodes that follow each other are a node. A node knows the box around each of
//! its sixteen children, so that the distances of a query from all of them are computed side by
//! side, as those from the sixteen points of a leaf are. Queries run in the order of the tree: the
//! next one meets what the last one left in the caches.
//!
//! The search is exact to the bit. The distance of a box is summed over the columns in the same
//! order as that of a point, from differences that are no larger, and rounding keeps order: it is
//! never above the computed distance of a point inside. A box is left out only where it is farther
//! than the limit, not where it is as far, and candidates at equal distances are compared by row.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::distinct::DistinctPoints;
use super::list::{Lists, Shortlist, write_list};
use super::tiles::{LANES, STRETCH, least, tiles};
use crate::interruption;

/// Fewest points for which a tree is tried.
const ROWS: usize = 1000;
/// Queries by which a tree is tried.
const TRIALS: usize = 128;
/// Share of the leaves that a query may look at on average: looking at all of them in order, for
/// four queries side by side, is quicker than looking at more.
const SHARE: f64 = 0.4;
/// Queries that one thread takes at a time.
const BLOCK: usize = 256;

/// The lists of all points; `None` where a look at every point is quicker, as it is where the
/// dimension is so high that no point is far from another.
pub(super) fn lists_where_it_pays(cloud: &DistinctPoints) -> Option<Lists> {
    if cloud.rows < ROWS.max(16 * cloud.listed) {
        return None;
    }
    let tree = Tree::new(cloud);
    tree.pays().then(|| tree.lists())
}

#[cfg(test)]
pub(super) fn lists(cloud: &DistinctPoints) -> Lists {
    Tree::new(cloud).lists()
}

/// The boxes around the sixteen children of a node, in one column.
#[derive(Clone, Copy)]
struct Bounds {
    low: [f64; LANES],
    high: [f64; LANES],
}

impl Bounds {
    /// Boxes that hold nothing, and are infinitely far.
    const EMPTY: Self = Self {
        low: [f64::INFINITY; LANES],
        high: [f64::NEG_INFINITY; LANES],
    };
}

/// One layer of nodes.
struct Level {
    /// Node by node, column by column.
    bounds: Vec<Bounds>,
    /// Children of all nodes together.
    children: usize,
}

struct Tree<'a> {
    cloud: &'a DistinctPoints,
    /// Row of the point at each place.
    rows: Vec<u32>,
    /// The leaves: points of [`LANES`] places each.
    leaves: Vec<[f64; LANES]>,
    /// From the parents of the leaves up to the root.
    levels: Vec<Level>,
}

impl<'a> Tree<'a> {
    fn new(cloud: &'a DistinctPoints) -> Self {
        let mut rows: Vec<u32> = (0..cloud.rows as u32).collect();
        let mut capacity = LANES;
        while capacity < rows.len() {
            capacity *= 2;
        }
        split(cloud, &mut rows, capacity);
        let leaves = tiles(cloud, rows.iter().copied());
        let mut levels = vec![parents_of_leaves(&leaves, rows.len(), cloud.columns)];
        while let Some(below) = levels.last()
            && below.bounds.len() > cloud.columns
        {
            levels.push(parents(below, cloud.columns));
        }
        Self {
            cloud,
            rows,
            leaves,
            levels,
        }
    }

    /// Whether the tree spares enough of the leaves to a sample of the points.
    fn pays(&self) -> bool {
        let trials = TRIALS.min(self.rows.len());
        let visited: usize = (0..trials)
            .into_par_iter()
            .map(|trial| {
                let place = trial * self.rows.len() / trials;
                let mut visited = 0;
                self.search(place..place + 1, |_, _, leaves| visited += leaves);
                visited
            })
            .sum();
        let leaves = self.rows.len().div_ceil(LANES);
        visited as f64 <= SHARE * (trials * leaves) as f64
    }

    fn lists(&self) -> Lists {
        let listed = self.cloud.listed;
        let size = self.rows.len() * listed;
        let (mut neighbour, mut distance) = (vec![0; size], vec![0.0; size]);
        let by_row = neighbour
            .chunks_exact_mut(listed)
            .zip(distance.chunks_exact_mut(listed));
        let mut by_row: Vec<_> = by_row.map(Some).collect();
        let mut by_place: Vec<_> = self
            .rows
            .iter()
            .map(|&row| by_row[row as usize].take())
            .collect();
        by_place
            .par_chunks_mut(BLOCK)
            .enumerate()
            .for_each(|(block, lists)| {
                interruption::check();
                let first = block * BLOCK;
                self.search(first..first + lists.len(), |place, found, _| {
                    if let Some((neighbour, distance)) = &mut lists[place - first] {
                        write_list(found.candidates(), neighbour, distance);
                    }
                });
            });
        drop(by_place);
        (neighbour, distance)
    }

    /// Gives the neighbours of the points at some places, and the number of leaves looked at.
    fn search(
        &self,
        places: std::ops::Range<usize>,
        found: impl FnMut(usize, &mut Shortlist, usize),
    ) {
        Arch::new().dispatch(Search {
            tree: self,
            places,
            found,
        });
    }
}

/// Sorts rows so that either half of a range lies on one side of a plane, and so on in the halves.
/// A range of the first `capacity` places or fewer is cut in the middle of that capacity, so that
/// leaves and nodes are full but for the last.
fn split(cloud: &DistinctPoints, rows: &mut [u32], capacity: usize) {
    let mut capacity = capacity;
    while capacity > LANES && rows.len() <= capacity / 2 {
        capacity /= 2;
    }
    if capacity <= LANES {
        return;
    }
    let columns = cloud.columns;
    let (mut low, mut high) = (
        vec![f64::INFINITY; columns],
        vec![f64::NEG_INFINITY; columns],
    );
    for &row in rows.iter() {
        for ((value, low), high) in cloud.row(row as usize).iter().zip(&mut low).zip(&mut high) {
            *low = low.min(*value);
            *high = high.max(*value);
        }
    }
    let spread = |column: &usize| high[*column] - low[*column];
    let widest = (0..columns)
        .max_by(|a, b| spread(a).total_cmp(&spread(b)))
        .unwrap_or(0);
    let value = |row: u32| cloud.values[row as usize * columns + widest];
    let half = capacity / 2;
    // Rows at equal values are told apart, so that the order is one and the same.
    rows.select_nth_unstable_by(half, |&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
    let (left, right) = rows.split_at_mut(half);
    rayon::join(|| split(cloud, left, half), || split(cloud, right, half));
}

fn parents_of_leaves(leaves: &[[f64; LANES]], rows: usize, columns: usize) -> Level {
    let children = rows.div_ceil(LANES);
    let mut bounds = vec![Bounds::EMPTY; children.div_ceil(LANES) * columns];
    for (child, leaf) in leaves.chunks_exact(columns).enumerate() {
        let points = (rows - child * LANES).min(LANES);
        for (bounds, lanes) in bounds[child / LANES * columns..].iter_mut().zip(leaf) {
            for value in &lanes[..points] {
                let at = child % LANES;
                bounds.low[at] = bounds.low[at].min(*value);
                bounds.high[at] = bounds.high[at].max(*value);
            }
        }
    }
    Level { bounds, children }
}

fn parents(below: &Level, columns: usize) -> Level {
    let children = below.bounds.len() / columns;
    let mut bounds = vec![Bounds::EMPTY; children.div_ceil(LANES) * columns];
    for (child, boxes) in below.bounds.chunks_exact(columns).enumerate() {
        for (bounds, inner) in bounds[child / LANES * columns..].iter_mut().zip(boxes) {
            let at = child % LANES;
            bounds.low[at] = inner.low.iter().copied().fold(f64::INFINITY, f64::min);
            bounds.high[at] = inner.high.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        }
    }
    Level { bounds, children }
}

/// The search for the neighbours of the points at some places that follow each other.
struct Search<'a, F> {
    tree: &'a Tree<'a>,
    places: std::ops::Range<usize>,
    found: F,
}

/// A child of a node, yet to be looked at: the layer of the node and the number of the child.
#[derive(Clone, Copy)]
struct Open {
    squared: f64,
    level: u32,
    child: u32,
}

// A type of its own: a closure may be compiled apart from the instructions it is dispatched to.
impl<F: FnMut(usize, &mut Shortlist, usize)> WithSimd for Search<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            tree,
            places,
            mut found,
        } = self;
        let (cloud, columns) = (tree.cloud, tree.cloud.columns);
        let top = tree.levels.len() as u32;
        let mut shortlist = Shortlist::new(cloud.listed, (cloud.listed / 2).max(2));
        let mut open: Vec<Open> = Vec::with_capacity(LANES * (top as usize + 1));
        for place in places {
            let row = tree.rows[place] as usize;
            let query = cloud.row(row);
            shortlist.clear();
            let mut leaves = 0;
            // The root is the only child of a layer above.
            open.push(Open {
                squared: 0.0,
                level: top,
                child: 0,
            });
            while let Some(next) = open.pop() {
                if next.squared > shortlist.limit {
                    continue;
                }
                let child = next.child as usize;
                if next.level == 0 {
                    leaves += 1;
                    let lanes = &tree.leaves[child * columns..(child + 1) * columns];
                    let Some(squared) = of_points(query, lanes, shortlist.limit) else {
                        continue;
                    };
                    let rows = &tree.rows[child * LANES..];
                    for (&squared, &other) in squared.iter().zip(rows) {
                        if squared <= shortlist.limit && cloud.apart(row, other as usize) {
                            shortlist.take((squared, other));
                        }
                    }
                    continue;
                }
                let level = &tree.levels[next.level as usize - 1];
                let bounds = &level.bounds[child * columns..(child + 1) * columns];
                let squared = of_boxes(query, bounds);
                let first = child * LANES;
                let begin = open.len();
                let children = squared.iter().zip(first..level.children);
                for (&squared, child) in children {
                    if squared <= shortlist.limit {
                        // The nearest is looked at first: it stands last.
                        let farther = open[begin..]
                            .iter()
                            .rev()
                            .take_while(|other| other.squared < squared)
                            .count();
                        let at = open.len() - farther;
                        let one = Open {
                            squared,
                            level: next.level - 1,
                            child: child as u32,
                        };
                        open.insert(at, one);
                    }
                }
            }
            found(place, &mut shortlist, leaves);
        }
    }
}

/// Squared distances of the points of a leaf; `None` where all are beyond the limit.
#[inline(always)]
fn of_points(query: &[f64], lanes: &[[f64; LANES]], limit: f64) -> Option<[f64; LANES]> {
    let mut squared = [0.0; LANES];
    for (values, lanes) in query.chunks(STRETCH).zip(lanes.chunks(STRETCH)) {
        for (value, lane) in values.iter().zip(lanes) {
            for i in 0..LANES {
                let difference = lane[i] - value;
                squared[i] += difference * difference;
            }
        }
        // Sums only grow.
        if least(squared) > limit {
            return None;
        }
    }
    Some(squared)
}

/// Squared distances of the boxes of a node: 0 for a box that the query is in.
#[inline(always)]
fn of_boxes(query: &[f64], bounds: &[Bounds]) -> [f64; LANES] {
    let mut squared = [0.0; LANES];
    for (value, bounds) in query.iter().zip(bounds) {
        let ends = bounds.low.iter().zip(&bounds.high);
        for (sum, (low, high)) in squared.iter_mut().zip(ends) {
            let below = low - value;
            let above = value - high;
            let beyond = if below > above { below } else { above };
            let beyond = if beyond > 0.0 { beyond } else { 0.0 };
            *sum += beyond * beyond;
        }
    }
    squared
}
