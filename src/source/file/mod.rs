//! A connectome from a user's own files.
//!
//! | format | known by | read |
//! |---|---|---|
//! | CSV, TSV | being text | cells separated by commas, tabs or semicolons, whichever the header has most of; UTF-8; a row may lack cells at its end only in columns that are not read |
//! | Parquet | `PAR1` | text, integers of 8 to 64 bits, floating point, decimals, dictionaries; every compression |
//! | Feather 2 (Arrow IPC) | `ARROW1` | the same types, uncompressed, LZ4 or zstd; Arrow streams too |
//! | GraphML | `<` | nodes and edges with their attributes |
//!
//! What a file is, its first bytes say; its name does not matter. All may be compressed by gzip or
//! zstd. A compressed file that holds more than 256 MiB and more than 100 times its own size is
//! refused, whatever it holds: no table does.
//!
//! **Edges.** One row is one synapse, or part of one. Column names are compared without regard to
//! case, and the first that is there counts:
//!
//! | column | also | meaning |
//! |---|---|---|
//! | `pre` | `pre_root_id`, `pre_pt_root_id`, `bodyId_pre`, `from_neuron` | presynaptic neuron: text, or an integer of up to 64 bits, kept exact |
//! | `post` | `post_root_id`, `post_pt_root_id`, `bodyId_post`, `to_neuron` | postsynaptic neuron |
//! | `weight` | `syn_count`, `mean_chem_weight` | strength; 1 without such a column; empty or 0 means no synapse |
//! | `mean_gap_weight` | | strength of the gap junction beside the chemical synapse of the row |
//! | `synapse_type` | | `chemical` (without the column, all are) or `electrical` |
//! | `sign` | | `+1`, `-1`, `0`, `excitatory`, `inhibitory`, `unsigned`; empty means unsigned |
//! | `nt_type` | | transmitter of the presynaptic neuron; of several, the one with the largest summed weight |
//! | `connectome` | | must be the same in all rows |
//!
//! Rows of one pair and type are summed; a sum over rows of different signs is unsigned. Gap
//! junctions have no direction: given in both, their weight is the mean of the two, which leaves
//! symmetric tables as they are. Autapses are kept.
//!
//! Identifiers are compared as text, blanks around them not counting: the number 12 and the text
//! `12` are one neuron, `012` is another. Where one of the two columns holds numbers alone and the
//! other none at all, they are refused as of different kinds; where the other holds some, the
//! report notes it.
//!
//! **Neurons** (optional):
//!
//! | column | also | meaning |
//! |---|---|---|
//! | `neuron` | `root_id`, `pt_root_id`, `bodyId`, `id` | the neuron, as in the edge table |
//! | `transmitter` | `nt_type`, `consensusNt`, `predictedNt` | transmitters, several joined by `+` |
//! | `sign` | | as above |
//! | `class` | | `sensory`, `inter`, `motor`, `polymodal`; where there is a `super_class` (`superclass`), that instead |
//! | `cell_type` | `type`, `primary_type`, `hemibrain_type` | cell type, any text |
//!
//! Listed neurons without synapses are kept; neurons of the edge table that are not listed stay
//! without knowledge. Without this table, and if at least half of the neurons bear names of the
//! bundled *C. elegans* table, what that knows is taken.
//!
//! **GraphML.** Each `<edge>` is a row of the edge table, from `source` to `target`, its attributes
//! (`attr.name`, with their defaults) being the columns; each `<node>` is a row of the neuron
//! table, unless one is given beside it. Neurons are called by the node attribute `name`, else
//! `label`, if that is there and different for all nodes, else by the identifiers of their nodes.
//! Edges without a direction must be electrical. Only the entities of XML itself are replaced.
//!
//! Neurons are sorted by number where all are numbers, else by name.
//!
//! A sign belongs to a synapse. A neuron's own sign is the neuron table's, else the one all of its
//! outgoing chemical synapses share. Where only the neuron table gives signs, synapses take those
//! of their presynaptic neurons.

mod assemble;
mod columns;
pub mod consensus;
mod edges;
mod error;
mod neurons;
mod numbers;
mod open;
mod recording;
mod sheet;

use std::path::PathBuf;

pub use error::{FileError, Row};
pub use numbers::{Columns, read_numbers};
pub use recording::{read_series, recordings};

use crate::connectome::Connectome;
use crate::text::plural::counted;
use neurons::Listing;
#[cfg(feature = "polars")]
use polars::prelude::DataFrame;
use sheet::{Contents, Sheet};

/// Files of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// Edge table or graph.
    pub edges: PathBuf,
    /// Neuron table, or a graph whose nodes are it.
    pub neurons: Option<PathBuf>,
    /// Unit of the weights.
    pub unit: String,
}

/// Where the knowledge about neurons comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeuronKnowledge {
    /// From nowhere, or only from transmitters in the edge table.
    #[default]
    None,
    /// The neuron table given, or the attributes of a graph's nodes.
    NeuronTable,
    /// The bundled *C. elegans* table: at least half of the names are in it.
    Bundled,
}

/// What the neurons of a GraphML file are called by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeNames {
    /// The identifiers of its nodes.
    Identifiers,
    /// A node attribute that is there and different for all.
    Attribute(String),
    /// The identifiers, since this attribute is not there for all or not different for all.
    InsteadOf(String),
}

/// What was read, and what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Rows of the edge table, blank lines not counted.
    pub rows: usize,
    /// Rows whose weight (all of their weights) was 0 or empty: no synapse.
    pub zero_weight: usize,
    /// Rows added to an earlier row of the same pair and type.
    pub duplicates: usize,
    /// Synapses, chemical or electrical, of a neuron with itself. They are kept.
    pub autapses: usize,
    /// Chemical synapses without a sign.
    pub unsigned: usize,
    /// Chemical synapses without a sign because their rows have different ones.
    pub sign_conflicts: usize,
    /// Gap junctions given in both directions, stored once.
    pub electrical_both_directions: usize,
    /// Those of them whose two weights differed; they have the mean.
    pub electrical_averaged: usize,
    /// Columns of the edge table that were read: our name for it, then its own.
    pub columns: Vec<(String, String)>,
    /// Columns of the edge table that were not read.
    pub ignored_columns: Vec<String>,
    /// The same for the neuron table.
    pub neuron_columns: Vec<(String, String)>,
    /// Rows of the neuron table; `None` where there is none.
    pub neuron_rows: Option<usize>,
    /// Neurons of the neuron table without any synapse. They are kept.
    pub isolated: usize,
    /// Neurons of the edge table that the neuron table does not list. They are kept.
    pub unlisted: usize,
    /// Where the knowledge about neurons comes from.
    pub knowledge: NeuronKnowledge,
    /// Without a neuron table: neurons whose names are in the bundled table.
    pub bundled_names: usize,
    /// True where all neurons are numbers, and sorted as such.
    pub numbered: bool,
    /// Neurons called by words although one of the columns of the edge table has only numbers. All
    /// are compared as text.
    pub mixed_identifiers: usize,
    /// In GraphML, what the neurons are called by.
    pub node_names: Option<NodeNames>,
    /// Neurons whose class is given in a word that is not understood; they count as unknown.
    pub unknown_classes: usize,
}

impl FileReport {
    /// What the owner of the tables should know, one sentence each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.columns.iter().any(|(ours, _)| ours == "weight") {
            let ignored = match self.ignored_columns.len() {
                0 => String::new(),
                _ => format!(" (columns not read: {})", self.ignored_columns.join(", ")),
            };
            notes.push(format!(
                "no column of weights found: every row weighs 1{ignored}"
            ));
        }
        match &self.node_names {
            Some(NodeNames::Attribute(name)) => notes.push(format!("neurons are called by the node attribute `{name}`")),
            Some(NodeNames::InsteadOf(name)) => notes.push(format!(
                "neurons are called by the identifiers of their nodes: the attribute `{name}` is not there, or not different, for all"
            )),
            Some(NodeNames::Identifiers) | None => {}
        }
        for (count, thing, what) in [
            (self.zero_weight, "row", "without weight left out"),
            (self.duplicates, "repeated row", "summed"),
            (self.autapses, "autapse", "(no part of any motif)"),
            (self.unsigned, "chemical synapse", "without a sign"),
            (
                self.sign_conflicts,
                "pair",
                "whose rows differ in sign, now unsigned",
            ),
            (
                self.electrical_averaged,
                "gap junction",
                "with two different weights, averaged",
            ),
            (
                self.mixed_identifiers,
                "neuron",
                "called by words beside a column of numbers: all are compared as text",
            ),
            (self.unlisted, "neuron", "not in the neuron table"),
            (
                self.unknown_classes,
                "neuron",
                "of a class other than sensory, inter, motor, polymodal: taken as unknown",
            ),
        ] {
            if count > 0 {
                notes.push(format!("{} {what}", counted(count, thing)));
            }
        }
        notes
    }
}

/// Reads a connectome. Its name is the edge table's file name without extensions. O(E log E) for E
/// rows.
///
/// ```
/// use engraph::connectome::Sign;
/// use engraph::source::file::{FileSource, read};
/// let folder = tempfile::tempdir().unwrap();
/// let edges = folder.path().join("circuit.csv");
/// std::fs::write(&edges, "pre,post,weight,sign\nA,B,2,+1\nA,B,3,+1\nB,C,1,-1\n").unwrap();
/// let (connectome, report) = read(&FileSource { edges, neurons: None, unit: "synapses".into() }).unwrap();
/// assert_eq!(connectome.name(), "circuit");
/// assert_eq!((connectome.chemical().len(), connectome.outgoing(0)[0].weight), (2, 5.0));
/// assert_eq!(connectome.neurons()[1].sign, Sign::Inhibitory);
/// assert_eq!(report.duplicates, 1);
/// ```
///
/// # Errors
/// [`FileError`], naming file, row and column, for files that cannot be opened, are damaged or of
/// no format above, missing columns, and cells that are not what their column promises: negative,
/// infinite or non-numeric weights, unknown signs or types, missing or rounded identifiers, neurons
/// listed twice, a neuron table without any of the edge table's neurons.
pub fn read(source: &FileSource) -> Result<(Connectome, FileReport), FileError> {
    let mut report = FileReport::default();
    let (sheet, nodes) = match Contents::read(&source.edges, edges::is_edge_column)? {
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
pub(super) fn read_frames(
    name: &str,
    unit: &str,
    edges: &DataFrame,
    neurons: Option<&DataFrame>,
) -> Result<(Connectome, FileReport), FileError> {
    let called = |what: &str| PathBuf::from(format!("{what} (data frame)"));
    let (path, neuron_path) = (called("edges"), called("neurons"));
    let sheet = sheet::frame(&path, edges, edges::is_edge_column)?;
    let listed = |report: &mut FileReport| {
        let sheet = neurons
            .map(|frame| sheet::frame(&neuron_path, frame, neurons::is_neuron_column))
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
    listed: impl FnOnce(&mut FileReport) -> Result<Option<Listing>, FileError>,
    mut report: FileReport,
) -> Result<(Connectome, FileReport), FileError> {
    let table = edges::read(&sheet, &mut report)?;
    drop(sheet);
    if table.synapses.is_empty() {
        let (what, hint) = (
            "has no synapses: every weight is 0 or empty",
            "check that the weight column is the right one",
        );
        return Err(FileError::Empty {
            path: source.edges.clone(),
            what,
            hint,
        });
    }
    let listed = listed(&mut report)?;
    assemble::assemble(name, source, table, listed, &mut report)
        .map(|connectome| (connectome, report))
}
