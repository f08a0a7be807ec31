//! The consensus table: several connectomes of *C. elegans* merged into one row per pair of
//! neurons, as the homogenised collection `qsimeon/celegans_connectome_data` gives it (Simeon et
//! al. 2024, arXiv 2411.12091).
//!
//! | column | meaning |
//! |---|---|
//! | `from_neuron`, `to_neuron` | the pair |
//! | `from_pos`, `to_pos` | positions, a Python tuple as text: `(0.03, 94.34, 10.31)` |
//! | `from_type`, `to_type` | `motor`, `sensory`, `inter` or `pharyngeal` |
//! | `mean_chem_weight` | mean weight of the chemical synapses over the sources, or empty |
//! | `mean_gap_weight` | the same for gap junctions, given in both directions |
//! | `uncertainty` | 0.9 sd(chemical) + 0.1 sd(electrical) over the sources |
//! | `functional_weight` | functional connectivity; the column may be missing |
//! | `data_sources` | a Python list as text: `['cook2019', 'witvliet2020_7']` |
//!
//! Columns may stand in any order; further ones are ignored. Positions, types and `uncertainty` may
//! be missing.

mod python_text;
mod read;
mod table;

pub use read::read;
pub use table::{Consensus, ConsensusNeuron, ConsensusRow};
