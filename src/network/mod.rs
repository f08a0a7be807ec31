//! Engram networks: autoencoders whose recurrent wiring is a connectome.
//!
//! A sequence is fed to the sensory neurons for `T` steps (*encode*). The state of the inner
//! neurons is then squeezed through a bottleneck. The network is reset to a state made from the
//! bottleneck's units alone, and must reproduce the sequence from its motor neurons within the next
//! `T` steps, without input (*decode*). The neurons are coupled by the connectome's chemical
//! synapses, whose signs never change, and by its gap junctions. As leaky rate units
//! ([`Cell::Rate`]) they follow
//!
//! ```text
//! c_i = b_i + U_i u + sum_j G_ij (x_j - x_i) + noise
//! a_i = dt / tau_i = sigmoid(theta_i) / 2   (tau at least 2 dt)
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
//! reversal potentials `E+, E- >= 0`, and gap junctions implicit in `x_i`. We simplify the source
//! in one respect: a synapse is gated by the rate of its presynaptic neuron, while the source gives
//! every synapse a sigmoid of its own. The [`Parametrisation`] says how `w` and `G` are made of raw
//! parameters.
//!
//! The bottleneck is `k` real units `z = Wz r + bz`, from which an affine map makes the state of
//! the inner neurons ([`Bottleneck::Linear`]), or `k` inner neurons that keep their state while all
//! others are reset ([`Bottleneck::Neurons`]). Of [`Bottleneck::TopK`] only the `k` largest units
//! pass in a sequence, `z = TopK(Wz (r - b) + bz)`. Without a bottleneck ([`Bottleneck::None`]) the
//! same maps have as many units as there are inner neurons. A task may ask for noise in `z`, or
//! that the previous frame is fed back while decoding ([`Protocol`]).
//!
//! [`EngramNetwork`] computes this and its exact gradient (backpropagation through time, derived by
//! hand over sparse kernels). [`Perceptron`] is the unconstrained control. Both are [`Model`]s, the
//! trait through which training sees them.
//!
//! # Equal bits
//!
//! Costs, gradients and parameters are equal to the bit on every processor, as long as they are
//! finite numbers: with AVX-512, AVX2, NEON or none of them, in any number of threads. Every sum
//! has one order, which no register width changes. Every fused multiply-add is written as such, and
//! is correctly rounded in hardware and in software. Exponentials, tangents and logarithms are our
//! own polynomials; what is drawn or set up once uses functions that ask no system library. Tests
//! compare all instruction sets of the machine and check digests that another machine must find
//! too; the digests were made on x86-64, and no other architecture has been tried yet. Not promised
//! are the sign and payload of what is not a number, and equal bits between versions of this crate.
//!
//! To read the code, begin with `wiring` and `config`, then `engram`, which sets a network up;
//! `dynamics` computes it with the kernels of `projection` over the vectors of `lanes`.

mod activation;
mod config;
mod cost;
mod dynamics;
mod element;
mod elementary;
mod engram;
mod error;
mod lanes;
mod linear;
mod model;
mod noise;
mod parameters;
mod parametrisation;
mod perceptron;
mod product;
mod projection;
mod real;
mod wiring;
mod xor_loss;

pub use crate::portable::instruction_set;
pub use activation::Activation;
pub use config::{
    Bottleneck, BottleneckKind, Cell, InitialStrength, NetworkConfig, Protocol, SparseUnits, TopK,
};
pub use cost::{Costs, Loss, Penalties};
pub use dynamics::{Jacobians, LatentGradients};
pub use element::Element;
pub use engram::{Demand, EngramNetwork, GROUPS, obeys_dale};
pub use error::NetworkError;
pub use lanes::{LANES, Lanes};
pub use linear::LINEAR_SNR;
pub use model::{Activity, Model};
pub use parameters::{Group, Layout, MatrixShape, Update};
pub use parametrisation::Parametrisation;
pub use perceptron::Perceptron;
pub(crate) use product::{Matrix, Product};
pub use projection::Projection;
pub use real::Real;
pub use wiring::{Connection, UnsignedPolicy, Wiring};
pub use xor_loss::{xor_loss, xor_loss_derivative};

#[cfg(test)]
mod tests;
