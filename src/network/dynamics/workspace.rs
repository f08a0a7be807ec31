//! Buffers, allocated at the first batch of a shape and kept.

use super::super::lanes::{LANES, Lanes, Quarters};
use super::super::projection::Projection;
use super::super::{Cell, Real};
use super::{Squeeze, Structure};
use crate::task::Batch;

/// Buffers for one block of sequences.
#[derive(Clone, Debug, Default)]
pub struct Workspace<F> {
    pub(in super::super) steps: usize,
    /// One over the number of values of the batch.
    pub(super) scale: f64,
    /// The weights that the dynamics use, each with the neuron at the other end of its edge.
    pub(super) recurrent: Edges<F>,
    pub(super) gaps: Vec<(u32, F)>,
    pub(super) gap_total: Vec<F>,
    pub(super) input: Vec<(u32, F)>,
    pub(super) encode: Edges<F>,
    pub(super) decode: Edges<F>,
    pub(super) readout: Edges<F>,
    pub(super) leak: Vec<F>,
    /// Coefficient of a neuron's own state in its next one, relative to the coefficient of its
    /// current.
    pub(super) persistence: Vec<F>,
    /// Input frames, `T + 1` of `channels`: zeros, then the input of every step.
    pub(super) frames: Vec<Lanes<F>>,
    /// Output frames (`T x channels`); in the backward pass the derivatives of the loss by them.
    pub(in super::super) outputs: Vec<Lanes<F>>,
    /// History of states, `(2T+2) x neurons`.
    pub(super) states: Vec<Lanes<F>>,
    /// Rates before a step, and after it. The backward pass computes them from the states again,
    /// which is faster than reading them from memory.
    pub(super) rates: Vec<Lanes<F>>,
    pub(super) next_rates: Vec<Lanes<F>>,
    pub(in super::super) snapshots: Snapshots<F>,
    /// Conductances of every step, `2T x 2 neurons`, excitation before inhibition; empty for rate
    /// units.
    pub(super) conductances: Vec<Lanes<F>>,
    /// Signals of a step of the backward pass, and of the step that follows it in time.
    pub(super) signals: Signals<F>,
    pub(super) next_signals: Signals<F>,
    /// Noise of a step, one for each neuron; empty without noise.
    pub(super) noise: Vec<Lanes<F>>,
    /// Summed synaptic current of each neuron; used only where all neurons are joined to all.
    pub(super) synaptic: Vec<Lanes<F>>,
    /// Derivatives of the costs by the states at the end of a phase, as far as no step carries
    /// them; after the phase, by the states at its start.
    pub(super) adjoints: Vec<Lanes<F>>,
    /// Mean rate of each neuron over all steps.
    pub(super) mean_rates: Vec<Lanes<F>>,
    /// Units of the bottleneck before and after the noise of its channel, and the derivatives of
    /// the costs by them.
    pub(in super::super) latent: Vec<Lanes<F>>,
    pub(super) received: Vec<Lanes<F>>,
    pub(super) latent_adjoint: Vec<Lanes<F>>,
    /// What only units of which few are active need.
    pub(in super::super) sparse: Sparse<F>,
    pub(super) sums: Sums<F>,
}

/// The state of units of which few are active; all empty for others. In a mask, bit `i` is lane
/// `i`.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Sparse<F> {
    /// Rates less what is taken off them, for each neuron.
    pub(super) centred: Vec<Lanes<F>>,
    /// All units, before the largest ones are chosen.
    pub(super) all: Vec<Lanes<F>>,
    /// Where each unit is active.
    pub(in super::super) active: Vec<u32>,
    /// Where each unit is dead and helps in the auxiliary cost.
    pub(super) helping: Vec<u32>,
    /// True of a unit that was active in a block since this was last cleared.
    pub(in super::super) seen: Vec<bool>,
    /// The output and the derivatives by the units while the auxiliary cost is taken.
    pub(super) outputs: Vec<Lanes<F>>,
    pub(super) adjoint: Vec<Lanes<F>>,
}

/// Rates of all neurons at the end of encoding, at the start of decoding, and after half of its
/// steps.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Snapshots<F> {
    pub(in super::super) encoded: Vec<Lanes<F>>,
    pub(in super::super) held: Vec<Lanes<F>>,
    pub(in super::super) decoding: Vec<Lanes<F>>,
}

/// Derivatives of the costs by the currents of a step, and for liquid cells by its conductances (`2
/// x neurons`, excitation before inhibition).
#[derive(Clone, Debug, Default)]
pub(super) struct Signals<F> {
    pub(super) currents: Vec<Lanes<F>>,
    pub(super) conductances: Vec<Lanes<F>>,
}

/// The edges of a projection with their weights, in row and in column order.
#[derive(Clone, Debug, Default)]
pub(super) struct Edges<F> {
    pub(super) by_row: Vec<(u32, F)>,
    pub(super) by_column: Vec<(u32, F)>,
}

impl<F: Real> Edges<F> {
    fn new(projection: &Projection) -> Self {
        Self {
            by_row: projection.by_row(),
            by_column: projection.by_column(),
        }
    }

    /// Sets the weights, given in row order.
    #[inline(always)]
    pub(super) fn set(&mut self, projection: &Projection, weights: impl Iterator<Item = F>) {
        self.by_row
            .iter_mut()
            .zip(weights)
            .for_each(|(edge, weight)| edge.1 = weight);
        projection.transpose(&self.by_row, &mut self.by_column);
    }
}

/// Sums from which the gradient is made, one for each neuron, unit or edge. Edges are in column
/// order, those of the input in row order.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums<F> {
    pub(super) recurrent: Vec<Quarters<F>>,
    pub(super) gaps: Vec<Quarters<F>>,
    /// Sums of a step's signal times the neuron's state before the step, and after it.
    pub(super) state_before: Vec<Quarters<F>>,
    pub(super) state_after: Vec<Quarters<F>>,
    pub(super) bias: Vec<Quarters<F>>,
    pub(super) reversal: [Vec<Quarters<F>>; 2],
    pub(super) input: Vec<Quarters<F>>,
    pub(super) encode: Vec<Quarters<F>>,
    pub(super) encode_bias: Vec<Quarters<F>>,
    /// One for each neuron; empty but for units of which few are active.
    pub(super) pre_bias: Vec<Quarters<F>>,
    pub(super) decode: Vec<Quarters<F>>,
    pub(super) decode_bias: Vec<Quarters<F>>,
    pub(super) readout: Vec<Quarters<F>>,
    pub(super) readout_bias: Vec<Quarters<F>>,
}

impl<F: Real> Workspace<F> {
    pub(in super::super) fn new(s: &Structure<F>, steps: usize) -> Self {
        let zeros = |n: usize| vec![F::zero(); n];
        let lanes = |n: usize| vec![Lanes::zero(); n];
        let quarters = |n: usize| vec![Quarters::zero(); n];
        let maps = match &s.squeeze {
            Squeeze::Maps { encode, decode } => Some((encode, decode)),
            Squeeze::Kept(_) => None,
        };
        let (encode, decode) =
            maps.map_or((0, 0), |(encode, decode)| (encode.edges(), decode.edges()));
        let n = s.neurons;
        let liquid = if s.cell == Cell::LiquidTimeConstant {
            n
        } else {
            0
        };
        let signals = || Signals {
            currents: lanes(n),
            conductances: lanes(2 * liquid),
        };
        Self {
            steps,
            scale: 0.0,
            recurrent: Edges::new(&s.recurrent),
            gaps: s.gaps.by_row(),
            gap_total: zeros(n),
            input: s.input.by_row(),
            encode: maps.map_or(Edges::default(), |(encode, _)| Edges::new(encode)),
            decode: maps.map_or(Edges::default(), |(_, decode)| Edges::new(decode)),
            readout: Edges::new(&s.readout),
            leak: zeros(n),
            persistence: zeros(n),
            frames: lanes(s.channels * (steps + 1)),
            outputs: lanes(s.channels * steps),
            states: lanes(n * (2 * steps + 2)),
            rates: lanes(n),
            next_rates: lanes(n),
            snapshots: Snapshots {
                encoded: lanes(n),
                held: lanes(n),
                decoding: lanes(n),
            },
            conductances: lanes(2 * liquid * 2 * steps),
            signals: signals(),
            next_signals: signals(),
            noise: lanes(if s.noise == 0.0 { 0 } else { n }),
            synaptic: lanes(if s.recurrent.is_full() { n } else { 0 }),
            adjoints: lanes(n),
            mean_rates: lanes(n),
            latent: lanes(s.units),
            received: lanes(s.units),
            latent_adjoint: lanes(s.units),
            sparse: match s.sparse {
                Some(_) => Sparse {
                    centred: lanes(n),
                    all: lanes(s.units),
                    active: vec![0; s.units],
                    helping: vec![0; s.units],
                    seen: vec![false; s.units],
                    outputs: lanes(s.channels * steps),
                    adjoint: lanes(s.units),
                },
                None => Sparse::default(),
            },
            sums: Sums {
                recurrent: quarters(s.recurrent.edges()),
                gaps: quarters(s.gaps.edges()),
                state_before: quarters(n),
                state_after: quarters(n),
                bias: quarters(n),
                reversal: [quarters(liquid), quarters(liquid)],
                input: quarters(s.input.edges()),
                encode: quarters(encode),
                encode_bias: quarters(s.places.encode_bias.len()),
                pre_bias: quarters(if s.sparse.is_some() { n } else { 0 }),
                decode: quarters(decode),
                decode_bias: quarters(s.reset.len()),
                readout: quarters(s.readout.edges()),
                readout_bias: quarters(s.channels),
            },
        }
    }

    /// Bytes of a workspace for sequences of `steps`. Small buffers that grow neither with the
    /// wiring nor with the steps are not counted.
    pub(in super::super) fn bytes(s: &Structure<F>, steps: usize) -> u64 {
        let histories = if s.cell == Cell::LiquidTimeConstant {
            3
        } else {
            1
        };
        let signals = if s.cell == Cell::LiquidTimeConstant {
            6
        } else {
            2
        };
        let of_neurons = s.neurons * (histories * (2 * steps + 2) + signals + 9);
        let maps = s.input.edges() + s.readout.edges() + 2 * s.units * s.reset.len();
        let of_edges = s.recurrent.edges() + s.gaps.edges() + maps;
        let lanes = of_neurons + 2 * s.channels * (steps + 1);
        (lanes * size_of::<Lanes<F>>()
            + of_edges * (2 * size_of::<(u32, F)>() + size_of::<Quarters<F>>())) as u64
    }

    /// Copies the sequences of a block into the frames.
    #[inline(always)]
    pub(super) fn read(&mut self, batch: &Batch<F>, block: usize) {
        self.scale = 1.0 / batch.values.len() as f64;
        for (row, values) in batch.values.chunks_exact(batch.samples).enumerate() {
            let (channel, t) = (row / batch.steps, row % batch.steps);
            self.frames[(t + 1) * batch.channels + channel] = Lanes::read(&values[block * LANES..]);
        }
    }

    #[inline(always)]
    pub(in super::super) fn clear_sums(&mut self) {
        let s = &mut self.sums;
        let [excitation, inhibition] = &mut s.reversal;
        for sums in [
            &mut s.recurrent,
            &mut s.gaps,
            &mut s.state_before,
            &mut s.state_after,
            &mut s.bias,
            excitation,
            inhibition,
            &mut s.input,
            &mut s.encode,
            &mut s.encode_bias,
            &mut s.pre_bias,
            &mut s.decode,
            &mut s.decode_bias,
            &mut s.readout,
            &mut s.readout_bias,
        ] {
            sums.fill(Quarters::zero());
        }
    }
}
