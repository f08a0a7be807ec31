//! TwoNN: the dimension from the ratio of the distances to the first two neighbours.
//!
//! Where density is constant on the scale of the second neighbour, `mu = r2/r1` follows a Pareto
//! law, `P(mu <= x) = 1 - x^(-d)`, whatever the density; so `ln mu` is exponential with rate `d`.
//! Source: Facco, d'Errico, Rodriguez, Laio 2017, doi 10.1038/s41598-017-11873-y. Both forms below
//! are those of scikit-dimension 0.5 and use the same ratios: the largest 10 % (boundary points,
//! isolated points) are set aside.

use super::method::{MIN_RATIOS, Method, Reads, Sampling, Values};
use super::neighbours::NeighbourDistances;

/// The fraction of largest ratios set aside.
const DISCARD_FRACTION: f64 = 0.1;

/// [`Estimator::TwoNn`](super::Estimator::TwoNn).
pub(super) const MAXIMUM_LIKELIHOOD: Method = Method {
    reads: Reads::Distances {
        neighbours: 2,
        value: of_maximum_likelihood,
    },
    values: Values::Reals { least: 0.0 },
    sampling: Sampling::WithinLists {
        neighbours: 2,
        value: of_maximum_likelihood,
    },
    tabled_points: None,
    family: None,
    citation: Some("facco2017"),
};

/// [`Estimator::TwoNnFit`](super::Estimator::TwoNnFit).
pub(super) const LINEAR_FIT: Method = Method {
    reads: Reads::Distances {
        neighbours: 2,
        value: of_linear_fit,
    },
    values: Values::Reals { least: 0.0 },
    sampling: Sampling::WithinLists {
        neighbours: 2,
        value: of_linear_fit,
    },
    tabled_points: None,
    family: None,
    citation: Some("facco2017"),
};

fn of_maximum_likelihood(distances: &NeighbourDistances, _: usize) -> Option<f64> {
    maximum_likelihood(&mut distances.log_ratios(1, 2))
}

fn of_linear_fit(distances: &NeighbourDistances, _: usize) -> Option<f64> {
    linear_fit(&mut distances.log_ratios(1, 2))
}

/// Maximum likelihood: `(k - 1) / (sum_{i<=k} x_i + (n - k) x_k)` with `x` the sorted `ln mu`, `k =
/// floor(0.9 n)`.
///
/// The set-aside ratios count as censored at `x_k` (type II), not as absent; `k - 1` in place of
/// `k` removes the bias. Equals scikit-dimension's `TwoNN(method="mle")`. Sorts `log_ratios`.
/// `None` below three ratios or when all kept ratios are 1.
fn maximum_likelihood(log_ratios: &mut [f64]) -> Option<f64> {
    let kept = sort_and_keep(log_ratios)?;
    let total = log_ratios.len();
    let rate_inverse =
        log_ratios[..kept].iter().sum::<f64>() + (total - kept) as f64 * log_ratios[kept - 1];
    (rate_inverse > 0.0).then(|| (kept - 1) as f64 / rate_inverse)
}

/// Linear fit: slope through the origin of `-ln(1 - i/n)` on the i-th smallest `ln mu`, `i =
/// 1..floor(0.9 n)`.
///
/// The form of the paper; equals scikit-dimension's `TwoNN()`. Sorts `log_ratios`. `None` as in
/// [`maximum_likelihood`].
fn linear_fit(log_ratios: &mut [f64]) -> Option<f64> {
    let kept = sort_and_keep(log_ratios)?;
    let total = log_ratios.len() as f64;
    let (mut products, mut squares) = (0.0, 0.0);
    for (i, x) in log_ratios[..kept].iter().enumerate() {
        products -= x * (1.0 - (i + 1) as f64 / total).ln();
        squares += x * x;
    }
    (squares > 0.0).then(|| products / squares)
}

fn sort_and_keep(log_ratios: &mut [f64]) -> Option<usize> {
    log_ratios.sort_unstable_by(f64::total_cmp);
    let kept = (log_ratios.len() as f64 * (1.0 - DISCARD_FRACTION)) as usize;
    (log_ratios.len() >= MIN_RATIOS).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exact quantiles of the law of `ln mu`.
    fn quantiles(n: usize, dimension: f64) -> Vec<f64> {
        (1..=n)
            .map(|i| -(1.0 - i as f64 / (n as f64 + 1e-9)).ln() / dimension)
            .collect()
    }

    #[test]
    fn the_fit_is_exact_on_exact_quantiles() {
        assert!((linear_fit(&mut quantiles(1000, 7.0)).unwrap() - 7.0).abs() < 1e-6);
        assert!((maximum_likelihood(&mut quantiles(1000, 7.0)).unwrap() - 7.0).abs() < 0.05);
    }

    #[test]
    fn by_hand() {
        // n = 10, nine kept: sum 0.1..0.9 = 4.5, one censored at 0.9.
        let mut x: Vec<f64> = (1..=10).rev().map(|i| f64::from(i) / 10.0).collect();
        assert!((maximum_likelihood(&mut x).unwrap() - 8.0 / 5.4).abs() < 1e-12);
    }

    #[test]
    fn undefined_cases() {
        assert_eq!(maximum_likelihood(&mut [0.1, 0.2]), None);
        assert_eq!(maximum_likelihood(&mut [0.0; 20]), None);
        assert_eq!(linear_fit(&mut [0.0; 20]), None);
    }
}
