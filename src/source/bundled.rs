//! The nineteen *C. elegans* connectomes compiled into the program.
//!
//! `data/SOURCES.md` tells where each comes from, and `data/rebuild.py` makes the files again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::nearest::did_you_mean;
use crate::connectome::{
    Connectome, ConnectomeError, ConnectomeRow, Neuron, NeuronClass, Receptors, Sign, Synapse,
    SynapseType, Transmitter,
};
use crate::table;
use crate::table::{TableError, from_parquet};
use crate::text::Hinted;

/// The blake3 of the whole snapshot: part of the key of whatever is read from it.
#[must_use]
pub fn fingerprint() -> String {
    let mut hasher = blake3::Hasher::new();
    for bytes in [EDGES, NEURONS, CONNECTOMES, FENYVES] {
        hasher.update(blake3::hash(bytes).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

static EDGES: &[u8] = include_bytes!("../../data/celegans/edges.parquet");
static NEURONS: &[u8] = include_bytes!("../../data/celegans/neurons.parquet");
static CONNECTOMES: &[u8] = include_bytes!("../../data/celegans/connectomes.parquet");
static FENYVES: &[u8] = include_bytes!("../../data/celegans/fenyves2020_signs.parquet");
/// Not part of [`fingerprint`]: no pipeline reads it.
static RANDI: &[u8] = include_bytes!("../../data/celegans/randi2023_functional.parquet");

/// Bundled data that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BundledError {
    /// No bundled connectome has this name.
    #[error("unknown connectome `{name}`")]
    Unknown {
        /// The name that was given.
        name: String,
    },
    /// The compiled-in tables are damaged.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The compiled-in tables contradict themselves.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

impl Hinted for BundledError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Unknown { name } => {
                let names = names().unwrap_or_default();
                let meant = did_you_mean(name, names.iter().map(String::as_str));
                Some(meant.map_or("`engraph connectomes` lists them".into(), Cow::Owned))
            }
            Self::Table(error) => error.hint(),
            Self::Connectome(error) => error.hint(),
        }
    }
}

table! {
    /// An edge of the snapshot.
    pub struct EdgeRecord = "edges" version 1 {
        /// Name of the connectome.
        connectome: String,
        /// Name of the presynaptic neuron.
        pre: String,
        /// Name of the postsynaptic neuron.
        post: String,
        /// chemical, or electrical for a gap junction.
        synapse_type: String,
        /// Weight in the connectome's unit.
        weight: f64,
    }
}

table! {
    /// A neuron of the snapshot.
    pub struct NeuronRecord = "neurons" version 1 {
        /// Name of the neuron.
        neuron: String,
        /// The sex that has the neuron: shared (both), herm or male.
        sex: String,
        /// True for neurons of the pharynx.
        pharyngeal: bool,
        /// Transmitters after Wang et al. 2024, joined by `+`.
        nt_wang2024: Option<String>,
        /// Dominant transmitter, Fenyves et al. 2020.
        nt_fenyves: Option<String>,
        /// Alternative transmitter, Fenyves et al. 2020.
        nt_fenyves_alt: Option<String>,
        /// Functional class, in the words of its source.
        classification: Option<String>,
        /// Glutamate receptors that excite.
        glu_pos: Option<i32> => "genes",
        /// Glutamate receptors that inhibit.
        glu_neg: Option<i32> => "genes",
        /// Acetylcholine receptors that excite.
        ach_pos: Option<i32> => "genes",
        /// Acetylcholine receptors that inhibit.
        ach_neg: Option<i32> => "genes",
        /// GABA receptors that excite.
        gaba_pos: Option<i32> => "genes",
        /// GABA receptors that inhibit.
        gaba_neg: Option<i32> => "genes",
    }
}

table! {
    /// A published sign of Fenyves et al. 2020.
    pub struct FenyvesRecord = "fenyves2020_signs" version 1 {
        /// Name of the presynaptic neuron.
        pre: String,
        /// Name of the postsynaptic neuron.
        post: String,
        /// Published prediction: `+`, `-`, `complex` or `none`.
        pred: String,
    }
}

table! {
    /// A pair of neurons with significant functional connectivity (Randi et al. 2023).
    pub struct FunctionalPairRecord = "randi2023_functional" version 1 {
        /// Name of the neuron that was stimulated.
        pre: String,
        /// Name of the neuron that responded.
        post: String,
    }
}

struct Snapshot {
    connectomes: Vec<ConnectomeRow>,
    neurons: HashMap<String, Neuron>,
    edges: HashMap<String, Vec<EdgeRecord>>,
}

fn snapshot() -> Result<&'static Snapshot, TableError> {
    static SNAPSHOT: OnceLock<Snapshot> = OnceLock::new();
    if let Some(snapshot) = SNAPSHOT.get() {
        return Ok(snapshot);
    }
    let neurons = from_parquet::<NeuronRecord>(NEURONS)?
        .into_iter()
        .map(|r| (r.neuron.clone(), neuron(r)))
        .collect();
    let mut edges: HashMap<String, Vec<EdgeRecord>> = HashMap::new();
    for edge in from_parquet::<EdgeRecord>(EDGES)? {
        edges.entry(edge.connectome.clone()).or_default().push(edge);
    }
    let connectomes = from_parquet(CONNECTOMES)?;
    Ok(SNAPSHOT.get_or_init(|| Snapshot {
        connectomes,
        neurons,
        edges,
    }))
}

fn neuron(r: NeuronRecord) -> Neuron {
    let count = |n: Option<i32>| n.and_then(|n| u16::try_from(n).ok()).unwrap_or(0);
    let transmitter = |t: Option<String>| t.as_deref().and_then(Transmitter::from_abbreviation);
    Neuron {
        class: r
            .classification
            .as_deref()
            .map_or(NeuronClass::Unknown, NeuronClass::from_words),
        pharyngeal: r.pharyngeal,
        transmitters: r
            .nt_wang2024
            .iter()
            .flat_map(|t| t.split('+'))
            .map(|t| t.trim().to_owned())
            .collect(),
        fenyves_transmitters: [transmitter(r.nt_fenyves), transmitter(r.nt_fenyves_alt)],
        receptors: Receptors([
            [count(r.glu_pos), count(r.glu_neg)],
            [count(r.ach_pos), count(r.ach_neg)],
            [count(r.gaba_pos), count(r.gaba_neg)],
        ]),
        ..Neuron::named(r.neuron)
    }
}

/// The bundled connectomes with their counts and sources, sorted by name.
///
/// # Errors
/// [`TableError`] only if the program itself is damaged.
pub fn connectomes() -> Result<&'static [ConnectomeRow], TableError> {
    Ok(&snapshot()?.connectomes)
}

/// The names of the bundled connectomes, sorted.
///
/// # Errors
/// As [`connectomes`].
pub fn names() -> Result<Vec<String>, TableError> {
    Ok(connectomes()?
        .iter()
        .map(|c| c.connectome.clone())
        .collect())
}

/// A neuron of the bundled table by name.
///
/// # Errors
/// As [`connectomes`].
pub fn known_neuron(name: &str) -> Result<Option<&'static Neuron>, TableError> {
    Ok(snapshot()?.neurons.get(name))
}

/// A bundled connectome, unsigned: neurons sorted by name, those with any synapse.
///
/// # Errors
/// [`BundledError::Unknown`] for a name that is not bundled.
pub fn connectome(name: &str) -> Result<Connectome, BundledError> {
    let snapshot = snapshot()?;
    let unknown = || BundledError::Unknown {
        name: name.to_owned(),
    };
    let row = snapshot
        .connectomes
        .iter()
        .find(|c| c.connectome == name)
        .ok_or_else(unknown)?;
    let edges = snapshot.edges.get(name).ok_or_else(unknown)?;
    let mut names: Vec<&str> = edges.iter().flat_map(|e| [&*e.pre, &*e.post]).collect();
    names.sort_unstable();
    names.dedup();
    let index: HashMap<&str, u32> = names.iter().zip(0..).map(|(&n, i)| (n, i)).collect();
    let neurons = names
        .iter()
        .map(|&n| {
            snapshot
                .neurons
                .get(n)
                .cloned()
                .unwrap_or_else(|| Neuron::named(n))
        })
        .collect();
    let synapses = edges
        .iter()
        .map(|e| Synapse {
            pre: index[&*e.pre],
            post: index[&*e.post],
            synapse_type: SynapseType::from_word(&e.synapse_type),
            weight: e.weight,
            sign: Sign::Unsigned,
        })
        .collect();
    Ok(Connectome::new(name, &*row.unit, neurons, synapses)?)
}

/// The 3,638 published signs of Fenyves et al. 2020.
///
/// # Errors
/// As [`connectomes`].
pub fn fenyves_signs() -> Result<Vec<FenyvesRecord>, TableError> {
    from_parquet(FENYVES)
}

/// The 1,150 pairs of Randi et al. 2023 (doi 10.1038/s41586-023-06683-4) whose responses are
/// significant (q < 0.05).
///
/// # Errors
/// As [`connectomes`].
pub fn significant_functional_pairs() -> Result<Vec<FunctionalPairRecord>, TableError> {
    from_parquet(RANDI)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{FenyvesPrediction, SignModel, fenyves_prediction};

    /// The connectome itself has the numbers its row states, and the row those of the publications'
    /// tables.
    #[test]
    fn the_connectomes_have_their_published_sizes() {
        for row in connectomes().unwrap() {
            let c = connectome(&row.connectome).unwrap();
            assert_eq!(c.neurons().len() as i64, row.neurons, "{}", row.connectome);
            assert_eq!(
                c.edges(0.0).count() as i64,
                row.chemical_edges,
                "{}",
                row.connectome
            );
            assert_eq!(
                c.gap_pairs().count() as i64,
                row.gap_pairs,
                "{}",
                row.connectome
            );
            assert_eq!(
                (c.chemical().len() - c.edges(0.0).count()) as i64,
                row.autapses,
                "{}",
                row.connectome
            );
            let weight: f64 = c.edges(0.0).map(|s| s.weight).sum();
            assert!(
                (weight - row.chemical_weight).abs() <= 1e-9 * weight,
                "{}",
                row.connectome
            );
        }
        // neurons, chemical edges, chemical weight, gap pairs: counted independently from the same
        // publications.
        for (name, neurons, edges, weight, gaps) in [
            ("white1986_whole", 299, 2266, 6509.0, 563),
            ("white1986_n2u", 180, 1414, 3740.0, 262),
            ("white1986_jsh", 178, 1291, 3702.0, 284),
            ("durbin1987_n2u", 188, 1433, 3772.0, 271),
            ("durbin1987_jsh", 183, 1293, 3699.0, 289),
            ("varshney2011", 279, 2194, 6394.0, 514),
            ("haspel2011_vnc", 64, 183, 1206.0, 87),
            ("cook2019_herm", 302, 3671, 20848.0, 1091),
            ("cook2019_male", 380, 3988, 36510.0, 1281),
            ("cook2020_pharynx", 22, 147, 652.5, 28),
            ("witvliet2021_1", 161, 675, 1152.0, 81),
            ("witvliet2021_8", 180, 1933, 7099.0, 296),
        ] {
            let row = connectomes()
                .unwrap()
                .iter()
                .find(|r| r.connectome == name)
                .unwrap();
            assert_eq!(
                (row.neurons, row.chemical_edges, row.gap_pairs),
                (neurons, edges, gaps),
                "{name}"
            );
            assert!(
                (row.chemical_weight - weight).abs() < 1.0,
                "{name}: {}",
                row.chemical_weight
            );
        }
        assert_eq!(connectomes().unwrap().len(), 19);
    }

    #[test]
    fn the_fenyves_rule_reproduces_every_published_sign() {
        let published = fenyves_signs().unwrap();
        assert_eq!(published.len(), 3638);
        for sign in published {
            let [pre, post] = [&sign.pre, &sign.post].map(|n| known_neuron(n).unwrap().unwrap());
            let predicted = match fenyves_prediction(pre, post) {
                FenyvesPrediction::Excitatory => "+",
                FenyvesPrediction::Inhibitory => "-",
                FenyvesPrediction::Complex => "complex",
                FenyvesPrediction::None => "none",
            };
            assert_eq!(predicted, sign.pred, "{} -> {}", sign.pre, sign.post);
        }
    }

    /// Wang et al. 2024: 31 inhibitory neurons in the hermaphrodite, the 26 classical ones and RIB,
    /// ALA, AVJ.
    #[test]
    fn wang2024_has_31_inhibitory_neurons_in_the_hermaphrodite() {
        let signed = connectome("cook2019_herm")
            .unwrap()
            .with_signs(SignModel::Wang2024);
        let inhibitory: Vec<_> = signed
            .neurons()
            .iter()
            .filter(|n| n.sign == Sign::Inhibitory)
            .map(|n| n.name.as_str())
            .collect();
        assert_eq!(inhibitory.len(), 31, "{inhibitory:?}");
        assert!(
            ["RIBL", "RIBR", "ALA", "AVJL", "AVJR"]
                .iter()
                .all(|n| inhibitory.contains(n))
        );
        let gaba = connectome("cook2019_herm")
            .unwrap()
            .with_signs(SignModel::Gaba26);
        assert_eq!(
            gaba.neurons()
                .iter()
                .filter(|n| n.sign == Sign::Inhibitory)
                .count(),
            26
        );
    }

    #[test]
    fn an_unknown_name_gets_a_suggestion() {
        let error = connectome("cook2019_hem").unwrap_err();
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains("did you mean `cook2019_herm`"), "{hint}");
    }
}
