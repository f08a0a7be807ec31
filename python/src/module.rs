//! The functions of the module.

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::conversion::FromPyObject;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyModule, PyTuple};

use crate::fault::Fault;
use crate::{columns, connectomes, drawn, graphs, motifs, numbers, pipelines, tables};

/// What a function was called with, by position.
pub(crate) struct Arguments<'py>(Bound<'py, PyTuple>);

impl<'py> Arguments<'py> {
    /// The arguments, by their types.
    pub(crate) fn extract<T>(&self) -> PyResult<T>
    where
        T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
    {
        self.0.extract()
    }
}

type Function = fn(Python<'_>, &Arguments<'_>) -> PyResult<Py<PyAny>>;

/// All functions. Those of `engraph/*.py` call them and say what they are.
const FUNCTIONS: [(&CStr, Function); 38] = [
    (c"audit", connectomes::audit),
    (c"audit_file", connectomes::audit_file),
    (c"bundled", connectomes::bundled),
    (c"capacity", numbers::capacity),
    (c"columns", columns::columns),
    (c"connectome_about", connectomes::about),
    (c"connectome_edges", connectomes::edges),
    (c"connectome_neurons", connectomes::neurons),
    (c"connectome_synapses", connectomes::synapses),
    (c"connectomes", connectomes::connectomes),
    (c"count_motifs", motifs::count),
    (c"dimension", numbers::dimension),
    (c"functional_motifs", numbers::functional_motifs),
    (c"graph", graphs::graph),
    (c"infer", pipelines::infer),
    (c"main", pipelines::main),
    (c"motif", motifs::motif),
    (c"motif_about", motifs::about),
    (c"motif_participation", motifs::participation),
    (c"motif_samples", motifs::samples),
    (c"motif_weights", motifs::weights),
    (c"null", drawn::null),
    (c"paths", numbers::paths),
    (c"plan", pipelines::plan),
    (c"read_files", connectomes::read_files),
    (c"read_parquet", tables::read),
    (c"read_tables", connectomes::read_tables),
    (c"role_fingerprints", motifs::fingerprints),
    (c"run", pipelines::run),
    (c"schema", tables::all),
    (c"sign", connectomes::sign),
    (c"species", drawn::species),
    (c"species_like", drawn::species_like),
    (c"swimmer", drawn::swimmer),
    (c"table_about", tables::about),
    (c"table_column", tables::column),
    (c"table_schema", tables::schema),
    (c"table_stream", tables::stream),
];

pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let further: [(&CStr, Function); 1] = [(c"take_stream", tables::take)];
    for (name, function) in FUNCTIONS.into_iter().chain(further) {
        let call = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
            let py = arguments.py();
            let arguments = Arguments(arguments.clone());
            // No panic reaches Python.
            catch_unwind(AssertUnwindSafe(|| function(py, &arguments)))
                .unwrap_or_else(|payload| Err(Fault::panic(&*payload).into()))
        };
        let function = PyCFunction::new_closure(py, Some(name), None, call)?;
        module.setattr(&*name.to_string_lossy(), function)?;
    }
    module.setattr("__version__", env!("CARGO_PKG_VERSION"))
}
