//! Engram networks: autoencoders whose recurrent wiring is a connectome.
//!
//! A sequence is fed to the sensory neurons for `T` steps (*encode*). The state of the inner
//! neurons is then squeezed through a bottleneck; the network is reset to a state made from what
//! passed, and must reproduce the sequence from its motor neurons within the next `T` steps,
//! without input (*decode*). The neurons are coupled by the connectome's chemical synapses, whose
//! signs never change, and by its gap junctions. As leaky rate units ([`Cell::Rate`]) they follow
//!
//! ```text
//! c_i = b_i + U_i u + sum_j G_ij (x_j - x_i) + noise,   a_i = dt / tau_i = sigmoid(theta_i) / 2   (tau at least 2 dt)
//! x_i <- (1 - a_i) x_i + a_i ( sum_j W_ij r_j + c_i ),   r = phi(x)
//! W_ij = s_ij w_ij,   w_ij >= 0,   G_ij = G_ji >= 0
//! ```
//!
//! and as liquid time constants ([`Cell::LiquidTimeConstant`]; Hasani et al. 2021), one fused step
//! of
//!
//! ```text
//! tau_i dx_i/dt = -x_i + A_i (E+_i - x_i) + B_i (-E-_i - x_i) + c_i
//! x_i <- ( x_i + a_i ( E+_i A_i - E-_i B_i + c_i ) ) / ( 1 + a_i ( 1 + A_i + B_i + sum_j G_ij ) )
//! ```
//!
//! with the conductances `A = sum w r` over excitatory and `B` over inhibitory synapses, the
//! reversal potentials `E+, E- >= 0`, and gap junctions implicit in `x_i`. The gate of a synapse is
//! the rate of its presynaptic neuron, where the source has a sigmoid of its own for every synapse:
//! our own simplification. How `w` and `G` are made of raw parameters is the [`Parametrisation`].
//!
//! The bottleneck is `k` real units `z = Wz r + bz`, from which the state of the inner neurons is
//! made by an affine map ([`Bottleneck::Linear`]), or `k` inner neurons that keep their state while
//! all others are reset ([`Bottleneck::Neurons`]). Without one, `k` is the number of inner neurons:
//! the same maps, nothing squeezed. A task may ask for noise in `z`, or for the frame before to be
//! fed back while decoding ([`Protocol`]).
//!
//! [`EngramNetwork`] computes this and its exact gradient (backpropagation through time, derived by
//! hand over sparse kernels); [`Perceptron`] is the unconstrained control. Both are [`Model`]s,
//! which is all that training knows of them.

mod activation;
mod config;
mod cost;
mod dynamics;
mod eigenvalues;
mod elementary;
mod engram;
mod error;
mod instructions;
mod lanes;
mod noise;
mod parameters;
mod parametrisation;
mod perceptron;
mod product;
mod projection;
mod real;
mod wiring;
mod xor_loss;

pub use activation::Activation;
pub use config::{Bottleneck, BottleneckKind, Cell, InitialStrength, NetworkConfig, Protocol};
pub use cost::{Costs, Loss, Penalties};
pub(crate) use eigenvalues::spectral_radius;
pub use engram::{Demand, EngramNetwork, obeys_dale};
pub use error::NetworkError;
pub(crate) use instructions::chosen;
pub use instructions::instruction_set;
pub use lanes::{LANES, Lanes};
pub use parameters::{Group, Layout, Update};
pub use parametrisation::Parametrisation;
pub use perceptron::Perceptron;
pub use projection::Projection;
pub use real::Real;
pub use wiring::{Connection, UnsignedPolicy, Wiring};
pub use xor_loss::{xor_loss, xor_loss_derivative};

use crate::task::Batch;

/// What a model did with a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// Mean squared reconstruction error.
    pub loss: f64,
    /// All costs.
    pub costs: Costs,
    /// Bottleneck units per sample (row-major, samples x units); empty for a perceptron without a
    /// bottleneck.
    pub latent: Vec<f64>,
    /// Number of bottleneck units.
    pub latent_units: usize,
    /// Activity of the hidden units at the end of encoding (row-major, samples x units).
    pub hidden: Vec<f64>,
    /// The same as the bottleneck leaves it, before the first step of decoding; empty for a
    /// perceptron.
    pub held: Vec<f64>,
    /// The same halfway through decoding; empty for a perceptron.
    pub decoding: Vec<f64>,
    /// Number of hidden units.
    pub hidden_units: usize,
    /// The reconstruction, laid out as [`Batch::values`].
    pub output: Vec<f64>,
}

/// A trainable autoencoder.
pub trait Model<F: Real> {
    /// Names and places of the parameters.
    fn layout(&self) -> &Layout;
    /// The parameters, flat.
    fn parameters(&self) -> &[F];
    /// The parameters, to be changed by an optimiser.
    fn parameters_mut(&mut self) -> &mut [F];
    /// Puts parameters that an update has carried out of their range back to its border.
    fn project(&mut self) {}
    /// Costs of `batch`; the gradient of their total overwrites `gradient`. Where the model has
    /// noise, `draw` numbers it: the same number, the same noise.
    fn loss_and_gradient(&mut self, batch: &Batch<F>, draw: u64, gradient: &mut [F]) -> Costs;
    /// The reconstruction error and what the units did.
    fn observe(&mut self, batch: &Batch<F>, draw: u64) -> Activity;
    /// Connection weights as the dynamics see them, signs included, sorted by (post, pre); none
    /// without a wiring.
    fn connection_weights(&self) -> Vec<F> {
        Vec::new()
    }
    /// Holds the rates of these neurons at zero from now on: what the rest of the network can do
    /// without them. Their states go on. Without a wiring nothing changes.
    fn silence(&mut self, _neurons: &[u32]) {}
    /// As [`observe`](Self::observe), but where decoding is given the frame before
    /// ([`Protocol::feedback`]), it is given its own output.
    fn recall(&mut self, batch: &Batch<F>, draw: u64) -> Activity {
        self.observe(batch, draw)
    }
}

#[cfg(test)]
mod tests;
