//! The stage `motifs`: counts motifs in one connectome under one sign model.

use serde::Serialize;

use super::connectome::ReadConnectome;
use crate::connectome::{Connectome, InhibitoryFraction, SignModel};
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

/// Counts the motifs of one connectome under one sign model.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CountMotifs {
    /// Sign model that gives the neurons their signs.
    pub(crate) sign_model: SignModel,
    /// True if the connectome's own signs take precedence over the sign model.
    pub(crate) own_signs: bool,
    /// Share of the neurons that is assumed to inhibit. With it, no sign model is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assumed: Option<InhibitoryFraction>,
    /// The motifs to count.
    pub(crate) patterns: Vec<Pattern>,
    /// What is counted of each motif, and against which nulls.
    #[serde(flatten)]
    pub(crate) survey: Survey,
    /// Seed of the nulls, the samples and the assumed signs.
    pub(crate) seed: u64,
}

inputs! {
    /// The connectome in which motifs are counted.
    pub(crate) struct MotifInputs {
        /// The connectome as it was read: without signs, or with its own.
        connectome: Handle<ReadConnectome>,
    }
}

outputs! {
    /// What was counted.
    pub(crate) struct MotifTables {
        /// The definitions of the motifs.
        motifs: Vec<MotifRow>,
        /// The counts of each motif, beside those of the nulls.
        counts: Vec<MotifCountRow>,
        /// How often each neuron plays each role, if asked for.
        participation: Option<Vec<MotifParticipationRow>>,
        /// How often each synapse takes part in a motif, if asked for.
        synapses: Option<Vec<MotifSynapseRow>>,
        /// How many occurrences single hubs carry, if asked for.
        hubs: Option<Vec<MotifHubRow>>,
        /// Occurrences drawn at random, if asked for.
        samples: Option<Vec<MotifSampleRow>>,
        /// The triad census, if asked for.
        census: Option<Vec<TriadCensusRow>>,
    }
}

impl Stage for CountMotifs {
    const NAME: &'static str = "motifs";
    const VERSION: u32 = 5;
    type Inputs = MotifInputs;
    type Output = MotifTables;

    fn work(&self) -> f64 {
        let draws = self.assumed.map_or(1, |_| self.survey.sign_draws);
        f64::from(draws) * (1.0 + f64::from(self.survey.nulls))
    }

    fn run(
        &self,
        inputs: &Loaded<'_, MotifInputs>,
        context: &Context<'_>,
    ) -> Result<MotifTables, StageError> {
        let connectome = inputs.value(&inputs.connectome)?;
        let (survey, patterns, seed) = (&self.survey, &self.patterns, self.seed);
        let proceed = || context.proceeds();
        let tables = match self.assumed {
            Some(share) => survey.assumed_tables(patterns, &connectome, share, seed, &proceed),
            None => {
                let connectome = Connectome::clone(&connectome);
                let (signed, sign_model) = sign(connectome, self.sign_model, self.own_signs)
                    .map_err(StageError::failed)?;
                survey.tables(patterns, &signed, sign_model.as_str(), seed, &proceed)
            }
        };
        let tables = tables
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
