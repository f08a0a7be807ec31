//! Adam.

use crate::network::Real;

/// Adam (Kingma and Ba 2015, arXiv 1412.6980) with bias correction, as PyTorch defines it.
#[derive(Clone, Debug)]
pub struct Adam<F> {
    first: Vec<F>,
    second: Vec<F>,
    step: i32,
}

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl<F: Real> Adam<F> {
    /// An optimiser for `parameters` parameters.
    #[must_use]
    pub fn new(parameters: usize) -> Self {
        Self { first: vec![F::zero(); parameters], second: vec![F::zero(); parameters], step: 0 }
    }

    /// Moves `parameters` down `gradient`.
    pub fn step(&mut self, parameters: &mut [F], gradient: &[F], learning_rate: f64) {
        self.step += 1;
        let rate = F::of(learning_rate / (1.0 - BETA_1.powi(self.step)));
        let correction = F::of(1.0 / (1.0 - BETA_2.powi(self.step)).sqrt());
        let (b1, b2, epsilon) = (F::of(BETA_1), F::of(BETA_2), F::of(EPSILON));
        let (c1, c2) = (F::of(1.0 - BETA_1), F::of(1.0 - BETA_2));
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((p, &g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *m = b1 * *m + c1 * g;
            *v = b2 * *v + c2 * g * g;
            *p -= rate * *m / (v.sqrt() * correction + epsilon);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three steps on constant gradients, values from torch.optim.Adam 2.x.
    #[test]
    fn the_first_steps_have_the_size_of_the_learning_rate() {
        let mut adam = Adam::<f64>::new(2);
        let mut p = vec![1.0, -2.0];
        for _ in 0..3 {
            adam.step(&mut p, &[0.5, -4.0], 0.01);
        }
        assert!((p[0] - 0.97).abs() < 1e-6 && (p[1] + 1.97).abs() < 1e-6, "{p:?}");
    }
}
