//! Runs a pipeline and keeps its report folder up to date.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::page::UnderWay;
use super::provenance;
use super::write::{self, ReportError, Written};
use crate::files::{self, FileError};
use crate::network::instruction_set;
use crate::pipeline::{
    self, CellId, Extent, Plan, Progress, RunError, Spec, StageWork, Store, StoreError,
};
use crate::text::Hinted;
use crate::text::plural::counted;

/// Why a pipeline could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A result could not be computed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reports could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A file of the report folder could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Hinted for PipelineError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Run(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Report(error) => error.hint(),
            Self::File(error) => error.hint(),
        }
    }
}

/// The result of a run, as a document and as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The content of `run.json`.
    pub text: String,
    /// The result in one sentence.
    pub words: String,
    /// What the numbers say, one sentence each.
    pub verdicts: Vec<String>,
    /// The report folder.
    pub out: PathBuf,
}

/// Renews the reports whenever a stage has computed something.
struct Live<'a> {
    progress: &'a dyn Progress,
    spec: &'a Spec,
    plan: &'a Plan,
    store: &'a Store,
    out: &'a Path,
    /// The files that were written so far.
    written: Mutex<Vec<Written>>,
    /// Names of the files that this run has changed.
    changed: Mutex<BTreeSet<String>>,
    /// Stages that have ended, and whether any of them computed something.
    finished: Mutex<(Vec<String>, bool)>,
}

impl Progress for Live<'_> {
    fn begin(&self, stage: &str, work: &StageWork) {
        self.progress.begin(stage, work);
        if let Ok(mut finished) = self.finished.lock() {
            finished.1 |= !work.pieces.is_empty();
        }
    }

    fn started(&self, stage: &str, cell: &str) {
        self.progress.started(stage, cell);
    }

    fn done(&self, stage: &str, cell: &str) {
        self.progress.done(stage, cell);
    }

    fn end(&self, stage: &str) {
        self.progress.end(stage);
        let (Ok(mut finished), Ok(mut written)) = (self.finished.lock(), self.written.lock())
        else {
            return;
        };
        finished.0.push(stage.to_owned());
        let left: Vec<String> = self
            .plan
            .stages()
            .into_iter()
            .map(str::to_owned)
            .filter(|other| !finished.0.contains(other))
            .collect();
        // The last stage is followed by the final reports, and cached stages change nothing.
        if left.is_empty() || !finished.1 {
            return;
        }
        finished.1 = false;
        let under_way = UnderWay {
            finished: finished.0.clone(),
            left,
        };
        let reports = write::write(
            self.spec,
            self.plan,
            self.store,
            self.out,
            &written,
            Some(&under_way),
        );
        // A failure is told when the final reports are written.
        let Ok(reports) = reports else { return };
        *written = reports.files;
        if let Ok(mut changed) = self.changed.lock() {
            let tables = written.iter().filter(|file| file.changed);
            changed.extend(tables.map(|file| file.file.clone()));
        }
    }

    fn waiting(&self, stage: &str, cell: &str) {
        self.progress.waiting(stage, cell);
    }

    fn set_aside(&self, path: &Path, what: &str) {
        self.progress.set_aside(path, what);
    }
}

/// Runs a plan on `jobs` threads and writes its reports into the folder `out`: after every stage
/// that has computed something, and at the end. The numbers do not depend on `jobs`.
///
/// # Errors
/// [`PipelineError`] if a result cannot be computed, or the store or the folder cannot be written.
pub fn run(
    spec: &Spec,
    plan: &Plan,
    store: &Store,
    out: &Path,
    extent: &Extent,
    jobs: usize,
    progress: &dyn Progress,
) -> Result<Outcome, PipelineError> {
    let start = Instant::now();
    write::check_writable(out)?;
    let inputs = provenance::inputs(spec)?;
    // The keys are stored before the work. After a kill, the next plan can then tell missing
    // results from changed settings.
    if !store.is_read_only() {
        store.remember(&spec.name, &plan.keys())?;
    }
    let live = Live {
        progress,
        spec,
        plan,
        store,
        out,
        written: Mutex::new(write::written_before(out)),
        changed: Mutex::default(),
        finished: Mutex::default(),
    };
    let known = live
        .written
        .lock()
        .map_or_else(|_| Vec::new(), |w| w.clone());
    let every = || (0..plan.cells().len()).map(CellId).collect();
    // Damage is found by reading everything.
    let read = write::to_be_read(spec, plan, store, out, &known).unwrap_or_else(|_| every());
    let stages = pipeline::run(plan, store, extent, &read, jobs, &live)?;
    let before = live.written.into_inner().unwrap_or_default();
    let reports = write::write(spec, plan, store, out, &before, None)?;
    let names = reports.names();
    let mut tables = reports.files;
    let changed = live.changed.into_inner().unwrap_or_default();
    for table in &mut tables {
        table.changed |= changed.contains(&table.file);
    }
    let computed: usize = stages.iter().map(|s| s.computed).sum();
    let cached: usize = stages.iter().map(|s| s.cached).sum();
    let seconds = start.elapsed().as_secs_f64();
    let changed: Vec<&str> = tables
        .iter()
        .filter(|t| t.changed)
        .map(|t| t.file.as_str())
        .collect();
    let finished = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let outcome = json!({
        "schema": "engraph.run/1",
        "pipeline": spec.name,
        "engraph": env!("CARGO_PKG_VERSION"),
        "finished_unix": finished,
        "seconds": seconds,
        "jobs": jobs,
        "instruction_set": instruction_set(),
        "operating_system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "computed": computed,
        "cached": cached,
        "stages": stages,
        "tables": tables,
        "inputs": inputs,
        "spec": spec,
    });
    let text = serde_json::to_string_pretty(&outcome).unwrap_or_default() + "\n";
    files::write(&out.join(write::RUN), text.as_bytes())?;
    let of_run = provenance::Run {
        spec,
        inputs: &inputs,
        files: &names,
        started: finished.saturating_sub(seconds as u64),
        finished,
    };
    provenance::write(out, &of_run)?;
    let what = match (computed, changed.len()) {
        (0, 0) => "nothing to compute, reports unchanged".to_owned(),
        (0, n) => format!("nothing to compute, {} written", counted(n, "report")),
        (c, n) => {
            format!(
                "{} computed, {cached} cached, {} written",
                counted(c, "result"),
                counted(n, "report")
            )
        }
    };
    Ok(Outcome {
        text,
        words: format!("{what} in {seconds:.1} s"),
        verdicts: reports.verdicts,
        out: out.to_owned(),
    })
}
