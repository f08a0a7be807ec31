//! A number beside those of nulls.

/// What the numbers of nulls say about an observed one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Significance {
    /// Mean over the nulls.
    pub mean: f64,
    /// Standard deviation over the nulls.
    pub sd: f64,
    /// (observed - mean) / sd.
    pub z: f64,
    /// observed / mean.
    pub fold: f64,
    /// (1 + nulls with at least the observed count) / (1 + nulls).
    pub p_greater: f64,
    /// (1 + nulls with at most the observed count) / (1 + nulls).
    pub p_less: f64,
    /// Sampling error of `z`: its standard error over the finite number of nulls.
    pub z_error: f64,
    /// Sampling error of `fold`.
    pub fold_error: f64,
}

impl Significance {
    /// Compares an observed count with those of at least one null. Values that the nulls do not
    /// determine are not finite.
    ///
    /// Null distributions of motif counts are skewed, so the empirical p belong beside z. The
    /// sampling errors are jackknife estimates (leave one null out; Efron and Stein 1981, doi
    /// 10.1214/aos/1176345462). O(n).
    ///
    /// ```
    /// use engraph::statistics::Significance;
    /// let s = Significance::of(9.0, &[2.0, 4.0, 3.0]);
    /// assert_eq!(
    ///     (s.mean, s.sd, s.z, s.fold, s.p_greater, s.p_less),
    ///     (3.0, 1.0, 6.0, 3.0, 0.25, 1.0)
    /// );
    /// ```
    #[must_use]
    pub fn of(observed: f64, nulls: &[f64]) -> Self {
        let n = nulls.len() as f64;
        let mean = nulls.iter().sum::<f64>() / n;
        let squares: f64 = nulls.iter().map(|x| (x - mean).powi(2)).sum();
        let sd = (squares / (n - 1.0)).sqrt();
        let tail = |beyond: &dyn Fn(f64) -> bool| {
            (1 + nulls.iter().filter(|&&x| beyond(x)).count()) as f64 / (1.0 + n)
        };
        // Without the null x the mean moves by (mean - x) / (n - 1), the sum of squares by (x -
        // mean)^2 n / (n - 1).
        let without = |x: f64| {
            let mean_without = mean + (mean - x) / (n - 1.0);
            let squares_without = (squares - (x - mean).powi(2) * n / (n - 1.0)).max(0.0);
            (mean_without, (squares_without / (n - 2.0)).sqrt())
        };
        let jackknife = |statistic: &dyn Fn(f64, f64) -> f64| {
            let values: Vec<f64> = nulls
                .iter()
                .map(|&x| without(x))
                .map(|(mean, sd)| statistic(mean, sd))
                .collect();
            let centre = values.iter().sum::<f64>() / n;
            ((n - 1.0) / n * values.iter().map(|v| (v - centre).powi(2)).sum::<f64>()).sqrt()
        };
        Self {
            mean,
            sd,
            z: (observed - mean) / sd,
            fold: observed / mean,
            p_greater: tail(&|x| x >= observed),
            p_less: tail(&|x| x <= observed),
            z_error: jackknife(&|mean, sd| (observed - mean) / sd),
            fold_error: jackknife(&|mean, _| observed / mean),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand_distr::{Distribution, Gamma};

    /// Both sampling errors against their spread over repeated experiments with skewed nulls.
    #[test]
    fn sampling_errors_are_those_of_repeated_experiments() {
        let gamma = Gamma::new(4.0, 25.0).unwrap();
        let mut random = stream(1, &["significance"]);
        let repeats: Vec<Significance> = (0..2000)
            .map(|_| {
                let nulls: Vec<f64> = (0..100).map(|_| gamma.sample(&mut random)).collect();
                Significance::of(600.0, &nulls)
            })
            .collect();
        for (value, error) in [
            (
                (|s| s.z) as fn(&Significance) -> f64,
                (|s| s.z_error) as fn(&Significance) -> f64,
            ),
            (|s| s.fold, |s| s.fold_error),
        ] {
            let n = repeats.len() as f64;
            let mean = repeats.iter().map(value).sum::<f64>() / n;
            let spread = (repeats
                .iter()
                .map(|s| (value(s) - mean).powi(2))
                .sum::<f64>()
                / (n - 1.0))
                .sqrt();
            let claimed = repeats.iter().map(error).sum::<f64>() / n;
            assert!(
                (claimed / spread - 1.0).abs() < 0.15,
                "{claimed} for {spread}"
            );
        }
    }

    #[test]
    fn one_null_determines_no_spread() {
        let s = Significance::of(5.0, &[0.0]);
        assert!(s.sd.is_nan() && !s.fold.is_finite() && s.z_error.is_nan());
        assert_eq!((s.p_greater, s.p_less), (0.5, 1.0));
    }
}
