//! What can be wrong with a user's tables.

use std::fmt;
use std::path::PathBuf;

use crate::connectome::ConnectomeError;

/// A row of a table as its reader counts it.
///
/// In CSV the header is row 1, so the first data row is row 2: the number a text editor or a spreadsheet shows, as long as no quoted
/// cell holds a line break. Parquet has no header row: its first row is row 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Number of the row.
    pub number: usize,
    /// True for CSV, where the header counts as a row.
    pub after_header: bool,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = if self.after_header { "the header is row 1" } else { "the first is row 1" };
        write!(f, "row {} ({first})", self.number)
    }
}

/// A table that is no connectome. Every message names the file and ends with a hint.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file could not be opened.
    #[error("`{path}` cannot be read: {source}\n  hint: {hint}", path = path.display())]
    Open {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
        /// What to do.
        hint: &'static str,
    },
    /// The file is in a format that is not read.
    #[error("`{path}` is {found}, not CSV text or Parquet\n  hint: {hint}", path = path.display())]
    Format {
        /// File.
        path: PathBuf,
        /// What it seems to be.
        found: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The table has no rows, or none with a synapse in it.
    #[error("`{path}` {what}\n  hint: {hint}", path = path.display())]
    Empty {
        /// File.
        path: PathBuf,
        /// What is missing.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The Parquet file is damaged.
    #[error("`{path}` is not readable as Parquet: {reason}\n  hint: the file is truncated or damaged; copy or export it again", path = path.display())]
    Parquet {
        /// File.
        path: PathBuf,
        /// What the reader says.
        reason: String,
    },
    /// The rows of the CSV file cannot be told apart.
    #[error("`{path}`{} is not readable as CSV: {reason}\n  hint: {hint}", at(row), path = path.display())]
    Csv {
        /// File.
        path: PathBuf,
        /// Row, where known.
        row: Option<Row>,
        /// What is wrong.
        reason: String,
        /// What to do.
        hint: &'static str,
    },
    /// A column that is needed is missing.
    #[error("`{path}` has no column for {role}: expected {expected}, found {found}{hint}", path = path.display())]
    MissingColumn {
        /// File.
        path: PathBuf,
        /// What the column holds.
        role: &'static str,
        /// Names that are recognised.
        expected: String,
        /// Names in the file.
        found: String,
        /// What to do, with its leading line break.
        hint: String,
    },
    /// A column that is used occurs twice.
    #[error("`{path}` has the column `{column}` twice\n  hint: delete or rename one of them", path = path.display())]
    RepeatedColumn {
        /// File.
        path: PathBuf,
        /// Name of the column.
        column: String,
    },
    /// A Parquet column has a type that is not read.
    #[error("`{path}`, column `{column}`: the type {found} is not read here; expected {expected}\n  hint: convert the column, or export the table as CSV", path = path.display())]
    ColumnType {
        /// File.
        path: PathBuf,
        /// Name of the column.
        column: String,
        /// Its type.
        found: String,
        /// Types that are read.
        expected: &'static str,
    },
    /// A cell does not hold what its column should.
    #[error("`{path}`, {row}, column `{column}`: {value}, expected {expected}\n  hint: {hint}", path = path.display())]
    Cell {
        /// File.
        path: PathBuf,
        /// Row.
        row: Row,
        /// Name of the column.
        column: Box<str>,
        /// The value, in backticks, or `empty`.
        value: Box<str>,
        /// What should be there.
        expected: &'static str,
        /// What to do.
        hint: String,
    },
    /// A neuron is listed twice in the neuron table.
    #[error("`{path}`, {row}, column `{column}`: the neuron `{neuron}` is already in row {first}\n  hint: give each neuron one row; several transmitters go into one cell as `ACh+GABA`", path = path.display())]
    RepeatedNeuron {
        /// File.
        path: PathBuf,
        /// Second row.
        row: Row,
        /// First row.
        first: usize,
        /// Name of the column.
        column: String,
        /// Neuron.
        neuron: String,
    },
    /// Edge table and neuron table have no neuron in common.
    #[error("`{neurons}` lists none of the neurons of `{edges}` (there for example `{listed}`, here `{connected}`)\n  hint: both tables must name neurons in the same way, by the same identifiers", edges = edges.display(), neurons = neurons.display())]
    Disjoint {
        /// Edge table.
        edges: PathBuf,
        /// Neuron table.
        neurons: PathBuf,
        /// A neuron of the neuron table.
        listed: String,
        /// A neuron of the edge table.
        connected: String,
    },
    /// The bundled neuron table could not be read.
    #[error(transparent)]
    Bundled(#[from] crate::report::TableError),
    /// The rows make no connectome; the reader should have refused them.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

fn at(row: &Option<Row>) -> String {
    row.map_or_else(String::new, |row| format!(", {row},"))
}
