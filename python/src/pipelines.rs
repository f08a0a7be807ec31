//! Pipelines: what a run would compute, and the run; and the command of the wheel.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use engraph::pipeline::{
    BuildError, Extent, Plan, Reason, Sequencing, Spec, Store, WhichNetwork, build, forecast,
};
use engraph::report::run::run as run_reporting;
use engraph::report::write;
use engraph::{Access, CommandError, inferred_from, pipeline_named};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::json;

use crate::call::{beside, threads};
use crate::capsules::hold;
use crate::fault::Fault;
use crate::log;
use crate::module::Arguments;
use crate::numbers::Source;
use crate::settings::Settings;
use crate::tables::table;

/// A pipeline by name or path, or written as a document of JSON.
enum Asked {
    Named(String),
    Written(String),
}

/// What is asked for: the pipeline as a name or path, or else as JSON; and overrides.
fn spec(asked: &Asked, overrides: &[String], access: Access) -> Result<Spec, Fault> {
    let spec = match asked {
        Asked::Named(name) => pipeline_named(name, overrides, access).map_err(of_command)?,
        Asked::Written(text) => {
            let table: toml::Table =
                serde_json::from_str(text).map_err(|e| Fault::plain(e.to_string()))?;
            let text = toml::to_string(&table).map_err(|e| Fault::plain(e.to_string()))?;
            Spec::parse(&text, Path::new("pipeline"), overrides).map_err(Fault::usage)?
        }
    };
    for advice in spec.advice() {
        log::warn(advice);
    }
    Ok(spec)
}

fn of_command(error: CommandError) -> Fault {
    let CommandError {
        is_usage,
        text,
        hint,
    } = error;
    match (is_usage, hint) {
        (true, Some(hint)) => Fault::refused((text, hint)),
        (true, None) => Fault::plain(text),
        (false, Some(hint)) => Fault::broken((text, hint)),
        (false, None) => Fault::broke(text),
    }
}

fn planned(spec: &Spec) -> Result<Plan, Fault> {
    build(spec).map_err(|error| match error {
        BuildError::NotFetched { .. } => Fault::refused((
            error.to_string(),
            "`engraph fetch PIPELINE` in a shell pins and fetches it",
        )),
        BuildError::File { .. } | BuildError::Task { .. } => Fault::usage(error),
    })
}

fn asked(named: Option<String>, written: Option<String>) -> Result<Asked, Fault> {
    match (named, written) {
        (Some(name), None) => Ok(Asked::Named(name)),
        (None, Some(text)) => Ok(Asked::Written(text)),
        _ => Err(Fault::plain("give one pipeline".to_owned())),
    }
}

/// `plan(name or None, JSON or None, [override, ...], store)`: a document of JSON.
pub(crate) fn plan(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (named, written, overrides, store): (Option<String>, Option<String>, Vec<String>, PathBuf) =
        arguments.extract()?;
    let asked = asked(named, written)?;
    let planned = move |_: &_| {
        let spec = spec(&asked, &overrides, Access::Look)?;
        let plan = planned(&spec)?;
        let store = Store::look(&store).map_err(Fault::failed)?;
        let reasons: Vec<Reason> = plan.reasons(&store, &store.remembered(&spec.name));
        let cells: Vec<_> = plan
            .cells()
            .iter()
            .zip(&reasons)
            .map(|(c, r)| json!({"stage": c.stage, "cell": c.name, "key": c.key, "why": r}))
            .collect();
        let stages: Vec<_> = forecast(&plan, &reasons, &store.costs())
            .iter()
            .map(|stage| {
                let seconds = stage.expected.as_ref().map(|spent| spent.seconds);
                json!({
                    "stage": stage.stage, "todo": stage.todo, "cached": stage.cached,
                    "seconds": seconds,
                })
            })
            .collect();
        let document = json!({"pipeline": spec.name, "cells": cells, "stages": stages});
        Ok(document.to_string())
    };
    let text = beside(py, None, 1, planned)?;
    Ok(text.into_pyobject(py)?.into_any().unbind())
}

/// `run(name or None, JSON or None, [override, ...], store, out or None, until or None, only or
/// None, seconds between checkpoints or None, jobs or None, progress or None)`: the report folder,
/// the result as a sentence, the verdicts, and `run.json`.
pub(crate) fn run(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (named, written, overrides, store, out, until, only, every, jobs, progress): (
        Option<String>,
        Option<String>,
        Vec<String>,
        PathBuf,
        Option<PathBuf>,
        Option<String>,
        Option<String>,
        Option<u64>,
        Option<usize>,
        Option<Bound<'_, PyAny>>,
    ) = arguments.extract()?;
    let asked = asked(named, written)?;
    let jobs = threads(jobs)?;
    let work = move |news: &crate::call::Reporter<_>| {
        let spec = spec(&asked, &overrides, Access::Fetch)?;
        let plan = planned(&spec)?;
        let extent = Extent {
            until,
            only,
            ..Extent::default()
        };
        extent.check(&plan).map_err(Fault::usage)?;
        let out = out.unwrap_or_else(|| PathBuf::from("reports").join(&spec.name));
        // A folder that cannot be written to is refused before a store is made.
        write::check_writable(&out).map_err(Fault::failed)?;
        let mut store = Store::open(&store).map_err(Fault::failed)?;
        if let Some(seconds) = every {
            store = store.with_checkpoints(Duration::from_secs(seconds));
        }
        if let Some(folder) = store.earlier() {
            let folder = folder.display();
            log::note(format!(
                "the store is of an earlier engraph, and its results are computed again; what was \
                 there is now in `{folder}`"
            ));
        }
        if !store.has_locks() {
            log::warn("the file system of the store has no locks; results are safe".to_owned());
        }
        run_reporting(&spec, &plan, &store, &out, &extent, jobs, news).map_err(Fault::failed)
    };
    let outcome = beside(py, progress.as_ref(), 1, work)?;
    let told = (outcome.out, outcome.words, outcome.verdicts, outcome.text);
    Ok(told.into_pyobject(py)?.into_any().unbind())
}

/// `infer(folder, path or table, settings, jobs)`: the tables by their names; `rates` only if asked
/// for.
pub(crate) fn infer(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (folder, series, settings, jobs): (String, Bound<'_, PyAny>, String, Option<usize>) =
        arguments.extract()?;
    let settings = Settings::of(&settings)?;
    let source = Source::of(&series, &settings)?;
    let which = WhichNetwork {
        topology: settings.maybe("topology")?,
        task: settings.maybe("task")?,
        seed: settings.maybe("seed")?,
        latent_units: settings.maybe("latent_units")?,
    };
    let sequencing = Sequencing {
        stride: settings.maybe("stride")?,
        raw: settings.or("raw", false)?,
        rates: settings.or("rates", false)?,
    };
    let jobs = threads(jobs)?;
    let run = move |_: &_| {
        let series = source.read()?.columns;
        inferred_from(&folder, &which, &series, sequencing, jobs).map_err(of_command)
    };
    let found = beside(py, None, 1, run)?;
    let tables = PyDict::new(py);
    tables.set_item("inference", table(py, &found.sequences)?)?;
    if let Some(rates) = found.rates {
        tables.set_item("rates", hold(py, rates.batches().map_err(Fault::failed)?)?)?;
    }
    Ok(tables.into_any().unbind())
}

/// `main([argument, ...])`: runs a command and gives its exit code.
pub(crate) fn main(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (arguments,): (Vec<OsString>,) = arguments.extract()?;
    let code = py.detach(|| engraph::run_command(arguments));
    Ok(code.into_pyobject(py)?.into_any().unbind())
}
