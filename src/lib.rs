//! Engram networks on connectomes.
//!
//! engraph takes a connectome (the wiring diagram of a nervous system), counts the circuit motifs
//! that could compute an error (XOR) or a competition (lateral inhibition), builds autoencoders
//! whose wiring *is* that connectome, trains them, and measures how many latent dimensions each
//! wiring can carry.
//!
//! # The flow
//!
//! ```text
//! source -> connectome -+-> motif counts, participation, nulls ----------------------+
//!                       +-> topology (observed, species-like, null, control) -> network -> training -> latent dimension -> report
//! ```
//!
//! | module | what it is |
//! |---|---|
//! | [`source`] | where connectomes come from: the bundled snapshot, or a user's tables, in files or DataFrames |
//! | [`connectome`] | neurons and signed, weighted, typed synapses; sign models; petgraph |
//! | [`motif`] | exact counts of signed motifs, without listing occurrences |
//! | [`topology`] | wirings to compare: observed, species-like, null, control; structure measures |
//! | [`task`] | sequences of known latent dimension |
//! | [`network`] | the engram network and its exact gradient over sparse kernels; the unconstrained control |
//! | [`training`] | Adam, the training loop, and the verdict on whether it converged; the homeostatic XOR rule |
//! | [`latent`] | the sufficient bottleneck, intrinsic-dimension estimators, contrasts |
//! | [`motif_function`] | what the comparator motifs do in a trained network: ablation, mismatch |
//! | [`pipeline`] | spec (TOML) -> plan (cells with content keys) -> store -> run |
//! | [`report`] | documented tables as Parquet and DataFrames, the summary |
//! | [`cli`] | the commands; the only place that prints |
//!
//! Each can be used alone: counting motifs needs no network, and a dimension can be estimated of
//! any points.
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
//! Equal configs give equal bytes on one platform, whatever the number of threads, kills and
//! resumes. Chance comes from named streams, and inside a single estimate from the seed it is
//! given ([`random`]); sums run in a fixed order; a cell of a pipeline sees no clock, path or
//! environment.
//!
//! # Features
//!
//! | feature (default) | adds |
//! |---|---|
//! | `files` | the reading of users' own tables: `source::file` |
//! | `polars` | tables as DataFrames and connectomes from them: `table::frame`, `source::frame`; with `files` |
//! | `hub` | tables from the Hugging Face Hub: `source::hub`; with `files` |
//!
//! Everything else builds without them.

pub mod bottleneck;
mod cli;
pub mod connectome;
pub mod dimension;
pub mod files;
pub mod motif;
pub mod motif_function;
pub mod network;
pub mod null_model;
pub mod number;
pub mod pipeline;
mod portable;
pub mod random;
pub mod report;
pub mod representation;
pub mod source;
pub mod statistics;
pub mod table;
pub mod task;
pub mod text;
pub mod topology;
pub mod training;

use crate::table::TableSchema;

pub use cli::main;

/// Every table that pipelines write into reports, in the order of the flow, and then those of
/// commands alone.
#[must_use]
pub fn tables() -> Vec<TableSchema> {
    let reported = pipeline::tables()
        .into_iter()
        .filter(|table| table.reported);
    let of_commands = [
        TableSchema::of::<motif::survey::MotifOccurrenceRow>(),
        TableSchema::of::<dimension::DimensionRow>(),
        TableSchema::of::<source::audit::AuditRow>(),
        TableSchema::of::<source::audit::SourceAgreementRow>(),
    ];
    reported
        .map(|table| table.schema)
        .chain(of_commands)
        .collect()
}
