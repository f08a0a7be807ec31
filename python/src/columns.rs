//! Arrow tables of what Python programs have: arrays of numbers, and lists of values.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, NullArray, PrimitiveArray, PrimitiveBuilder, RecordBatch, StringBuilder,
};
use arrow::datatypes::{
    ArrowPrimitiveType, Field, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Schema, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;
use engraph::table::Batches;
use pyo3::buffer::{Element, PyUntypedBuffer};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyTuple};

use crate::capsules::hold;
use crate::fault::Fault;
use crate::module::Arguments;

/// `columns([(name, values), ...])`: a table. Values are an array of one dimension, or a list.
///
/// Arrays are copied, once: their owner may change them while they are read.
pub(crate) fn columns(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (given,): (Vec<(String, Bound<'_, PyAny>)>,) = arguments.extract()?;
    let mut columns = Vec::with_capacity(given.len());
    for (name, values) in given {
        let column = column(py, &name, &values)?;
        columns.push((name, column));
    }
    table_of(py, columns)
}

/// A table of columns, by their names.
pub(crate) fn table_of(py: Python<'_>, columns: Vec<(String, ArrayRef)>) -> PyResult<Py<PyAny>> {
    let rows = columns.first().map_or(0, |(_, column)| column.len());
    if let Some((name, other)) = columns.iter().find(|(_, column)| column.len() != rows) {
        let text = format!(
            "column `{name}` has {} values and column `{}` has {rows}",
            other.len(),
            columns[0].0
        );
        return Err(Fault::refused((text, "give all columns one value for each row")).into());
    }
    let field =
        |(name, column): &(String, ArrayRef)| Field::new(name, column.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let piece = RecordBatch::try_new(schema.clone(), columns);
    let pieces = vec![piece.map_err(|error: ArrowError| Fault::arrow(error))?];
    hold(py, Batches { schema, pieces })
}

fn column(py: Python<'_>, name: &str, values: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    match PyUntypedBuffer::get(values) {
        Ok(buffer) => numbers(py, name, &buffer),
        Err(_) => listed(name, values.try_iter()?.collect::<PyResult<_>>()?),
    }
}

/// An array of numbers.
fn numbers(py: Python<'_>, name: &str, buffer: &PyUntypedBuffer) -> PyResult<ArrayRef> {
    if buffer.dimensions() != 1 {
        let text = format!(
            "column `{name}` is an array of {} dimensions",
            buffer.dimensions()
        );
        return Err(Fault::refused((text, "a column has one")).into());
    }
    fn typed<T>(py: Python<'_>, buffer: &PyUntypedBuffer) -> Option<PyResult<ArrayRef>>
    where
        T: ArrowPrimitiveType,
        T::Native: Element,
    {
        let typed = buffer.as_typed::<T::Native>().ok()?;
        let array = |values| Arc::new(PrimitiveArray::<T>::from_iter_values(values)) as ArrayRef;
        Some(typed.to_vec(py).map(array))
    }
    let types = [
        typed::<Float64Type>,
        typed::<Int64Type>,
        typed::<Float32Type>,
        typed::<Int32Type>,
        typed::<Int16Type>,
        typed::<Int8Type>,
        typed::<UInt64Type>,
        typed::<UInt32Type>,
        typed::<UInt16Type>,
        typed::<UInt8Type>,
    ];
    let found = types.into_iter().find_map(|typed| typed(py, buffer));
    found.unwrap_or_else(|| {
        let format = buffer.format().to_string_lossy();
        let text = format!("column `{name}` holds values of the type `{format}`");
        Err(Fault::refused((
            text,
            "give text, integers, floating point numbers or booleans",
        ))
        .into())
    })
}

/// The kinds of values in a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integers,
    Fractions,
    Booleans,
}

impl Kind {
    fn in_words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integers => "integers",
            Self::Fractions => "floating point numbers",
            Self::Booleans => "booleans",
        }
    }

    /// The kind of a value; `None` for what is missing and for what is no scalar.
    fn of(value: &Bound<'_, PyAny>) -> Option<Self> {
        if value.is_instance_of::<PyString>() {
            Some(Self::Text)
        } else if value.is_instance_of::<PyBool>() {
            Some(Self::Booleans)
        } else if value.is_instance_of::<PyInt>() {
            Some(Self::Integers)
        } else if value.is_instance_of::<PyFloat>() {
            Some(Self::Fractions)
        } else {
            None
        }
    }
}

/// Values of one type are of one kind, so that one of each run of them is looked at.
fn are_of_one_type(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> bool {
    a.get_type_ptr() == b.get_type_ptr()
}

fn is_scalar(value: &Bound<'_, PyAny>) -> bool {
    value.is_none() || Kind::of(value).is_some()
}

/// True if all are text, numbers, booleans or `None`.
pub(crate) fn are_scalars(values: &[Bound<'_, PyAny>]) -> bool {
    let mut runs = values.chunk_by(are_of_one_type);
    runs.all(|run| is_scalar(&run[0]))
}

/// Makes scalars of numpy those of Python, and `None` of what pandas calls missing.
pub(crate) fn make_plain(values: &mut [Bound<'_, PyAny>]) -> PyResult<()> {
    for run in values.chunk_by_mut(are_of_one_type) {
        if !is_scalar(&run[0]) {
            for value in run {
                *value = plain(value)?;
            }
        }
    }
    Ok(())
}

fn plain<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = value.py();
    if ["NAType", "NaTType"].contains(&value.get_type().name()?.to_str()?) {
        return Ok(py.None().into_bound(py));
    }
    let shape = value.getattr_opt("shape")?;
    let is_scalar = shape.is_some_and(|shape| shape.eq(PyTuple::empty(py)).unwrap_or(false));
    match value.getattr_opt("item")? {
        Some(item) if is_scalar => item.call0(),
        _ => Ok(value.clone()),
    }
}

/// A list of values, all of one kind or missing. Integers and fractions are fractions together.
pub(crate) fn listed(name: &str, mut values: Vec<Bound<'_, PyAny>>) -> PyResult<ArrayRef> {
    make_plain(&mut values)?;
    let mut first: Option<(Kind, usize)> = None;
    let mut next = 0;
    for run in values.chunk_by(are_of_one_type) {
        let (row, value) = (next, &run[0]);
        next += run.len();
        if value.is_none() {
            continue;
        }
        let Some(kind) = Kind::of(value) else {
            let kind = value.get_type();
            let text = format!(
                "column `{name}`, row {}: a value of the type `{kind}`",
                row + 1
            );
            let hint = "give text, integers, floating point numbers, booleans or None";
            return Err(Fault::refused((text, hint)).into());
        };
        match first {
            None => first = Some((kind, row)),
            Some((known, _)) if known == kind => {}
            Some((Kind::Integers, _)) if kind == Kind::Fractions => {
                first = Some((kind, row));
            }
            Some((Kind::Fractions, _)) if kind == Kind::Integers => {}
            Some((known, before)) => {
                let text = format!(
                    "column `{name}` mixes {} and {}: row {} is {}, row {} is {}",
                    known.in_words(),
                    kind.in_words(),
                    before + 1,
                    values[before].repr()?,
                    row + 1,
                    value.repr()?,
                );
                let hint = "make all of them text, or all of them numbers";
                return Err(Fault::refused((text, hint)).into());
            }
        }
    }
    let Some((kind, _)) = first else {
        return Ok(Arc::new(NullArray::new(values.len())));
    };
    let each = values
        .iter()
        .map(|value| (!value.is_none()).then_some(value));
    Ok(match kind {
        Kind::Text => {
            let mut texts = StringBuilder::with_capacity(values.len(), 8 * values.len());
            for value in each {
                texts.append_option(value.map(|v| v.cast::<PyString>()?.to_str()).transpose()?);
            }
            Arc::new(texts.finish())
        }
        Kind::Booleans => {
            let flags = each.map(|value| value.map(|v| v.extract::<bool>()).transpose());
            Arc::new(flags.collect::<PyResult<BooleanArray>>()?)
        }
        Kind::Fractions => numeric::<Float64Type>(&values)?,
        Kind::Integers => {
            let signed = numeric::<Int64Type>(&values);
            signed
                .or_else(|_| numeric::<UInt64Type>(&values))
                .map_err(|_| {
                    let text = format!("column `{name}` has integers of more than 64 bits");
                    Fault::refused((text, "give them as text"))
                })?
        }
    })
}

/// Numbers and `None` as a column of one type.
fn numeric<'py, T>(values: &[Bound<'py, PyAny>]) -> PyResult<ArrayRef>
where
    T: ArrowPrimitiveType,
    T::Native: FromPyObjectOwned<'py>,
{
    let mut numbers = PrimitiveBuilder::<T>::with_capacity(values.len());
    for value in values {
        if value.is_none() {
            numbers.append_null();
        } else {
            numbers.append_value(value.extract::<T::Native>().map_err(Into::into)?);
        }
    }
    Ok(Arc::new(numbers.finish()))
}
