//! Runs a plan: computes the cells that are missing in the store, stage by stage, in parallel.

use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::plan::{Cell, Plan, Reason};
use super::shared::Shared;
use super::stage::{Context, StageError};
use super::store::{Store, StoreError};
use crate::text::Hinted;

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A cell failed. The results that were computed before it stay in the store.
    #[error("{stage} {cell}: {source}")]
    Cell {
        /// Name of the stage that failed.
        stage: &'static str,
        /// Name of the cell within the stage.
        cell: String,
        /// The error that the stage returned.
        source: StageError,
    },
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system did not start the threads.
    #[error("cannot start {jobs} threads: {message}")]
    Threads {
        /// Number of threads that were asked for.
        jobs: usize,
        /// The reason that the thread pool gave.
        message: String,
    },
}

impl Hinted for RunError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Cell { source, .. } => source.hint(),
            Self::Store(error) => error.hint(),
            Self::Threads { .. } => None,
        }
    }
}

/// Receives news of a run. Its methods may be called from any thread.
pub trait Progress: Sync {
    /// A stage begins, with the number of cells to compute and of cells that are in the store
    /// already.
    fn begin(&self, _stage: &str, _todo: usize, _cached: usize) {}
    /// A cell of the stage has been computed and stored.
    fn done(&self, _stage: &str, _cell: &str) {}
    /// The stage is over.
    fn end(&self, _stage: &str) {}
}

/// A receiver that ignores all news.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}

/// How many cells of one stage a run computed, and how long that took.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StageOutcome {
    /// Name of the stage.
    pub stage: &'static str,
    /// Number of cells that this run computed.
    pub computed: usize,
    /// Number of cells whose results were in the store already.
    pub cached: usize,
    /// Wall time of the stage in seconds.
    pub seconds: f64,
}

/// Which stages a run is limited to. Without limits it runs all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// The last stage to run. All stages run if it is `None`.
    pub until: Option<String>,
    /// The only stage to run. The results that it reads must be in the store.
    pub only: Option<String>,
}

impl Extent {
    fn covers(&self, stages: &[&str], stage: &str) -> bool {
        let at = |name: &str| stages.iter().position(|s| *s == name);
        self.only.as_deref().is_none_or(|only| only == stage)
            && self
                .until
                .as_deref()
                .is_none_or(|until| at(stage) <= at(until))
    }
}

/// Computes every cell of `plan` that is not in `store`, on `jobs` threads. The results do not
/// depend on `jobs`.
///
/// # Errors
/// [`RunError`] of the first cell that fails. The other cells stop at their next opportunity.
pub fn run(
    plan: &Plan,
    store: &Store,
    extent: &Extent,
    jobs: usize,
    progress: &dyn Progress,
) -> Result<Vec<StageOutcome>, RunError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|e| RunError::Threads {
            jobs,
            message: e.to_string(),
        })?;
    let stages = plan.stages();
    let mut outcomes = Vec::new();
    for &stage in stages.iter().filter(|s| extent.covers(&stages, s)) {
        let start = Instant::now();
        let all = plan.of_stage(stage).count();
        let mut todo: Vec<&Cell> = plan
            .of_stage(stage)
            .filter(|c| !store.contains(stage, &c.key))
            .collect();
        // Two cells with equal recipes, such as a topology that is named twice, have one result.
        todo.sort_by(|a, b| a.key.cmp(&b.key));
        todo.dedup_by(|a, b| a.key == b.key);
        // Names would order cells by topology, and one thread might get all the expensive ones.
        // Keys are as good as random.
        progress.begin(stage, todo.len(), all - todo.len());
        pool.install(|| compute(store, &todo, progress))?;
        progress.end(stage);
        outcomes.push(StageOutcome {
            stage,
            computed: todo.len(),
            cached: all - todo.len(),
            seconds: start.elapsed().as_secs_f64(),
        });
    }
    Ok(outcomes)
}

fn compute(store: &Store, todo: &[&Cell], progress: &dyn Progress) -> Result<(), RunError> {
    let cancelled = AtomicBool::new(false);
    let (context, shared) = (Context::new(&cancelled), Shared::default());
    let first: Mutex<Option<RunError>> = Mutex::new(None);
    todo.par_iter().with_max_len(1).for_each(|cell| {
        if !context.proceeds() {
            return;
        }
        let result = cell.compute(store, &shared, &context).and_then(|artifact| {
            Ok(store.publish(cell.stage, &cell.key, &artifact, &cell.recipe)?)
        });
        match result {
            Ok(()) => progress.done(cell.stage, &cell.name),
            Err(StageError::Cancelled) => {}
            Err(source) => {
                cancelled.store(true, Ordering::Relaxed);
                let error = RunError::Cell {
                    stage: cell.stage,
                    cell: cell.name.clone(),
                    source,
                };
                if let Ok(mut first) = first.lock() {
                    first.get_or_insert(error);
                }
            }
        }
    });
    match first.into_inner() {
        Ok(Some(error)) => Err(error),
        _ => Ok(()),
    }
}

/// How many cells of one stage a run would compute, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageForecast {
    /// Name of the stage.
    pub stage: &'static str,
    /// Number of cells that would be computed.
    pub todo: usize,
    /// Number of cells whose results are in the store.
    pub cached: usize,
    /// The reasons for computing cells, each with its number of cells, most frequent first.
    pub reasons: Vec<(String, usize)>,
}

/// Counts for each stage how many cells would run, and why.
#[must_use]
pub fn forecast(plan: &Plan, reasons: &[Reason]) -> Vec<StageForecast> {
    let mut all = Vec::new();
    for stage in plan.stages() {
        let of_stage: Vec<&Reason> = plan
            .cells()
            .iter()
            .zip(reasons)
            .filter(|(c, _)| c.stage == stage)
            .map(|(_, r)| r)
            .collect();
        let mut counted: Vec<(String, usize)> = Vec::new();
        for reason in of_stage.iter().filter(|r| ***r != Reason::Cached) {
            let text = reason.to_string();
            match counted.iter_mut().find(|(t, _)| *t == text) {
                Some((_, n)) => *n += 1,
                None => counted.push((text, 1)),
            }
        }
        counted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let todo = counted.iter().map(|c| c.1).sum();
        all.push(StageForecast {
            stage,
            todo,
            cached: of_stage.len() - todo,
            reasons: counted,
        });
    }
    all
}
