//! How many latent dimensions a wiring offers, in closed form and without training: the *wiring
//! dimension*. The definitions are our own.
//!
//! The engram network is linearised at slope 1, `x <- L x + B u`, with
//!
//! ```text
//! L = (1 - a) 1 + a (W + G - diag(G 1))
//! ```
//!
//! `W` are the signed weights (unsigned synapses count as excitatory, autapses are left out),
//! scaled to spectral radius `g`; `G` are the gap junctions, scaled so that the neuron with most of
//! them has a summed conductance of [`GAP_CONDUCTANCE`]; `a` is the leak. White input enters the
//! sensory neurons, `B`; the output is read from the motor neurons, `C`; all others hold what
//! passes, `S`. Over a horizon of `T` steps
//!
//! ```text
//! Ctr = S [B, L B, ..., L^(T-1) B]          encoded: singular values of Ctr
//! Obs = [C; C L; ...; C L^(T-1)] S'         decoded: of Obs
//!                                           carried: of Obs Ctr
//! ```
//!
//! They are those of controllability, observability and the Hankel operator of balanced truncation
//! (Moore 1981, IEEE Trans. Automat. Contr. 26:17). [`Spectrum`] reads degrees of freedom, bits and
//! the error curve from them. For the carried map `E(k)` is exactly the error of the best linear
//! bottleneck of `k` units against the same network without one, under white input (Eckart and
//! Young 1936). `docs/concepts/capacity.md` says what these numbers assume.
//!
//! Read [`Convention`] first, then `circuit`, which makes `L` of a wiring, `gramians` and `dense`,
//! which decompose it. `radius` finds the spectral radius, `estimate` the values of wirings that
//! are too large for that. `survey` makes the tables of one wiring, `compare` sets it beside its
//! nulls, `headline` says which rows of a table stand for a wiring.

mod circuit;
mod compare;
mod convention;
mod dense;
mod estimate;
mod gramians;
mod headline;
mod measure;
mod neurons;
mod radius;
mod sparse;
mod spectrum;
mod survey;
mod tables;
#[cfg(test)]
mod tests;

pub use circuit::Circuit;
pub use compare::compare_with_nulls;
pub use convention::{
    Convention, GAP_CONDUCTANCE, HEADLINE_SNR, InvalidConvention, SNR, UnknownWeights, Weights,
    check_snr,
};
pub use dense::{MOST_DENSE, Spectra};
pub use estimate::Estimated;
pub use headline::Headline;
pub use measure::{Measure, Status};
pub use neurons::{LeftOut, MOST_LEFT_OUT};
pub use spectrum::{Reading, Spectrum};
pub use survey::{CapacitySurvey, CapacityTables, Subject};
pub use tables::{
    WiringDimensionCurveRow, WiringDimensionDrawRow, WiringDimensionKeys, WiringDimensionNeuronRow,
    WiringDimensionNullRow, WiringDimensionRow,
};
