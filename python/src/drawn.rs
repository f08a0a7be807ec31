//! Connectomes that are drawn or built: nulls, species-like topologies, the swimming circuit.

use engraph::circuit_prior::{MOST_JOINTS, Swimmer};
use engraph::null_model::{NullModel, NullSettings, Surrogate};
use engraph::source::Signing;
use engraph::topology::{SpeciesLike, SpeciesPreset};
use pyo3::prelude::*;

use crate::call::in_pool;
use crate::capsules::{held, hold};
use crate::connectomes::Wiring;
use crate::fault::Fault;
use crate::module::Arguments;
use crate::motifs::warn_of_strengths;
use crate::settings::Settings;
use crate::tables::table;

/// How nulls are drawn.
pub(crate) fn null_settings(settings: &Settings) -> Result<NullSettings, Fault> {
    let usual = NullSettings::default();
    let drawn = NullSettings {
        chain: settings.word("null_chain")?.unwrap_or(usual.chain),
        swaps_per_edge: settings.or("swaps_per_edge", usual.swaps_per_edge)?,
        global_trades: settings.or("global_trades", usual.global_trades)?,
    };
    let swaps = drawn.swaps_per_edge;
    if !(swaps.is_finite() && swaps >= 0.0) {
        let text = format!("`swaps_per_edge={swaps}`");
        return Err(Fault::refused((text, "give a number of at least 0")));
    }
    Ok(drawn)
}

/// `null(connectome, model, number, settings, seed)`: the null of a number, from 1, among those
/// that are drawn beside the connectome.
pub(crate) fn null(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring, model, number, settings, seed): (Bound<'_, PyAny>, String, u32, String, u64) =
        arguments.extract()?;
    let wiring = held::<Wiring>(&wiring)?;
    let model: NullModel = model.parse().map_err(Fault::usage)?;
    let settings = null_settings(&Settings::of(&settings)?)?;
    let Some(index) = number.checked_sub(1) else {
        return Err(Fault::plain("`number=0`: nulls are counted from 1".to_owned()).into());
    };
    let draw = move || {
        let (signed, sign_model) = wiring.signed(Signing::Usual)?;
        let name = format!("{}.null{number}", signed.name());
        let null = Surrogate::new(&signed, 0.0, model).numbered(index, settings, seed);
        warn_of_strengths([null.strength_error].into_iter());
        let null = null.in_place_of(&signed, &name).map_err(Fault::failed)?;
        Ok(Wiring::made(null, Some(sign_model), wiring.species))
    };
    hold(py, in_pool(py, None, draw)?)
}

/// A preset with what is changed of it.
pub(crate) fn species_model(
    preset: &str,
    neurons: Option<u32>,
    fraction: Option<f64>,
) -> Result<SpeciesLike, Fault> {
    let preset: SpeciesPreset = preset.parse().map_err(Fault::usage)?;
    SpeciesLike::sized(preset, neurons, fraction).map_err(Fault::usage)
}

/// `species([preset, ...], neurons or None, fraction or None, graphs, seed, jobs)`: a table.
pub(crate) fn species(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (presets, neurons, fraction, graphs, seed, jobs): (
        Vec<String>,
        Option<u32>,
        Option<f64>,
        u32,
        u64,
        Option<usize>,
    ) = arguments.extract()?;
    if graphs == 0 {
        return Err(Fault::refused(("`graphs=0` has no mean", "give at least 1")).into());
    }
    let all = SpeciesPreset::ALL.iter().map(|preset| preset.as_str());
    let named: Vec<&str> = match presets.is_empty() {
        true => all.collect(),
        false => presets.iter().map(String::as_str).collect(),
    };
    let models = named
        .iter()
        .map(|preset| species_model(preset, neurons, fraction));
    let models: Vec<SpeciesLike> = models.collect::<Result<_, _>>()?;
    let generate = move || {
        let mut rows = Vec::new();
        for model in &models {
            rows.extend(model.realised(graphs, seed).map_err(Fault::failed)?);
        }
        Ok(rows)
    };
    table(py, &in_pool(py, jobs, generate)?)
}

/// `species_like(preset, neurons or None, fraction or None, seed)`: the first graph of `species`
/// under the same seed.
pub(crate) fn species_like(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (preset, neurons, fraction, seed): (String, Option<u32>, Option<f64>, u64) =
        arguments.extract()?;
    let model = species_model(&preset, neurons, fraction)?;
    let draw = move || {
        let topology = model.generate(model.preset.as_str(), seed);
        let connectome = topology.map_err(Fault::failed)?.connectome;
        Ok(Wiring::made(connectome, None, "unknown"))
    };
    hold(py, in_pool(py, None, draw)?)
}

/// `swimmer(joints)`: the worm's swimming circuit.
pub(crate) fn swimmer(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (joints,): (u32,) = arguments.extract()?;
    if !(1..=MOST_JOINTS).contains(&joints) {
        let hint = format!("give a number from 1 to {MOST_JOINTS}");
        return Err(Fault::refused((format!("`joints={joints}`"), hint)).into());
    }
    let connectome = Swimmer::new(joints as usize).connectome();
    hold(py, Wiring::made(connectome, None, "Caenorhabditis elegans"))
}
