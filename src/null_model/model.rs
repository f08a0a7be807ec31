//! What a null keeps.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use crate::connectome::{Neuron, Sign};

/// What a null wiring keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullModel {
    /// In- and out-degrees per transmitter of the source (ACh, Glu, GABA, other).
    ByTransmitter,
    /// In- and out-degrees per sign of the source.
    #[default]
    BySourceSign,
    /// In- and out-degrees per pair of signs (EE, EI, IE, II, ...): how much of a neuron's output
    /// lands on E and on I.
    BySignPair,
    /// In- and out-degrees.
    Unlayered,
    /// The number of edges and the weights only; an edge takes the sign of its new source.
    ErdosRenyi,
}

/// A name that is no null model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown null model `{0}`\n  hint: one of by_transmitter, by_source_sign, by_sign_pair, unlayered, erdos_renyi"
)]
pub struct UnknownNullModel(pub String);

impl crate::text::Hinted for UnknownNullModel {}

/// What layers ask of a neuron.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    sign: u8,
    transmitter: u8,
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
        }
    }
}

impl NullModel {
    /// All null models.
    pub const ALL: [Self; 5] = [
        Self::ByTransmitter,
        Self::BySourceSign,
        Self::BySignPair,
        Self::Unlayered,
        Self::ErdosRenyi,
    ];

    /// Layer numbers are below this.
    pub(super) const LAYERS: usize = 27;

    /// The name used in tables and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByTransmitter => "by_transmitter",
            Self::BySourceSign => "by_source_sign",
            Self::BySignPair => "by_sign_pair",
            Self::Unlayered => "unlayered",
            Self::ErdosRenyi => "erdos_renyi",
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
            Self::BySourceSign => 3 * sign + pre.sign,
            Self::BySignPair => 9 * sign + 3 * pre.sign + post.sign,
            Self::Unlayered | Self::ErdosRenyi => 0,
        }
    }
}

impl fmt::Display for NullModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for NullModel {
    type Err = UnknownNullModel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|m| m.as_str() == text)
            .ok_or_else(|| UnknownNullModel(text.to_owned()))
    }
}
