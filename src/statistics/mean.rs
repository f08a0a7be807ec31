//! The mean of a few values and its interval.

use super::student_t;

/// Mean of values over seeds with its 95 % interval (Student's t). The interval is `None` for a
/// single value, everything for none.
///
/// ```
/// let (mean, interval) = engraph::statistics::mean_interval(&[1.0, 2.0, 3.0]).unwrap();
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

/// Mean and standard deviation (divisor `n - 1`); the deviation of equal values is exactly zero.
pub fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    if values.iter().all(|v| *v == values[0]) {
        return (values[0], 0.0);
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_no_interval() {
        assert!(mean_interval(&[]).is_none());
        assert_eq!(mean_interval(&[3.0]), Some((3.0, None)));
    }
}
