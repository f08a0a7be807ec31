//! The dynamics of an engram network, forward and backward.
//!
//! A batch is cut into blocks of [`LANES`](super::LANES) sequences, and each block is taken forward
//! and backward on its own. The rates of a step then fit fast caches, even for thousands of
//! neurons, and memory does not grow with the batch. The states of every step of a block are kept
//! in a history laid out as (slot, neuron). Encoding fills slots `0..=T`, and slot `T` is the state
//! that enters the bottleneck; decoding fills `T+1..=2T+1`. A step is one sweep over the neurons:
//! all inputs of a neuron are summed in registers, and its new state and rate are written once.
//!
//! A step reads the rate of a neuron through synapses, and its state through gap junctions and its
//! own persistence. In the backward pass these values meet the *signals*, the derivatives of the
//! costs by the currents that they went into. This gives the derivatives by the values themselves,
//! and in the same pass over the edges the gradients of the connections, whose signal is in
//! registers already. Only states are kept in the history; rates are computed again.
//!
//! `jacobians` reads the derivatives of a pass by its sequence and by its held state, one lane at a
//! time; they are for looking at a trained network, not for training. `sparse` is what units of
//! which few are active need.

mod backward;
mod forward;
mod jacobians;
mod sparse;
mod structure;
mod workspace;

pub use jacobians::{Jacobians, LatentGradients};
pub(super) use structure::Structure;
pub(super) use structure::{Places, Squeeze};
pub(super) use workspace::Workspace;

use super::elementary::{Elementary, squash_slope};
use super::noise::Noise;
use super::product::Product;
use super::{Costs, Real};
use crate::portable::chosen;
use crate::task::Batch;

/// What a pass is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The costs that are minimised.
    Costs,
    /// The costs where the network's own output is fed to it, if the protocol feeds frames back.
    Recall,
    /// The states that the pass leaves; of the costs the auxiliary one is left out.
    States,
}

/// One block's pass through the network, compiled once per instruction set.
pub struct Pass<'a, F> {
    pub(super) structure: &'a Structure<F>,
    pub(super) parameters: &'a [F],
    pub(super) workspace: &'a mut Workspace<F>,
    pub(super) batch: &'a Batch<F>,
    pub(super) block: usize,
    pub(super) noise: Option<&'a Noise>,
    pub(super) mode: Mode,
    /// Also run backward and add to the sums of the gradient.
    pub(super) back: bool,
}

/// The kernels of one number type, compiled here and nowhere else, for every instruction set.
pub trait Kernels: Sized {
    /// Takes a block through the network.
    fn run(pass: Pass<'_, Self>) -> Costs;
    /// Derives from the parameters what the dynamics use.
    fn constrain(structure: &Structure<Self>, parameters: &[Self], w: &mut Workspace<Self>);
    /// Turns the sums of a batch into the gradient of the raw parameters.
    fn gradients(
        structure: &Structure<Self>,
        parameters: &[Self],
        w: &Workspace<Self>,
        gradient: &mut [Self],
    );
    /// Adds a product of dense matrices.
    fn multiply_add(product: Product<'_, Self>);
    /// Takes the hyperbolic tangent of every value.
    fn squash(values: &mut [Self]);
    /// Multiplies every value by the derivative of the hyperbolic tangent at the place given.
    fn times_squash_slope(values: &mut [Self], at: &[Self]);
}

macro_rules! kernels {
    ($float:ident) => {
        impl Kernels for $float {
            fn run(pass: Pass<'_, Self>) -> Costs {
                chosen().dispatch(pass)
            }

            fn constrain(
                structure: &Structure<Self>,
                parameters: &[Self],
                w: &mut Workspace<Self>,
            ) {
                chosen().dispatch(
                    #[inline(always)]
                    || structure.constrain(parameters, w),
                );
            }

            fn gradients(
                structure: &Structure<Self>,
                parameters: &[Self],
                w: &Workspace<Self>,
                gradient: &mut [Self],
            ) {
                chosen().dispatch(
                    #[inline(always)]
                    || structure.gradients(parameters, w, gradient),
                );
            }

            fn multiply_add(product: Product<'_, Self>) {
                chosen().dispatch(product);
            }

            fn squash(values: &mut [Self]) {
                chosen().dispatch(
                    #[inline(always)]
                    || {
                        values
                            .iter_mut()
                            .for_each(|value| *value = value.hyperbolic_tangent());
                    },
                );
            }

            fn times_squash_slope(values: &mut [Self], at: &[Self]) {
                chosen().dispatch(
                    #[inline(always)]
                    || {
                        values
                            .iter_mut()
                            .zip(at)
                            .for_each(|(value, &at)| *value *= squash_slope(at));
                    },
                );
            }
        }
    };
}

kernels!(f32);
kernels!(f64);

impl<F: Real> pulp::WithSimd for Pass<'_, F> {
    type Output = Costs;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> Costs {
        let (s, w) = (self.structure, self.workspace);
        w.read(self.batch, self.block);
        let mut costs = s.forward(self.parameters, w, self.noise, self.block, self.mode);
        let share = 1.0 / self.batch.samples as f64;
        if self.back {
            s.decoding_back(self.parameters, w, 1.0, share);
        }
        if self.mode == Mode::Costs && s.has_helpers(w) {
            costs.auxiliary = s.help(self.parameters, w, self.noise, self.block, self.back);
        }
        if self.back {
            s.encoding_back(self.parameters, w, share);
        }
        costs
    }
}
