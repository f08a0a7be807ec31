//! What a weight counts for where connectomes of several units meet.

use crate::portable::ln_1p;

/// Weights of this unit span five orders of magnitude: their logarithm is used.
const VOLUME_UNIT: &str = "nm3";

/// What a synapse of this weight counts for in a network: the weight itself, but `ln(1 + weight)`
/// of a volume in `nm3`.
#[must_use]
pub fn strength(unit: &str, weight: f64) -> f64 {
    if unit == VOLUME_UNIT {
        ln_1p(weight)
    } else {
        weight
    }
}
