//! The stages `wiring_dimension` and `wiring_dimension_nulls`: the dimensions that a wiring offers,
//! in closed form, and their comparison with those of nulls over all wirings.

use serde::Serialize;

use super::topology::MakeTopology;
use crate::capacity::{
    CapacitySurvey, Subject, WiringDimensionCurveRow, WiringDimensionDrawRow,
    WiringDimensionNeuronRow, WiringDimensionNullRow, WiringDimensionRow, compare_with_nulls,
};
use crate::connectome::{Connectome, SignModel};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::rows::Kept;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::topology::{TopologyRow, sign};

/// Measures the dimensions that one topology offers, and those of nulls that are drawn here.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MeasureCapacity {
    /// What is measured, and beside which nulls.
    #[serde(flatten)]
    pub(crate) survey: CapacitySurvey,
    /// Further sign models, under which the first convention is measured.
    pub(crate) sign_models: Vec<SignModel>,
    /// Seed of the nulls.
    pub(crate) seed: u64,
}

inputs! {
    /// The topology that is measured.
    pub(crate) struct CapacityInputs {
        /// The topology, with its signs.
        topology: Handle<MakeTopology>,
    }
}

outputs! {
    /// What was measured.
    pub(crate) struct CapacityStageTables {
        /// The dimensions.
        dimensions: Vec<WiringDimensionRow>,
        /// The error curves.
        curves: Vec<WiringDimensionCurveRow>,
        /// The carried dimensions without each held neuron.
        neurons: Option<Vec<WiringDimensionNeuronRow>>,
        /// The dimensions of the nulls.
        draws: Kept<WiringDimensionDrawRow>,
    }
}

impl Stage for MeasureCapacity {
    const NAME: &'static str = "wiring_dimension";
    const VERSION: u32 = 1;
    type Inputs = CapacityInputs;
    type Output = CapacityStageTables;

    fn work(&self) -> f64 {
        let survey = &self.survey;
        let nulls = survey.nulls as usize * survey.null_models.len();
        ((1 + nulls) * (survey.conventions.len() + self.sign_models.len())) as f64
    }

    fn run(
        &self,
        inputs: &Loaded<'_, CapacityInputs>,
        context: &Context<'_>,
    ) -> Result<CapacityStageTables, StageError> {
        let topology = inputs.value(&inputs.topology)?;
        let row: TopologyRow = inputs.row(&inputs.topology)?;
        let subject = Subject {
            connectome: &topology.connectome,
            family: &row.family,
            species: &row.species,
            sign_model: &row.sign_model,
            own_signs: true,
        };
        let proceed = || context.proceeds();
        let tables = self.survey.tables(subject, self.seed, &proceed);
        let mut tables = tables.ok_or(StageError::Cancelled)?;
        let survey = self.survey.of_other_signs();
        for &model in &self.sign_models {
            if model.as_str() == row.sign_model {
                continue;
            }
            let connectome = Connectome::clone(&topology.connectome);
            let (signed, model) = sign(connectome, model, false).map_err(StageError::failed)?;
            let other = Subject {
                connectome: &signed,
                sign_model: model.as_str(),
                own_signs: false,
                ..subject
            };
            let found = survey.tables(other, self.seed, &proceed);
            let found = found.ok_or(StageError::Cancelled)?;
            tables.dimensions.extend(found.dimensions);
            tables.draws.extend(found.draws);
        }
        Ok(CapacityStageTables {
            dimensions: tables.dimensions,
            curves: tables.curves,
            neurons: self.survey.neurons.then_some(tables.neurons),
            draws: Kept(tables.draws),
        })
    }
}

inputs! {
    /// The wirings that are compared with their nulls.
    pub(crate) struct CapacityNullInputs {
        /// The cells that measured the wirings and their nulls, in the order of the pipeline.
        wirings: Vec<Handle<MeasureCapacity>>,
    }
}

outputs! {
    /// The wirings beside their nulls.
    pub(crate) struct CapacityNullTables {
        /// One row for each wiring, convention, measure and null model.
        nulls: Vec<WiringDimensionNullRow>,
    }
}

/// Compares the dimensions of all wirings with those of their nulls.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CompareCapacity {}

impl Stage for CompareCapacity {
    const NAME: &'static str = "wiring_dimension_nulls";
    const VERSION: u32 = 1;
    type Inputs = CapacityNullInputs;
    type Output = CapacityNullTables;

    fn run(
        &self,
        inputs: &Loaded<'_, CapacityNullInputs>,
        _: &Context<'_>,
    ) -> Result<CapacityNullTables, StageError> {
        let mut draws: Vec<WiringDimensionDrawRow> = Vec::new();
        for wiring in &inputs.wirings {
            draws.extend(inputs.rows(wiring)?);
        }
        Ok(CapacityNullTables {
            nulls: compare_with_nulls(&draws),
        })
    }
}
