//! The stage `paths`: polysynaptic paths of one connectome under one sign model.

use serde::Serialize;

use super::connectome::ReadConnectome;
use super::signs::SignsOf;
use crate::connectome::Connectome;
use crate::paths::{EffectiveConnectivityRow, PathSettings, PathTables, StrongestPathRow};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};

/// Looks at the paths of one connectome under one sign model.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FindPaths {
    /// Where the signs come from.
    #[serde(flatten)]
    pub(crate) signs: SignsOf,
    /// Which paths are looked at.
    #[serde(flatten)]
    pub(crate) settings: PathSettings,
}

inputs! {
    /// The connectome whose paths are looked at.
    pub(crate) struct PathInputs {
        /// The connectome as it was read: without signs, or with its own.
        connectome: Handle<ReadConnectome>,
    }
}

outputs! {
    /// What was found.
    pub(crate) struct PathStageTables {
        /// Effective connectivity by number of steps.
        effective: Vec<EffectiveConnectivityRow>,
        /// The strongest paths.
        strongest: Vec<StrongestPathRow>,
    }
}

impl Stage for FindPaths {
    const NAME: &'static str = "paths";
    const VERSION: u32 = 1;
    type Inputs = PathInputs;
    type Output = PathStageTables;

    fn run(
        &self,
        inputs: &Loaded<'_, PathInputs>,
        _: &Context<'_>,
    ) -> Result<PathStageTables, StageError> {
        let connectome = inputs.value(&inputs.connectome)?;
        let (signed, sign_model) = self.signs.give(Connectome::clone(&connectome))?;
        let tables = self.settings.tables(&signed, &sign_model);
        // A connectome without neurons of a class has no paths between classes.
        let tables = tables.unwrap_or_else(|error| {
            tracing::warn!("{error}: no paths");
            PathTables::default()
        });
        Ok(PathStageTables {
            effective: tables.effective,
            strongest: tables.strongest,
        })
    }
}
