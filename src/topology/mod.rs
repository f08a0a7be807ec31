//! Topologies: wirings to be compared, each with its family and its parent.
//!
//! A topology is a signed connectome together with how it came about: *observed* in an animal (or a
//! [`subsample`] of one), *species-like*, a model that has the published statistics of a species
//! and is nobody's data, a *null* that keeps some of another one's structure and randomises the
//! rest, or a *control* that is no wiring of any animal.

mod measures;
mod species;
mod subsample;
mod tables;
mod wiring;

pub use measures::Measures;
pub use species::{
    Compared, Connections, FEWEST_NEURONS, INTERFACE_SHARE, LOG_WEIGHT_SD, MOST_NEURONS,
    SPECIES_NEURONS, SpeciesError, SpeciesLike, SpeciesPreset, SpeciesTargets, UnknownPreset,
    WEIGHT_UNIT,
};
pub use subsample::{SubsampleError, subsample};
pub use tables::{SpeciesTargetRow, TopologyMotifRow, TopologyRow};
pub use wiring::{bottleneck, wiring};

use serde::{Deserialize, Serialize};

use crate::connectome::{Connectome, ConnectomeError, Sign, SignModel, Synapse, SynapseType};
use crate::null_model::{NullModel, NullSettings, Surrogate};
use crate::random::stream;

/// Where a topology comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A connectome as published, or a part of it.
    Observed,
    /// A model with a species' published statistics: no animal's data.
    SpeciesLike,
    /// A randomised connectome.
    Null,
    /// No animal's wiring: what the same number of neurons can do without constraints.
    Control,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 4] = [Self::Observed, Self::SpeciesLike, Self::Null, Self::Control];

    /// The family a word of our own tables stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.as_str() == word)
    }

    /// True of wirings that nulls are made of and compared with.
    #[must_use]
    pub fn has_nulls(self) -> bool {
        matches!(self, Self::Observed | Self::SpeciesLike)
    }

    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::SpeciesLike => "species_like",
            Self::Null => "null",
            Self::Control => "control",
        }
    }
}

/// A wiring and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Topology {
    /// The signed wiring; its name is the topology's.
    pub connectome: Connectome,
    /// How it came about.
    pub family: Family,
    /// Topology or connectome it was made from, if any.
    pub parent: Option<String>,
    /// Null model and its acceptance ([`Null::acceptance`](crate::null_model::Null::acceptance)).
    pub null: Option<(NullModel, f64)>,
    /// Seed of what is random in it.
    pub seed: Option<u64>,
}

impl Topology {
    /// A connectome as it is, under a sign model.
    #[must_use]
    pub fn observed(connectome: Connectome, signs: SignModel) -> Self {
        let connectome = connectome.with_signs(signs);
        Self {
            connectome,
            family: Family::Observed,
            parent: None,
            null: None,
            seed: None,
        }
    }

    /// A null of `observed`; a number as settings stands for that many attempted swaps per edge.
    /// Autapses and gap junctions stay as they are.
    ///
    /// # Errors
    /// None in practice: a null of a valid connectome is valid.
    pub fn null(
        observed: &Connectome,
        name: &str,
        model: NullModel,
        settings: impl Into<NullSettings>,
        seed: u64,
    ) -> Result<Self, ConnectomeError> {
        let mut random = stream(seed, &["null", name]);
        let null = Surrogate::new(observed, 0.0, model).draw(settings, &mut random);
        let kept = observed
            .chemical()
            .iter()
            .filter(|s| s.pre == s.post)
            .chain(observed.electrical());
        let synapses = null.edges.into_iter().chain(kept.copied()).collect();
        Ok(Self {
            connectome: observed.rewired(name, synapses)?,
            family: Family::Null,
            parent: Some(observed.name().to_owned()),
            null: Some((model, null.acceptance)),
            seed: Some(seed),
        })
    }

    /// Every neuron of `observed` wired to every other and itself, without signs or gap junctions:
    /// the dense control of the same size.
    ///
    /// # Errors
    /// None in practice.
    pub fn dense(observed: &Connectome, name: &str) -> Result<Self, ConnectomeError> {
        let n = observed.neurons().len() as u32;
        let every = (0..n).flat_map(|pre| (0..n).map(move |post| (pre, post)));
        let synapses = every
            .map(|(pre, post)| Synapse {
                pre,
                post,
                synapse_type: SynapseType::Chemical,
                weight: 1.0,
                sign: Sign::Unsigned,
            })
            .collect();
        Ok(Self {
            connectome: observed.rewired(name, synapses)?,
            family: Family::Control,
            parent: Some(observed.name().to_owned()),
            null: None,
            seed: None,
        })
    }
}
