//! Numbers of single seeds, and their mean over seeds.

use super::contrast::mean_and_sd;
use super::isotonic::{first_reached, non_increasing};
use super::student_t;

/// Mean of values over seeds with its 95 % interval (Student's t). The interval is `None` for a
/// single value, everything for none.
///
/// ```
/// let (mean, interval) = engraph::latent::mean_interval(&[1.0, 2.0, 3.0]).unwrap();
/// let (low, high) = interval.unwrap();
/// assert_eq!(mean, 2.0);
/// assert!((high - 4.484).abs() < 1e-3 && (low + 0.484).abs() < 1e-3);
/// ```
#[must_use]
pub fn mean_interval(values: &[f64]) -> Option<(f64, Option<(f64, f64)>)> {
    match values {
        [] => None,
        [one] => Some((*one, None)),
        _ => {
            let (mean, sd) = mean_and_sd(values);
            let n = values.len() as f64;
            let half = student_t::quantile(0.975, n - 1.0) * sd / n.sqrt();
            Some((mean, Some((mean - half, mean + half))))
        }
    }
}

/// The interpolated number of bottleneck units at which one seed explains `share` of the variance
/// that it explains without a bottleneck: on the non-increasing curve through `(0, 1)` and `(units,
/// errors)`. `None` where it never does.
#[must_use]
pub fn units_explaining(units: &[usize], errors: &[f64], floor: f64, share: f64) -> Option<f64> {
    let curve = units
        .iter()
        .map(|&k| k as f64)
        .zip(non_increasing(errors).into_iter().map(|e| e.min(1.0)));
    first_reached(
        [(0.0, 1.0)].into_iter().chain(curve),
        1.0 - share * (1.0 - floor),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_interpolated() {
        assert_eq!(units_explaining(&[1, 2], &[0.5, 0.0], 0.0, 0.5), Some(1.0));
        assert_eq!(units_explaining(&[1, 2], &[0.5, 0.0], 0.0, 0.75), Some(1.5));
        assert_eq!(units_explaining(&[1, 2], &[0.9, 0.8], 0.0, 0.5), None);
        assert!(mean_interval(&[]).is_none());
        assert_eq!(mean_interval(&[3.0]), Some((3.0, None)));
    }
}
