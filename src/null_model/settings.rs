//! Which chain draws a null, and how long it runs.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use strum::VariantArray;

use super::pairs::Bits;
use crate::text::Hinted;

/// Attempted swaps per edge where nothing else is asked for.
pub const SWAPS_PER_EDGE: f64 = 100.0;

/// Global trades where nothing else is asked for.
///
/// `cargo bench --bench nulls` shows how the XOR5 count forgets where the chain started: after 20
/// global trades it is spread as under 100 swaps per edge, in the worm as in a wiring of the size
/// of a fly brain. The rest is margin.
pub const GLOBAL_TRADES: u32 = 50;

/// The most swaps per edge that may be asked for: a null is well mixed long before this limit.
pub const MOST_SWAPS_PER_EDGE: f64 = 1e4;

/// The most global trades that may be asked for: a null is well mixed long before this limit.
pub const MOST_GLOBAL_TRADES: u32 = 10_000;

/// The most nulls of one wiring that may be asked for.
pub const MOST_NULLS: u32 = 100_000;

/// How a random wiring with the same degrees is reached. Both chains draw from the same
/// distribution; swaps are simpler, trades are faster where the wiring does not fit the processor's
/// caches.
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
    parse_err_ty = UnknownChain,
    parse_err_fn = UnknownChain::named
)]
pub enum Chain {
    /// Swaps up to 23,168 neurons (where one bit per pair of neurons takes 64 MB), trades beyond.
    #[default]
    Auto,
    /// Double-edge swaps: two edges exchange their targets.
    Swaps,
    /// Global trades: all neurons pair up, and each pair pools and deals out the targets that
    /// either could have.
    Trades,
}

/// A word that names no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown chain `{0}`")]
pub struct UnknownChain(pub String);

impl UnknownChain {
    fn named(word: &str) -> Self {
        Self(word.to_owned())
    }
}

impl Hinted for UnknownChain {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let words: Vec<&str> = Chain::ALL.iter().map(|&one| one.into()).collect();
        Some(format!("one of {}", words.join(", ")).into())
    }
}

impl Chain {
    /// All chains, the automatic choice among them.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word for the chain in tables, pipelines and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The chain that is meant for a connectome of so many neurons: swaps or trades.
    #[must_use]
    pub fn resolve(self, neurons: usize) -> Self {
        match self {
            Self::Auto if Bits::fit(neurons) => Self::Swaps,
            Self::Auto => Self::Trades,
            Self::Swaps | Self::Trades => self,
        }
    }
}

/// Which chain, and how long it runs. Erdos-Renyi nulls need neither.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NullSettings {
    /// The chain that moves the edges.
    pub chain: Chain,
    /// Attempted swaps per edge, where the chain is one of swaps.
    pub swaps_per_edge: f64,
    /// Number of global trades, where the chain is one of trades.
    pub global_trades: u32,
}

impl Default for NullSettings {
    fn default() -> Self {
        Self {
            chain: Chain::default(),
            swaps_per_edge: SWAPS_PER_EDGE,
            global_trades: GLOBAL_TRADES,
        }
    }
}

/// That many attempted swaps per edge, all else by default.
impl From<f64> for NullSettings {
    fn from(swaps_per_edge: f64) -> Self {
        Self {
            swaps_per_edge,
            ..Self::default()
        }
    }
}
