//! Correction for several comparisons.

/// Holm's step-down adjusted p-values, in the order given.
///
/// With `p_(1) <= ... <= p_(m)`: `adjusted_(i) = max_{j <= i} min(1, (m - j + 1) p_(j))`. Rejecting
/// where `adjusted <= alpha` keeps the chance of any false rejection at `alpha`, whatever the
/// dependence. A NaN (a comparison that could not be made) stays NaN and is not counted in `m`.
/// `O(m log m)`. Source: Holm 1979, Scand. J. Statist. 6:65.
///
/// ```
/// let adjusted = engraph::statistics::holm(&[0.01, 0.2]);
/// assert_eq!(adjusted, [0.02, 0.2]);
/// ```
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len())
        .filter(|&i| !p_values[i].is_nan())
        .collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &i) in order.iter().enumerate() {
        largest = largest.max(((order.len() - rank) as f64 * p_values[i]).min(1.0));
        adjusted[i] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_r() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") = 0.03 0.06 0.06 0.02
        let found = holm(&[0.01, 0.04, 0.03, 0.005]);
        assert!(
            found
                .iter()
                .zip([0.03, 0.06, 0.06, 0.02])
                .all(|(a, b)| (a - b).abs() < 1e-15)
        );
    }

    #[test]
    fn bounds_and_gaps() {
        assert!(holm(&[]).is_empty());
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        let with_gap = holm(&[0.01, f64::NAN, 0.5]);
        assert_eq!(with_gap[0], 0.02);
        assert!(with_gap[1].is_nan());
        assert_eq!(with_gap[2], 0.5);
    }
}
