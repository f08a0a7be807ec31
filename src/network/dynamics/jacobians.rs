//! The Jacobians of a network at one sequence: from the sequence to what is held, through the
//! bottleneck, and from the start state to the output.
//!
//! Once the states of a pass are known, a step is linear in small changes of them:
//!
//! ```text
//! dx' = A dx + diag(gain) U du
//! rate units              A = 1 - a (1 + sum G) + a (W diag(slope) + G)          gain = a
//! liquid time constants   A = (1 + a (V diag(slope) + G)) / d                    gain = a / d
//!                         V = w (E+ - x') of excitatory, -w (E- + x') of inhibitory synapses
//! ```
//!
//! with the divisor `d` of the liquid step. The Jacobians are products of these matrices, taken
//! from the end at which the held neurons stand: back from what is held to the sequence, and on
//! from the start state to the output. They are exact but for rounding, and where a rate has a kink
//! they are those of the side that the state is on. O(steps held (synapses + ambient)) each.

use super::super::{Cell, Lanes, Real};
use super::{Squeeze, Structure, Workspace};

/// The Jacobians of a network at one sequence, row-major. Values of a sequence are in the order
/// (channel, step).
///
/// *Held* is what the bottleneck reads: the rates of the inner neurons after encoding, or the
/// states of those that keep theirs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jacobians {
    /// Values that are held.
    pub held: usize,
    /// Values of a sequence.
    pub ambient: usize,
    /// What is held by the sequence, `held x ambient`.
    pub encode: Vec<f64>,
    /// The start state of decoding by what is held, `held x held`: the map through the bottleneck.
    pub hold: Vec<f64>,
    /// The output by the start state, `ambient x held`.
    pub decode: Vec<f64>,
}

/// The units of a bottleneck at one sequence, and the derivatives on both sides of them. Values of
/// a sequence are in the order (channel, step).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LatentGradients {
    /// Values of a sequence.
    pub ambient: usize,
    /// The units, before the noise of their channel if there is any.
    pub latent: Vec<f64>,
    /// The units by the sequence, `units x ambient`.
    pub gradients: Vec<f64>,
    /// The output by the units, `units x ambient`.
    pub output: Vec<f64>,
}

impl LatentGradients {
    /// True if all entries are finite numbers.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let all = [&self.latent, &self.gradients, &self.output];
        all.into_iter().flatten().all(|value| value.is_finite())
    }
}

impl Jacobians {
    /// True if all entries are finite numbers.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let all = [&self.encode, &self.hold, &self.decode];
        all.into_iter().flatten().all(|value| value.is_finite())
    }
}

/// A step made linear around the states that it was taken between.
struct LinearStep {
    /// The entries of `A`: row, column, value.
    entries: Vec<(u32, u32, f64)>,
    /// What a change of each neuron's input current does to its next state.
    gain: Vec<f64>,
}

impl LinearStep {
    /// `A block`, for a block with a row of `width` values for each neuron.
    fn times(&self, block: &[f64], width: usize) -> Vec<f64> {
        let ahead = self.entries.iter().map(|&(i, j, value)| (i, j, value));
        product(ahead, block, width)
    }

    /// `A' block`.
    fn transposed_times(&self, block: &[f64], width: usize) -> Vec<f64> {
        let back = self.entries.iter().map(|&(i, j, value)| (j, i, value));
        product(back, block, width)
    }
}

/// The product of a matrix, given by its entries, with a block.
fn product(
    entries: impl Iterator<Item = (u32, u32, f64)>,
    block: &[f64],
    width: usize,
) -> Vec<f64> {
    let mut result = vec![0.0; block.len()];
    for (row, column, value) in entries {
        add_scaled(
            &mut result[row as usize * width..][..width],
            &block[column as usize * width..][..width],
            value,
        );
    }
    result
}

/// Adds `factor * values` to `sum`.
fn add_scaled(sum: &mut [f64], values: &[f64], factor: f64) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

impl<F: Real> Structure<F> {
    /// The Jacobians at the sequence of one lane, from the states that a pass has left in `w`.
    pub(in super::super) fn jacobians(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        lane: usize,
    ) -> Jacobians {
        let held = match &self.squeeze {
            Squeeze::Maps { .. } => &self.reset,
            Squeeze::Kept(neurons) => neurons,
        };
        Jacobians {
            held: held.len(),
            ambient: self.channels * w.steps,
            encode: self.encode_jacobian(parameters, w, lane, held),
            hold: self.hold_jacobian(w, lane, held),
            decode: self.decode_jacobian(parameters, w, lane, held),
        }
    }

    fn encode_jacobian(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        lane: usize,
        held: &[u32],
    ) -> Vec<f64> {
        let width = held.len();
        let mut by_state = vec![0.0; self.neurons * width];
        let slopes = self.slopes(w, lane, w.steps);
        for (column, &neuron) in held.iter().enumerate() {
            by_state[neuron as usize * width + column] = match self.squeeze {
                Squeeze::Maps { .. } => slopes[neuron as usize],
                Squeeze::Kept(_) => 1.0,
            };
        }
        self.back_to_sequence(parameters, w, lane, by_state)
    }

    /// The units of the bottleneck and their derivatives at the sequence of one lane, from the
    /// states that a pass has left in `w`. O(steps units (synapses + ambient)).
    pub(in super::super) fn latent_gradients(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        lane: usize,
    ) -> LatentGradients {
        let (units, ambient) = (self.units, self.channels * w.steps);
        // A row per neuron, a column per unit.
        let mut by_state = vec![0.0; self.neurons * units];
        let mut by_unit = vec![0.0; self.neurons * units];
        match &self.squeeze {
            Squeeze::Maps { encode, decode } => {
                let slopes = self.slopes(w, lane, w.steps);
                for (edges, unit) in encode.row_ranges().zip(0..) {
                    if !Self::is_active(w, lane, unit) {
                        continue;
                    }
                    for &(neuron, weight) in &w.encode.by_row[edges] {
                        let neuron = neuron as usize;
                        by_state[neuron * units + unit] = weight.as_f64() * slopes[neuron];
                    }
                }
                for (edges, neuron) in decode.row_ranges().zip(0..) {
                    for &(unit, weight) in &w.decode.by_row[edges] {
                        let passed = self.passed(w, lane, unit as usize);
                        by_unit[neuron * units + unit as usize] = passed * weight.as_f64();
                    }
                }
            }
            Squeeze::Kept(neurons) => {
                for (unit, &neuron) in neurons.iter().enumerate() {
                    by_state[neuron as usize * units + unit] = 1.0;
                    by_unit[neuron as usize * units + unit] = self.passed(w, lane, unit);
                }
            }
        }
        let output = self.on_to_output(parameters, w, lane, by_unit);
        let transposed = |at: usize| output[at % ambient * units + at / ambient];
        LatentGradients {
            ambient,
            latent: w.latent.iter().map(|z| z.0[lane].as_f64()).collect(),
            gradients: self.back_to_sequence(parameters, w, lane, by_state),
            output: (0..units * ambient).map(transposed).collect(),
        }
    }

    /// Takes derivatives by the state after encoding, a row per neuron, back to those by the
    /// sequence, transposed: a row per column, (channel, step) innermost.
    fn back_to_sequence(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        lane: usize,
        mut by_state: Vec<f64>,
    ) -> Vec<f64> {
        let (width, steps) = (by_state.len() / self.neurons, w.steps);
        let ambient = self.channels * steps;
        let mut by_value = vec![0.0; ambient * width];
        for t in (0..steps).rev() {
            let step = self.linear_step(parameters, w, lane, [t, t]);
            for (edges, neuron) in self.input.row_ranges().zip(0..) {
                for &(channel, weight) in &w.input[edges] {
                    add_scaled(
                        &mut by_value[(channel as usize * steps + t) * width..][..width],
                        &by_state[neuron * width..][..width],
                        step.gain[neuron] * weight.as_f64(),
                    );
                }
            }
            by_state = step.transposed_times(&by_state, width);
        }
        let entry = |at: usize| by_value[at % ambient * width + at / ambient];
        (0..width * ambient).map(entry).collect()
    }

    /// True but for a unit that is not among the largest in the sequence.
    fn is_active(w: &Workspace<F>, lane: usize, unit: usize) -> bool {
        let mask = w.sparse.active.get(unit);
        mask.is_none_or(|mask| mask >> lane & 1 == 1)
    }

    /// What a change of a unit does to the value that decoding receives of it.
    fn passed(&self, w: &Workspace<F>, lane: usize, unit: usize) -> f64 {
        if !Self::is_active(w, lane, unit) {
            return 0.0;
        }
        match self.protocol.latent_snr {
            Some(_) => {
                let squashed = w.latent[unit].0[lane].hyperbolic_tangent().as_f64();
                1.0 - squashed * squashed
            }
            None => 1.0,
        }
    }

    fn hold_jacobian(&self, w: &Workspace<F>, lane: usize, held: &[u32]) -> Vec<f64> {
        let width = held.len();
        let passed = |unit: usize| self.passed(w, lane, unit);
        let mut hold = vec![0.0; width * width];
        match &self.squeeze {
            Squeeze::Maps { encode, decode } => {
                let mut column_of = vec![0; self.neurons];
                for (column, &neuron) in held.iter().enumerate() {
                    column_of[neuron as usize] = column;
                }
                let units: Vec<_> = encode.row_ranges().collect();
                let rows: Vec<_> = decode.row_ranges().collect();
                for (&neuron, row) in held.iter().zip(hold.chunks_exact_mut(width)) {
                    for &(unit, to) in &w.decode.by_row[rows[neuron as usize].clone()] {
                        let unit = unit as usize;
                        let factor = to.as_f64() * passed(unit);
                        for &(from, weight) in &w.encode.by_row[units[unit].clone()] {
                            row[column_of[from as usize]] += factor * weight.as_f64();
                        }
                    }
                }
            }
            Squeeze::Kept(_) => {
                (0..width).for_each(|unit| hold[unit * width + unit] = passed(unit));
            }
        }
        hold
    }

    fn decode_jacobian(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        lane: usize,
        held: &[u32],
    ) -> Vec<f64> {
        let width = held.len();
        let mut by_start = vec![0.0; self.neurons * width];
        for (column, &neuron) in held.iter().enumerate() {
            by_start[neuron as usize * width + column] = 1.0;
        }
        self.on_to_output(parameters, w, lane, by_start)
    }

    /// Takes changes of the state before decoding, a row per neuron, on to those of the output, a
    /// row per (channel, step).
    fn on_to_output(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        lane: usize,
        mut by_start: Vec<f64>,
    ) -> Vec<f64> {
        let (width, steps) = (by_start.len() / self.neurons, w.steps);
        let mut decode = vec![0.0; self.channels * steps * width];
        for t in 0..steps {
            let slot = steps + 1 + t;
            let step = self.linear_step(parameters, w, lane, [slot, steps + t]);
            by_start = step.times(&by_start, width);
            let slopes = self.slopes(w, lane, slot + 1);
            for (edges, channel) in self.readout.row_ranges().zip(0..) {
                let output = w.outputs[t * self.channels + channel].0[lane].as_f64();
                let passed = self.loss.output_slope(output);
                for &(neuron, weight) in &w.readout.by_row[edges] {
                    let neuron = neuron as usize;
                    add_scaled(
                        &mut decode[(channel * steps + t) * width..][..width],
                        &by_start[neuron * width..][..width],
                        passed * weight.as_f64() * slopes[neuron],
                    );
                }
            }
        }
        decode
    }

    /// The slope of every neuron's rate in the state of a slot.
    fn slopes(&self, w: &Workspace<F>, lane: usize, slot: usize) -> Vec<f64> {
        let states = &w.states[slot * self.neurons..][..self.neurons];
        let slope =
            |(i, state): (usize, &Lanes<F>)| self.slope(i, self.rate(i, *state)).0[lane].as_f64();
        states.iter().enumerate().map(slope).collect()
    }

    /// The step from the state of `slot` to that of the next one, made linear.
    fn linear_step(
        &self,
        parameters: &[F],
        w: &Workspace<F>,
        lane: usize,
        [slot, step]: [usize; 2],
    ) -> LinearStep {
        let n = self.neurons;
        let slopes = self.slopes(w, lane, slot);
        let after = &w.states[(slot + 1) * n..][..n];
        let (synapses, gaps) = (
            self.recurrent.row_ranges().collect::<Vec<_>>(),
            self.gaps.row_ranges().collect::<Vec<_>>(),
        );
        let mut entries = Vec::with_capacity(n + w.recurrent.by_row.len() + w.gaps.len());
        let mut gains = Vec::with_capacity(n);
        for i in 0..n {
            let (leak, total) = (w.leak[i].as_f64(), w.gap_total[i].as_f64());
            // The factor of the neuron's own state, of its currents, and of each row of synapses.
            let (own, gain, rows) = match self.cell {
                Cell::Rate => (1.0 - leak * (1.0 + total), leak, vec![(i, leak)]),
                Cell::LiquidTimeConstant => {
                    let conductances = &w.conductances[2 * step * n..2 * (step + 1) * n];
                    let [up, down] = [i, n + i].map(|row| conductances[row].0[lane].as_f64());
                    let [rise, fall] = self.reversal(parameters, i).map(|v| v.as_f64());
                    let state = after[i].0[lane].as_f64();
                    let divisor = 1.0 + leak * (1.0 + total + up + down);
                    let gain = leak / divisor;
                    let rows = vec![(i, gain * (rise - state)), (n + i, -gain * (fall + state))];
                    (1.0 / divisor, gain, rows)
                }
            };
            let row = i as u32;
            entries.push((row, row, own));
            for &(other, weight) in &w.gaps[gaps[i].clone()] {
                entries.push((row, other, gain * weight.as_f64()));
            }
            for (row_of_synapses, factor) in rows {
                for &(pre, weight) in &w.recurrent.by_row[synapses[row_of_synapses].clone()] {
                    let value = factor * weight.as_f64() * slopes[pre as usize];
                    // A silent neuron passes nothing on.
                    if value != 0.0 {
                        entries.push((row, pre, value));
                    }
                }
            }
            gains.push(gain);
        }
        LinearStep {
            entries,
            gain: gains,
        }
    }
}
