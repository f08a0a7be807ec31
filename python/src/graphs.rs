//! Tables of edges and neurons from a graph of networkx.

use std::collections::HashMap;

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
    let mut ends = [(); 2].map(|()| Vec::new());
    let mut told = Attributes::default();
    let mut see = |pre, post, attributes| {
        let row = ends[0].len();
        ends[0].push(pre);
        ends[1].push(post);
        told.see(row, dictionary(attributes)?)
    };
    for node in adjacency {
        let (pre, targets): (Bound<'_, PyAny>, _) = node.extract()?;
        for (post, edge) in dictionary(targets)? {
            if several {
                for (_, edge) in dictionary(edge)? {
                    see(pre.clone(), post.clone(), edge)?;
                }
            } else {
                see(pre.clone(), post, edge)?;
            }
        }
    }
    let edges = ends[0].len();
    let mut columns = Vec::new();
    for (name, values) in ENDS.into_iter().zip(ends) {
        columns.push((name.to_owned(), listed(name, values)?));
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

/// Attributes of edges, as columns: one value for each row, `None` where there is none.
#[derive(Default)]
struct Attributes<'py> {
    names: Vec<Bound<'py, PyAny>>,
    values: Vec<Vec<Bound<'py, PyAny>>>,
    /// The keys of the last row in their order, as objects, with their columns.
    last: Vec<(usize, usize)>,
    /// The column of each object that was a key. The objects in `held` live as long as this.
    known: HashMap<usize, usize>,
    held: Vec<Bound<'py, PyAny>>,
}

impl<'py> Attributes<'py> {
    /// The next row. Most dictionaries have the same objects as keys, in the same order.
    fn see(&mut self, row: usize, attributes: Bound<'py, PyDict>) -> PyResult<()> {
        for (place, (key, value)) in attributes.iter().enumerate() {
            let object = key.as_ptr() as usize;
            let column = match self.last.get(place) {
                Some(&(last, column)) if last == object => column,
                _ => {
                    let column = self.column_of(key)?;
                    self.last.truncate(place);
                    self.last.push((object, column));
                    column
                }
            };
            let values = &mut self.values[column];
            fill(attributes.py(), values, row);
            values.push(value);
        }
        Ok(())
    }

    fn column_of(&mut self, key: Bound<'py, PyAny>) -> PyResult<usize> {
        let object = key.as_ptr() as usize;
        if let Some(&column) = self.known.get(&object) {
            return Ok(column);
        }
        let column = self.column(&key)?;
        self.known.insert(object, column);
        self.held.push(key);
        Ok(column)
    }

    fn column(&mut self, key: &Bound<'py, PyAny>) -> PyResult<usize> {
        for (column, name) in self.names.iter().enumerate() {
            if name.eq(key)? {
                return Ok(column);
            }
        }
        self.names.push(key.clone());
        self.values.push(Vec::new());
        Ok(self.names.len() - 1)
    }

    /// What keys they have, and the values of each, one for each of so many rows.
    fn columns(self, rows: usize) -> Vec<(Bound<'py, PyAny>, Vec<Bound<'py, PyAny>>)> {
        let mut columns: Vec<_> = self.names.into_iter().zip(self.values).collect();
        for (name, values) in &mut columns {
            fill(name.py(), values, rows);
        }
        columns
    }
}

/// Fills up rows that have no value.
fn fill<'py>(py: Python<'py>, values: &mut Vec<Bound<'py, PyAny>>, rows: usize) {
    if values.len() < rows {
        values.resize(rows, py.None().into_bound(py));
    }
}
