//! `engraph run --shard` and `--cells`: one process among several that fill one store.

use serde_json::json;
use std::collections::HashSet;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Instant;
use std::{fs, io};

use super::failure::Failure;
use super::interruption;
use super::message::say;
use super::output::print_json;
use super::progress::Reporter;
use super::run::Args;
use crate::files::FileError;
use crate::pipeline::{Part, Plan, Spec, run as run_plan};
use crate::text::plain;
use crate::text::plural::counted;

/// Which results one process among several computes.
#[derive(Debug, clap::Args)]
pub(super) struct PartArgs {
    /// Compute a fair share of the results, share I of N, and write no reports. Another process
    /// computes each other share; a run without this flag then writes the reports.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["cells", "cells_from"])]
    shard: Option<Shard>,
    /// Compute the results with these keys and what they need, and write no reports. `engraph plan
    /// --cells --json` prints the keys.
    #[arg(long, value_name = "KEY", num_args = 1..)]
    cells: Vec<String>,
    /// Compute the results whose keys are the lines of a file, and what they need (`-`: standard
    /// input).
    #[arg(long, value_name = "FILE")]
    cells_from: Option<PathBuf>,
}

impl PartArgs {
    /// True if the process is to compute a part of the results only.
    pub(super) fn is_given(&self) -> bool {
        self.shard.is_some() || !self.cells.is_empty() || self.cells_from.is_some()
    }
}

/// One share of the results of a pipeline.
#[derive(Clone, Copy, Debug)]
struct Shard {
    /// Number of the share, from 1.
    index: usize,
    /// Number of shares.
    of: usize,
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (index, of) = text.split_once('/').ok_or("expected I/N, such as 1/4")?;
        let number = |text: &str| {
            text.parse()
                .map_err(|_| "expected two numbers, such as 1/4")
        };
        let (index, of) = (number(index)?, number(of)?);
        if (1..=of).contains(&index) {
            Ok(Self { index, of })
        } else {
            Err("the first number is to be between 1 and the second")
        }
    }
}

/// Which cells of the plan the flags ask for.
fn part(args: &PartArgs, plan: &Plan) -> Result<Part, Failure> {
    if let Some(Shard { index, of }) = args.shard {
        return Ok(Part::Shard { index, of });
    }
    let mut keys: HashSet<String> = args.cells.iter().cloned().collect();
    if let Some(path) = &args.cells_from {
        let text = if path.as_os_str() == "-" {
            io::read_to_string(io::stdin()).map_err(FileError::io("read", path))
        } else {
            fs::read_to_string(path).map_err(FileError::io("read", path))
        };
        let text = text.map_err(Failure::failed)?;
        keys.extend(text.split_whitespace().map(str::to_owned));
    } else if keys.is_empty() {
        return Ok(Part::Whole);
    }
    let known: HashSet<&str> = plan.cells().iter().map(|cell| cell.key.as_str()).collect();
    match keys
        .iter()
        .filter(|key| !known.contains(key.as_str()))
        .min()
    {
        None => Ok(Part::Cells(keys)),
        Some(key) => Err(Failure::usage((
            format!("the pipeline has no result with the key `{}`", plain(key)),
            "`engraph plan --cells --json` prints the keys; another pipeline, `--set` or version \
             of engraph has others"
                .to_owned(),
        ))),
    }
}

/// Computes a part of the results of a pipeline, and writes no reports.
pub(super) fn run(args: &Args, part_of: &PartArgs, spec: &Spec) -> Result<(), Failure> {
    let start = Instant::now();
    let plan = args.pipeline.plan(spec)?;
    let extent = args.extent(&plan, part(part_of, &plan)?)?;
    let jobs = super::arguments::jobs(args.jobs)?;
    let store = args.store()?;
    interruption::in_run(&args.pipeline.store);
    let reporter = Reporter::new(args.quiet);
    let stages = run_plan(&plan, &store, &extent, &[], jobs, &reporter)?;
    let computed: usize = stages.iter().map(|s| s.computed).sum();
    let seconds = start.elapsed().as_secs_f64();
    if args.json {
        let outcome = json!({
            "schema": "engraph.part/1",
            "pipeline": spec.name,
            "computed": computed,
            "seconds": seconds,
            "stages": stages,
        });
        return print_json(&format!("{outcome:#}\n"));
    }
    if !args.quiet {
        say(&format!(
            "{} computed in {seconds:.1} s; `engraph run` without `--shard` and `--cells` writes \
             the reports",
            counted(computed, "result")
        ));
    }
    Ok(())
}
