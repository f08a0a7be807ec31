//! One species-like topology: its neurons and synapses, and how near it comes to what was
//! published.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use crate::connectome::to_rows;
use crate::topology::SpeciesTargetRow;
use crate::topology::{Compared, Measures, SpeciesLike};

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
            .map(|c| target_row(&self.topology, &self.model, c, 1))
            .collect();
        let (neurons, synapses) = to_rows(&topology.connectome);
        Ok(Artifact::default()
            .with(&targets)?
            .with(&neurons)?
            .with(&synapses)?)
    }
}

/// A target as a row, its realised value the mean over `graphs`.
#[must_use]
pub fn target_row(
    topology: &str,
    model: &SpeciesLike,
    compared: &Compared,
    graphs: u32,
) -> SpeciesTargetRow {
    let assumed = compared.quantity == "inhibitory_fraction" && model.assumes_signs();
    SpeciesTargetRow {
        topology: topology.to_owned(),
        preset: model.preset.to_string(),
        neurons: i64::from(model.neurons),
        graphs: i64::from(graphs),
        quantity: compared.quantity.to_owned(),
        target: compared.target,
        realised: compared.realised,
        relative_error: compared.relative_error(),
        tolerance: compared.tolerance,
        source: if assumed {
            "assumed".to_owned()
        } else {
            model.preset.source().to_owned()
        },
    }
}
