//! Exponential, hyperbolic tangent and logarithm for the kernels, equal to the bit everywhere.
//!
//! They are plain arithmetic in a fixed order with explicit fused multiply-adds, which are
//! correctly rounded on every platform (in software where there is no such instruction). There is
//! no branch and no call, so that a loop over lanes becomes vector instructions. The tests bound
//! the errors, in units of the last place:
//!
//! | function | `f32`, from the exact value | `f64`, from that of the system |
//! |---|---|---|
//! | `exponential` | 1.1 | 1 |
//! | `hyperbolic_tangent` | 2.5 | 4 |
//! | `ln_1p_of_fraction` | 2 | 2 |
//!
//! The `f64` functions of the system, their references, have errors of up to two units themselves.

use num_traits::Float;

/// The functions that rates, strengths and losses are made of.
pub trait Elementary: Sized {
    /// `e^self`. The argument is first brought into the range in which the result is a normal
    /// number: from -87 to 88 in `f32`, from -708 to 709 in `f64`.
    fn exponential(self) -> Self;
    /// `tanh(self)`, an odd function to the bit.
    fn hyperbolic_tangent(self) -> Self;
    /// `ln(1 + self)` of a number from 0 to 1.
    fn ln_1p_of_fraction(self) -> Self;
}

/// `1 / n!` for `n` from `order` down to 2: the Taylor series of `(e^r - 1 - r) / r^2`, highest
/// power first.
macro_rules! inverse_factorials {
    ($float:ident, $order:literal) => {{
        let mut coefficients = [0.0; $order - 1];
        let (mut n, mut factorial) = (2, 2.0);
        while n <= $order {
            coefficients[$order - n] = 1.0 / factorial;
            n += 1;
            factorial *= n as $float;
        }
        coefficients
    }};
}

/// `1 / (2 n + 1)` for `n` from `terms` down to 1: the series of `artanh(s) / s - 1` in powers of
/// `s^2`, highest first.
macro_rules! inverse_odd_numbers {
    ($float:ident, $terms:literal) => {{
        let mut coefficients = [0.0; $terms];
        let mut n = 1;
        while n <= $terms {
            coefficients[$terms - n] = 1.0 / (2 * n + 1) as $float;
            n += 1;
        }
        coefficients
    }};
}

macro_rules! elementary {
    ($float:ident, $constants:ident) => {
        impl Elementary for $float {
            #[inline(always)]
            fn exponential(self) -> Self {
                let x = self.clamp($constants::LOWEST, $constants::HIGHEST);
                let (power, rest) = $constants::split_exponential(x);
                power.mul_add(rest, power)
            }

            #[inline(always)]
            fn hyperbolic_tangent(self) -> Self {
                // tanh(x) = (e^2x - 1) / (e^2x + 1), with e^2x - 1 computed without cancellation.
                let x = self.abs().clamp(0.0, $constants::SATURATED);
                let (power, rest) = $constants::split_exponential(x + x);
                let less_one = power.mul_add(rest, power - 1.0);
                (less_one / (less_one + 2.0)).copysign(self)
            }

            #[inline(always)]
            fn ln_1p_of_fraction(self) -> Self {
                // ln(1 + t) = 2 artanh(s) with s = t / (2 + t), which is at most 1/3.
                let s = self / (2.0 + self);
                let (twice, square) = (s + s, s * s);
                let series = polynomial(square, &$constants::INVERSE_ODD_NUMBERS);
                (twice * square).mul_add(series, twice)
            }
        }
    };
}

macro_rules! constants {
    (
        $name:ident, $float:ident, $bits:ident,
        ln_2: [$high:expr, $low:literal],
        range: [$lowest:literal, $highest:literal],
        saturated: $saturated:literal,
        factorials: $order:literal,
        odd_numbers: $terms:literal
    ) => {
        mod $name {
            use super::polynomial;

            /// `ln 2`, as the sum of its nearest number and what that leaves over.
            const LN_2: [$float; 2] = [$high, $low];
            /// A number so large that adding it rounds to whole numbers, which are then found in
            /// the lowest bits.
            const ROUNDING: $float = 1.5 * (1u64 << ($float::MANTISSA_DIGITS - 1)) as $float;
            /// Powers of the series are cut off where they fall below half a unit in the last
            /// place for `|r|` of at most `ln(2) / 2`.
            const INVERSE_FACTORIALS: [$float; $order - 1] = inverse_factorials!($float, $order);
            /// Likewise for `s` of at most 1/3.
            pub(super) const INVERSE_ODD_NUMBERS: [$float; $terms] =
                inverse_odd_numbers!($float, $terms);
            /// Arguments between which `e^x` is a normal number.
            pub(super) const LOWEST: $float = $lowest;
            pub(super) const HIGHEST: $float = $highest;
            /// From here on `tanh(x)` rounds to 1.
            pub(super) const SATURATED: $float = $saturated;

            /// `2^n` and `e^r - 1` such that `e^x = 2^n e^r` and `|r|` is at most `ln(2) / 2`.
            #[inline(always)]
            pub(super) fn split_exponential(x: $float) -> ($float, $float) {
                let shifted = x.mul_add(std::$float::consts::LOG2_E, ROUNDING);
                let n = shifted - ROUNDING;
                let r = n.mul_add(-LN_2[1], n.mul_add(-LN_2[0], x));
                let series = polynomial(r, &INVERSE_FACTORIALS);
                let exponent = shifted.to_bits().wrapping_add($float::MAX_EXP as $bits - 1);
                let power = $float::from_bits(exponent << ($float::MANTISSA_DIGITS - 1));
                (power, (r * r).mul_add(series, r))
            }
        }
    };
}

constants!(
    single, f32, u32,
    ln_2: [std::f32::consts::LN_2, -1.904_654_2e-9],
    range: [-87.0, 88.0],
    saturated: 10.0,
    factorials: 7,
    odd_numbers: 6
);
constants!(
    double, f64, u64,
    ln_2: [std::f64::consts::LN_2, 2.319_046_813_846_299_6e-17],
    range: [-708.0, 709.0],
    saturated: 20.0,
    factorials: 13,
    odd_numbers: 17
);
elementary!(f32, single);
elementary!(f64, double);

/// The polynomial with these coefficients, highest power first.
#[inline(always)]
fn polynomial<F: Float, const N: usize>(x: F, coefficients: &[F; N]) -> F {
    let mut value = coefficients[0];
    for &coefficient in &coefficients[1..] {
        value = value.mul_add(x, coefficient);
    }
    value
}

/// `max(x, 0)`. Written as a comparison because the sign of `max(-0.0, 0.0)` differs between
/// processors; here zero is always positive. What is no number becomes zero.
#[inline(always)]
pub(super) fn positive_part<F: Float>(x: F) -> F {
    if x > F::zero() { x } else { F::zero() }
}

/// `ln(1 + e^x)`.
#[inline(always)]
pub(super) fn softplus<F: Float + Elementary>(x: F) -> F {
    positive_part(x) + (-x.abs()).exponential().ln_1p_of_fraction()
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub(super) fn logistic<F: Float + Elementary>(x: F) -> F {
    F::one() / (F::one() + (-x).exponential())
}

/// Derivative of `tanh` at `x`.
#[inline(always)]
pub(super) fn squash_slope<F: Float + Elementary>(x: F) -> F {
    let squashed = x.hyperbolic_tangent();
    F::one() - squashed * squashed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Real;

    /// Largest error of `found` over `from..to`, in units of the last place of `wanted`.
    fn worst<F: Real>([from, to]: [f64; 2], found: fn(F) -> F, wanted: fn(f64) -> f64) -> f64 {
        let points = 400_000;
        let error = |i: u32| {
            let x = F::of(from + (to - from) * f64::from(i) / f64::from(points));
            let wanted = wanted(x.as_f64());
            let unit = wanted.abs().log2().floor().exp2() * F::epsilon().as_f64();
            (found(x).as_f64() - wanted).abs() / unit
        };
        (0..=points).map(error).fold(0.0, f64::max)
    }

    #[test]
    fn errors_are_at_most_those_documented() {
        fn check<F: Real>(largest: [f64; 3], [lowest, highest]: [f64; 2]) {
            let exponential = worst([lowest, highest], F::exponential, f64::exp).max(worst(
                [-1.0, 1.0],
                F::exponential,
                f64::exp,
            ));
            let tangent = [
                [1e-9, 1e-3],
                [1e-3, 0.7],
                [0.7, 3.0],
                [3.0, 40.0],
                [-3.0, -1e-3],
            ]
            .map(|range| worst(range, F::hyperbolic_tangent, f64::tanh))
            .into_iter()
            .fold(0.0, f64::max);
            let logarithm = worst([1e-9, 1e-3], F::ln_1p_of_fraction, f64::ln_1p).max(worst(
                [1e-3, 1.0],
                F::ln_1p_of_fraction,
                f64::ln_1p,
            ));
            let found = [exponential, tangent, logarithm];
            assert!(
                found
                    .iter()
                    .zip(largest)
                    .all(|(found, largest)| *found <= largest),
                "{found:?}"
            );
        }
        check::<f32>([1.1, 2.5, 2.0], [-87.0, 88.0]);
        check::<f64>([1.0, 4.0, 2.0], [-708.0, 709.0]);
    }

    #[test]
    fn zeros_signs_and_extremes() {
        fn check<F: Real>() {
            assert_eq!(F::zero().exponential(), F::one());
            assert_eq!(F::zero().hyperbolic_tangent(), F::zero());
            assert_eq!(F::zero().ln_1p_of_fraction(), F::zero());
            for x in [F::max_value(), F::infinity()] {
                assert!(x.exponential().is_finite() && (-x).exponential() > F::zero());
                assert_eq!(x.hyperbolic_tangent(), F::one());
                assert_eq!((-x).hyperbolic_tangent(), -F::one());
            }
            let smallest = F::min_positive_value();
            assert_eq!(smallest.hyperbolic_tangent(), smallest);
            assert!(positive_part(-F::zero()).is_sign_positive());
            assert!(F::nan().exponential().is_nan() && F::nan().hyperbolic_tangent().is_nan());
        }
        check::<f32>();
        check::<f64>();
    }
}
