//! Motif counts of one connectome under one sign model.

use serde::Serialize;

use super::connectome::ReadConnectome;
use super::connectome::sign;
use crate::connectome::{Connectome, SignModel};
use crate::motif::survey::{
    Counting, MotifCountRow, MotifHubRow, MotifParticipationRow, MotifRow, MotifSampleRow,
    MotifSynapseRow, TriadCensusRow,
};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};

/// Counts motifs.
#[derive(Clone, Debug, Serialize)]
pub struct CountMotifs {
    /// Sign model.
    pub sign_model: SignModel,
    /// Prefer the connectome's own signs where it has any.
    pub own_signs: bool,
    /// What is counted.
    #[serde(flatten)]
    pub counting: Counting,
}

inputs! {
    /// What motifs are counted in.
    pub struct MotifInputs {
        /// The connectome, without signs or with those of its own.
        connectome: Handle<ReadConnectome>,
    }
}

outputs! {
    /// What was counted.
    pub struct MotifTables {
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
        let (signed, sign_model) = sign(connectome, self.sign_model, self.own_signs)?;
        let counting = &self.counting;
        let tables = counting
            .tables(&signed, &sign_model.to_string(), &|| context.proceeds())
            .map_err(StageError::failed)?
            .ok_or(StageError::Cancelled)?;
        Ok(MotifTables {
            motifs: tables.motifs,
            counts: tables.counts,
            participation: counting.participation.then_some(tables.participation),
            synapses: counting.synapses.then_some(tables.synapses),
            hubs: counting.hubs.then_some(tables.hubs),
            samples: (counting.samples > 0).then_some(tables.samples),
            census: counting.census.then_some(tables.census),
        })
    }
}
