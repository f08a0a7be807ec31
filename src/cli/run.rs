//! The command `engraph run`.

use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::message::say;
use super::output::{print, print_json};
use super::progress::Reporter;
use crate::files;
use crate::network::instruction_set;
use crate::pipeline::{Extent, Spec, Store, build, run as run_plan};
use crate::report::write;
use crate::text::plural::counted;
use crate::text::suggest;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) pipeline: PipelineArgs,
    /// Folder of the reports [default: reports/NAME].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads [default: all cores]. Results do not depend on it.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Stop after this stage; reports of later stages are removed from the folder (the results stay
    /// cached).
    #[arg(long, value_name = "STAGE")]
    until: Option<String>,
    /// Run this stage only; what it reads must be cached.
    #[arg(long, value_name = "STAGE", conflicts_with = "until")]
    only: Option<String>,
    /// Print the outcome as one JSON document.
    #[arg(long)]
    json: bool,
    /// No progress, no closing words.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

impl Args {
    /// The folder into which reports are written.
    pub(super) fn folder(&self, spec: &Spec) -> PathBuf {
        self.out
            .clone()
            .unwrap_or_else(|| PathBuf::from("reports").join(&spec.name))
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let spec = args.pipeline.fetched()?;
    let outcome = execute(args, &spec, &args.folder(&spec), args.quiet)?;
    outcome.tell(args)
}

/// The result of a run, as a document and as a sentence.
pub(super) struct Outcome {
    /// The content of `run.json`.
    text: String,
    /// The result in one sentence.
    words: String,
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
        print(&format!("{}\n", self.out.join("summary.md").display()))
    }
}

/// Runs a pipeline whose sources have been fetched, and writes its reports into the folder `out`.
pub(super) fn execute(
    args: &Args,
    spec: &Spec,
    out: &Path,
    quiet: bool,
) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let plan = build(spec).map_err(Failure::usage)?;
    for stage in [&args.until, &args.only].into_iter().flatten() {
        let stages = plan.stages();
        if !stages.contains(&stage.as_str()) {
            let near = suggest::did_you_mean(stage, stages.iter().copied());
            let hint = near.unwrap_or_else(|| format!("one of {}", stages.join(", ")));
            return Err(Failure::usage((format!("unknown stage `{stage}`"), hint)));
        }
    }
    let jobs = super::arguments::jobs(args.jobs)?;
    write::check_writable(out)?;
    let store = Store::open(&args.pipeline.store)?;
    let extent = Extent {
        until: args.until.clone(),
        only: args.only.clone(),
    };
    let reporter = Reporter::new(quiet);
    // The recipes are stored before the work. After a kill, the next plan can then tell missing
    // results from changed settings.
    store.remember(&spec.name, &plan.recipes())?;
    let stages = run_plan(&plan, &store, &extent, jobs, &reporter)?;
    let tables = write::write(spec, &plan, &store, out)?;
    let computed: usize = stages.iter().map(|s| s.computed).sum();
    let cached: usize = stages.iter().map(|s| s.cached).sum();
    let seconds = start.elapsed().as_secs_f64();
    let changed: Vec<&str> = tables
        .iter()
        .filter(|t| t.changed)
        .map(|t| t.file.as_str())
        .collect();
    let outcome = json!({
        "schema": "engraph.run/1",
        "pipeline": spec.name,
        "engraph": env!("CARGO_PKG_VERSION"),
        "finished_unix": SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()),
        "seconds": seconds,
        "jobs": jobs,
        "instruction_set": instruction_set(),
        "operating_system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "computed": computed,
        "cached": cached,
        "stages": stages,
        "tables": tables,
        "spec": spec,
    });
    let text = serde_json::to_string_pretty(&outcome).unwrap_or_default() + "\n";
    files::write(&out.join("run.json"), text.as_bytes())?;
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
        out: out.to_owned(),
    })
}
