//! Exponential functions that a compiler can turn into vector instructions.
//!
//! In `f32` they are plain arithmetic without a branch or a call, so that a loop over lanes stays
//! one; they err by at most three units in the last place (see the tests). In `f64`, the reference,
//! they are those of the standard library.

/// Functions of rate units.
pub trait Elementary: Sized {
    /// `e^self`; arguments beyond 88 are taken for 88, below -87 for -87.
    fn exponential(self) -> Self;
    /// `tanh(self)` of a number of at least 0.
    fn tanh_of_positive(self) -> Self;
    /// `ln(1 + self)` of a number between 0 and 1.
    fn ln_1p_of_fraction(self) -> Self;
}

impl Elementary for f64 {
    #[inline(always)]
    fn exponential(self) -> Self {
        self.exp()
    }

    #[inline(always)]
    fn tanh_of_positive(self) -> Self {
        self.tanh()
    }

    #[inline(always)]
    fn ln_1p_of_fraction(self) -> Self {
        self.ln_1p()
    }
}

/// `ln 2` in two parts, the first with so few digits that its product with an exponent is exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
/// Coefficients of `(tanh(x) - x) / x^3` in powers of `x^2`, highest first, for `x` up to 5/8
/// (Moshier, Cephes).
const TANH: [f32; 5] = [
    -5.704_988_7e-3,
    2.063_909e-2,
    -5.373_971_6e-2,
    1.333_144_2e-1,
    -3.333_328e-1,
];

impl Elementary for f32 {
    #[inline(always)]
    fn exponential(self) -> Self {
        // e^x = 2^n e^r with |r| at most ln(2) / 2, and e^r by its Taylor series: the first term
        // left out is below 1e-8.
        let x = self.clamp(-87.0, 88.0);
        let n = (x * std::f32::consts::LOG2_E).round_ties_even();
        let r = n.mul_add(-LN_2[1], n.mul_add(-LN_2[0], x));
        let mut series = 1.0f32 / 5040.0;
        for coefficient in [
            1.0 / 720.0,
            1.0 / 120.0,
            1.0 / 24.0,
            1.0 / 6.0,
            0.5,
            1.0,
            1.0,
        ] {
            series = series.mul_add(r, coefficient);
        }
        series * Self::from_bits(((n as i32 + 127) as u32) << 23)
    }

    #[inline(always)]
    fn tanh_of_positive(self) -> Self {
        let square = self * self;
        let mut series = TANH[0];
        for coefficient in &TANH[1..] {
            series = series.mul_add(square, *coefficient);
        }
        let small = (self * square).mul_add(series, self);
        let decay = (-2.0 * self).exponential();
        let large = (1.0 - decay) / (1.0 + decay);
        if self < 0.625 { small } else { large }
    }

    #[inline(always)]
    fn ln_1p_of_fraction(self) -> Self {
        // ln(1 + t) = 2 artanh(s), s = t / (2 + t) at most 1/3: the first term left out of the
        // series is below 1e-8.
        let s = self / (2.0 + self);
        let square = s * s;
        let mut series = 1.0f32 / 13.0;
        for divisor in [11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
            series = series.mul_add(square, 1.0 / divisor);
        }
        2.0 * s * series
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest error of `approximate` over `from..to` in units of the last place of the exact
    /// value.
    fn worst(from: f32, to: f32, approximate: fn(f32) -> f32, exact: fn(f64) -> f64) -> f64 {
        let points = 200_000;
        let error = |i: u32| {
            let x = from + (to - from) * (i as f32 / points as f32);
            let want = exact(f64::from(x));
            let unit =
                f64::from((want.abs() as f32).max(f32::MIN_POSITIVE)) * f64::from(f32::EPSILON);
            (f64::from(approximate(x)) - want).abs() / unit
        };
        (0..=points).map(error).fold(0.0, f64::max)
    }

    #[test]
    fn they_are_right_to_three_units_in_the_last_place() {
        assert!(worst(-87.0, 88.0, Elementary::exponential, f64::exp) < 3.0);
        assert!(worst(-1.0, 1.0, Elementary::exponential, f64::exp) < 3.0);
        assert!(worst(1e-6, 1.0, Elementary::tanh_of_positive, f64::tanh) < 3.0);
        assert!(worst(1.0, 40.0, Elementary::tanh_of_positive, f64::tanh) < 3.0);
        assert!(worst(1e-6, 1.0, Elementary::ln_1p_of_fraction, f64::ln_1p) < 3.0);
        assert_eq!((0.0f32).tanh_of_positive(), 0.0);
        assert_eq!((0.0f32).exponential(), 1.0);
        assert_eq!((0.0f32).ln_1p_of_fraction(), 0.0);
    }

    #[test]
    fn extremes_are_finite_and_what_is_no_number_stays_none() {
        for x in [f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(x.exponential().is_finite() && x.abs().tanh_of_positive() <= 1.0);
        }
        assert!(f32::NAN.exponential().is_nan() && f32::NAN.tanh_of_positive().is_nan());
    }
}
