//! Reproducible pipelines: a spec, a plan, a store, a run.
//!
//! ```text
//! spec (TOML) -> plan (cells with content keys) -> run (missing cells, in parallel) -> reports
//! ```
//!
//! Stages are pure: a cell's key is the hash of everything it depends on, so a second run computes
//! nothing, a changed field recomputes what depends on it, and a run that was killed goes on where
//! it stopped with the same bytes.

mod build;
#[cfg(feature = "hub")]
mod lock;
mod plan;
mod run;
mod source;
mod spec;
mod species;
mod stage;
pub mod stages;
mod store;
mod widths;

pub use build::{BuildError, build};
#[cfg(feature = "hub")]
pub use lock::{Lock, LockError, Pinned};
pub use plan::{Cell, CellId, Plan, Reason};
pub use run::{Extent, Progress, RunError, Silent, StageForecast, StageOutcome, forecast, run};
pub use source::SourceSpec;
pub use spec::{LatentSpec, MotifSpec, NullTraining, Spec, SpecError, TopologySpec, TrainingSpec};
pub use species::SpeciesSpec;
pub use stage::{Context, Inputs, Stage, StageError};
pub use store::{Artifact, Store, StoreError};
pub use widths::{Around, Widths};
