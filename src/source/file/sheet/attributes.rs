//! Nodes and edges of a graph with their attributes.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::super::report::NodeNames;
use super::cells::{Cells, CellsBuilder};
use super::collected::Collected;
use super::interest::{Interest, of_columns};
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
    /// True where it holds how a node or an edge is drawn, the attribute being the label in that.
    pub is_drawing: bool,
}

/// Where the content of an element goes.
#[derive(Clone, Copy)]
pub(super) enum Content {
    /// It is the value of the column.
    Value(usize),
    /// The value of the column is a label within.
    Drawing(usize),
}

/// Nodes or edges with their attributes.
#[derive(Default)]
pub(super) struct Rows {
    /// The line each begins in.
    pub lines: Vec<usize>,
    /// One per name in `names`.
    columns: Vec<Column>,
    /// What each key declared is for.
    keys: HashMap<String, Content>,
    /// Names of all attributes, those of the identifiers being changed.
    names: Vec<String>,
}

/// An attribute. Keys of one name are one attribute: networkx declares a key per type of value.
struct Column {
    /// As it is declared.
    name: String,
    default: String,
    /// In the row that is being read.
    value: Option<String>,
    cells: Collected,
}

impl Rows {
    /// No rows yet, with the attributes that `keys` declare for `domain`. Their table will have the
    /// columns `identifiers` in front, about which `choose` is asked as well.
    pub(super) fn new(
        keys: &[Key],
        domain: &str,
        identifiers: &[&str],
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Self {
        let mut rows = Self::default();
        let mut columns: Vec<(String, String)> = Vec::new();
        for key in keys
            .iter()
            .filter(|key| key.domain == domain || key.domain == "all")
        {
            let known = columns.iter().position(|(name, _)| *name == key.name);
            let column = known.unwrap_or(columns.len());
            if known.is_none() {
                columns.push((key.name.clone(), String::new()));
            }
            if !key.default.is_empty() {
                columns[column].1.clone_from(&key.default);
            }
            let content = match key.is_drawing {
                true => Content::Drawing(column),
                false => Content::Value(column),
            };
            rows.keys.insert(key.id.clone(), content);
        }
        // Only the identifiers are called so.
        let other = |name: &String| match identifiers
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(name))
        {
            true => format!("{name} (attribute)"),
            false => name.clone(),
        };
        rows.names = columns.iter().map(|(name, _)| other(name)).collect();
        let ours = identifiers.iter().map(|&name| name.to_owned());
        let all: Vec<String> = ours.chain(rows.names.iter().cloned()).collect();
        let interests = of_columns(&all, choose).split_off(identifiers.len());
        rows.columns = columns
            .into_iter()
            .zip(interests)
            .map(|((name, default), interest)| Column {
                name,
                default,
                value: None,
                cells: Collected::new(interest),
            })
            .collect();
        rows
    }

    /// Where the content of a key goes, `None` where the key is not declared.
    pub(super) fn content(&self, key: &str) -> Option<Content> {
        self.keys.get(key).copied()
    }

    /// The value of a column in the row that is being read.
    pub(super) fn set(&mut self, column: usize, value: String) {
        self.columns[column].value = Some(value);
    }

    /// A label of the row that is being read; the first one counts.
    pub(super) fn set_label(&mut self, column: usize, label: String) {
        let value = &mut self.columns[column].value;
        if value.as_ref().is_none_or(|value| value.trim().is_empty()) {
            *value = Some(label);
        }
    }

    /// The row is read. Returns how many bytes of defaults it took, which stand in the file once.
    pub(super) fn close(&mut self) -> u64 {
        let mut taken = 0;
        for column in &mut self.columns {
            let value = column.value.take();
            if value.is_none() {
                taken += column.default.len() as u64;
            }
            column.cells.push(value.as_ref().unwrap_or(&column.default));
        }
        taken
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
            let cells = std::mem::replace(&mut column.cells, Collected::Nothing).finish();
            let names: Vec<String> = (0..self.lines.len())
                .filter_map(|row| cells.as_ref()?.text(row))
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
        let ours = identifiers.iter().map(|(name, _)| (*name).to_owned());
        let names = ours.chain(self.names.iter().cloned()).collect();
        let attributes = self.names.into_iter().zip(self.columns);
        let mut columns: Vec<(String, Cells)> = attributes
            .filter_map(|(name, column)| Some((name, column.cells.finish()?)))
            .collect();
        let identifiers = identifiers.into_iter();
        columns.extend(identifiers.map(|(name, cells)| (name.to_owned(), cells.finish())));
        let rows = self.lines.len();
        let mut sheet = Sheet::new(path, names, rows, Places::Lines(self.lines));
        sheet.columns = columns;
        sheet
    }
}
