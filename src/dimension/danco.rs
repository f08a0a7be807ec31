//! DANCo: the dimension of the balls whose points have the same distances to, and angles between,
//! their neighbours.
//!
//! In many dimensions distances concentrate and angles come near right ones, both in a known way.
//! Three numbers say how far that has gone in a cloud:
//!
//! * `d`, the dimension of the law of `rho = r_1 / r_(k+1)`, whose density is `k d rho^(d - 1) (1 -
//!   rho^d)^(k - 1)`, by maximum likelihood;
//! * `nu` and `tau`, means over points of direction and concentration of the von Mises law of the
//!   angles between pairs of the point's `k` neighbours.
//!
//! The estimate is the dimension of the uniformly filled ball, of as many points, from whose laws
//! those of the cloud diverge least: the sum of the Kullback-Leibler divergences of the law of
//! `rho` and of the von Mises law. What balls have is tabled (`k = 10`; `cargo bench
//! --bench dimension_calibration`), linear between numbers of points (in
//! their logarithm) and between dimensions, so the estimate is a real number and draws nothing at
//! random.
//!
//! Source: Ceruti, Bassis, Rozza, Lombardi, Casiraghi & Campadelli 2014, doi
//! 10.1016/j.patcog.2014.02.013. Against scikit-dimension 0.5: `tau` is theirs, but that of one
//! point is at most 200 here, for the concentration of angles that hardly differ, as on a line, has
//! no bound. `d` is theirs, but for clouds where their search stays at the whole number it begins
//! with. `nu` is theirs where cosines are positive on average. Elsewhere theirs, the arctangent of
//! sines over cosines, is less by pi, so that its mean jumps where neighbours stand at right
//! angles; ours is the angle.

use std::f64::consts::PI;

use rayon::prelude::*;

use super::Points;
use super::calibration::interpolated;
use super::calibration_grid::{DIMENSIONS, POINTS};
use super::calibration_table::DANCO;
use super::gride::likelihood_root;
use super::method::{Method, Reads, Sampling, Values};
use super::neighbours::DistinctCloud;
use crate::interruption;
use crate::statistics::root;

/// Neighbours whose angles are taken; the distances reach to one more.
const K: usize = 10;
/// Number of neighbours that DANCo reads of each point.
const NEIGHBOURS: usize = K + 1;
/// Largest concentration of the angles of one point.
const CONCENTRATED: f64 = 200.0;

/// [`Estimator::Danco`](super::Estimator::Danco).
pub(super) const METHOD: Method = Method {
    reads: Reads::Neighbourhoods {
        neighbours: NEIGHBOURS,
        fewest: NEIGHBOURS,
        value: |cloud, columns| Ok(danco(cloud, columns)),
    },
    values: Values::Reals { least: 1.0 },
    sampling: Sampling::RECOMPUTED,
    tabled_points: Some((POINTS[0], POINTS[POINTS.len() - 1])),
    family: None,
    citation: Some("ceruti2014"),
};

/// The statistics of a cloud that DANCo compares with those of known dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DancoStatistics {
    /// The dimension that distances have.
    pub dimension: f64,
    /// The mean direction of angles, radians in `[0, pi]`.
    pub direction: f64,
    /// The mean concentration of angles.
    pub concentration: f64,
}

/// What DANCo compares, of a cloud of more than eleven distinct points; `None` where there are
/// fewer or all neighbours are equally far. Time `O(n^2 d)`.
#[must_use]
pub fn danco_statistics(points: Points) -> Option<DancoStatistics> {
    statistics(&DistinctCloud::new(points, NEIGHBOURS, 0), points.columns())
}

fn statistics(cloud: &DistinctCloud, columns: usize) -> Option<DancoStatistics> {
    if cloud.listed() < NEIGHBOURS {
        return None;
    }
    let x: Vec<f64> = cloud
        .distances(NEIGHBOURS)
        .log_ratios(1, NEIGHBOURS)
        .into_iter()
        .filter(|x| *x > 0.0)
        .collect();
    if x.is_empty() {
        return None;
    }
    let dimension = likelihood_root(&x, x.len() as f64, (K - 1) as f64, K as f64);
    let angles: Vec<(f64, f64)> = (0..cloud.rows())
        .into_par_iter()
        .filter_map(|row| angles(cloud, columns, row))
        .collect();
    if angles.is_empty() {
        return None;
    }
    let mean =
        |of: fn(&(f64, f64)) -> f64| angles.iter().map(of).sum::<f64>() / angles.len() as f64;
    Some(DancoStatistics {
        dimension,
        direction: mean(|a| a.0),
        concentration: mean(|a| a.1),
    })
}

/// The estimate; `None` where [`danco_statistics`] has none. Time `O(n k^2 d)` after the search for
/// neighbours.
pub(super) fn danco(cloud: &DistinctCloud, columns: usize) -> Option<f64> {
    let found = statistics(cloud, columns)?;
    let largest = columns.min(DIMENSIONS[DIMENSIONS.len() - 1]) as f64;
    let parts = (1..DIMENSIONS.len()).map(|upper| Balls::between(cloud.rows(), upper));
    // What balls have is linear in each part, and the divergence has one minimum there.
    let minima = parts.take_while(|part| part.low < largest).map(|part| {
        let at = |d: f64| divergence(&found, &part.at(d), &part.slope);
        let d = root(|d| -at(d).1, part.low, part.high.min(largest));
        (at(d).0, d)
    });
    Some(
        minima
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(1.0, |(_, d)| d),
    )
}

/// Direction and concentration of the angles between the neighbours of one point; `None` where one
/// is too close for its direction to be told.
fn angles(cloud: &DistinctCloud, columns: usize, row: usize) -> Option<(f64, f64)> {
    interruption::check();
    let point = |row: usize| &cloud.values()[row * columns..][..columns];
    let spokes: Vec<Vec<f64>> = cloud.neighbours(row)[..K]
        .iter()
        .map(|&other| {
            let spoke: Vec<f64> = point(other as usize)
                .iter()
                .zip(point(row))
                .map(|(a, b)| a - b)
                .collect();
            let length = spoke.iter().map(|v| v * v).sum::<f64>().sqrt();
            (length > 0.0).then(|| spoke.into_iter().map(|v| v / length).collect())
        })
        .collect::<Option<_>>()?;
    let (mut cosines, mut sines) = (0.0, 0.0);
    for (i, a) in spokes.iter().enumerate() {
        for b in &spokes[..i] {
            let cosine = a
                .iter()
                .zip(b)
                .map(|(a, b)| a * b)
                .sum::<f64>()
                .clamp(-1.0, 1.0);
            cosines += cosine;
            sines += (1.0 - cosine * cosine).sqrt();
        }
    }
    let pairs = (K * (K - 1) / 2) as f64;
    Some((
        sines.atan2(cosines),
        concentration(cosines.hypot(sines) / pairs),
    ))
}

/// The concentration of the von Mises law whose mean resultant length is `eta`: the approximation
/// of Fisher (1993, section 3.3), as the source has it.
fn concentration(eta: f64) -> f64 {
    let tau = if eta < 0.53 {
        2.0 * eta + eta.powi(3) + 5.0 * eta.powi(5) / 6.0
    } else if eta < 0.85 {
        -0.4 + 1.39 * eta + 0.43 / (1.0 - eta)
    } else {
        // A length above one is rounding.
        1.0 / (eta.powi(3) - 4.0 * eta * eta + 3.0 * eta).max(0.0)
    };
    tau.min(CONCENTRATED)
}

/// What uniformly filled balls have on average, between two tabled dimensions.
struct Balls {
    low: f64,
    high: f64,
    at_low: DancoStatistics,
    /// Growth with the dimension.
    slope: DancoStatistics,
}

impl Balls {
    /// Up to the tabled dimension `upper`, of so many points; as many as are tabled stand for more.
    fn between(points: usize, upper: usize) -> Self {
        let (low, high) = (DIMENSIONS[upper - 1] as f64, DIMENSIONS[upper] as f64);
        let points = points.min(POINTS[POINTS.len() - 1]);
        let of = |index: usize| {
            DANCO
                .each_ref()
                .map(|table| interpolated(table, points, index))
        };
        let (at_low, at_high) = (of(upper - 1), of(upper));
        let named = |[dimension, direction, concentration]: [f64; 3]| DancoStatistics {
            dimension,
            direction,
            concentration,
        };
        let slope = std::array::from_fn(|i| (at_high[i] - at_low[i]) / (high - low));
        Self {
            low,
            high,
            at_low: named(at_low),
            slope: named(slope),
        }
    }

    fn at(&self, dimension: f64) -> DancoStatistics {
        let (from, slope, beyond) = (&self.at_low, &self.slope, dimension - self.low);
        DancoStatistics {
            dimension: from.dimension + beyond * slope.dimension,
            direction: from.direction + beyond * slope.direction,
            concentration: from.concentration + beyond * slope.concentration,
        }
    }
}

/// The divergence of a cloud's laws from those of balls, up to a constant, and its slope with the
/// balls' dimension, given that of their statistics.
fn divergence(of: &DancoStatistics, from: &DancoStatistics, slope: &DancoStatistics) -> (f64, f64) {
    let quotient = from.dimension / of.dimension;
    let harmonic: f64 = (1..=K).map(|i| 1.0 / i as f64).sum();
    let (mut sum, mut sum_slope, mut binomial) = (0.0, 0.0, 1.0);
    for i in 0..=K {
        let (digamma, trigamma) = polygamma(1.0 + i as f64 / quotient);
        sum += binomial * digamma;
        sum_slope -= binomial * trigamma * i as f64 / (quotient * quotient);
        binomial *= -((K - i) as f64) / (i + 1) as f64;
    }
    let distances = harmonic * quotient - quotient.ln() - (K - 1) as f64 * sum;
    let distances_slope = harmonic - 1.0 / quotient - (K - 1) as f64 * sum_slope;
    let (tau, other) = (of.concentration, from.concentration);
    let [[i0, i1], [j0, j1]] = [tau, other].map(scaled_bessel);
    let (turn, ratio) = (of.direction - from.direction, i1 / i0);
    let angles = other - tau + (j0 / i0).ln() + ratio * (tau - other * turn.cos());
    let angles_slope = (j1 / j0 - ratio * turn.cos()) * slope.concentration
        - ratio * other * turn.sin() * slope.direction;
    (
        distances + angles,
        distances_slope * slope.dimension / of.dimension + angles_slope,
    )
}

/// `e^-x I_n(x)` for `n` 0 and 1, the modified Bessel functions of the first kind: their integrals
/// (DLMF 10.32.3) by the trapezoidal rule, which for periodic functions is exact to rounding.
fn scaled_bessel(x: f64) -> [f64; 2] {
    let nodes = 32 + (5.0 * x.sqrt()) as u32;
    let mut sums = [0.0; 2];
    for i in 0..=nodes {
        let cosine = (PI * f64::from(i) / f64::from(nodes)).cos();
        let half = if i == 0 || i == nodes { 0.5 } else { 1.0 };
        let term = half * (x * (cosine - 1.0)).exp();
        sums[0] += term;
        sums[1] += term * cosine;
    }
    sums.map(|sum| sum / f64::from(nodes))
}

/// The first two derivatives of the logarithm of the gamma function, `x > 0`: recurrences, then the
/// asymptotic series (DLMF 5.5.2, 5.11.2, 5.15.8).
fn polygamma(mut x: f64) -> (f64, f64) {
    let (mut digamma, mut trigamma) = (0.0, 0.0);
    while x < 12.0 {
        digamma -= 1.0 / x;
        trigamma += 1.0 / (x * x);
        x += 1.0;
    }
    // Bernoulli numbers.
    let (mut power, s) = (1.0, 1.0 / (x * x));
    digamma += x.ln() - 0.5 / x;
    trigamma += 1.0 / x + 0.5 * s;
    for (k, b) in [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0]
        .into_iter()
        .enumerate()
    {
        power *= s;
        digamma -= b * power / (2 * k + 2) as f64;
        trigamma += b * power / x;
    }
    (digamma, trigamma)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of DLMF and of scipy 1.16's `digamma`, `i0e` and `i1e`.
    #[test]
    fn special_functions() {
        let euler = 0.577_215_664_901_532_9;
        for (x, digamma, trigamma) in [
            (1.0, -euler, PI * PI / 6.0),
            (0.5, -euler - 2.0 * 2.0_f64.ln(), PI * PI / 2.0),
            (2.0, 1.0 - euler, PI * PI / 6.0 - 1.0),
        ] {
            let found = polygamma(x);
            assert!(
                (found.0 - digamma).abs() < 1e-13 && (found.1 - trigamma).abs() < 1e-13,
                "{x}: {found:?}"
            );
        }
        for (n, x, value) in [
            (0, 0.0, 1.0),
            (1, 0.0, 0.0),
            (0, 1.0, 0.465_759_607_593_640_4),
            (1, 1.0, 0.207_910_415_349_708_5),
            (0, 30.0, 0.073_145_946_482_237_3),
            (1, 200.0, 0.028_156_503_394_832_9),
        ] {
            let found = scaled_bessel(x)[n];
            assert!((found - value).abs() < 1e-12, "{n} {x}: {found}");
        }
    }

    /// A cloud with a ball's numbers diverges least from that ball, wherever between the tabled
    /// dimensions it is; slopes are those of differences.
    #[test]
    fn the_divergence_is_least_from_oneself() {
        for (dimension, upper) in [
            (1.0, 1),
            (2.0, 2),
            (3.4, 3),
            (7.0, 6),
            (13.3, 9),
            (20.0, 11),
            (50.0, 15),
        ] {
            let balls = Balls::between(2500, upper);
            assert!(balls.low <= dimension && dimension < balls.high);
            let found = balls.at(dimension);
            let of = |d: f64| divergence(&found, &balls.at(d), &balls.slope);
            assert!(
                of(dimension).1.abs() < 1e-9,
                "{dimension}: {:?}",
                of(dimension)
            );
            assert!(of(dimension + 0.1).0 > of(dimension).0);
            let there = dimension + 0.3;
            let difference = (of(there + 1e-5).0 - of(there - 1e-5).0) / 2e-5;
            assert!(
                (of(there).1 / difference - 1.0).abs() < 1e-3,
                "{dimension}: {:?} {difference}",
                of(there)
            );
        }
    }

    #[test]
    fn angles_by_hand() {
        // Twelve points on a line: no sines; the first has all its neighbours on one side, and no
        // bound but ours.
        let values: Vec<f64> = (0..12).flat_map(|i| [f64::from(i * i), 0.0]).collect();
        let cloud = DistinctCloud::new(Points::new(&values, 12, 2).unwrap(), NEIGHBOURS, 0);
        assert_eq!(angles(&cloud, 2, 0), Some((0.0, CONCENTRATED)));
        // Four on one side and six on the other: 21 pairs together, 24 apart.
        let (direction, found) = angles(&cloud, 2, 4).unwrap();
        assert!(
            (direction - PI).abs() < 1e-12 && (found - concentration(3.0 / 45.0)).abs() < 1e-12
        );
    }
}
