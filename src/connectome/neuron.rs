//! What is known of a neuron.

use serde::{Deserialize, Serialize};

use super::Sign;

/// Functional class of a neuron.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeuronClass {
    /// Transduces the outside or the body.
    Sensory,
    /// Between neurons.
    Inter,
    /// Drives muscle.
    Motor,
    /// More than one of these.
    Polymodal,
    /// Not known.
    #[default]
    Unknown,
}

impl NeuronClass {
    /// Every class, in the order of a signal.
    pub const ALL: [Self; 5] = [
        Self::Sensory,
        Self::Inter,
        Self::Motor,
        Self::Polymodal,
        Self::Unknown,
    ];

    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sensory => "sensory",
            Self::Inter => "inter",
            Self::Motor => "motor",
            Self::Polymodal => "polymodal",
            Self::Unknown => "unknown",
        }
    }

    /// The class a word stands for: ours or, as `sensory neuron`, the anatomist's.
    #[must_use]
    pub fn from_words(words: &str) -> Self {
        match words.trim() {
            "sensory" | "sensory neuron" => Self::Sensory,
            "inter" | "interneuron" => Self::Inter,
            "motor" | "motor neuron" => Self::Motor,
            "polymodal" | "polymodal neuron" => Self::Polymodal,
            _ => Self::Unknown,
        }
    }
}

/// A fast, classical neurotransmitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transmitter {
    /// Glutamate.
    Glutamate,
    /// Acetylcholine.
    Acetylcholine,
    /// gamma-aminobutyric acid.
    Gaba,
}

impl Transmitter {
    /// All three, in the order of [`Receptors`].
    pub const ALL: [Self; 3] = [Self::Glutamate, Self::Acetylcholine, Self::Gaba];

    /// The abbreviation used in tables: `Glu`, `ACh`, `GABA`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Glutamate => "Glu",
            Self::Acetylcholine => "ACh",
            Self::Gaba => "GABA",
        }
    }

    /// The transmitter an abbreviation stands for.
    #[must_use]
    pub fn from_abbreviation(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == text)
    }
}

/// A transmitter's word in the spelling of the tables (`ACh`, `Glu`, `GABA`, `DA`, `5HT`, `OA`,
/// `TA`); words that are none stay as they are.
#[must_use]
pub fn transmitter_spelling(word: &str) -> &str {
    match &*word.to_lowercase() {
        "acetylcholine" | "ach" => Transmitter::Acetylcholine.as_str(),
        "glutamate" | "glut" | "glu" => Transmitter::Glutamate.as_str(),
        "gaba" => Transmitter::Gaba.as_str(),
        "dopamine" | "da" => "DA",
        "serotonin" | "ser" | "5ht" | "5-ht" => "5HT",
        "octopamine" | "oct" | "oa" => "OA",
        "tyramine" | "ta" => "TA",
        _ => word,
    }
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

/// A neuron. Fields without knowledge are empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Neuron {
    /// Name, unique in its connectome.
    pub name: String,
    /// Functional class.
    pub class: NeuronClass,
    /// Cell type, in the words of those who named it.
    pub cell_type: Option<String>,
    /// Part of the pharynx.
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
