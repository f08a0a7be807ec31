//! Topologies: wirings to be compared, each with its family and its parent.
//!
//! A topology is a signed connectome together with how it came about: *observed* in an animal (or a
//! [`subsample`] of one), *species-like*, a model that has the published statistics of a species
//! and is nobody's data, a *null* that keeps some of another one's structure and randomises the
//! rest, or a *control* that is no wiring of any animal.

mod family;
mod graph_measures;
mod measures;
mod signed;
mod signs;
mod species;
mod subsample;
mod tables;
mod wiring;

pub use family::{Family, UnknownFamily};
pub use graph_measures::GraphMeasures;
pub use measures::Measures;
pub use signed::{OfNull, Topology};
pub use signs::{SignError, sign};
pub use species::{
    Compared, Connections, FEWEST_NEURONS, INTERFACE_SHARE, LOG_WEIGHT_SD, MOST_NEURONS,
    SPECIES_NEURONS, SpeciesError, SpeciesLike, SpeciesPreset, SpeciesTargets, UnknownPreset,
    WEIGHT_UNIT,
};
pub use subsample::{SubsampleError, subsample};
pub use tables::{SpeciesTargetRow, TopologyMotifRow, TopologyRow};
pub use wiring::{bottleneck, wiring};
