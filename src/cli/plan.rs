//! The command `engraph plan`.

use serde_json::json;
use std::collections::BTreeSet;

use super::arguments::PipelineArgs;
use super::failure::Failure;
use super::message::warning;
use super::output::{print, print_json};
use super::progress::duration;
use crate::pipeline::{Reason, Spec, Spent, Store, forecast};
use crate::text::plural::counted;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Name every cell that would run.
    #[arg(long)]
    cells: bool,
    /// Print the pipeline with every key, as TOML: defaults filled in, absent keys as comments.
    #[arg(long)]
    spec: bool,
    /// Print one JSON document with every cell: its key, the keys of its inputs, its file in the
    /// store, whether it is done, and what it will take.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let spec = args.pipeline.looked_at()?;
    if args.spec {
        return print(&spec.to_toml().map_err(Failure::failed)?);
    }
    let plan = args.pipeline.plan(&spec)?;
    spec.advice().into_iter().for_each(warning);
    let store = Store::look(&args.pipeline.store)?;
    let reasons = plan.reasons(&store, &store.remembered(&spec.name));
    let costs = store.costs();
    if args.json {
        let cells: Vec<_> = plan
            .cells()
            .iter()
            .zip(&reasons)
            .map(|(cell, reason)| {
                let expected = costs.expected(cell.stage, &cell.name);
                let inputs = cell.inputs.iter().map(|&input| &plan.cell(input).key);
                json!({
                    "stage": cell.stage,
                    "cell": cell.name,
                    "key": cell.key,
                    "file": store.path(cell.stage, &cell.key),
                    "inputs": inputs.collect::<BTreeSet<_>>(),
                    "done": *reason == Reason::Cached,
                    "why": reason,
                    "seconds": expected.map(|expected| expected.seconds),
                    "memory_bytes": expected.map(|expected| expected.of_process()),
                })
            })
            .collect();
        return print_json(
            &(json!({"schema": "engraph.plan/2", "pipeline": spec.name, "cells": cells})
                .to_string()
                + "\n"),
        );
    }
    let mut text = format!("pipeline {}\n", spec.name);
    if let Some(age) = args.pipeline.age(&spec) {
        text += &format!("  {age}\n");
    }
    let mut todo = 0;
    let (mut expected, mut unknown) = (Spent::default(), 0);
    for stage in forecast(&plan, &reasons, &costs) {
        todo += stage.todo;
        text += &format!(
            "  {:<15} {:>5} to compute {:>5} cached",
            stage.stage, stage.todo, stage.cached
        );
        match stage.expected {
            _ if stage.todo == 0 => {}
            Some(more) => {
                expected.seconds += more.seconds;
                expected.bytes += more.bytes;
                text += &format!("   about {} of one core", duration(more.seconds));
            }
            None => unknown += stage.todo,
        }
        text.push('\n');
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
    if todo == 0 {
        text += "nothing to compute\n";
    } else {
        text += &demand(&spec, &expected, unknown)?;
    }
    print(&text)
}

/// What a run would take: time, disk and memory, as far as they are known.
fn demand(spec: &Spec, expected: &Spent, unknown: usize) -> Result<String, Failure> {
    let jobs = super::arguments::jobs(None)?;
    let mut text = String::new();
    if expected.seconds > 0.0 {
        text += &format!(
            "  about {} on {}, and {:.1} MB in the store, judged by earlier results there\n",
            duration(expected.seconds / jobs as f64),
            counted(jobs, "core"),
            expected.bytes as f64 / 1e6
        );
    }
    if unknown > 0 {
        text += &format!(
            "  {} of a kind that this store has not seen: no estimate\n",
            counted(unknown, "result")
        );
    }
    text += &format!(
        "  networks in training take at most {} GiB together (`memory_gib`)\n",
        spec.training.most_memory_gib()
    );
    Ok(text)
}
