//! Null models: random wirings that keep what they control for.
//!
//! A [`Surrogate`] is prepared from one connectome and draws as many [`Null`]s as are asked for.
//!
//! Edges are moved inside *layers* only ([`NullModel`]), so that a null keeps how many edges of
//! each layer every neuron sends and receives. Two Markov chains do it ([`Chain`]), by swaps or by
//! trades; under both, all wirings that are reached are equally likely. They reach every simple
//! wiring without autapses that has the same layered degrees, if an ordered pair of neurons can
//! hold an edge of one layer only: without layers, and in all models where signs obey Dale's law.
//! Where edges of one neuron differ in sign, some can be out of reach: from `a` exciting `x` and
//! inhibiting `y`, and `b` the other way round, no step leads to the mirror image.
//!
//! Weight and sign travel with the presynaptic half of an edge, so that a neuron's summed output
//! weight stays. [`NullModel::ByStrength`] keeps its summed input weight besides, within 1 %: after
//! the chain, simulated annealing brings the sums back. [`Null::strength_error`] is the largest
//! deviation that is left. Autapses and gap junctions stay.

mod erdos_renyi;
mod layers;
mod model;
mod pairs;
mod settings;
mod strengths;
mod surrogate;
mod swaps;
mod trades;
#[cfg(test)]
mod uniformity;

pub use model::{NullModel, UnknownNullModel};
pub use settings::{
    Chain, GLOBAL_TRADES, MOST_GLOBAL_TRADES, MOST_NULLS, MOST_SWAPS_PER_EDGE, NullSettings,
    SWAPS_PER_EDGE, UnknownChain,
};
pub use strengths::STRENGTH_TOLERANCE;
pub use surrogate::{Null, Surrogate};
