//! What makes neurons and synapses no connectome.

use std::borrow::Cow;

use super::synapse::SynapseType;
use crate::text::Hinted;

/// What makes neurons and synapses no connectome.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConnectomeError {
    /// Two neurons share a name.
    #[error("connectome `{connectome}`: the neuron `{neuron}` occurs twice")]
    DuplicateNeuron {
        /// Name of the connectome.
        connectome: String,
        /// Name that two neurons have.
        neuron: String,
    },
    /// A pair has two synapses of one type.
    #[error("connectome `{connectome}`: two {synapse_type} synapses from `{pre}` to `{post}`")]
    DuplicateSynapse {
        /// Name of the connectome.
        connectome: String,
        /// Name of the presynaptic neuron.
        pre: String,
        /// Name of the postsynaptic neuron.
        post: String,
        /// Type of both synapses.
        synapse_type: SynapseType,
    },
    /// A synapse names a neuron that is not there.
    #[error("connectome `{connectome}`: a synapse names neuron number {index}, of {neurons}")]
    UnknownNeuron {
        /// Name of the connectome.
        connectome: String,
        /// Place that the synapse names, from 0.
        index: u32,
        /// Number of neurons there are.
        neurons: usize,
    },
    /// A weight is not a number above 0.
    #[error(
        "connectome `{connectome}`: the weight {weight} from `{pre}` to `{post}` is not a number \
         above 0"
    )]
    Weight {
        /// Name of the connectome.
        connectome: String,
        /// Name of the presynaptic neuron.
        pre: String,
        /// Name of the postsynaptic neuron.
        post: String,
        /// The weight that was given.
        weight: f64,
    },
}

impl Hinted for ConnectomeError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::DuplicateNeuron { .. } => Some("neurons are told apart by name alone".into()),
            Self::DuplicateSynapse { .. } => {
                Some("sum the weights of parallel synapses first".into())
            }
            Self::UnknownNeuron { .. } => None,
            Self::Weight { .. } => Some(
                "leave absent synapses out; give inhibition by a sign, not by the weight".into(),
            ),
        }
    }
}
