//! The dynamics of an engram network, forward and backward.
//!
//! A batch is cut into blocks of [`LANES`](super::LANES) sequences, each taken forward and backward
//! on its own: the rates of a step then fit fast caches, of thousands of neurons too, and memory
//! does not grow with the batch. Every step of a block is kept in histories laid out `slot,
//! neuron`: encoding fills slots `0..=T` (slot `T` is the state that enters the bottleneck),
//! decoding `T+1..=2T+1`. A step is one sweep over the neurons: all of a neuron's inputs are summed
//! in registers, and its new state and rate are written once.
//!
//! On the way back, what a step read from a neuron (its rate through synapses, its state through
//! gap junctions and its own persistence) meets the adjoints of the currents it went into, their
//! *signals*. They give the adjoint of what was read, and in the same pass over the edges the
//! gradients of the connections: a connection's signal is in registers already. Only states are
//! kept in the history.

mod backward;
mod forward;
mod structure;
mod workspace;

pub use structure::Structure;
pub(super) use structure::{Places, Squeeze};
pub use workspace::Workspace;

use super::noise::Noise;
use super::{Costs, Real};
use crate::task::Batch;

/// A block's way through the network, compiled once per instruction set.
pub struct Pass<'a, F> {
    pub(super) structure: &'a Structure<F>,
    pub(super) parameters: &'a [F],
    pub(super) workspace: &'a mut Workspace<F>,
    pub(super) batch: &'a Batch<F>,
    pub(super) block: usize,
    pub(super) noise: Option<&'a Noise>,
    /// Decode from the network's own output, where the protocol feeds frames back.
    pub(super) free_running: bool,
    /// Go back as well, and add to the sums of the gradient.
    pub(super) back: bool,
}

/// The passes of one number type, compiled here and nowhere else.
pub trait Kernels: Sized {
    /// Takes a block through the network with the instructions its structure chose.
    fn run(pass: Pass<'_, Self>) -> Costs;
}

impl Kernels for f32 {
    fn run(pass: Pass<'_, Self>) -> Costs {
        pass.structure.arch.dispatch(pass)
    }
}

impl Kernels for f64 {
    fn run(pass: Pass<'_, Self>) -> Costs {
        pass.structure.arch.dispatch(pass)
    }
}

impl<F: Real> pulp::WithSimd for Pass<'_, F> {
    type Output = Costs;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> Costs {
        let (s, w) = (self.structure, self.workspace);
        w.read(self.batch, self.block);
        let costs = s.forward(
            self.parameters,
            w,
            self.noise,
            self.block,
            self.free_running,
        );
        if self.back {
            s.backward(self.parameters, w, self.batch);
        }
        costs
    }
}
