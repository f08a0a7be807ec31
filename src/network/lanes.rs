//! Vectors of thirty-two samples: the values of one neuron in a block of sequences.
//!
//! Signals are stored with the sample as the innermost index. In `f32` the samples of a neuron fill
//! two cache lines, and a weight is broadcast to all of them, so that no single numbers are
//! gathered. The loops over lanes are plain code; the kernels that call them are compiled once per
//! instruction set. The order of every sum is written out here and is the same for all of them.

use super::Real;

/// Samples that are computed together. The size of a batch is a multiple of this.
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

/// A sum of products over samples, kept as eight partial sums. The gradients of edges are updated
/// after every step, and so take a quarter of the memory that whole lanes would.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub(super) struct Quarters<F>([F; QUARTER]);

/// Number of partial sums of a [`Quarters`].
const QUARTER: usize = LANES / 4;

impl<F: Real> Quarters<F> {
    #[inline(always)]
    pub(super) fn zero() -> Self {
        Self([F::zero(); QUARTER])
    }

    /// `self` plus the sum of `left * right`.
    #[inline(always)]
    pub(super) fn plus_product(mut self, left: &Lanes<F>, right: &Lanes<F>) -> Self {
        let mut halves = [F::zero(); LANES / 2];
        for (i, half) in halves.iter_mut().enumerate() {
            let j = i + LANES / 2;
            *half = left.0[j].mul_add(right.0[j], left.0[i] * right.0[i]);
        }
        for i in 0..QUARTER {
            self.0[i] += halves[i] + halves[i + QUARTER];
        }
        self
    }

    /// `self` plus the sum of `lanes`.
    #[inline(always)]
    pub(super) fn plus(mut self, lanes: &Lanes<F>) -> Self {
        for i in 0..QUARTER {
            let [a, b, c, d] = [0, 1, 2, 3].map(|part| lanes.0[part * QUARTER + i]);
            self.0[i] += (a + c) + (b + d);
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
