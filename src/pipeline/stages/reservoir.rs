//! The stage `reservoir`: a wiring as a reservoir.

use serde::Serialize;

use super::topology::MakeTopology;
use crate::pipeline::inputs::{Handle, Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::reservoir::{
    ProfileSettings, ReservoirCapacityRow, ReservoirCriterionRow, ReservoirMemoryRow,
    ReservoirProfileRow, ReservoirSubject,
};
use crate::topology::TopologyRow;

/// Measures the profiles of one topology.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProfileReservoir {
    /// What is measured.
    #[serde(flatten)]
    pub(crate) settings: ProfileSettings,
    /// Seed of inputs and states.
    pub(crate) seed: u64,
}

inputs! {
    /// The topology that is measured.
    pub(crate) struct ReservoirInputs {
        /// The topology, with its signs.
        topology: Handle<MakeTopology>,
    }
}

outputs! {
    /// What was measured.
    pub(crate) struct ReservoirStageTables {
        /// The profile.
        profiles: Vec<ReservoirProfileRow>,
        /// Memory by delay.
        memory: Vec<ReservoirMemoryRow>,
        /// Capacities by degree and delay.
        capacities: Vec<ReservoirCapacityRow>,
        /// The criteria.
        criteria: Vec<ReservoirCriterionRow>,
    }
}

impl Stage for ProfileReservoir {
    const NAME: &'static str = "reservoir";
    const VERSION: u32 = 1;
    type Inputs = ReservoirInputs;
    type Output = ReservoirStageTables;

    fn run(
        &self,
        inputs: &Loaded<'_, ReservoirInputs>,
        _: &Context<'_>,
    ) -> Result<ReservoirStageTables, StageError> {
        let topology = inputs.value(&inputs.topology)?;
        let row: TopologyRow = inputs.row(&inputs.topology)?;
        let subject = ReservoirSubject {
            connectome: &topology.connectome,
            family: &row.family,
            species: &row.species,
        };
        let tables = self.settings.tables(subject, self.seed);
        Ok(ReservoirStageTables {
            profiles: tables.profiles,
            memory: tables.memory,
            capacities: tables.capacities,
            criteria: tables.criteria,
        })
    }
}
