//! The key `training.sparse_bottleneck`: a surface of errors over units and active units.

use serde::{Deserialize, Serialize};

use super::error::{Invalid, check_distinct, check_range};
use super::network::MOST_UNITS;
use crate::network::{BottleneckKind, NetworkConfig};

/// Networks with a bottleneck of the kind `top_k`, trained besides all others on the tasks that
/// have bottlenecks. `network.top_k` says when units are dead and what they cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SparseSurface {
    /// Numbers of units, `L`.
    pub units: Vec<u32>,
    /// Numbers of active units, `k`. Of a number of units only those of at most that many are
    /// trained.
    pub active: Vec<u32>,
}

impl SparseSurface {
    /// The points of the surface: units, active units.
    pub(crate) fn points(&self) -> impl Iterator<Item = (u32, u32)> {
        let pairs = self
            .units
            .iter()
            .flat_map(|&units| self.active.iter().map(move |&active| (units, active)));
        pairs.filter(|(units, active)| active <= units)
    }

    /// Refuses the first value that is out of range.
    pub(super) fn check(&self, network: &NetworkConfig) -> Result<(), Invalid> {
        for (key, numbers) in [("units", &self.units), ("active", &self.active)] {
            for &number in numbers {
                check_range(key, number, 1..=MOST_UNITS)?;
            }
            check_distinct(key, numbers)?;
        }
        if self.points().next().is_none() {
            return Err(Invalid::new(
                "",
                "has no units, or none that could be active",
            ));
        }
        let own = network.top_k.unwrap_or_default().units;
        if network.bottleneck == BottleneckKind::TopK && self.units.contains(&own) {
            let message =
                format!("{own} is the number of `network.top_k`, which is trained anyway");
            return Err(Invalid::new("units", message));
        }
        Ok(())
    }
}
