//! Buffers, allocated at the first batch of a shape and kept.

use super::super::lanes::{LANES, Lanes, Quarters};
use super::super::projection::Projection;
use super::super::{Cell, Real};
use super::{Squeeze, Structure};
use crate::task::Batch;

/// Steps whose signals are kept together before the gradients take them up.
pub(super) const CHUNK: usize = 8;

/// What a neuron did in the steps of a chunk.
pub(super) type Strip<F> = [Lanes<F>; CHUNK];

/// Buffers for one block of sequences.
#[derive(Clone, Debug, Default)]
pub struct Workspace<F> {
    pub(in super::super) steps: usize,
    /// Constrained parameters as the dynamics see them, with where they lead from and to.
    pub(super) recurrent: Edges<F>,
    pub(super) gaps: Vec<(u32, F)>,
    pub(super) gap_total: Vec<F>,
    pub(super) input: Vec<(u32, F)>,
    pub(super) encode: Edges<F>,
    pub(super) decode: Edges<F>,
    pub(super) readout: Edges<F>,
    pub(super) leak: Vec<F>,
    /// `T + 1` frames of `channels`: zero, then the input of every step.
    pub(super) frames: Vec<Lanes<F>>,
    /// `T x channels`: the output, then the derivative of the loss by it.
    pub(in super::super) outputs: Vec<Lanes<F>>,
    /// `(2T+2) x neurons`.
    pub(super) states: Vec<Lanes<F>>,
    pub(in super::super) rates: Vec<Lanes<F>>,
    /// Conductances of every step, excitation and inhibition: `2T x 2 neurons`; empty for rate units.
    pub(super) conductances: Vec<Lanes<F>>,
    /// Signals of the steps of a chunk and of the step after it: of currents, and of conductances where there are any.
    pub(super) signals: Vec<Lanes<F>>,
    pub(super) conductance_signals: Vec<Lanes<F>>,
    /// A chunk's signals and what they meet, by row and by column of the projection whose gradient is being raised.
    pub(super) strips: [Vec<Strip<F>>; 2],
    /// Noise of a step, per neuron.
    pub(super) noise: Vec<Lanes<F>>,
    /// What synapses bring to each neuron, or on the way back take from it, where all are joined to all.
    pub(super) synaptic: Vec<Lanes<F>>,
    /// Derivative of the loss by a state, as far as it comes through the next state.
    pub(super) carry: Vec<Lanes<F>>,
    /// Mean rate of each neuron over all steps.
    pub(super) mean_rates: Vec<Lanes<F>>,
    /// Units before and after the channel's noise, and the adjoint.
    pub(in super::super) latent: Vec<Lanes<F>>,
    pub(super) received: Vec<Lanes<F>>,
    pub(super) latent_adjoint: Vec<Lanes<F>>,
    pub(super) sums: Sums<F>,
}

/// The edges of a projection with their weights, in row and in column order.
#[derive(Clone, Debug, Default)]
pub(super) struct Edges<F> {
    pub(super) by_row: Vec<(u32, F)>,
    pub(super) by_column: Vec<(u32, F)>,
}

impl<F: Real> Edges<F> {
    fn new(projection: &Projection) -> Self {
        Self { by_row: projection.by_row(), by_column: projection.by_column() }
    }

    /// Takes over the weights, in row order.
    #[inline(always)]
    pub(super) fn set(&mut self, projection: &Projection, weights: impl Iterator<Item = F>) {
        self.by_row.iter_mut().zip(weights).for_each(|(edge, weight)| edge.1 = weight);
        projection.transpose(&self.by_row, &mut self.by_column);
    }
}

/// What becomes of the gradient: per edge, in the order of [`Projection::summed_edges`], or still apart for every lane.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums<F> {
    pub(super) recurrent: Vec<Quarters<F>>,
    /// Per edge of the gap junctions' projection, and per neuron.
    pub(super) gaps: Vec<Quarters<F>>,
    pub(super) gap_total: Vec<Lanes<F>>,
    pub(super) leak: Vec<Lanes<F>>,
    pub(super) bias: Vec<Lanes<F>>,
    pub(super) reversal: [Vec<Lanes<F>>; 2],
    pub(super) input: Vec<Quarters<F>>,
    pub(super) encode: Vec<Quarters<F>>,
    pub(super) encode_bias: Vec<Lanes<F>>,
    pub(super) decode: Vec<Quarters<F>>,
    pub(super) decode_bias: Vec<Lanes<F>>,
    pub(super) readout: Vec<Quarters<F>>,
    pub(super) readout_bias: Vec<Lanes<F>>,
}

impl<F: Real> Workspace<F> {
    pub(in super::super) fn new(s: &Structure<F>, steps: usize) -> Self {
        let zeros = |n: usize| vec![F::zero(); n];
        let lanes = |n: usize| vec![Lanes::zero(); n];
        let quarters = |n: usize| vec![Quarters::zero(); n];
        let strips = |n: usize| vec![[Lanes::zero(); CHUNK]; n];
        let maps = match &s.squeeze {
            Squeeze::Maps { encode, decode } => Some((encode, decode)),
            Squeeze::Kept(_) => None,
        };
        let (encode, decode) = maps.map_or((0, 0), |(encode, decode)| (encode.edges(), decode.edges()));
        let n = s.neurons;
        let liquid = if s.cell == Cell::LiquidTimeConstant { n } else { 0 };
        Self {
            steps,
            recurrent: Edges::new(&s.recurrent),
            gaps: s.gaps.by_row(),
            gap_total: zeros(n),
            input: s.input.by_row(),
            encode: maps.map_or(Edges::default(), |(encode, _)| Edges::new(encode)),
            decode: maps.map_or(Edges::default(), |(_, decode)| Edges::new(decode)),
            readout: Edges::new(&s.readout),
            leak: zeros(n),
            frames: lanes(s.channels * (steps + 1)),
            outputs: lanes(s.channels * steps),
            states: lanes(n * (2 * steps + 2)),
            rates: lanes(n * (2 * steps + 2)),
            conductances: lanes(2 * liquid * 2 * steps),
            signals: lanes(n * (CHUNK + 1)),
            conductance_signals: lanes(2 * liquid * (CHUNK + 1)),
            strips: [strips((n + liquid).max(s.channels)), strips(n.max(s.channels))],
            noise: lanes(if s.noise == 0.0 { 0 } else { n }),
            synaptic: lanes(if s.recurrent.is_full() { n } else { 0 }),
            carry: lanes(n),
            mean_rates: lanes(n),
            latent: lanes(s.units),
            received: lanes(s.units),
            latent_adjoint: lanes(s.units),
            sums: Sums {
                recurrent: quarters(s.recurrent.edges()),
                gaps: quarters(s.gaps.edges()),
                gap_total: lanes(n),
                leak: lanes(n),
                bias: lanes(n),
                reversal: [lanes(liquid), lanes(liquid)],
                input: quarters(s.input.edges()),
                encode: quarters(encode),
                encode_bias: lanes(s.places.encode_bias.len()),
                decode: quarters(decode),
                decode_bias: lanes(s.reset.len()),
                readout: quarters(s.readout.edges()),
                readout_bias: lanes(s.channels),
            },
        }
    }

    /// Bytes that a workspace for sequences of `steps` takes: what grows with the wiring and the steps, without the odd small buffer.
    pub(in super::super) fn bytes(s: &Structure<F>, steps: usize) -> u64 {
        let histories = if s.cell == Cell::LiquidTimeConstant { 4 } else { 2 };
        let chunk = if s.cell == Cell::LiquidTimeConstant { 6 } else { 3 };
        let of_neurons = s.neurons * (histories * (2 * steps + 2) + chunk * (CHUNK + 1) + 8);
        let maps = s.input.edges() + s.readout.edges() + 2 * s.units * s.reset.len();
        let of_edges = s.recurrent.edges() + s.gaps.edges() + maps;
        let lanes = of_neurons + 2 * s.channels * (steps + 1);
        (lanes * size_of::<Lanes<F>>() + of_edges * (2 * size_of::<(u32, F)>() + size_of::<Quarters<F>>())) as u64
    }

    /// Takes in the sequences of a block.
    #[inline(always)]
    pub(super) fn read(&mut self, batch: &Batch<F>, block: usize) {
        for (row, values) in batch.values.chunks_exact(batch.samples).enumerate() {
            let (channel, t) = (row / batch.steps, row % batch.steps);
            self.frames[(t + 1) * batch.channels + channel] = Lanes::read(&values[block * LANES..]);
        }
    }

    #[inline(always)]
    pub(in super::super) fn clear_sums(&mut self) {
        let s = &mut self.sums;
        for sums in [&mut s.recurrent, &mut s.gaps, &mut s.input, &mut s.encode, &mut s.decode, &mut s.readout] {
            sums.fill(Quarters::zero());
        }
        let [excitation, inhibition] = &mut s.reversal;
        for sums in [
            &mut s.gap_total,
            &mut s.leak,
            &mut s.bias,
            excitation,
            inhibition,
            &mut s.encode_bias,
            &mut s.decode_bias,
            &mut s.readout_bias,
        ] {
            sums.fill(Lanes::zero());
        }
    }
}
