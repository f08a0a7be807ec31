//! GRIDE: the dimension from the ratio of the distances to two neighbours, at a scale of one's
//! choice.

use super::Estimator;
use super::method::{Family, Method, Reads, Sampling, Values};
use crate::statistics::quantile;
use crate::statistics::root;

/// Ratios above `median + 20 (q95 - median)` come from points that overlap.
const OUTLIER: f64 = 20.0;

/// [`Estimator::Gride`] whose farther neighbour is this one.
pub(super) fn method(far: u16) -> Method {
    Method {
        reads: Reads::Distances {
            neighbours: usize::from(far),
            value: |distances, far| {
                let near = far / 2;
                gride(&distances.log_ratios(near, far), near, far)
            },
        },
        values: Values::Reals { least: 0.0 },
        sampling: Sampling::RECOMPUTED,
        tabled_points: None,
        family: Some(Family {
            member: Estimator::Gride,
            accepts: |far| far >= 2 && far.is_multiple_of(2),
            reported: &[2, 4, 8, 16, 32, 64, 128, 256],
        }),
        citation: Some("denti2022"),
    }
}

/// The dimension from `x = ln(r_n2 / r_n1)` of every point.
///
/// Where density is constant within `r_n2`, `mu = e^x` has density `d (mu^d - 1)^(n2 - n1 - 1) /
/// (B(n2 - n1, n1) mu^((n2 - 1) d + 1))`, so the likelihood has its only maximum where
///
/// ```text
/// (N - 1) / d + (n2 - n1 - 1) sum x / (1 - e^(-d x)) = (n2 - 1) sum x
/// ```
///
/// (`N - 1` in place of `N` removes the bias at `n1 = 1`, where this is TwoNN without setting
/// ratios aside). Equals scikit-dimension's `GRIDE(n1, n2)`, whose conventions these are: ratios of
/// 1 are left out, and those above `median + 20 (q95 - median)`. Time `O(N)` per step of the root
/// finder. Source: Denti, Doimo, Laio & Mira 2022, doi 10.1038/s41598-022-20991-1.
///
/// `None` below two ratios above 1.
pub(super) fn gride(log_ratios: &[f64], near: usize, far: usize) -> Option<f64> {
    let mut x: Vec<f64> = log_ratios.iter().copied().filter(|x| *x > 0.0).collect();
    x.sort_unstable_by(f64::total_cmp);
    let ratios: Vec<f64> = x.iter().map(|x| x.exp()).collect();
    let (median, high) = (quantile(&ratios, 0.5)?, quantile(&ratios, 0.95)?);
    x.truncate(ratios.partition_point(|ratio| *ratio < OUTLIER * (high - median) + median));
    if x.len() < 2 {
        return None;
    }
    let (n, between) = (x.len() as f64, (far - near - 1) as f64);
    Some(likelihood_root(&x, n - 1.0, between, (far - 1) as f64))
}

/// The `d` at which `n / d + a sum x / (1 - e^(-d x)) = b sum x`, for some `x` above zero and `b >
/// a`.
///
/// Such a likelihood has its maximum there, and no other.
pub(super) fn likelihood_root(x: &[f64], n: f64, a: f64, b: f64) -> f64 {
    let total = b * x.iter().sum::<f64>();
    let score = |d: f64| n / d + a * x.iter().map(|x| x / -(-d * x).exp_m1()).sum::<f64>() - total;
    // The score falls from infinity to below zero.
    let (mut low, mut high) = (0.0, 1.0);
    while score(high) > 0.0 {
        (low, high) = (high, 2.0 * high);
    }
    root(score, low, high)
}
