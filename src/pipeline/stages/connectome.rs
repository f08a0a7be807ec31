//! The stage `connectomes`: a connectome as tables, from the snapshot or from a user's files.

use serde::Serialize;
use std::path::{Path, PathBuf};

use crate::connectome::{
    Connectome, ConnectomeRow, StoredConnectomeRow, StoredNeuronRow, StoredSynapseRow, from_stored,
    to_stored,
};
use crate::pipeline::Handle;
use crate::pipeline::inputs::Loaded;
use crate::pipeline::output::outputs;
use crate::pipeline::rows::{Holds, Kept};
use crate::pipeline::stage::{Context, Load, Stage, StageError};
use crate::source::{ReadOptions, TableReadingRow, bundled, fingerprint};

/// Where a connectome is read from. The content of the files is part of the key; their paths are
/// not.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub(crate) enum Source {
    /// The snapshot that is compiled into the program.
    Bundled {
        /// Hash of the whole snapshot.
        snapshot: String,
    },
    /// Tables of the user, or tables that were fetched from a Hub.
    File(Box<UserTables>),
}

/// The tables of a user's connectome, and what is said of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct UserTables {
    /// Path of the edge table.
    #[serde(skip)]
    pub(crate) edges: PathBuf,
    /// Paths of the tables of neurons.
    #[serde(skip)]
    pub(crate) neurons: Vec<PathBuf>,
    /// The blake3 hash of each file, edges first.
    pub(crate) content: Vec<String>,
    /// Hash of the snapshot. Neurons of a user's table take their properties from neurons of
    /// the snapshot with the same names, so the result depends on it.
    pub(crate) snapshot: String,
    /// What the owner says of the tables.
    pub(crate) reading: ReadOptions,
    /// Unit of the weights.
    pub(crate) unit: String,
    /// Species of the animal, or empty if it is not stated.
    pub(crate) species: String,
    /// Publication to cite, or empty if it is not stated.
    pub(crate) citation: String,
    /// Licence of the data, or empty if it is not stated.
    pub(crate) licence: String,
}

/// Reads one connectome.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReadConnectome {
    /// Name of the connectome in the pipeline.
    pub(crate) connectome: String,
    /// Where the connectome is read from.
    #[serde(flatten)]
    pub(crate) source: Source,
}

outputs! {
    /// A connectome that was read.
    pub(crate) struct ConnectomeTables {
        /// The facts about the connectome as a whole: its sizes, origin and licence.
        connectomes: Vec<ConnectomeRow>,
        /// How the user's own tables were read; empty for a bundled connectome.
        readings: Vec<TableReadingRow>,
        /// Name and unit of the connectome.
        stored: Kept<StoredConnectomeRow>,
        /// The neurons of the connectome.
        neurons: Kept<StoredNeuronRow>,
        /// The synapses and gap junctions of the connectome.
        synapses: Kept<StoredSynapseRow>,
    }
}

impl Stage for ReadConnectome {
    const NAME: &'static str = "connectomes";
    const VERSION: u32 = 4;
    type Inputs = ();
    type Output = ConnectomeTables;

    fn run(&self, _: &Loaded<'_, ()>, _: &Context<'_>) -> Result<ConnectomeTables, StageError> {
        let (connectome, row, readings) = match &self.source {
            Source::Bundled { .. } => {
                let connectome =
                    bundled::connectome(&self.connectome).map_err(StageError::failed)?;
                let rows = bundled::connectomes()?;
                let row = rows
                    .iter()
                    .find(|r| r.connectome == self.connectome)
                    .cloned();
                (
                    connectome,
                    row.ok_or_else(|| {
                        StageError::inconsistent("a bundled connectome without a row")
                    })?,
                    Vec::new(),
                )
            }
            Source::File(tables) => {
                let UserTables {
                    edges,
                    neurons,
                    content,
                    reading,
                    unit,
                    species,
                    citation,
                    licence,
                    snapshot: _,
                } = &**tables;
                let (connectome, readings) =
                    read_file(&self.connectome, edges, neurons, unit, reading)?;
                // A file that changed after the key was made would put a wrong result under that
                // key.
                for (path, before) in std::iter::once(edges).chain(neurons).zip(content) {
                    if fingerprint(path).map_err(StageError::failed)? != *before {
                        let message =
                            format!("`{}` changed while the pipeline ran", path.display());
                        return Err(StageError::refused(message, "run again"));
                    }
                }
                let row = described(&connectome, [species, citation, licence]);
                (connectome, row, readings)
            }
        };
        let (stored, neurons, synapses) = to_stored(&connectome);
        Ok(ConnectomeTables {
            connectomes: vec![row],
            readings,
            stored: Kept(stored),
            neurons: Kept(neurons),
            synapses: Kept(synapses),
        })
    }
}

/// The connectome that the stored tables of a stage stand for.
pub(super) fn load<S: Stage, I>(
    inputs: &Loaded<'_, I>,
    handle: &Handle<S>,
) -> Result<Connectome, StageError>
where
    S::Output: Holds<StoredConnectomeRow> + Holds<StoredNeuronRow> + Holds<StoredSynapseRow>,
{
    let tables = (
        inputs.rows(handle)?,
        inputs.rows(handle)?,
        inputs.rows(handle)?,
    );
    from_stored(tables).map_err(StageError::failed)
}

impl Load for ReadConnectome {
    type Value = Connectome;

    fn load<I>(inputs: &Loaded<'_, I>, handle: &Handle<Self>) -> Result<Connectome, StageError> {
        load(inputs, handle)
    }
}

/// A user's connectome under its name in the pipeline, and how its tables were read.
#[cfg(feature = "files")]
fn read_file(
    name: &str,
    edges: &Path,
    neurons: &[PathBuf],
    unit: &str,
    reading: &ReadOptions,
) -> Result<(Connectome, Vec<TableReadingRow>), StageError> {
    use crate::source::file::{FileSource, read};
    let source = FileSource {
        edges: edges.to_owned(),
        neurons: neurons.to_owned(),
        unit: unit.to_owned(),
        options: reading.clone(),
    };
    let (connectome, report) = read(&source).map_err(StageError::failed)?;
    for told in report.messages() {
        tracing::warn!("{}: {}", edges.display(), told.text);
    }
    let readings = report.readings().into_iter();
    let readings = readings.map(|reading| TableReadingRow {
        connectome: name.to_owned(),
        table: reading.table.to_owned(),
        what: reading.what.to_owned(),
        name: reading.name,
        read_as: reading.read_as,
        rows: reading.rows.map(|rows| rows as i64),
    });
    let synapses = connectome
        .chemical()
        .iter()
        .chain(connectome.electrical())
        .copied()
        .collect();
    let connectome = connectome
        .rewired(name, synapses)
        .map_err(StageError::failed)?;
    Ok((connectome, readings.collect()))
}

#[cfg(not(feature = "files"))]
fn read_file(
    _: &str,
    _: &Path,
    _: &[PathBuf],
    _: &str,
    _: &ReadOptions,
) -> Result<(Connectome, Vec<TableReadingRow>), StageError> {
    Err(StageError::refused(
        "this build reads no user tables",
        "build with the feature `files`",
    ))
}

/// The row of a user's connectome in the table `connectomes`.
fn described(connectome: &Connectome, [species, citation, licence]: [&str; 3]) -> ConnectomeRow {
    let unknown = || "unknown".to_owned();
    let or =
        |given: &str, otherwise: &str| if given.is_empty() { otherwise } else { given }.to_owned();
    ConnectomeRow {
        connectome: connectome.name().to_owned(),
        animal: or(species, "unknown"),
        sex: unknown(),
        stage: unknown(),
        age_hours: None,
        region: unknown(),
        unit: connectome.unit().to_owned(),
        neurons: connectome.neurons().len() as i64,
        chemical_edges: connectome.edges(0.0).count() as i64,
        chemical_weight: connectome.edges(0.0).map(|s| s.weight).sum(),
        autapses: connectome
            .chemical()
            .iter()
            .filter(|s| s.pre == s.post)
            .count() as i64,
        gap_pairs: connectome.gap_pairs().count() as i64,
        citation: or(citation, "the user's own tables"),
        doi: None,
        licence: or(licence, "unknown"),
        sha256: None,
    }
}
