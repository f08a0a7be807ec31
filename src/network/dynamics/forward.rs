//! The forward pass: encoding, bottleneck, decoding.

use super::super::elementary::positive_part;
use super::super::lanes::Lanes;
use super::super::noise::Noise;
use super::super::projection::multiply;
use super::super::{Cell, Costs, Loss, Real};
use super::structure::denominator;
use super::{Mode, Squeeze, Structure, Workspace};

/// Address of the latent's noise, beyond the slots of all steps.
const LATENT_SLOT: usize = u32::MAX as usize;

impl<F: Real> Structure<F> {
    /// Runs a block, leaves the output in `outputs`, and returns the costs summed over its
    /// sequences.
    #[inline(always)]
    pub(super) fn forward(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        noise: Option<&Noise>,
        block: usize,
        mode: Mode,
    ) -> Costs {
        let (n, steps, channels) = (self.neurons, w.steps, self.channels);
        w.mean_rates.fill(Lanes::zero());
        let mut energy = Lanes::zero();
        w.states[..n].fill(Lanes::zero());
        self.set_rates(w, 0);
        // The frames are taken out of the workspace, because the rest of it changes while they are
        // read.
        let frames = std::mem::take(&mut w.frames);
        for t in 0..steps {
            self.draw(w, noise, block, t);
            self.step(
                parameters,
                w,
                t,
                t,
                Some(&frames[(t + 1) * channels..(t + 2) * channels]),
            );
            self.add_rate_costs(w, &mut energy);
        }
        w.frames = frames;
        w.snapshots.encoded.copy_from_slice(&w.rates);
        let mut costs = self.squeeze(parameters, w, noise, block);
        w.snapshots.held.copy_from_slice(&w.rates);
        let free_running = mode == Mode::Recall;
        self.decode(parameters, w, noise, block, free_running, Some(&mut energy));
        [costs.error, costs.reconstruction] = self.output_costs(w);
        self.rate_costs(w, energy, &mut costs);
        costs
    }

    /// Decodes from the start state and leaves the output in `outputs`. The rates go to the costs
    /// on rates and to the snapshot if there is an `energy` to add to.
    #[inline(always)]
    pub(super) fn decode(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        noise: Option<&Noise>,
        block: usize,
        free_running: bool,
        mut energy: Option<&mut Lanes<F>>,
    ) {
        let (steps, channels) = (w.steps, self.channels);
        let frames = std::mem::take(&mut w.frames);
        let mut outputs = std::mem::take(&mut w.outputs);
        for t in 0..steps {
            let slot = steps + 1 + t;
            let fed = match (self.protocol.feedback, free_running && t > 0) {
                (false, _) => None,
                (true, false) => Some(&frames[t * channels..(t + 1) * channels]),
                (true, true) => Some(&outputs[(t - 1) * channels..t * channels]),
            };
            self.draw(w, noise, block, slot);
            self.step(parameters, w, slot, steps + t, fed);
            if let Some(energy) = &mut energy {
                self.add_rate_costs(w, energy);
                if t + 1 == steps.div_ceil(2) {
                    w.snapshots.decoding.copy_from_slice(&w.rates);
                }
            }
            let biases = &parameters[self.places.readout_bias.clone()];
            for (channel, output) in outputs[t * channels..(t + 1) * channels]
                .iter_mut()
                .enumerate()
            {
                let read = self.readout.row(
                    &w.readout.by_row,
                    &w.rates,
                    channel,
                    Lanes::splat(biases[channel]),
                );
                *output = self.loss.output(read);
            }
        }
        (w.frames, w.outputs) = (frames, outputs);
    }

    /// The mean squared error of the output and the cost of the reconstruction, both summed over
    /// the sequences of the block.
    #[inline(always)]
    pub(super) fn output_costs(&self, w: &Workspace<F>) -> [f64; 2] {
        let (mut error, mut loss) = (Lanes::zero(), Lanes::zero());
        for (&output, &x) in w.outputs.iter().zip(&w.frames[self.channels..]) {
            let difference = output.minus(x);
            error = error.plus_product(&difference, &difference);
            loss = loss.plus(self.loss.at(x, output).0);
        }
        let values = (self.channels * w.steps) as f64;
        let error = error.total().as_f64() / values;
        if self.loss == Loss::MeanSquared {
            [error, error]
        } else {
            [error, loss.total().as_f64() / values]
        }
    }

    #[inline(always)]
    fn draw(&self, w: &mut Workspace<F>, noise: Option<&Noise>, block: usize, slot: usize) {
        if let Some(noise) = noise.filter(|_| self.noise != 0.0) {
            noise.fill(block, slot, self.noise, &mut w.noise);
        }
    }

    /// Rate of neuron `i` in this state; zero if the neuron is silenced.
    #[inline(always)]
    pub(super) fn rate(&self, i: usize, state: Lanes<F>) -> Lanes<F> {
        if !self.silenced.is_empty() && self.silenced.contains(&(i as u32)) {
            return Lanes::zero();
        }
        self.activation.rate(state)
    }

    /// Derivative of that rate by the state.
    #[inline(always)]
    pub(super) fn slope(&self, i: usize, rate: Lanes<F>) -> Lanes<F> {
        if !self.silenced.is_empty() && self.silenced.contains(&(i as u32)) {
            return Lanes::zero();
        }
        self.activation.slope(rate)
    }

    /// The rates of all neurons after every step of a pass, encoding first, from its states.
    pub(in super::super) fn rates_of_steps(
        &self,
        w: &Workspace<F>,
    ) -> impl Iterator<Item = Lanes<F>> {
        // Slot 0 is where encoding starts, and slot `T + 1` where decoding does.
        let steps = (1..=w.steps).chain(w.steps + 2..2 * w.steps + 2);
        let places = steps.flat_map(|slot| (0..self.neurons).map(move |i| (slot, i)));
        places.map(|(slot, i)| self.rate(i, w.states[slot * self.neurons + i]))
    }

    #[inline(always)]
    fn set_rates(&self, w: &mut Workspace<F>, slot: usize) {
        let states = &w.states[slot * self.neurons..(slot + 1) * self.neurons];
        for (i, (rate, &state)) in w.rates.iter_mut().zip(states).enumerate() {
            *rate = self.rate(i, state);
        }
    }

    /// One step of the dynamics, from the state of `slot` to that of `slot + 1`. `frame` is the
    /// input of the step, if there is any.
    #[inline(always)]
    fn step(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        slot: usize,
        step: usize,
        frame: Option<&[Lanes<F>]>,
    ) {
        let n = self.neurons;
        let (before, after) = w.states.split_at_mut((slot + 1) * n);
        let (state, next) = (&before[slot * n..], &mut after[..n]);
        let bias = &parameters[self.places.bias.clone()];
        let one = F::one();
        if self.recurrent.is_full() {
            multiply(&w.recurrent.by_row, &w.rates, &mut w.synaptic);
        }
        for i in 0..n {
            let mut current = Lanes::splat(bias[i]);
            if let Some(&noise) = w.noise.get(i) {
                current = current.plus(noise);
            }
            if let Some(frame) = frame {
                current = self.input.row(&w.input, frame, i, current);
            }
            current = self.gaps.row(&w.gaps, state, i, current);
            let (leak, total) = (w.leak[i], w.gap_total[i]);
            next[i] = match self.cell {
                Cell::Rate => {
                    let current = match w.synaptic.get(i) {
                        Some(&synaptic) => current.plus(synaptic),
                        None => self
                            .recurrent
                            .row(&w.recurrent.by_row, &w.rates, i, current),
                    };
                    state[i]
                        .times(one - leak * (one + total))
                        .plus_scaled(&current, leak)
                }
                Cell::LiquidTimeConstant => {
                    // This is written twice because a closure that is not inlined here would be
                    // compiled without vector instructions.
                    let up = self
                        .recurrent
                        .row(&w.recurrent.by_row, &w.rates, i, Lanes::zero());
                    let down =
                        self.recurrent
                            .row(&w.recurrent.by_row, &w.rates, n + i, Lanes::zero());
                    let kept = &mut w.conductances[2 * step * n..2 * (step + 1) * n];
                    (kept[i], kept[n + i]) = (up, down);
                    let [rise, fall] = self.reversal(parameters, i);
                    let current = current.plus_scaled(&up, rise).plus_scaled(&down, -fall);
                    state[i]
                        .plus_scaled(&current, leak)
                        .zip(denominator(leak, total, up, down), |a, b| a / b)
                }
            };
            w.next_rates[i] = self.rate(i, next[i]);
        }
        std::mem::swap(&mut w.rates, &mut w.next_rates);
    }

    /// Adds the rates after a step to the sums of the costs on rates, if there are such costs.
    #[inline(always)]
    fn add_rate_costs(&self, w: &mut Workspace<F>, energy: &mut Lanes<F>) {
        if self.penalties.on_rates() {
            for (mean, rate) in w.mean_rates.iter_mut().zip(&w.rates) {
                *mean = mean.plus(*rate);
                *energy = energy.plus_product(rate, rate);
            }
        }
    }

    /// Absolute values of the reversal potentials of neuron `i`.
    #[inline(always)]
    pub(super) fn reversal(&self, parameters: &[F], i: usize) -> [F; 2] {
        let [up, down] = &self.places.reversal;
        [
            parameters[up.start + i].abs(),
            parameters[down.start + i].abs(),
        ]
    }

    /// Makes the state before decoding from the state after encoding, and returns the costs of the
    /// latent.
    #[inline(always)]
    fn squeeze(
        &self,
        parameters: &[F],
        w: &mut Workspace<F>,
        noise: Option<&Noise>,
        block: usize,
    ) -> Costs {
        let (n, steps, p) = (self.neurons, w.steps, &self.places);
        match &self.squeeze {
            Squeeze::Maps { encode, .. } => {
                let biases = &parameters[p.encode_bias.clone()];
                self.centre(parameters, w);
                let read = match self.sparse {
                    Some(_) => &w.sparse.centred,
                    None => &w.rates,
                };
                for (unit, z) in w.latent.iter_mut().enumerate() {
                    *z = encode.row(&w.encode.by_row, read, unit, Lanes::splat(biases[unit]));
                }
                self.choose(parameters, w);
            }
            Squeeze::Kept(neurons) => {
                for (z, &neuron) in w.latent.iter_mut().zip(neurons) {
                    *z = w.states[steps * n + neuron as usize];
                }
            }
        }
        w.received.copy_from_slice(&w.latent);
        if let Some(snr) = self.protocol.latent_snr {
            // The noise is kept in `latent_adjoint`, which is not used before the backward pass.
            match noise {
                Some(noise) => {
                    noise.fill(block, LATENT_SLOT, 1.0 / snr.sqrt(), &mut w.latent_adjoint)
                }
                None => w.latent_adjoint.fill(Lanes::zero()),
            }
            for (received, noise) in w.received.iter_mut().zip(&w.latent_adjoint) {
                *received = received.map(F::hyperbolic_tangent).plus(*noise);
            }
        }
        self.begin(parameters, w);
        let sum = |of: &dyn Fn(F) -> F| {
            w.latent
                .iter()
                .map(|z| z.map(of).total().as_f64())
                .sum::<f64>()
        };
        let penalty =
            |factor: f64, of: &dyn Fn(F) -> F| if factor == 0.0 { 0.0 } else { factor * sum(of) };
        Costs {
            nonnegativity: penalty(self.penalties.nonnegativity, &|z: F| positive_part(-z)),
            latent_energy: penalty(self.penalties.latent_energy, &|z: F| z * z),
            ..Costs::default()
        }
    }

    /// Makes the state before decoding, and its rates, from what is received of the units.
    #[inline(always)]
    pub(super) fn begin(&self, parameters: &[F], w: &mut Workspace<F>) {
        let (n, steps, p) = (self.neurons, w.steps, &self.places);
        let start = &mut w.states[(steps + 1) * n..(steps + 2) * n];
        start.fill(Lanes::zero());
        for (&neuron, &bias) in self.reset.iter().zip(&parameters[p.decode_bias.clone()]) {
            start[neuron as usize] = Lanes::splat(bias);
        }
        match &self.squeeze {
            Squeeze::Maps { decode, .. } => {
                for &neuron in &self.reset {
                    let at = &mut start[neuron as usize];
                    *at = decode.row(&w.decode.by_row, &w.received, neuron as usize, *at);
                }
            }
            Squeeze::Kept(neurons) => {
                neurons
                    .iter()
                    .zip(&w.received)
                    .for_each(|(&neuron, z)| start[neuron as usize] = *z);
            }
        }
        self.set_rates(w, steps + 1);
    }

    /// Turns the sums of rates into means and adds the costs on rates.
    #[inline(always)]
    fn rate_costs(&self, w: &mut Workspace<F>, energy: Lanes<F>, costs: &mut Costs) {
        if !self.penalties.on_rates() {
            return;
        }
        let (n, steps) = (self.neurons, w.steps);
        let target = F::of(self.penalties.target_rate);
        let mut miss = Lanes::zero();
        for mean in &mut w.mean_rates {
            *mean = mean.times(F::of(0.5 / steps as f64));
            let difference = mean.map(|m| m - target);
            miss = miss.plus_product(&difference, &difference);
        }
        costs.rate_energy =
            self.penalties.rate_energy * energy.total().as_f64() / (2 * steps * n) as f64;
        costs.homeostasis = self.penalties.homeostasis * miss.total().as_f64() / n as f64;
    }
}
