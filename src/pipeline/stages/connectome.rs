//! A connectome as tables, from the snapshot or from a user's files.

use serde::Serialize;
use std::path::PathBuf;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use crate::connectome::{
    Connectome, Neuron, NeuronClass, Receptors, Sign, Synapse, SynapseType, Transmitter, to_rows,
};
use crate::connectome::{ConnectomeRow, NeuronRow, SynapseRow};
use crate::source::{bundled, fingerprint};

/// Where a connectome is read from. What enters the key is the content, never the path.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    /// The snapshot compiled into the program.
    Bundled {
        /// Hash of the whole snapshot.
        snapshot: String,
    },
    /// A user's tables.
    File {
        /// Edge table.
        #[serde(skip)]
        edges: PathBuf,
        /// Neuron table.
        #[serde(skip)]
        neurons: Option<PathBuf>,
        /// blake3 of the bytes of each.
        content: Vec<String>,
        /// Hash of the snapshot, whose neurons lend what they are known for to those of the same
        /// name.
        snapshot: String,
        /// Unit of the weights.
        unit: String,
        /// Species.
        species: String,
        /// What to cite.
        citation: String,
        /// Licence.
        licence: String,
    },
}

/// Reads one connectome.
#[derive(Clone, Debug, Serialize)]
pub struct ReadConnectome {
    /// Its name.
    pub connectome: String,
    /// Where it is.
    #[serde(flatten)]
    pub source: Source,
}

impl Stage for ReadConnectome {
    const NAME: &'static str = "connectomes";
    const VERSION: u32 = 2;

    fn run(&self, _: &Inputs<'_>, _: &Context<'_>) -> Result<Artifact, StageError> {
        let (connectome, row) = match &self.source {
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
                )
            }
            Source::File {
                edges,
                neurons,
                content,
                unit,
                species,
                citation,
                licence,
                ..
            } => {
                let connectome = read_file(&self.connectome, edges, neurons.as_ref(), unit)?;
                // What was read must be what the key was made of.
                for (path, before) in [Some(edges), neurons.as_ref()]
                    .into_iter()
                    .flatten()
                    .zip(content)
                {
                    if fingerprint(path).map_err(StageError::failed)? != *before {
                        return Err(StageError::inconsistent(format!(
                            "`{}` changed while the pipeline ran\n  hint: run again",
                            path.display()
                        )));
                    }
                }
                let row = described(&connectome, [species, citation, licence]);
                (connectome, row)
            }
        };
        let (neurons, synapses) = to_rows(&connectome);
        Ok(Artifact::default()
            .with(&[row])?
            .with(&neurons)?
            .with(&synapses)?)
    }
}

#[cfg(feature = "files")]
fn read_file(
    name: &str,
    edges: &std::path::Path,
    neurons: Option<&PathBuf>,
    unit: &str,
) -> Result<Connectome, StageError> {
    use crate::source::file::{FileSource, read};
    let source = FileSource {
        edges: edges.to_owned(),
        neurons: neurons.cloned(),
        unit: unit.to_owned(),
    };
    let (connectome, report) = read(&source).map_err(StageError::failed)?;
    for note in report.notes() {
        tracing::warn!("{}: {note}", edges.display());
    }
    let synapses = connectome
        .chemical()
        .iter()
        .chain(connectome.electrical())
        .copied()
        .collect();
    connectome
        .rewired(name, synapses)
        .map_err(StageError::failed)
}

#[cfg(not(feature = "files"))]
fn read_file(
    _: &str,
    _: &std::path::Path,
    _: Option<&PathBuf>,
    _: &str,
) -> Result<Connectome, StageError> {
    Err(StageError::inconsistent(
        "this build reads no user tables\n  hint: build with the feature `files`",
    ))
}

/// The row of a user's connectome.
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

/// The connectome of input `index`.
///
/// # Errors
/// [`StageError`] if its tables are damaged.
pub fn from_input(inputs: &Inputs<'_>, index: usize) -> Result<Connectome, StageError> {
    let (neurons, synapses): (Vec<NeuronRow>, Vec<SynapseRow>) =
        (inputs.table(index)?, inputs.table(index)?);
    let transmitter = |t: &Option<String>| t.as_deref().and_then(Transmitter::from_abbreviation);
    let name = neurons
        .first()
        .map_or(String::new(), |n| n.connectome.clone());
    let unit = synapses
        .first()
        .map_or_else(|| "synapses".to_owned(), |s| s.unit.clone());
    let index: std::collections::HashMap<&str, u32> =
        neurons.iter().map(|n| n.neuron.as_str()).zip(0..).collect();
    let at = |name: &str| {
        index.get(name).copied().ok_or_else(|| {
            StageError::inconsistent(format!("the synapses name `{name}`, the neurons do not"))
        })
    };
    let synapses = synapses
        .iter()
        .map(|s| {
            Ok(Synapse {
                pre: at(&s.pre)?,
                post: at(&s.post)?,
                synapse_type: SynapseType::from_word(&s.synapse_type),
                weight: s.weight,
                sign: Sign::from_word(&s.sign),
            })
        })
        .collect::<Result<_, StageError>>()?;
    let neurons = neurons
        .iter()
        .map(|n| {
            let gene = |i: usize| n.receptors.get(i).map_or(0, |&g| g as u16);
            Neuron {
                class: NeuronClass::from_words(&n.class),
                cell_type: n.cell_type.clone(),
                pharyngeal: n.pharyngeal,
                transmitters: n
                    .transmitters
                    .iter()
                    .flat_map(|t| t.split('+'))
                    .map(str::to_owned)
                    .collect(),
                fenyves_transmitters: [
                    transmitter(&n.fenyves_dominant),
                    transmitter(&n.fenyves_alternative),
                ],
                receptors: Receptors([[gene(0), gene(1)], [gene(2), gene(3)], [gene(4), gene(5)]]),
                sign: Sign::from_word(&n.sign),
                ..Neuron::named(n.neuron.as_str())
            }
        })
        .collect();
    Connectome::new(name, unit, neurons, synapses).map_err(StageError::failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::pipeline::store::Store;

    /// Neurons, classes, transmitters, receptors, signs and weights survive the way through the
    /// tables.
    #[test]
    fn a_connectome_survives_its_tables() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for name in ["cook2019_male", "yim2024_dauer"] {
            let mut signed = bundled::connectome(name)
                .unwrap()
                .with_signs(SignModel::Fenyves2020);
            let mut neurons = signed.neurons().to_vec();
            neurons[0].cell_type = Some("ADA".to_owned());
            let synapses = signed
                .chemical()
                .iter()
                .chain(signed.electrical())
                .copied()
                .collect();
            signed = Connectome::new(name, signed.unit(), neurons, synapses).unwrap();
            let (neurons, synapses) = to_rows(&signed);
            let artifact = Artifact::default()
                .with(&neurons)
                .unwrap()
                .with(&synapses)
                .unwrap();
            store
                .publish("connectomes", name, &artifact, &serde_json::json!({}))
                .unwrap();
            let inputs = Inputs::new(&store, vec![("connectomes", name)]);
            assert_eq!(from_input(&inputs, 0).unwrap(), signed);
        }
    }
}
