//! The stage `role_fingerprints`: which classes of neurons play which roles.

use serde::Serialize;

use super::connectome::ReadConnectome;
use super::motifs::CountMotifs;
use crate::motif::survey::{MotifParticipationRow, RoleFingerprintRow, role_fingerprints};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};

/// Sums the participation in motifs by the classes of the neurons.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FingerprintRoles {}

inputs! {
    /// What is summed.
    pub(crate) struct FingerprintInputs {
        /// The connectome, with the classes of its neurons.
        connectome: Handle<ReadConnectome>,
        /// The participation.
        motifs: Handle<CountMotifs>,
    }
}

outputs! {
    /// What was summed.
    pub(crate) struct FingerprintTables {
        /// The share of each class in every role.
        fingerprints: Vec<RoleFingerprintRow>,
    }
}

impl Stage for FingerprintRoles {
    const NAME: &'static str = "role_fingerprints";
    const VERSION: u32 = 1;
    type Inputs = FingerprintInputs;
    type Output = FingerprintTables;

    fn run(
        &self,
        inputs: &Loaded<'_, FingerprintInputs>,
        _: &Context<'_>,
    ) -> Result<FingerprintTables, StageError> {
        let connectome = inputs.value(&inputs.connectome)?;
        let participation: Vec<MotifParticipationRow> = inputs.rows(&inputs.motifs)?;
        let fingerprints = role_fingerprints(&participation, connectome.neurons());
        Ok(FingerprintTables { fingerprints })
    }
}
