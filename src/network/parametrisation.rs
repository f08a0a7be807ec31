//! How the strength of a connection is made of a raw parameter.

use serde::{Deserialize, Serialize};

use super::Real;
use super::elementary::{logistic, positive_part, softplus};
use super::parameters::Update;
use crate::portable;

/// How the strength of a connection, whose sign must never change, is made of the parameter that an
/// optimiser changes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Parametrisation {
    /// Strength `|w|`.
    #[default]
    Modulus,
    /// Strength `ln(1 + e^w)`: never quite zero.
    Softplus,
    /// Strength `w`, set to zero after an update that would make it negative (projected gradient).
    Projected,
    /// Strength `w`, multiplied by `exp(-rate * gradient)` at every update (exponentiated gradient,
    /// Kivinen and Warmuth 1997): it stays positive, and strong connections move most.
    Exponentiated,
}

impl Parametrisation {
    /// The weight that `raw` gives under `sign`: +1, -1, or 0 for a free connection, whose weight
    /// is the parameter itself.
    #[inline(always)]
    pub(super) fn weight<F: Real>(self, raw: F, sign: F) -> F {
        if sign == F::zero() {
            return raw;
        }
        sign * match self {
            Self::Modulus => raw.abs(),
            Self::Softplus => softplus(raw),
            Self::Projected | Self::Exponentiated => positive_part(raw),
        }
    }

    /// Derivative of the weight with respect to `raw`. At zero it is the derivative from the right,
    /// so that a connection that has vanished can come back.
    #[inline(always)]
    pub(super) fn slope<F: Real>(self, raw: F, sign: F) -> F {
        if sign == F::zero() {
            return F::one();
        }
        sign * match self {
            Self::Modulus if raw < F::zero() => -F::one(),
            Self::Projected | Self::Exponentiated if raw < F::zero() => F::zero(),
            Self::Softplus => logistic(raw),
            _ => F::one(),
        }
    }

    /// The raw parameter that gives this `strength`, which is at least 0.
    pub(super) fn raw(self, strength: f64) -> f64 {
        match self {
            // This is ln(e^s - 1) without overflow. A strength of zero, which no parameter gives,
            // becomes one too small to matter.
            Self::Softplus => {
                let strength = strength.max(1e-9);
                strength + portable::ln(-portable::exp_m1(-strength))
            }
            Self::Exponentiated => strength.max(1e-9),
            Self::Modulus | Self::Projected => strength,
        }
    }

    /// How an optimiser changes such parameters.
    pub(super) fn update(self) -> Update {
        if self == Self::Exponentiated {
            Update::Multiplicative
        } else {
            Update::Additive
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strengths_survive_the_way_there_and_back_and_slopes_are_derivatives() {
        use Parametrisation::{Exponentiated, Modulus, Projected, Softplus};
        for p in [Modulus, Softplus, Projected, Exponentiated] {
            for strength in [1e-6, 0.01, 0.7, 40.0] {
                for sign in [1.0, -1.0] {
                    let raw = p.raw(strength);
                    assert!(
                        (p.weight(raw, sign) - sign * strength).abs() < 1e-9 * strength.max(1.0),
                        "{p:?} {strength}"
                    );
                    let h = 1e-6 * raw.abs();
                    let numeric = (p.weight(raw + h, sign) - p.weight(raw - h, sign)) / (2.0 * h);
                    assert!(
                        (numeric - p.slope(raw, sign)).abs() < 1e-4,
                        "{p:?} {strength}: {numeric}"
                    );
                }
            }
            assert_eq!(p.weight(-0.5, 0.0), -0.5);
        }
    }
}
