//! The firing rate of a neuron as a function of its state.

use serde::{Deserialize, Serialize};

use super::elementary::{logistic, positive_part, softplus};
use super::{Lanes, Real};

/// Firing rate as a function of a unit's state.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `max(x, 0)`.
    #[default]
    Relu,
    /// `tanh(max(x, 0))`: rates saturate at 1.
    TanhRelu,
    /// `ln(1 + e^x)`.
    Softplus,
    /// `x`: rates may be negative. What a wiring can do without any nonlinearity.
    Linear,
    /// `1 / (1 + e^-x)`, the gate of a synapse in liquid time-constant networks.
    Logistic,
}

impl Activation {
    /// The rate of every sample's state.
    #[inline(always)]
    pub(super) fn rate<F: Real>(self, state: Lanes<F>) -> Lanes<F> {
        match self {
            Self::Relu => state.map(positive_part),
            Self::TanhRelu => state.map(|x| positive_part(x).hyperbolic_tangent()),
            Self::Softplus => state.map(softplus),
            Self::Linear => state,
            Self::Logistic => state.map(logistic),
        }
    }

    /// The slope of the rate function in every sample, which all functions tell from the rate
    /// itself.
    #[inline(always)]
    pub(super) fn slope<F: Real>(self, rate: Lanes<F>) -> Lanes<F> {
        let positive = |rate: F| {
            if rate > F::zero() {
                F::one()
            } else {
                F::zero()
            }
        };
        match self {
            Self::Relu => rate.map(positive),
            Self::TanhRelu => rate.map(|r| positive(r) * (F::one() - r * r)),
            Self::Softplus => rate.map(|r| F::one() - (-r).exponential()),
            Self::Linear => Lanes::splat(F::one()),
            Self::Logistic => rate.map(|r| r * (F::one() - r)),
        }
    }
}
