//! How gradients change parameters.

use std::collections::BTreeMap;

use super::config::Rule;
use crate::network::{Group, Layout, Matrix, MatrixShape, Product, Real, Update};
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
    rule: Rule,
    factors: BTreeMap<String, f64>,
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
            rule: Rule::Adam,
            factors: BTreeMap::new(),
        }
    }

    /// The same with another rule, and with factors of the rates of single groups.
    #[must_use]
    pub fn with(self, rule: Rule, factors: &BTreeMap<String, f64>) -> Self {
        Self {
            rule,
            factors: factors.clone(),
            ..self
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
            steps: _,
            rule,
            factors,
        } = self;
        let additive = rates.additive;
        chosen().dispatch(
            #[inline(always)]
            || {
                for group in layout.groups() {
                    let range = group.range.clone();
                    let moved = parameters[range.clone()]
                        .iter_mut()
                        .zip(&gradient[range.clone()]);
                    let factor = F::of(factors.get(group.name).copied().unwrap_or(1.0));
                    let rate = rate * factor;
                    match group.update {
                        Update::Additive if moves_whole(*rule, group).is_some() => (),
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
        for group in layout.groups() {
            if let (Some(matrix), Update::Additive) = (moves_whole(*rule, group), group.update) {
                let range = group.range.clone();
                let factor = factors.get(group.name).copied().unwrap_or(1.0);
                let (p, g) = (&mut parameters[range.clone()], &gradient[range.clone()]);
                orthogonal_step(matrix, p, g, &mut first[range], additive * factor);
            }
        }
    }
}

/// The matrix in which a group stands, if the rule moves all of it at a time.
fn moves_whole(rule: Rule, group: &Group) -> Option<&MatrixShape> {
    match rule {
        Rule::Adam => None,
        Rule::Orthogonal => group.matrix.as_ref(),
    }
}

/// Share of the momentum that an orthogonal step keeps.
const MOMENTUM: f64 = 0.95;
/// Root mean square of the entries of an orthogonal step at rate 1, about that of Adam.
const STEP: f64 = 0.2;
/// Coefficients of the iteration that brings all singular values near 1 (Jordan et al. 2024).
const ITERATION: [f64; 3] = [3.4445, -4.7750, 2.0315];
const ITERATIONS: usize = 5;

/// Moves the entries of a matrix by the orthogonal factor of their momentum.
fn orthogonal_step<F: Real>(
    matrix: &MatrixShape,
    parameters: &mut [F],
    gradient: &[F],
    momentum: &mut [F],
    rate: f64,
) {
    if parameters.is_empty() {
        return;
    }
    let keep = F::of(MOMENTUM);
    for (m, &g) in momentum.iter_mut().zip(gradient) {
        *m = keep * *m + g;
    }
    let place = |index: usize| matrix.places.as_ref().map_or(index, |p| p[index] as usize);
    let sign = |index: usize, value: F| match matrix.signs.get(index) {
        Some(&sign) if sign != 0 => {
            let of_value = if value < F::zero() { -1.0 } else { 1.0 };
            F::of(f64::from(sign) * of_value)
        }
        _ => F::one(),
    };
    let (rows, columns) = (matrix.rows, matrix.columns);
    let mut whole = vec![F::zero(); rows * columns];
    for (index, (&m, &g)) in momentum.iter().zip(gradient).enumerate() {
        whole[place(index)] = (g + keep * m) * sign(index, parameters[index]);
    }
    let step = orthogonal_factor(&whole, rows, columns);
    let size = F::of(rate * STEP * (rows.max(columns) as f64).sqrt());
    for (index, p) in parameters.iter_mut().enumerate() {
        let s = sign(index, *p);
        *p -= size * s * step[place(index)];
    }
}

/// Nearly the orthogonal factor of a matrix: its singular values become about 1.
fn orthogonal_factor<F: Real>(whole: &[F], rows: usize, columns: usize) -> Vec<F> {
    let wide = rows <= columns;
    let norm = whole
        .iter()
        .map(|v| v.as_f64() * v.as_f64())
        .sum::<f64>()
        .sqrt();
    let scale = F::of(1.0 / (norm + 1e-30));
    let mut x: Vec<F> = whole.iter().map(|&v| v * scale).collect();
    let n = rows.min(columns);
    let [a, b, c] = ITERATION.map(F::of);
    for _ in 0..ITERATIONS {
        let at = Matrix::new(&x, columns);
        let (left, right) = if wide { (at, at.t()) } else { (at.t(), at) };
        let mut gram = vec![F::zero(); n * n];
        F::multiply_add(Product {
            target: &mut gram,
            left,
            right,
        });
        let mut square: Vec<F> = vec![F::zero(); n * n];
        F::multiply_add(Product {
            target: &mut square,
            left: Matrix::new(&gram, n),
            right: Matrix::new(&gram, n),
        });
        let polynomial: Vec<F> = gram
            .iter()
            .zip(&square)
            .map(|(&g, &s)| b * g + c * s)
            .collect();
        let mut next: Vec<F> = x.iter().map(|&v| a * v).collect();
        let polynomial = Matrix::new(&polynomial, n);
        let at = Matrix::new(&x, columns);
        let (left, right) = if wide {
            (polynomial, at)
        } else {
            (at, polynomial)
        };
        F::multiply_add(Product {
            target: &mut next,
            left,
            right,
        });
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::StandardNormal;
    use crate::random::stream;
    use rand::RngExt;

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

    fn matrix(rows: usize, columns: usize, seed: u64) -> Vec<f64> {
        let mut random = stream(seed, &["matrix"]);
        let draw = |_| random.sample::<f64, _>(StandardNormal);
        (0..rows * columns).map(draw).collect()
    }

    /// The iteration brings all singular values, over four orders of magnitude, near 1 and leaves
    /// the singular vectors as they are; checked by the decomposition of faer.
    #[test]
    fn the_orthogonal_factor_has_all_singular_values_near_one() {
        for (rows, columns) in [(1, 5), (8, 8), (40, 12), (12, 40)] {
            let whole = matrix(rows, columns, 3);
            let factor = orthogonal_factor(&whole, rows, columns);
            let of =
                |values: &[f64]| faer::Mat::from_fn(rows, columns, |i, j| values[i * columns + j]);
            let (before, after) = (of(&whole).thin_svd().unwrap(), of(&factor));
            let inner = before.U().transpose() * &after * before.V();
            for i in 0..rows.min(columns) {
                let one = inner[(i, i)];
                assert!((0.6..1.3).contains(&one), "{rows} x {columns}: {one}");
                for j in (0..rows.min(columns)).filter(|&j| j != i) {
                    assert!(inner[(i, j)].abs() < 1e-6);
                }
            }
        }
    }

    /// Strengths under signs move as the entries themselves do.
    #[test]
    fn signed_strengths_move_as_their_weights() {
        let (rows, columns) = (4, 5);
        let (weights, slopes) = (matrix(rows, columns, 1), matrix(rows, columns, 2));
        let step = |parameters: &mut Vec<f64>, gradient: &[f64], signs: Vec<i8>| {
            let shape = MatrixShape {
                signs,
                ..MatrixShape::full(rows * columns, columns)
            };
            let mut layout = Layout::default();
            layout.push_matrix("m", shape);
            let mut optimiser = Optimiser::new(&layout).with(Rule::Orthogonal, &BTreeMap::new());
            optimiser.step(parameters, gradient, RATES);
            optimiser.step(parameters, gradient, RATES);
        };
        let mut plain = weights.clone();
        step(&mut plain, &slopes, Vec::new());
        let moved = plain.iter().zip(&weights).map(|(a, b)| (a - b).powi(2));
        let moved = (moved.sum::<f64>() / weights.len() as f64).sqrt();
        // Two steps of about the size that Adam's would have.
        assert!((0.002..0.006).contains(&moved), "{moved}");
        let sign = |w: &f64| if *w < 0.0 { -1.0 } else { 1.0 };
        let mut strengths: Vec<f64> = weights.iter().map(|w| w.abs()).collect();
        let by_strength: Vec<f64> = weights
            .iter()
            .zip(&slopes)
            .map(|(w, g)| sign(w) * g)
            .collect();
        let signs = weights.iter().map(|w| sign(w) as i8).collect();
        step(&mut strengths, &by_strength, signs);
        for ((strength, weight), plain) in strengths.iter().zip(&weights).zip(&plain) {
            assert!((sign(weight) * strength - plain).abs() < 1e-12);
        }
    }
}
