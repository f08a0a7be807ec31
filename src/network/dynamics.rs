//! The dynamics of an engram network, forward and backward.
//!
//! Signals are batch innermost, and every step of a pass is kept in histories laid out `slot, neuron, sample`: a slot is what the
//! sparse kernels read and write, nothing is copied. Afterwards the gradient of a synapse is an inner product between the
//! histories of its two neurons, over time and samples at once.
//!
//! Slots: encoding fills `0..=T` (slot `T` is the state that enters the bottleneck), decoding `T+1..=2T+1`.

use std::ops::Range;

use super::projection::{Projection, Signal, sum_of_squares, total};
use super::{Activation, Layout, Real};
use crate::task::Batch;

/// Where each kind of parameter lies.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) recurrent: Range<usize>,
    pub(super) gap: Range<usize>,
    pub(super) leak: Range<usize>,
    pub(super) bias: Range<usize>,
    pub(super) input: Range<usize>,
    pub(super) encode: Range<usize>,
    pub(super) encode_bias: Range<usize>,
    pub(super) decode: Range<usize>,
    pub(super) decode_bias: Range<usize>,
    pub(super) readout: Range<usize>,
    pub(super) readout_bias: Range<usize>,
}

/// Everything that training does not change.
#[derive(Clone, Debug)]
pub(super) struct Structure<F> {
    pub(super) arch: pulp::Arch,
    pub(super) activation: Activation,
    pub(super) neurons: usize,
    pub(super) channels: usize,
    pub(super) units: usize,
    pub(super) inner: Vec<u32>,
    /// +1, -1, or 0 for a free connection.
    pub(super) signs: Vec<F>,
    pub(super) recurrent: Projection,
    /// Both directions of every gap junction.
    pub(super) gaps: Projection,
    /// Gap junction of each edge of `gaps`, and its two neurons.
    pub(super) gap_of: Vec<u32>,
    pub(super) gap_pairs: Vec<(u32, u32)>,
    pub(super) input: Projection,
    pub(super) encode: Projection,
    pub(super) decode: Projection,
    pub(super) readout: Projection,
    pub(super) layout: Layout,
    pub(super) places: Places,
}

/// Buffers, allocated at the first batch of a shape and kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Workspace<F> {
    pub(super) batch: usize,
    pub(super) steps: usize,
    /// Constrained parameters as the dynamics see them.
    pub(super) weights: Vec<F>,
    pub(super) weights_t: Vec<F>,
    pub(super) gap_weights: Vec<F>,
    pub(super) gap_total: Vec<F>,
    pub(super) input_t: Vec<F>,
    pub(super) encode_t: Vec<F>,
    pub(super) decode_t: Vec<F>,
    pub(super) readout_t: Vec<F>,
    pub(super) leak: Vec<F>,
    /// Input of every step: `T, channels, batch`.
    pub(super) frames: Vec<F>,
    /// `2T+2, neurons, batch`.
    pub(super) states: Vec<F>,
    pub(super) rates: Vec<F>,
    /// Leak times adjoint of the state after each step: `2T, neurons, batch`.
    pub(super) signals: Vec<F>,
    /// Derivative of the loss by the output: `T, channels, batch`.
    pub(super) errors: Vec<F>,
    /// `neurons x batch`: what drives the neurons, or on the way back what their rates are asked for.
    pub(super) drive: Vec<F>,
    /// `neurons x batch`: derivative of the loss by the state.
    pub(super) adjoint: Vec<F>,
    /// `units x batch`.
    pub(super) latent: Vec<F>,
    pub(super) latent_adjoint: Vec<F>,
    /// Inner products of signals and states: per neuron after and before a step, per edge of `gaps`.
    pub(super) diagonal_after: Vec<F>,
    pub(super) diagonal_before: Vec<F>,
    pub(super) gap_products: Vec<F>,
}

/// The weight a raw parameter stands for: its modulus with the connection's sign, or itself where free.
#[inline(always)]
pub(super) fn constrained<F: Real>(raw: F, sign: F) -> F {
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
    pub(super) fn new(s: &Structure<F>, batch: usize, steps: usize) -> Self {
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
pub(super) struct Pass<'a, F> {
    pub(super) structure: &'a Structure<F>,
    pub(super) parameters: &'a [F],
    pub(super) workspace: &'a mut Workspace<F>,
    pub(super) batch: &'a Batch<F>,
    pub(super) gradient: Option<&'a mut [F]>,
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
