//! Motif counts of one connectome under one sign model.

use serde::Serialize;

use super::connectome::ReadConnectome;
use crate::connectome::{Connectome, SignModel};
use crate::motif::Pattern;
use crate::motif::survey::{
    MotifCountRow, MotifHubRow, MotifParticipationRow, MotifRow, MotifSampleRow, MotifSynapseRow,
    Survey, TriadCensusRow,
};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::topology::sign;

/// Counts motifs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CountMotifs {
    /// Sign model.
    pub sign_model: SignModel,
    /// Prefer the connectome's own signs where it has any.
    pub own_signs: bool,
    /// The motifs.
    pub patterns: Vec<Pattern>,
    /// What is counted of them.
    #[serde(flatten)]
    pub survey: Survey,
    /// Seed of nulls and samples.
    pub seed: u64,
}

inputs! {
    /// What motifs are counted in.
    pub(crate) struct MotifInputs {
        /// The connectome, without signs or with those of its own.
        connectome: Handle<ReadConnectome>,
    }
}

outputs! {
    /// What was counted.
    pub(crate) struct MotifTables {
        /// The motifs.
        motifs: Vec<MotifRow>,
        /// Their counts.
        counts: Vec<MotifCountRow>,
        /// How often each neuron plays each role, where asked for.
        participation: Option<Vec<MotifParticipationRow>>,
        /// How often each synapse takes part, where asked for.
        synapses: Option<Vec<MotifSynapseRow>>,
        /// What single hubs carry, where asked for.
        hubs: Option<Vec<MotifHubRow>>,
        /// Occurrences drawn at random, where asked for.
        samples: Option<Vec<MotifSampleRow>>,
        /// The triad census, where asked for.
        census: Option<Vec<TriadCensusRow>>,
    }
}

impl Stage for CountMotifs {
    const NAME: &'static str = "motifs";
    const VERSION: u32 = 3;
    type Inputs = MotifInputs;
    type Output = MotifTables;

    fn run(
        &self,
        inputs: &Loaded<'_, MotifInputs>,
        context: &Context<'_>,
    ) -> Result<MotifTables, StageError> {
        let connectome = Connectome::clone(&*inputs.value(&inputs.connectome)?);
        let (signed, sign_model) =
            sign(connectome, self.sign_model, self.own_signs).map_err(StageError::failed)?;
        let (survey, signs) = (&self.survey, sign_model.to_string());
        let proceed = || context.proceeds();
        let tables = survey
            .tables(&self.patterns, &signed, &signs, self.seed, &proceed)
            .map_err(StageError::failed)?
            .ok_or(StageError::Cancelled)?;
        Ok(MotifTables {
            motifs: tables.motifs,
            counts: tables.counts,
            participation: survey.participation.then_some(tables.participation),
            synapses: survey.synapses.then_some(tables.synapses),
            hubs: survey.hubs.then_some(tables.hubs),
            samples: (survey.samples > 0).then_some(tables.samples),
            census: survey.census.then_some(tables.census),
        })
    }
}
