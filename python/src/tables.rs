//! Tables as Python sees them.

use arrow::array::{Array, AsArray};
use arrow::compute::concat;
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use engraph::table::{Batches, Table};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::capsules::{from_stream, held, hold, to_schema, to_stream};
use crate::fault::Fault;
use crate::module::Arguments;

/// Rows of the library as a table of Python.
pub(crate) fn table<T: Table>(py: Python<'_>, rows: &[T]) -> PyResult<Py<PyAny>> {
    hold(py, Batches::of(rows).map_err(Fault::failed)?)
}

/// `table_stream(table)`: an Arrow stream.
pub(crate) fn stream(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (table,): (Bound<'_, PyAny>,) = arguments.extract()?;
    to_stream(py, &*held::<Batches>(&table)?)
}

/// `table_schema(table)`: an Arrow schema.
pub(crate) fn schema(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (table,): (Bound<'_, PyAny>,) = arguments.extract()?;
    to_schema(py, &*held::<Batches>(&table)?)
}

/// `take_stream(capsule)`: the table that an Arrow stream brings.
pub(crate) fn take(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (capsule,): (Bound<'_, PyAny>,) = arguments.extract()?;
    hold(py, from_stream(&capsule)?)
}

/// `table_about(table)`: the number of rows, the columns as pairs of name and Arrow type, and the
/// entries of the footer.
pub(crate) fn about(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (table,): (Bound<'_, PyAny>,) = arguments.extract()?;
    let table = held::<Batches>(&table)?;
    let fields = table.schema.fields().iter();
    let columns: Vec<(String, String, bool)> = fields
        .map(|field| {
            (
                field.name().clone(),
                kind(field.data_type()),
                field.is_nullable(),
            )
        })
        .collect();
    let footer = PyDict::new(py);
    for (key, value) in table.schema.metadata() {
        footer.set_item(key, value)?;
    }
    Ok((table.rows(), columns, footer)
        .into_pyobject(py)?
        .into_any()
        .unbind())
}

fn kind(kind: &DataType) -> String {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".to_owned(),
        DataType::List(item) => format!("list<{}>", item.data_type().to_string().to_lowercase()),
        other => other.to_string().to_lowercase(),
    }
}

/// `table_column(table, name, first, rows)`: values of a column, `None` for nulls.
pub(crate) fn column(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (table, name, first, rows): (Bound<'_, PyAny>, String, usize, usize) =
        arguments.extract()?;
    let table = held::<Batches>(&table)?;
    let at = table.schema.index_of(&name).map_err(|_| {
        let names: Vec<&str> = table
            .schema
            .fields()
            .iter()
            .map(|f| f.name().as_str())
            .collect();
        Fault::refused((
            format!("no column `{name}`"),
            format!("one of {}", names.join(", ")),
        ))
    })?;
    let parts: Vec<&dyn Array> = table
        .pieces
        .iter()
        .map(|piece| &**piece.column(at))
        .collect();
    if parts.is_empty() {
        return Ok(PyList::empty(py).into_any().unbind());
    }
    let whole = concat(&parts).map_err(Fault::arrow)?;
    let first = first.min(whole.len());
    let part = whole.slice(first, rows.min(whole.len() - first));
    values(py, &part)
}

/// The values of an array as a list.
fn values(py: Python<'_>, array: &dyn Array) -> PyResult<Py<PyAny>> {
    macro_rules! numbers {
        ($($kind:pat => $type:ty),+ $(,)?) => {
            match array.data_type() {
                DataType::Null => PyList::new(py, (0..array.len()).map(|_| None::<i64>))?,
                DataType::Boolean => PyList::new(py, array.as_boolean().iter())?,
                DataType::Utf8 => PyList::new(py, array.as_string::<i32>().iter())?,
                DataType::LargeUtf8 => PyList::new(py, array.as_string::<i64>().iter())?,
                DataType::Utf8View => PyList::new(py, array.as_string_view().iter())?,
                $($kind => PyList::new(py, array.as_primitive::<$type>().iter())?,)+
                DataType::List(_) => {
                    let lists = array.as_list::<i32>().iter();
                    let lists = lists.map(|list| list.map(|list| values(py, &list)).transpose());
                    PyList::new(py, lists.collect::<PyResult<Vec<_>>>()?)?
                }
                other => {
                    let text = format!("columns of {other} have no values in Python");
                    return Err(Fault::refused((text, "take the table with `.to_arrow()`")).into());
                }
            }
        };
    }
    let list = numbers!(
        DataType::Int8 => Int8Type,
        DataType::Int16 => Int16Type,
        DataType::Int32 => Int32Type,
        DataType::Int64 => Int64Type,
        DataType::UInt8 => UInt8Type,
        DataType::UInt16 => UInt16Type,
        DataType::UInt32 => UInt32Type,
        DataType::UInt64 => UInt64Type,
        DataType::Float32 => Float32Type,
        DataType::Float64 => Float64Type,
    );
    Ok(list.into_any().unbind())
}

/// `read_parquet(path)`: the table in a Parquet file.
pub(crate) fn read(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (path,): (std::path::PathBuf,) = arguments.extract()?;
    let read = || {
        let about = path.display().to_string();
        let bytes = std::fs::read(&path).map_err(|e| Fault::failed(e).about(&about))?;
        Batches::from_parquet(bytes).map_err(|e| Fault::failed(e).about(&about))
    };
    hold(py, py.detach(read)?)
}

/// `schema()`: all tables with their columns, as JSON.
pub(crate) fn all(py: Python<'_>, _: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let text = serde_json::to_string(&engraph::tables()).unwrap_or_default();
    Ok(text.into_pyobject(py)?.into_any().unbind())
}
