//! How gradients change parameters.

use crate::network::{Layout, Real, Update};
use crate::portable::chosen;
use crate::portable::power;

/// Adam (Kingma and Ba 2015, arXiv 1412.6980) with bias correction, as PyTorch defines it. Groups
/// of parameters that are updated multiplicatively follow the exponentiated gradient instead
/// (Kivinen and Warmuth 1997), `w <- w exp(-rate g)`, and frozen groups do not change.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimiser<F> {
    layout: Layout,
    /// First and second moments, one of each per parameter.
    pub(super) moments: [Vec<F>; 2],
    pub(super) steps: u32,
}

/// The learning rates of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Learning rate of Adam.
    pub additive: f64,
    /// Learning rate of the exponentiated gradient.
    pub multiplicative: f64,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;
/// Largest change of a strength's logarithm in one step: none is more than doubled or halved.
const LARGEST_CHANGE: f64 = std::f64::consts::LN_2;

impl<F: Real> Optimiser<F> {
    /// An optimiser for parameters with this layout.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        let zeros = || vec![F::zero(); layout.len()];
        Self {
            layout: layout.clone(),
            moments: [zeros(), zeros()],
            steps: 0,
        }
    }

    /// Moves `parameters` one step down the `gradient`.
    pub fn step(&mut self, parameters: &mut [F], gradient: &[F], rates: Rates) {
        self.steps += 1;
        let rate = F::of(rates.additive / (1.0 - power(BETA_1, self.steps)));
        let correction = F::of(1.0 / (1.0 - power(BETA_2, self.steps)).sqrt());
        let (b1, b2, epsilon) = (F::of(BETA_1), F::of(BETA_2), F::of(EPSILON));
        let (c1, c2) = (F::of(1.0 - BETA_1), F::of(1.0 - BETA_2));
        let (multiplicative, largest) = (F::of(rates.multiplicative), F::of(LARGEST_CHANGE));
        let Self {
            layout,
            moments: [first, second],
            ..
        } = self;
        chosen().dispatch(
            #[inline(always)]
            || {
                for group in layout.groups() {
                    let range = group.range.clone();
                    let moved = parameters[range.clone()]
                        .iter_mut()
                        .zip(&gradient[range.clone()]);
                    match group.update {
                        Update::Frozen => (),
                        Update::Multiplicative => {
                            for (p, &g) in moved {
                                let change = -multiplicative * g;
                                let change = if change > -largest { change } else { -largest };
                                let change = if change < largest { change } else { largest };
                                *p *= change.exponential();
                            }
                        }
                        Update::Additive => {
                            let moments = first[range.clone()].iter_mut().zip(&mut second[range]);
                            for ((p, &g), (m, v)) in moved.zip(moments) {
                                *m = b1 * *m + c1 * g;
                                *v = b2 * *v + c2 * g * g;
                                *p -= rate * *m / (v.sqrt() * correction + epsilon);
                            }
                        }
                    }
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        additive: 0.01,
        multiplicative: 0.1,
    };

    /// Three steps on constant gradients; the values are those of torch.optim.Adam 2.x.
    #[test]
    fn the_first_steps_have_the_size_of_the_learning_rate() {
        let mut layout = Layout::default();
        layout.push("a", 2);
        let mut adam = Optimiser::<f64>::new(&layout);
        let mut p = vec![1.0, -2.0];
        for _ in 0..3 {
            adam.step(&mut p, &[0.5, -4.0], RATES);
        }
        assert!(
            (p[0] - 0.97).abs() < 1e-6 && (p[1] + 1.97).abs() < 1e-6,
            "{p:?}"
        );
    }

    #[test]
    fn groups_are_moved_each_in_its_way() {
        let mut layout = Layout::default();
        for name in ["frozen", "multiplied", "added"] {
            layout.push(name, 1);
        }
        layout.set_update("frozen", Update::Frozen);
        layout.set_update("multiplied", Update::Multiplicative);
        let mut optimiser = Optimiser::<f64>::new(&layout);
        let mut p = vec![1.0, 2.0, 3.0];
        optimiser.step(&mut p, &[5.0, 2.0, 1.0], RATES);
        assert_eq!(p[0], 1.0);
        assert!(
            (p[1] - 2.0 * (-0.2f64).exp()).abs() < 1e-12 && (p[2] - 2.99).abs() < 1e-9,
            "{p:?}"
        );
        optimiser.step(&mut p, &[0.0, 1e9, 0.0], RATES);
        assert!(
            (p[1] - (-0.2f64).exp()).abs() < 1e-12,
            "at most halved: {p:?}"
        );
    }
}
