//! Engram networks on connectomes.
//!
//! engraph starts from a connectome, the wiring diagram of a nervous system. It counts the circuit
//! motifs that could compute an error (XOR) or a competition (lateral inhibition). It builds
//! autoencoders whose wiring *is* that connectome, trains them, and measures how many latent
//! dimensions each wiring can carry.
//!
//! # The flow
//!
//! ```text
//! source -> connectome -+-> motif (counts, beside those of null_model)
//!                       |
//!                       +-> capacity (dimensions, beside those of null_model)
//!                       |
//!                       +-> topology -> network -> training -+-> bottleneck, dimension
//!                                          ^                 +-> representation
//!                                          |                 +-> motif_function
//!                                         task
//! ```
//!
//! A [`pipeline`] runs all of this, and a [`report`] is what it leaves behind.
//!
//! # The rooms
//!
//! Every module is a room on a floor. A room uses only rooms of lower floors, or of its own floor
//! without going in circles. The table begins with the lowest floor.
//!
//! | floor | module | what it is for |
//! |---|---|---|
//! | 1 | [`statistics`] | intervals, permutation tests, correlations, monotone curves |
//! | 1 | [`mod@table`] | declared tables, as Parquet, DataFrames and text |
//! | 1 | [`files`] | files that are written as a whole or not at all |
//! | 1 | [`text`] | words for people: hints, suggestions, lines with carets |
//! | 1 | [`random`] | named random streams |
//! | 1 | [`interruption`] | stopping work that is under way |
//! | 1 | [`number`] | the floating-point types of sequences and networks |
//! | 2 | [`connectome`] | neurons, and signed, weighted, typed synapses; sign models |
//! | 2 | [`dimension`] | estimators of the dimension of a cloud of points |
//! | 2 | [`functional_motifs`] | groups of neurons whose activity goes together |
//! | 3 | [`source`] | where connectomes come from: the bundled snapshot, users' tables, the Hub |
//! | 3 | [`null_model`] | random wirings that keep some of the structure of a connectome |
//! | 3 | [`bottleneck`] | the sufficient bottleneck: the units that a wiring needs for a task |
//! | 3 | [`capacity`] | how many dimensions a wiring offers, in closed form |
//! | 3 | [`reservoir`] | wirings as reservoirs: memory, information, echo states; no headline |
//! | 3 | [`self_optimisation`] | Hopfield networks that learn their own attractors, beside controls |
//! | 3 | [`circuit_prior`] | the worm's swimming circuit, trained with and without its signs |
//! | 3 | [`paths`] | polysynaptic paths: effective connectivity, and the strongest paths by name |
//! | 4 | [`motif`] | exact counts of signed motifs |
//! | 4 | [`task`] | sequences whose latent dimension is known |
//! | 5 | [`spiking`] | motifs as circuits of spiking neurons |
//! | 5 | [`network`] | the engram network with its exact gradient, and the unconstrained control |
//! | 6 | [`topology`] | wirings to compare: observed, species-like, null, control |
//! | 6 | [`training`] | the training loop with its verdict, and the homeostatic XOR rule |
//! | 6 | [`motif_function`] | what comparator motifs do in a trained network |
//! | 6 | [`representation`] | how far training moved a network, and what its units carry |
//! | 7 | [`pipeline`] | reproducible pipelines: spec, plan, store, run |
//! | 8 | [`report`] | the report folder of a pipeline, its summary, and what to cite |
//! | 9 | `cli` | the commands of the program, and the only room that prints |
//!
//! Most rooms can be used alone: counting motifs needs no network, and the dimension of any points
//! can be estimated.
//!
//! # Example
//!
//! ```
//! use engraph::connectome::SignModel;
//! use engraph::motif::{Matching, Motif, SignedGraph, count};
//! use engraph::source::bundled;
//!
//! let worm = bundled::connectome("cook2019_herm")?.with_signs(SignModel::Gaba26);
//! let graph = SignedGraph::from_connectome(&worm, 1.0)?;
//! assert_eq!(count(&graph, Motif::Xor5.pattern(), Matching::Subgraph)?, 3117);
//! assert_eq!(count(&graph, Motif::Xor5.pattern(), Matching::Induced)?, 24);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Determinism
//!
//! Equal configs give equal bytes on one platform, whatever the number of threads, and however
//! often a run was killed and resumed. Chance comes from named streams, and inside a single
//! estimate from the seed that it is given ([`random`]). Sums run in a fixed order. A cell of a
//! pipeline sees no clock, path or environment.
//!
//! # Features
//!
//! All three features are enabled by default. Everything else builds without them.
//!
//! | feature | adds |
//! |---|---|
//! | `files` | users' tables in CSV, Parquet, Feather and GraphML: `source::file` |
//! | `polars` | DataFrames: `table::frame`, `source::frame`; and `files` |
//! | `hub` | tables from the Hugging Face Hub: `source::hub`; and `files` |

pub mod bottleneck;
pub mod capacity;
pub mod circuit_prior;
mod cli;
pub mod connectome;
pub mod dimension;
pub mod files;
pub mod functional_motifs;
pub mod interruption;
pub mod motif;
pub mod motif_function;
pub mod network;
pub mod null_model;
pub mod number;
pub mod paths;
pub mod pipeline;
mod portable;
pub mod random;
pub mod report;
pub mod representation;
pub mod reservoir;
pub mod self_optimisation;
pub mod source;
pub mod spiking;
pub mod statistics;
pub mod table;
pub mod task;
pub mod text;
pub mod topology;
pub mod training;

use crate::table::TableSchema;

pub use cli::{Access, CommandError, inferred_from, main, pipeline_named, run_command};

/// Every table that pipelines write into reports, in the order of the flow, followed by the tables
/// that only commands write.
#[must_use]
pub fn tables() -> Vec<TableSchema> {
    let reported = pipeline::tables()
        .into_iter()
        .filter(|table| table.reported);
    let of_commands = [
        TableSchema::of::<motif::survey::MotifOccurrenceRow>(),
        TableSchema::of::<dimension::DimensionRow>(),
        TableSchema::of::<functional_motifs::FunctionalMotifRow>(),
        TableSchema::of::<functional_motifs::FunctionalMotifNeuronRow>(),
        TableSchema::of::<functional_motifs::FunctionalMotifCourseRow>(),
        TableSchema::of::<connectome::ExportedEdgeRow>(),
        TableSchema::of::<connectome::ExportedNeuronRow>(),
        TableSchema::of::<source::audit::AuditRow>(),
        TableSchema::of::<source::audit::SourceAgreementRow>(),
        TableSchema::of::<report::verify::VerificationRow>(),
        TableSchema::of::<report::difference::DifferenceRow>(),
        TableSchema::of::<report::difference::PipelineChangeRow>(),
    ];
    reported
        .map(|table| table.schema)
        .chain(of_commands)
        .collect()
}
