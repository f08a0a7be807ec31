//! A topology against a baseline, pair by pair.

use std::borrow::Cow;

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{mean_and_sd, student_t};
use crate::random::seeded;
use crate::text::Hinted;

/// Most pairs for which all sign flips are tried; above, a sample of them.
const EXACT_PAIRS: usize = 20;
/// Sign flips sampled above that.
const FLIPS: usize = 100_000;
/// Power at which a difference counts as detectable.
const POWER: f64 = 0.8;
/// Slack for flips whose sum equals the observed one but for rounding.
const SLACK: f64 = 1e-12;

/// Why a contrast cannot be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ContrastError {
    /// The two sides are not of the same length.
    #[error(
        "the contrast cannot be computed: \
         {topology} values of the topology face {baseline} of the baseline"
    )]
    Unpaired {
        /// Values of the topology.
        topology: usize,
        /// Values of the baseline.
        baseline: usize,
    },
    /// A single pair, or none.
    #[error("the contrast cannot be computed: {pairs} pairs have no spread")]
    TooFewPairs {
        /// Number of pairs that were given.
        pairs: usize,
    },
    /// A value is NaN or infinite.
    #[error(
        "the contrast cannot be computed: \
         pair {pair} (counted from 0) is {topology} and {baseline}"
    )]
    NotFinite {
        /// The first such pair, counted from 0.
        pair: usize,
        /// Its value of the topology.
        topology: f64,
        /// Its value of the baseline.
        baseline: f64,
    },
}

impl Hinted for ContrastError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match self {
            Self::Unpaired { .. } => "give both for the same seeds in the same order",
            Self::TooFewPairs { .. } => "run at least two seeds",
            Self::NotFinite { .. } => "leave out pairs without a value",
        };
        Some(hint.into())
    }
}

/// A paired comparison of two series of values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// Mean of `topology - baseline`.
    pub difference: f64,
    /// Lower end of the 95 % t interval of the mean difference.
    pub ci_low: f64,
    /// Upper end of it.
    pub ci_high: f64,
    /// Cohen's d of the paired differences, `mean / sd`; 0 when all are 0, absent when all are
    /// equal and not 0.
    pub effect_size: Option<f64>,
    /// Two-sided p-value of the sign-flip test.
    pub p_value: f64,
    /// Number of pairs that were compared.
    pub n_pairs: usize,
    /// Standard error of the mean difference.
    pub standard_error: f64,
    /// The difference that a two-sided t test at 5 % would find with a power of 80 %, given the
    /// spread of these pairs: `(t_0.975 + t_0.8) sd / sqrt n`. Smaller differences may exist and
    /// stay unseen.
    pub smallest_detectable: f64,
}

/// Compares the values of a topology with those of its baseline, paired by position (the same
/// training seed, or the same data).
///
/// * `difference = mean(topology - baseline)`, with `mean +- t_{0.975, n-1} sd / sqrt n`.
/// * `effect_size = mean / sd` of the differences (Cohen's d_z).
/// * `p_value`: under the null hypothesis that each difference is symmetric about zero, the share
///   of sign patterns whose `|sum|` reaches the observed one. All `2^n` patterns up to 20 pairs, so
///   `p >= 2^(1-n)`: five pairs never fall below .0625, six below .031. Above 20 pairs 100,000
///   patterns are drawn from [`seeded`]`(seed)` and `p = (1 + reached) / (1 + drawn)`; the seed is
///   otherwise unused.
///
/// Pairs must be independent: against many baselines (20 nulls), either contrast each null over the
/// seeds and correct by [`super::holm`], or average over the seeds of each null first; do not pool
/// seeds and nulls. Time `O(2^n)` up to 20 pairs (at most a million additions). Source of the test:
/// Fisher 1935; Pitman 1937.
///
/// # Errors
/// [`ContrastError`] when the lengths differ, for fewer than two pairs, and for a value that is not
/// finite.
///
/// ```
/// use engraph::statistics::contrast;
/// let (worm, null) = ([3.1, 2.9, 3.4, 3.0, 3.2, 2.8], [3.9, 3.6, 4.4, 3.7, 4.0, 3.5]);
/// let found = contrast(&worm, &null, 1)?;
/// assert!(found.ci_high < 0.0, "the worm needs fewer units");
/// assert_eq!(found.p_value, 2.0 / 64.0);
/// # Ok::<(), engraph::statistics::ContrastError>(())
/// ```
pub fn contrast(topology: &[f64], baseline: &[f64], seed: u64) -> Result<Contrast, ContrastError> {
    let n = topology.len();
    if baseline.len() != n {
        return Err(ContrastError::Unpaired {
            topology: n,
            baseline: baseline.len(),
        });
    }
    if n < 2 {
        return Err(ContrastError::TooFewPairs { pairs: n });
    }
    if let Some(at) = (0..n).find(|&i| !topology[i].is_finite() || !baseline[i].is_finite()) {
        return Err(ContrastError::NotFinite {
            pair: at,
            topology: topology[at],
            baseline: baseline[at],
        });
    }
    let differences: Vec<f64> = topology.iter().zip(baseline).map(|(a, b)| a - b).collect();
    let (mean, sd) = mean_and_sd(&differences);
    let (freedom, standard_error) = ((n - 1) as f64, sd / (n as f64).sqrt());
    let half_width = student_t::quantile(0.975, freedom) * standard_error;
    let effect_size = if sd > 0.0 {
        Some(mean / sd)
    } else {
        (mean == 0.0).then_some(0.0)
    };
    let p_value = if n <= EXACT_PAIRS {
        exact_sign_flip(&differences)
    } else {
        sampled_sign_flip(&differences, seed)
    };
    Ok(Contrast {
        difference: mean,
        ci_low: mean - half_width,
        ci_high: mean + half_width,
        effect_size,
        p_value,
        n_pairs: n,
        standard_error,
        smallest_detectable: half_width + student_t::quantile(POWER, freedom) * standard_error,
    })
}

/// The smallest `|sum|` that counts as reaching the observed one.
fn threshold(differences: &[f64]) -> f64 {
    let magnitude: f64 = differences.iter().map(|d| d.abs()).sum();
    differences.iter().sum::<f64>().abs() - SLACK * magnitude
}

fn exact_sign_flip(differences: &[f64]) -> f64 {
    let threshold = threshold(differences);
    // Sums over the two halves of the pairs, so that each pattern costs one addition.
    let (left, right) = differences.split_at(differences.len() / 2);
    let (left, right) = (signed_sums(left), signed_sums(right));
    let reached: usize = left
        .iter()
        .map(|l| {
            right
                .iter()
                .filter(|r| (l + **r).abs() >= threshold)
                .count()
        })
        .sum();
    reached as f64 / (left.len() * right.len()) as f64
}

/// The sums under all sign patterns.
fn signed_sums(values: &[f64]) -> Vec<f64> {
    values.iter().fold(vec![0.0], |sums, v| {
        sums.iter().flat_map(|s| [s + v, s - v]).collect()
    })
}

fn sampled_sign_flip(differences: &[f64], seed: u64) -> f64 {
    let threshold = threshold(differences);
    let mut rng = seeded(seed);
    let mut reaches = || {
        let mut sum = 0.0;
        for chunk in differences.chunks(64) {
            let signs = rng.next_u64();
            for (bit, difference) in chunk.iter().enumerate() {
                sum += if signs >> bit & 1 == 0 {
                    *difference
                } else {
                    -difference
                };
            }
        }
        sum.abs() >= threshold
    };
    let reached = (0..FLIPS).filter(|_| reaches()).count();
    (1 + reached) as f64 / (1 + FLIPS) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // scipy 1.17: ttest_rel of these has t = 3.1622776..., mean 2, sd sqrt 2, CI 2 -+ 2.776445
        // * 0.6324555.
        let found = contrast(&[2.0, 3.0, 4.0, 2.0, 4.0], &[1.0, 1.0, 1.0, 1.0, 1.0], 0).unwrap();
        assert!((found.difference - 2.0).abs() < 1e-15);
        let half = 2.776_445_105_197_8 / 5.0_f64.sqrt();
        assert!(
            (found.ci_high - 2.0 - half).abs() < 1e-12 && (found.ci_low - 2.0 + half).abs() < 1e-12
        );
        // scipy 1.17: t.ppf(.975, 4) + t.ppf(.8, 4) = 3.717410...
        let detectable = 3.717_409_682_433 / 5.0_f64.sqrt();
        assert!(
            (found.smallest_detectable - detectable).abs() < 1e-9,
            "{found:?}"
        );
        assert!((found.effect_size.unwrap() - 2.0).abs() < 1e-12);
        assert_eq!((found.p_value, found.n_pairs), (2.0 / 32.0, 5));
    }

    #[test]
    fn the_exact_test_by_hand() {
        // |1 + 2 - 4| = 1 is reached by every pattern; the largest sum by two of eight.
        assert_eq!(exact_sign_flip(&[1.0, 2.0, -4.0]), 1.0);
        assert_eq!(exact_sign_flip(&[1.0, 2.0, 4.0]), 0.25);
        assert_eq!(exact_sign_flip(&[0.1, 0.1, 0.1, -0.1]), 10.0 / 16.0);
    }

    #[test]
    fn sampling_agrees_with_the_exact_test() {
        let differences: Vec<f64> = (0..16).map(|i| f64::from((i * 7) % 16) - 5.5).collect();
        let (exact, sampled) = (
            exact_sign_flip(&differences),
            sampled_sign_flip(&differences, 3),
        );
        assert!(exact > 0.01 && exact < 0.5);
        assert!((exact - sampled).abs() < 4.0 * (exact * (1.0 - exact) / FLIPS as f64).sqrt());
        assert_eq!(sampled, sampled_sign_flip(&differences, 3));
    }

    #[test]
    fn equal_differences_and_swapped_sides() {
        let none = contrast(&[1.0; 6], &[1.0; 6], 0).unwrap();
        assert_eq!(
            (none.effect_size, none.p_value, none.ci_low, none.ci_high),
            (Some(0.0), 1.0, 0.0, 0.0)
        );
        let same = contrast(&[3.0; 6], &[1.0; 6], 0).unwrap();
        assert_eq!(
            (same.effect_size, same.difference, same.ci_high),
            (None, 2.0, 2.0)
        );
        let (a, b) = ([0.3, 0.9, 0.4, 0.8], [0.1, 0.5, 0.6, 0.2]);
        let (there, back) = (contrast(&a, &b, 0).unwrap(), contrast(&b, &a, 0).unwrap());
        assert_eq!(
            (there.difference, there.p_value),
            (-back.difference, back.p_value)
        );
    }

    #[test]
    fn bad_pairs_are_named() {
        assert_eq!(
            contrast(&[1.0], &[1.0], 0),
            Err(ContrastError::TooFewPairs { pairs: 1 })
        );
        let error = contrast(&[1.0, 2.0], &[1.0], 0).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("2 values of the topology face 1")
        );
        assert_eq!(
            error.hint().as_deref(),
            Some("give both for the same seeds in the same order")
        );
        let error = contrast(&[1.0, f64::NAN], &[1.0, 2.0], 0).unwrap_err();
        assert!(error.to_string().contains("pair 1"));
    }
}
