//! Where the signs of a connectome come from in stages that need them.

use serde::Serialize;

use super::topology::AssumedSigns;
use crate::connectome::{Connectome, SignModel};
use crate::pipeline::stage::StageError;
use crate::topology::sign;

/// Where the signs of a connectome come from.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct SignsOf {
    /// Sign model that gives the neurons their signs.
    pub(crate) sign_model: SignModel,
    /// True if the connectome's own signs take precedence over the sign model.
    pub(crate) own_signs: bool,
    /// Signs that are assumed of the connectome. With them, no sign model is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assumed: Option<AssumedSigns>,
}

impl SignsOf {
    /// The connectome with its signs, and the name of what gave it the signs.
    pub(super) fn give(&self, connectome: Connectome) -> Result<(Connectome, String), StageError> {
        match self.assumed {
            Some(AssumedSigns { inhibitory, seed }) => {
                let signed = connectome.with_assumed_signs(inhibitory, seed, 1);
                Ok((signed, inhibitory.to_string()))
            }
            None => {
                let (signed, model) = sign(connectome, self.sign_model, self.own_signs)
                    .map_err(StageError::failed)?;
                Ok((signed, model.to_string()))
            }
        }
    }
}
