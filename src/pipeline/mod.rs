//! Reproducible pipelines: a spec, a plan, a store, a run.
//!
//! ```text
//! spec (TOML) -> plan (cells with content keys) -> run (missing cells, in parallel) -> reports
//! ```
//!
//! Stages are pure, and a cell's key is the hash of everything that the cell depends on. A second
//! run therefore computes nothing. A changed field recomputes only what depends on it. A run that
//! was killed goes on where it stopped and ends with the same bytes.
//!
//! Read `spec` first, which is the pipeline as people write it. Read `stage.rs` next for what a
//! stage is, with `inputs.rs`, `output.rs` and `rows.rs` for what it reads and makes. `stages.rs`
//! lists all stages and lays out the plan; each stage is a file in `stages`. `plan.rs`, `store`,
//! `selection.rs` and `run.rs` then say how cells get their keys, where results are kept, which
//! cells a process computes, and how.

mod artifact;
pub mod builtin;
mod costs;
mod infer;
mod inputs;
mod key;
#[cfg(feature = "hub")]
mod lock;
mod memory;
mod output;
mod plan;
mod rows;
mod run;
mod selection;
mod shared;
pub mod spec;
mod stage;
mod stages;
mod store;
mod time_left;

pub use artifact::Artifact;
pub use costs::{Costs, Spent};
pub use infer::{Inference, InferenceError, Sequencing, Series, WhichNetwork, infer};
pub use inputs::{CellId, Handle, Inputs, Loaded};
#[cfg(feature = "hub")]
pub use lock::{Lock, LockError, Pinned};
pub use memory::Reservation;
pub use output::{Gathered, Output, TableDeclaration};
pub use plan::{Cell, Plan, Reason};
pub use rows::{Holds, Kept, Rows};
pub use run::{Progress, RunError, Silent, StageForecast, StageOutcome, StageWork, forecast, run};
pub use selection::{Extent, Part, UnknownStage};
pub use spec::{
    Around, CapacitySpec, Invalid, LatentSpec, MotifSpec, NullTraining, PathSpec, Person,
    Publisher, SourceSpec, Spec, SpecError, SpeciesSpec, TopologySpec, TrainingSpec, Widths,
};
pub use stage::{Context, Listed, Load, Stage, StageError};
pub use stages::{BuildError, InferenceRow, build, stages, tables};
#[cfg(feature = "hub")]
pub(crate) use store::no_locks;
pub use store::{Claim, Condition, Store, StoreError, Stored};
pub use time_left::{Piece, TimeLeft};
