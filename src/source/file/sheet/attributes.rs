//! Nodes and edges of a graph with their attributes.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::super::columns::{EDGE_ROLES, NEURON_ROLES, is_recognised};
use super::super::report::NodeNames;
use super::cells::{Cells, CellsBuilder};
use super::table::{Places, Sheet};

/// Attributes that may hold the names of the nodes.
const NAMES: [&str; 2] = ["name", "label"];

/// An attribute as it is declared.
pub(super) struct Key {
    pub id: String,
    /// `node`, `edge`, `all`, or something else.
    pub domain: String,
    pub name: String,
    /// The value where none is given.
    pub default: String,
}

/// Nodes or edges with their attributes.
#[derive(Default)]
pub(super) struct Rows {
    /// The line each begins in.
    pub lines: Vec<usize>,
    columns: Vec<Column>,
    /// The column of each key declared; `None` for those that are of no use here.
    keys: HashMap<String, Option<usize>>,
    /// Names of all attributes.
    names: Vec<String>,
}

/// An attribute. Keys of one name are one attribute: networkx declares a key per type of value.
struct Column {
    name: String,
    default: String,
    /// In the row that is being read.
    value: Option<String>,
    cells: CellsBuilder,
}

impl Rows {
    /// No rows yet, with the attributes that `keys` declare for `domain`.
    pub(super) fn new(keys: &[Key], domain: &str) -> Self {
        let mut rows = Self::default();
        for key in keys
            .iter()
            .filter(|key| key.domain == domain || key.domain == "all")
        {
            let of_use = if domain == "edge" {
                is_recognised(&EDGE_ROLES, &key.name)
            } else {
                is_recognised(&NEURON_ROLES, &key.name) || is_name(&key.name)
            };
            let known = rows
                .columns
                .iter()
                .position(|column| column.name == key.name);
            let column = known.or_else(|| of_use.then_some(rows.columns.len()));
            if column == Some(rows.columns.len()) {
                let (name, default) = (key.name.clone(), String::new());
                rows.columns.push(Column {
                    name,
                    default,
                    value: None,
                    cells: CellsBuilder::default(),
                });
            }
            if let Some(column) = column.filter(|_| !key.default.is_empty()) {
                rows.columns[column].default.clone_from(&key.default);
            }
            if !rows.names.contains(&key.name) {
                rows.names.push(key.name.clone());
            }
            rows.keys.insert(key.id.clone(), column);
        }
        rows
    }

    /// The column of a key, `None` where that is of no use; or `None` where the key is not
    /// declared.
    pub(super) fn column(&self, key: &str) -> Option<Option<usize>> {
        self.keys.get(key).copied()
    }

    /// The value of a column in the row that is being read.
    pub(super) fn set(&mut self, column: usize, value: String) {
        self.columns[column].value = Some(value);
    }

    /// The row is read.
    pub(super) fn close(&mut self) {
        for column in &mut self.columns {
            column.cells.push(
                &column
                    .value
                    .take()
                    .unwrap_or_else(|| column.default.clone()),
            );
        }
    }

    /// The attribute by which all rows have different names, and those names; they are none where
    /// there is no such attribute.
    pub(super) fn distinct_names(&mut self) -> (Vec<String>, NodeNames) {
        let mut missed = None;
        for name in NAMES {
            let Some(column) = self
                .columns
                .iter_mut()
                .find(|column| column.name.eq_ignore_ascii_case(name))
            else {
                continue;
            };
            let cells = std::mem::take(&mut column.cells).finish();
            let names: Vec<String> = (0..self.lines.len())
                .filter_map(|row| cells.text(row))
                .map(|name| name.into_owned())
                .collect();
            if names.iter().collect::<HashSet<_>>().len() == self.lines.len() {
                return (names, NodeNames::Attribute(column.name.clone()));
            }
            missed = missed.or_else(|| Some(column.name.clone()));
        }
        (
            Vec::new(),
            missed.map_or(NodeNames::Identifiers, NodeNames::InsteadOf),
        )
    }

    /// The rows as a table, behind these columns of identifiers.
    pub(super) fn sheet(self, path: &Path, identifiers: Vec<(&str, CellsBuilder)>) -> Sheet {
        let rows = self.lines.len();
        let is_identifier = |name: &str| {
            identifiers
                .iter()
                .any(|(ours, _)| ours.eq_ignore_ascii_case(name))
        };
        // Only the identifiers are called so.
        let other = |name: String| {
            if is_identifier(&name) {
                format!("{name} (attribute)")
            } else {
                name
            }
        };
        let mut names: Vec<String> = identifiers
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        names.extend(self.names.into_iter().map(other));
        let attributes = self
            .columns
            .into_iter()
            .filter(|column| !is_name(&column.name));
        let mut columns: Vec<(String, Cells)> = attributes
            .map(|column| (other(column.name), column.cells.finish()))
            .collect();
        columns.extend(
            identifiers
                .into_iter()
                .map(|(name, cells)| (name.to_owned(), cells.finish())),
        );
        Sheet {
            path: path.to_owned(),
            names,
            columns,
            rows,
            places: Places::Lines(self.lines),
        }
    }
}

fn is_name(attribute: &str) -> bool {
    NAMES
        .iter()
        .any(|name| attribute.eq_ignore_ascii_case(name))
}
