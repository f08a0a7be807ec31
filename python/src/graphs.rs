//! Tables of edges and neurons from a graph of networkx.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, DictionaryArray, Int32Array};
use arrow::compute::take;
use arrow::datatypes::DataType;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::columns::{are_scalars, listed, make_plain, table_of};
use crate::fault::Fault;
use crate::module::Arguments;

/// Names that the ends of edges have, whatever attributes are called.
const ENDS: [&str; 2] = ["pre", "post"];

/// `graph([(pre, {post: attributes}), ...], [(node, attributes), ...], names, several)`: a table of
/// edges with a column for each attribute that holds scalars, and a table of neurons with the
/// attributes of these names. Where a pair may have `several` edges, their attributes are the
/// values of one more mapping.
pub(crate) fn graph(py: Python<'_>, arguments: &Arguments<'_>) -> PyResult<Py<PyAny>> {
    let (adjacency, nodes, names, several): (
        Bound<'_, PyList>,
        Bound<'_, PyList>,
        Vec<String>,
        bool,
    ) = arguments.extract()?;
    let mut joined = Objects::new(py);
    let mut ends: [Vec<i32>; 2] = [Vec::new(), Vec::new()];
    let mut told = Attributes::new(py);
    let mut see = |pair: [i32; 2], attributes| {
        let row = ends[0].len();
        for (end, place) in ends.iter_mut().zip(pair) {
            end.push(place);
        }
        told.see(row, &dictionary(attributes)?)
    };
    for node in adjacency {
        let (pre, targets) = node.extract()?;
        let pre = joined.place(&pre)? as i32;
        for (post, edge) in dictionary(targets)? {
            let pair = [pre, joined.place(&post)? as i32];
            if several {
                for (_, edge) in dictionary(edge)? {
                    see(pair, edge)?;
                }
            } else {
                see(pair, edge)?;
            }
        }
    }
    let edges = ends[0].len();
    let mut columns = Vec::new();
    for (name, places) in ENDS.into_iter().zip(ends) {
        columns.push((name.to_owned(), joined.column(name, places)?));
    }
    for (name, mut values) in told.columns(edges) {
        let Ok(name) = name.extract::<String>() else {
            let text = format!(
                "an attribute of edges is called {}, which is no text",
                name.repr()?
            );
            let hint = "name attributes by text, such as `weight`";
            return Err(Fault::refused((text, hint)).into());
        };
        make_plain(&mut values)?;
        if !ENDS.contains(&name.as_str()) && are_scalars(&values) {
            let column = listed(&name, values)?;
            columns.push((name, column));
        }
    }
    let of_edges = table_of(py, columns)?;

    let mut neurons = Vec::with_capacity(nodes.len());
    let keys: Vec<_> = names.iter().map(|name| PyString::new(py, name)).collect();
    let mut told: Vec<Vec<Bound<'_, PyAny>>> = vec![Vec::new(); names.len()];
    for node in nodes {
        let (node, attributes) = node.extract()?;
        let attributes = dictionary(attributes)?;
        neurons.push(node);
        for (key, values) in keys.iter().zip(&mut told) {
            let value = attributes.get_item(key)?;
            values.push(value.unwrap_or_else(|| py.None().into_bound(py)));
        }
    }
    let mut columns = vec![("neuron".to_owned(), listed("neuron", neurons)?)];
    for (name, values) in names.into_iter().zip(told) {
        if !values.iter().all(|value| value.is_none()) {
            let column = listed(&name, values)?;
            columns.push((name, column));
        }
    }
    let of_nodes = table_of(py, columns)?;
    Ok((of_edges, of_nodes).into_pyobject(py)?.into_any().unbind())
}

/// A mapping as a dictionary; views of a part of a graph are none yet.
fn dictionary(mapping: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyDict>> {
    mapping.cast_into::<PyDict>().or_else(|error| {
        let mapping = error.into_inner();
        let made = mapping.py().get_type::<PyDict>().call1((mapping,))?;
        Ok(made.cast_into::<PyDict>()?)
    })
}

/// Distinct objects by Python's `==`, in the order in which they first came.
struct Objects<'py> {
    objects: Vec<Bound<'py, PyAny>>,
    places: Bound<'py, PyDict>,
}

impl<'py> Objects<'py> {
    fn new(py: Python<'py>) -> Self {
        Self {
            objects: Vec::new(),
            places: PyDict::new(py),
        }
    }

    fn place(&mut self, object: &Bound<'py, PyAny>) -> PyResult<usize> {
        if let Some(place) = self.places.get_item(object)? {
            return place.extract();
        }
        let place = self.objects.len();
        self.places.set_item(object, place)?;
        self.objects.push(object.clone());
        Ok(place)
    }

    /// A column of the objects at these places. Texts stand in it once each.
    fn column(&self, name: &str, places: Vec<i32>) -> PyResult<ArrayRef> {
        let Ok(values) = listed(name, self.objects.clone()) else {
            // Listed again row by row, so that the error names the row of the edge.
            let object = |place| self.objects[place as usize].clone();
            return listed(name, places.into_iter().map(object).collect());
        };
        let places = Int32Array::from(places);
        let column = match values.data_type() {
            DataType::Utf8 => {
                DictionaryArray::try_new(places, values).map(|column| Arc::new(column) as ArrayRef)
            }
            _ => take(&values, &places, None),
        };
        Ok(column.map_err(Fault::arrow)?)
    }
}

/// Attributes of edges, as columns: one value for each row, `None` where there is none.
struct Attributes<'py> {
    keys: Objects<'py>,
    values: Vec<Vec<Bound<'py, PyAny>>>,
    /// The keys of the last row in their order, with their columns.
    last: Vec<(Bound<'py, PyAny>, usize)>,
}

impl<'py> Attributes<'py> {
    fn new(py: Python<'py>) -> Self {
        Self {
            keys: Objects::new(py),
            values: Vec::new(),
            last: Vec::new(),
        }
    }

    /// The next row. Most dictionaries have the same objects as keys, in the same order.
    fn see(&mut self, row: usize, attributes: &Bound<'py, PyDict>) -> PyResult<()> {
        for (place, (key, value)) in attributes.iter().enumerate() {
            let column = match self.last.get(place) {
                Some((last, column)) if last.is(&key) => *column,
                _ => {
                    let column = self.keys.place(&key)?;
                    self.last.truncate(place);
                    self.last.push((key, column));
                    column
                }
            };
            if column == self.values.len() {
                self.values.push(Vec::new());
            }
            let values = &mut self.values[column];
            if values.len() < row {
                fill(attributes.py(), values, row);
            }
            values.push(value);
        }
        Ok(())
    }

    /// What keys they have, and the values of each, one for each of so many rows.
    fn columns(self, rows: usize) -> Vec<(Bound<'py, PyAny>, Vec<Bound<'py, PyAny>>)> {
        let mut columns: Vec<_> = self.keys.objects.into_iter().zip(self.values).collect();
        for (name, values) in &mut columns {
            fill(name.py(), values, rows);
        }
        columns
    }
}

/// Fills up rows that have no value.
fn fill<'py>(py: Python<'py>, values: &mut Vec<Bound<'py, PyAny>>, rows: usize) {
    values.resize(rows, py.None().into_bound(py));
}
