//! Where a falling function meets zero.

/// Relative accuracy to which a root is found.
const ACCURACY: f64 = 1e-13;

/// Where `falling`, above zero before and below zero behind some place between `low` and `high`,
/// changes its sign; by bisection.
pub(crate) fn root(falling: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    while high - low > ACCURACY * high {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if falling(middle) > 0.0 {
            low = middle
        } else {
            high = middle
        }
    }
    0.5 * (low + high)
}
