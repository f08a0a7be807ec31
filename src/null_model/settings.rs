//! How nulls are drawn.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::pairs::Bits;

/// Attempted swaps per edge where nothing else is asked for.
pub const SWAPS_PER_EDGE: f64 = 100.0;

/// Global trades where nothing else is asked for.
///
/// `cargo bench --bench nulls` shows how the XOR5 count forgets where the chain started: after 20
/// global trades it is spread as under 100 swaps per edge, in the worm as in a wiring of the size
/// of a fly brain. The rest is margin.
pub const GLOBAL_TRADES: u32 = 50;

/// How a random wiring with the same degrees is reached. Both chains draw from the same
/// distribution; swaps are simpler, trades are faster where the wiring does not fit the processor's
/// caches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// A name that is no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown chain `{0}`\n  hint: one of auto, swaps, trades")]
pub struct UnknownChain(pub String);

impl crate::text::Hinted for UnknownChain {}

impl Chain {
    /// All chains.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Swaps, Self::Trades];

    /// The name used in tables and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Swaps => "swaps",
            Self::Trades => "trades",
        }
    }

    /// What `Auto` means for so many neurons.
    #[must_use]
    pub fn resolve(self, neurons: usize) -> Self {
        match self {
            Self::Auto if Bits::fit(neurons) => Self::Swaps,
            Self::Auto => Self::Trades,
            chosen => chosen,
        }
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Chain {
    type Err = UnknownChain;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| UnknownChain(text.to_owned()))
    }
}

/// Which chain, and how long it runs. Erdos-Renyi nulls need neither.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NullSettings {
    /// Swaps or trades.
    pub chain: Chain,
    /// Attempted swaps per edge.
    pub swaps_per_edge: f64,
    /// Global trades.
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
