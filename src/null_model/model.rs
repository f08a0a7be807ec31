//! Null models: what a random wiring keeps.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use strum::VariantArray;

use crate::connectome::{Neuron, NeuronClass, Sign};
use crate::text::Hinted;

/// What a null wiring keeps.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(
    serialize_all = "snake_case",
    parse_err_ty = UnknownNullModel,
    parse_err_fn = UnknownNullModel::named
)]
pub enum NullModel {
    /// In- and out-degrees per transmitter of the source (ACh, Glu, GABA, other).
    ByTransmitter,
    /// In- and out-degrees per sign of the source.
    #[default]
    BySourceSign,
    /// In- and out-degrees per sign of the source, and each neuron's summed input and output
    /// weight: the output exactly, the input within 1 %.
    ByStrength,
    /// In- and out-degrees per pair of signs (EE, EI, IE, II, ...): how much of a neuron's output
    /// lands on E and on I.
    BySignPair,
    /// In- and out-degrees per sign of the source, class of the source and class of the target
    /// (sensory, inter, motor, other): keeps the layering of a nervous system.
    BySignAndClass,
    /// In- and out-degrees, whatever the sign.
    Unlayered,
    /// The number of edges and the weights only; an edge takes the sign of its new source.
    ErdosRenyi,
}

/// A word that names no null model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown null model `{0}`")]
pub struct UnknownNullModel(pub String);

impl UnknownNullModel {
    fn named(word: &str) -> Self {
        Self(word.to_owned())
    }
}

impl Hinted for UnknownNullModel {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let words: Vec<&str> = NullModel::ALL.iter().map(|&one| one.into()).collect();
        Some(format!("one of {}", words.join(", ")).into())
    }
}

/// The properties of a neuron that layers can depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    sign: u8,
    transmitter: u8,
    class: u8,
}

impl Traits {
    pub(super) fn of(neuron: &Neuron) -> Self {
        let releases = |t: &str| neuron.transmitters.iter().any(|x| x == t);
        let transmitter = ["ACh", "Glu", "GABA"]
            .iter()
            .position(|t| releases(t))
            .unwrap_or(3);
        Self {
            sign: neuron.sign as u8,
            transmitter: transmitter as u8,
            class: match neuron.class {
                NeuronClass::Sensory => 0,
                NeuronClass::Inter => 1,
                NeuronClass::Motor => 2,
                NeuronClass::Polymodal | NeuronClass::Unknown => 3,
            },
        }
    }
}

impl NullModel {
    /// All null models, from the one that keeps most to the one that keeps least.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Numbers of layers are below this.
    pub(super) const LAYERS: usize = 144;

    /// The word for the model in tables, pipelines and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What random wirings of the model keep, in words that follow "random wirings that keep".
    #[must_use]
    pub fn kept(self) -> &'static str {
        match self {
            Self::ByTransmitter => "degrees by transmitter",
            Self::BySourceSign => "degrees and signs",
            Self::ByStrength => "degrees, signs and summed weights",
            Self::BySignPair => "degrees by pairs of signs",
            Self::BySignAndClass => "degrees, signs and classes",
            Self::Unlayered => "degrees alone",
            Self::ErdosRenyi => "the number of synapses alone",
        }
    }

    /// Number of the layer an edge belongs to. The edge's own sign is always part of it, except
    /// where nothing is layered.
    ///
    /// Apart from that sign, a layer is some kind of source and some kind of target: any of its
    /// sources and any of its targets make an edge of the same layer. The chains rely on it.
    pub(super) fn layer(self, pre: Traits, post: Traits, sign: Sign) -> u8 {
        let sign = sign as u8;
        match self {
            Self::ByTransmitter => 4 * sign + pre.transmitter,
            Self::BySourceSign | Self::ByStrength => 3 * sign + pre.sign,
            Self::BySignPair => 9 * sign + 3 * pre.sign + post.sign,
            Self::BySignAndClass => 16 * (3 * sign + pre.sign) + 4 * pre.class + post.class,
            Self::Unlayered | Self::ErdosRenyi => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::Chain;
    use super::*;

    #[test]
    fn models_and_chains_have_one_word_in_pipelines_and_tables() {
        let models = [
            "by_transmitter",
            "by_source_sign",
            "by_strength",
            "by_sign_pair",
            "by_sign_and_class",
            "unlayered",
            "erdos_renyi",
        ];
        assert_eq!(NullModel::ALL.len(), models.len());
        for (model, word) in NullModel::ALL.iter().zip(models) {
            assert_eq!(model.to_string(), word);
            assert_eq!(word.parse(), Ok(*model));
            assert_eq!(serde_json::to_value(model).unwrap(), word);
        }
        let chains = ["auto", "swaps", "trades"];
        assert_eq!(Chain::ALL.len(), chains.len());
        for (chain, word) in Chain::ALL.iter().zip(chains) {
            assert_eq!(chain.to_string(), word);
            assert_eq!(word.parse(), Ok(*chain));
            assert_eq!(serde_json::to_value(chain).unwrap(), word);
        }
        let unknown = "swap".parse::<Chain>().unwrap_err();
        assert_eq!(unknown.hint().unwrap(), "one of auto, swaps, trades");
    }
}
