//! The check of the section `[network]`, whose keys are those of [`NetworkConfig`].

use super::error::{Invalid, check_range, check_size};
use crate::network::{BottleneckKind, Cell, NetworkConfig};

/// Most units of a bottleneck of which few are active.
pub(super) const MOST_UNITS: u32 = 1 << 14;
/// Most minibatches after which a unit is dead: single precision counts so far.
const MOST_STEPS: u32 = 1 << 24;

/// Refuses the first value that is out of range. `widest` is the width of the widest bottleneck
/// that is trained.
pub(super) fn check(network: &NetworkConfig, widest: Option<u32>) -> Result<(), Invalid> {
    if !(network.leak >= 0.001 && network.leak < 0.5) {
        let message = format!("{} is not at least 0.001 and below 0.5", network.leak);
        return Err(Invalid::new("leak", message));
    }
    check_size("spectral_radius", network.spectral_radius)?;
    check_size("gap_conductance", network.gap_conductance)?;
    check_size("noise", network.noise)?;
    check_size("rest", network.rest)?;
    if network.rest > 0.0 && network.cell == Cell::LiquidTimeConstant {
        let message = "is for `rate` cells";
        return Err(Invalid::new("rest", message));
    }
    for (key, factor) in network.penalties.factors() {
        check_size(&format!("penalties.{key}"), factor)?;
    }
    if network.input.is_empty() || network.output.is_empty() {
        let message = "and `network.output` must name at least one class";
        return Err(Invalid::new("input", message));
    }
    let top_k = network.top_k.unwrap_or_default();
    check_range("top_k.units", top_k.units, 1..=MOST_UNITS)?;
    check_range("top_k.dead_after", top_k.dead_after, 1..=MOST_STEPS)?;
    check_size("top_k.auxiliary", top_k.auxiliary)?;
    if network.bottleneck == BottleneckKind::TopK
        && let Some(active) = widest.filter(|&active| active > top_k.units)
    {
        let message = format!(
            "{} are fewer than the {active} active ones of the widest bottleneck",
            top_k.units
        );
        return Err(Invalid::new("top_k.units", message));
    }
    let named = network.bottleneck_neurons.len();
    if network.bottleneck == BottleneckKind::Named
        && widest.is_some_and(|units| named < units as usize)
    {
        let message = format!("{named} are fewer than the widest bottleneck has");
        return Err(Invalid::new("bottleneck_neurons", message));
    }
    Ok(())
}
