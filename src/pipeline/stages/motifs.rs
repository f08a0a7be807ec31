//! Motif counts of one connectome under one sign model.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::connectome::from_input;
use crate::connectome::SignModel;
use crate::motif::survey::Counting;
use crate::topology::sign;

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

impl Stage for CountMotifs {
    const NAME: &'static str = "motifs";
    const VERSION: u32 = 2;

    fn run(&self, inputs: &Inputs<'_>, context: &Context<'_>) -> Result<Artifact, StageError> {
        let (signed, sign_model) = sign(from_input(inputs, 0)?, self.sign_model, self.own_signs)
            .map_err(StageError::failed)?;
        let tables = self
            .counting
            .tables(&signed, &sign_model.to_string(), &|| context.proceeds());
        let tables = tables
            .map_err(StageError::failed)?
            .ok_or(StageError::Cancelled)?;
        Ok(Artifact::default()
            .with(&tables.motifs)?
            .with(&tables.counts)?
            .with(&tables.participation)?
            .with(&tables.synapses)?
            .with(&tables.hubs)?
            .with(&tables.samples)?
            .with(&tables.census)?)
    }
}
