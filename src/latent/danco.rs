//! DANCo: the dimension of the balls whose points have the same distances to, and angles between, their neighbours.
//!
//! In many dimensions distances concentrate and angles come near right ones, both in a known way. Three numbers say how far that has gone in a cloud:
//!
//! * `d`, the dimension of the law of `rho = r_1 / r_(k+1)`, whose density is `k d rho^(d - 1) (1 - rho^d)^(k - 1)`, by maximum likelihood;
//! * `nu` and `tau`, means over points of direction and concentration of the von Mises law of the angles between pairs of the point's `k` neighbours.
//!
//! The estimate is the dimension of the uniformly filled ball, of as many points, from whose laws those of the cloud diverge least: the sum of the
//! Kullback-Leibler divergences of the law of `rho` and of the von Mises law. What balls have is tabled (`k = 10`; `cargo bench
//! --no-default-features --bench dimension_calibration`), linear between numbers of points (in their logarithm) and between dimensions, so the
//! estimate is a real number and draws nothing at random.
//!
//! Source: Ceruti, Bassis, Rozza, Lombardi, Casiraghi & Campadelli 2014, doi 10.1016/j.patcog.2014.02.013. `tau` is that of
//! scikit-dimension 0.5, and `d` where its search does not stay at the whole number it begins with; `nu` is too where the mean cosine of a point's angles is positive. Elsewhere theirs, an arctangent of sines over cosines,
//! is less by pi, so that its mean jumps where neighbours stand at right angles on average; ours is the angle itself. The
//! concentration of angles that hardly differ, as on a line, has no bound; ours is at most 200.

use std::f64::consts::PI;

use rayon::prelude::*;

use super::Points;
use super::calibration::{DIMENSIONS, interpolated};
use super::calibration_table::DANCO;
use super::gride::likelihood_root;
use super::neighbours::DistinctCloud;

/// Neighbours whose angles are taken; the distances reach to one more.
const K: usize = 10;
/// Neighbours read.
pub(super) const NEIGHBOURS: usize = K + 1;
/// Largest concentration of the angles of one point.
const CONCENTRATED: f64 = 200.0;

/// What DANCo compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DancoStatistics {
    /// The dimension that distances have.
    pub dimension: f64,
    /// The mean direction of angles, radians in `[0, pi]`.
    pub direction: f64,
    /// The mean concentration of angles.
    pub concentration: f64,
}

/// What DANCo compares, of a cloud of more than eleven distinct points; `None` where there are fewer or all neighbours are equally far.
/// Time `O(n^2 d)`.
#[must_use]
pub fn danco_statistics(points: Points) -> Option<DancoStatistics> {
    statistics(&DistinctCloud::new(points, NEIGHBOURS, 0), points.columns())
}

fn statistics(cloud: &DistinctCloud, columns: usize) -> Option<DancoStatistics> {
    if cloud.listed() < NEIGHBOURS {
        return None;
    }
    let x: Vec<f64> = cloud.distances(NEIGHBOURS).log_ratios(1, NEIGHBOURS).into_iter().filter(|x| *x > 0.0).collect();
    if x.is_empty() {
        return None;
    }
    let dimension = likelihood_root(&x, x.len() as f64, (K - 1) as f64, K as f64);
    let angles: Vec<(f64, f64)> = (0..cloud.rows()).into_par_iter().map(|row| angles(cloud, columns, row)).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| angles.iter().map(of).sum::<f64>() / angles.len() as f64;
    Some(DancoStatistics { dimension, direction: mean(|a| a.0), concentration: mean(|a| a.1) })
}

/// The estimate; `None` where [`danco_statistics`] has none. Time `O(n k^2 d)` after the search for neighbours.
pub(super) fn danco(cloud: &DistinctCloud, columns: usize, points: usize) -> Option<f64> {
    let found = statistics(cloud, columns)?;
    let divergence = |d: f64| divergence(&found, &of_balls(points, d));
    let largest = columns.min(DIMENSIONS[DIMENSIONS.len() - 1]) as f64;
    // What balls have is smooth between two tabled dimensions: one minimum at most in each part.
    let mut best = (divergence(1.0), 1.0);
    for pair in DIMENSIONS.windows(2).filter(|pair| (pair[0] as f64) < largest) {
        let at = least(&divergence, pair[0] as f64, (pair[1] as f64).min(largest));
        let value = divergence(at);
        if value < best.0 {
            best = (value, at);
        }
    }
    Some(best.1)
}

/// Direction and concentration of the angles between the neighbours of one point.
fn angles(cloud: &DistinctCloud, columns: usize, row: usize) -> (f64, f64) {
    let point = |row: usize| &cloud.values()[row * columns..][..columns];
    let spokes: Vec<Vec<f64>> = cloud.neighbours(row)[..K]
        .iter()
        .map(|&other| {
            let spoke: Vec<f64> = point(other as usize).iter().zip(point(row)).map(|(a, b)| a - b).collect();
            let length = spoke.iter().map(|v| v * v).sum::<f64>().sqrt();
            spoke.into_iter().map(|v| v / length).collect()
        })
        .collect();
    let (mut cosines, mut sines) = (0.0, 0.0);
    for (i, a) in spokes.iter().enumerate() {
        for b in &spokes[..i] {
            let cosine = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>().clamp(-1.0, 1.0);
            cosines += cosine;
            sines += (1.0 - cosine * cosine).sqrt();
        }
    }
    let pairs = (K * (K - 1) / 2) as f64;
    (sines.atan2(cosines), concentration(cosines.hypot(sines) / pairs))
}

/// The concentration of the von Mises law whose mean resultant length is `eta`: the approximation of Fisher (1993, section 3.3), as the source has it.
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

/// What uniformly filled balls of `dimension` have on average.
fn of_balls(points: usize, dimension: f64) -> DancoStatistics {
    let upper = DIMENSIONS.partition_point(|&d| (d as f64) < dimension).clamp(1, DIMENSIONS.len() - 1);
    let (low, high) = (DIMENSIONS[upper - 1] as f64, DIMENSIONS[upper] as f64);
    let share = (dimension - low) / (high - low);
    let [dimension, direction, concentration] = [0, 1, 2].map(|statistic| {
        let [below, above] = [upper - 1, upper].map(|index| interpolated(&DANCO[statistic], points, index));
        below + share * (above - below)
    });
    DancoStatistics { dimension, direction, concentration }
}

/// The divergence of one cloud's laws from another's, up to a constant.
fn divergence(of: &DancoStatistics, from: &DancoStatistics) -> f64 {
    let quotient = from.dimension / of.dimension;
    let harmonic: f64 = (1..=K).map(|i| 1.0 / i as f64).sum();
    let (mut sum, mut binomial) = (0.0, 1.0);
    for i in 0..=K {
        sum += binomial * digamma(1.0 + i as f64 / quotient);
        binomial *= -((K - i) as f64) / (i + 1) as f64;
    }
    let distances = harmonic * quotient - quotient.ln() - (K - 1) as f64 * sum;
    let (tau, other) = (of.concentration, from.concentration);
    let ratio = scaled_bessel(1, tau) / scaled_bessel(0, tau);
    let normalisers = other - tau + (scaled_bessel(0, other) / scaled_bessel(0, tau)).ln();
    distances + normalisers + ratio * (tau - other * (of.direction - from.direction).cos())
}

/// `e^-x I_n(x)`, the modified Bessel function of the first kind: its integral (DLMF 10.32.3) by the trapezoidal rule, which for periodic
/// functions is exact to rounding.
fn scaled_bessel(n: u32, x: f64) -> f64 {
    let nodes = 32 + (5.0 * x.sqrt()) as u32;
    let term = |i: u32| {
        let angle = PI * f64::from(i) / f64::from(nodes);
        let half = if i == 0 || i == nodes { 0.5 } else { 1.0 };
        half * (x * (angle.cos() - 1.0)).exp() * (f64::from(n) * angle).cos()
    };
    (0..=nodes).map(term).sum::<f64>() / f64::from(nodes)
}

/// The logarithmic derivative of the gamma function, `x > 0`: recurrence, then the asymptotic series (DLMF 5.5.2, 5.11.2).
fn digamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 10.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let s = 1.0 / (x * x);
    let series = s * (1.0 / 12.0 - s * (1.0 / 120.0 - s * (1.0 / 252.0 - s * (1.0 / 240.0 - s * (1.0 / 132.0)))));
    shift + x.ln() - 0.5 / x - series
}

/// Where a function with one minimum between `low` and `high` is least, by golden sections.
fn least(function: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let section = 0.5 * (5.0_f64.sqrt() - 1.0);
    while high - low > 1e-9 * high {
        let [left, right] = [high - section * (high - low), low + section * (high - low)];
        if function(left) < function(right) { high = right } else { low = left }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of DLMF and of scipy 1.16's `digamma`, `i0e` and `i1e`.
    #[test]
    fn special_functions() {
        let euler = 0.577_215_664_901_532_9;
        for (x, value) in [(1.0, -euler), (0.5, -euler - 2.0 * 2.0_f64.ln()), (2.0, 1.0 - euler), (11.0, 2.351_752_589_066_721)] {
            assert!((digamma(x) - value).abs() < 1e-13, "{x}: {}", digamma(x));
        }
        for (n, x, value) in [
            (0, 0.0, 1.0),
            (1, 0.0, 0.0),
            (0, 1.0, 0.465_759_607_593_640_4),
            (1, 1.0, 0.207_910_415_349_708_5),
            (0, 30.0, 0.073_145_946_482_237_3),
            (1, 200.0, 0.028_156_503_394_832_9),
        ] {
            let found = scaled_bessel(n, x);
            assert!((found - value).abs() < 1e-12, "{n} {x}: {found}");
        }
    }

    /// A cloud with a ball's numbers diverges least from that ball, wherever between the tabled dimensions it is.
    #[test]
    fn the_divergence_is_least_from_oneself() {
        for dimension in [1.0, 2.0, 3.4, 7.0, 13.3, 22.0, 50.0] {
            let found = of_balls(2500, dimension);
            let here = divergence(&found, &found);
            for step in [0.98, 1.02] {
                let there = divergence(&found, &of_balls(2500, dimension * step));
                assert!(dimension * step < 1.0 || there > here, "{dimension} x {step}: {there} {here}");
            }
        }
    }

    #[test]
    fn angles_by_hand() {
        // Eleven points on a line: no sines; the first has all its neighbours on one side, and no bound but ours.
        let values: Vec<f64> = (0..12).flat_map(|i| [f64::from(i * i), 0.0]).collect();
        let cloud = DistinctCloud::new(Points::new(&values, 12, 2).unwrap(), NEIGHBOURS, 0);
        assert_eq!(angles(&cloud, 2, 0), (0.0, CONCENTRATED));
        // Four on one side and six on the other: 21 pairs together, 24 apart.
        let (direction, found) = angles(&cloud, 2, 4);
        assert!((direction - PI).abs() < 1e-12 && (found - concentration(3.0 / 45.0)).abs() < 1e-12);
    }
}
