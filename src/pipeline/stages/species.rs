//! One species-like topology: its neurons and synapses, and how near it comes to what was
//! published.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use crate::connectome::to_rows;
use crate::topology::SpeciesTargetRow;
use crate::topology::{Measures, SpeciesLike};

/// Generates a species-like topology.
#[derive(Clone, Debug, Serialize)]
pub struct GenerateSpeciesLike {
    /// Its name.
    pub topology: String,
    /// What is generated.
    #[serde(flatten)]
    pub model: SpeciesLike,
    /// Seed.
    pub seed: u64,
}

impl Stage for GenerateSpeciesLike {
    const NAME: &'static str = "species";
    const VERSION: u32 = 1;

    fn run(&self, _: &Inputs<'_>, _: &Context<'_>) -> Result<Artifact, StageError> {
        let topology = self
            .model
            .generate(&self.topology, self.seed)
            .map_err(StageError::failed)?;
        let compared = self.model.compare(&Measures::of(&topology.connectome));
        let targets: Vec<_> = compared
            .iter()
            .map(|c| SpeciesTargetRow::new(&self.topology, &self.model, c, 1))
            .collect();
        let (neurons, synapses) = to_rows(&topology.connectome);
        Ok(Artifact::default()
            .with(&targets)?
            .with(&neurons)?
            .with(&synapses)?)
    }
}
