//! A connectome from a user's own files.
//!
//! | format | known by | read |
//! |---|---|---|
//! | CSV, TSV | being text | cells separated by commas, tabs or semicolons, whichever the header has most of; UTF-8; a row may lack cells at its end only in columns that are not read |
//! | Parquet | `PAR1` | text, integers of 8 to 64 bits, floating point, decimals, dictionaries; every compression |
//! | Feather 2 (Arrow IPC) | `ARROW1` | the same types, uncompressed, LZ4 or zstd; Arrow streams too |
//! | GraphML | `<` | nodes and edges with their attributes |
//!
//! What a file is, its first bytes say; its name does not matter. All may be compressed by gzip or
//! zstd. A compressed file that holds more than 256 MiB and more than 100 times its own size is
//! refused, whatever it holds: no table does.
//!
//! **Edges.** One row is one synapse, or part of one. Column names are compared without regard to
//! case, and the first that is there counts:
//!
//! | column | also | meaning |
//! |---|---|---|
//! | `pre` | `pre_root_id`, `pre_pt_root_id`, `bodyId_pre`, `from_neuron` | presynaptic neuron: text, or an integer of up to 64 bits, kept exact |
//! | `post` | `post_root_id`, `post_pt_root_id`, `bodyId_post`, `to_neuron` | postsynaptic neuron |
//! | `weight` | `syn_count`, `mean_chem_weight` | strength; 1 without such a column; empty or 0 means no synapse |
//! | `mean_gap_weight` | | strength of the gap junction beside the chemical synapse of the row |
//! | `synapse_type` | | `chemical` (without the column, all are) or `electrical` |
//! | `sign` | | `+1`, `-1`, `0`, `excitatory`, `inhibitory`, `unsigned`; empty means unsigned |
//! | `nt_type` | | transmitter of the presynaptic neuron; of several, the one with the largest summed weight |
//! | `connectome` | | must be the same in all rows |
//!
//! Rows of one pair and type are summed; a sum over rows of different signs is unsigned. Gap
//! junctions have no direction: given in both, their weight is the mean of the two, which leaves
//! symmetric tables as they are. Autapses are kept.
//!
//! Identifiers are compared as text, blanks around them not counting: the number 12 and the text
//! `12` are one neuron, `012` is another. Where one of the two columns holds numbers alone and the
//! other none at all, they are refused as of different kinds; where the other holds some, the
//! report notes it.
//!
//! **Neurons** (optional):
//!
//! | column | also | meaning |
//! |---|---|---|
//! | `neuron` | `root_id`, `pt_root_id`, `bodyId`, `id` | the neuron, as in the edge table |
//! | `transmitter` | `nt_type`, `consensusNt`, `predictedNt` | transmitters, several joined by `+` |
//! | `sign` | | as above |
//! | `class` | | `sensory`, `inter`, `motor`, `polymodal`; where there is a `super_class` (`superclass`), that instead |
//! | `cell_type` | `type`, `primary_type`, `hemibrain_type` | cell type, any text |
//!
//! Listed neurons without synapses are kept; neurons of the edge table that are not listed stay
//! without knowledge. Without this table, and if at least half of the neurons bear names of the
//! bundled *C. elegans* table, what that knows is taken.
//!
//! **GraphML.** Each `<edge>` is a row of the edge table, from `source` to `target`, its attributes
//! (`attr.name`, with their defaults) being the columns; each `<node>` is a row of the neuron
//! table, unless one is given beside it. Neurons are called by the node attribute `name`, else
//! `label`, if that is there and different for all nodes, else by the identifiers of their nodes.
//! Edges without a direction must be electrical. Only the entities of XML itself are replaced.
//!
//! Neurons are sorted by number where all are numbers, else by name.
//!
//! A sign belongs to a synapse. A neuron's own sign is the neuron table's, else the one all of its
//! outgoing chemical synapses share. Where only the neuron table gives signs, synapses take those
//! of their presynaptic neurons.

mod assemble;
mod columns;
pub mod consensus;
mod edges;
mod error;
mod neurons;
mod numbers;
mod open;
mod paths;
mod read;
mod recording;
mod report;
mod series;
mod sheet;
mod values;

pub use error::{FileError, Row};
pub use numbers::read_numbers;
pub use paths::FileSource;
pub use read::read;
#[cfg(feature = "polars")]
pub(super) use read::read_frames;
pub use recording::{Columns, recordings};
pub use report::{FileReport, NeuronKnowledge, NodeNames};
pub use series::read_series;
