//! The stage `self_optimisation`: a Hopfield network on a wiring learns its own attractors.

use serde::Serialize;

use super::topology::MakeTopology;
use crate::pipeline::inputs::{Handle, Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::self_optimisation::{
    SelfOptimisationControlRow, SelfOptimisationRow, SelfOptimisationSettings,
    SelfOptimisationSubject,
};
use crate::topology::TopologyRow;

/// Lets one topology and its controls optimise themselves.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SelfOptimise {
    /// How it is done.
    #[serde(flatten)]
    pub(crate) settings: SelfOptimisationSettings,
    /// Seed of states and placements.
    pub(crate) seed: u64,
}

inputs! {
    /// The topology that optimises itself.
    pub(crate) struct SelfOptimisationInputs {
        /// The topology, with its signs.
        topology: Handle<MakeTopology>,
    }
}

outputs! {
    /// What came of it.
    pub(crate) struct SelfOptimisationStageTables {
        /// All runs.
        runs: Vec<SelfOptimisationRow>,
        /// The topology beside its controls.
        controls: Vec<SelfOptimisationControlRow>,
    }
}

impl Stage for SelfOptimise {
    const NAME: &'static str = "self_optimisation";
    const VERSION: u32 = 1;
    type Inputs = SelfOptimisationInputs;
    type Output = SelfOptimisationStageTables;

    fn work(&self) -> f64 {
        f64::from(self.settings.draws) * f64::from(self.settings.resets)
    }

    fn run(
        &self,
        inputs: &Loaded<'_, SelfOptimisationInputs>,
        _: &Context<'_>,
    ) -> Result<SelfOptimisationStageTables, StageError> {
        let topology = inputs.value(&inputs.topology)?;
        let row: TopologyRow = inputs.row(&inputs.topology)?;
        let subject = SelfOptimisationSubject {
            connectome: &topology.connectome,
            family: &row.family,
            species: &row.species,
        };
        let tables = self.settings.tables(subject, self.seed);
        let tables = tables.map_err(StageError::failed)?;
        Ok(SelfOptimisationStageTables {
            runs: tables.runs,
            controls: tables.controls,
        })
    }
}
