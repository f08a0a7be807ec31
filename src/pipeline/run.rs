//! Runs a plan: computes the cells that are missing in the store, stage by stage, in parallel.

use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::costs::{Costs, Spent, likeness};
use super::inputs::CellId;
use super::plan::{Cell, Plan, Reason};
use super::selection::{Chosen, Extent};
use super::shared::Shared;
use super::stage::{Context, StageError};
use super::store::{Claim, Condition, Store, StoreError};
use super::time_left::Piece;
use crate::interruption;
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

/// What a run is about to do in a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageWork {
    /// The cells to compute.
    pub pieces: Vec<Piece>,
    /// Number of cells whose results are in the store already.
    pub cached: usize,
    /// Number of threads that compute.
    pub threads: usize,
    /// True if the work of the pieces is the time in seconds that cells like them took before.
    pub is_measured: bool,
}

impl StageWork {
    /// The cells `todo` of a stage, whose earlier cells took `costs`.
    fn new(todo: &[&Cell], cached: usize, threads: usize, costs: &Costs) -> Self {
        let measured = |cell: &&Cell| Some(costs.expected(cell.stage, &cell.name)?.seconds);
        let measured: Option<Vec<f64>> = todo.iter().map(measured).collect();
        let is_measured = measured.is_some();
        let work = measured.unwrap_or_else(|| todo.iter().map(|cell| cell.work).collect());
        let piece = |(cell, work): (&&Cell, f64)| Piece {
            cell: cell.name.clone(),
            work,
        };
        Self {
            pieces: todo.iter().zip(work).map(piece).collect(),
            cached,
            threads,
            is_measured,
        }
    }
}

/// Receives news of a run. Its methods may be called from any thread.
pub trait Progress: Sync {
    /// A stage begins.
    fn begin(&self, _stage: &str, _work: &StageWork) {}
    /// A cell of the stage is begun.
    fn started(&self, _stage: &str, _cell: &str) {}
    /// A cell of the stage has been computed and stored.
    fn done(&self, _stage: &str, _cell: &str) {}
    /// A cell of the stage is computed by another process, and its result is waited for.
    fn waiting(&self, _stage: &str, _cell: &str) {}
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

/// Computes the cells of `plan` that `extent` asks for and that are not in `store`, on `jobs`
/// threads. The results do not depend on `jobs`.
///
/// First the results that will be read are compared with what was stored: those that missing cells
/// need, and those of the cells `also_read`, from which the caller makes reports. Damaged ones are
/// set aside and computed again.
///
/// Other processes may run the same plan on the same store. A cell that another one is computing is
/// left to it, and its result is waited for at the end of the stage.
///
/// # Errors
/// [`RunError`] of the first cell that fails. The other cells stop at their next opportunity.
pub fn run(
    plan: &Plan,
    store: &Store,
    extent: &Extent,
    also_read: &[CellId],
    jobs: usize,
    progress: &dyn Progress,
) -> Result<Vec<StageOutcome>, RunError> {
    let pool = interruption::pool(jobs).map_err(|e| RunError::Threads {
        jobs,
        message: e.to_string(),
    })?;
    let chosen = Chosen::new(plan, extent);
    let missing = pool.install(|| set_damaged_aside(plan, store, &chosen, also_read, progress))?;
    let stages = plan.stages();
    let mut outcomes = Vec::new();
    for &stage in stages.iter().filter(|s| extent.covers(&stages, s)) {
        let start = Instant::now();
        let of_stage = |at: &CellId| plan.cell(*at).stage == stage;
        let all = plan.of_stage(stage).count();
        let mut todo: Vec<&Cell> = (0..missing.len())
            .map(CellId)
            .filter(|at| missing[at.0] && of_stage(at) && chosen.is_ready(plan, store, *at))
            .map(|at| plan.cell(at))
            .collect();
        // Names would order cells by topology, and one thread might get all the expensive ones.
        // Keys are as good as random.
        todo.sort_by(|a, b| a.key.cmp(&b.key));
        if store.is_read_only() && !todo.is_empty() {
            return Err(RunError::ReadOnly {
                missing: todo.len(),
            });
        }
        let work = StageWork::new(&todo, all - todo.len(), jobs, &store.costs());
        progress.begin(stage, &work);
        let spent = pool.install(|| compute(store, &todo, progress))?;
        if !spent.is_empty() {
            // Read again, since other processes add to them.
            let mut costs = store.costs();
            costs.add(stage, &spent);
            store.remember_costs(&costs)?;
        }
        progress.end(stage);
        let computed = spent.values().map(|alike| alike.cells as usize).sum();
        outcomes.push(StageOutcome {
            stage,
            computed,
            cached: all - computed,
            seconds: start.elapsed().as_secs_f64(),
        });
    }
    Ok(outcomes)
}

/// Examines the results that a run will read, and moves damaged ones out of the way. Returns which
/// cells have to be computed.
fn set_damaged_aside(
    plan: &Plan,
    store: &Store,
    chosen: &Chosen,
    also_read: &[CellId],
    progress: &dyn Progress,
) -> Result<Vec<bool>, StoreError> {
    let mut present: Vec<bool> = plan
        .cells()
        .par_iter()
        .map(|cell| store.contains(cell.stage, &cell.key))
        .collect();
    let mut examined = vec![false; present.len()];
    loop {
        let missing = chosen.missing(plan, &present);
        let needed = (0..missing.len())
            .filter(|&at| missing[at])
            .flat_map(|at| &plan.cells()[at].inputs);
        let mut unknown: Vec<usize> = needed
            .chain(also_read)
            .map(|&CellId(at)| chosen.stands_for[at])
            .filter(|&at| present[at] && !std::mem::replace(&mut examined[at], true))
            .collect();
        unknown.sort_unstable();
        let damaged: Vec<(usize, String)> = unknown
            .into_par_iter()
            .filter_map(|at| {
                let cell = &plan.cells()[at];
                match store.examine(cell.stage, &cell.key) {
                    Condition::Damaged { what } => Some((at, what)),
                    Condition::Whole | Condition::Absent => None,
                }
            })
            .collect();
        if damaged.is_empty() {
            return Ok(missing);
        }
        for (at, what) in damaged {
            let cell = &plan.cells()[at];
            if store.is_read_only() {
                let path = store.path(cell.stage, &cell.key);
                return Err(StoreError::Damaged { path, what });
            }
            let path = store.set_aside(cell.stage, &cell.key)?;
            progress.set_aside(&path, &what);
            present[at] = false;
        }
    }
}

/// How long a process waits before it looks again for a result that another one is computing.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What became of a cell for which it was tried.
enum Tried {
    /// It is over: computed, found in the store, or failed.
    Over,
    /// The cells that run now hold the memory that it needs.
    NoRoom,
    /// Another process is computing it.
    Elsewhere,
}

/// Computes cells in parallel. Cells that find no memory are computed after the others, one by one;
/// those of other processes are waited for. Returns what the cells took that were computed here, by
/// their likeness.
fn compute(
    store: &Store,
    todo: &[&Cell],
    progress: &dyn Progress,
) -> Result<BTreeMap<String, Spent>, RunError> {
    let cancelled = AtomicBool::new(false);
    let (context, shared) = (Context::new(&cancelled), Shared::default());
    let first: Mutex<Option<RunError>> = Mutex::new(None);
    let spent = Mutex::new(BTreeMap::<String, Spent>::new());
    let one = |cell: &Cell| {
        if !context.proceeds() {
            return Tried::Over;
        }
        let context = context.of_a_cell(store, &cell.key);
        let start = Instant::now();
        let computed = store
            .claim(cell.stage, &cell.key)
            .map_err(StageError::from)
            .and_then(|claim| {
                let Claim::Held(_lock) = claim else {
                    return Ok(Err(Tried::Elsewhere));
                };
                if store.contains(cell.stage, &cell.key) {
                    return Ok(Err(Tried::Over));
                }
                progress.started(cell.stage, &cell.name);
                let artifact = cell.compute(store, &shared, &context)?;
                store.publish(cell.stage, &cell.key, &artifact, &cell.recipe)?;
                store.drop_checkpoint(&cell.key);
                Ok(Ok(artifact.bytes()))
            });
        match computed {
            Ok(Ok(bytes)) => {
                let took = Spent::one(start.elapsed().as_secs_f64(), bytes, context.reserved());
                let mut spent = spent.lock().unwrap_or_else(PoisonError::into_inner);
                spent.entry(likeness(&cell.name)).or_default().add(&took);
                drop(spent);
                progress.done(cell.stage, &cell.name);
                Tried::Over
            }
            Ok(Err(tried)) => {
                if matches!(tried, Tried::Over) {
                    progress.done(cell.stage, &cell.name);
                }
                tried
            }
            Err(StageError::NoRoom) => Tried::NoRoom,
            Err(StageError::Cancelled) => Tried::Over,
            Err(source) => {
                cancelled.store(true, Ordering::Relaxed);
                let error = RunError::Cell {
                    stage: cell.stage,
                    cell: cell.name.clone(),
                    source,
                };
                let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(error);
                Tried::Over
            }
        }
    };
    let tried: Vec<Tried> = todo
        .par_iter()
        .with_max_len(1)
        .map(|cell| one(cell))
        .collect();
    let is_open = |(_, tried): &(&&Cell, Tried)| !matches!(tried, Tried::Over);
    for (cell, _) in todo.iter().zip(tried).filter(is_open) {
        while !matches!(one(cell), Tried::Over) {
            progress.waiting(cell.stage, &cell.name);
            std::thread::sleep(LOOK_AGAIN);
        }
    }
    // Cells that were stopped have no results.
    interruption::check();
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
        let of_stage: Vec<(&Cell, &Reason)> = plan
            .cells()
            .iter()
            .zip(reasons)
            .filter(|(c, _)| c.stage == stage)
            .collect();
        let mut counted: Vec<(String, usize)> = Vec::new();
        let mut expected = Some(Spent::default());
        for (cell, reason) in of_stage.iter().filter(|(_, r)| **r != Reason::Cached) {
            let text = reason.to_string();
            match counted.iter_mut().find(|(t, _)| *t == text) {
                Some((_, n)) => *n += 1,
                None => counted.push((text, 1)),
            }
            let one = costs.expected(stage, &cell.name);
            expected = expected.zip(one).map(|(mut all, one)| {
                all.add(&one);
                all
            });
        }
        counted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let todo = counted.iter().map(|c| c.1).sum();
        all.push(StageForecast {
            stage,
            todo,
            cached: of_stage.len() - todo,
            reasons: counted,
            expected,
        });
    }
    all
}
