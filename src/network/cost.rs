//! The costs that training makes small.

use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Mul};

use super::{Element, Lanes};

/// The cost of a reconstruction.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The mean squared error.
    #[default]
    MeanSquared,
    /// For sequences of bits: the mean over all bits of the soft comparator
    /// [`xor_loss`](super::xor_loss). The output is squashed by `tanh`, so that it is the
    /// expectation of a bit written as -1 or 1.
    SoftXor,
}

impl Loss {
    /// The output of a network whose readout is `y`.
    #[inline(always)]
    pub(super) fn output<F: Element>(self, y: Lanes<F>) -> Lanes<F> {
        match self {
            Self::MeanSquared => y,
            // A bit b is the value 2b - 1, and the logistic function of y is (1 + tanh(y/2)) / 2.
            Self::SoftXor => y.map(|y| (F::of(0.5) * y).hyperbolic_tangent()),
        }
    }

    /// The derivative of that output by the readout, from the output.
    pub(super) fn output_slope(self, output: f64) -> f64 {
        match self {
            Self::MeanSquared => 1.0,
            Self::SoftXor => 0.5 * (1.0 - output * output),
        }
    }

    /// The loss of a value `x` and its derivative by the readout, from the output.
    #[inline(always)]
    pub(super) fn at<F: Element>(self, x: Lanes<F>, output: Lanes<F>) -> (Lanes<F>, Lanes<F>) {
        match self {
            Self::MeanSquared => (
                output.zip(x, |o, x| (o - x) * (o - x)),
                output.zip(x, |o, x| F::of(2.0) * (o - x)),
            ),
            Self::SoftXor => (
                output.zip(x, |o, x| F::of(0.5) * (F::one() - x * o)),
                output.zip(x, |o, x| F::of(-0.25) * x * (F::one() - o * o)),
            ),
        }
    }
}

/// Costs besides that of the reconstruction. Each field is a factor, and a factor of zero leaves
/// its cost out. The first three costs are those of Whittington et al. 2022 (arXiv 2210.01768),
/// which together make each latent unit code one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Penalties {
    /// Factor of `sum_u max(-z_u, 0)`, the latent units below zero, averaged over sequences.
    pub nonnegativity: f64,
    /// Factor of `sum_u z_u^2`, the energy of the latent, averaged over sequences.
    pub latent_energy: f64,
    /// Factor of the sum of squares of all connection strengths and of the maps in, out, and to and
    /// from the latent.
    pub weight_energy: f64,
    /// Factor of `r^2`, the energy of activity, averaged over neurons, steps and sequences.
    pub rate_energy: f64,
    /// Factor of `(mean_t r - target)^2`, where `mean_t r` is the mean rate of a neuron in a
    /// sequence; averaged over neurons and sequences.
    pub homeostasis: f64,
    /// The mean rate at which `homeostasis` costs nothing.
    pub target_rate: f64,
}

impl Penalties {
    /// Name and factor of each cost.
    #[must_use]
    pub fn factors(&self) -> [(&'static str, f64); 5] {
        [
            ("nonnegativity", self.nonnegativity),
            ("latent_energy", self.latent_energy),
            ("weight_energy", self.weight_energy),
            ("rate_energy", self.rate_energy),
            ("homeostasis", self.homeostasis),
        ]
    }

    /// True if the cost depends on the rates of every step.
    #[inline(always)]
    pub(super) fn on_rates(&self) -> bool {
        self.rate_energy != 0.0 || self.homeostasis != 0.0
    }
}

/// The parts of a cost, each already multiplied by its factor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Costs {
    /// Cost of the reconstruction under the network's [`Loss`].
    pub reconstruction: f64,
    /// Mean squared reconstruction error, whichever loss is minimised. It is no part of the total.
    pub error: f64,
    /// See [`Penalties::nonnegativity`].
    pub nonnegativity: f64,
    /// See [`Penalties::latent_energy`].
    pub latent_energy: f64,
    /// See [`Penalties::weight_energy`].
    pub weight_energy: f64,
    /// See [`Penalties::rate_energy`].
    pub rate_energy: f64,
    /// See [`Penalties::homeostasis`].
    pub homeostasis: f64,
    /// The error that is left when dead units help, see
    /// [`SparseUnits::auxiliary`](super::SparseUnits::auxiliary).
    pub auxiliary: f64,
}

impl Costs {
    /// The sum of all parts, whose gradient training follows.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.reconstruction + self.penalties()
    }

    /// The sum of all parts but the reconstruction.
    #[must_use]
    pub fn penalties(&self) -> f64 {
        self.nonnegativity
            + self.latent_energy
            + self.weight_energy
            + self.rate_energy
            + self.homeostasis
            + self.auxiliary
    }
}

impl Add for Costs {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            reconstruction: self.reconstruction + other.reconstruction,
            error: self.error + other.error,
            nonnegativity: self.nonnegativity + other.nonnegativity,
            latent_energy: self.latent_energy + other.latent_energy,
            weight_energy: self.weight_energy + other.weight_energy,
            rate_energy: self.rate_energy + other.rate_energy,
            homeostasis: self.homeostasis + other.homeostasis,
            auxiliary: self.auxiliary + other.auxiliary,
        }
    }
}

impl AddAssign for Costs {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<f64> for Costs {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self {
            reconstruction: factor * self.reconstruction,
            error: factor * self.error,
            nonnegativity: factor * self.nonnegativity,
            latent_energy: factor * self.latent_energy,
            weight_energy: factor * self.weight_energy,
            rate_energy: factor * self.rate_energy,
            homeostasis: factor * self.homeostasis,
            auxiliary: factor * self.auxiliary,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{xor_loss, xor_loss_derivative};
    use super::*;

    /// The loss of values equals the comparator applied to bits and expectations of bits.
    #[test]
    fn the_soft_comparator_of_values_is_that_of_bits() {
        for bit in [0.0, 1.0] {
            for y in [-3.0, -0.2, 0.0, 1.5] {
                let expectation = 1.0 / (1.0 + f64::exp(-y));
                let output = Loss::SoftXor.output(Lanes::splat(y));
                let (loss, derivative) = Loss::SoftXor.at(Lanes::splat(2.0 * bit - 1.0), output);
                assert!((loss.0[0] - xor_loss(bit, expectation)).abs() < 1e-12);
                let want = xor_loss_derivative(bit) * expectation * (1.0 - expectation);
                assert!((derivative.0[0] - want).abs() < 1e-12);
            }
        }
    }
}
