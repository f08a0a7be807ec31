//! The stage `spiking`: a motif as a circuit of spiking neurons.

use serde::Serialize;

use crate::motif::Pattern;
use crate::pipeline::inputs::Loaded;
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::spiking::{Circuit, SpikingMarginRow, SpikingResponseRow, SpikingSettings};

/// Simulates the circuit of one motif.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SimulateSpikes {
    /// The motif.
    pub(crate) pattern: Pattern,
    /// What is simulated.
    #[serde(flatten)]
    pub(crate) settings: SpikingSettings,
    /// Seed of the noise.
    pub(crate) seed: u64,
}

outputs! {
    /// What the neurons did.
    pub(crate) struct SpikingStageTables {
        /// The truth table.
        responses: Vec<SpikingResponseRow>,
        /// How often all of it was right.
        margins: Vec<SpikingMarginRow>,
    }
}

impl Stage for SimulateSpikes {
    const NAME: &'static str = "spiking";
    const VERSION: u32 = 1;
    type Inputs = ();
    type Output = SpikingStageTables;

    fn run(&self, _: &Loaded<'_, ()>, _: &Context<'_>) -> Result<SpikingStageTables, StageError> {
        let circuit = Circuit::of(&self.pattern).map_err(StageError::failed)?;
        let tables = self
            .settings
            .tables(self.pattern.name(), &circuit, self.seed);
        Ok(SpikingStageTables {
            responses: tables.responses,
            margins: tables.margins,
        })
    }
}
