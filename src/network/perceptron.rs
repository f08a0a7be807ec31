//! The unconstrained control: a multilayer perceptron autoencoder.
//!
//! `x (d) -> tanh h1 (n) -> z (k) -> tanh h2 (n) -> y (d)`, with the noise in `z` that the task
//! asks for ([`Protocol::latent_snr`](super::Protocol)). It has no steps, and nothing is fed back
//! to it. Without a bottleneck `h1` feeds `h2` directly. It sees the whole sequence at once and has
//! no wiring: where it fails to code a task in `k` units, the wiring of a network is not to blame
//! for the same failure.

use rand::RngExt;
use std::ops::Range;

use super::product::{Matrix, Product};
use super::{Activity, Bottleneck, Costs, Demand, Layout, Model, NetworkError, Real};
use crate::portable::StandardNormal;
use crate::random::{ChaCha8Rng, stream};
use crate::task::Batch;

/// A dense layer `out = W in + b`, and where its parameters lie.
#[derive(Clone, Debug)]
struct Layer {
    weights: Range<usize>,
    bias: Range<usize>,
    inputs: usize,
    squashed: bool,
}

/// A `tanh` autoencoder over sequences flattened to vectors.
#[derive(Clone, Debug)]
pub struct Perceptron<F> {
    layers: Vec<Layer>,
    /// Index of the layer whose output is the bottleneck.
    bottleneck: Option<usize>,
    /// Signal-to-noise ratio of the bottleneck; `None` if it is exact.
    snr: Option<f64>,
    seed: u64,
    layout: Layout,
    parameters: Vec<F>,
    /// Output of each layer (units x samples).
    outputs: Vec<Vec<F>>,
    /// Derivatives of the costs by these outputs.
    adjoints: Vec<Vec<F>>,
    /// The bottleneck's units before squashing and noise.
    latent: Vec<F>,
}

impl<F: Real> Perceptron<F> {
    /// Bytes needed to train on `samples` sequences at a time: parameters, gradient, moments of an
    /// optimiser, and the outputs of all units with their derivatives.
    #[must_use]
    pub fn training_bytes(
        demand: Demand,
        hidden: usize,
        units: Option<usize>,
        samples: usize,
    ) -> u64 {
        let (ambient, hidden) = ((demand.channels * demand.steps) as u64, hidden as u64);
        let units = units.map_or(0, |units| units as u64);
        let width = if units == 0 { hidden } else { units };
        let outputs = 2 * hidden + units + ambient;
        let weights = 2 * ambient * hidden + hidden * units + width * hidden + outputs;
        size_of::<F>() as u64 * (4 * weights + 2 * outputs * samples as u64)
    }

    /// Builds the control for sequences of the demanded shape, with `hidden` units in either hidden
    /// layer. Every layer is drawn from a stream of its own under `seed`.
    ///
    /// # Errors
    /// [`NetworkError::Neurons`] for a bottleneck of neurons, which a perceptron does not have.
    pub fn new(
        demand: Demand,
        hidden: usize,
        bottleneck: &Bottleneck,
        seed: u64,
    ) -> Result<Self, NetworkError> {
        let ambient = demand.channels * demand.steps;
        let mut layout = Layout::default();
        let mut layers = Vec::new();
        let mut add = |weights: &'static str,
                       bias: &'static str,
                       inputs: usize,
                       outputs: usize,
                       squashed: bool| {
            let (weights, bias) = (
                layout.push(weights, inputs * outputs),
                layout.push(bias, outputs),
            );
            layers.push(Layer {
                weights,
                bias,
                inputs,
                squashed,
            });
        };
        add("hidden", "hidden_bias", ambient, hidden, true);
        let mut width = hidden;
        match bottleneck {
            Bottleneck::None => (),
            Bottleneck::Linear(units) => {
                add("encode", "encode_bias", hidden, *units, false);
                width = *units;
            }
            Bottleneck::Neurons(_) | Bottleneck::TopK(_) => {
                return Err(NetworkError::Neurons("a perceptron has none".into()));
            }
        }
        add("decode", "decode_bias", width, hidden, true);
        add("readout", "readout_bias", hidden, ambient, false);
        let mut parameters = vec![F::zero(); layout.len()];
        for (index, layer) in layers.iter().enumerate() {
            // Layers are numbered from both ends, so that those around a bottleneck start alike
            // with and without it.
            let place = if index < 1 {
                index.to_string()
            } else {
                format!("-{}", layers.len() - index)
            };
            let mut random = stream(seed, &["initial", &place]);
            let scale = 1.0 / (layer.inputs as f64).sqrt();
            for value in &mut parameters[layer.weights.clone()] {
                *value = F::of(scale * random.sample::<f64, _>(StandardNormal));
            }
        }
        let empty = vec![Vec::new(); layers.len()];
        let bottleneck = (*bottleneck != Bottleneck::None).then_some(1);
        let snr = demand.protocol.latent_snr;
        let latent = Vec::new();
        Ok(Self {
            layers,
            bottleneck,
            snr,
            seed,
            layout,
            parameters,
            outputs: empty.clone(),
            adjoints: empty,
            latent,
        })
    }

    fn forward(&mut self, batch: &Batch<F>, draw: u64) -> f64 {
        let samples = batch.samples;
        for index in 0..self.layers.len() {
            let layer = &self.layers[index];
            let (before, after) = self.outputs.split_at_mut(index);
            let input = before.last().map_or(&batch.values, |v| v);
            let output = &mut after[0];
            output.clear();
            for &bias in &self.parameters[layer.bias.clone()] {
                output.resize(output.len() + samples, bias);
            }
            F::multiply_add(Product {
                target: output,
                left: Matrix::new(&self.parameters[layer.weights.clone()], layer.inputs),
                right: Matrix::new(input, samples),
            });
            if layer.squashed {
                F::squash(output);
            }
            if self.bottleneck == Some(index) {
                self.latent.clone_from(output);
                if let Some(snr) = self.snr {
                    let mut random = stream(self.seed, &["noise", &draw.to_string()]);
                    let deviation = 1.0 / snr.sqrt();
                    let noise = |random: &mut ChaCha8Rng| {
                        F::of(deviation * random.sample::<f64, _>(StandardNormal))
                    };
                    F::squash(output);
                    output.iter_mut().for_each(|z| *z += noise(&mut random));
                }
            }
        }
        let output = self.outputs.last().map_or(&[][..], |v| v);
        let squares: f64 = output
            .iter()
            .zip(&batch.values)
            .map(|(&y, &x)| (y - x).as_f64())
            .map(|difference| difference * difference)
            .sum();
        squares / batch.values.len() as f64
    }
}

impl<F: Real> Model<F> for Perceptron<F> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn parameters(&self) -> &[F] {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut [F] {
        &mut self.parameters
    }

    fn loss_and_gradient(&mut self, batch: &Batch<F>, draw: u64, gradient: &mut [F]) -> Costs {
        let loss = self.forward(batch, draw);
        let samples = batch.samples;
        gradient.fill(F::zero());
        let scale = F::of(2.0 / batch.values.len() as f64);
        let last = self.layers.len() - 1;
        self.adjoints[last] = self.outputs[last]
            .iter()
            .zip(&batch.values)
            .map(|(&y, &x)| scale * (y - x))
            .collect();
        for index in (0..=last).rev() {
            let layer = &self.layers[index];
            let (lower, upper) = self.adjoints.split_at_mut(index);
            let adjoint = &mut upper[0];
            if layer.squashed {
                adjoint
                    .iter_mut()
                    .zip(&self.outputs[index])
                    .for_each(|(a, &y)| *a *= F::one() - y * y);
            }
            if let (true, Some(_)) = (self.bottleneck == Some(index), self.snr) {
                F::times_squash_slope(adjoint, &self.latent);
            }
            let input = if index == 0 {
                &batch.values
            } else {
                &self.outputs[index - 1]
            };
            let signal = Matrix::new(adjoint, samples);
            F::multiply_add(Product {
                target: &mut gradient[layer.weights.clone()],
                left: signal,
                right: Matrix::new(input, samples).t(),
            });
            for (g, row) in gradient[layer.bias.clone()]
                .iter_mut()
                .zip(adjoint.chunks_exact(samples))
            {
                *g = row.iter().copied().sum();
            }
            if let Some(below) = lower.last_mut() {
                below.clear();
                below.resize(layer.inputs * samples, F::zero());
                F::multiply_add(Product {
                    target: below,
                    left: Matrix::new(&self.parameters[layer.weights.clone()], layer.inputs).t(),
                    right: signal,
                });
            }
        }
        Costs {
            reconstruction: loss,
            error: loss,
            ..Costs::default()
        }
    }

    fn observe(&mut self, batch: &Batch<F>, draw: u64) -> Activity {
        let loss = self.forward(batch, draw);
        let samples = batch.samples;
        let by_sample = |values: &[F]| -> (Vec<f64>, usize) {
            let units = values.len() / samples;
            let value = |s: usize, u: usize| values[u * samples + s].as_f64();
            (
                (0..samples)
                    .flat_map(|s| (0..units).map(move |u| value(s, u)))
                    .collect(),
                units,
            )
        };
        let (hidden, hidden_units) = by_sample(&self.outputs[0]);
        let (latent, latent_units) = self
            .bottleneck
            .map_or((Vec::new(), 0), |_| by_sample(&self.latent));
        let output = self
            .outputs
            .last()
            .map_or(Vec::new(), |v| v.iter().map(|y| y.as_f64()).collect());
        let costs = Costs {
            reconstruction: loss,
            error: loss,
            ..Costs::default()
        };
        Activity {
            loss,
            costs,
            latent,
            latent_units,
            hidden,
            hidden_units,
            output,
            ..Activity::default()
        }
    }
}
