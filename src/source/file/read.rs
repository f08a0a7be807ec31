//! From files or data frames to a connectome.

#[cfg(feature = "polars")]
use std::path::PathBuf;

#[cfg(feature = "polars")]
use polars::prelude::DataFrame;

use super::assemble::{self, assemble};
use super::edges;
use super::error::ReadError;
use super::neurons::{self, Listing};
use super::paths::FileSource;
use super::report::FileReport;
#[cfg(feature = "polars")]
use super::sheet;
use super::sheet::{Contents, Sheet};
use crate::connectome::Connectome;

/// Reads a connectome. Its name is the edge table's file name without extensions. O(E log E) for E
/// rows.
///
/// ```
/// use engraph::connectome::Sign;
/// use engraph::source::file::{FileSource, read};
/// let folder = tempfile::tempdir().unwrap();
/// let edges = folder.path().join("circuit.csv");
/// std::fs::write(&edges, "pre,post,weight,sign\nA,B,2,+1\nA,B,3,+1\nB,C,1,-1\n").unwrap();
/// let source = FileSource { edges, neurons: None, unit: "synapses".into() };
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
    let mut report = FileReport::default();
    let (sheet, nodes) = match Contents::read(&source.edges, edges::interests)? {
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
    let listed = |report: &mut FileReport| match (&source.neurons, nodes) {
        (Some(path), _) => neurons::read(path, report).map(Some),
        (None, Some(nodes)) => neurons::list(&nodes, report).map(Some),
        (None, None) => Ok(None),
    };
    from_sheets(
        &assemble::name(&source.edges),
        source,
        sheet,
        listed,
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
) -> Result<(Connectome, FileReport), ReadError> {
    let called = |what: &str| PathBuf::from(format!("{what} (data frame)"));
    let (path, neuron_path) = (called("edges"), called("neurons"));
    let sheet = sheet::frame(&path, edges, edges::interests)?;
    let listed = |report: &mut FileReport| {
        let sheet = neurons
            .map(|frame| sheet::frame(&neuron_path, frame, neurons::interests))
            .transpose()?;
        sheet
            .map(|sheet| neurons::given(&sheet, report))
            .transpose()
    };
    let source = FileSource {
        edges: path,
        neurons: neurons.map(|_| neuron_path.clone()),
        unit: unit.to_owned(),
    };
    from_sheets(name, &source, sheet, listed, FileReport::default())
}

/// From the cells on, wherever they were read. The neurons are asked for when the edges are done
/// with.
fn from_sheets(
    name: &str,
    source: &FileSource,
    sheet: Sheet,
    listed: impl FnOnce(&mut FileReport) -> Result<Option<Listing>, ReadError>,
    mut report: FileReport,
) -> Result<(Connectome, FileReport), ReadError> {
    let table = edges::read(&sheet, &mut report)?;
    drop(sheet);
    if table.synapses.is_empty() {
        let (what, hint) = (
            "has no synapses: every weight is 0 or empty",
            "check that the weight column is the right one",
        );
        return Err(ReadError::Empty {
            path: source.edges.clone(),
            what,
            hint,
        });
    }
    let listed = listed(&mut report)?;
    assemble(name, source, table, listed, &mut report).map(|connectome| (connectome, report))
}
