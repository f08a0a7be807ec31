//! The engram network: forward dynamics and their exact gradient.
//!
//! Signals are batch innermost, and every step of a pass is kept in histories laid out `slot, neuron, sample`: a slot is what the
//! sparse kernels read and write, nothing is copied. Afterwards the gradient of a synapse is an inner product between the
//! histories of its two neurons, over time and samples at once.
//!
//! Slots: encoding fills `0..=T` (slot `T` is the state that enters the bottleneck), decoding `T+1..=2T+1`.

use rand::RngExt;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};
use std::ops::Range;

use super::projection::{LANES, Projection, Signal, sum_of_squares, total};
use super::{Activity, Layout, Model, Real, Wiring};
use crate::connectome::Sign;
use crate::random::stream;
use crate::task::Batch;

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
    fn rates<F: Real>(self, states: &[F], rates: &mut [F]) {
        let pairs = rates.iter_mut().zip(states);
        match self {
            Self::Relu => pairs.for_each(|(r, &x)| *r = x.max(F::zero())),
            Self::TanhRelu => pairs.for_each(|(r, &x)| *r = x.max(F::zero()).tanh()),
            Self::Softplus => pairs.for_each(|(r, &x)| *r = x.max(F::zero()) + (-x.abs()).exp().ln_1p()),
        }
    }

    /// `adjoint += slope * back`, the slope of the rate function known from the rate itself.
    #[inline(always)]
    fn chain<F: Real>(self, rates: &[F], back: &[F], adjoint: &mut [F]) {
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

/// What the sequence must pass through between encoding and decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bottleneck {
    /// `k` real units read from the inner neurons; decoding starts from a state made of them alone.
    Linear(usize),
    /// No narrowing: as many units as there are inner neurons. The limit that every linear bottleneck is compared with.
    None,
}

/// How a network is set up, apart from its wiring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// Rate function.
    pub activation: Activation,
    /// Time step over time constant before training (at most 1/2).
    pub leak: f64,
    /// Spectral radius of the signed weights before training.
    pub spectral_radius: f64,
    /// Largest summed gap conductance of a neuron before training.
    pub gap_conductance: f64,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self { activation: Activation::Relu, leak: 0.2, spectral_radius: 1.0, gap_conductance: 0.2 }
    }
}

/// Where each kind of parameter lies.
#[derive(Clone, Debug)]
struct Places {
    recurrent: Range<usize>,
    gap: Range<usize>,
    leak: Range<usize>,
    bias: Range<usize>,
    input: Range<usize>,
    encode: Range<usize>,
    encode_bias: Range<usize>,
    decode: Range<usize>,
    decode_bias: Range<usize>,
    readout: Range<usize>,
    readout_bias: Range<usize>,
}

/// An autoencoder over a [`Wiring`].
#[derive(Clone, Debug)]
pub struct EngramNetwork<F> {
    structure: Structure<F>,
    parameters: Vec<F>,
    workspace: Workspace<F>,
}

/// Everything that training does not change.
#[derive(Clone, Debug)]
struct Structure<F> {
    arch: pulp::Arch,
    activation: Activation,
    neurons: usize,
    channels: usize,
    units: usize,
    inner: Vec<u32>,
    /// +1, -1, or 0 for a free connection.
    signs: Vec<F>,
    recurrent: Projection,
    /// Both directions of every gap junction.
    gaps: Projection,
    /// Gap junction of each edge of `gaps`, and its two neurons.
    gap_of: Vec<u32>,
    gap_pairs: Vec<(u32, u32)>,
    input: Projection,
    encode: Projection,
    decode: Projection,
    readout: Projection,
    layout: Layout,
    places: Places,
}

/// Buffers, allocated at the first batch of a shape and kept.
#[derive(Clone, Debug, Default)]
struct Workspace<F> {
    batch: usize,
    steps: usize,
    /// Constrained parameters as the dynamics see them.
    weights: Vec<F>,
    weights_t: Vec<F>,
    gap_weights: Vec<F>,
    gap_total: Vec<F>,
    input_t: Vec<F>,
    encode_t: Vec<F>,
    decode_t: Vec<F>,
    readout_t: Vec<F>,
    leak: Vec<F>,
    /// Input of every step: `T, channels, batch`.
    frames: Vec<F>,
    /// `2T+2, neurons, batch`.
    states: Vec<F>,
    rates: Vec<F>,
    /// Leak times adjoint of the state after each step: `2T, neurons, batch`.
    signals: Vec<F>,
    /// Derivative of the loss by the output: `T, channels, batch`.
    errors: Vec<F>,
    /// `neurons x batch`: what drives the neurons, or on the way back what their rates are asked for.
    drive: Vec<F>,
    /// `neurons x batch`: derivative of the loss by the state.
    adjoint: Vec<F>,
    /// `units x batch`.
    latent: Vec<F>,
    latent_adjoint: Vec<F>,
    /// Inner products of signals and states: per neuron after and before a step, per edge of `gaps`.
    diagonal_after: Vec<F>,
    diagonal_before: Vec<F>,
    gap_products: Vec<F>,
}

impl<F: Real> EngramNetwork<F> {
    /// Builds a network over `wiring` for sequences of `channels`. What is free is drawn from `seed`, each kind of parameter from a
    /// stream of its own, so that networks with other wirings or bottlenecks start alike wherever they can.
    ///
    /// Connection strengths start from the wiring, each times `exp(0.1 n)` with `n` standard normal; the maps in and out are
    /// normal with variance one over their fan-in.
    #[must_use]
    pub fn new(wiring: &Wiring, channels: usize, bottleneck: Bottleneck, config: &NetworkConfig, seed: u64) -> Self {
        let neurons = wiring.neurons;
        let units = match bottleneck {
            Bottleneck::Linear(units) => units,
            // The limit of the linear bottleneck: the same maps, as wide as the population they read.
            Bottleneck::None => wiring.inner.len(),
        };
        let connections: Vec<_> = wiring.connections.iter().map(|c| (c.post, c.pre)).collect();
        let mut gap_edges: Vec<(u32, u32, u32)> = Vec::new();
        for (index, &(a, b, _)) in wiring.gap_junctions.iter().enumerate() {
            gap_edges.extend([(a, b, index as u32), (b, a, index as u32)]);
        }
        gap_edges.sort_unstable();
        let gap_pattern: Vec<_> = gap_edges.iter().map(|&(a, b, _)| (a, b)).collect();
        let every = |n: usize| (0..n as u32).collect::<Vec<_>>();
        let mut structure = Structure {
            arch: pulp::Arch::new(),
            activation: config.activation,
            neurons,
            channels,
            units,
            inner: wiring.inner.clone(),
            signs: wiring.connections.iter().map(|c| F::of(c.sign.factor())).collect(),
            recurrent: Projection::new(neurons, neurons, &connections),
            gaps: Projection::new(neurons, neurons, &gap_pattern),
            gap_of: gap_edges.iter().map(|e| e.2).collect(),
            gap_pairs: wiring.gap_junctions.iter().map(|&(a, b, _)| (a, b)).collect(),
            input: Projection::full(neurons, &wiring.input, channels, &every(channels)),
            encode: Projection::full(units, &every(units), neurons, &wiring.inner),
            decode: Projection::full(neurons, &wiring.inner, units, &every(units)),
            readout: Projection::full(channels, &every(channels), neurons, &wiring.output),
            layout: Layout::default(),
            places: Places {
                recurrent: 0..0,
                gap: 0..0,
                leak: 0..0,
                bias: 0..0,
                input: 0..0,
                encode: 0..0,
                encode_bias: 0..0,
                decode: 0..0,
                decode_bias: 0..0,
                readout: 0..0,
                readout_bias: 0..0,
            },
        };
        let mut layout = Layout::default();
        structure.places = Places {
            recurrent: layout.push("recurrent", connections.len()),
            gap: layout.push("gap", wiring.gap_junctions.len()),
            leak: layout.push("leak", neurons),
            bias: layout.push("bias", neurons),
            input: layout.push("input", structure.input.edges()),
            encode: layout.push("encode", structure.encode.edges()),
            encode_bias: layout.push("encode_bias", units),
            decode: layout.push("decode", structure.decode.edges()),
            decode_bias: layout.push("decode_bias", wiring.inner.len()),
            readout: layout.push("readout", structure.readout.edges()),
            readout_bias: layout.push("readout_bias", channels),
        };
        structure.layout = layout;

        let mut parameters = vec![F::zero(); structure.layout.len()];
        let places = &structure.places;
        let mut random = stream(seed, &["initial", "recurrent"]);
        for (value, connection) in parameters[places.recurrent.clone()].iter_mut().zip(&wiring.connections) {
            *value = F::of(connection.strength * (0.1 * random.sample::<f64, _>(StandardNormal)).exp());
        }
        let mut summed = vec![0.0f64; neurons];
        for &(a, b, conductance) in &wiring.gap_junctions {
            summed[a as usize] += conductance;
            summed[b as usize] += conductance;
        }
        let strongest = summed.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for (value, &(_, _, conductance)) in parameters[places.gap.clone()].iter_mut().zip(&wiring.gap_junctions) {
            *value = F::of(config.gap_conductance * conductance / strongest);
        }
        parameters[places.leak.clone()].fill(F::of(unconstrained_leak(config.leak)));
        for (name, range, fan_in) in [
            ("input", &places.input, channels),
            ("encode", &places.encode, wiring.inner.len()),
            ("decode", &places.decode, units),
            ("readout", &places.readout, wiring.output.len()),
        ] {
            let mut random = stream(seed, &["initial", name]);
            let scale = 1.0 / (fan_in.max(1) as f64).sqrt();
            for value in &mut parameters[range.clone()] {
                *value = F::of(scale * random.sample::<f64, _>(StandardNormal));
            }
        }
        Self { structure, parameters, workspace: Workspace::default() }
    }

    /// Connection weights as the dynamics see them, signs included, sorted by (post, pre).
    #[must_use]
    pub fn connection_weights(&self) -> Vec<F> {
        let raw = &self.parameters[self.structure.places.recurrent.clone()];
        raw.iter().zip(&self.structure.signs).map(|(&w, &s)| constrained(w, s)).collect()
    }

    fn prepare(&mut self, batch: &Batch<F>) {
        assert_eq!(batch.channels, self.structure.channels, "the batch has the channels of the network");
        assert_eq!(batch.samples % LANES, 0, "a batch is a multiple of {LANES} samples");
        if self.workspace.batch != batch.samples || self.workspace.steps != batch.steps {
            self.workspace = Workspace::new(&self.structure, batch.samples, batch.steps);
        }
    }
}

/// `theta` with `sigmoid(theta) / 2 = leak`.
fn unconstrained_leak(leak: f64) -> f64 {
    let leak = leak.clamp(1e-3, 0.5 - 1e-6);
    (2.0 * leak / (1.0 - 2.0 * leak)).ln()
}

/// The weight a raw parameter stands for: its modulus with the connection's sign, or itself where free.
#[inline(always)]
fn constrained<F: Real>(raw: F, sign: F) -> F {
    if sign == F::zero() { raw } else { sign * raw.abs() }
}

/// Derivative of [`constrained`].
#[inline(always)]
fn constrained_slope<F: Real>(raw: F, sign: F) -> F {
    if sign == F::zero() {
        F::one()
    } else if raw < F::zero() {
        -sign
    } else {
        sign
    }
}

impl<F: Real> Workspace<F> {
    fn new(s: &Structure<F>, batch: usize, steps: usize) -> Self {
        let zeros = |n: usize| vec![F::zero(); n];
        Self {
            batch,
            steps,
            weights: zeros(s.recurrent.edges()),
            weights_t: zeros(s.recurrent.edges()),
            gap_weights: zeros(s.gaps.edges()),
            gap_total: zeros(s.neurons),
            input_t: zeros(s.input.edges()),
            encode_t: zeros(s.encode.edges()),
            decode_t: zeros(s.decode.edges()),
            readout_t: zeros(s.readout.edges()),
            leak: zeros(s.neurons),
            frames: zeros(s.channels * steps * batch),
            states: zeros(s.neurons * (2 * steps + 2) * batch),
            rates: zeros(s.neurons * (2 * steps + 2) * batch),
            signals: zeros(s.neurons * 2 * steps * batch),
            errors: zeros(s.channels * steps * batch),
            drive: zeros(s.neurons * batch),
            adjoint: zeros(s.neurons * batch),
            latent: zeros(s.units * batch),
            latent_adjoint: zeros(s.units * batch),
            diagonal_after: zeros(s.neurons),
            diagonal_before: zeros(s.neurons),
            gap_products: zeros(s.gaps.edges()),
        }
    }
}

/// Adds `bias[i]` to every sample of row `i`, the rows being `index`.
#[inline(always)]
fn add_bias<F: Real>(rows: &mut [F], index: impl Iterator<Item = usize>, bias: &[F], batch: usize) {
    for (row, &bias) in index.zip(bias) {
        rows[row * batch..][..batch].iter_mut().for_each(|v| *v += bias);
    }
}

impl<F: Real> Structure<F> {
    /// Derives from the parameters what the dynamics use.
    #[inline(always)]
    fn constrain(&self, parameters: &[F], w: &mut Workspace<F>) {
        let p = &self.places;
        for ((to, &raw), &sign) in w.weights.iter_mut().zip(&parameters[p.recurrent.clone()]).zip(&self.signs) {
            *to = constrained(raw, sign);
        }
        self.recurrent.transpose_weights(&w.weights, &mut w.weights_t);
        for (to, &gap) in w.gap_weights.iter_mut().zip(&self.gap_of) {
            *to = parameters[p.gap.start + gap as usize].abs();
        }
        let mut edge = 0;
        for (sum, degree) in w.gap_total.iter_mut().zip(self.gaps.row_degrees()) {
            *sum = w.gap_weights[edge..edge + degree].iter().copied().sum();
            edge += degree;
        }
        for (to, &theta) in w.leak.iter_mut().zip(&parameters[p.leak.clone()]) {
            *to = F::of(0.5) / (F::one() + (-theta).exp());
        }
        self.input.transpose_weights(&parameters[p.input.clone()], &mut w.input_t);
        self.encode.transpose_weights(&parameters[p.encode.clone()], &mut w.encode_t);
        self.decode.transpose_weights(&parameters[p.decode.clone()], &mut w.decode_t);
        self.readout.transpose_weights(&parameters[p.readout.clone()], &mut w.readout_t);
    }

    /// Length of a slot.
    #[inline(always)]
    fn width(&self, w: &Workspace<F>) -> usize {
        self.neurons * w.batch
    }

    #[inline(always)]
    fn fill_rates(&self, w: &mut Workspace<F>, slot: usize) {
        let slot = slot * self.width(w)..(slot + 1) * self.width(w);
        self.activation.rates(&w.states[slot.clone()], &mut w.rates[slot]);
    }

    /// One step of the dynamics from the state of `slot` to that of `slot + 1`; `frame` is the step of the input, if any.
    #[inline(always)]
    fn step(&self, parameters: &[F], w: &mut Workspace<F>, slot: usize, frame: Option<usize>) {
        let (batch, width) = (w.batch, self.width(w));
        let (before, after) = w.states.split_at_mut((slot + 1) * width);
        let (state, next) = (&before[slot * width..], &mut after[..width]);
        let rate = &w.rates[slot * width..(slot + 1) * width];
        for (row, &bias) in w.drive.chunks_exact_mut(batch).zip(&parameters[self.places.bias.clone()]) {
            row.fill(bias);
        }
        self.recurrent.apply(&w.weights, rate, &mut w.drive, batch);
        if let Some(t) = frame {
            let frame = &w.frames[t * self.channels * batch..][..self.channels * batch];
            self.input.apply(&parameters[self.places.input.clone()], frame, &mut w.drive, batch);
        }
        if !self.gap_pairs.is_empty() {
            self.gaps.apply(&w.gap_weights, state, &mut w.drive, batch);
        }
        let rows = next.chunks_exact_mut(batch).zip(state.chunks_exact(batch)).zip(w.drive.chunks_exact(batch));
        for (((next, state), drive), (&leak, &gap)) in rows.zip(w.leak.iter().zip(&w.gap_total)) {
            let keep = F::one() - leak * (F::one() + gap);
            for ((next, &x), &d) in next.iter_mut().zip(state).zip(drive) {
                *next = leak.mul_add(d, keep * x);
            }
        }
        self.fill_rates(w, slot + 1);
    }

    /// Runs encoder, bottleneck and decoder; leaves `2 (y - x) / values` in `errors` and returns the mean squared error.
    #[inline(always)]
    fn forward(&self, parameters: &[F], input: &Batch<F>, w: &mut Workspace<F>) -> f64 {
        let (batch, steps, width) = (w.batch, w.steps, self.width(w));
        let p = &self.places;
        self.constrain(parameters, w);
        for (row, values) in input.values.chunks_exact(batch).enumerate() {
            let (channel, t) = (row / steps, row % steps);
            w.frames[(t * self.channels + channel) * batch..][..batch].copy_from_slice(values);
        }
        w.states[..width].fill(F::zero());
        self.fill_rates(w, 0);
        for t in 0..steps {
            self.step(parameters, w, t, Some(t));
        }
        w.latent.fill(F::zero());
        let rates = &w.rates[steps * width..(steps + 1) * width];
        self.encode.apply(&parameters[p.encode.clone()], rates, &mut w.latent, batch);
        add_bias(&mut w.latent, 0..self.units, &parameters[p.encode_bias.clone()], batch);
        let start = &mut w.states[(steps + 1) * width..(steps + 2) * width];
        start.fill(F::zero());
        self.decode.apply(&parameters[p.decode.clone()], &w.latent, start, batch);
        add_bias(start, self.inner.iter().map(|&i| i as usize), &parameters[p.decode_bias.clone()], batch);
        self.fill_rates(w, steps + 1);
        let mut loss = F::zero();
        let scale = F::of(2.0 / input.values.len() as f64);
        for t in 0..steps {
            let slot = steps + 1 + t;
            self.step(parameters, w, slot, None);
            let frame = t * self.channels * batch..(t + 1) * self.channels * batch;
            let error = &mut w.errors[frame.clone()];
            error.fill(F::zero());
            let rates = &w.rates[(slot + 1) * width..(slot + 2) * width];
            self.readout.apply(&parameters[p.readout.clone()], rates, error, batch);
            add_bias(error, 0..self.channels, &parameters[p.readout_bias.clone()], batch);
            error.iter_mut().zip(&w.frames[frame]).for_each(|(y, &x)| *y -= x);
            loss += sum_of_squares(error);
            error.iter_mut().for_each(|e| *e *= scale);
        }
        loss.as_f64() / input.values.len() as f64
    }

    /// Takes the adjoint of the state of `slot + 1` in `adjoint` to that of `slot`, and leaves the signal of step `step`.
    #[inline(always)]
    fn step_back(&self, w: &mut Workspace<F>, slot: usize, step: usize) {
        let (batch, width) = (w.batch, self.width(w));
        let signal = &mut w.signals[step * width..(step + 1) * width];
        let rows = signal.chunks_exact_mut(batch).zip(w.adjoint.chunks_exact_mut(batch));
        for ((signal, adjoint), (&leak, &gap)) in rows.zip(w.leak.iter().zip(&w.gap_total)) {
            let keep = F::one() - leak * (F::one() + gap);
            for (q, a) in signal.iter_mut().zip(adjoint) {
                *q = leak * *a;
                *a *= keep;
            }
        }
        w.drive.fill(F::zero());
        self.recurrent.apply_transposed(&w.weights, &w.weights_t, signal, &mut w.drive, batch);
        if !self.gap_pairs.is_empty() {
            // Conductances are symmetric: the transposed map is the map itself.
            self.gaps.apply(&w.gap_weights, signal, &mut w.adjoint, batch);
        }
        self.through_rates(w, slot);
    }

    /// Adds to `adjoint` what `drive` (the derivative by the rates of `slot`) contributes.
    #[inline(always)]
    fn through_rates(&self, w: &mut Workspace<F>, slot: usize) {
        let width = self.width(w);
        self.activation.chain(&w.rates[slot * width..(slot + 1) * width], &w.drive, &mut w.adjoint);
    }

    #[inline(always)]
    fn backward(&self, parameters: &[F], w: &mut Workspace<F>, gradient: &mut [F]) {
        let (batch, steps, width) = (w.batch, w.steps, self.width(w));
        let p = &self.places;
        gradient.fill(F::zero());
        w.adjoint.fill(F::zero());
        for t in (0..steps).rev() {
            let errors = &w.errors[t * self.channels * batch..][..self.channels * batch];
            w.drive.fill(F::zero());
            let readout = &parameters[p.readout.clone()];
            self.readout.apply_transposed(readout, &w.readout_t, errors, &mut w.drive, batch);
            self.through_rates(w, steps + 2 + t);
            self.step_back(w, steps + 1 + t, steps + t);
        }
        let (adjoint, latent) = (Signal::new(&w.adjoint, self.neurons), Signal::new(&w.latent, self.units));
        self.decode.accumulate(adjoint, latent, &mut gradient[p.decode.clone()], batch);
        for (g, &i) in gradient[p.decode_bias.clone()].iter_mut().zip(&self.inner) {
            *g = total(&w.adjoint[i as usize * batch..][..batch]);
        }
        w.latent_adjoint.fill(F::zero());
        let decode = &parameters[p.decode.clone()];
        self.decode.apply_transposed(decode, &w.decode_t, &w.adjoint, &mut w.latent_adjoint, batch);
        let encoded = Signal::new(&w.rates[steps * width..(steps + 1) * width], self.neurons);
        let asked = Signal::new(&w.latent_adjoint, self.units);
        self.encode.accumulate(asked, encoded, &mut gradient[p.encode.clone()], batch);
        for (g, row) in gradient[p.encode_bias.clone()].iter_mut().zip(w.latent_adjoint.chunks_exact(batch)) {
            *g = total(row);
        }
        w.drive.fill(F::zero());
        let encode = &parameters[p.encode.clone()];
        self.encode.apply_transposed(encode, &w.encode_t, &w.latent_adjoint, &mut w.drive, batch);
        w.adjoint.fill(F::zero());
        self.through_rates(w, steps);
        for t in (0..steps).rev() {
            self.step_back(w, t, t);
        }
        self.gradients(parameters, w, gradient);
    }

    /// Turns the histories into the gradients of everything that acted at every step.
    #[inline(always)]
    fn gradients(&self, parameters: &[F], w: &mut Workspace<F>, gradient: &mut [F]) {
        let (batch, steps, width) = (w.batch, w.steps, self.width(w));
        let p = &self.places;
        let phase = |first: usize| first * width..(first + steps) * width;
        let part = |history, first| Signal::new(&<[F]>::as_ref(history)[phase(first)], self.neurons);
        // Encoding and decoding: first step and first slot of the phase.
        for (step, first) in [(0, 0), (steps, steps + 1)] {
            let signal = part(&w.signals, step);
            let rates = part(&w.rates, first);
            self.recurrent.accumulate(signal, rates, &mut gradient[p.recurrent.clone()], batch);
            let before = part(&w.states, first);
            let after = part(&w.states, first + 1);
            // x' - x = leak * (drive - x) and q = leak * adjoint.
            signal.diagonal(after, &mut w.diagonal_after, batch);
            signal.diagonal(before, &mut w.diagonal_before, batch);
            let moved = w.diagonal_after.iter().zip(&w.diagonal_before);
            for ((&after, &before), g) in moved.zip(&mut gradient[p.leak.clone()]) {
                *g += after - before;
            }
            for slot in w.signals[phase(step)].chunks_exact(width) {
                for (row, g) in slot.chunks_exact(batch).zip(&mut gradient[p.bias.clone()]) {
                    *g += total(row);
                }
            }
            w.gap_products.fill(F::zero());
            self.gaps.accumulate(signal, before, &mut w.gap_products, batch);
            let gap = &mut gradient[p.gap.clone()];
            for (&product, &index) in w.gap_products.iter().zip(&self.gap_of) {
                gap[index as usize] += product;
            }
            for (&(a, b), g) in self.gap_pairs.iter().zip(gap) {
                *g -= w.diagonal_before[a as usize] + w.diagonal_before[b as usize];
            }
        }
        let frames = Signal::new(&w.frames, self.channels);
        let encoding = Signal::new(&w.signals[..steps * width], self.neurons);
        self.input.accumulate(encoding, frames, &mut gradient[p.input.clone()], batch);
        let errors = Signal::new(&w.errors, self.channels);
        let decoding = part(&w.rates, steps + 2);
        self.readout.accumulate(errors, decoding, &mut gradient[p.readout.clone()], batch);
        for frame in w.errors.chunks_exact(self.channels * batch) {
            for (g, row) in gradient[p.readout_bias.clone()].iter_mut().zip(frame.chunks_exact(batch)) {
                *g += total(row);
            }
        }
        // From the constrained values to the raw parameters.
        for ((g, &raw), &sign) in
            gradient[p.recurrent.clone()].iter_mut().zip(&parameters[p.recurrent.clone()]).zip(&self.signs)
        {
            *g *= constrained_slope(raw, sign);
        }
        for (g, &raw) in gradient[p.gap.clone()].iter_mut().zip(&parameters[p.gap.clone()]) {
            *g *= constrained_slope(raw, F::one());
        }
        for (g, &leak) in gradient[p.leak.clone()].iter_mut().zip(&w.leak) {
            // d loss / d leak = sum q (x' - x) / leak^2, d leak / d theta = leak (1 - 2 leak).
            *g = *g * (F::one() - leak - leak) / leak;
        }
    }
}

/// A pass over a batch, compiled once per instruction set.
struct Pass<'a, F> {
    structure: &'a Structure<F>,
    parameters: &'a [F],
    workspace: &'a mut Workspace<F>,
    batch: &'a Batch<F>,
    gradient: Option<&'a mut [F]>,
}

impl<F: Real> pulp::WithSimd for Pass<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> f64 {
        let loss = self.structure.forward(self.parameters, self.batch, self.workspace);
        if let Some(gradient) = self.gradient {
            self.structure.backward(self.parameters, self.workspace, gradient);
        }
        loss
    }
}

impl<F: Real> Model<F> for EngramNetwork<F> {
    fn layout(&self) -> &Layout {
        &self.structure.layout
    }

    fn parameters(&self) -> &[F] {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut [F] {
        &mut self.parameters
    }

    fn loss_and_gradient(&mut self, batch: &Batch<F>, gradient: &mut [F]) -> f64 {
        self.prepare(batch);
        let Self { structure, parameters, workspace } = self;
        structure.arch.dispatch(Pass { structure, parameters, workspace, batch, gradient: Some(gradient) })
    }

    fn observe(&mut self, batch: &Batch<F>) -> Activity {
        self.prepare(batch);
        let Self { structure, parameters, workspace } = self;
        let loss = structure.arch.dispatch(Pass { structure, parameters, workspace, batch, gradient: None });
        let (w, samples) = (&self.workspace, batch.samples);
        let neurons = self.structure.neurons;
        let hidden = |sample: usize, neuron: usize| w.rates[(w.steps * neurons + neuron) * samples + sample].as_f64();
        Activity {
            loss,
            latent: (0..samples)
                .flat_map(|sample| (0..self.structure.units).map(move |u| w.latent[u * samples + sample].as_f64()))
                .collect(),
            latent_units: self.structure.units,
            hidden: (0..samples).flat_map(|s| (0..neurons).map(move |i| hidden(s, i))).collect(),
            hidden_units: neurons,
        }
    }
}

/// True where every connection of `network` has the sign its wiring gives it.
#[must_use]
pub fn obeys_dale<F: Real>(network: &EngramNetwork<F>, wiring: &Wiring) -> bool {
    network.connection_weights().iter().zip(&wiring.connections).all(|(w, c)| match c.sign {
        Sign::Excitatory => *w >= F::zero(),
        Sign::Inhibitory => *w <= F::zero(),
        Sign::Unsigned => true,
    })
}
