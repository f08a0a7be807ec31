//! Runs a plan: computes the cells that are missing in the store, stage by stage, in parallel.

use rayon::prelude::*;
use std::borrow::Cow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::costs::{Costs, Spent};
use super::plan::{Cell, Plan, Reason};
use super::shared::Shared;
use super::stage::{Context, StageError};
use super::store::{Condition, Store, StoreError};
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
    /// Results are missing, and the store may only be read.
    #[error("{missing} of the results are not in the store, and it is read-only")]
    ReadOnly {
        /// Number of results that would have to be computed.
        missing: usize,
    },
}

impl Hinted for RunError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Cell { source, .. } => source.hint(),
            Self::Store(error) => error.hint(),
            Self::Threads { .. } => None,
            Self::ReadOnly { .. } => {
                Some("allow writing, or copy the store and name it with `--store DIR`".into())
            }
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
    /// A result in the store was damaged. It was moved to `path`, and will be computed again.
    fn set_aside(&self, _path: &Path, _what: &str) {}
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
/// First all results of the plan that are in the store are compared with what was stored. Damaged
/// ones are set aside and computed again.
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
    pool.install(|| set_damaged_aside(plan, store, progress))?;
    let stages = plan.stages();
    let mut costs = store.costs();
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
        if store.is_read_only() && !todo.is_empty() {
            return Err(RunError::ReadOnly {
                missing: todo.len(),
            });
        }
        // Names would order cells by topology, and one thread might get all the expensive ones.
        // Keys are as good as random.
        progress.begin(stage, todo.len(), all - todo.len());
        let spent = pool.install(|| compute(store, &todo, progress))?;
        costs.add(stage, &spent);
        store.remember_costs(&costs)?;
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

/// Examines the results of all cells that are in the store, and moves damaged ones out of the way.
fn set_damaged_aside(
    plan: &Plan,
    store: &Store,
    progress: &dyn Progress,
) -> Result<(), StoreError> {
    let mut cells: Vec<&Cell> = plan.cells().iter().collect();
    cells.sort_by(|a, b| a.key.cmp(&b.key));
    cells.dedup_by(|a, b| a.key == b.key);
    let damaged: Vec<(&Cell, String)> = cells
        .into_par_iter()
        .filter_map(|cell| match store.examine(cell.stage, &cell.key) {
            Condition::Damaged { what } => Some((cell, what)),
            Condition::Whole | Condition::Absent => None,
        })
        .collect();
    for (cell, what) in damaged {
        if store.is_read_only() {
            let path = store.path(cell.stage, &cell.key);
            return Err(StoreError::Damaged { path, what });
        }
        let path = store.set_aside(cell.stage, &cell.key)?;
        progress.set_aside(&path, &what);
    }
    Ok(())
}

/// Computes cells in parallel. Cells that find no memory are computed after the others, one by one.
/// Returns the time that the threads spent, in seconds, and the bytes that were published.
fn compute(store: &Store, todo: &[&Cell], progress: &dyn Progress) -> Result<Spent, RunError> {
    let cancelled = AtomicBool::new(false);
    let (context, shared) = (Context::new(&cancelled), Shared::default());
    let first: Mutex<Option<RunError>> = Mutex::new(None);
    let (later, spent) = (Mutex::new(Vec::new()), Mutex::new(Spent::default()));
    let one = |cell: &Cell| {
        if !context.proceeds() {
            return;
        }
        let start = Instant::now();
        let result = cell.compute(store, &shared, &context).and_then(|artifact| {
            store.publish(cell.stage, &cell.key, &artifact, &cell.recipe)?;
            Ok(artifact.bytes())
        });
        match result {
            Ok(bytes) => {
                let mut spent = spent.lock().unwrap_or_else(PoisonError::into_inner);
                spent.add(start.elapsed().as_secs_f64(), bytes);
                drop(spent);
                progress.done(cell.stage, &cell.name);
            }
            Err(StageError::NoRoom) => {
                let mut later = later.lock().unwrap_or_else(PoisonError::into_inner);
                later.push(cell.key.clone());
            }
            Err(StageError::Cancelled) => {}
            Err(source) => {
                cancelled.store(true, Ordering::Relaxed);
                let error = RunError::Cell {
                    stage: cell.stage,
                    cell: cell.name.clone(),
                    source,
                };
                let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(error);
            }
        }
    };
    todo.par_iter().with_max_len(1).for_each(|cell| one(cell));
    let later = std::mem::take(&mut *later.lock().unwrap_or_else(PoisonError::into_inner));
    todo.iter()
        .filter(|cell| later.contains(&cell.key))
        .for_each(|cell| one(cell));
    match first.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(spent.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

/// How many cells of one stage a run would compute, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct StageForecast {
    /// Name of the stage.
    pub stage: &'static str,
    /// Number of cells that would be computed.
    pub todo: usize,
    /// Number of cells whose results are in the store.
    pub cached: usize,
    /// The reasons for computing cells, each with its number of cells, most frequent first.
    pub reasons: Vec<(String, usize)>,
    /// What computing them would take, judged by earlier cells of the stage in the same store. It
    /// is `None` where there were none.
    pub expected: Option<Spent>,
}

/// Counts for each stage how many cells would run, and why.
#[must_use]
pub fn forecast(plan: &Plan, reasons: &[Reason], costs: &Costs) -> Vec<StageForecast> {
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
            expected: costs.expected(stage, todo),
        });
    }
    all
}
