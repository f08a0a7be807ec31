//! The command `engraph run`.

use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::interruption;
use super::message::{say, warning};
use super::output::{print, print_json};
use super::progress::{Reporter, duration};
use super::share::{self, PartArgs};
use crate::files;
use crate::network::instruction_set;
use crate::pipeline::{
    CellId, Extent, Part, Plan, Progress, Reason, Spec, Spent, StageWork, Store, forecast,
    run as run_plan,
};
use crate::report::page::UnderWay;
use crate::report::provenance;
use crate::report::write::{self, Written};
use crate::table::Table;
use crate::text::plural::counted;
use crate::text::suggest;
use crate::topology::TopologyRow;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) pipeline: PipelineArgs,
    /// Folder of the reports [default: reports/NAME].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<usize>,
    /// Stop after this stage; reports of later stages are removed from the folder (the results stay
    /// cached).
    #[arg(long, value_name = "STAGE")]
    until: Option<String>,
    /// Run this stage only; what it reads must be cached.
    #[arg(long, value_name = "STAGE", conflicts_with = "until")]
    only: Option<String>,
    /// Print the outcome as one JSON document.
    #[arg(long)]
    pub(super) json: bool,
    /// No progress, no closing words.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// The command `run`, with the flags that `refresh` does not have.
#[derive(Debug, clap::Args)]
pub(super) struct Command {
    #[command(flatten)]
    pub(super) run: Args,
    #[command(flatten)]
    part: PartArgs,
}

impl Args {
    /// The folder into which reports are written.
    pub(super) fn folder(&self, spec: &Spec) -> PathBuf {
        self.out
            .clone()
            .unwrap_or_else(|| PathBuf::from("reports").join(&spec.name))
    }

    /// What a run of `plan` is limited to, within `part` of its cells.
    pub(super) fn extent(&self, plan: &Plan, part: Part) -> Result<Extent, Failure> {
        let stages = plan.stages();
        for stage in [&self.until, &self.only].into_iter().flatten() {
            if !stages.contains(&stage.as_str()) {
                let near = suggest::did_you_mean(stage, stages.iter().copied());
                let hint = near.unwrap_or_else(|| format!("one of {}", stages.join(", ")));
                return Err(Failure::usage((format!("unknown stage `{stage}`"), hint)));
            }
        }
        Ok(Extent {
            until: self.until.clone(),
            only: self.only.clone(),
            part,
        })
    }
}

pub(super) fn run(args: &Command) -> Result<(), Failure> {
    let Command { run: args, part } = args;
    let spec = args.pipeline.fetched()?;
    if !args.quiet {
        spec.advice().into_iter().for_each(warning);
    }
    if part.is_given() {
        return share::run(args, part, &spec);
    }
    let folder = args.folder(&spec);
    // A folder that cannot be written to is refused before a store is made.
    write::check_writable(&folder)?;
    let store = args.pipeline.opened_store()?;
    let outcome = execute(args, &spec, &store, &folder, args.quiet)?;
    outcome.tell(args)
}

/// Most verdicts that a run prints; the page has all of them.
const MOST_VERDICTS: usize = 6;

/// The result of a run, as a document and as a sentence.
pub(super) struct Outcome {
    /// The content of `run.json`.
    text: String,
    /// The result in one sentence.
    words: String,
    /// What the numbers say, one sentence each.
    verdicts: Vec<String>,
    out: PathBuf,
}

impl Outcome {
    /// Reports the result in the form that the flags ask for.
    pub(super) fn tell(&self, args: &Args) -> Result<(), Failure> {
        if args.json {
            return print_json(&self.text);
        }
        if args.quiet {
            return Ok(());
        }
        say(&self.words);
        for verdict in self.verdicts.iter().take(MOST_VERDICTS) {
            say(&format!("- {verdict}"));
        }
        print(&format!("{}\n", self.out.join(write::PAGE).display()))
    }
}

/// Renews the reports whenever a stage has computed something.
struct Live<'a> {
    reporter: &'a Reporter,
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
        self.reporter.begin(stage, work);
        if let Ok(mut finished) = self.finished.lock() {
            finished.1 |= !work.pieces.is_empty();
        }
    }

    fn started(&self, stage: &str, cell: &str) {
        self.reporter.started(stage, cell);
    }

    fn done(&self, stage: &str, cell: &str) {
        self.reporter.done(stage, cell);
    }

    fn end(&self, stage: &str) {
        self.reporter.end(stage);
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

    fn set_aside(&self, path: &Path, what: &str) {
        self.reporter.set_aside(path, what);
    }
}

/// What a run will do, and how long it will take as far as that is known.
fn announce(spec: &Spec, plan: &Plan, store: &Store, extent: &Extent, jobs: usize) -> Vec<String> {
    let stages = plan.stages();
    let reasons: Vec<Reason> = plan
        .cells()
        .iter()
        .map(|cell| match store.contains(cell.stage, &cell.key) {
            true => Reason::Cached,
            false => Reason::New,
        })
        .collect();
    let (mut todo, mut cached, mut known) = (0, 0, 0);
    let mut expected = Spent::default();
    for stage in forecast(plan, &reasons, &store.costs()) {
        if !extent.covers(&stages, stage.stage) {
            continue;
        }
        todo += stage.todo;
        cached += stage.cached;
        if let Some(more) = stage.expected {
            known += stage.todo;
            expected.seconds += more.seconds;
        }
    }
    let reported = plan.reported();
    let of_wirings = reported
        .iter()
        .find(|(table, _)| table.schema.table == TopologyRow::NAME);
    let wirings = of_wirings.map_or(0, |(_, cells)| cells.len());
    let mut lines = vec![format!(
        "pipeline {}: {}, {}, {}; {} to compute, {cached} cached",
        spec.name,
        counted(spec.connectomes.len(), "connectome"),
        counted(wirings, "wiring"),
        counted(spec.tasks.len(), "task"),
        counted(todo, "result"),
    )];
    if todo == 0 {
        return lines;
    }
    let threads = counted(jobs, "thread");
    let takes = duration(expected.seconds / jobs as f64);
    lines.push(match (known, todo - known) {
        (0, _) => "time: not known, for this store has no results of these stages yet".to_owned(),
        (_, 0) => format!("time: about {takes} on {threads}, judged by earlier results"),
        (_, new) => format!(
            "time: about {takes} on {threads} for {known} of them, judged by earlier results; not \
             known for the other {new}"
        ),
    });
    lines
}

/// Runs a pipeline whose sources have been fetched, and writes its reports into the folder `out`.
pub(super) fn execute(
    args: &Args,
    spec: &Spec,
    store: &Store,
    out: &Path,
    quiet: bool,
) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let plan = args.pipeline.plan(spec)?;
    let jobs = super::arguments::jobs(args.jobs)?;
    write::check_writable(out)?;
    let extent = args.extent(&plan, Part::Whole)?;
    let inputs = provenance::inputs(spec)?;
    let reporter = Reporter::new(quiet);
    // The keys are stored before the work. After a kill, the next plan can then tell missing
    // results from changed settings.
    if !store.is_read_only() {
        store.remember(&spec.name, &plan.keys())?;
    }
    if !quiet {
        announce(spec, &plan, store, &extent, jobs)
            .iter()
            .for_each(|line| say(line));
        say(&format!("page: {}", out.join(write::PAGE).display()));
    }
    interruption::in_run(&args.pipeline.store);
    let live = Live {
        reporter: &reporter,
        spec,
        plan: &plan,
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
    let read = write::to_be_read(spec, &plan, store, out, &known).unwrap_or_else(|_| every());
    let stages = run_plan(&plan, store, &extent, &read, jobs, &live)?;
    let before = live.written.into_inner().unwrap_or_default();
    let reports = write::write(spec, &plan, store, out, &before, None)?;
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
