//! The command `engraph run`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::interruption;
use super::message::{say, warning};
use super::output::{print, print_json};
use super::progress::{Reporter, duration};
use super::share::{self, PartArgs};
use crate::pipeline::{Extent, Part, Plan, Reason, Spec, Spent, Store, forecast};
use crate::report::run::{Outcome, run as run_reporting};
use crate::report::write;
use crate::table::Table;
use crate::text::plural::counted;
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
    /// Keep networks in training after so many seconds, and again: a run that is killed goes on
    /// from there.
    #[arg(long, value_name = "SECONDS")]
    checkpoint_every: Option<u64>,
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

    /// The store, which keeps networks in training if that is asked for.
    pub(super) fn store(&self) -> Result<Store, Failure> {
        let store = self.pipeline.opened_store()?;
        Ok(match self.checkpoint_every {
            Some(seconds) => store.with_checkpoints(Duration::from_secs(seconds)),
            None => store,
        })
    }

    /// What a run of `plan` is limited to, within `part` of its cells.
    pub(super) fn extent(&self, plan: &Plan, part: Part) -> Result<Extent, Failure> {
        let extent = Extent {
            until: self.until.clone(),
            only: self.only.clone(),
            part,
        };
        extent.check(plan).map_err(Failure::usage)?;
        Ok(extent)
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
    let store = args.store()?;
    let outcome = execute(args, &spec, &store, &folder, args.quiet)?;
    tell(&outcome, args)
}

/// Most verdicts that a run prints; the page has all of them.
const MOST_VERDICTS: usize = 6;

/// Reports the result of a run in the form that the flags ask for.
pub(super) fn tell(outcome: &Outcome, args: &Args) -> Result<(), Failure> {
    if args.json {
        return print_json(&outcome.text);
    }
    if args.quiet {
        return Ok(());
    }
    say(&outcome.words);
    for verdict in outcome.verdicts.iter().take(MOST_VERDICTS) {
        say(&format!("- {verdict}"));
    }
    print(&format!("{}\n", outcome.out.join(write::PAGE).display()))
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
    let plan = args.pipeline.plan(spec)?;
    let jobs = super::arguments::jobs(args.jobs)?;
    write::check_writable(out)?;
    let extent = args.extent(&plan, Part::Whole)?;
    let reporter = Reporter::new(quiet);
    if !quiet {
        announce(spec, &plan, store, &extent, jobs)
            .iter()
            .for_each(|line| say(line));
        say(&format!("page: {}", out.join(write::PAGE).display()));
    }
    interruption::in_run(&args.pipeline.store);
    Ok(run_reporting(
        spec, &plan, store, out, &extent, jobs, &reporter,
    )?)
}
