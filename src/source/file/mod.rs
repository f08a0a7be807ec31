//! A connectome from a user's own files.
//!
//! Containers are CSV, TSV and other text, Excel and OpenDocument, Parquet, Feather (Arrow IPC),
//! Arrow streams and GraphML, all perhaps compressed by gzip or zstd. The first bytes of a file say
//! what it is; its name does not matter. A compressed file that holds more than 256 MiB and more
//! than 100 times its own size is refused, whatever it holds: no table does. `docs/tables.md` in
//! the repository has the names of columns and the words that are understood.
//!
//! **Edges.** One row is one synapse, or part of one: its two ends, and optionally a weight (1
//! without such a column; empty or 0 means no synapse), the weight of a gap junction beside it,
//! what kind of synapse it is, a sign, and the transmitter of the presynaptic neuron (of several,
//! the one with the largest summed weight). A table without columns for the ends may be an
//! adjacency matrix.
//!
//! Rows of one pair and type are summed; a sum over rows of different signs is unsigned. Gap
//! junctions have no direction: given in both, their weight is the mean of the two, which leaves
//! symmetric tables as they are. Autapses are kept.
//!
//! Identifiers are compared as text, blanks around them not counting: the number 12 and the text
//! `12` are one neuron, `012` is another. Where one of the two columns holds numbers alone and the
//! other none at all, they are refused as of different kinds; where the other holds some, the
//! report notes it. Words for missing values name no neuron, unless a neuron table lists them.
//!
//! **Neurons** (optional): the name of the neuron as in the edge table, and its transmitters, its
//! sign, its class and its cell type. Listed neurons without synapses are kept; neurons of the edge
//! table that are not listed stay without knowledge. Without this table, and if at least half of
//! the neurons bear names of the bundled *C. elegans* table, what that knows is taken.
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
//!
//! Read `read` first, then `edges`, which decides what each column holds (`columns`, `kinds`,
//! `signs`, by the vocabulary in `words`), `partners`, `identifiers`, `matrix`, `neurons` and `assemble`;
//! `sheet` has one reader per container.

mod assemble;
mod clock;
mod columns;
pub mod consensus;
mod edges;
mod error;
mod identifiers;
mod kinds;
mod matrix;
mod meanings;
mod neurons;
mod numbers;
mod numerals;
mod open;
mod options;
mod partners;
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
pub(super) use numbers::numbers_of_batches;
pub use numbers::{LeftOut, Numbers, WhyLeftOut, read_array, read_numbers};
pub use options::UnknownRole;
pub use paths::FileSource;
pub use read::read;
pub(super) use read::read_batches;
#[cfg(feature = "polars")]
pub(super) use read::read_frames;
pub use recording::{Columns, recordings};
pub use report::{FileReport, MatrixReport, NeuronKnowledge, NodeNames, Reading, Told};
pub use series::read_series;
