//! What can be wrong with a user's tables.

use std::fmt;
use std::path::PathBuf;

use crate::connectome::ConnectomeError;

/// A row of a table, or a line of a text, as its reader counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Of CSV: the line in which the row begins, as a text editor counts it. Without blank lines
    /// above, the header is row 1.
    AfterHeader(usize),
    /// Of Parquet, Feather and data frames, which have no header row: their first row is row 1.
    FromOne(usize),
    /// A line of GraphML, the first being 1.
    Line(usize),
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AfterHeader(number) => write!(f, "row {number} (the header is row 1)"),
            Self::FromOne(number) => write!(f, "row {number} (the first is row 1)"),
            Self::Line(number) => write!(f, "line {number}"),
        }
    }
}

/// A table that is no connectome. Every message names the file, or the data frame, and ends with a
/// hint.
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
    #[error("`{path}` is {found}, not CSV, Parquet, Feather or GraphML\n  hint: {hint}", path = path.display())]
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
    /// The file is truncated or damaged: compressed text that does not decompress, or to more than
    /// a table can hold; columns that contradict each other.
    #[error("`{path}` is not readable as {format}: {reason}\n  hint: the file is truncated or damaged; copy or export it again", path = path.display())]
    Damaged {
        /// File.
        path: PathBuf,
        /// What it should be: `gzip`, `zstd`, `Parquet`, `Feather`.
        format: &'static str,
        /// What the reader says.
        reason: String,
    },
    /// The text of the file is not what its format asks for.
    #[error("`{path}`{} is not readable as {format}: {reason}\n  hint: {hint}", at(row), path = path.display())]
    Text {
        /// File.
        path: PathBuf,
        /// `CSV` or `GraphML`.
        format: &'static str,
        /// Row or line, where known.
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
    /// A column of Parquet, Feather or a data frame has a type that is not read.
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
    #[error("`{path}`, {row}, column `{column}`: the neuron `{neuron}` is already in {first}\n  hint: give each neuron one row; several transmitters go into one cell as `ACh+GABA`", path = path.display())]
    RepeatedNeuron {
        /// File.
        path: PathBuf,
        /// Second row.
        row: Row,
        /// Where it was listed first.
        first: Row,
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
    /// A collection of recordings does not hold what is asked for, or the table is none.
    #[error("`{path}` {message}", path = path.display())]
    Recording {
        /// File.
        path: PathBuf,
        /// What is wrong and what to do.
        message: String,
    },
    /// The bundled neuron table could not be read.
    #[error(transparent)]
    Bundled(#[from] crate::table::TableError),
    /// The rows make no connectome; the reader should have refused them.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

impl crate::text::Hinted for FileError {}

fn at(row: &Option<Row>) -> String {
    row.map_or_else(String::new, |row| format!(", {row},"))
}
