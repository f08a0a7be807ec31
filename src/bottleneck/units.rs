//! How many units one seed needs, interpolated.

use crate::statistics::{first_reached, non_increasing};

/// The interpolated number of bottleneck units at which one seed explains `share` of the variance
/// that it explains without a bottleneck: on the non-increasing curve through `(0, 1)` and `(units,
/// errors)`. `None` where it never does.
///
/// ```
/// use engraph::bottleneck::units_explaining;
/// // One unit explains half of the variance, two explain all of it.
/// assert_eq!(units_explaining(&[1, 2], &[0.5, 0.0], 0.0, 0.75), Some(1.5));
/// ```
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
    }
}
