//! Memory capacity: how well a linear read-out recalls earlier inputs (Jaeger 2001).
//!
//! ```text
//! MC = sum_k r^2( u(t - k), y_k(t) )        k = 1 ... K
//! ```
//!
//! with the squared correlation, over steps that the read-out was not fitted on, of an input and
//! its reconstruction `y_k` by ridge regression from the state. Length of the series, range of the
//! input, ridge and delays are conventions, and `MC` depends on every one of them.

use faer::prelude::Solve;
use faer::{Mat, MatRef, Side};
use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::network::Reservoir;
use crate::random::stream;

/// A named way of measuring memory capacity.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::IntoStaticStr,
    strum::VariantArray,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MemoryConvention {
    /// That of the toolbox conn2res (its third example): 4,050 inputs from -1 to 1 with a gain of
    /// 1e-4, 20 delays, seven tenths of the steps to fit on, ridge .5 without intercept. Both parts
    /// begin with a state of zeros, and the modulus of the correlation is summed, not its square.
    Conn2res,
    /// That of `reservoirpy.observables.memory_capacity`: ten inputs from -.8 to .8 for each of 50
    /// delays, the last hundred of them to test on, as many as there are delays left out at the
    /// start, ridge 1e-4 with intercept.
    Reservoirpy,
}

/// What a convention fixes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rules {
    amplitude: f64,
    gain: f64,
    delays: usize,
    /// Steps at the start that are neither fitted nor tested on.
    warm_up: usize,
    fitted: usize,
    tested: usize,
    ridge: f64,
    intercept: bool,
    /// Whether the steps that are tested on begin with a state of zeros.
    begins_anew: bool,
    squared: bool,
}

impl MemoryConvention {
    /// The word used in tables and pipelines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    fn rules(self) -> Rules {
        match self {
            Self::Conn2res => Rules {
                amplitude: 1.0,
                gain: 1e-4,
                delays: 20,
                warm_up: 0,
                fitted: 2835,
                tested: 1215,
                ridge: 0.5,
                intercept: false,
                begins_anew: true,
                squared: false,
            },
            Self::Reservoirpy => Rules {
                amplitude: 0.8,
                gain: 1.0,
                delays: 50,
                warm_up: 50,
                fitted: 300,
                tested: 100,
                ridge: 1e-4,
                intercept: true,
                begins_anew: false,
                squared: true,
            },
        }
    }

    /// Inputs that the convention asks for: those that are only recalled, then one for each step.
    #[must_use]
    pub fn inputs(self) -> usize {
        let p = self.rules();
        p.delays + p.warm_up + p.fitted + p.tested
    }

    /// White inputs for this convention.
    #[must_use]
    pub fn series(self, seed: u64) -> Vec<f64> {
        let mut random = stream(seed, &["memory", self.as_str()]);
        let amplitude = self.rules().amplitude;
        let draw = |_| amplitude * (2.0 * random.random::<f64>() - 1.0);
        (0..self.inputs()).map(draw).collect()
    }
}

/// How well each delay is recalled, from 1; their sum is the memory capacity. `series` has
/// [`MemoryConvention::inputs`] values. A delay whose reconstruction does not vary is not recalled.
#[must_use]
pub fn memory_capacities(
    reservoir: &Reservoir,
    convention: MemoryConvention,
    series: &[f64],
) -> Vec<f64> {
    let p = convention.rules();
    let reservoir = reservoir.clone().with_gain(p.gain);
    let driven = &series[p.delays..];
    let (first, last) = (p.warm_up + p.fitted, p.tested);
    let states = if p.begins_anew {
        let (fitted, tested) = driven.split_at(first);
        let (fitted, tested) = (reservoir.states(fitted), reservoir.states(tested));
        Mat::from_fn(first + last, reservoir.read.len(), |t, i| match t < first {
            true => fitted[(t, i)],
            false => tested[(t - first, i)],
        })
    } else {
        reservoir.states(driven)
    };
    let targets = Mat::from_fn(driven.len(), p.delays, |t, k| series[p.delays + t - 1 - k]);
    let (fit, test) = (p.warm_up..first, first..first + last);
    let read =
        |of: &Mat<f64>, rows: std::ops::Range<usize>| of.subrows(rows.start, rows.len()).to_owned();
    let found = predicted(
        read(&states, fit.clone()),
        read(&targets, fit),
        read(&states, test.clone()),
        p.ridge,
        p.intercept,
    );
    let wanted = read(&targets, test);
    let capacity = |k: usize| {
        let r = correlation(found.as_ref(), wanted.as_ref(), k);
        if p.squared { r * r } else { r.abs() }
    };
    (0..p.delays).map(capacity).collect()
}

/// The predictions of a ridge regression fitted on `states` and `targets`, for other states.
fn predicted(
    mut states: Mat<f64>,
    mut targets: Mat<f64>,
    mut others: Mat<f64>,
    ridge: f64,
    intercept: bool,
) -> Mat<f64> {
    let means = |of: &Mat<f64>| -> Vec<f64> {
        let mean = |column: faer::ColRef<'_, f64>| column.iter().sum::<f64>() / of.nrows() as f64;
        of.col_iter().map(mean).collect()
    };
    let shift = |of: &mut Mat<f64>, by: &[f64], factor: f64| {
        for (column, by) in of.col_iter_mut().zip(by) {
            column.iter_mut().for_each(|value| *value += factor * by);
        }
    };
    let (of_states, of_targets) = (means(&states), means(&targets));
    if intercept {
        shift(&mut states, &of_states, -1.0);
        shift(&mut targets, &of_targets, -1.0);
        shift(&mut others, &of_states, -1.0);
    }
    let mut gram = states.transpose() * &states;
    (0..gram.nrows()).for_each(|i| gram[(i, i)] += ridge);
    let Ok(factors) = gram.llt(Side::Lower) else {
        return Mat::zeros(others.nrows(), targets.ncols());
    };
    let weights = factors.solve(states.transpose() * &targets);
    let mut found = others * weights;
    if intercept {
        shift(&mut found, &of_targets, 1.0);
    }
    found
}

/// Correlation of a column of two matrices; 0 where one of them does not vary.
fn correlation(a: MatRef<'_, f64>, b: MatRef<'_, f64>, column: usize) -> f64 {
    let n = a.nrows() as f64;
    let (a, b) = (a.col(column), b.col(column));
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b.iter()) {
        let (x, y) = (x - mean_a, y - mean_b);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    if aa > 0.0 && bb > 0.0 {
        ab / (aa * bb).sqrt()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Golden {
        neurons: usize,
        weights: Vec<(u32, u32, f64)>,
        input: Vec<f64>,
        series: Vec<f64>,
        capacities: Vec<f64>,
        conn2res_series: Vec<f64>,
        conn2res_capacities: Vec<f64>,
    }

    /// `benches/reservoir_peers.py` writes the file: from reservoirpy itself, and for conn2res from
    /// its definition.
    #[test]
    fn memory_capacities_are_those_of_the_peers() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/reservoir.json");
        let golden: Golden = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let reservoir = Reservoir {
            neurons: golden.neurons,
            weights: golden.weights,
            input: golden.input,
            read: (0..golden.neurons as u32).collect(),
            leak: 1.0,
            response: crate::reservoir::Response::Tanh,
        };
        let check = |convention, series: &[f64], wanted: &[f64]| -> f64 {
            let found = memory_capacities(&reservoir, convention, series);
            assert_eq!(found.len(), wanted.len());
            for (found, wanted) in found.iter().zip(wanted) {
                assert!(
                    (found - wanted).abs() < 1e-6,
                    "{convention}: {found}, not {wanted}"
                );
            }
            found.iter().sum()
        };
        let total = check(
            MemoryConvention::Reservoirpy,
            &golden.series,
            &golden.capacities,
        );
        assert!((total - 18.78).abs() < 0.005, "{total}");
        let (series, wanted) = (&golden.conn2res_series, &golden.conn2res_capacities);
        check(MemoryConvention::Conn2res, series, wanted);
    }

    #[test]
    fn a_delay_line_remembers_as_many_inputs_as_it_has_neurons() {
        let line = Reservoir::delay_line(12);
        let convention = MemoryConvention::Reservoirpy;
        let found = memory_capacities(&line, convention, &convention.series(3));
        // The first neuron holds the present input, the twelfth that of eleven steps ago.
        assert!(
            found[..11].iter().all(|c| (c - 1.0).abs() < 1e-6),
            "{found:?}"
        );
        assert!(found[11..].iter().all(|c| *c < 0.2), "{found:?}");
    }
}
