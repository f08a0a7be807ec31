//! The backward pass: exact derivatives of a block's costs.

use std::ops::Range;

use super::super::elementary::squash_slope;
use super::super::lanes::{Lanes, Quarters};
use super::super::projection::Projection;
use super::super::{Cell, Real};
use super::structure::denominator;
use super::{Squeeze, Structure, Workspace};

/// One of the two halves of a pass in time.
#[derive(Clone, Copy)]
enum Phase {
    Encoding,
    Decoding,
}

impl Phase {
    /// Slot of the state that the phase starts from.
    #[inline(always)]
    fn start(self, steps: usize) -> usize {
        match self {
            Self::Encoding => 0,
            Self::Decoding => steps + 1,
        }
    }
}

impl<F: Real> Structure<F> {
    /// Takes the derivatives of `factor` times the cost of the output back to the units, and adds
    /// what parameters of decoding contribute to the sums. `share` is one over the number of
    /// sequences, by which penalties are multiplied.
    #[inline(always)]
    pub(super) fn decoding_back(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        factor: f64,
        share: f64,
    ) {
        let channels = self.channels;
        let scale = F::of(factor * w.scale);
        for (output, &x) in w.outputs.iter_mut().zip(&w.frames[channels..]) {
            *output = self.loss.at(x, *output).1.times(scale);
        }
        for errors in w.outputs.chunks_exact(channels) {
            w.sums
                .readout_bias
                .iter_mut()
                .zip(errors)
                .for_each(|(sum, error)| *sum = sum.plus(error));
        }
        w.adjoints.fill(Lanes::zero());
        self.phase_back(parameters, w, Phase::Decoding, share);
        self.unsqueeze(w, share);
    }

    /// Takes the derivatives by the units back over encoding, and adds them to the sums.
    #[inline(always)]
    pub(super) fn encoding_back(&self, parameters: &[F], w: &mut Workspace<F>, share: f64) {
        self.unread(w);
        self.phase_back(parameters, w, Phase::Encoding, share);
    }

    /// Takes the derivatives in `adjoints` back over all steps of a phase, from those by its last
    /// state to those by its first.
    #[inline(always)]
    fn phase_back(&self, parameters: &[F], w: &mut Workspace<F>, phase: Phase, share: f64) {
        for t in (0..w.steps).rev() {
            self.step_back(parameters, w, phase, t, share);
        }
        let start = phase.start(w.steps);
        for i in 0..self.neurons {
            let state = w.states[start * self.neurons + i];
            // Only the first step reads the rates at the start.
            w.adjoints[i] =
                self.pull_back_state(w, i, [&state, &self.rate(i, state)], Lanes::zero());
        }
    }

    /// Derivative of the costs by the `state` of neuron `i` after a step that another one follows.
    /// `by_rate` is the derivative by its `rate`, as far as the following step does not carry it.
    /// Here the values that the following step read from the neuron meet the signals of that step,
    /// and their products are added to the sums.
    #[inline(always)]
    fn pull_back_state(
        &self,
        w: &mut Workspace<F>,
        i: usize,
        [state, rate]: [&Lanes<F>; 2],
        by_rate: Lanes<F>,
    ) -> Lanes<F> {
        let (signals, sums) = (&w.next_signals, &mut w.sums);
        let signal = &signals.currents[i];
        sums.state_before[i] = sums.state_before[i].plus_product(signal, state);
        let targets = match self.cell {
            Cell::Rate => &signals.currents,
            Cell::LiquidTimeConstant => &signals.conductances,
        };
        let synapses = (&*w.recurrent.by_column, &mut *sums.recurrent);
        let by_rate = self
            .recurrent
            .pull_back(synapses, targets, i, rate, by_rate);
        // The matrix of gap junctions is symmetric: its rows and columns have the same order.
        let junctions = (&*w.gaps, &mut *sums.gaps);
        let adjoint = self.gaps.pull_back(
            junctions,
            &signals.currents,
            i,
            state,
            signal.times(w.persistence[i]),
        );
        adjoint.plus_product(&self.slope(i, *rate), &by_rate)
    }

    /// Takes the derivatives back over step `t` of a phase. On entry `next_signals` are the signals
    /// of the following step; after the last step, which none follows, `adjoints` holds what comes
    /// from elsewhere. On exit `next_signals` are the signals of this step.
    #[inline(always)]
    fn step_back(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        phase: Phase,
        t: usize,
        share: f64,
    ) {
        let (n, steps, channels) = (self.neurons, w.steps, self.channels);
        let last = t + 1 == steps;
        let slot = phase.start(steps) + t;
        // While encoding, a frame enters in its own step; where it is fed back, in the step after.
        let (step, fed) = match phase {
            Phase::Encoding => (t, Some(t + 1)),
            Phase::Decoding => (steps + t, self.protocol.feedback.then_some(t)),
        };
        let penalties = &self.penalties;
        let [energy, homeostasis] = [penalties.rate_energy, penalties.homeostasis]
            .map(|f| F::of(f * share / (steps * n) as f64));
        let target = F::of(penalties.target_rate);
        for i in 0..n {
            let state = w.states[(slot + 1) * n + i];
            let rate = self.rate(i, state);
            let mut by_rate = Lanes::zero();
            if penalties.on_rates() {
                by_rate = rate
                    .times(energy)
                    .plus_scaled(&w.mean_rates[i].map(|m| m - target), homeostasis);
            }
            match (phase, &self.squeeze) {
                (Phase::Decoding, _) => {
                    let (edges, errors) = (
                        (&*w.readout.by_column, &mut *w.sums.readout),
                        &w.outputs[t * channels..],
                    );
                    by_rate = self.readout.pull_back(edges, errors, i, &rate, by_rate);
                }
                (Phase::Encoding, Squeeze::Maps { encode, .. }) if last => {
                    let edges = (&*w.encode.by_column, &mut *w.sums.encode);
                    let read = w.sparse.centred.get(i).unwrap_or(&rate);
                    let without = by_rate;
                    by_rate = encode.pull_back(edges, &w.latent_adjoint, i, read, by_rate);
                    if let Some(sum) = w.sums.pre_bias.get_mut(i) {
                        *sum = sum.plus(&without.minus(by_rate));
                    }
                }
                (Phase::Encoding, _) => {}
            }
            let adjoint = if last {
                w.adjoints[i].plus_product(&self.slope(i, rate), &by_rate)
            } else {
                self.pull_back_state(w, i, [&state, &rate], by_rate)
            };
            let leak = w.leak[i];
            let sums = &mut w.sums;
            let signal = match self.cell {
                Cell::Rate => adjoint.times(leak),
                Cell::LiquidTimeConstant => {
                    let kept = &w.conductances[2 * step * n..];
                    let (up, down) = (kept[i], kept[n + i]);
                    let through =
                        adjoint.zip(denominator(leak, w.gap_total[i], up, down), |a, b| a / b);
                    let signal = through.times(leak);
                    let [rise, fall] = self.reversal(parameters, i);
                    w.signals.conductances[i] = signal.zip(state, |q, x| q * (rise - x));
                    w.signals.conductances[n + i] = signal.zip(state, |q, x| q * (-fall - x));
                    sums.reversal[0][i] = sums.reversal[0][i].plus_product(&signal, &up);
                    sums.reversal[1][i] =
                        sums.reversal[1][i].plus_product(&signal, &down.times(-F::one()));
                    signal
                }
            };
            w.signals.currents[i] = signal;
            sums.bias[i] = sums.bias[i].plus(&signal);
            sums.state_after[i] = sums.state_after[i].plus_product(&signal, &state);
            if let Some(frame) = fed {
                self.input
                    .add_products(&mut sums.input, &w.frames[frame * channels..], i, &signal);
            }
        }
        std::mem::swap(&mut w.signals, &mut w.next_signals);
    }

    /// Takes the derivatives in `adjoints`, by the state before decoding, to those by the latent.
    #[inline(always)]
    fn unsqueeze(&self, w: &mut Workspace<F>, share: f64) {
        for (sum, &neuron) in w.sums.decode_bias.iter_mut().zip(&self.reset) {
            *sum = sum.plus(&w.adjoints[neuron as usize]);
        }
        match &self.squeeze {
            Squeeze::Maps { decode, .. } => {
                for (unit, adjoint) in w.latent_adjoint.iter_mut().enumerate() {
                    let edges = (&*w.decode.by_column, &mut *w.sums.decode);
                    *adjoint = decode.pull_back(
                        edges,
                        &w.adjoints,
                        unit,
                        &w.received[unit],
                        Lanes::zero(),
                    );
                }
            }
            Squeeze::Kept(neurons) => {
                w.latent_adjoint
                    .iter_mut()
                    .zip(neurons)
                    .for_each(|(a, &i)| *a = w.adjoints[i as usize]);
            }
        }
        let noisy = self.protocol.latent_snr.is_some();
        let [below, energy] = [
            self.penalties.nonnegativity,
            2.0 * self.penalties.latent_energy,
        ]
        .map(|factor| F::of(factor * share));
        for (adjoint, z) in w.latent_adjoint.iter_mut().zip(&w.latent) {
            if noisy {
                *adjoint = adjoint.zip(*z, |a, z| a * squash_slope(z));
            }
            *adjoint = adjoint.zip(*z, |a, z| {
                a + energy * z - if z < F::zero() { below } else { F::zero() }
            });
        }
    }

    /// Takes the derivatives by the latent to those by the state after encoding, as far as neurons
    /// keep it.
    #[inline(always)]
    fn unread(&self, w: &mut Workspace<F>) {
        if self.sparse.is_some() {
            self.keep_active(w);
        }
        w.adjoints.fill(Lanes::zero());
        match &self.squeeze {
            Squeeze::Maps { .. } => {
                let biases = w.sums.encode_bias.iter_mut().zip(&w.latent_adjoint);
                biases.for_each(|(sum, adjoint)| *sum = sum.plus(adjoint));
            }
            Squeeze::Kept(neurons) => {
                neurons
                    .iter()
                    .zip(&w.latent_adjoint)
                    .for_each(|(&i, a)| w.adjoints[i as usize] = *a);
            }
        }
    }

    /// Makes the gradient of the raw parameters from the sums.
    #[inline(always)]
    pub(in super::super) fn gradients(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        gradient: &mut [F],
    ) {
        let (p, sums) = (&self.places, &w.sums);
        gradient.fill(F::zero());
        for (range, sums) in [
            (&p.bias, &sums.bias),
            (&p.reversal[0], &sums.reversal[0]),
            (&p.reversal[1], &sums.reversal[1]),
            (&p.input, &sums.input),
            (&p.encode_bias, &sums.encode_bias),
            (&p.decode_bias, &sums.decode_bias),
            (&p.readout_bias, &sums.readout_bias),
        ] {
            gradient[range.clone()]
                .iter_mut()
                .zip(sums)
                .for_each(|(g, sum)| *g = sum.total());
        }
        let places = gradient[p.pre_bias.clone()].iter_mut().zip(&self.reset);
        places.for_each(|(g, &neuron)| *g = sums.pre_bias[neuron as usize].total());
        let mut map = |range: &Range<usize>, projection: &Projection, sums: &[Quarters<F>]| {
            projection
                .in_column_order()
                .zip(sums)
                .for_each(|(edge, sum)| gradient[range.start + edge] = sum.total());
        };
        map(&p.readout, &self.readout, &sums.readout);
        if let Squeeze::Maps { encode, decode } = &self.squeeze {
            map(&p.encode, encode, &sums.encode);
            map(&p.decode, decode, &sums.decode);
        }
        let gap = &mut gradient[p.gap.clone()];
        for (edge, sum) in self.gaps.in_column_order().zip(&sums.gaps) {
            gap[self.gap_of[edge] as usize] += sum.total();
        }
        // A gap junction takes away from the neuron in proportion to its state: the state before
        // the step, or in a liquid cell, where it is implicit, the state after it.
        let leaves = match self.cell {
            Cell::Rate => &sums.state_before,
            Cell::LiquidTimeConstant => &sums.state_after,
        };
        for (&(a, b), g) in self.gap_pairs.iter().zip(gap) {
            *g -= leaves[a as usize].total() + leaves[b as usize].total();
        }
        for (g, &raw) in gradient[p.gap.clone()]
            .iter_mut()
            .zip(&parameters[p.gap.clone()])
        {
            *g *= self.weights.slope(raw, F::one());
        }
        let energy = F::of(2.0 * self.penalties.weight_energy);
        let raw = &parameters[p.recurrent.clone()];
        let connections = w.recurrent.by_column.iter().zip(&sums.recurrent);
        for (edge, (&(_, weight), sum)) in self.recurrent.in_column_order().zip(connections) {
            let index = self.parameter_of[edge] as usize;
            let (raw, sign) = (raw[index], self.signs[index]);
            // A conductance is positive; its reversal potential has the sign of the connection.
            let sign = if self.cell == Cell::LiquidTimeConstant {
                sign.abs()
            } else {
                sign
            };
            let slope = self.weights.slope(raw, sign);
            gradient[p.recurrent.start + index] = slope * (sum.total() + energy * weight);
        }
        for range in self.maps() {
            let maps = gradient[range.clone()].iter_mut().zip(&parameters[range]);
            maps.for_each(|(g, &value)| *g += energy * value);
        }
        let states = sums.state_after.iter().zip(&sums.state_before).zip(&w.leak);
        for (g, ((after, before), &leak)) in gradient[p.leak.clone()].iter_mut().zip(states) {
            // The signal is the leak times the derivative by the new state, and a step moves the
            // state by the leak times its current. Therefore d / d leak = sum q (x' - x) / leak^2,
            // and d leak / d theta = leak (1 - 2 leak).
            *g = (after.total() - before.total()) * (F::one() - leak - leak) / leak;
        }
        for range in &p.reversal {
            let moduli = gradient[range.clone()]
                .iter_mut()
                .zip(&parameters[range.clone()]);
            moduli.for_each(|(g, &raw)| *g = if raw < F::zero() { -*g } else { *g });
        }
    }
}
