//! Rank correlation with its interval and a permutation test.

use rand::seq::SliceRandom;
use std::collections::BTreeMap;

use super::correlation::correlation;
use super::mean::mean_and_sd;
use crate::random::seeded;

/// Fewest pairs of which a rank correlation is told.
pub const FEWEST_PAIRS: usize = 5;
/// Number of permutations that the test draws.
const PERMUTATIONS: usize = 10_000;
/// Slack for permutations that reach the observed value but for rounding.
const SLACK: f64 = 1e-12;
/// Standard normal quantile of 97.5 %.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// Spearman's rank correlation, with its interval and its p-value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankCorrelation {
    /// Pearson's correlation of the ranks, tied values at their mean rank.
    pub rho: f64,
    /// Lower end of its 95 % interval.
    pub ci_low: f64,
    /// Upper end of it.
    pub ci_high: f64,
    /// Two-sided p of the permutation test.
    pub p_value: f64,
}

/// Spearman's rank correlation of paired values.
///
/// * Interval: `tanh(atanh rho -+ 1.96 s)`, `s^2 = (1 + rho^2 / 2) / (n - 3)` (Bonett & Wright
///   2000, doi 10.1007/BF02294183).
/// * `p_value = (1 + reached) / (1 + 10,000)`, `reached` the random pairings, from
///   [`seeded`]`(seed)`, with at least this `|rho|`.
///
/// `None` for fewer than [`FEWEST_PAIRS`] pairs, or if one side is constant. Time `O(10,000 n)`.
///
/// ```
/// let (x, y) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 8.0, 27.0, 64.0, 125.0, 300.0]);
/// let found = engraph::statistics::rank_correlation(&x, &y, 1).unwrap();
/// assert_eq!(found.rho, 1.0);
/// assert!(found.p_value < 0.01);
/// ```
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn rank_correlation(x: &[f64], y: &[f64], seed: u64) -> Option<RankCorrelation> {
    assert_eq!(x.len(), y.len(), "values are paired");
    if x.len() < FEWEST_PAIRS {
        return None;
    }
    let (x, mut y) = (ranks(x), ranks(y));
    // Ranks are halves of whole numbers, but means and norms round.
    let rho = correlation(&x, &y)?.clamp(-1.0, 1.0);
    let mut random = seeded(seed);
    let (free, shuffle) = (x.len(), |y: &mut Vec<f64>| y.shuffle(&mut random));
    Some(tested(rho, &x, &mut y, free, shuffle))
}

/// The correlation `rho` of ranks with its interval and the test by permutations, each of which
/// `shuffle` makes of the one before. `free` is the number of pairs, less what was estimated from
/// them.
fn tested(
    rho: f64,
    x: &[f64],
    y: &mut Vec<f64>,
    free: usize,
    mut shuffle: impl FnMut(&mut Vec<f64>),
) -> RankCorrelation {
    let deviation = ((1.0 + rho * rho / 2.0) / (free - 3) as f64).sqrt();
    let end = |side: f64| (rho.atanh() + side * NORMAL_975 * deviation).tanh();
    let mut reaches = || {
        shuffle(y);
        correlation(x, y).is_some_and(|other| other.abs() >= rho.abs() - SLACK)
    };
    let reached = (0..PERMUTATIONS).filter(|_| reaches()).count();
    RankCorrelation {
        rho,
        ci_low: end(-1.0),
        ci_high: end(1.0),
        p_value: (1 + reached) as f64 / (1 + PERMUTATIONS) as f64,
    }
}

/// Rank correlation of paired values within groups, such as an animal and its nulls.
///
/// Each value is taken as its deviation from the mean of its group, and the deviations are ranked
/// over all groups. The permutation test exchanges values within groups only, so that differences
/// between groups play no part. Groups of one value say nothing and are left out. The interval is
/// that of [`rank_correlation`] with one degree of freedom less for every further group.
///
/// `None` if fewer than [`FEWEST_PAIRS`] degrees of freedom are left, or if one side is constant
/// within all groups. Time `O(10,000 n)`.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn rank_correlation_within(
    x: &[f64],
    y: &[f64],
    groups: &[usize],
    seed: u64,
) -> Option<RankCorrelation> {
    assert!(
        x.len() == y.len() && x.len() == groups.len(),
        "values are paired"
    );
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, &group) in groups.iter().enumerate() {
        members.entry(group).or_default().push(at);
    }
    members.retain(|_, members| members.len() > 1);
    let places: Vec<usize> = members.values().flatten().copied().collect();
    let free = places.len().saturating_sub(members.len().saturating_sub(1));
    if free < FEWEST_PAIRS {
        return None;
    }
    // The values lie group by group from here on.
    let sizes: Vec<usize> = members.values().map(Vec::len).collect();
    let deviations = |values: &[f64]| {
        let of_group = |members: &Vec<usize>| {
            let own: Vec<f64> = members.iter().map(|&at| values[at]).collect();
            let (mean, sd) = mean_and_sd(&own);
            let deviation = move |value: f64| if sd == 0.0 { 0.0 } else { value - mean };
            own.into_iter().map(deviation).collect::<Vec<_>>()
        };
        members.values().flat_map(of_group).collect::<Vec<f64>>()
    };
    let (x, mut y) = (ranks(&deviations(x)), ranks(&deviations(y)));
    let rho = correlation(&x, &y)?.clamp(-1.0, 1.0);
    let mut random = seeded(seed);
    let shuffled = |y: &mut Vec<f64>| {
        let mut rest = y.as_mut_slice();
        for &size in &sizes {
            let (group, others) = rest.split_at_mut(size);
            group.shuffle(&mut random);
            rest = others;
        }
    };
    Some(tested(rho, &x, &mut y, free, shuffled))
}

/// Ranks from 1, tied values at their mean rank.
pub(crate) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let mean = before as f64 + (tied.len() + 1) as f64 / 2.0;
        tied.iter().for_each(|&at| ranks[at] = mean);
        before += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    const RHO: f64 = 0.684_873_949_579_831_9;
    const P: f64 = 0.046_737_213_403_880_07;
    const X: [f64; 9] = [2.1, 0.3, 5.5, 5.5, -1.0, 3.3, 8.0, 7.2, 0.9];
    const Y: [f64; 9] = [1.0, 0.2, 2.0, 1.5, 1.5, 0.1, 6.0, 2.2, 0.7];

    /// scipy 1.17: `spearmanr(X, Y).statistic`; its p by `permutation_test` with all 9! pairings.
    #[test]
    fn agrees_with_scipy() {
        let found = rank_correlation(&X, &Y, 3).unwrap();
        assert!((found.rho - RHO).abs() < 1e-12, "{found:?}");
        let error = (P * (1.0 - P) / PERMUTATIONS as f64).sqrt();
        assert!((found.p_value - P).abs() < 4.0 * error, "{found:?}");
        let half = NORMAL_975 * ((1.0 + RHO * RHO / 2.0) / 6.0_f64).sqrt();
        assert!((found.ci_low.atanh() - (RHO.atanh() - half)).abs() < 1e-12);
        assert_eq!(found, rank_correlation(&X, &Y, 3).unwrap());
    }

    /// An animal and its nulls differ from another animal and its nulls. Pooled over all, that
    /// looks like a relation; within animals there is none.
    #[test]
    fn differences_between_groups_are_no_relation_within_them() {
        let groups: Vec<usize> = (0..40).map(|i| i / 10).collect();
        let x: Vec<f64> = (0..40).map(|i| f64::from(i / 10) * 100.0).collect();
        let mut random = seeded(5);
        let mut noise = || -> Vec<f64> { (0..40).map(|_| 10.0 * random.random::<f64>()).collect() };
        let (first, second) = (noise(), noise());
        let moved =
            |noise: &[f64]| -> Vec<f64> { x.iter().zip(noise).map(|(x, n)| x + n).collect() };
        let (a, b) = (moved(&first), moved(&second));
        assert!(rank_correlation(&a, &b, 1).unwrap().rho > 0.9);
        assert!(rank_correlation_within(&a, &b, &groups, 1).unwrap().p_value > 0.05);
        // What is equal within every group has no relation within them.
        assert_eq!(rank_correlation_within(&a, &x, &groups, 1), None);
        // A relation within groups is found although the groups run against it.
        let against: Vec<f64> = x.iter().zip(&first).map(|(x, n)| n - x).collect();
        let found = rank_correlation_within(&a, &against, &groups, 1).unwrap();
        assert!(found.rho > 0.99 && found.p_value < 0.001);
        // Nothing is left of groups of one.
        let alone: Vec<usize> = (0..40).collect();
        assert_eq!(rank_correlation_within(&a, &b, &alone, 1), None);
    }

    #[test]
    fn what_has_no_order_has_no_correlation() {
        assert_eq!(rank_correlation(&X[..4], &Y[..4], 1), None);
        assert_eq!(rank_correlation(&X, &[1.0; 9], 1), None);
        let back: Vec<f64> = X.iter().map(|x| -x.powi(3)).collect();
        assert_eq!(rank_correlation(&X, &back, 1).unwrap().rho, -1.0);
    }
}
