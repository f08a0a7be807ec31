//! Thirty-two samples of one neuron: what every kernel works on.
//!
//! Signals are kept sample innermost, in two lines of the cache (in `f32`), so that a weight is broadcast and two fused
//! multiply-adds serve all samples, without a gather of single numbers. The loops over lanes are plain; whoever calls them
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
    pub(super) fn total(self) -> F {
        fold(self.0)
    }
}

/// A sum over samples, folded twice: what of a gradient is written after every few steps takes a quarter of the room, and only two folds
/// of registers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub(super) struct Quarters<F>([F; LANES / 4]);

impl<F: Real> Quarters<F> {
    #[inline(always)]
    pub(super) fn zero() -> Self {
        Self([F::zero(); LANES / 4])
    }

    /// `self` plus the sum of `lanes`.
    #[inline(always)]
    pub(super) fn plus(mut self, lanes: &Lanes<F>) -> Self {
        let (half, quarter) = (LANES / 2, LANES / 4);
        for i in 0..quarter {
            self.0[i] += (lanes.0[i] + lanes.0[i + half]) + (lanes.0[i + quarter] + lanes.0[i + half + quarter]);
        }
        self
    }

    #[inline(always)]
    pub(super) fn total(self) -> F {
        fold(self.0)
    }
}

/// Sum of all values, folded in halves.
#[inline(always)]
fn fold<F: Real, const N: usize>(mut values: [F; N]) -> F {
    let mut width = N / 2;
    while width > 0 {
        for i in 0..width {
            values[i] += values[i + width];
        }
        width /= 2;
    }
    values[0]
}
