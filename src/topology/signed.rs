//! Signed wirings and how they came about.

use super::family::Family;
use crate::connectome::{Connectome, ConnectomeError, Sign, SignModel, Synapse, SynapseType};
use crate::null_model::{NullModel, NullSettings, Surrogate};
use crate::random::stream;

/// A wiring and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Topology {
    /// The signed wiring; its name is the topology's.
    pub connectome: Connectome,
    /// How it came about.
    pub family: Family,
    /// Name of the topology or connectome it was made from, if any.
    pub parent: Option<String>,
    /// For a null, what it keeps and how well.
    pub null: Option<OfNull>,
    /// Seed of what is random in it; `None` where nothing is.
    pub seed: Option<u64>,
}

/// What a null keeps, and how well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OfNull {
    /// What it keeps.
    pub model: NullModel,
    /// Its [acceptance](crate::null_model::Null::acceptance).
    pub acceptance: f64,
    /// Its [deviation](crate::null_model::Null::strength_error) of summed inputs.
    pub strength_error: Option<f64>,
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
        let of_null = OfNull {
            model,
            acceptance: null.acceptance,
            strength_error: null.strength_error,
        };
        Ok(Self {
            connectome: null.in_place_of(observed, name)?,
            family: Family::Null,
            parent: Some(observed.name().to_owned()),
            null: Some(of_null),
            seed: Some(seed),
        })
    }

    /// Every neuron of `observed` wired to every other and itself, without signs or gap junctions:
    /// the dense control of the same size.
    ///
    /// # Errors
    /// None in practice: all-to-all edges among the neurons of a connectome make one.
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
