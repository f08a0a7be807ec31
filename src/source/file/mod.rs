//! A connectome from a user's own tables: CSV or Parquet.
//!
//! **Edges.** One row is one synapse, or part of one. Column names are compared without regard to case, and the first that is there
//! counts:
//!
//! | column | also | meaning |
//! |---|---|---|
//! | `pre` | `pre_root_id`, `bodyId_pre`, `from_neuron` | presynaptic neuron: text, or an integer of up to 64 bits, kept exact |
//! | `post` | `post_root_id`, `bodyId_post`, `to_neuron` | postsynaptic neuron |
//! | `weight` | `syn_count`, `mean_chem_weight` | strength; 1 without such a column; empty or 0 means no synapse |
//! | `mean_gap_weight` | | strength of the gap junction beside the chemical synapse of the row |
//! | `synapse_type` | | `chemical` (without the column, all are) or `electrical` |
//! | `sign` | | `+1`, `-1`, `0`, `excitatory`, `inhibitory`, `unsigned`; empty means unsigned |
//! | `nt_type` | | transmitter of the presynaptic neuron; of several, the one with the largest summed weight |
//! | `connectome` | | must be the same in all rows |
//!
//! Rows of one pair and type are summed; a sum over rows of different signs is unsigned. Gap junctions have no direction: given in both,
//! their weight is the mean of the two, which leaves symmetric tables as they are. Autapses are kept.
//!
//! **Neurons** (optional). `neuron` (`root_id`, `bodyId`), and where known `transmitter` (`nt_type`, `predictedNt`), several joined by
//! `+`; `sign`; `class`. Listed neurons without synapses are kept; neurons of the edge table that are not listed stay without
//! knowledge. Without this table, and if at least half of the neurons bear names of the bundled *C. elegans* table, what that knows
//! is taken.
//!
//! Neurons are sorted by number where all are numbers, else by name. CSV cells are separated by commas, tabs or semicolons, whichever
//! the header has most of.
//!
//! A sign belongs to a synapse. A neuron's own sign is the neuron table's, else the one all of its outgoing chemical synapses share.
//! Where only the neuron table gives signs, synapses take those of their presynaptic neurons.

mod assemble;
mod columns;
mod edges;
mod error;
mod neurons;
mod sheet;

use std::path::PathBuf;

pub use error::{FileError, Row};

use crate::connectome::Connectome;

/// Tables of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// Edge table, CSV or Parquet.
    pub edges: PathBuf,
    /// Neuron table, CSV or Parquet.
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
    /// The neuron table given.
    NeuronTable,
    /// The bundled *C. elegans* table: at least half of the names are in it.
    Bundled,
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
            notes.push(format!("no column of weights found: every row weighs 1{ignored}"));
        }
        for (count, what) in [
            (self.zero_weight, "rows without weight left out"),
            (self.duplicates, "repeated rows summed"),
            (self.autapses, "autapses (no part of any motif)"),
            (self.unsigned, "chemical synapses without a sign"),
            (self.sign_conflicts, "pairs whose rows differ in sign, now unsigned"),
            (self.electrical_averaged, "gap junctions with two different weights, averaged"),
            (self.unlisted, "neurons not in the neuron table"),
            (self.unknown_classes, "neurons of a class other than sensory, inter, motor, polymodal: taken as unknown"),
        ] {
            if count > 0 {
                notes.push(format!("{count} {what}"));
            }
        }
        notes
    }
}

/// Reads a connectome. Its name is the edge table's file name without extension. O(E log E) for E rows.
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
/// [`FileError`], naming file, row and column, for files that cannot be opened or are neither CSV nor Parquet, missing columns, and
/// cells that are not what their column promises: negative or non-numeric weights, unknown signs or types, missing or rounded
/// identifiers, neurons listed twice, a neuron table without any of the edge table's neurons.
pub fn read(source: &FileSource) -> Result<(Connectome, FileReport), FileError> {
    let mut report = FileReport::default();
    let sheet = sheet::Sheet::read(&source.edges, edges::is_edge_column)?;
    let table = edges::read(&sheet, &mut report)?;
    drop(sheet);
    if table.synapses.is_empty() {
        let (what, hint) =
            ("has no synapses: every weight is 0 or empty", "check that the weight column is the right one");
        return Err(FileError::Empty { path: source.edges.clone(), what, hint });
    }
    let listed = source.neurons.as_deref().map(|path| neurons::read(path, &mut report)).transpose()?;
    assemble::assemble(source, table, listed, &mut report).map(|connectome| (connectome, report))
}
