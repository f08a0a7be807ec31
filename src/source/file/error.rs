//! Why a user's tables are refused.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use crate::connectome::ConnectomeError;
use crate::table::TableError;
use crate::text::Hinted;

/// An error of any kind, of a library or in our own words.
pub(super) type AnyError = Box<dyn Error + Send + Sync>;

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

/// A user's table that cannot be read, or that is no connectome. Every message names the file or
/// the data frame; [`hint`](Hinted::hint) says what its owner can do.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened.
    #[error("`{path}` cannot be read: {source}", path = path.display())]
    Open {
        /// Path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
        /// What the owner of the file can do.
        hint: &'static str,
    },
    /// The file is in a format that is not read.
    #[error(
        "`{path}` is {found}, not CSV, Excel, Parquet, Feather or GraphML",
        path = path.display()
    )]
    Format {
        /// Path of the file.
        path: PathBuf,
        /// What it seems to be.
        found: &'static str,
        /// What the owner of the file can do.
        hint: &'static str,
    },
    /// The table has no rows, or none with a synapse in it.
    #[error("`{path}` {what}", path = path.display())]
    Empty {
        /// Path of the file.
        path: PathBuf,
        /// What the table lacks.
        what: &'static str,
        /// What the owner of the file can do.
        hint: &'static str,
    },
    /// The file is truncated or damaged: compressed text that does not decompress, or to more than
    /// a table can hold; columns that contradict each other.
    #[error("`{path}` is not readable as {format}: {source}", path = path.display())]
    Damaged {
        /// Path of the file.
        path: PathBuf,
        /// What it should be: `gzip`, `zstd`, `Parquet`, `Feather`.
        format: &'static str,
        /// What its reader met.
        source: Damage,
    },
    /// The text of the file is not what its format asks for.
    #[error(
        "`{path}`{place} is not readable as {format}: {source}",
        path = path.display(),
        place = row.map_or_else(String::new, |row| format!(", {row},"))
    )]
    Text {
        /// Path of the file.
        path: PathBuf,
        /// The format: `CSV` or `GraphML`.
        format: &'static str,
        /// The row or line, where it is known.
        row: Option<Row>,
        /// The error of the format's reader.
        source: Box<dyn Error + Send + Sync>,
        /// What the owner of the file can do.
        hint: &'static str,
    },
    /// A workbook has no sheet of this name.
    #[error("`{path}` has no sheet `{sheet}`", path = path.display())]
    NoSheet {
        /// Path of the file.
        path: PathBuf,
        /// The name that was asked for.
        sheet: String,
        /// The sheets that it has.
        hint: String,
    },
    /// A column that is needed is missing.
    #[error(
        "`{path}` has no column for {role}: expected {expected}, found {found}",
        path = path.display()
    )]
    MissingColumn {
        /// Path of the file.
        path: PathBuf,
        /// What the missing column would contain.
        role: &'static str,
        /// Column names that are recognised.
        expected: String,
        /// Column names that the file has.
        found: String,
        /// What the owner of the file can do, if there is a suggestion.
        hint: Option<Cow<'static, str>>,
    },
    /// A column that is used occurs twice.
    #[error("`{path}` has the column `{column}` twice", path = path.display())]
    RepeatedColumn {
        /// Path of the file.
        path: PathBuf,
        /// Name of the column.
        column: String,
    },
    /// A column of Parquet, Feather or a data frame has a type that is not read.
    #[error(
        "`{path}`, column `{column}`: the type {found} is not read here; expected {expected}",
        path = path.display()
    )]
    ColumnType {
        /// Path of the file.
        path: PathBuf,
        /// Name of the column.
        column: String,
        /// The type that the column has.
        found: String,
        /// Types that are read here.
        expected: &'static str,
        /// Why its values could not be converted, if that was tried.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// A cell does not hold what its column should.
    #[error(
        "`{path}`, {row}, column `{column}`: {value}, expected {expected}",
        path = path.display()
    )]
    Cell {
        /// Path of the file.
        path: PathBuf,
        /// The row of the cell.
        row: Row,
        /// Name of the column.
        column: Box<str>,
        /// The value, in backticks, or `empty`.
        value: Box<str>,
        /// What the cell should contain.
        expected: &'static str,
        /// What the owner of the file can do.
        hint: Cow<'static, str>,
    },
    /// A neuron is listed twice in the neuron table.
    #[error(
        "`{path}`, {row}, column `{column}`: the neuron `{neuron}` is already in {first}",
        path = path.display()
    )]
    RepeatedNeuron {
        /// Path of the file.
        path: PathBuf,
        /// The row that lists the neuron again.
        row: Row,
        /// The row that lists it first.
        first: Row,
        /// Name of the column.
        column: String,
        /// Name of the neuron.
        neuron: String,
    },
    /// Edge table and neuron table have no neuron in common.
    #[error(
        "`{neurons}` lists none of the neurons of `{edges}` (there for example `{listed}`, here \
         `{connected}`)",
        edges = edges.display(),
        neurons = neurons.display()
    )]
    Disjoint {
        /// Path of the edge table.
        edges: PathBuf,
        /// Path of the neuron table.
        neurons: PathBuf,
        /// A neuron of the neuron table.
        listed: String,
        /// A neuron of the edge table.
        connected: String,
    },
    /// A collection of recordings lacks what is asked for, or the table is no such collection.
    #[error("`{path}` {problem}", path = path.display())]
    Recording {
        /// Path of the file.
        path: PathBuf,
        /// What is wrong with the recording.
        problem: String,
        /// What the owner of the file can do, if anything.
        hint: Option<Cow<'static, str>>,
    },
    /// A table of which every column of numbers counts or dates the rows.
    #[error(
        "`{path}` has no column of coordinates: {left_out}",
        path = path.display()
    )]
    NoCoordinates {
        /// Path of the file.
        path: PathBuf,
        /// Its columns, and why each is none.
        left_out: String,
    },
    /// An array of NumPy, or an archive of arrays, that holds no points.
    #[error(
        "`{path}`{array}: {problem}",
        path = path.display(),
        array = name.as_ref().map_or_else(String::new, |name| format!(", array `{name}`"))
    )]
    Array {
        /// Path of the file.
        path: PathBuf,
        /// Name of the array in an archive.
        name: Option<String>,
        /// What is wrong with it.
        problem: String,
        /// What the owner of the file can do.
        hint: Cow<'static, str>,
    },
    /// The bundled neuron table could not be read.
    #[error(transparent)]
    Bundled(#[from] TableError),
    /// The rows do not form a connectome, although the reader accepted each of them.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

impl Hinted for ReadError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Open { hint, .. }
            | Self::Format { hint, .. }
            | Self::Empty { hint, .. }
            | Self::Text { hint, .. } => Cow::Borrowed(*hint),
            Self::Damaged { .. } => {
                "the file is truncated or damaged; copy or export it again".into()
            }
            Self::MissingColumn { hint, .. } | Self::Recording { hint, .. } => return hint.clone(),
            Self::NoSheet { hint, .. } => hint.clone().into(),
            Self::RepeatedColumn { .. } => "delete or rename one of them".into(),
            Self::ColumnType { .. } => "convert the column, or export the table as CSV".into(),
            Self::Cell { hint, .. } | Self::Array { hint, .. } => hint.clone(),
            Self::RepeatedNeuron { .. } => "give each neuron one row; several transmitters go \
                 into one cell as `ACh+GABA`"
                .into(),
            Self::NoCoordinates { .. } => "name the columns with `columns` if they are some".into(),
            Self::Disjoint { .. } => {
                "both tables must name neurons in the same way, by the same identifiers".into()
            }
            Self::Bundled(error) => return error.hint(),
            Self::Connectome(error) => return error.hint(),
        })
    }
}

/// What is wrong with a damaged file.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The reader of its format refused it.
    #[error("{}", first_line(.0.as_ref()))]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// The reader of its format checks too little and stumbled over it.
    #[error("its parts contradict each other")]
    Contradiction,
    /// Compressed text ends before it is complete.
    #[error("it ends too early")]
    Truncated,
    /// Compressed text goes on beyond what a table of its size can hold.
    #[error("it holds more than {mebibytes} MiB, far more than a table of its size can")]
    Endless {
        /// The most that is decompressed.
        mebibytes: u64,
    },
    /// The file as a whole, or one of its columns, has fewer rows than it announces.
    #[error("{part} holds {found} of {expected} rows")]
    Rows {
        /// `it`, or the column.
        part: String,
        /// Rows that are there.
        found: usize,
        /// Rows that should be there.
        expected: i64,
    },
}

/// The message of an error without what some readers add below it.
fn first_line(error: &(dyn Error + Send + Sync)) -> String {
    error.to_string().lines().next().unwrap_or_default().into()
}

/// Bytes that should be text and are not.
#[derive(Debug, thiserror::Error)]
#[error("the text is not UTF-8")]
pub(super) struct NotUtf8(#[source] pub AnyError);
