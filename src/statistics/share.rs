//! A share of a few trials and its interval.

use super::root::root;
use super::student_t::incomplete_beta;

/// The exact 95 % interval of a share, `successes` of `trials` (Clopper and Pearson 1934): the
/// shares under which as few, or as many, successes have a probability of at least 2.5 %.
///
/// # Panics
/// If there are more successes than trials, or no trial.
///
/// ```
/// let (low, high) = engraph::statistics::share_interval(0, 20);
/// assert_eq!(low, 0.0);
/// assert!((high - 0.1684).abs() < 1e-4);
/// ```
#[must_use]
pub fn share_interval(successes: usize, trials: usize) -> (f64, f64) {
    assert!(successes <= trials && trials > 0);
    let below = |successes: usize| {
        let (a, b) = (successes as f64, (trials - successes + 1) as f64);
        move |share: f64| incomplete_beta(a, b, share, 1.0 - share)
    };
    let low = match successes {
        0 => 0.0,
        some => {
            let at_least = below(some);
            root(|share| 0.025 - at_least(share), 0.0, 1.0)
        }
    };
    let high = match successes {
        all if all == trials => 1.0,
        some => {
            let more = below(some + 1);
            root(|share| 0.975 - more(share), 0.0, 1.0)
        }
    };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy 1.17: `binomtest(k, n).proportion_ci(method="exact")`.
    #[test]
    fn as_scipy() {
        for (successes, trials, low, high) in [
            (0, 20, 0.0, 0.168_433_470_983_085_48),
            (1, 1, 0.025, 1.0),
            (3, 40, 0.015_742_179_851_041_527, 0.203_864_748_732_898_98),
            (20, 40, 0.338_017_813_737_234_6, 0.661_982_186_262_765_4),
            (39, 40, 0.868_414_141_517_234_3, 0.999_367_255_067_909_8),
            (1000, 1000, 0.996_317_916_103_360_8, 1.0),
        ] {
            let found = share_interval(successes, trials);
            assert!(
                (found.0 - low).abs() < 1e-12,
                "{successes} {trials} {found:?}"
            );
            assert!(
                (found.1 - high).abs() < 1e-12,
                "{successes} {trials} {found:?}"
            );
        }
    }
}
