//! Reproducible pipelines: a spec, a plan, a store, a run.
//!
//! ```text
//! spec (TOML) -> plan (cells with content keys) -> run (missing cells, in parallel) -> reports
//! ```
//!
//! Stages are pure: a cell's key is the hash of everything it depends on, so a second run computes
//! nothing, a changed field recomputes what depends on it, and a run that was killed goes on where
//! it stopped with the same bytes.

pub mod builtin;
mod inputs;
#[cfg(feature = "hub")]
mod lock;
mod output;
mod plan;
mod run;
mod shared;
mod spec;
mod stage;
mod stages;
mod store;

pub use inputs::{Handle, Inputs, Loaded};
#[cfg(feature = "hub")]
pub use lock::{Lock, LockError, Pinned};
pub use output::{Gathered, Holds, Kept, Output, Rows, TableDeclaration};
pub use plan::{Cell, CellId, Plan, Reason};
pub use run::{Extent, Progress, RunError, Silent, StageForecast, StageOutcome, forecast, run};
pub use spec::{
    Around, Invalid, LatentSpec, MotifSpec, NullTraining, SourceSpec, Spec, SpecError, SpeciesSpec,
    TopologySpec, TrainingSpec, Widths,
};
pub use stage::{Context, Load, Stage, StageError};
pub use stages::{BuildError, MotifFunctionConfig, build, tables};
pub use store::{Artifact, Store, StoreError};
