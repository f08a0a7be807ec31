//! Connectomes: where they come from, their signs, and what is in them.

use std::ffi::CStr;
use std::path::PathBuf;
use std::sync::Arc;

use engraph::connectome::{Connectome, InhibitoryFraction, SignModel, to_exported};
use engraph::source::audit;
use engraph::source::file::{FileReport, FileSource, read};
use engraph::source::{ReadOptions, Signing, batches, bundled as snapshot};
use engraph::table::Batches;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::call::{at_once, in_pool};
use crate::capsules::{Held, held, hold};
use crate::fault::Fault;
use crate::log;
use crate::module::Arguments;
use crate::tables::table;
use crate::words::in_python;

/// Cells of edges and neurons that are read on the thread that asks. They are too few synapses to be
/// sorted on several threads, also where each cell of a matrix is one.
const SMALL: usize = 100_000;

/// A connectome, and what is known of where it comes from.
#[derive(Clone)]
pub(crate) struct Wiring {
    pub(crate) connectome: Arc<Connectome>,
    /// What gave it its signs, if anything did after it was read.
    pub(crate) sign_model: Option<String>,
    pub(crate) species: &'static str,
    /// How its tables were read.
    report: Option<Arc<FileReport>>,
}

impl Held for Wiring {
    const NAME: &'static CStr = c"engraph.connectome";
}

impl Wiring {
    /// A connectome that no table was read for.
    pub(crate) fn made(
        connectome: Connectome,
        sign_model: Option<String>,
        species: &'static str,
    ) -> Self {
        Self {
            connectome: Arc::new(connectome),
            sign_model,
            species,
            report: None,
        }
    }

    /// The connectome with its signs, and the name of what gave it the signs.
    pub(crate) fn signed(&self, signing: Signing) -> Result<(Arc<Connectome>, String), Fault> {
        if let (Signing::Usual, Some(model)) = (signing, &self.sign_model) {
            return Ok((self.connectome.clone(), model.clone()));
        }
        if matches!(signing, Signing::Assumed { .. }) && self.connectome.is_signed() {
            log::note("the signs of the tables are replaced by assumed ones".to_owned());
        }
        let signed = signing.apply(Connectome::clone(&self.connectome));
        let (connectome, model) = signed.map_err(Fault::usage)?;
        Ok((Arc::new(connectome), model))
    }
}

/// Where signs come from, by a word for a sign model or a share of inhibitory neurons.
pub(crate) fn signing(
    model: Option<String>,
    fraction: Option<f64>,
    seed: u64,
    draw: u32,
) -> Result<Signing, Fault> {
    match (model, fraction) {
        (Some(_), Some(_)) => Err(Fault::refused((
            "`signs` and `assume_inhibitory` exclude each other",
            "give one of them",
        ))),
        (Some(word), None) => {
            let model: SignModel = word.parse().map_err(Fault::usage)?;
            Ok(Signing::Model(model))
        }
        (None, Some(fraction)) => Ok(Signing::Assumed {
            fraction: InhibitoryFraction::new(fraction).map_err(Fault::usage)?,
            seed,
            draw,
        }),
        (None, None) => Ok(Signing::Usual),
    }
}

/// `connectomes()`: the table of the bundled ones.
pub(crate) fn connectomes(py: Python<'_>, _: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    table(py, snapshot::connectomes().map_err(Fault::failed)?)
}

/// `bundled(name)`: a bundled connectome.
pub(crate) fn bundled(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (name,): (String,) = arguments.extract()?;
    let connectome = py
        .detach(|| snapshot::connectome(&name))
        .map_err(Fault::usage)?;
    hold(py, Wiring::made(connectome, None, "Caenorhabditis elegans"))
}

fn options(text: &str) -> Result<ReadOptions, Fault> {
    let options: ReadOptions =
        serde_json::from_str(text).map_err(|error| Fault::plain(error.to_string()))?;
    options.check().map_err(Fault::usage)?;
    Ok(options)
}

/// A connectome that was read, whose report is passed to the log.
fn read_wiring(
    py: Python<'_>,
    (connectome, report): (Connectome, FileReport),
) -> PyResult<Py<PyAny>> {
    for told in report.messages() {
        let text = format!("{}: {}", connectome.name(), told.text);
        if told.warning {
            log::warn(text)
        } else {
            log::note(text)
        }
    }
    log::deliver(py)?;
    let wiring = Wiring {
        connectome: Arc::new(connectome),
        sign_model: None,
        species: "unknown",
        report: Some(Arc::new(report)),
    };
    hold(py, wiring)
}

/// `read_files(edges, [neurons, ...], unit, options)`: a connectome from files.
pub(crate) fn read_files(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (edges, neurons, unit, text): (PathBuf, Vec<PathBuf>, String, String) =
        arguments.extract()?;
    let source = FileSource {
        edges,
        neurons,
        unit,
        options: options(&text)?,
    };
    let found = in_pool(py, None, move || read(&source).map_err(Fault::failed))?;
    read_wiring(py, found)
}

/// `read_tables(name, unit, edges, neurons or None, options)`: a connectome from tables in memory.
pub(crate) fn read_tables(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (name, unit, edges, neurons, text): (
        String,
        String,
        Bound<'_, PyAny>,
        Option<Bound<'_, PyAny>>,
        String,
    ) = arguments.extract()?;
    let edges = held::<Batches>(&edges)?;
    let neurons = neurons.map(|table| held::<Batches>(&table)).transpose()?;
    let options = options(&text)?;
    let cells = |table: &Batches| table.rows() * table.schema.fields().len();
    let small = cells(&edges) + neurons.as_deref().map_or(0, cells) <= SMALL;
    let read = move || {
        batches::read(&name, &unit, &edges, neurons.as_deref(), &options).map_err(Fault::failed)
    };
    let found = if small {
        at_once(py, read)?
    } else {
        in_pool(py, None, read)?
    };
    read_wiring(py, found)
}

/// `sign(connectome, model or None, fraction or None, seed, draw)`: the connectome with signs.
pub(crate) fn sign(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring, model, fraction, seed, draw): (
        Bound<'_, PyAny>,
        Option<String>,
        Option<f64>,
        u64,
        u32,
    ) = arguments.extract()?;
    let wiring = held::<Wiring>(&wiring)?;
    let signing = signing(model, fraction, seed, draw)?;
    let (connectome, model) = py.detach(|| wiring.signed(signing))?;
    log::deliver(py)?;
    let signed = Wiring {
        connectome,
        sign_model: Some(model),
        ..Wiring::clone(&wiring)
    };
    hold(py, signed)
}

/// `connectome_about(connectome)`: name, unit, numbers of neurons, chemical and electrical
/// synapses, what gave the signs, and what was said of the reading.
pub(crate) fn about(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring,): (Bound<'_, PyAny>,) = arguments.extract()?;
    let wiring = held::<Wiring>(&wiring)?;
    let connectome = &wiring.connectome;
    let about = PyDict::new(py);
    about.set_item("name", connectome.name())?;
    about.set_item("unit", connectome.unit())?;
    about.set_item("neurons", connectome.neurons().len())?;
    about.set_item("chemical", connectome.chemical().len())?;
    about.set_item("electrical", connectome.electrical().len())?;
    about.set_item("sign_model", wiring.sign_model.as_deref())?;
    let told = wiring.report.iter().flat_map(|report| report.messages());
    about.set_item(
        "notes",
        told.map(|told| in_python(&told.text)).collect::<Vec<_>>(),
    )?;
    Ok(about.into_any().unbind())
}

/// `connectome_neurons(connectome)`: a table.
pub(crate) fn neurons(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring,): (Bound<'_, PyAny>,) = arguments.extract()?;
    table(py, &to_exported(&held::<Wiring>(&wiring)?.connectome).1)
}

/// `connectome_synapses(connectome)`: a table.
pub(crate) fn synapses(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring,): (Bound<'_, PyAny>,) = arguments.extract()?;
    table(py, &to_exported(&held::<Wiring>(&wiring)?.connectome).0)
}

/// `connectome_edges(connectome, electrical)`: the bytes of four arrays: the numbers of the
/// presynaptic and of the postsynaptic neurons (uint32), weights (float64), signs (int8: 1, -1, 0).
pub(crate) fn edges(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring, electrical): (Bound<'_, PyAny>, bool) = arguments.extract()?;
    let wiring = held::<Wiring>(&wiring)?;
    let of = &wiring.connectome;
    let edges = if electrical {
        of.electrical()
    } else {
        of.chemical()
    };
    let pre: Vec<u8> = edges.iter().flat_map(|s| s.pre.to_ne_bytes()).collect();
    let post: Vec<u8> = edges.iter().flat_map(|s| s.post.to_ne_bytes()).collect();
    let weights: Vec<u8> = edges.iter().flat_map(|s| s.weight.to_ne_bytes()).collect();
    let sign = |sign: &str| match sign {
        "excitatory" => 1_i8,
        "inhibitory" => -1,
        _ => 0,
    };
    let signs: Vec<u8> = edges
        .iter()
        .map(|s| sign(s.sign.as_str()).cast_unsigned())
        .collect();
    let arrays = [pre, post, weights, signs].map(|bytes| PyBytes::new(py, &bytes));
    Ok(arrays.into_pyobject(py)?.into_any().unbind())
}

/// `audit(connectome)`: a table.
pub(crate) fn audit(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (wiring,): (Bound<'_, PyAny>,) = arguments.extract()?;
    let wiring = held::<Wiring>(&wiring)?;
    let audited = py.detach(|| match &wiring.report {
        Some(report) => audit::tables(&wiring.connectome, report).map(|audit| audit.checks),
        None => audit::connectome(&wiring.connectome),
    });
    table(py, &audited.map_err(Fault::failed)?)
}

/// `audit_file(edges, [neurons, ...], options)`: the checks, and how far the sources of a consensus
/// table agree.
pub(crate) fn audit_file(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (edges, neurons, text): (PathBuf, Vec<PathBuf>, String) = arguments.extract()?;
    let source = FileSource {
        edges,
        neurons,
        unit: "synapses".to_owned(),
        options: options(&text)?,
    };
    let found = in_pool(py, None, move || {
        audit::file(&source).map_err(Fault::failed)
    })?;
    let tables = (table(py, &found.checks)?, table(py, &found.agreement)?);
    Ok(tables.into_pyobject(py)?.into_any().unbind())
}
