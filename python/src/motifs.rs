//! Counts of motifs.

use std::ffi::CStr;
use std::path::Path;
use std::sync::Arc;

use engraph::connectome::{Connectome, SignTally};
use engraph::motif::survey::{MotifTables, Survey, Thresholds, motif_row, role_fingerprints};
use engraph::motif::{Motif, Pattern};
use engraph::null_model::STRENGTH_TOLERANCE;
use engraph::source::Signing;
use pyo3::prelude::*;

use crate::call::in_pool;
use crate::capsules::{Held, held, hold};
use crate::connectomes::{Wiring, signing};
use crate::drawn::null_settings;
use crate::fault::Fault;
use crate::log;
use crate::module::Arguments;
use crate::settings::Settings;
use crate::tables::table;

/// Synapses in which built-in motifs are counted on one thread, where nothing is drawn.
const SMALL: usize = 20_000;

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
    let nulls = null_settings(settings)?;
    let survey = Survey {
        min_weights,
        nulls: settings.or("nulls", 0)?,
        null_model: settings.word("null_model")?.unwrap_or(plain.null_model),
        null_chain: nulls.chain,
        swaps_per_edge: nulls.swaps_per_edge,
        global_trades: nulls.global_trades,
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

/// What was asked of motifs in a connectome.
struct Asked {
    wiring: Arc<Wiring>,
    patterns: Vec<Pattern>,
    survey: Survey,
    signing: Signing,
    seed: u64,
    jobs: Option<usize>,
}

impl Asked {
    /// Of `(connectome, [motif, ...], signs or None, fraction or None, settings, seed, jobs)`.
    fn of(arguments: &Arguments<'_>) -> PyResult<Self> {
        let (wiring, motifs, signs, fraction, settings, seed, jobs): (
            Bound<'_, PyAny>,
            Vec<Bound<'_, PyAny>>,
            Option<String>,
            Option<f64>,
            String,
            u64,
            Option<usize>,
        ) = arguments.extract()?;
        Ok(Self {
            wiring: held::<Wiring>(&wiring)?,
            patterns: patterns(&motifs)?,
            survey: survey(&Settings::of(&settings)?)?,
            signing: signing(signs, fraction, seed, 1)?,
            seed,
            jobs,
        })
    }

    /// How many threads are to work. Counts that take a few milliseconds have one.
    fn jobs(&self) -> Option<usize> {
        let drawn = self.survey.nulls > 0
            || self.survey.samples > 0
            || matches!(self.signing, Signing::Assumed { .. });
        let is_known = |pattern: &Pattern| pattern.name().parse::<Motif>().is_ok();
        let small = !drawn
            && self.patterns.iter().all(is_known)
            && self.wiring.connectome.chemical().len() <= SMALL;
        self.jobs.or(small.then_some(1))
    }

    /// The connectome with its signs, and what gave it the signs. What may mislead is logged.
    fn signed(&self) -> Result<(Arc<Connectome>, String), Fault> {
        let (signed, model) = self.wiring.signed(self.signing)?;
        for pattern in &self.patterns {
            for (role, condition) in pattern.unmet(signed.neurons()) {
                let (motif, name) = (pattern.name(), signed.name());
                log::warn(format!(
                    "motif `{motif}`: no neuron of `{name}` meets `{role}.{condition}`"
                ));
            }
        }
        let lightest = self.survey.min_weights.lowest();
        let tally = SignTally::of(&signed, lightest);
        if tally.total() == 0 {
            log::warn(format!(
                "no synapse is at least {lightest} strong: lower `min_weight`"
            ));
        } else if tally.unsigned == tally.total() {
            log::warn(format!(
                "no synapse has a sign under `{model}`, so no motif that asks for signs can occur: \
                 give signs or transmitters, or `assume_inhibitory`"
            ));
        }
        Ok((signed, model))
    }
}

/// Warns where nulls that should keep summed input weights do not.
pub(crate) fn warn_of_strengths(errors: impl Iterator<Item = Option<f64>>) {
    if let Some(error) = errors
        .flatten()
        .reduce(f64::max)
        .filter(|error| *error > STRENGTH_TOLERANCE)
    {
        log::warn(format!(
            "the summed input weight of a neuron differs by {:.3} % in a null: no wiring within \
             {} % was found",
            100.0 * error,
            100.0 * STRENGTH_TOLERANCE
        ));
    }
}

/// `count_motifs(connectome, [motif, ...], signs or None, fraction or None, settings, seed, jobs)`:
/// the table `motif_counts`.
pub(crate) fn count(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    table(py, &surveyed(py, arguments)?.counts)
}

/// `motif_participation(...)`, with the arguments of `count_motifs`: the table of this name.
pub(crate) fn participation(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    table(py, &surveyed(py, arguments)?.participation)
}

/// `motif_samples(...)`, with the arguments of `count_motifs`: the table of this name.
pub(crate) fn samples(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    table(py, &surveyed(py, arguments)?.samples)
}

fn surveyed(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<MotifTables> {
    let asked = Asked::of(arguments)?;
    let jobs = asked.jobs();
    let count = move || {
        let (signed, model) = asked.signed()?;
        let Asked {
            survey,
            patterns,
            seed,
            ..
        } = &asked;
        let tables = match asked.signing {
            Signing::Assumed { fraction, seed, .. } => {
                survey.assumed_tables(patterns, &signed, fraction, seed, &|| true)
            }
            Signing::Usual | Signing::Model(_) => {
                survey.tables(patterns, &signed, &model, *seed, &|| true)
            }
        };
        let tables = tables.map_err(Fault::failed)?.unwrap_or_default();
        warn_of_strengths(tables.counts.iter().map(|row| row.null_strength_error));
        Ok(tables)
    };
    in_pool(py, jobs, count)
}

/// `motif_weights(...)`, with the arguments of `count_motifs`: a table.
pub(crate) fn weights(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let asked = Asked::of(arguments)?;
    let jobs = asked.jobs();
    let weigh = move || {
        let (signed, model) = asked.signed()?;
        let (survey, patterns) = (&asked.survey, &asked.patterns);
        let rows = survey.weights(patterns, &signed, &model, asked.seed, &|| true);
        let rows = rows.map_err(Fault::failed)?.unwrap_or_default();
        warn_of_strengths(rows.iter().map(|row| row.null_strength_error));
        Ok(rows)
    };
    table(py, &in_pool(py, jobs, weigh)?)
}

/// `role_fingerprints(...)`, with the arguments of `count_motifs`: a table.
pub(crate) fn fingerprints(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let asked = Asked::of(arguments)?;
    let jobs = asked.jobs();
    let read = move || {
        let (signed, model) = asked.signed()?;
        let (survey, patterns) = (&asked.survey, &asked.patterns);
        let tables = survey.tables(patterns, &signed, &model, asked.seed, &|| true);
        let tables = tables.map_err(Fault::failed)?.unwrap_or_default();
        Ok(role_fingerprints(&tables.participation, signed.neurons()))
    };
    table(py, &in_pool(py, jobs, read)?)
}
