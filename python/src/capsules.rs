//! Where Rust meets C: capsules that hold objects of Rust, the streams of Arrow, and the entry of
//! the module. All unsafe code of the module is here.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_int, c_void};
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ffi::FFI_ArrowSchema;
use arrow::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use engraph::table::Batches;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyModule};

use crate::fault::Fault;

/// An object of Rust that Python holds in a capsule.
pub(crate) trait Held: Send + Sync + Sized + 'static {
    /// The name of its capsules, which no other type has.
    const NAME: &'static CStr;
}

impl Held for Batches {
    const NAME: &'static CStr = c"engraph.table";
}

/// Gives an object into the keeping of Python.
pub(crate) fn hold<T: Held>(py: Python<'_>, value: T) -> PyResult<Py<PyAny>> {
    let capsule = PyCapsule::new_with_value(py, Arc::new(value), T::NAME)?;
    Ok(capsule.into_any().unbind())
}

/// The object in a capsule.
pub(crate) fn held<T: Held>(object: &Bound<'_, PyAny>) -> PyResult<Arc<T>> {
    let pointer = object
        .cast::<PyCapsule>()
        .map_err(|_| PyTypeError::new_err("not an object of engraph"))?
        .pointer_checked(Some(T::NAME))?;
    // SAFETY: Capsules of this name are made by `hold` alone, with an `Arc<T>` that lives in the
    // capsule and never changes. `object` keeps the capsule alive while the `Arc` is cloned.
    Ok(unsafe { pointer.cast::<Arc<T>>().as_ref() }.clone())
}

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// A table as a stream of the Arrow C interface. The cells are shared, not copied.
pub(crate) fn to_stream(py: Python<'_>, table: &Batches) -> PyResult<Py<PyAny>> {
    let pieces = table.pieces.clone().into_iter().map(Ok);
    let reader = RecordBatchIterator::new(pieces, table.schema.clone());
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    let capsule = PyCapsule::new_with_value(py, stream, STREAM)?;
    Ok(capsule.into_any().unbind())
}

/// The columns of a table as a schema of the Arrow C interface.
pub(crate) fn to_schema(py: Python<'_>, table: &Batches) -> PyResult<Py<PyAny>> {
    let schema = FFI_ArrowSchema::try_from(&*table.schema).map_err(Fault::arrow)?;
    let capsule = PyCapsule::new_with_value(py, schema, SCHEMA)?;
    Ok(capsule.into_any().unbind())
}

/// Takes a table over from a stream of the Arrow C interface. The cells are shared, not copied.
pub(crate) fn from_stream(capsule: &Bound<'_, PyAny>) -> PyResult<Batches> {
    let pointer = capsule
        .cast::<PyCapsule>()
        .map_err(|_| PyTypeError::new_err("`__arrow_c_stream__` gave no capsule"))?
        .pointer_checked(Some(STREAM))?;
    let pointer = pointer.cast::<FFI_ArrowArrayStream>().as_ptr();
    // SAFETY: A capsule of this name holds a pointer to a valid `ArrowArrayStream`: that is what
    // its name promises in Arrow's PyCapsule interface. `from_raw` moves the stream out and leaves
    // one behind that is marked as released, so that the capsule does not release it again.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer) };
    if stream.release().is_none() {
        let text = "this Arrow stream was read before";
        return Err(Fault::refused((text, "give the table itself, not its stream")).into());
    }
    let reader = RecordBatchStreamReader::try_new(stream).map_err(Fault::arrow)?;
    let schema: SchemaRef = reader.schema();
    // Nobody has checked what another program hands over: offsets and texts are checked here.
    let checked = |piece: RecordBatch| -> Result<RecordBatch, ArrowError> {
        for column in piece.columns() {
            column.to_data().validate_full()?;
        }
        Ok(piece)
    };
    let pieces = reader
        .map(|piece| piece.and_then(checked))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Fault::arrow)?;
    Ok(Batches { schema, pieces })
}

/// The interpreter that has loaded the module; -1 before.
static INTERPRETER: AtomicI64 = AtomicI64::new(-1);

/// Python calls this when it loads the module.
///
/// # Safety
/// Only Python calls it, attached to the interpreter.
#[unsafe(no_mangle)]
#[allow(non_snake_case)]
pub(crate) unsafe extern "C" fn PyInit__engraph() -> *mut ffi::PyObject {
    let exec: unsafe extern "C" fn(*mut ffi::PyObject) -> c_int = fill;
    let slots = vec![
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_exec,
            value: exec as *mut c_void,
        },
        ffi::PyModuleDef_Slot::default(),
    ];
    // Both must live as long as the process. Python asks once for each interpreter.
    let definition = Box::leak(Box::new(ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        m_name: c"_engraph".as_ptr(),
        m_doc: c"The compiled part of engraph.".as_ptr(),
        m_size: 0,
        m_methods: null_mut(),
        m_slots: Box::leak(slots.into_boxed_slice()).as_mut_ptr(),
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }));
    // SAFETY: The definition is complete and is never freed; the last of its slots is empty.
    unsafe { ffi::PyModuleDef_Init(definition) }
}

/// Fills the module with its functions. Python calls it after `PyInit__engraph`.
unsafe extern "C" fn fill(module: *mut ffi::PyObject) -> c_int {
    // SAFETY: Python is attached to an interpreter while it loads a module.
    let interpreter = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    let first = INTERPRETER
        .compare_exchange(-1, interpreter, Ordering::SeqCst, Ordering::SeqCst)
        .unwrap_or_else(|known| known);
    if first != -1 && first != interpreter {
        let message = c"engraph works in one interpreter of a process: import it in the main one";
        // SAFETY: The message is a C string, and the exception lives as long as Python.
        unsafe { ffi::PyErr_SetString(ffi::PyExc_ImportError, message.as_ptr()) };
        return -1;
    }
    Python::attach(|py| {
        // SAFETY: Python hands over the module it has just made, and keeps it alive for this call.
        let module = unsafe { Bound::from_borrowed_ptr(py, module) };
        let filled = module
            .cast_into::<PyModule>()
            .map_err(PyErr::from)
            .and_then(|module| crate::module::fill(&module));
        match filled {
            Ok(()) => 0,
            Err(error) => {
                error.restore(py);
                -1
            }
        }
    })
}
