//! The command `engraph plan`.

use serde_json::json;

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::output::{print, print_json};
use crate::pipeline::{Reason, Store, build, forecast};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Name every cell that would run.
    #[arg(long)]
    cells: bool,
    /// Print the pipeline with every default filled in, as TOML.
    #[arg(long)]
    spec: bool,
    /// Print one JSON document with every cell, its key and its reason.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let spec = args.pipeline.looked_at()?;
    if args.spec {
        return print(&toml::to_string(&spec).map_err(Failure::failed)?);
    }
    let plan = build(&spec).map_err(Failure::usage)?;
    let store = Store::open(&args.pipeline.store)?;
    let reasons = plan.reasons(&store, &store.remembered(&spec.name));
    if args.json {
        let cells: Vec<_> = plan
            .cells()
            .iter()
            .zip(&reasons)
            .map(|(c, r)| json!({"stage": c.stage, "cell": c.name, "key": c.key, "why": r}))
            .collect();
        return print_json(
            &(json!({"schema": "engraph.plan/1", "pipeline": spec.name, "cells": cells})
                .to_string()
                + "\n"),
        );
    }
    let mut text = format!("pipeline {}\n", spec.name);
    if let Some(age) = args.pipeline.age(&spec) {
        text += &format!("  {age}\n");
    }
    let mut todo = 0;
    for stage in forecast(&plan, &reasons) {
        todo += stage.todo;
        text += &format!(
            "  {:<15} {:>5} to compute {:>5} cached\n",
            stage.stage, stage.todo, stage.cached
        );
        for (reason, cells) in stage.reasons {
            text += &format!("      {cells:>5} {reason}\n");
        }
    }
    if args.cells {
        for (cell, reason) in plan
            .cells()
            .iter()
            .zip(&reasons)
            .filter(|(_, r)| **r != Reason::Cached)
        {
            text += &format!("  {}/{}: {reason}\n", cell.stage, cell.name);
        }
    }
    text += if todo == 0 {
        "nothing to compute\n"
    } else {
        ""
    };
    print(&text)
}
