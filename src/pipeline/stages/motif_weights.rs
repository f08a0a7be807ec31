//! The stage `motif_weights`: how strong the synapses of motifs are in one connectome under one
//! sign model.

use serde::Serialize;

use super::connectome::ReadConnectome;
use super::signs::SignsOf;
use crate::connectome::Connectome;
use crate::motif::Pattern;
use crate::motif::survey::{MotifWeightRow, Survey};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};

/// Weighs the motifs of one connectome under one sign model.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WeighMotifs {
    /// Where the signs come from.
    #[serde(flatten)]
    pub(crate) signs: SignsOf,
    /// The motifs to weigh.
    pub(crate) patterns: Vec<Pattern>,
    /// At which thresholds, and beside which nulls.
    #[serde(flatten)]
    pub(crate) survey: Survey,
    /// Seed of the nulls and of the occurrences that are drawn.
    pub(crate) seed: u64,
}

inputs! {
    /// The connectome in which motifs are weighed.
    pub(crate) struct WeightInputs {
        /// The connectome as it was read: without signs, or with its own.
        connectome: Handle<ReadConnectome>,
    }
}

outputs! {
    /// What was measured.
    pub(crate) struct WeightTables {
        /// Intensity and coherence of each motif, beside those of the nulls.
        weights: Vec<MotifWeightRow>,
    }
}

impl Stage for WeighMotifs {
    const NAME: &'static str = "motif_weights";
    const VERSION: u32 = 1;
    type Inputs = WeightInputs;
    type Output = WeightTables;

    fn work(&self) -> f64 {
        1.0 + f64::from(self.survey.nulls)
    }

    fn run(
        &self,
        inputs: &Loaded<'_, WeightInputs>,
        context: &Context<'_>,
    ) -> Result<WeightTables, StageError> {
        let connectome = inputs.value(&inputs.connectome)?;
        let (signed, sign_model) = self.signs.give(Connectome::clone(&connectome))?;
        let proceed = || context.proceeds();
        let weights = self
            .survey
            .weights(&self.patterns, &signed, &sign_model, self.seed, &proceed)
            .map_err(StageError::failed)?
            .ok_or(StageError::Cancelled)?;
        Ok(WeightTables { weights })
    }
}
