//! What is read from squared singular values.

/// Squared singular values, largest first, and what is read from them.
///
/// Neither the participation ratio nor the rank is among it: the mode of the largest eigenvalue
/// makes the first 1 in nearly every wiring, and rounding makes the second the number of neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    squares: Vec<f64>,
    total: f64,
}

/// The readings of a spectrum at one signal-to-noise ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Degrees of freedom, [`Spectrum::degrees_of_freedom`].
    pub value: f64,
    /// Half the width of the interval that the true value lies in; `None` where the value is exact
    /// but for rounding.
    pub value_error: Option<f64>,
    /// Bits, [`Spectrum::bits`].
    pub bits: f64,
    /// Smallest `k` with `E(k) <= .1`; `None` where it was not reached.
    pub k90: Option<usize>,
    /// Smallest `k` with `E(k) <= .01`; `None` where it was not reached.
    pub k99: Option<usize>,
}

impl Spectrum {
    /// The spectrum of these squared singular values, in any order; those below 0 count as 0.
    /// `None` if none is above 0, or one is no finite number.
    #[must_use]
    pub fn new(mut squares: Vec<f64>) -> Option<Self> {
        squares.iter_mut().for_each(|square| {
            if *square < 0.0 {
                *square = 0.0;
            }
        });
        squares.sort_by(|a, b| b.total_cmp(a));
        // Summed from the smallest, so that the tail of E(k) keeps its digits.
        let total: f64 = squares.iter().rev().sum();
        (total.is_finite() && squares.first().is_some_and(|&largest| largest > 0.0))
            .then_some(Self { squares, total })
    }

    /// The squared singular values, largest first.
    #[must_use]
    pub fn squares(&self) -> &[f64] {
        &self.squares
    }

    /// `sum sigma_i^2 / (sigma_i^2 + sigma_1^2 / s)`: how many directions stand above noise that
    /// has `1/s` of the power of the strongest one, each counted by the share of it that does.
    #[must_use]
    pub fn degrees_of_freedom(&self, s: f64) -> f64 {
        let noise = self.squares[0] / s;
        self.squares.iter().rev().map(|x| x / (x + noise)).sum()
    }

    /// `1/2 sum log2(1 + s sigma_i^2 / sigma_1^2)`: what these directions pass on under that noise.
    #[must_use]
    pub fn bits(&self, s: f64) -> f64 {
        let noise = self.squares[0] / s;
        let nats: f64 = self
            .squares
            .iter()
            .rev()
            .map(|x| libm::log1p(x / noise))
            .sum();
        nats / (2.0 * std::f64::consts::LN_2)
    }

    /// `E(k) = sum_{i > k} sigma_i^2 / sum sigma_i^2`, for `k` from 0 to the number of singular
    /// values: the share of the power that the best `k` directions leave.
    #[must_use]
    pub fn errors(&self) -> Vec<f64> {
        let mut left = 0.0;
        let mut errors: Vec<f64> = std::iter::once(0.0)
            .chain(self.squares.iter().rev().map(|x| {
                left += x;
                left / self.total
            }))
            .collect();
        errors.reverse();
        errors
    }

    /// Smallest `k` with `E(k) <= error`.
    #[must_use]
    pub fn units(&self, error: f64) -> usize {
        let errors = self.errors();
        let reached = errors.iter().position(|e| *e <= error);
        reached.unwrap_or(self.squares.len())
    }

    /// All readings at one signal-to-noise ratio.
    #[must_use]
    pub fn read(&self, s: f64) -> Reading {
        Reading {
            value: self.degrees_of_freedom(s),
            value_error: None,
            bits: self.bits(s),
            k90: Some(self.units(0.1)),
            k99: Some(self.units(0.01)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_of_a_spectrum_that_is_known() {
        let spectrum = Spectrum::new(vec![1.0, 4.0, 0.0, -1e-18]).unwrap();
        assert_eq!(spectrum.squares(), [4.0, 1.0, 0.0, 0.0]);
        // s = 4: the noise is 1.
        assert!((spectrum.degrees_of_freedom(4.0) - (0.8 + 0.5)).abs() < 1e-15);
        let bits = 0.5 * (5f64.log2() + 2f64.log2());
        assert!((spectrum.bits(4.0) - bits).abs() < 1e-15);
        assert_eq!(spectrum.errors(), [1.0, 0.2, 0.0, 0.0, 0.0]);
        assert_eq!((spectrum.units(0.2), spectrum.units(0.1)), (1, 2));
    }

    #[test]
    fn no_direction_is_no_spectrum() {
        assert_eq!(Spectrum::new(vec![]), None);
        assert_eq!(Spectrum::new(vec![0.0, -0.0]), None);
        assert_eq!(Spectrum::new(vec![f64::NAN, 1.0]), None);
        assert_eq!(Spectrum::new(vec![f64::INFINITY]), None);
    }
}
