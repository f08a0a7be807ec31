//! The stage `circuit_prior`: the swimming circuit learns a wave, with and without its signs.

use serde::Serialize;

use crate::circuit_prior::{
    CircuitPriorRow, CircuitPriorSettings, CircuitVariantRow, CircuitWaveRow,
};
use crate::pipeline::inputs::Loaded;
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};

/// Trains the swimming circuit in all its variants.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrainCircuitPrior {
    /// How it is done.
    #[serde(flatten)]
    pub(crate) settings: CircuitPriorSettings,
    /// Seed of the starts.
    pub(crate) seed: u64,
}

outputs! {
    /// What came of it.
    pub(crate) struct CircuitPriorStageTables {
        /// All trainings.
        runs: Vec<CircuitPriorRow>,
        /// How each joint swings after training.
        waves: Vec<CircuitWaveRow>,
        /// How many starts of each variant learn.
        variants: Vec<CircuitVariantRow>,
    }
}

impl Stage for TrainCircuitPrior {
    const NAME: &'static str = "circuit_prior";
    const VERSION: u32 = 1;
    type Inputs = ();
    type Output = CircuitPriorStageTables;

    fn work(&self) -> f64 {
        f64::from(self.settings.draws) * f64::from(self.settings.steps)
    }

    fn run(
        &self,
        _: &Loaded<'_, ()>,
        _: &Context<'_>,
    ) -> Result<CircuitPriorStageTables, StageError> {
        let tables = self.settings.tables(self.seed);
        Ok(CircuitPriorStageTables {
            runs: tables.runs,
            waves: tables.waves,
            variants: tables.variants,
        })
    }
}
