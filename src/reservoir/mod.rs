//! Wirings as reservoirs: the profiles that reservoir computing measures, for comparison with other
//! studies.
//!
//! A [`Reservoir`] has fixed weights and one input; a linear read-out is fitted to what its neurons
//! do. Measured are memory capacity ([`memory_capacities`]; Jaeger 2001) under two named
//! conventions, information-processing capacity ([`information_capacities`]; Dambre et al. 2012),
//! whether the reservoir forgets where it began ([`echo_state_distance`]) and tells inputs apart
//! ([`separation_ratio`]), and the dimension of its linear activity ([`relative_dimension`]).
//! Before all of it inhibition may adapt ([`adapt_inhibition`]).
//!
//! None of these ranks wirings, and `docs/concepts/reservoir.md` says why: with linear units nearly
//! every wiring has the memory that the number of its neurons allows, and what is beyond that moves
//! with the scale of the input.
//!
//! Read `network` first, then `memory` and `information`; `profile` makes the tables of one wiring.

mod covariance;
mod information;
mod inhibition;
mod memory;
mod network;
mod profile;
mod stability;
mod tables;

pub use covariance::relative_dimension;
pub use information::{DegreeCapacity, InformationSettings, information_capacities};
pub use inhibition::{InhibitionSettings, adapt_inhibition};
pub use memory::{MemoryConvention, memory_capacities};
pub use network::{Reservoir, ReservoirSettings, Response};
pub use profile::{ProfileSettings, ReservoirSubject, ReservoirTables};
pub use stability::{ECHO_STEPS, echo_state_distance, separation_ratio};
pub use tables::{
    ReservoirCapacityRow, ReservoirCriterionRow, ReservoirKeys, ReservoirMemoryRow,
    ReservoirProfileRow,
};
