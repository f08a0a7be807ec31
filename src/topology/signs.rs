//! The signs a connectome is used with.

use std::borrow::Cow;

use crate::connectome::{Connectome, SignModel};
use crate::source::{ForeignSigns, check_signs};
use crate::text::Hinted;

/// A connectome that cannot be used with the signs of a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// No synapse has a sign.
    #[error("no synapse of `{connectome}` has a sign under `{model}`")]
    Unsigned {
        /// Name of the connectome.
        connectome: String,
        /// The model under which no sign is known.
        model: SignModel,
    },
    /// The model goes by the names of another animal's neurons.
    #[error(transparent)]
    Foreign(#[from] ForeignSigns),
}

impl Hinted for SignError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Unsigned { .. } => Some(
                "give `sign` or `nt_type` with the edges, or `transmitter` or `sign` with the \
                 neurons, or choose another `sources.NAME.sign_model`"
                    .into(),
            ),
            Self::Foreign(error) => error.hint(),
        }
    }
}

/// A connectome with signs, and the model that gave them: with `own` the connectome's own signs
/// where it has any, else those of `model`. O(n + E).
///
/// A connectome none of whose synapses has a sign has no motifs and would train as if all synapses
/// were of one kind: that is never meant.
///
/// # Errors
/// [`SignError::Unsigned`] if there are synapses between different neurons and none has a sign;
/// [`SignError::Foreign`] if the model does not know the connectome's neurons.
///
/// ```
/// use engraph::connectome::SignModel;
/// use engraph::source::bundled;
/// use engraph::topology::sign;
/// let worm = bundled::connectome("cook2019_herm").unwrap();
/// let (signed, model) = sign(worm, SignModel::Gaba26, true).unwrap();
/// assert_eq!(model, SignModel::Gaba26, "the snapshot has no signs of its own");
/// let (_, model) = sign(signed, SignModel::Wang2024, true).unwrap();
/// assert_eq!(model, SignModel::File);
/// ```
pub fn sign(
    connectome: Connectome,
    model: SignModel,
    own: bool,
) -> Result<(Connectome, SignModel), SignError> {
    let model = if own && connectome.is_signed() {
        SignModel::File
    } else {
        model
    };
    check_signs(model, &connectome)?;
    let connectome = connectome.with_signs(model);
    if connectome.edges(0.0).next().is_some() && !connectome.is_signed() {
        return Err(SignError::Unsigned {
            connectome: connectome.name().to_owned(),
            model,
        });
    }
    Ok((connectome, model))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{Neuron, Sign, Synapse, SynapseType};

    #[test]
    fn a_connectome_without_any_sign_is_refused() {
        let neurons = ["A", "B"].map(Neuron::named).to_vec();
        let synapse = Synapse {
            pre: 0,
            post: 1,
            synapse_type: SynapseType::Chemical,
            weight: 1.0,
            sign: Sign::Unsigned,
        };
        let of = |synapses| Connectome::new("own", "synapses", neurons.clone(), synapses).unwrap();
        let error = sign(of(vec![synapse]), SignModel::Wang2024, true).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no synapse of `own` has a sign under `wang2024`"
        );
        assert!(error.hint().unwrap().contains("`sign` or `nt_type`"));
        let error = sign(of(vec![synapse]), SignModel::Gaba26, true).unwrap_err();
        assert!(matches!(error, SignError::Foreign(_)), "{error}");
        // Nothing to sign is nothing to refuse.
        assert!(sign(of(Vec::new()), SignModel::Wang2024, true).is_ok());
    }
}
