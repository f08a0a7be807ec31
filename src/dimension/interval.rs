//! Sampling error by subsampling without replacement.

use rand::RngExt;
use rayon::prelude::*;

use super::estimate::{Reader, Settings, estimate_all};
use super::method::{Sampling, Values};
use super::neighbours::DistinctCloud;
use super::{DimensionError, Estimate, Estimator, Points};
use crate::interruption;
use crate::random::seeded;

/// Fewest (distinct) points for which an interval is given.
const MIN_POINTS: usize = 20;
/// Half-samples drawn, unless they cost too much.
const REPLICATES: usize = 200;
/// Fewest half-samples drawn, at any cost.
const MIN_REPLICATES: usize = 25;
/// Half-samples on which the search for neighbours is repeated, at most.
const MOST_RECOMPUTED: usize = 100;
/// Multiplications that all half-samples together may take before their number is cut.
const WORK: f64 = 2e10;
/// Neighbours listed per point: in a half-sample fewer than two of 24 are members once in 670,000
/// points.
const LISTED: usize = 24;
/// Half-samples that are drawn, and kept, before their estimates are computed side by side.
const BATCH: usize = 16;
/// Two-sided 95 % point of the normal law.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// [`estimate`](super::estimate) with the 95 % interval of its sampling error.
///
/// Half of the points (of the distinct ones for neighbour estimators) are drawn without
/// replacement, many times, and the estimate is repeated. For a root-n estimator the variance of
/// `m`-point subsamples of `n` points is `(n - m)/m` times the variance of the full estimate:
/// exactly its variance at `m = n/2` (the delete-half jackknife; Shao & Wu 1989, doi
/// 10.1214/aos/1176347263; Politis, Romano & Wolf 1999). A bootstrap with replacement would be
/// wrong here: repeated points have neighbours at distance zero.
///
/// * Real-valued estimators: `value +- 1.96 sd` of the half-samples, cut at the smallest possible
///   value (1 for participation ratios and DANCo, else 0). The ratios of TwoNN change when
///   neighbours go missing, which widens its interval by about a third (measured on normal clouds);
///   that of a participation ratio is as much too wide where the cloud is isotropic, for the ratio
///   is then at its maximum.
/// * Counts (`pca_90`, `pca_95`): `value + (q - median)` for the 2.5 % and 97.5 % quantiles `q` of
///   the half-samples, at least 1.
///
/// This is the error of *sampling* only: repeated on other points from the same source, the
/// estimate would vary by this much. The bias of the estimator, which noise, curvature, boundaries
/// and high dimension cause, is often larger and not in it. No interval (a note says so) below 20
/// points, or where half-samples leave the estimator undefined.
///
/// 200 half-samples (down to 25 on large clouds; the number depends on the cloud's shape only),
/// from [`seeded`]`(seed)`; the neighbour search is done once. Time: spectral `O(200 n d min(n,
/// d))`, TwoNN `O(n^2 d)`.
///
/// # Errors
/// Those of [`estimate`](super::estimate).
///
/// ```
/// use engraph::dimension::{Estimator, Points, estimate_with_interval};
/// let plane: Vec<f64> = (1..=200)
///     .flat_map(|i| [0.754_877_666, 0.569_840_291].map(|step| (f64::from(i) * step).fract()))
///     .collect();
/// let points = Points::new(&plane, 200, 2)?;
/// let found = estimate_with_interval(points, Estimator::ParticipationRatio, 1)?;
/// assert!(found.ci_low.unwrap() <= found.value && found.value <= found.ci_high.unwrap());
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
pub fn estimate_with_interval(
    points: Points,
    estimator: Estimator,
    seed: u64,
) -> Result<Estimate, DimensionError> {
    let settings = Settings {
        seed,
        ..Settings::default()
    };
    let mut all = estimate_all_with_intervals(points, &[estimator], settings);
    all.pop().unwrap_or(Err(DimensionError::NoColumns))
}

/// [`estimate_with_interval`] by several estimators, which share one search for neighbours, and
/// each half-sample's.
///
/// TwoNN finds the neighbours within a half-sample in its own lists; any other estimator is
/// computed anew, on 25 to 100 half-samples. What would take too long has no interval: a note says
/// so. Tests of rank (`cross_validated_pca`, `parallel_analysis`) have none.
#[must_use]
pub fn estimate_all_with_intervals(
    points: Points,
    estimators: &[Estimator],
    settings: Settings,
) -> Vec<Result<Estimate, DimensionError>> {
    let listed = |estimator: &Estimator| match estimator.method().sampling {
        Sampling::WithinLists { .. } => Some(LISTED),
        Sampling::Recomputed { .. } | Sampling::NoInterval => estimator.neighbours(),
    };
    let listed = estimators.iter().filter_map(listed).max();
    let cloud = listed.map(|k| DistinctCloud::new(points, k, settings.theiler));
    let reader = Reader {
        points,
        cloud: cloud.as_ref(),
        settings,
    };
    let mut all: Vec<Result<Estimate, DimensionError>> =
        estimators.iter().map(|&e| reader.estimate(e)).collect();
    let recomputed: Vec<Estimator> = estimators
        .iter()
        .zip(&all)
        .filter(|(e, found)| found.is_ok() && e.neighbours().is_some() && extra_work(**e).is_some())
        .map(|(e, _)| *e)
        .collect();
    let shared = recomputed_halves(points, &recomputed, settings);
    for (&estimator, found) in estimators.iter().zip(&mut all) {
        let Ok(full) = found else { continue };
        let halves = match estimator.method().sampling {
            Sampling::NoInterval => continue,
            Sampling::WithinLists { neighbours, value } => cloud.as_ref().and_then(|cloud| {
                half_samples(cloud.rows(), REPLICATES, settings.seed, |half| {
                    let mut member = vec![false; cloud.rows()];
                    half.iter().for_each(|&row| member[row as usize] = true);
                    value(&cloud.distances_within(&member, neighbours), neighbours)
                })
                .map(ascending)
            }),
            Sampling::Recomputed { extra_work } => {
                match recomputed.iter().position(|e| *e == estimator) {
                    Some(index) => shared.as_ref().and_then(|halves| halves[index].clone()),
                    None => spectral_halves(points, estimator, extra_work, settings),
                }
            }
        };
        *full = with_interval(full.clone(), estimator, halves);
    }
    all
}

/// The multiplications that a half-sample takes besides the search for neighbours, by rows and
/// columns; `None` for an estimator that is not computed anew.
fn extra_work(estimator: Estimator) -> Option<fn(f64, f64) -> f64> {
    match estimator.method().sampling {
        Sampling::Recomputed { extra_work } => Some(extra_work),
        Sampling::NoInterval | Sampling::WithinLists { .. } => None,
    }
}

/// The estimates of the half-samples by an estimator that reads the spectrum.
fn spectral_halves(
    points: Points,
    estimator: Estimator,
    extra_work: fn(f64, f64) -> f64,
    settings: Settings,
) -> Option<Vec<f64>> {
    let (rows, columns) = (points.rows() as f64 / 2.0, points.columns() as f64);
    let smaller = rows.min(columns);
    let cost = rows * columns * smaller + 4.0 * smaller.powi(3) + extra_work(rows, columns);
    let replicates = ((WORK / cost) as usize).clamp(MIN_REPLICATES, REPLICATES);
    half_samples(points.rows(), replicates, settings.seed, |half| {
        let values = points.gather(half);
        let points = Points::new(&values, half.len(), points.columns()).ok()?;
        let reader = Reader {
            points,
            cloud: None,
            settings,
        };
        reader.value(estimator).ok()
    })
    .map(ascending)
}

/// The estimates of the half-samples by each of several neighbour estimators, which share the
/// search; none where that takes too long.
fn recomputed_halves(
    points: Points,
    estimators: &[Estimator],
    settings: Settings,
) -> Option<Vec<Option<Vec<f64>>>> {
    let most = estimators.iter().filter_map(|e| e.neighbours()).max()?;
    let (half, columns) = (points.rows() as f64 / 2.0, points.columns() as f64);
    let extra = estimators.iter().filter_map(|&e| extra_work(e));
    let extra = extra.map(|work| work(half, columns)).fold(0.0, f64::max);
    let cost = half * (half * columns + 100.0 * most as f64) + extra;
    let replicates = (WORK / cost) as usize;
    if replicates < MIN_REPLICATES || points.rows() < MIN_POINTS {
        return None;
    }
    let replicates = replicates.min(MOST_RECOMPUTED);
    let settings_of_half = Settings {
        theiler: settings.theiler / 2,
        ..settings
    };
    let lists = half_samples(points.rows(), replicates, settings.seed, |half| {
        let mut half = half.to_vec();
        // In the order of time, which a Theiler window reads.
        half.sort_unstable();
        let values = points.gather(&half);
        let points = Points::new(&values, half.len(), points.columns()).ok()?;
        let estimates = estimate_all(points, estimators, settings_of_half);
        let value = |estimate: Result<Estimate, DimensionError>| estimate.ok().map(|e| e.value);
        Some(estimates.into_iter().map(value).collect::<Vec<_>>())
    })?;
    let of = |at: usize| {
        let values: Option<Vec<f64>> = lists.iter().map(|list| list[at]).collect();
        values.map(ascending)
    };
    Some((0..estimators.len()).map(of).collect())
}

fn ascending(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The estimates of the half-samples, in the order in which these are drawn; `None` when there are
/// too few points or an estimate is not defined.
fn half_samples<T: Send>(
    rows: usize,
    replicates: usize,
    seed: u64,
    estimate: impl Fn(&[u32]) -> Option<T> + Sync,
) -> Option<Vec<T>> {
    if rows < MIN_POINTS {
        return None;
    }
    let mut rng = seeded(seed);
    let mut order: Vec<u32> = (0..rows as u32).collect();
    let half = rows / 2;
    let mut values = Vec::with_capacity(replicates);
    while values.len() < replicates {
        let batch = BATCH.min(replicates - values.len());
        let halves: Vec<Vec<u32>> = (0..batch)
            .map(|_| {
                // Partial Fisher-Yates; the order left by the previous draw does not matter.
                for i in 0..half {
                    order.swap(i, rng.random_range(i..rows));
                }
                order[..half].to_vec()
            })
            .collect();
        let estimate = |half: &Vec<u32>| {
            interruption::check();
            estimate(half)
        };
        let estimates: Option<Vec<T>> = halves.par_iter().map(estimate).collect();
        values.extend(estimates?);
    }
    Some(values)
}

fn with_interval(mut full: Estimate, estimator: Estimator, halves: Option<Vec<f64>>) -> Estimate {
    let Some(halves) = halves else {
        let note = format!(
            "no interval: it needs {MIN_POINTS} distinct points, an estimate from each half, \
             and time for at least {MIN_REPLICATES} of them"
        );
        full.note = Some(
            full.note
                .map_or(note.clone(), |old| format!("{old}; {note}")),
        );
        return full;
    };
    let n = halves.len() as f64;
    let mean = halves.iter().sum::<f64>() / n;
    let std_error = (halves.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let values = estimator.method().values;
    let (low, high) = match values {
        Values::Counts => {
            let quantile = |q: f64| halves[((q * n).ceil() as usize).clamp(1, halves.len()) - 1];
            (
                full.value + quantile(0.025) - quantile(0.5),
                full.value + quantile(0.975) - quantile(0.5),
            )
        }
        Values::Reals { .. } => (
            full.value - NORMAL_975 * std_error,
            full.value + NORMAL_975 * std_error,
        ),
    };
    full.ci_low = Some(low.max(values.least()).min(full.value));
    full.ci_high = Some(high);
    full.std_error = Some(std_error);
    full
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::clouds::sine_cloud;
    use crate::dimension::estimate;

    #[test]
    fn the_seed_decides_and_the_value_is_unchanged() {
        let values = sine_cloud(300, 6, 2);
        let points = Points::new(&values, 300, 6).unwrap();
        for estimator in crate::dimension::tests::DETERMINISTIC {
            let first = estimate_with_interval(points, estimator, 1).unwrap();
            assert_eq!(first, estimate_with_interval(points, estimator, 1).unwrap());
            assert_eq!(first.value, estimate(points, estimator).unwrap().value);
            let (low, high) = (first.ci_low.unwrap(), first.ci_high.unwrap());
            assert!(
                low <= first.value && first.value <= high,
                "{estimator}: {low} {} {high}",
                first.value
            );
            if estimator.method().values != Values::Counts {
                assert_ne!(first, estimate_with_interval(points, estimator, 2).unwrap());
                assert!(low < high);
            }
        }
    }

    #[test]
    fn few_points_have_no_interval() {
        let values = sine_cloud(19, 3, 2);
        let estimate =
            estimate_with_interval(Points::new(&values, 19, 3).unwrap(), Estimator::TwoNn, 1)
                .unwrap();
        assert_eq!((estimate.ci_low, estimate.ci_high), (None, None));
        assert!(estimate.note.unwrap().contains("no interval"));
    }

    #[test]
    fn a_rigid_cloud_has_a_point_interval() {
        // On a line every half has one component.
        let values: Vec<f64> = (0..40)
            .flat_map(|i| [f64::from(i), 2.0 * f64::from(i)])
            .collect();
        let estimate =
            estimate_with_interval(Points::new(&values, 40, 2).unwrap(), Estimator::Pca95, 1)
                .unwrap();
        assert_eq!(
            (estimate.ci_low, estimate.value, estimate.ci_high),
            (Some(1.0), 1.0, Some(1.0))
        );
    }
}
