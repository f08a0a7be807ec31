//! Before training: would a code that costs least keep two sources apart?

use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_PI_2, TAU};

/// From how many sequences the range condition is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RangeConditionConfig {
    /// Held-out sequences whose sources are taken.
    pub samples: u32,
}

impl Default for RangeConditionConfig {
    fn default() -> Self {
        Self { samples: 4096 }
    }
}

impl RangeConditionConfig {
    /// Most sequences.
    pub const MOST_SAMPLES: u32 = 1 << 20;
}

/// The range condition of two sources; see [`range_condition`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeCondition {
    /// How far both sources reach from their means to their near ends.
    pub reach: [f64; 2],
    /// Their covariance, each turned so that its near end is below the mean.
    pub covariance: f64,
    /// The least room for mixing, over the product of the reaches: at least 0 where a modular code
    /// is optimal.
    pub margin: f64,
}

impl RangeCondition {
    /// True if a modular code is optimal. Rounding is not held against it.
    #[must_use]
    pub fn is_modular(&self) -> bool {
        self.margin > -1e-9
    }
}

/// The condition of Dorrell et al. 2024 (arXiv 2410.06232) on two sources, under which the linear
/// autoencoder with non-negative units that costs least has units of single sources only.
///
/// Let both be centred, each turned so that its near end is below, `b = -min` and `F = [[b_x^2,
/// -cov], [-cov, b_y^2]]`. The optimal code is modular if and only if the convex hull of the pairs
/// encloses the ellipse `{u / sqrt(u' F^-1 u)}`. In other words its support function is nowhere
/// below that of the ellipse: a unit that mixes the sources as `u' s` must be lifted by `h(u) =
/// -min u' s`, and for every `u`
///
/// ```text
/// h(u)^2 >= u' F u
/// ```
///
/// which is also what the condition means where `F` is not positive definite. On the axes both
/// sides are equal, so their ratio tells no margin. Ours is
///
/// ```text
/// margin = inf over u of (h(u)^2 - u' F u) / (2 |u_x u_y| b_x b_y)
/// ```
///
/// the change of the covariance over `b_x b_y`, in the less favourable direction and with the hull
/// as it is, up to which a modular code stays optimal. Between two normals of the hull `h` is
/// linear, and the infimum is taken in closed form.
///
/// `None` for fewer than three pairs, pairs of different number, and a source that is constant.
/// O(n log n).
///
/// ```
/// use engraph::representation::range_condition;
/// // All pairs of two values each are modular; without the one that is low in both they are not.
/// let (x, y) = ([0.0, 0.0, 3.0, 0.0, 3.0, 0.0], [0.0, 3.0, 0.0, 0.0, 3.0, 0.0]);
/// assert!(range_condition(&x, &y).unwrap().is_modular());
/// let (x, y) = ([0.0, 3.0, 0.0, 1.0, 1.0], [3.0, 0.0, 1.0, 0.0, 1.0]);
/// assert!(!range_condition(&x, &y).unwrap().is_modular());
/// ```
#[must_use]
pub fn range_condition(first: &[f64], second: &[f64]) -> Option<RangeCondition> {
    let n = first.len();
    if n < 3 || second.len() != n {
        return None;
    }
    let centred = |values: &[f64]| -> Vec<f64> {
        let mean = values.iter().sum::<f64>() / n as f64;
        values.iter().map(|v| v - mean).collect()
    };
    let below = |values: &[f64]| -values.iter().copied().fold(f64::INFINITY, f64::min);
    let turned = |values: &[f64]| {
        let up = centred(values);
        let down: Vec<f64> = up.iter().map(|v| -v).collect();
        if below(&down) < below(&up) { down } else { up }
    };
    let (x, y) = (turned(first), turned(second));
    let [bx, by] = [below(&x), below(&y)];
    if !(bx > 0.0 && by > 0.0 && bx.is_finite() && by.is_finite()) {
        return None;
    }
    // In units of the reaches, in which F has ones on its diagonal.
    let scaled = x.iter().zip(&y).map(|(x, y)| [x / bx, y / by]);
    let points: Vec<[f64; 2]> = scaled.collect();
    let covariance = points.iter().map(|[x, y]| x * y).sum::<f64>() / n as f64;
    let hull = hull(points);
    let mut margin = f64::INFINITY;
    for (at, &p) in hull.iter().enumerate() {
        let before = hull[(at + hull.len() - 1) % hull.len()];
        let after = hull[(at + 1) % hull.len()];
        // The directions in which this corner is lowest lie between the inner normals of its edges.
        let (from, to) = (inner_normal(before, p), inner_normal(p, after));
        for [start, end] in within_quadrants(from, to) {
            margin = margin.min(least(p, covariance, start, end));
        }
    }
    Some(RangeCondition {
        reach: [bx, by],
        covariance: covariance * bx * by,
        margin,
    })
}

/// The corners of the convex hull, counterclockwise, none of them on an edge (Andrew 1979).
fn hull(mut points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    let half = |points: &mut dyn Iterator<Item = [f64; 2]>| {
        let mut chain: Vec<[f64; 2]> = Vec::new();
        for p in points {
            while let [.., a, b] = chain[..] {
                let turn = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
                if turn > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(p);
        }
        chain.pop();
        chain
    };
    let mut corners = half(&mut points.iter().copied());
    corners.extend(half(&mut points.iter().rev().copied()));
    corners
}

/// The normal of the edge from `a` to `b` of a hull that is walked counterclockwise.
fn inner_normal(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[1] - b[1], b[0] - a[0]]
}

/// The directions counterclockwise from one to another, at most half a turn, in pieces that cross
/// no axis.
fn within_quadrants(from: [f64; 2], to: [f64; 2]) -> Vec<[[f64; 2]; 2]> {
    const AXES: [[f64; 2]; 4] = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]];
    let angle = |u: [f64; 2]| u[1].atan2(u[0]);
    let (start, mut end) = (angle(from), angle(to));
    if end < start {
        end += TAU;
    }
    let mut stops = vec![from];
    for quarter in -2..6_i32 {
        let axis = f64::from(quarter) * FRAC_PI_2;
        if start < axis && axis < end {
            stops.push(AXES[quarter.rem_euclid(4) as usize]);
        }
    }
    stops.push(to);
    stops.windows(2).map(|piece| [piece[0], piece[1]]).collect()
}

/// The least of `((u'p)^2 - u'Fu) / (2 |u_x u_y|)` for directions between two within one quadrant,
/// in units in which `F` has ones on its diagonal and minus the covariance beside it.
fn least(p: [f64; 2], covariance: f64, start: [f64; 2], end: [f64; 2]) -> f64 {
    // With t = |u_y / u_x| and the signs of the quadrant it is (a/t + c t)/2 + b.
    let middle = [start[0] + end[0], start[1] + end[1]];
    let sign = (middle[0] * middle[1]).signum();
    let (a, c) = (p[0] * p[0] - 1.0, p[1] * p[1] - 1.0);
    let b = sign * (p[0] * p[1] + covariance);
    // No corner that is lowest on an axis is farther from it than the reach, but for rounding.
    let [a, c] = [a, c].map(|v| if v.abs() < 1e-12 { 0.0 } else { v });
    let value = |t: f64| match (a == 0.0, c == 0.0) {
        (true, true) => b,
        (true, false) => b + c * t / 2.0,
        (false, true) => b + a / t / 2.0,
        (false, false) => b + (a / t + c * t) / 2.0,
    };
    let steepness = |u: [f64; 2]| (u[1] / u[0]).abs();
    let (low, high) = {
        let (s, e) = (steepness(start), steepness(end));
        (s.min(e), s.max(e))
    };
    let mut least = f64::INFINITY;
    let mut see = |t: f64| {
        let found = value(t);
        if !found.is_nan() {
            least = least.min(found);
        }
    };
    see(low);
    see(high);
    let inner = (a / c).sqrt();
    if a > 0.0 && c > 0.0 && low < inner && inner < high {
        see(inner);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    /// Pairs of a square grid, denser where they are low, without those below a cut of the low
    /// corner: those of `benches/range_torch.py`.
    fn cut_square(cut: f64) -> [Vec<f64>; 2] {
        let side = 31;
        let at = |i: usize| (i as f64 / (side - 1) as f64).powi(2);
        let pairs = (0..side * side).map(|i| (at(i % side), at(i / side)));
        let (x, y) = pairs.filter(|(x, y)| x + y >= cut - 1e-9).unzip();
        [x, y]
    }

    /// The margin by its definition, over many directions.
    fn brute_force(x: &[f64], y: &[f64]) -> f64 {
        let n = x.len() as f64;
        let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
        let turned = |v: &[f64]| -> (Vec<f64>, f64) {
            let centred: Vec<f64> = v.iter().map(|value| value - mean(v)).collect();
            let low = centred.iter().copied().fold(f64::INFINITY, f64::min);
            let high = centred.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sign = if high < -low { -1.0 } else { 1.0 };
            let turned = centred.iter().map(|value| sign * value).collect();
            (turned, (-low).min(high))
        };
        let ((x, bx), (y, by)) = (turned(x), turned(y));
        let pairs = || x.iter().zip(&y).map(|(x, y)| (*x, *y));
        let cov = pairs().map(|(x, y)| x * y).sum::<f64>() / n;
        let steps = 20_000;
        let margin = |step: i32| {
            let (v, u) = (TAU * (f64::from(step) + 0.5) / f64::from(steps)).sin_cos();
            let lift = pairs()
                .map(|(x, y)| -(u * x + v * y))
                .fold(f64::MIN, f64::max);
            let form = u * u * bx * bx + v * v * by * by - 2.0 * u * v * cov;
            (lift * lift - form) / (2.0 * (u * v).abs() * bx * by)
        };
        (0..steps).map(margin).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn margins_are_those_of_the_definition() {
        let mut random = stream(1, &["range"]);
        let mut worst = [f64::INFINITY, f64::NEG_INFINITY];
        let mut cases = Vec::new();
        for case in 0..40 {
            let pair = |_| {
                let (a, b): (f64, f64) = match case % 2 {
                    0 => (random.random(), random.random()),
                    _ => (random.sample(StandardNormal), random.sample(StandardNormal)),
                };
                (a, b + 0.2 * f64::from(case % 5 - 2) * a)
            };
            let pairs: (Vec<f64>, Vec<f64>) = (0..4 + 3 * case).map(pair).unzip();
            cases.push(pairs);
        }
        cases.extend([0.0, 0.05, 0.15].map(cut_square).map(|[x, y]| (x, y)));
        for (x, y) in cases {
            let (found, wanted) = (range_condition(&x, &y).unwrap().margin, brute_force(&x, &y));
            assert!(
                (found - wanted).abs() < 2e-3 * (1.0 + wanted.abs()),
                "{found} {wanted}"
            );
            worst = [worst[0].min(found), worst[1].max(found)];
        }
        assert!(worst[0] < -0.1 && worst[1] > 0.0, "{worst:?}");
    }

    /// Modularity of the trained code that costs least of three, 1 where no unit mixes, by
    /// `benches/range_torch.py` (torch 2.15): the mean over units of the larger share of both
    /// weights.
    #[test]
    fn trained_codes_are_modular_where_the_condition_says_so() {
        let trained = [
            (0.0, 1.0),
            (0.1, 1.0),
            (0.3, 0.9166),
            (0.4, 0.988),
            (0.5, 0.9741),
            (1.0, 0.8),
        ];
        for (cut, modularity) in trained {
            let [x, y] = cut_square(cut);
            let found = range_condition(&x, &y).unwrap();
            assert_eq!(found.is_modular(), modularity > 0.999, "{cut}: {found:?}");
        }
    }

    /// By the definition in NumPy (`benches/range_torch.py`).
    #[test]
    fn the_farther_the_corner_is_cut_the_less_is_the_margin() {
        let margins = [
            (0.0, 1.0),
            (0.1, 0.4198),
            (0.3, -0.335),
            (0.5, -0.7468),
            (1.0, -1.1228),
        ];
        for (cut, margin) in margins {
            let [x, y] = cut_square(cut);
            let found = range_condition(&x, &y).unwrap();
            assert!((found.margin - margin).abs() < 2e-3, "{cut}: {found:?}");
        }
        assert_eq!(range_condition(&[1.0; 3], &[1.0, 2.0, 4.0]), None);
        assert_eq!(range_condition(&[0.0, 1.0], &[1.0, 2.0]), None);
    }
}
