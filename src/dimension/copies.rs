//! Points that are all but copies of others, and the cloud without them.
//!
//! A copy lies far closer to its original than to any third point. Ratios of distances then tell
//! how exact the copies are and nothing of a dimension. Two signs must agree before anything is
//! changed, for each of them alone has other causes:
//!
//! - *Isolation.* In a cloud of dimension `d` the distances `r` from a point to its neighbours obey
//!   `P(r[k+1] / r[k] > R) = R^(-d k)`, whatever the density. Copies make more such ratios. A union
//!   of sets of different dimension does so as well.
//! - *A valley.* The number of edges of a minimum spanning tree below a length grows at least in
//!   proportion to the length while most points are single. Beyond the copies it stays as it is for
//!   a stretch of lengths. Densities that differ by orders of magnitude do the same.
//!
//! What the edges below the valley join is then one point, as exact duplicates are.

use super::Points;
use super::neighbours::{DistinctCloud, NeighbourDistances};
use crate::statistics::quantile;

/// Neighbours that are looked at. A group of more points has an inside that can be measured.
pub(super) const LISTED: usize = 64;
/// Neighbours whose edges are looked at.
const EDGES: usize = 24;
/// Ratios of distances at which an excess is looked for.
const RATIOS: [f64; 10] = [1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0, 1e3, 1e4, 1e6];
/// Log-likelihood ratio that each sign needs, and both together.
const EACH: f64 = 5.0;
const BOTH: f64 = 16.0;
/// Log-likelihood ratio of isolation alone from which the finest scale is not believed.
const ALONE: f64 = 15.0;
/// Share of the points that is left at the least: where less is, the groups are what there is.
const LEFT: f64 = 0.1;
/// Most rounds: copies may lie at several distances.
const ROUNDS: usize = 4;

/// A cloud without copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Originals {
    /// Rows that are kept, ascending; `None` where no copy was found.
    pub(super) kept: Option<Vec<u32>>,
    /// Points that were joined with another that is not equal.
    pub(super) joined: usize,
    /// The largest distance that was bridged.
    pub(super) distance: f64,
    /// Whether some are isolated as copies are, and cannot be told from the others by a distance.
    pub(super) mixed: bool,
}

/// Finds the points that are copies of others. Time that of a search for neighbours, and `O(n
/// log(n))`.
///
/// Copies whose distance from the original is that of the points from each other cannot be found,
/// nor groups of more than 64.
pub(super) fn originals(points: Points, cloud: &DistinctCloud, theiler: usize) -> Originals {
    let mut found = Originals::default();
    let scale = points.binary_scale();
    let mut search = None;
    for _ in 0..ROUNDS {
        let cloud = search.as_ref().unwrap_or(cloud);
        let (isolation, valley) = signs(cloud);
        let agree = valley.score >= EACH && isolation >= EACH && isolation + valley.score >= BOTH;
        let originals = if agree {
            first_of_groups(cloud, valley.squared_length)
        } else {
            Vec::new()
        };
        if originals.is_empty() {
            found.mixed = isolation >= ALONE;
            break;
        }
        found.joined += cloud.rows() - originals.len();
        let length = valley.squared_length.sqrt() * scale;
        found.distance = found.distance.max(length);
        let rows = cloud.given_rows();
        let kept: Vec<u32> = match &found.kept {
            None => originals.iter().map(|&at| rows[at as usize]).collect(),
            Some(kept) => {
                let row = |&at: &u32| kept[rows[at as usize] as usize];
                originals.iter().map(row).collect()
            }
        };
        let values = points.gather(&kept);
        if let Ok(points) = Points::new(&values, kept.len(), points.columns()) {
            search = Some(DistinctCloud::new(points, LISTED, theiler));
        }
        found.kept = Some(kept);
    }
    found
}

/// A length of edges beyond which there are too few.
#[derive(Clone, Copy, Debug, Default)]
struct Valley {
    /// Log-likelihood ratio against the growth of a curve.
    score: f64,
    /// Square of the length at which the valley begins.
    squared_length: f64,
}

/// The log-likelihood ratio of isolation, and the valley if there is one.
fn signs(cloud: &DistinctCloud) -> (f64, Valley) {
    if cloud.listed() < 4 {
        return (0.0, Valley::default());
    }
    let isolation = isolation(&cloud.distances(cloud.listed()), cloud.listed());
    // Without the first sign the second need not be looked for.
    let valley = if isolation < EACH {
        Valley::default()
    } else {
        valley(&edges(cloud), cloud.rows())
    };
    (isolation, valley)
}

/// How much more often than in a cloud a neighbour is far beyond the one before it. One group of
/// `k + 1` points has as many ratios and counts as one.
fn isolation(distances: &NeighbourDistances, listed: usize) -> f64 {
    let Some(dimension) = least_dimension(distances, listed) else {
        return 0.0;
    };
    let n = distances.rows().count() as f64;
    let mut most = 0.0_f64;
    for k in 1..listed {
        for ratio in RATIOS[1..].iter().copied() {
            let far = |row: &&[f64]| row[k] > ratio * ratio * row[k - 1];
            let count = distances.rows().filter(far).count() as f64;
            if count < 3.0 {
                // Larger ratios are rarer still.
                break;
            }
            let expected = ratio.powf(-dimension * k as f64);
            if count > 1.5 * n * expected {
                most = most.max(n * divergence(count / n, expected) / (k + 1) as f64);
            }
        }
    }
    most
}

/// A dimension that the cloud surely has: seven tenths of what its smallest ratios say, which
/// copies change least, or the coarser estimate up to one.
fn least_dimension(distances: &NeighbourDistances, listed: usize) -> Option<f64> {
    let far = listed.min(16);
    let coarse = distances.log_ratios(far / 2, far);
    let coarse: Vec<f64> = coarse.into_iter().filter(|x| *x > 0.0).collect();
    let mean = coarse.iter().sum::<f64>() / coarse.len() as f64;
    let harmonic = (far / 2..far).map(|j| 1.0 / j as f64).sum::<f64>();
    let coarse = 0.8 * harmonic / mean;
    let mut fine = distances.log_ratios(1, 2);
    fine.sort_unstable_by(f64::total_cmp);
    // P(x < q) = 1 - e^(-d q) is a fifth.
    let fine = 0.7 * -0.8_f64.ln() / quantile(&fine, 0.2)?;
    let least = fine.min(coarse).max(coarse.min(1.0));
    (least.is_finite() && least > 0.0).then_some(least)
}

/// The Kullback-Leibler divergence of a share that is observed from one that is expected.
fn divergence(observed: f64, expected: f64) -> f64 {
    let term = |a: f64, b: f64| {
        if a > 0.0 {
            a * (a / b.max(f64::MIN_POSITIVE)).ln()
        } else {
            0.0
        }
    };
    term(observed, expected) + term(1.0 - observed, 1.0 - expected)
}

/// Squared lengths of the edges of a minimum spanning tree over the nearest neighbours, ascending.
fn edges(cloud: &DistinctCloud) -> Vec<f64> {
    let mut groups = Groups::new(cloud.rows());
    let mut pairs = pairs(cloud, EDGES);
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let joins = |&(squared, a, b): &(f64, u32, u32)| groups.join(a, b).then_some(squared);
    pairs.iter().filter_map(joins).collect()
}

/// Pairs of neighbours and their squared distances.
fn pairs(cloud: &DistinctCloud, most: usize) -> Vec<(f64, u32, u32)> {
    let most = most.min(cloud.listed());
    let distances = cloud.distances(most);
    let mut pairs = Vec::new();
    for (row, squared) in distances.rows().enumerate() {
        let near = squared.iter().zip(&cloud.neighbours(row)[..most]);
        pairs.extend(near.map(|(&squared, &other)| (squared, row as u32, other)));
    }
    pairs
}

/// The valley that is least like the edges of `n` points on a curve, of which `n (1 - e^(-x))` are
/// shorter than `x`: those of any cloud of more dimensions grow faster.
fn valley(squared_lengths: &[f64], n: usize) -> Valley {
    let n = n as f64;
    let most = ((1.0 - LEFT) * n) as usize;
    let mut best = Valley::default();
    for ratio in RATIOS {
        let mut within = 0;
        for (at, &squared_length) in squared_lengths.iter().enumerate().take(most).skip(2) {
            let limit = ratio * ratio * squared_length;
            while squared_lengths.get(within).is_some_and(|&l| l <= limit) {
                within += 1;
            }
            let (below, all) = ((at + 1) as f64, within as f64);
            let share = below / n;
            let expected = share / (1.0 - (1.0 - share).powf(ratio));
            let few = all - below <= 0.5 * (below / expected - below);
            let score = all * divergence(below / all, expected);
            if few && below / all > expected && score > best.score {
                best = Valley {
                    score,
                    squared_length,
                };
            }
        }
    }
    best
}

/// The first point of every group that edges up to a length join, if anything is joined. Points of
/// groups of more than [`LISTED`] stay as they are.
fn first_of_groups(cloud: &DistinctCloud, squared_length: f64) -> Vec<u32> {
    let mut groups = Groups::new(cloud.rows());
    for (squared, a, b) in pairs(cloud, LISTED) {
        if squared <= squared_length {
            groups.join(a, b);
        }
    }
    let mut sizes = vec![0; cloud.rows()];
    (0..cloud.rows()).for_each(|row| sizes[groups.root(row as u32) as usize] += 1);
    let is_first = |&row: &u32| {
        let root = groups.root(row);
        root == row || sizes[root as usize] > LISTED
    };
    let first: Vec<u32> = (0..cloud.rows() as u32).filter(is_first).collect();
    if first.len() == cloud.rows() {
        Vec::new()
    } else {
        first
    }
}

/// Disjoint groups of points; the root of a group is its lowest row.
struct Groups {
    above: Vec<u32>,
}

impl Groups {
    fn new(points: usize) -> Self {
        Self {
            above: (0..points as u32).collect(),
        }
    }

    fn root(&mut self, mut point: u32) -> u32 {
        while self.above[point as usize] != point {
            let above = self.above[self.above[point as usize] as usize];
            self.above[point as usize] = above;
            point = above;
        }
        point
    }

    /// Joins the groups of two points; false where they are one already.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.above[a.max(b) as usize] = a.min(b);
        a != b
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::clouds::sine_cloud;
    use crate::random::{ChaCha8Rng, stream};
    use rand::RngExt;
    use rand_distr::StandardNormal;

    fn normal(random: &mut ChaCha8Rng) -> f64 {
        random.sample(StandardNormal)
    }

    fn found(values: &[f64], columns: usize) -> Originals {
        let points = Points::new(values, values.len() / columns, columns).unwrap();
        originals(points, &DistinctCloud::new(points, LISTED, 0), 0)
    }

    /// Points of a unit cube, and `copies` of each of the first `copied`, normal at `distance`.
    fn cube(n: usize, d: usize, copied: usize, copies: usize, distance: f64) -> Vec<f64> {
        let mut random = stream(3, &["copies", &d.to_string()]);
        let mut values: Vec<f64> = (0..n * d).map(|_| random.random()).collect();
        for point in 0..copied {
            for _ in 0..copies {
                for c in 0..d {
                    values.push(values[point * d + c] + distance * normal(&mut random));
                }
            }
        }
        values
    }

    /// The originals come first, so the rows kept are theirs.
    #[test]
    fn copies_are_found_and_nothing_else() {
        for d in [2, 3, 5, 10] {
            for distance in [1e-12, 1e-9, 1e-6, 1e-4] {
                for (copied, copies) in [(30, 1), (120, 1), (240, 1), (60, 4), (12, 40)] {
                    let found = found(&cube(400, d, copied, copies, distance), d);
                    let (kept, joined) = (found.kept.unwrap_or_default(), copied * copies);
                    let near = kept.iter().filter(|&&row| row < 400).count();
                    assert!(
                        kept.len().abs_diff(400) <= 3 && near + 3 >= kept.len(),
                        "{d} {distance} {copied} {copies}: {} kept",
                        kept.len()
                    );
                    assert!(found.joined.abs_diff(joined) <= 3);
                    assert!(found.distance > distance && found.distance < 40.0 * distance);
                }
            }
        }
    }

    /// Two points and one four-millionth of them differ in the last bit of single precision.
    #[test]
    fn a_unit_of_single_precision_is_a_copy() {
        let values: Vec<f64> = cube(500, 3, 0, 0, 0.0)
            .iter()
            .map(|&v| f64::from(v as f32))
            .collect();
        let copied: Vec<f64> = values[..300]
            .iter()
            .map(|&v| f64::from(f32::from_bits((v as f32).to_bits() + 1)))
            .collect();
        let found = found(&[values, copied].concat(), 3);
        assert_eq!((found.joined, found.kept), (100, Some((0..500).collect())));
    }

    #[test]
    fn clean_clouds_stay_as_they_are() {
        let mut random = stream(5, &["clean"]);
        let n = 600;
        let mut clouds: Vec<(&str, usize, Vec<f64>)> = Vec::new();
        for d in [1, 2, 3, 8, 20] {
            clouds.push(("cube", d, (0..n * d).map(|_| random.random()).collect()));
            clouds.push((
                "normal",
                d,
                (0..n * d).map(|_| normal(&mut random)).collect(),
            ));
        }
        clouds.push(("sines", 4, sine_cloud(n, 4, 2)));
        // Densities over many orders of magnitude.
        let heavy = |random: &mut ChaCha8Rng| (2.0 * normal(random)).exp();
        clouds.push((
            "log-normal",
            2,
            (0..n * 2).map(|_| heavy(&mut random)).collect(),
        ));
        let mixed = (0..n).flat_map(|i| {
            let width = if i % 3 == 0 { 1e-3 } else { 1.0 };
            [width * normal(&mut random), width * normal(&mut random)]
        });
        clouds.push(("two widths", 2, mixed.collect()));
        let clusters = (0..n).flat_map(|i| {
            [0, 1, 2].map(|c| f64::from((i % 8 * (c + 3)) as u32 % 7) + 0.01 * normal(&mut random))
        });
        clouds.push(("clusters", 3, clusters.collect()));
        let rounded = (0..n * 2).map(|_| (random.random::<f64>() * 100.0).round() / 100.0);
        clouds.push(("rounded", 2, rounded.collect()));
        let wave = (0..n as u32).flat_map(|t| {
            let t = f64::from(t);
            [(0.05 * t).sin(), (0.0311 * t).cos()]
        });
        clouds.push(("wave", 2, wave.collect()));
        for (name, columns, values) in clouds {
            let found = found(&values, columns);
            assert_eq!(found, Originals::default(), "{name} {columns}");
        }
    }
}
