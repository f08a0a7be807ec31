//! What is known of a neuron.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::Sign;

/// Functional class of a neuron.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NeuronClass {
    /// Transduces the outside or the body.
    Sensory,
    /// Between neurons.
    Inter,
    /// Drives muscle.
    Motor,
    /// More than one of sensory, inter and motor.
    Polymodal,
    /// The class is not known.
    #[default]
    Unknown,
}

impl NeuronClass {
    /// Every class, in the order of a signal.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The class that words stand for: ours or, as `sensory neuron`, the anatomist's. Words that
    /// are none stand for `Unknown`.
    #[must_use]
    pub fn from_words(words: &str) -> Self {
        match words.trim() {
            "sensory neuron" => Self::Sensory,
            "interneuron" => Self::Inter,
            "motor neuron" => Self::Motor,
            "polymodal neuron" => Self::Polymodal,
            word => word.parse().unwrap_or(Self::Unknown),
        }
    }
}

/// A fast, classical neurotransmitter.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
pub enum Transmitter {
    /// The neuron releases glutamate.
    #[strum(serialize = "Glu")]
    Glutamate,
    /// The neuron releases acetylcholine.
    #[strum(serialize = "ACh")]
    Acetylcholine,
    /// Gamma-aminobutyric acid.
    #[strum(serialize = "GABA")]
    Gaba,
}

impl Transmitter {
    /// All three, in the order of [`Receptors`].
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// The abbreviation used in tables: `Glu`, `ACh`, `GABA`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The transmitter an abbreviation stands for.
    #[must_use]
    pub fn from_abbreviation(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// Spellings of transmitters, by letters and digits alone: what tables say, then what they mean.
const SPELLINGS: [(&str, &[&str]); 8] = [
    (
        "ACh",
        &[
            "acetylcholine",
            "ach",
            "cholinergic",
            "acetylcholinergic",
            "achergic",
        ],
    ),
    (
        "Glu",
        &[
            "glutamate",
            "glut",
            "glu",
            "glutamatergic",
            "glutaminergic",
            "lglutamate",
            "vglut",
        ],
    ),
    (
        "GABA",
        &[
            "gaba",
            "gabaergic",
            "gammaaminobutyricacid",
            "gaminobutyricacid",
            "\u{3b3}aminobutyricacid",
            "gammaaminobutyrate",
            "aminobutyricacid",
        ],
    ),
    ("DA", &["dopamine", "da", "dop", "dopaminergic"]),
    (
        "5HT",
        &[
            "serotonin",
            "ser",
            "5ht",
            "sero",
            "5hydroxytryptamine",
            "serotonergic",
            "serotoninergic",
        ],
    ),
    ("OA", &["octopamine", "oct", "oa", "octopaminergic"]),
    ("TA", &["tyramine", "ta", "tyr", "tyraminergic"]),
    ("HA", &["histamine", "ha", "hist", "histaminergic"]),
];

/// Transmitters and modulators without an abbreviation here. None of them gives a sign.
const OTHERS: [&str; 17] = [
    "glycine",
    "glycinergic",
    "taurine",
    "betaine",
    "peptide",
    "peptides",
    "neuropeptide",
    "neuropeptides",
    "peptidergic",
    "nitricoxide",
    "noradrenaline",
    "norepinephrine",
    "adrenaline",
    "epinephrine",
    "aspartate",
    "melatonin",
    "atp",
];

/// The letters and digits of a word in lower case, without `neuron` behind it.
fn plain(word: &str) -> String {
    let letters: String = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    ["neurons", "neuron", "cells", "cell"]
        .iter()
        .find_map(|end| letters.strip_suffix(end).filter(|rest| !rest.is_empty()))
        .map_or_else(|| letters.clone(), str::to_owned)
}

/// A transmitter's word in the spelling of the tables (`ACh`, `Glu`, `GABA`, `DA`, `5HT`, `OA`,
/// `TA`, `HA`). Case, blanks and hyphens do not count, nor does `-ergic`: `GABAergic`, `5-HT` and
/// `gamma-aminobutyric acid` are understood. Words that are none stay as they are.
#[must_use]
pub fn transmitter_spelling(word: &str) -> &str {
    let plain = plain(word);
    SPELLINGS
        .iter()
        .find(|(_, words)| words.contains(&plain.as_str()))
        .map_or(word, |(spelling, _)| spelling)
}

/// True for a transmitter or modulator, in the spelling of the tables or another.
#[must_use]
pub fn is_transmitter(word: &str) -> bool {
    let plain = plain(word);
    OTHERS.contains(&plain.as_str())
        || SPELLINGS
            .iter()
            .any(|(_, words)| words.contains(&plain.as_str()))
}

/// Receptor genes a neuron expresses: per transmitter of [`Transmitter::ALL`], those that excite
/// and those that inhibit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receptors(pub [[u16; 2]; 3]);

impl Receptors {
    /// True where a receptor lets `transmitter` excite the neuron.
    #[must_use]
    pub fn excites(&self, transmitter: Transmitter) -> bool {
        self.0[transmitter as usize][0] > 0
    }

    /// True where a receptor lets `transmitter` inhibit the neuron.
    #[must_use]
    pub fn inhibits(&self, transmitter: Transmitter) -> bool {
        self.0[transmitter as usize][1] > 0
    }
}

/// A neuron. A field of which nothing is known is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    /// Name, unique in its connectome.
    pub name: String,
    /// Functional class of the neuron.
    pub class: NeuronClass,
    /// Cell type, in the words of those who named it.
    pub cell_type: Option<String>,
    /// Whether it is part of the pharynx.
    pub pharyngeal: bool,
    /// Transmitters and modulators (Wang et al. 2024).
    pub transmitters: Vec<String>,
    /// Dominant and alternative classical transmitter (Fenyves et al. 2020).
    pub fenyves_transmitters: [Option<Transmitter>; 2],
    /// Receptor genes (Fenyves et al. 2020).
    pub receptors: Receptors,
    /// Sign under the connectome's sign model; `Unsigned` before one is applied.
    pub sign: Sign,
}

impl Neuron {
    /// A neuron of which only the name is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            class: NeuronClass::Unknown,
            cell_type: None,
            pharyngeal: false,
            transmitters: Vec::new(),
            fenyves_transmitters: [None; 2],
            receptors: Receptors::default(),
            sign: Sign::Unsigned,
        }
    }
}
