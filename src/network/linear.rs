//! A network at slope 1: what its initial wiring and maps carry without any training, in closed
//! form.
//!
//! With linear rates the held state is `h = E x`, a linear function of the sequence `x`, and the
//! frames that are read out of a start state `h0` are `D h0`. Let the held state have noise of
//! `1/s` of its mean power. The best linear estimate of the sequence from it is `K h`, and the
//! network gives back what `D` can express of it: `P K h` with the ridge projection `P = D (D'D +
//! l)^-1 D'`, where `l` is `1/s` of the mean of the diagonal of `D'D`. Without noise the rank alone
//! would decide, with maps whose entries no network could use: `s` is part of the definition.

use super::dynamics::{Squeeze, Structure};
use super::elementary::logistic;
use super::product::{Matrix, Product};
use super::{Cell, Real};
use crate::task::Directions;

/// Signal-to-noise ratio of the held state in the linear bound, as a ratio of powers.
pub const LINEAR_SNR: f64 = 1e4;

/// The linear maps of a network at slope 1.
pub(super) struct Linearised {
    held: usize,
    ambient: usize,
    /// `E`, row held neuron, column (channel, step).
    encode: Vec<f64>,
    /// `D`, row (channel, step), column held neuron.
    decode: Vec<f64>,
}

/// `left * right`, both row-major.
fn product(left: Matrix<'_, f64>, right: Matrix<'_, f64>, entries: usize) -> Vec<f64> {
    let mut target = vec![0.0; entries];
    <f64 as super::dynamics::Kernels>::multiply_add(Product {
        target: &mut target,
        left,
        right,
    });
    target
}

/// Solves `matrix x = right` for a symmetric positive definite matrix of order `n` by Cholesky;
/// `right` has `columns` columns and becomes the solution. False if the matrix is not positive
/// definite.
fn solve(matrix: &mut [f64], n: usize, right: &mut [f64], columns: usize) -> bool {
    for j in 0..n {
        for i in j..n {
            let (above, below) = matrix.split_at(i * n);
            let row = |r: usize| {
                if r == i {
                    &below[..j]
                } else {
                    &above[r * n..][..j]
                }
            };
            let done: f64 = row(i).iter().zip(row(j)).map(|(a, b)| a * b).sum();
            let left = matrix[i * n + j] - done;
            if i > j {
                matrix[i * n + j] = left / matrix[j * n + j];
            } else if left > 0.0 {
                matrix[j * n + j] = left.sqrt();
            } else {
                return false;
            }
        }
    }
    for i in 0..n {
        let (before, rest) = right.split_at_mut(i * columns);
        let this = &mut rest[..columns];
        for (k, other) in before.chunks_exact(columns).enumerate() {
            let factor = matrix[i * n + k];
            this.iter_mut()
                .zip(other)
                .for_each(|(a, b)| *a -= factor * b);
        }
        this.iter_mut().for_each(|a| *a /= matrix[i * n + i]);
    }
    for i in (0..n).rev() {
        let (before, after) = right.split_at_mut((i + 1) * columns);
        let this = &mut before[i * columns..];
        for (k, other) in after.chunks_exact(columns).enumerate() {
            let factor = matrix[(i + 1 + k) * n + i];
            this.iter_mut()
                .zip(other)
                .for_each(|(a, b)| *a -= factor * b);
        }
        this.iter_mut().for_each(|a| *a /= matrix[i * n + i]);
    }
    true
}

/// Adds `1/s` of the mean of the diagonal to the diagonal.
fn add_ridge(matrix: &mut [f64], n: usize, s: f64) {
    let mean = (0..n).map(|i| matrix[i * n + i]).sum::<f64>() / n as f64;
    (0..n).for_each(|i| matrix[i * n + i] += mean / s);
}

impl Linearised {
    /// The maps of a network of rate units with these parameters. `None` for liquid time constants,
    /// and where neurons keep their state, which have no such maps.
    pub(super) fn new<F: Real>(s: &Structure<F>, parameters: &[F], steps: usize) -> Option<Self> {
        if s.cell != Cell::Rate || !matches!(s.squeeze, Squeeze::Maps { .. }) {
            return None;
        }
        let (n, p) = (s.neurons, &s.places);
        let leak = |i: usize| 0.5 * logistic(parameters[p.leak.start + i]).as_f64();
        let mut next = vec![0.0; n * n];
        let rows = s.recurrent.row_ranges().zip(0..n);
        for (edges, row) in rows {
            for (edge, column) in edges.clone().zip(s.recurrent.columns_of(edges)) {
                let index = s.parameter_of[edge] as usize;
                let raw = parameters[p.recurrent.start + index];
                next[row * n + column as usize] += s.weights.weight(raw, s.signs[index]).as_f64();
            }
        }
        for (&(a, b), &raw) in s.gap_pairs.iter().zip(&parameters[p.gap.clone()]) {
            let gap = s.weights.weight(raw, F::one()).as_f64();
            let (a, b) = (a as usize, b as usize);
            next[a * n + b] += gap;
            next[b * n + a] += gap;
            next[a * n + a] -= gap;
            next[b * n + b] -= gap;
        }
        for i in 0..n {
            let a = leak(i);
            next[i * n..(i + 1) * n].iter_mut().for_each(|w| *w *= a);
            next[i * n + i] += 1.0 - a;
        }
        let values = |range: &std::ops::Range<usize>| -> Vec<f64> {
            parameters[range.clone()]
                .iter()
                .map(|v| v.as_f64())
                .collect()
        };
        let (channels, held) = (s.channels, s.reset.len());
        let ambient = channels * steps;
        let mut state = vec![0.0; n * channels];
        let input = values(&p.input);
        for (edges, row) in s.input.row_ranges().zip(0..n) {
            for (edge, channel) in edges.clone().zip(s.input.columns_of(edges)) {
                state[row * channels + channel as usize] = leak(row) * input[edge];
            }
        }
        let mut encode = vec![0.0; held * ambient];
        for t in (0..steps).rev() {
            for (row, &neuron) in s.reset.iter().enumerate() {
                for channel in 0..channels {
                    encode[row * ambient + channel * steps + t] =
                        state[neuron as usize * channels + channel];
                }
            }
            state = product(
                Matrix::new(&next, n),
                Matrix::new(&state, channels),
                n * channels,
            );
        }
        let mut read = vec![0.0; channels * n];
        let readout = values(&p.readout);
        for (edges, channel) in s.readout.row_ranges().zip(0..channels) {
            for (edge, neuron) in edges.clone().zip(s.readout.columns_of(edges)) {
                read[channel * n + neuron as usize] = readout[edge];
            }
        }
        let mut decode = vec![0.0; ambient * held];
        for t in 0..steps {
            read = product(Matrix::new(&read, n), Matrix::new(&next, n), channels * n);
            for channel in 0..channels {
                for (column, &neuron) in s.reset.iter().enumerate() {
                    decode[(channel * steps + t) * held + column] =
                        read[channel * n + neuron as usize];
                }
            }
        }
        Some(Self {
            held,
            ambient,
            encode,
            decode,
        })
    }

    /// `K E X` and `K`, with the covariance `X = F F'` of the sequences.
    fn estimate(&self, covariance: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let (h, d) = (self.held, self.ambient);
        let e = Matrix::new(&self.encode, d);
        let known = product(e, Matrix::new(covariance, d), h * d);
        let known_of = Matrix::new(&known, d);
        let mut power = product(known_of, e.t(), h * h);
        add_ridge(&mut power, h, LINEAR_SNR);
        // K' = (E X E' + noise)^-1 E X.
        let mut estimator = known.clone();
        if !solve(&mut power, h, &mut estimator, d) {
            return None;
        }
        let explained = product(Matrix::new(&estimator, d).t(), known_of, d * d);
        Some((explained, estimator))
    }

    /// `(D'D + l)^-1 D'`, held x ambient.
    fn express(&self) -> Option<Vec<f64>> {
        let (h, d) = (self.held, self.ambient);
        let of = Matrix::new(&self.decode, h);
        let mut gram = product(of.t(), of, h * h);
        add_ridge(&mut gram, h, LINEAR_SNR);
        let mut right = vec![0.0; h * d];
        for (row, entries) in self.decode.chunks_exact(h).enumerate() {
            for (column, &entry) in entries.iter().enumerate() {
                right[column * d + row] = entry;
            }
        }
        solve(&mut gram, h, &mut right, d).then_some(right)
    }

    /// The number of sources carried by the best maps from the held state to the start state.
    pub(super) fn carried(&self, directions: Directions<'_>) -> Option<f64> {
        let (h, d, m) = (self.held, self.ambient, directions.sources);
        let f = Matrix::new(directions.values, m);
        let covariance = product(f, f.t(), d * d);
        let (explained, _) = self.estimate(&covariance)?;
        let express = self.express()?;
        let onto = product(
            Matrix::new(&self.decode, h),
            Matrix::new(&express, d),
            d * d,
        );
        let through = product(Matrix::new(&onto, d), Matrix::new(&explained, d), d * d);
        let trace = |m: &[f64]| (0..d).map(|i| m[i * d + i]).sum::<f64>();
        // tr(P V P) with symmetric P.
        let twice: f64 = (0..d * d)
            .map(|at| through[at] * onto[at % d * d + at / d])
            .sum();
        let gained = 2.0 * trace(&through) - twice;
        Some(m as f64 * gained / trace(&covariance))
    }

    /// The map from the held state to the start state that the bound takes for best, held x held.
    #[cfg(test)]
    fn best_map(&self, covariance: &[f64]) -> Option<Vec<f64>> {
        let (h, d) = (self.held, self.ambient);
        let (_, estimator) = self.estimate(covariance)?;
        let express = self.express()?;
        let (express, estimator) = (Matrix::new(&express, d), Matrix::new(&estimator, d));
        Some(product(express, estimator.t(), h * h))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{
        Activation, Bottleneck, Connection, Demand, EngramNetwork, Model, NetworkConfig, Wiring,
    };
    use crate::random::stream;
    use crate::task::{Task, TaskConfig, TaskKind};
    use rand::RngExt;

    fn wiring() -> Wiring {
        let mut random = stream(7, &["wiring"]);
        let mut connections = Vec::new();
        for (post, pre) in (0..14).flat_map(|post| (0..14).map(move |pre| (post, pre))) {
            if random.random::<f64>() < 0.4 {
                let inhibitory = pre % 3 == 0;
                connections.push(Connection {
                    pre,
                    post,
                    strength: 0.1 + 0.3 * random.random::<f64>(),
                    sign: if inhibitory {
                        crate::connectome::Sign::Inhibitory
                    } else {
                        crate::connectome::Sign::Excitatory
                    },
                });
            }
        }
        Wiring {
            neurons: 14,
            connections,
            gap_junctions: vec![(0, 5, 1.0), (1, 6, 2.0), (9, 11, 0.5)],
            input: vec![0, 1, 2, 3],
            inner: vec![4, 5, 6, 7, 8, 9],
            output: vec![9, 10, 11, 12, 13],
        }
    }

    /// With the best maps in place, the network itself, run on sequences, carries what the closed
    /// form says: but for the noise, a thousandth.
    #[test]
    fn the_bound_is_what_the_network_carries_with_the_best_maps() {
        let config = NetworkConfig {
            activation: Activation::Linear,
            leak: 0.4,
            ..NetworkConfig::default()
        };
        for sources in [2, 6, 15] {
            let task = TaskConfig {
                channels: Some(3),
                steps: Some(5),
                ..TaskConfig::new("t", TaskKind::Capacity { sources })
            };
            let task = Task::new(&task.check().unwrap(), 1).unwrap();
            let directions = task.directions().unwrap();
            let demand = Demand::of(&task);
            let mut network =
                EngramNetwork::<f64>::new(&wiring(), demand, &Bottleneck::None, &config, 4)
                    .unwrap();
            let bound = network.linear_bound(directions).unwrap();
            let f = Matrix::new(directions.values, sources);
            let covariance = product(f, f.t(), 15 * 15);
            let best = network
                .linearised(5)
                .unwrap()
                .best_map(&covariance)
                .unwrap();
            for group in network.layout().groups().to_vec() {
                let values = &mut network.parameters_mut()[group.range];
                match group.name {
                    "encode" => (0..36).for_each(|at| values[at] = f64::from(at / 6 == at % 6)),
                    "decode" => values.copy_from_slice(&best),
                    _ => {}
                }
            }
            let batch = task.sample::<f64>(32 * 256, &mut stream(3, &["data"]));
            let error = network.observe(&batch, 0).loss / batch.variance();
            let carried = sources as f64 * (1.0 - error);
            assert!(bound > 0.3 && bound < sources.min(6) as f64, "{bound}");
            // The noise of the held state, which the network does not have, costs this much.
            let linear = network.linearised(5).unwrap();
            let e = Matrix::new(&linear.encode, 15);
            let known = product(e, Matrix::new(&covariance, 15), 6 * 15);
            let power = product(Matrix::new(&known, 15), e.t(), 36);
            let power = (0..6).map(|i| power[i * 7]).sum::<f64>() / 6.0;
            let (d, m) = (Matrix::new(&linear.decode, 6), Matrix::new(&best, 6));
            let gain: f64 = product(d, m, 15 * 6).iter().map(|v| v * v).sum();
            let cost = power / LINEAR_SNR * gain * sources as f64 / 15.0;
            assert!(
                (carried - bound - cost).abs() < 0.02 * bound,
                "{carried} {bound} {cost}"
            );
        }
    }

    #[test]
    fn a_system_is_solved() {
        let mut matrix = vec![4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0];
        let wanted = [1.0, -2.0, 0.5, 3.0, -1.0, 4.0];
        let mut right = product(Matrix::new(&matrix, 3), Matrix::new(&wanted, 2), 6);
        assert!(solve(&mut matrix, 3, &mut right, 2));
        assert!(right.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12));
        assert!(!solve(&mut [1.0, 2.0, 2.0, 1.0], 2, &mut [1.0, 1.0], 1));
    }
}
