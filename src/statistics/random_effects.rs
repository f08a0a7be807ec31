//! The mean of an effect over several animals, each of which was measured with an error of its own.

use super::student_t;

/// An effect as one study found it, such as one animal against its nulls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The effect.
    pub value: f64,
    /// Its squared standard error.
    pub variance: f64,
}

/// The mean effect over studies that may differ in their true effects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomEffects {
    /// The mean.
    pub mean: f64,
    /// Lower end of its 95 % interval.
    pub ci_low: f64,
    /// Upper end of its 95 % interval.
    pub ci_high: f64,
    /// Standard deviation of the true effects between studies, `tau`.
    pub between: f64,
    /// Two-sided p-value of a mean of zero.
    pub p_value: f64,
    /// Number of studies whose effect has the sign of the mean.
    pub same_sign: usize,
}

/// Pools effects over studies by random effects.
///
/// * `tau^2` is that of DerSimonian and Laird (1986, doi 10.1016/0197-2456(86)90046-2).
/// * The interval and p are those of Hartung and Knapp (2001, doi 10.1002/sim.791): Student's t
///   with `n - 1` degrees of freedom. Their variance is never taken to be below that of fixed
///   effects.
///
/// The studies are the units: with two animals the interval has one degree of freedom, however many
/// nulls each was compared with. The result is `None` for fewer than two effects, and if a value is
/// not finite or a variance is negative. O(n).
///
/// ```
/// use engraph::statistics::{Effect, random_effects};
/// let effect = |value| Effect { value, variance: 0.04 };
/// let pooled = random_effects(&[effect(1.0), effect(1.2), effect(1.1)]).unwrap();
/// assert!((pooled.mean - 1.1).abs() < 1e-12 && pooled.between == 0.0);
/// assert!(pooled.ci_low > 0.5 && pooled.same_sign == 3);
/// ```
#[must_use]
pub fn random_effects(effects: &[Effect]) -> Option<RandomEffects> {
    let n = effects.len();
    let is_usable = |e: &Effect| e.value.is_finite() && e.variance.is_finite() && e.variance >= 0.0;
    if n < 2 || !effects.iter().all(is_usable) {
        return None;
    }
    // Without errors of their own all studies weigh the same.
    let exact = effects.iter().any(|e| e.variance == 0.0);
    let variance = |e: &Effect| if exact { 1.0 } else { e.variance };
    let (fixed, total, heterogeneity) = weighted(effects, |e| 1.0 / variance(e));
    let squares: f64 = effects.iter().map(|e| variance(e).powi(-2)).sum();
    let freedom = (n - 1) as f64;
    let spread = total - squares / total;
    let excess = if spread > 0.0 {
        ((heterogeneity - freedom) / spread).max(0.0)
    } else {
        0.0
    };
    let (mean, total, scatter) = if exact {
        (fixed, total, heterogeneity)
    } else {
        weighted(effects, |e| 1.0 / (e.variance + excess))
    };
    let factor = scatter / freedom;
    let factor = if exact { factor } else { factor.max(1.0) };
    let error = (factor / total).sqrt();
    let half = student_t::quantile(0.975, freedom) * error;
    let p_value = if error > 0.0 {
        student_t::two_sided_p(mean / error, freedom)
    } else if mean == 0.0 {
        1.0
    } else {
        0.0
    };
    Some(RandomEffects {
        mean,
        ci_low: mean - half,
        ci_high: mean + half,
        between: if exact { factor.sqrt() } else { excess.sqrt() },
        p_value,
        same_sign: effects.iter().filter(|e| e.value * mean > 0.0).count(),
    })
}

/// The weighted mean, the sum of the weights, and the weighted sum of squares about the mean.
fn weighted(effects: &[Effect], weight: impl Fn(&Effect) -> f64) -> (f64, f64, f64) {
    let total: f64 = effects.iter().map(&weight).sum();
    let mean = effects.iter().map(|e| weight(e) * e.value).sum::<f64>() / total;
    let squares = effects.iter().map(|e| weight(e) * (e.value - mean).powi(2));
    (mean, total, squares.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(pairs: &[(f64, f64)]) -> Vec<Effect> {
        let effect = |&(value, variance)| Effect { value, variance };
        pairs.iter().map(effect).collect()
    }

    /// Values worked out by the formulas in Python with scipy's t distribution.
    #[test]
    fn agrees_with_an_independent_computation() {
        let pooled = random_effects(&effects(&[
            (0.1, 0.01),
            (0.3, 0.02),
            (0.8, 0.04),
            (-0.2, 0.03),
        ]));
        let pooled = pooled.unwrap();
        let expected = [
            0.234085202249447,
            -0.405683955978938,
            0.873854360477832,
            0.302135258263107,
            0.328432705201359,
        ];
        let found = [
            pooled.mean,
            pooled.ci_low,
            pooled.ci_high,
            pooled.between,
            pooled.p_value,
        ];
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{pooled:?}");
        }
        assert_eq!(pooled.same_sign, 3);
    }

    #[test]
    fn exact_effects_have_the_interval_of_their_mean() {
        let pooled = random_effects(&effects(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0)])).unwrap();
        let (mean, interval) = crate::statistics::mean_interval(&[1.0, 2.0, 3.0]).unwrap();
        let (low, high) = interval.unwrap();
        assert!((pooled.mean - mean).abs() < 1e-12);
        assert!((pooled.ci_low - low).abs() < 1e-9 && (pooled.ci_high - high).abs() < 1e-9);
        let none = random_effects(&effects(&[(0.0, 0.0), (0.0, 0.0)])).unwrap();
        assert_eq!((none.mean, none.p_value), (0.0, 1.0));
    }

    #[test]
    fn what_cannot_be_pooled_is_refused() {
        assert_eq!(random_effects(&effects(&[(1.0, 0.1)])), None);
        assert_eq!(
            random_effects(&effects(&[(1.0, 0.1), (f64::NAN, 0.1)])),
            None
        );
        assert_eq!(random_effects(&effects(&[(1.0, 0.1), (1.0, -0.1)])), None);
    }
}
