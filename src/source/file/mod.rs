//! A connectome from a user's own files.
//!
//! - **CSV, TSV**: any other text. Cells are separated by commas, tabs or semicolons, whichever the
//!   header has most of; the text is UTF-8; a row may lack cells at its end only in columns that
//!   are not read.
//! - **Parquet** (begins with `PAR1`): text, integers of 8 to 64 bits, floating point, decimals and
//!   dictionaries, under every compression.
//! - **Feather 2**, which is Arrow IPC (`ARROW1`), and Arrow streams: the same types, uncompressed
//!   or compressed by LZ4 or zstd.
//! - **GraphML** (`<`): nodes and edges with their attributes.
//!
//! The first bytes of a file say what it is; its name does not matter. All may be compressed by
//! gzip or zstd. A compressed file that holds more than 256 MiB and more than 100 times its own
//! size is refused, whatever it holds: no table does.
//!
//! **Edges.** One row is one synapse, or part of one. Column names are compared without regard to
//! case, and the first that is there counts:
//!
//! - `pre` (also `pre_root_id`, `pre_pt_root_id`, `bodyId_pre`, `from_neuron`): the presynaptic
//!   neuron, as text or as an integer of up to 64 bits, which is kept exact.
//! - `post` (also `post_root_id`, `post_pt_root_id`, `bodyId_post`, `to_neuron`): the postsynaptic
//!   neuron.
//! - `weight` (also `syn_count`, `mean_chem_weight`): the strength; 1 without such a column; empty
//!   or 0 means no synapse.
//! - `mean_gap_weight`: the strength of the gap junction beside the chemical synapse of the row.
//! - `synapse_type`: `chemical` or `electrical`; without the column all are chemical.
//! - `sign`: `+1`, `-1`, `0`, `excitatory`, `inhibitory` or `unsigned`; empty means unsigned.
//! - `nt_type`: the transmitter of the presynaptic neuron; of several, the one with the largest
//!   summed weight.
//! - `connectome`: must be the same in all rows.
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
//! - `neuron` (also `root_id`, `pt_root_id`, `bodyId`, `id`): the neuron, as in the edge table.
//! - `transmitter` (also `nt_type`, `consensusNt`, `predictedNt`): transmitters, several joined by
//!   `+`.
//! - `sign`: as above.
//! - `class`: `sensory`, `inter`, `motor` or `polymodal`; `super_class` (also `superclass`) instead
//!   where there is one.
//! - `cell_type` (also `type`, `primary_type`, `hemibrain_type`): the cell type, as any text.
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
mod clock;
mod columns;
pub mod consensus;
mod edges;
mod error;
mod identifiers;
mod kinds;
mod matrix;
mod neurons;
mod numbers;
mod numerals;
mod open;
mod options;
mod paths;
mod read;
mod recording;
mod report;
mod series;
mod sheet;
mod signs;
mod values;
mod words;

pub use clock::Clock;
pub use error::{Damage, ReadError, Row};
pub use numbers::{LeftOut, Numbers, WhyLeftOut, read_array, read_numbers};
pub use options::UnknownRole;
pub use paths::FileSource;
pub use read::read;
#[cfg(feature = "polars")]
pub(super) use read::read_frames;
pub use recording::{Columns, recordings};
pub use report::{FileReport, MatrixReport, NeuronKnowledge, NodeNames, Reading, Told};
pub use series::read_series;
