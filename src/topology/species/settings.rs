//! Numbers that all species-like topologies share.

/// Neurons of a species-like topology unless said otherwise: about those of a worm.
pub const SPECIES_NEURONS: u32 = 300;
/// Fewest neurons that a species-like topology can have: fewer have no such statistics.
pub const FEWEST_NEURONS: u32 = 50;
/// Most neurons that a species-like topology can have. More take minutes: the generator searches,
/// it does not only draw.
pub const MOST_NEURONS: u32 = 5000;
/// Standard deviation of the logarithm of the weights. Song et al. 2005, doi
/// 10.1371/journal.pbio.0030068, fig. 5: 0.94 for synaptic strength in rat cortex; the adult worm's
/// synapses (Cook et al. 2019) have 1.03.
pub const LOG_WEIGHT_SD: f64 = 0.94;
/// Share of sensory neurons, and of motor neurons; the others are interneurons. The same for all
/// presets, so that topologies differ in wiring, not in how they are read. Our choice: the adult
/// worm has .27 and .41, the newly hatched one's head .38 and .20.
pub const INTERFACE_SHARE: f64 = 0.30;
/// Unit of the weights of a species-like topology, whose mean is 1.
pub const WEIGHT_UNIT: &str = "relative";
