//! A differentiable exclusive or.
//!
//! For a bit `x` and the probability `r` that its reconstruction is one, `l(x, r) = x + r - 2 x r`
//! is the probability that the two differ. If both are bits it is `x XOR r` itself. It is linear in
//! either argument, so that `dl/dr = 1 - 2 x` is `+1` where a one would be wrong and `-1` where it
//! would be right. The gradient of a squared error fades as `r` nears `x`; this one does not.

use super::Real;

/// Soft exclusive or of two values in `[0, 1]`: `x + r - 2 x r`, from 0 (equal bits) to 1
/// (different bits).
///
/// ```
/// use engraph::network::xor_loss;
/// assert_eq!(
///     [
///         xor_loss(0.0, 0.0),
///         xor_loss(0.0, 1.0),
///         xor_loss(1.0, 0.0),
///         xor_loss(1.0, 1.0),
///     ],
///     [0.0, 1.0, 1.0, 0.0]
/// );
/// assert_eq!(xor_loss(1.0, 0.25), 0.75);
/// ```
#[must_use]
pub fn xor_loss<F: Real>(x: F, r: F) -> F {
    x + r - (x + x) * r
}

/// Derivative of [`xor_loss`] with respect to the reconstruction `r`: `1 - 2 x`, whatever `r` is.
#[must_use]
pub fn xor_loss_derivative<F: Real>(x: F) -> F {
    F::one() - (x + x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_derivative_is_the_central_difference(x in 0.0..=1.0f64, r in 0.0..=1.0f64) {
            let step = 1e-4;
            let difference = (xor_loss(x, r + step) - xor_loss(x, r - step)) / (2.0 * step);
            prop_assert!((difference - xor_loss_derivative(x)).abs() < 1e-9);
        }

        #[test]
        fn the_loss_is_the_probability_that_two_independent_bits_differ(
            x in 0.0..=1.0f64,
            r in 0.0..=1.0f64,
        ) {
            prop_assert!((xor_loss(x, r) - (x * (1.0 - r) + (1.0 - x) * r)).abs() < 1e-12);
            prop_assert!((xor_loss(x, r) - xor_loss(r, x)).abs() < 1e-12);
        }
    }
}
