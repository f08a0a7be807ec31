//! Sampling error by subsampling without replacement.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::estimator::{neighbour_estimate, neighbour_value, spectral_value};
use super::neighbours::DistinctCloud;
use super::{Estimate, Estimator, LatentError, Points, estimate};

/// Fewest (distinct) points for which an interval is given.
const MIN_POINTS: usize = 20;
/// Half-samples drawn, unless they cost too much.
const REPLICATES: usize = 200;
/// Fewest half-samples drawn, at any cost.
const MIN_REPLICATES: usize = 25;
/// Multiplications that all half-samples together may take before their number is cut.
const WORK: f64 = 2e10;
/// Neighbours listed per point: in a half-sample fewer than two of 24 are members once in 670,000
/// points.
const LISTED: usize = 24;
/// Two-sided 95 % point of the normal law.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// [`estimate`] with the 95 % interval of its sampling error.
///
/// Half of the points (of the distinct ones for neighbour estimators) are drawn without
/// replacement, many times, and the estimate is repeated. For a root-n estimator the variance of
/// `m`-point subsamples of `n` points is `(n - m)/m` times the variance of the full estimate:
/// exactly its variance at `m = n/2` (the delete-half jackknife; Shao & Wu 1989, doi
/// 10.1214/aos/1176347263; Politis, Romano & Wolf 1999). A bootstrap with replacement would be
/// wrong here: repeated points have neighbours at distance zero.
///
/// * Real-valued estimators: `value +- 1.96 sd` of the half-samples, cut at the smallest possible
///   value (1 for participation ratios, 0 for TwoNN). The ratios of TwoNN change when neighbours go
///   missing, which widens its interval by about a third (measured on normal clouds); that of a
///   participation ratio is as much too wide where the cloud is isotropic, for the ratio is then at
///   its maximum.
/// * Counts (`pca_90`, `pca_95`): `value + (q - median)` for the 2.5 % and 97.5 % quantiles `q` of
///   the half-samples, at least 1.
///
/// This is the error of *sampling* only: repeated on other points from the same source, the
/// estimate would vary by this much. The bias of the estimator, which noise, curvature, boundaries
/// and high dimension cause, is often larger and not in it. No interval (a note says so) below 20
/// points, or where half-samples leave the estimator undefined.
///
/// 200 half-samples (down to 25 on large clouds; the number depends on the cloud's shape only),
/// from ChaCha8 of `seed`; the neighbour search is done once. Time: spectral `O(200 n d min(n,
/// d))`, TwoNN `O(n^2 d)`.
///
/// # Errors
/// Those of [`estimate`].
pub fn estimate_with_interval(points: Points, estimator: Estimator, seed: u64) -> Result<Estimate, LatentError> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    if estimator.reads_neighbours() {
        let cloud = DistinctCloud::new(points, LISTED);
        let full = neighbour_estimate(points, estimator, &cloud)?;
        let draw = |half: &[u32]| {
            let mut member = vec![false; cloud.rows()];
            half.iter().for_each(|&row| member[row as usize] = true);
            neighbour_value(&mut cloud.log_ratios_within(&member), estimator)
        };
        Ok(with_interval(full, estimator, half_samples(cloud.rows(), REPLICATES, &mut rng, draw)))
    } else {
        let full = estimate(points, estimator)?;
        let draw = |half: &[u32]| {
            let values = points.gather(half);
            let half = Points::new(&values, half.len(), points.columns()).ok()?;
            spectral_value(half, estimator).ok()
        };
        Ok(with_interval(full, estimator, half_samples(points.rows(), replicates(points), &mut rng, draw)))
    }
}

/// How many half-samples of a spectral estimator are affordable.
fn replicates(points: Points) -> usize {
    let (rows, columns) = (points.rows() as f64 / 2.0, points.columns() as f64);
    let smaller = rows.min(columns);
    let cost = rows * columns * smaller + 4.0 * smaller.powi(3);
    ((WORK / cost) as usize).clamp(MIN_REPLICATES, REPLICATES)
}

/// The estimates of the half-samples, ascending; `None` when there are too few points or an
/// estimate is not defined.
fn half_samples(
    rows: usize,
    replicates: usize,
    rng: &mut ChaCha8Rng,
    mut estimate: impl FnMut(&[u32]) -> Option<f64>,
) -> Option<Vec<f64>> {
    if rows < MIN_POINTS {
        return None;
    }
    let mut order: Vec<u32> = (0..rows as u32).collect();
    let half = rows / 2;
    let mut values = Vec::with_capacity(replicates);
    for _ in 0..replicates {
        // Partial Fisher-Yates; the order left by the previous draw does not matter.
        for i in 0..half {
            order.swap(i, rng.random_range(i..rows));
        }
        values.push(estimate(&order[..half])?);
    }
    values.sort_unstable_by(f64::total_cmp);
    Some(values)
}

fn with_interval(mut full: Estimate, estimator: Estimator, halves: Option<Vec<f64>>) -> Estimate {
    let Some(halves) = halves else {
        let note = format!("no interval: it needs {MIN_POINTS} distinct points and an estimate from each half of them");
        full.note = Some(full.note.map_or(note.clone(), |old| format!("{old}; {note}")));
        return full;
    };
    let n = halves.len() as f64;
    let mean = halves.iter().sum::<f64>() / n;
    let std_error = (halves.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let (low, high) = if estimator.counts() {
        let quantile = |q: f64| halves[((q * n).ceil() as usize).clamp(1, halves.len()) - 1];
        (full.value + quantile(0.025) - quantile(0.5), full.value + quantile(0.975) - quantile(0.5))
    } else {
        (full.value - NORMAL_975 * std_error, full.value + NORMAL_975 * std_error)
    };
    let smallest = if estimator.reads_neighbours() { 0.0 } else { 1.0 };
    full.ci_low = Some(low.max(smallest).min(full.value));
    full.ci_high = Some(high);
    full.std_error = Some(std_error);
    full
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::clouds::sine_cloud;

    #[test]
    fn the_seed_decides_and_the_value_is_unchanged() {
        let values = sine_cloud(300, 6, 2);
        let points = Points::new(&values, 300, 6).unwrap();
        for estimator in Estimator::ALL {
            let first = estimate_with_interval(points, estimator, 1).unwrap();
            assert_eq!(first, estimate_with_interval(points, estimator, 1).unwrap());
            assert_eq!(first.value, estimate(points, estimator).unwrap().value);
            let (low, high) = (first.ci_low.unwrap(), first.ci_high.unwrap());
            assert!(low <= first.value && first.value <= high, "{estimator}: {low} {} {high}", first.value);
            if !estimator.counts() {
                assert_ne!(first, estimate_with_interval(points, estimator, 2).unwrap());
                assert!(low < high);
            }
        }
    }

    #[test]
    fn few_points_have_no_interval() {
        let values = sine_cloud(19, 3, 2);
        let estimate = estimate_with_interval(Points::new(&values, 19, 3).unwrap(), Estimator::TwoNn, 1).unwrap();
        assert_eq!((estimate.ci_low, estimate.ci_high), (None, None));
        assert!(estimate.note.unwrap().contains("no interval"));
    }

    #[test]
    fn a_rigid_cloud_has_a_point_interval() {
        // On a line every half has one component.
        let values: Vec<f64> = (0..40).flat_map(|i| [f64::from(i), 2.0 * f64::from(i)]).collect();
        let estimate = estimate_with_interval(Points::new(&values, 40, 2).unwrap(), Estimator::Pca95, 1).unwrap();
        assert_eq!((estimate.ci_low, estimate.value, estimate.ci_high), (Some(1.0), 1.0, Some(1.0)));
    }
}
