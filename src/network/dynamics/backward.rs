//! The way back: exact derivatives of a block's costs.

use std::ops::Range;

use super::super::lanes::{Lanes, Quarters};
use super::super::projection::{Projection, multiply};
use super::super::{Cell, Real};
use super::structure::denominator;
use super::workspace::{CHUNK, Strip};
use super::{Squeeze, Structure, Workspace};
use crate::task::Batch;

/// Half of a sequence's time: encoding or decoding.
#[derive(Clone, Copy)]
struct Phase {
    /// Slot of the state it starts from.
    slot: usize,
    /// Steps before it.
    step: usize,
}

/// What reads the rates of a slot: the map, its edges in column order, and the derivative of the costs by what it reads.
type Reader<'a, F> = (&'a Projection, &'a [(u32, F)], &'a [Lanes<F>]);

/// Derivatives of the costs by the currents of a step, and by its conductances where there are any.
struct Signals<T> {
    currents: T,
    conductances: T,
}

impl<F: Real> Structure<F> {
    /// Adds the gradient of the block last taken forward to the sums.
    #[inline(always)]
    pub(super) fn backward(&self, parameters: &[F], w: &mut Workspace<F>, batch: &Batch<F>) {
        let (n, steps, channels) = (self.neurons, w.steps, self.channels);
        let mut outputs = std::mem::take(&mut w.outputs);
        let scale = F::of(1.0 / batch.values.len() as f64);
        for (output, &x) in outputs.iter_mut().zip(&w.frames[channels..]) {
            *output = self.loss.at(x, *output).1.times(scale);
        }
        let share = 1.0 / batch.samples as f64;
        let decoding = Phase { slot: steps + 1, step: steps };
        w.carry.fill(Lanes::zero());
        let readout = std::mem::take(&mut w.readout.by_column);
        for t in (0..steps).rev() {
            let errors = &outputs[t * channels..(t + 1) * channels];
            self.step_back(parameters, w, decoding, t, Some((&self.readout, &readout, errors)), share);
        }
        // The state decoding starts from: nothing but the first step reads its rates.
        let signals = (std::mem::take(&mut w.signals), std::mem::take(&mut w.conductance_signals));
        let first = Signals { currents: &*signals.0, conductances: &*signals.1 };
        for i in 0..n {
            let by_rate = self.through_synapses(w, &first, i, Lanes::zero());
            let slope = self.activation.slope(w.rates[(steps + 1) * n + i]);
            w.carry[i] = self.gaps.row(&w.gaps, first.currents, i, w.carry[i]).plus_product(&slope, &by_rate);
        }
        (w.signals, w.conductance_signals) = signals;
        let rates = w.rates[(steps + 2) * n..].chunks(CHUNK * n);
        let [by_row, by_column] = &mut w.strips;
        for (errors, rates) in outputs.chunks(CHUNK * channels).zip(rates) {
            pack(errors, channels, by_row);
            pack(rates, n, by_column);
            self.readout.accumulate(by_row, by_column, &mut w.sums.readout);
        }
        for errors in outputs.chunks_exact(channels) {
            w.sums.readout_bias.iter_mut().zip(errors).for_each(|(sum, error)| *sum = sum.plus(*error));
        }
        (w.outputs, w.readout.by_column) = (outputs, readout);

        self.unsqueeze(w, share);
        let encoding = Phase { slot: 0, step: 0 };
        let (edges, asked) = (std::mem::take(&mut w.encode.by_column), std::mem::take(&mut w.latent_adjoint));
        for t in (0..steps).rev() {
            let reader = match &self.squeeze {
                Squeeze::Maps { encode, .. } if t + 1 == steps => Some((&**encode, &*edges, &*asked)),
                _ => None,
            };
            self.step_back(parameters, w, encoding, t, reader, share);
        }
        (w.encode.by_column, w.latent_adjoint) = (edges, asked);
    }

    /// Derivative of the costs by the rate of neuron `i`, as far as its synapses carry it.
    #[inline(always)]
    fn through_synapses(&self, w: &Workspace<F>, next: &Signals<&[Lanes<F>]>, i: usize, sum: Lanes<F>) -> Lanes<F> {
        let signals = match self.cell {
            Cell::Rate => next.currents,
            Cell::LiquidTimeConstant => next.conductances,
        };
        self.recurrent.column(&w.recurrent.by_column, signals, i, sum)
    }

    /// Takes the adjoint back over step `t` of a phase. On entry `carry` holds what of the adjoint of the state after it comes through the
    /// state after that; on exit the same, one step earlier.
    #[inline(always)]
    fn step_back(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        phase: Phase,
        t: usize,
        reader: Option<Reader<'_, F>>,
        share: f64,
    ) {
        let (n, steps, one) = (self.neurons, w.steps, F::one());
        let place = t % CHUNK;
        let wide = w.conductance_signals.len().min(2 * n);
        // Signals of this step are written before those of the next, which are read.
        let mut currents = std::mem::take(&mut w.signals);
        let mut conductances = std::mem::take(&mut w.conductance_signals);
        let (now, next) = currents.split_at_mut((place + 1) * n);
        let (conductances_now, conductances_next) = conductances.split_at_mut((place + 1) * wide);
        let now = Signals { currents: &mut now[place * n..], conductances: &mut conductances_now[place * wide..] };
        let next = (t + 1 < steps).then_some(Signals { currents: &*next, conductances: &*conductances_next });
        let (before, after) = ((phase.slot + t) * n, (phase.slot + t + 1) * n);
        let penalties = &self.penalties;
        let [energy, homeostasis] =
            [penalties.rate_energy, penalties.homeostasis].map(|f| F::of(f * share / (steps * n) as f64));
        let target = F::of(penalties.target_rate);
        if let (Some(next), true) = (&next, self.recurrent.is_full()) {
            multiply(&w.recurrent.by_column, &next.currents[..n], &mut w.synaptic);
        }
        for i in 0..n {
            let rate = w.rates[after + i];
            let mut by_rate = Lanes::zero();
            if penalties.on_rates() {
                by_rate = rate.times(energy).plus_scaled(&w.mean_rates[i].map(|m| m - target), homeostasis);
            }
            let mut adjoint = w.carry[i];
            if let Some(next) = &next {
                by_rate = match w.synaptic.get(i) {
                    Some(&synaptic) => by_rate.plus(synaptic),
                    None => self.through_synapses(w, next, i, by_rate),
                };
                adjoint = self.gaps.row(&w.gaps, next.currents, i, adjoint);
            }
            if let Some((map, edges, asked)) = reader {
                by_rate = map.column(edges, asked, i, by_rate);
            }
            adjoint = adjoint.plus_product(&self.activation.slope(rate), &by_rate);
            let (leak, total) = (w.leak[i], w.gap_total[i]);
            let (x, y) = (w.states[before + i], w.states[after + i]);
            let sums = &mut w.sums;
            let (signal, leaves) = match self.cell {
                Cell::Rate => {
                    w.carry[i] = adjoint.times(one - leak * (one + total));
                    (adjoint.times(leak), x)
                }
                Cell::LiquidTimeConstant => {
                    let kept = &w.conductances[2 * (phase.step + t) * n..];
                    let (up, down) = (kept[i], kept[n + i]);
                    let through = adjoint.zip(denominator(leak, total, up, down), |a, b| a / b);
                    w.carry[i] = through;
                    let signal = through.times(leak);
                    let [rise, fall] = self.reversal(parameters, i);
                    now.conductances[i] = signal.zip(y, |q, y| q * (rise - y));
                    now.conductances[n + i] = signal.zip(y, |q, y| q * (-fall - y));
                    sums.reversal[0][i] = sums.reversal[0][i].plus_product(&signal, &up);
                    sums.reversal[1][i] = sums.reversal[1][i].plus_product(&signal, &down.times(-one));
                    (signal, y)
                }
            };
            now.currents[i] = signal;
            sums.bias[i] = sums.bias[i].plus(signal);
            sums.leak[i] = sums.leak[i].plus_product(&signal, &y.minus(x));
            // What a gap junction takes from the neuron: its state before the step, of a liquid cell (implicit) the one after.
            sums.gap_total[i] = sums.gap_total[i].plus_product(&signal, &leaves);
        }
        (w.signals, w.conductance_signals) = (currents, conductances);
        if place == 0 {
            self.take_up(w, phase, t, (t + CHUNK).min(steps));
        }
    }

    /// Raises the sums by the steps `first..last` of a phase, whose signals are all there.
    #[inline(always)]
    fn take_up(&self, w: &mut Workspace<F>, phase: Phase, first: usize, last: usize) {
        let (n, channels) = (self.neurons, self.channels);
        let [by_row, by_column] = &mut w.strips;
        let slots = (phase.slot + first) * n..(phase.slot + last) * n;
        pack(&w.signals[..(last - first) * n], n, by_row);
        pack(&w.states[slots.clone()], n, by_column);
        self.gaps.accumulate(by_row, by_column, &mut w.sums.gaps);
        // A frame enters in its own step while encoding, in the next one where it is fed back.
        let fed = if phase.step == 0 { Some(1) } else { self.protocol.feedback.then_some(0) };
        if let Some(fed) = fed {
            pack(&w.frames[(first + fed) * channels..(last + fed) * channels], channels, by_column);
            self.input.accumulate(by_row, by_column, &mut w.sums.input);
        }
        if self.cell == Cell::LiquidTimeConstant {
            pack(&w.conductance_signals[..(last - first) * 2 * n], 2 * n, by_row);
        }
        pack(&w.rates[slots], n, by_column);
        self.recurrent.accumulate(by_row, by_column, &mut w.sums.recurrent);
        // The first step's signals are the next ones of the chunk before.
        if first > 0 {
            w.signals.copy_within(..n, CHUNK * n);
            if self.cell == Cell::LiquidTimeConstant {
                w.conductance_signals.copy_within(..2 * n, CHUNK * 2 * n);
            }
        }
    }

    /// From the adjoint of the state before decoding, in `carry`, to that of the latent, and of the state after encoding as far as it is
    /// kept.
    #[inline(always)]
    fn unsqueeze(&self, w: &mut Workspace<F>, share: f64) {
        let (n, steps) = (self.neurons, w.steps);
        for (sum, &neuron) in w.sums.decode_bias.iter_mut().zip(&self.reset) {
            *sum = sum.plus(w.carry[neuron as usize]);
        }
        match &self.squeeze {
            Squeeze::Maps { decode, .. } => {
                let [carry, received] = [&w.carry, &w.received].map(|lanes| lanes.as_chunks::<1>().0);
                decode.accumulate(carry, received, &mut w.sums.decode);
                for (unit, adjoint) in w.latent_adjoint.iter_mut().enumerate() {
                    *adjoint = decode.column(&w.decode.by_column, &w.carry, unit, Lanes::zero());
                }
            }
            Squeeze::Kept(neurons) => {
                w.latent_adjoint.iter_mut().zip(neurons).for_each(|(a, &i)| *a = w.carry[i as usize]);
            }
        }
        let noisy = self.protocol.latent_snr.is_some();
        let [below, energy] =
            [self.penalties.nonnegativity, 2.0 * self.penalties.latent_energy].map(|factor| F::of(factor * share));
        for (adjoint, z) in w.latent_adjoint.iter_mut().zip(&w.latent) {
            if noisy {
                *adjoint = adjoint.zip(*z, |a, z| a * (F::one() - z.tanh() * z.tanh()));
            }
            *adjoint = adjoint.zip(*z, |a, z| a + energy * z - if z < F::zero() { below } else { F::zero() });
        }
        w.carry.fill(Lanes::zero());
        match &self.squeeze {
            Squeeze::Maps { encode, .. } => {
                let rates = w.rates[steps * n..(steps + 1) * n].as_chunks::<1>().0;
                encode.accumulate(w.latent_adjoint.as_chunks::<1>().0, rates, &mut w.sums.encode);
                let biases = w.sums.encode_bias.iter_mut().zip(&w.latent_adjoint);
                biases.for_each(|(sum, adjoint)| *sum = sum.plus(*adjoint));
            }
            Squeeze::Kept(neurons) => {
                neurons.iter().zip(&w.latent_adjoint).for_each(|(&i, a)| w.carry[i as usize] = *a);
            }
        }
    }

    /// Folds the sums into the gradient of the raw parameters.
    #[inline(always)]
    pub(in super::super) fn gradients(&self, parameters: &[F], w: &Workspace<F>, gradient: &mut [F]) {
        let (p, sums) = (&self.places, &w.sums);
        gradient.fill(F::zero());
        for (range, sums) in [
            (&p.bias, &sums.bias),
            (&p.leak, &sums.leak),
            (&p.reversal[0], &sums.reversal[0]),
            (&p.reversal[1], &sums.reversal[1]),
            (&p.encode_bias, &sums.encode_bias),
            (&p.decode_bias, &sums.decode_bias),
            (&p.readout_bias, &sums.readout_bias),
        ] {
            gradient[range.clone()].iter_mut().zip(sums).for_each(|(g, sum)| *g = sum.total());
        }
        let mut map = |range: &Range<usize>, projection: &Projection, sums: &[Quarters<F>]| {
            projection.summed_edges().zip(sums).for_each(|(edge, sum)| gradient[range.start + edge] = sum.total());
        };
        map(&p.input, &self.input, &sums.input);
        map(&p.readout, &self.readout, &sums.readout);
        if let Squeeze::Maps { encode, decode } = &self.squeeze {
            map(&p.encode, encode, &sums.encode);
            map(&p.decode, decode, &sums.decode);
        }
        let gap = &mut gradient[p.gap.clone()];
        for (edge, sum) in self.gaps.summed_edges().zip(&sums.gaps) {
            gap[self.gap_of[edge] as usize] += sum.total();
        }
        for (&(a, b), g) in self.gap_pairs.iter().zip(gap) {
            *g -= sums.gap_total[a as usize].total() + sums.gap_total[b as usize].total();
        }
        for (g, &raw) in gradient[p.gap.clone()].iter_mut().zip(&parameters[p.gap.clone()]) {
            *g *= self.weights.slope(raw, F::one());
        }
        let energy = F::of(2.0 * self.penalties.weight_energy);
        let raw = &parameters[p.recurrent.clone()];
        for (edge, sum) in self.recurrent.summed_edges().zip(&sums.recurrent) {
            let (index, weight) = (self.parameter_of[edge] as usize, w.recurrent.by_row[edge].1);
            let (raw, sign) = (raw[index], self.signs[index]);
            // A conductance has the sign of its connection in the reversal potential.
            let sign = if self.cell == Cell::LiquidTimeConstant { sign.abs() } else { sign };
            let slope = self.weights.slope(raw, sign);
            gradient[p.recurrent.start + index] = slope * (sum.total() + energy * weight);
        }
        for range in self.maps() {
            let maps = gradient[range.clone()].iter_mut().zip(&parameters[range]);
            maps.for_each(|(g, &value)| *g += energy * value);
        }
        for (g, &leak) in gradient[p.leak.clone()].iter_mut().zip(&w.leak) {
            // The signal is leak times the adjoint, and a step moves the state by leak times its current:
            // d / d leak = sum q (x' - x) / leak^2, d leak / d theta = leak (1 - 2 leak).
            *g = *g * (F::one() - leak - leak) / leak;
        }
        for range in &p.reversal {
            let moduli = gradient[range.clone()].iter_mut().zip(&parameters[range.clone()]);
            moduli.for_each(|(g, &raw)| *g = if raw < F::zero() { -*g } else { *g });
        }
    }
}

/// Makes strips of a history of at most [`CHUNK`] slots of `width` signals; slots that are not there are zero.
#[inline(always)]
fn pack<F: Real>(history: &[Lanes<F>], width: usize, strips: &mut [Strip<F>]) {
    for (i, strip) in strips[..width].iter_mut().enumerate() {
        for (slot, to) in strip.iter_mut().enumerate() {
            *to = history.get(slot * width + i).copied().unwrap_or(Lanes::zero());
        }
    }
}
