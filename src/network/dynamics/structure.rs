//! The part of a network that training does not change.

use std::ops::Range;

use super::super::elementary::logistic;
use super::super::projection::Projection;
use super::super::{
    Activation, Cell, Lanes, Layout, Loss, Parametrisation, Penalties, Protocol, Real, SparseUnits,
};
use super::Workspace;

/// Where each kind of parameter lies in the flat vector.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Places {
    pub(in super::super) recurrent: Range<usize>,
    pub(in super::super) gap: Range<usize>,
    pub(in super::super) leak: Range<usize>,
    pub(in super::super) bias: Range<usize>,
    /// Moduli of the reversal potentials of excitation and inhibition, one per neuron; empty for
    /// rate units.
    pub(in super::super) reversal: [Range<usize>; 2],
    pub(in super::super) input: Range<usize>,
    pub(in super::super) encode: Range<usize>,
    pub(in super::super) encode_bias: Range<usize>,
    pub(in super::super) decode: Range<usize>,
    pub(in super::super) decode_bias: Range<usize>,
    pub(in super::super) readout: Range<usize>,
    pub(in super::super) readout_bias: Range<usize>,
    /// Of units of which few are active: what is taken off the rates that they read, and for how
    /// many minibatches each has not been active; else empty.
    pub(in super::super) pre_bias: Range<usize>,
    pub(in super::super) silent_steps: Range<usize>,
}

/// How the state passes the bottleneck.
#[derive(Clone, Debug)]
pub(in super::super) enum Squeeze {
    /// Affine maps to and from real units.
    Maps {
        encode: Box<Projection>,
        decode: Box<Projection>,
    },
    /// These neurons keep their state.
    Kept(Vec<u32>),
}

/// Everything about a network that training does not change.
#[derive(Clone, Debug)]
pub struct Structure<F> {
    pub(in super::super) cell: Cell,
    pub(in super::super) activation: Activation,
    pub(in super::super) weights: Parametrisation,
    pub(in super::super) noise: f64,
    pub(in super::super) loss: Loss,
    pub(in super::super) penalties: Penalties,
    pub(in super::super) protocol: Protocol,
    pub(in super::super) neurons: usize,
    pub(in super::super) channels: usize,
    pub(in super::super) units: usize,
    /// Says that few of the units are active, which ones, and which are dead.
    pub(in super::super) sparse: Option<SparseUnits>,
    /// Neurons whose state before decoding is a trained bias, to which linear units add. All others
    /// but those that keep their state start at zero.
    pub(in super::super) reset: Vec<u32>,
    /// Neurons whose rate is held at zero.
    pub(in super::super) silenced: Vec<u32>,
    /// Sign of each connection, in the order of the parameters: +1, -1, or 0 for a free one.
    pub(in super::super) signs: Vec<F>,
    /// Connections, with a row for each neuron. Liquid cells have two rows: the excitation of
    /// neuron `i` is row `i`, its inhibition row `neurons + i`.
    pub(in super::super) recurrent: Projection,
    /// Index of the parameter of each edge of `recurrent`.
    pub(in super::super) parameter_of: Vec<u32>,
    /// Gap junctions, each as two edges, one in either direction.
    pub(in super::super) gaps: Projection,
    /// Index of the gap junction of each edge of `gaps`.
    pub(in super::super) gap_of: Vec<u32>,
    /// The two neurons of each gap junction.
    pub(in super::super) gap_pairs: Vec<(u32, u32)>,
    pub(in super::super) input: Projection,
    pub(in super::super) squeeze: Squeeze,
    pub(in super::super) readout: Projection,
    pub(in super::super) layout: Layout,
    pub(in super::super) places: Places,
}

impl<F: Real> Structure<F> {
    /// Derives the values that the dynamics use from the parameters.
    #[inline(always)]
    pub(in super::super) fn constrain(&self, parameters: &[F], w: &mut Workspace<F>) {
        let p = &self.places;
        let raw = &parameters[p.recurrent.clone()];
        let weights = self.parameter_of.iter().map(|&index| {
            let weight = self
                .weights
                .weight(raw[index as usize], self.signs[index as usize]);
            // A conductance is positive; its reversal potential has the sign.
            if self.cell == Cell::LiquidTimeConstant {
                weight.abs()
            } else {
                weight
            }
        });
        w.recurrent.set(&self.recurrent, weights);
        for (edge, &gap) in w.gaps.iter_mut().zip(&self.gap_of) {
            edge.1 = self
                .weights
                .weight(parameters[p.gap.start + gap as usize], F::one());
        }
        for (sum, edges) in w.gap_total.iter_mut().zip(self.gaps.row_ranges()) {
            *sum = w.gaps[edges].iter().map(|edge| edge.1).sum();
        }
        for (to, &theta) in w.leak.iter_mut().zip(&parameters[p.leak.clone()]) {
            *to = F::of(0.5) * logistic(theta);
        }
        for (to, (&leak, &total)) in w
            .persistence
            .iter_mut()
            .zip(w.leak.iter().zip(&w.gap_total))
        {
            *to = match self.cell {
                Cell::Rate => F::one() / leak - (F::one() + total),
                Cell::LiquidTimeConstant => F::one() / leak,
            };
        }
        let values = |range: &Range<usize>| parameters[range.clone()].iter().copied();
        w.input
            .iter_mut()
            .zip(values(&p.input))
            .for_each(|(edge, weight)| edge.1 = weight);
        w.readout.set(&self.readout, values(&p.readout));
        if let Squeeze::Maps { encode, decode } = &self.squeeze {
            w.encode.set(encode, values(&p.encode));
            w.decode.set(decode, values(&p.decode));
        }
    }

    /// The groups of parameters whose squares count towards the energy of the weights, besides the
    /// connections.
    pub(super) fn maps(&self) -> [Range<usize>; 4] {
        let p = &self.places;
        [
            p.input.clone(),
            p.encode.clone(),
            p.decode.clone(),
            p.readout.clone(),
        ]
    }

    /// The cost [`Penalties::weight_energy`], times its factor.
    pub(in super::super) fn weight_energy(&self, parameters: &[F], w: &Workspace<F>) -> f64 {
        let factor = self.penalties.weight_energy;
        if factor == 0.0 {
            return 0.0;
        }
        let connections = w.recurrent.by_row.iter().map(|edge| edge.1);
        let maps = self
            .maps()
            .into_iter()
            .flat_map(|range| &parameters[range])
            .copied();
        factor
            * connections
                .chain(maps)
                .map(|weight| weight.as_f64() * weight.as_f64())
                .sum::<f64>()
    }
}

/// The divisor of a liquid neuron's next state, from its leak, its summed gap conductance, and its
/// conductances of excitation and inhibition.
#[inline(always)]
pub(super) fn denominator<F: Real>(leak: F, gaps: F, up: Lanes<F>, down: Lanes<F>) -> Lanes<F> {
    Lanes::splat(F::one() + leak * (F::one() + gaps)).plus_scaled(&up.plus(down), leak)
}
