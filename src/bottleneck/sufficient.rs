//! The sufficient bottleneck `k*`: how many units a wiring needs for what it has learnt.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::gate;
use super::status::Status;
use super::sweep::{BottleneckSweep, SweepError};
use crate::random::seeded;
use crate::statistics::{first_reached, mean_and_sd, pooled_blocks, student_t};

/// An excess over the floor below this share of the variance is not counted.
const MARGIN: f64 = 0.02;
/// Bootstrap resamples of the seeds.
const RESAMPLES: usize = 2000;

/// A number of units between tested widths, with its 95 % bootstrap interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterpolatedUnits {
    /// The number of units.
    pub units: f64,
    /// Lower end of the interval.
    pub ci_low: f64,
    /// Upper end; absent when it lies beyond the widest bottleneck tested.
    pub ci_high: Option<f64>,
}

/// One width of the sweep.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BottleneckPoint {
    /// Units of the bottleneck.
    pub units: usize,
    /// Mean held-out error over seeds, as a share of the variance.
    pub mean_error: f64,
    /// The mean errors after a fit that does not increase with the width.
    pub isotonic_error: f64,
    /// One-sided 95 % upper bound of the paired excess of the fit over the floor.
    pub excess_bound: f64,
}

/// The sufficient bottleneck of one topology on one task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SufficientBottleneck {
    /// Smallest sufficient number of units.
    pub k_star: Option<usize>,
    /// Lower end of its 95 % bootstrap interval.
    pub ci_low: Option<usize>,
    /// Upper end; absent when it lies beyond the widest bottleneck tested.
    pub ci_high: Option<usize>,
    /// Units that reach 50 % of the variance explained by the floor.
    pub k50: Option<InterpolatedUnits>,
    /// Units that reach 90 % of it.
    pub k90: Option<InterpolatedUnits>,
    /// Mean held-out error without a bottleneck; absent when a run of it diverged or there is none.
    pub floor_mean: Option<f64>,
    /// What the excess bound had to stay below; absent unless the gate was passed.
    pub margin: Option<f64>,
    /// The curve behind the values; empty unless the gate was passed.
    pub curve: Vec<BottleneckPoint>,
    /// Whether the value stands.
    pub status: Status,
    /// The status as a sentence with its numbers.
    pub message: String,
}

/// Reads the sufficient bottleneck of a sweep: the smallest width whose error cannot be told from
/// that without a bottleneck.
///
/// This is our own operational definition. Let `E[k][s]` be the held-out error (MSE / variance) of
/// training seed `s` with a bottleneck of `k` units and `F[s]` the error of the same seed without a
/// bottleneck (the *floor*).
///
/// 1. **Gate.** At least five seeds, every error finite, every floor run converged and `mean F <
///    0.05`; otherwise nothing is returned but the [`Status`] that says why.
/// 2. **Isotonic curve.** `mean_s E[k]` is replaced by its non-increasing least-squares fit
///    ([`non_increasing`](crate::statistics::non_increasing)): more units cannot carry less, so a
///    rise is noise or failed training, and a lucky dip counts only as far as its neighbours bear
///    it out.
/// 3. **Bound.** The fit pools adjacent `k` into blocks. For a block `B` each seed gives one paired
///    difference `D[s] = mean_{k in B} E[k][s] - F[s]`, whose mean over seeds is the isotonic value
///    of the block less `mean F`. The one-sided 95 % upper bound of the excess is `mean D +
///    t_{0.95, S-1} sd(D) / sqrt S`, taking the blocks as given.
/// 4. **Rule.** `k*` is the smallest tested `k` whose bound lies below the margin `max(0.02, sd(F)
///    / sqrt S)`.
///
/// `k50` and `k90` are continuous companions: where the broken line through `(0, 1)` and the
/// isotonic curve, cut at 1, comes down to `1 - p (1 - mean F)`, so that the share `p` of the
/// variance explained by the floor is explained. Intervals are percentile bootstrap intervals over
/// seeds (a seed takes its whole curve and its floor along), in which steps 2 to 4 are repeated
/// with the resampled floor, and widened to hold the estimate; from five seeds they are coarse.
///
/// Deterministic: the bootstrap draws from [`seeded`]`(seed)`. Time `O(2000 * widths * seeds)`.
///
/// # Errors
/// [`SweepError`] when the parts do not fit together (lengths, order of `units`, negative
/// errors). A failed training is not an error but a [`Status`].
///
/// ```
/// use engraph::bottleneck::{BottleneckSweep, Status, sufficient_bottleneck};
/// // Two units reach the error that five seeds have without a bottleneck.
/// let sweep = BottleneckSweep {
///     units: vec![1, 2, 3],
///     errors: vec![vec![0.4; 5], vec![0.01; 5], vec![0.01; 5]],
///     floor: vec![0.01; 5],
///     converged: vec![vec![true; 5]; 3],
///     floor_converged: vec![true; 5],
/// };
/// let found = sufficient_bottleneck(&sweep, 1)?;
/// assert_eq!((found.status, found.k_star), (Status::Ok, Some(2)));
/// # Ok::<(), engraph::bottleneck::SweepError>(())
/// ```
pub fn sufficient_bottleneck(
    sweep: &BottleneckSweep,
    seed: u64,
) -> Result<SufficientBottleneck, SweepError> {
    sweep.check()?;
    let seeds = sweep.floor.len();
    let floor_known = seeds > 0 && sweep.floor.iter().all(|f| f.is_finite());
    let mut result = SufficientBottleneck {
        k_star: None,
        ci_low: None,
        ci_high: None,
        k50: None,
        k90: None,
        floor_mean: floor_known.then(|| mean_and_sd(&sweep.floor).0),
        margin: None,
        curve: Vec::new(),
        status: Status::Ok,
        message: String::new(),
    };
    if let Some((status, message)) = gate::refusal(sweep, result.floor_mean) {
        (result.status, result.message) = (status, message);
        return Ok(result);
    }

    let all: Vec<usize> = (0..seeds).collect();
    let t = student_t::quantile(0.95, (seeds - 1) as f64);
    let reading = Reading::new(sweep, &all, t);
    let mut rng = seeded(seed);
    let resampled: Vec<Reading> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<usize> = (0..seeds).map(|_| rng.random_range(0..seeds)).collect();
            Reading::new(sweep, &drawn, t)
        })
        .collect();

    let star = interval(reading.star(), resampled.iter().map(|r| r.star()));
    result.k_star = star.map(|s| s.units as usize);
    result.ci_low = star.map(|s| s.ci_low as usize);
    result.ci_high = star.and_then(|s| s.ci_high).map(|k| k as usize);
    result.k50 = interval(
        reading.explaining(0.5),
        resampled.iter().map(|r| r.explaining(0.5)),
    );
    result.k90 = interval(
        reading.explaining(0.9),
        resampled.iter().map(|r| r.explaining(0.9)),
    );
    result.margin = Some(reading.margin);
    (result.status, result.message) = gate::verdict(sweep, reading.margin, result.k_star);
    result.curve = reading.curve;
    Ok(result)
}

/// Steps 2 to 4 on a multiset of seeds.
struct Reading {
    curve: Vec<BottleneckPoint>,
    floor_mean: f64,
    margin: f64,
}

impl Reading {
    fn new(sweep: &BottleneckSweep, seeds: &[usize], t: f64) -> Self {
        let root = (seeds.len() as f64).sqrt();
        let floor: Vec<f64> = seeds.iter().map(|&s| sweep.floor[s]).collect();
        let (floor_mean, floor_sd) = mean_and_sd(&floor);
        let means: Vec<f64> = sweep
            .errors
            .iter()
            .map(|row| seeds.iter().map(|&s| row[s]).sum::<f64>() / seeds.len() as f64)
            .collect();
        let mut curve = Vec::with_capacity(means.len());
        for (block, isotonic_error) in pooled_blocks(&means) {
            let rows = &sweep.errors[block.clone()];
            let of_seed = |s: usize| rows.iter().map(|row| row[s]).sum::<f64>() / rows.len() as f64;
            let excess: Vec<f64> = seeds.iter().map(|&s| of_seed(s) - sweep.floor[s]).collect();
            let (mean, sd) = mean_and_sd(&excess);
            curve.extend(block.map(|k| BottleneckPoint {
                units: sweep.units[k],
                mean_error: means[k],
                isotonic_error,
                excess_bound: mean + t * sd / root,
            }));
        }
        Self {
            curve,
            floor_mean,
            margin: MARGIN.max(floor_sd / root),
        }
    }

    /// The sufficient width.
    fn star(&self) -> Option<f64> {
        self.curve
            .iter()
            .find(|point| point.excess_bound < self.margin)
            .map(|point| point.units as f64)
    }

    /// Where the share `p` of the variance explained by the floor is explained.
    fn explaining(&self, p: f64) -> Option<f64> {
        let line = self
            .curve
            .iter()
            .map(|point| (point.units as f64, point.isotonic_error.min(1.0)));
        first_reached(
            [(0.0, 1.0)].into_iter().chain(line),
            1.0 - p * (1.0 - self.floor_mean),
        )
    }
}

/// The estimate with the 2.5 % and 97.5 % points of its resamples; a resample without a value lies
/// beyond all widths.
fn interval(
    estimate: Option<f64>,
    resampled: impl Iterator<Item = Option<f64>>,
) -> Option<InterpolatedUnits> {
    let units = estimate?;
    let mut values: Vec<f64> = resampled.map(|v| v.unwrap_or(f64::INFINITY)).collect();
    values.sort_unstable_by(f64::total_cmp);
    let quantile =
        |q: f64| values[((q * values.len() as f64).ceil() as usize).clamp(1, values.len()) - 1];
    let high = quantile(0.975).max(units);
    Some(InterpolatedUnits {
        units,
        ci_low: quantile(0.025).min(units),
        ci_high: high.is_finite().then_some(high),
    })
}
