//! The stage `species`: generates a species-like topology and compares it with the published
//! statistics.

use serde::Serialize;

use super::connectome::load;
use crate::connectome::{
    Connectome, StoredConnectomeRow, StoredNeuronRow, StoredSynapseRow, to_stored,
};
use crate::pipeline::Handle;
use crate::pipeline::inputs::Loaded;
use crate::pipeline::output::outputs;
use crate::pipeline::rows::Kept;
use crate::pipeline::stage::{Context, Load, Stage, StageError};
use crate::topology::SpeciesTargetRow;
use crate::topology::{Measures, SpeciesLike};

/// Generates a species-like topology.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GenerateSpeciesLike {
    /// Name of the topology.
    pub(crate) topology: String,
    /// The model from which the topology is generated.
    #[serde(flatten)]
    pub(crate) model: SpeciesLike,
    /// Seed of the graph.
    pub(crate) seed: u64,
}

outputs! {
    /// A topology that was generated.
    pub(crate) struct SpeciesTables {
        /// The statistics of the topology beside the published ones.
        targets: Vec<SpeciesTargetRow>,
        /// Name and unit of the topology.
        stored: Kept<StoredConnectomeRow>,
        /// The neurons of the topology.
        neurons: Kept<StoredNeuronRow>,
        /// The synapses of the topology.
        synapses: Kept<StoredSynapseRow>,
    }
}

impl Load for GenerateSpeciesLike {
    type Value = Connectome;

    fn load<I>(inputs: &Loaded<'_, I>, handle: &Handle<Self>) -> Result<Connectome, StageError> {
        load(inputs, handle)
    }
}

impl Stage for GenerateSpeciesLike {
    const NAME: &'static str = "species";
    const VERSION: u32 = 3;
    type Inputs = ();
    type Output = SpeciesTables;

    fn run(&self, _: &Loaded<'_, ()>, _: &Context<'_>) -> Result<SpeciesTables, StageError> {
        let topology = self
            .model
            .generate(&self.topology, self.seed)
            .map_err(StageError::failed)?;
        let compared = self.model.compare(&Measures::of(&topology.connectome));
        let targets: Vec<_> = compared
            .iter()
            .map(|c| SpeciesTargetRow::new(&self.topology, &self.model, c, 1))
            .collect();
        let (stored, neurons, synapses) = to_stored(&topology.connectome);
        Ok(SpeciesTables {
            targets,
            stored: Kept(stored),
            neurons: Kept(neurons),
            synapses: Kept(synapses),
        })
    }
}
