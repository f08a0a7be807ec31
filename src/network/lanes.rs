//! Sixteen samples of one neuron: what every kernel works on.
//!
//! Signals are kept sample innermost, sixteen to a line of the cache (in `f32`), so that a weight is broadcast and one fused
//! multiply-add serves sixteen samples, without a gather of single numbers. The loops over lanes are plain; whoever calls them
//! is compiled once per instruction set, and the order of every sum is the same in all of them.

use super::Real;

/// Samples handled together: a batch is a multiple of this.
pub const LANES: usize = 32;

/// One value in each of [`LANES`] samples.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Lanes<F>(pub(super) [F; LANES]);

impl<F: Real> Lanes<F> {
    /// `value` in every sample.
    #[inline(always)]
    pub fn splat(value: F) -> Self {
        Self([value; LANES])
    }

    /// Zero in every sample.
    #[inline(always)]
    pub fn zero() -> Self {
        Self::splat(F::zero())
    }

    /// The first [`LANES`] values of a slice.
    #[inline(always)]
    pub(super) fn read(values: &[F]) -> Self {
        let mut lanes = Self::zero();
        lanes.0.copy_from_slice(&values[..LANES]);
        lanes
    }

    #[inline(always)]
    pub(super) fn map(mut self, function: impl Fn(F) -> F) -> Self {
        for lane in 0..LANES {
            self.0[lane] = function(self.0[lane]);
        }
        self
    }

    #[inline(always)]
    pub(super) fn zip(mut self, other: Self, function: impl Fn(F, F) -> F) -> Self {
        for lane in 0..LANES {
            self.0[lane] = function(self.0[lane], other.0[lane]);
        }
        self
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    pub(super) fn times(self, factor: F) -> Self {
        self.map(|a| a * factor)
    }

    /// `self + values * factor`.
    #[inline(always)]
    pub(super) fn plus_scaled(mut self, values: &Self, factor: F) -> Self {
        for lane in 0..LANES {
            self.0[lane] = values.0[lane].mul_add(factor, self.0[lane]);
        }
        self
    }

    /// `self + left * right`.
    #[inline(always)]
    pub(super) fn plus_product(mut self, left: &Self, right: &Self) -> Self {
        for lane in 0..LANES {
            self.0[lane] = left.0[lane].mul_add(right.0[lane], self.0[lane]);
        }
        self
    }

    /// Sum over the samples, folded in halves.
    #[inline(always)]
    pub(super) fn total(mut self) -> F {
        let mut width = LANES / 2;
        while width > 0 {
            for lane in 0..width {
                self.0[lane] += self.0[lane + width];
            }
            width /= 2;
        }
        self.0[0]
    }
}
