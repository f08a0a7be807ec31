//! Firing rates.

use serde::{Deserialize, Serialize};

use super::Real;

/// Firing rate as a function of a unit's state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `max(x, 0)`.
    #[default]
    Relu,
    /// `tanh(max(x, 0))`: rates saturate at 1.
    TanhRelu,
    /// `ln(1 + e^x)`.
    Softplus,
}

impl Activation {
    /// Rates of states. The choice is made outside the loops, so that each is a straight run of vector instructions.
    #[inline(always)]
    pub(super) fn rates<F: Real>(self, states: &[F], rates: &mut [F]) {
        let pairs = rates.iter_mut().zip(states);
        match self {
            Self::Relu => pairs.for_each(|(r, &x)| *r = x.max(F::zero())),
            Self::TanhRelu => pairs.for_each(|(r, &x)| *r = x.max(F::zero()).tanh()),
            Self::Softplus => pairs.for_each(|(r, &x)| *r = x.max(F::zero()) + (-x.abs()).exp().ln_1p()),
        }
    }

    /// `adjoint += slope * back`, the slope of the rate function known from the rate itself.
    #[inline(always)]
    pub(super) fn chain<F: Real>(self, rates: &[F], back: &[F], adjoint: &mut [F]) {
        let all = adjoint.iter_mut().zip(back).zip(rates);
        let positive = |rate: F| if rate > F::zero() { F::one() } else { F::zero() };
        match self {
            Self::Relu => all.for_each(|((a, &back), &r)| *a = positive(r).mul_add(back, *a)),
            Self::TanhRelu => {
                all.for_each(|((a, &back), &r)| *a = (positive(r) * (F::one() - r * r)).mul_add(back, *a));
            }
            Self::Softplus => all.for_each(|((a, &back), &r)| *a = (F::one() - (-r).exp()).mul_add(back, *a)),
        }
    }
}
