//! Counts of motifs.

use std::ffi::CStr;
use std::path::Path;

use engraph::motif::survey::{Survey, Thresholds, motif_row};
use engraph::motif::{Motif, Pattern};
use engraph::null_model::STRENGTH_TOLERANCE;
use engraph::source::Signing;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::call::in_pool;
use crate::capsules::{Held, held, hold};
use crate::connectomes::{Wiring, signing};
use crate::fault::Fault;
use crate::log;
use crate::module::Arguments;
use crate::settings::Settings;
use crate::tables::table;

/// A motif that was written in Python.
struct Written(Pattern);

impl Held for Written {
    const NAME: &'static CStr = c"engraph.motif";
}

/// `motif(name, text)`: a motif in the notation of `.motif` files.
pub(crate) fn motif(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (name, text): (String, String) = arguments.extract()?;
    let pattern = Pattern::parse(&name, &text).map_err(Fault::usage)?;
    if let Ok(motif) = name.parse::<Motif>()
        && pattern != *motif.pattern()
    {
        let text = format!("`{name}` is a built-in motif, and another one");
        return Err(Fault::refused((text, "give yours another name")).into());
    }
    hold(py, Written(pattern))
}

/// `motif_about(motif)`: the table with its definition. A motif is a name, a path or what `motif`
/// gave.
pub(crate) fn about(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (motif,): (Bound<'_, PyAny>,) = arguments.extract()?;
    let patterns = patterns(&[motif])?;
    table(py, &patterns.iter().map(motif_row).collect::<Vec<_>>())
}

fn patterns(motifs: &[Bound<'_, PyAny>]) -> PyResult<Vec<Pattern>> {
    let mut patterns: Vec<Pattern> = Vec::new();
    for motif in motifs {
        let named: Vec<Pattern> = match motif.extract::<String>() {
            Ok(all) if all == "all" => Motif::ALL.map(|motif| motif.pattern().clone()).into(),
            Ok(name) => vec![Pattern::named(&name, Path::new("")).map_err(Fault::usage)?],
            Err(_) => vec![held::<Written>(motif)?.0.clone()],
        };
        for pattern in named {
            match patterns.iter().find(|other| other.name() == pattern.name()) {
                Some(other) if *other != pattern => {
                    let text = format!("two different motifs are called `{}`", pattern.name());
                    return Err(Fault::refused((text, "give one of them another name")).into());
                }
                Some(_) => {}
                None => patterns.push(pattern),
            }
        }
    }
    Ok(patterns)
}

fn survey(settings: &Settings) -> Result<Survey, Fault> {
    let plain = Survey::counts_only(1.0);
    let min_weights = match settings.maybe::<String>("min_weight") {
        Ok(Some(word)) => word.parse::<Thresholds>().map_err(Fault::usage)?,
        Ok(None) => plain.min_weights.clone(),
        Err(_) => match settings.maybe::<f64>("min_weight") {
            Ok(weight) => Thresholds::Listed(weight.into_iter().collect()),
            Err(_) => Thresholds::Listed(settings.or("min_weight", Vec::new())?),
        },
    };
    let survey = Survey {
        min_weights,
        nulls: settings.or("nulls", 0)?,
        null_model: settings.word("null_model")?.unwrap_or(plain.null_model),
        null_chain: settings.word("null_chain")?.unwrap_or(plain.null_chain),
        swaps_per_edge: settings.or("swaps_per_edge", plain.swaps_per_edge)?,
        global_trades: settings.or("global_trades", plain.global_trades)?,
        participation: settings.or("participation", false)?,
        synapses: settings.or("synapses", false)?,
        hubs: settings.or("hubs", false)?,
        samples: settings.or("samples", 0)?,
        census: settings.or("census", false)?,
        sign_draws: settings.or("sign_draws", Survey::SIGN_DRAWS)?,
    };
    survey.check().map_err(Fault::usage)?;
    Ok(survey)
}

/// `count_motifs(connectome, [motif, ...], signs or None, fraction or None, settings, seed, jobs)`:
/// the tables by their names.
pub(crate) fn count(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring, motifs, signs, fraction, settings, seed, jobs): (
        Bound<'_, PyAny>,
        Vec<Bound<'_, PyAny>>,
        Option<String>,
        Option<f64>,
        String,
        u64,
        Option<usize>,
    ) = arguments.extract()?;
    let wiring = held::<Wiring>(&wiring)?;
    let patterns = patterns(&motifs)?;
    let survey = survey(&Settings::of(&settings)?)?;
    let signing = signing(signs, fraction, seed, 1)?;
    let count = move || {
        let (signed, model) = wiring.signed(signing)?;
        for pattern in &patterns {
            for (role, condition) in pattern.unmet(signed.neurons()) {
                let (motif, name) = (pattern.name(), signed.name());
                log::warn(format!(
                    "motif `{motif}`: no neuron of `{name}` meets `{role}.{condition}`"
                ));
            }
        }
        let lightest = survey.min_weights.lowest();
        let mut edges = signed.edges(lightest).peekable();
        if edges.peek().is_none() {
            log::warn(format!(
                "no synapse is at least {lightest} strong: lower `min_weight`"
            ));
        } else if edges.all(|synapse| synapse.sign.as_str() == "unsigned") {
            log::warn(format!(
                "no synapse has a sign under `{model}`, so no motif that asks for signs can occur: \
                 give signs or transmitters, or `assume_inhibitory`"
            ));
        }
        let tables = match signing {
            Signing::Assumed { fraction, seed, .. } => {
                survey.assumed_tables(&patterns, &signed, fraction, seed, &|| true)
            }
            Signing::Usual | Signing::Model(_) => {
                survey.tables(&patterns, &signed, &model, seed, &|| true)
            }
        };
        let tables = tables.map_err(Fault::failed)?.unwrap_or_default();
        let errors = tables
            .counts
            .iter()
            .filter_map(|row| row.null_strength_error);
        if let Some(error) = errors
            .reduce(f64::max)
            .filter(|error| *error > STRENGTH_TOLERANCE)
        {
            log::warn(format!(
                "the summed input weight of a neuron differs by {:.3} % in a null: see the column \
                 `null_strength_error`",
                100.0 * error
            ));
        }
        Ok(tables)
    };
    let found = in_pool(py, jobs, count)?;
    let tables = PyDict::new(py);
    tables.set_item("motif_counts", table(py, &found.counts)?)?;
    tables.set_item("motif_participation", table(py, &found.participation)?)?;
    tables.set_item("motif_synapses", table(py, &found.synapses)?)?;
    tables.set_item("motif_hubs", table(py, &found.hubs)?)?;
    tables.set_item("motif_samples", table(py, &found.samples)?)?;
    tables.set_item("triad_census", table(py, &found.census)?)?;
    Ok(tables.into_any().unbind())
}
