//! From files or data frames to a connectome.

use std::collections::HashSet;
use std::path::PathBuf;

#[cfg(feature = "polars")]
use polars::prelude::DataFrame;

use super::assemble::{self, assemble};
use super::edges;
use super::error::ReadError;
use super::matrix;
use super::neurons;
use super::paths::FileSource;
use super::report::FileReport;
use super::sheet::{self, Contents, Sheet};
use crate::connectome::Connectome;
use crate::source::ReadOptions;
use crate::table::Batches;

/// Reads a connectome. Its name is the edge table's file name without extensions. O(E log E) for E
/// rows.
///
/// ```
/// use engraph::connectome::Sign;
/// use engraph::source::file::{FileSource, read};
/// let folder = tempfile::tempdir().unwrap();
/// let edges = folder.path().join("circuit.csv");
/// std::fs::write(&edges, "pre,post,weight,sign\nA,B,2,+1\nA,B,3,+1\nB,C,1,-1\n").unwrap();
/// let source = FileSource { edges, unit: "synapses".into(), ..FileSource::default() };
/// let (connectome, report) = read(&source).unwrap();
/// assert_eq!(connectome.name(), "circuit");
/// assert_eq!((connectome.chemical().len(), connectome.outgoing(0)[0].weight), (2, 5.0));
/// assert_eq!(connectome.neurons()[1].sign, Sign::Inhibitory);
/// assert_eq!(report.duplicates, 1);
/// ```
///
/// # Errors
/// [`ReadError`], naming file, row and column, for files that cannot be opened, are damaged or of
/// no format that is read, missing columns, and cells that are not what their column promises:
/// negative, infinite or non-numeric weights, unknown signs or types, missing or rounded
/// identifiers, neurons listed twice, a neuron table without any of the edge table's neurons.
pub fn read(source: &FileSource) -> Result<(Connectome, FileReport), ReadError> {
    let options = &source.options;
    let mut report = FileReport::default();
    let choose = |names: &[String]| edges::interests(names, options);
    let (sheet, nodes) =
        match Contents::read_sheet(&source.edges, options.sheet.as_deref(), choose)? {
            Contents::Table(sheet) => (sheet, None),
            Contents::Graph {
                edges,
                nodes,
                names,
            } => {
                report.node_names = Some(names);
                (edges, Some(nodes))
            }
        };
    let tables = source.neurons.iter();
    let tables: Vec<Sheet> = tables
        .map(|path| neurons::sheet(path, options))
        .collect::<Result<_, _>>()?;
    from_sheets(
        &assemble::name(&source.edges),
        source,
        sheet,
        &Neurons { tables, nodes },
        report,
    )
}

/// Reads DataFrames as tables are read.
#[cfg(feature = "polars")]
pub(in super::super) fn read_frames(
    name: &str,
    unit: &str,
    edges: &DataFrame,
    neurons: Option<&DataFrame>,
    options: &ReadOptions,
) -> Result<(Connectome, FileReport), ReadError> {
    let (path, neuron_path) = (
        PathBuf::from("edges (data frame)"),
        PathBuf::from("neurons (data frame)"),
    );
    let edges = sheet::frame(&path, edges, |names| edges::interests(names, options))?;
    let table = |table| {
        sheet::frame(&neuron_path, table, |names| {
            neurons::interests(names, options)
        })
    };
    let neurons = neurons.map(table).transpose()?;
    let neurons = neurons.map(|sheet| (neuron_path.clone(), sheet));
    from_memory(name, unit, options, (path, edges), neurons)
}

/// Reads Arrow tables as tables are read.
pub(in super::super) fn read_batches(
    name: &str,
    unit: &str,
    edges: &Batches,
    neurons: Option<&Batches>,
    options: &ReadOptions,
) -> Result<(Connectome, FileReport), ReadError> {
    let (path, neuron_path) = (PathBuf::from("edges"), PathBuf::from("neurons"));
    let edges = sheet::batches(&path, edges, |names| edges::interests(names, options))?;
    let table = |table| {
        sheet::batches(&neuron_path, table, |names| {
            neurons::interests(names, options)
        })
    };
    let neurons = neurons.map(table).transpose()?;
    let neurons = neurons.map(|sheet| (neuron_path.clone(), sheet));
    from_memory(name, unit, options, (path, edges), neurons)
}

/// From tables in memory, each with the path under which messages name it.
fn from_memory(
    name: &str,
    unit: &str,
    options: &ReadOptions,
    edges: (PathBuf, Sheet),
    neurons: Option<(PathBuf, Sheet)>,
) -> Result<(Connectome, FileReport), ReadError> {
    let (paths, tables) = neurons.into_iter().unzip();
    let source = FileSource {
        edges: edges.0,
        neurons: paths,
        unit: unit.to_owned(),
        options: options.clone(),
    };
    let neurons = Neurons {
        tables,
        nodes: None,
    };
    from_sheets(name, &source, edges.1, &neurons, FileReport::default())
}

/// What was given for the neurons.
struct Neurons {
    tables: Vec<Sheet>,
    /// The nodes of a graph, which count where there is no table.
    nodes: Option<Sheet>,
}

/// From the cells on, wherever they were read.
fn from_sheets(
    name: &str,
    source: &FileSource,
    sheet: Sheet,
    given: &Neurons,
    mut report: FileReport,
) -> Result<(Connectome, FileReport), ReadError> {
    let options = &source.options;
    report.remarks.clone_from(&sheet.remarks);
    let listings = given.tables.iter().chain(&given.nodes);
    let odd: HashSet<String> = listings
        .flat_map(|sheet| neurons::odd_names(sheet, options))
        .collect();
    let is_table = super::columns::ends(&sheet.names, &options.columns).is_some();
    let matrix = if is_table {
        None
    } else {
        matrix::read(&sheet, options, &mut report)?
    };
    let table = match matrix {
        Some(table) => table,
        None if !is_table && matrix::looks_like_one(&sheet) => {
            return Err(matrix::not_square(&sheet));
        }
        None => edges::read(&sheet, options, &odd, &mut report)?,
    };
    drop(sheet);
    if table.synapses.is_empty() {
        let (what, hint) = if report.received_copies > 0 {
            (
                "has no synapses: it lists what neurons receive, the copies of what others send",
                "give the rows of the sending neurons (`S`, `Sp`), or exchange the columns of the \
                 two ends and leave the column of types out: `--edge-column synapse_type=`",
            )
        } else if report.rows == report.zero_weight {
            (
                "has no synapses: every weight is 0 or empty",
                "check that the weight column is the right one",
            )
        } else {
            (
                "has no synapses: no row has two neurons, a weight and a type that count",
                "say which columns count: `--edge-column pre=NAME`, and likewise `post`, `weight` \
                 and `synapse_type`",
            )
        };
        return Err(ReadError::Empty {
            path: source.edges.clone(),
            what,
            hint,
        });
    }
    let connected: HashSet<&str> = table.names.iter().map(String::as_str).collect();
    let listed = match (given.tables.as_slice(), &given.nodes) {
        ([], None) => None,
        ([], Some(nodes)) => Some(neurons::list(nodes, options, &connected, &mut report)?),
        (tables, _) => Some(neurons::given(tables, options, &connected, &mut report)?),
    };
    drop(connected);
    assemble(name, source, table, listed, &mut report).map(|connectome| (connectome, report))
}
