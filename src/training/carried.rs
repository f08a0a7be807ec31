//! How many independent sources a trained network carries.
//!
//! On a task of `m` white sources (kind `capacity`) the *carried dimension* is the sum over sources
//! of the share of each that the reconstruction gives back,
//!
//! ```text
//! R2_j = 1 - ( sum (s_j - s'_j)^2 + o / m ) / sum s_j^2
//! ```
//!
//! over held-out sequences. `s'` are the sources as they lie in the reconstruction, and `o` is what
//! the reconstruction has besides all sources, in the same unit: it counts against each of them
//! alike. The sum is therefore `m (1 - E)` with the error `E` over the variance, but for the
//! sample. A source that is given back as noise counts less than 0. Of a Gaussian source with error
//! `1 - R2` at least `1/2 log2(1 / (1 - R2))` bits were kept (rate and distortion).

use crate::portable::ln;
use crate::task::Directions;

/// The share of each source that was given back, from the true sources (`samples x sources`) and
/// the reconstruction, laid out as [`Batch::values`](crate::task::Batch::values).
#[must_use]
pub fn shares_given_back(
    directions: Directions<'_>,
    truth: &[f64],
    reconstruction: &[f64],
) -> Vec<f64> {
    let sources = directions.sources;
    let found = directions.sources_of(reconstruction, truth.len() / sources);
    let (mut missed, mut whole) = (vec![0.0; sources], vec![0.0; sources]);
    for (truth, found) in truth.chunks_exact(sources).zip(found.chunks_exact(sources)) {
        for (j, (s, f)) in truth.iter().zip(found).enumerate() {
            missed[j] += (s - f) * (s - f);
            whole[j] += s * s;
        }
    }
    let squares = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>();
    // Directions are orthogonal and of equal length, the root of `ambient / sources`.
    let unit = sources as f64 / directions.ambient() as f64;
    let besides = (squares(reconstruction) * unit - squares(&found)).max(0.0);
    let shares = missed.iter().zip(&whole);
    let share = |(missed, whole): (&f64, &f64)| 1.0 - (missed + besides / sources as f64) / whole;
    shares.map(share).collect()
}

/// Bits about all sources, from the share of each that was given back. A source that came back
/// worse than its mean counts 0.
#[must_use]
pub fn bits_of(shares: &[f64]) -> f64 {
    let bits = |share: &f64| -0.5 * ln(1.0 - share.clamp(0.0, LARGEST_SHARE));
    shares.iter().map(bits).sum::<f64>() / std::f64::consts::LN_2
}

/// The largest share whose bits are told apart from those of a larger one.
const LARGEST_SHARE: f64 = 1.0 - 1e-12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_of_a_quarter_of_the_power_takes_a_quarter_of_a_source() {
        // Two sources in three values, each direction of length sqrt(3/2).
        let length = 1.5_f64.sqrt();
        let values = [length, 0.0, 0.0, length, 0.0, 0.0];
        let directions = Directions {
            values: &values,
            sources: 2,
        };
        let truth = [1.0, 2.0, -1.0, 2.0, 1.0, -2.0, -1.0, -2.0];
        let sequences = |first: f64, second: f64, besides: f64| -> Vec<f64> {
            let along = |j: usize, factor: f64| (0..4).map(move |i| factor * truth[2 * i + j]);
            let rows = along(0, first * length).chain(along(1, second * length));
            rows.chain([besides * length; 4]).collect()
        };
        let exact = shares_given_back(directions, &truth, &sequences(1.0, 1.0, 0.0));
        assert!(exact.iter().all(|share| (share - 1.0).abs() < 1e-12));
        // The first source is lost, three quarters of the power of the second come back.
        let shares = shares_given_back(directions, &truth, &sequences(0.0, 0.5, 0.0));
        assert!(shares[0].abs() < 1e-12 && (shares[1] - 0.75).abs() < 1e-12);
        assert!((bits_of(&shares) - 1.0).abs() < 1e-12);
        // What belongs to no source counts against both: half of a power of 1 each, which is half
        // of the first source and an eighth of the second.
        let shares = shares_given_back(directions, &truth, &sequences(1.0, 1.0, 1.0));
        assert!((shares[0] - 0.5).abs() < 1e-12 && (shares[1] - 0.875).abs() < 1e-12);
        assert_eq!(bits_of(&[-0.5]), 0.0);
        assert!(bits_of(&exact).is_finite());
    }
}
