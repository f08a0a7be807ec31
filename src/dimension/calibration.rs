//! What TwoNN and GRIDE find in a ball of known dimension, and back from that to the dimension.
//!
//! The table holds the mean estimate over uniformly filled balls, by scale, number of points and
//! dimension. `cargo bench --bench dimension_calibration` makes it anew.

use super::Estimator;
use super::calibration_grid::{DIMENSIONS, POINTS, SCALES};
use super::calibration_table::TABLE;

/// The estimator that is calibrated at a scale.
#[must_use]
pub fn calibrated_estimator(scale: usize) -> Estimator {
    if scale == 0 {
        Estimator::TwoNn
    } else {
        Estimator::Gride(SCALES[scale])
    }
}

/// Column `index` of a table by number of points, at `n`: linear in `ln n` between the tabled
/// numbers and beyond the largest; below the smallest, that of the smallest.
pub(super) fn interpolated(
    table: &[[f64; DIMENSIONS.len()]; POINTS.len()],
    n: usize,
    index: usize,
) -> f64 {
    let last = POINTS.len() - 1;
    let upper = POINTS.partition_point(|&p| p < n).clamp(1, last);
    let [low, high] = [upper - 1, upper].map(|at| ((POINTS[at] as f64).ln(), table[at][index]));
    let x = (n.max(POINTS[0]) as f64).ln();
    low.1 + (high.1 - low.1) * (x - low.0) / (high.0 - low.0)
}

/// The mean estimate at `scale` in a ball of dimension `DIMENSIONS[index]` with `n` points; beyond
/// the largest number tabled it stays below the dimension.
fn expected(scale: usize, n: usize, index: usize) -> f64 {
    let (value, last) = (interpolated(&TABLE[scale], n, index), POINTS.len() - 1);
    if n > POINTS[last] {
        value.min(TABLE[scale][last][index].max(DIMENSIONS[index] as f64))
    } else {
        value
    }
}

/// The dimension of the ball in which the mean estimate at `scale` of `n` points is `raw`; linear
/// between the tabled dimensions, in proportion below the first, and along the last slope beyond
/// the last.
pub(super) fn dimension_of(scale: usize, n: usize, raw: f64) -> f64 {
    let curve: Vec<f64> = (0..DIMENSIONS.len())
        .map(|index| expected(scale, n, index))
        .collect();
    if raw <= curve[0] {
        return raw / curve[0] * DIMENSIONS[0] as f64;
    }
    let upper = curve
        .partition_point(|&value| value < raw)
        .clamp(1, curve.len() - 1);
    let (low, high) = (DIMENSIONS[upper - 1] as f64, DIMENSIONS[upper] as f64);
    low + (high - low) * (raw - curve[upper - 1]) / (curve[upper] - curve[upper - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::{Points, estimate};
    use crate::random::{ChaCha8Rng, stream};
    use rand::RngExt;
    use rand_distr::StandardNormal;

    fn ball(n: usize, dimension: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
        let mut values = Vec::with_capacity(n * dimension);
        for _ in 0..n {
            let direction: Vec<f64> = (0..dimension)
                .map(|_| random.sample(StandardNormal))
                .collect();
            let norm = direction.iter().map(|v| v * v).sum::<f64>().sqrt();
            let radius = random.random::<f64>().powf(1.0 / dimension as f64);
            values.extend(direction.iter().map(|v| v / norm * radius));
        }
        values
    }

    #[test]
    fn curves_rise_with_the_dimension() {
        for scale in 0..SCALES.len() {
            for n in [100, 200, 700, 2500, 10_000, 100_000] {
                let curve: Vec<f64> = (0..DIMENSIONS.len())
                    .map(|index| expected(scale, n, index))
                    .collect();
                assert!(curve.is_sorted_by(|a, b| a < b), "{scale} {n} {curve:?}");
                for (index, &d) in DIMENSIONS.iter().enumerate() {
                    assert!((dimension_of(scale, n, curve[index]) - d as f64).abs() < 1e-9);
                }
            }
        }
    }

    /// The table is what balls give, here at a number of points and a dimension that are not in it.
    #[test]
    fn the_table_is_of_balls() {
        for (scale, dimension) in [(0, 2), (0, 7), (2, 7), (5, 4), (3, 20)] {
            let mut random = stream(7, &["ball", &dimension.to_string()]);
            let runs = 12;
            let mean = (0..runs)
                .map(|_| {
                    let values = ball(800, dimension, &mut random);
                    let points = Points::new(&values, 800, dimension).unwrap();
                    dimension_of(
                        scale,
                        800,
                        estimate(points, calibrated_estimator(scale)).unwrap().value,
                    )
                })
                .sum::<f64>()
                / f64::from(runs);
            assert!(
                (mean / dimension as f64 - 1.0).abs() < 0.04,
                "{scale} {dimension}: {mean}"
            );
        }
    }
}
