//! Rank correlation with its interval and a permutation test.

use rand::seq::SliceRandom;

use super::correlation::correlation;
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
    let deviation = ((1.0 + rho * rho / 2.0) / (x.len() - 3) as f64).sqrt();
    let end = |side: f64| (rho.atanh() + side * NORMAL_975 * deviation).tanh();
    let mut random = seeded(seed);
    let mut reaches = || {
        y.shuffle(&mut random);
        correlation(&x, &y).is_some_and(|other| other.abs() >= rho.abs() - SLACK)
    };
    let reached = (0..PERMUTATIONS).filter(|_| reaches()).count();
    let p_value = (1 + reached) as f64 / (1 + PERMUTATIONS) as f64;
    Some(RankCorrelation {
        rho,
        ci_low: end(-1.0),
        ci_high: end(1.0),
        p_value,
    })
}

/// Ranks from 1, tied values at their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
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

    #[test]
    fn what_has_no_order_has_no_correlation() {
        assert_eq!(rank_correlation(&X[..4], &Y[..4], 1), None);
        assert_eq!(rank_correlation(&X, &[1.0; 9], 1), None);
        let back: Vec<f64> = X.iter().map(|x| -x.powi(3)).collect();
        assert_eq!(rank_correlation(&X, &back, 1).unwrap().rho, -1.0);
    }
}
