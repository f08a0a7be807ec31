//! Self-optimisation of a Hopfield network whose couplings are a connectome (Watson et al. 2011;
//! Morales and Froese 2020, arXiv 2010.15272), with two controls for where inhibition sits.
//!
//! Neurons are +1 or -1 and take, one at a time, the sign of their input. From a random state the
//! network relaxes into an attractor, whose energy says how many couplings it satisfies. If a weak
//! Hebbian rule acts after each of many relaxations from new random states, the network comes to
//! relax into states of lower energy *in its original couplings*: it has learnt about its own
//! constraints.
//!
//! The published finding is that the worm's distribution of inhibitory neurons reaches lower
//! energies than the same number of inhibitory connections placed at random. Inhibitory neurons of
//! the worm have weak connections, so that control has more inhibitory *weight*.
//! [`Control::WeightMatched`] keeps the weight instead.
//!
//! Read `couplings` first, then `learning`; `experiment` makes the tables of one wiring.

mod couplings;
mod experiment;
mod learning;
mod tables;

pub use couplings::{Control, Couplings};
pub use experiment::{
    MOST_NEURONS, SelfOptimisationSettings, SelfOptimisationSubject, SelfOptimisationTables,
    TooManyNeurons,
};
pub use learning::{Phase, Relaxations, self_optimise};
pub use tables::{SelfOptimisationControlRow, SelfOptimisationRow};
