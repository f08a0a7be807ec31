//! Reproducible pipelines: a spec, a plan, a store, a run.
//!
//! ```text
//! spec (TOML) -> plan (cells with content keys) -> run (missing cells, in parallel) -> reports
//! ```
//!
//! Stages are pure: a cell's key is the hash of everything it depends on, so a second run computes
//! nothing, a changed field recomputes what depends on it, and a run that was killed goes on where
//! it stopped with the same bytes.

mod artifact;
pub mod builtin;
mod inputs;
#[cfg(feature = "hub")]
mod lock;
mod output;
mod plan;
mod rows;
mod run;
mod shared;
mod spec;
mod stage;
mod stages;
mod store;

pub use artifact::Artifact;
pub use inputs::{CellId, Handle, Inputs, Loaded};
#[cfg(feature = "hub")]
pub use lock::{Lock, LockError, Pinned};
pub use output::{Gathered, Output, TableDeclaration};
pub use plan::{Cell, Plan, Reason};
pub use rows::{Holds, Kept, Rows};
pub use run::{Extent, Progress, RunError, Silent, StageForecast, StageOutcome, forecast, run};
pub use spec::{
    Around, Invalid, LatentSpec, MotifSpec, NullTraining, SourceSpec, Spec, SpecError, SpeciesSpec,
    TopologySpec, TrainingSpec, Widths,
};
pub use stage::{Context, Listed, Load, Stage, StageError};
pub use stages::{BuildError, build, tables};
pub use store::{Store, StoreError};
