//! Rules that give synapses their signs.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{Neuron, Sign, Transmitter};
use crate::text::Hinted;

/// A rule that maps neurons and synapses to signs.
///
/// | model | rule |
/// |---|---|
/// | `wang2024` | the neuron's transmitters (Wang et al. 2024): acetylcholine or glutamate excite; else GABA inhibits; else unsigned |
/// | `gaba26` | the 26 classical GABA neurons inhibit, all others excite |
/// | `gaba32` | as `gaba26`, and RIB and the four SMD neurons inhibit too |
/// | `fenyves2020` | per synapse, from the transmitters of pre and the receptors of post (Fenyves et al. 2020) |
/// | `fenyves2020+wang2024` | the same; where it does not decide, `wang2024` |
/// | `file` | the signs the input came with |
///
/// The first three give all synapses of a neuron one sign (Dale's law). The Fenyves rules do not;
/// where a motif asks for the sign of a *neuron*, its transmitters decide (`wang2024`).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[strum(
    serialize_all = "lowercase",
    parse_err_ty = UnknownSignModel,
    parse_err_fn = UnknownSignModel::of
)]
pub enum SignModel {
    /// Transmitters of Wang et al. 2024, doi 10.7554/eLife.95402.
    #[default]
    Wang2024,
    /// The 26 classical GABA neurons.
    Gaba26,
    /// The 26 of `gaba26`, RIB and SMD.
    Gaba32,
    /// Transmitters and receptors of Fenyves et al. 2020, doi 10.1371/journal.pcbi.1007974.
    Fenyves2020,
    /// Fenyves et al. 2020, else Wang et al. 2024.
    #[serde(rename = "fenyves2020+wang2024")]
    #[strum(serialize = "fenyves2020+wang2024")]
    Fenyves2020Wang2024,
    /// The signs that the input came with.
    File,
}

/// A name that is no sign model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown sign model `{0}`")]
pub struct UnknownSignModel(pub String);

impl UnknownSignModel {
    fn of(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl Hinted for UnknownSignModel {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let models: Vec<&str> = SignModel::VARIANTS.iter().map(|m| m.as_str()).collect();
        Some(format!("one of {}", models.join(", ")).into())
    }
}

/// What the Fenyves rule says of a synapse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FenyvesPrediction {
    /// Only exciting receptors match.
    Excitatory,
    /// Only inhibiting receptors match.
    Inhibitory,
    /// Receptors of both kinds match.
    Complex,
    /// No receptor matches.
    None,
}

/// The rule of Fenyves et al. 2020: every transmitter of `pre` against every receptor of `post`.
#[must_use]
pub fn fenyves_prediction(pre: &Neuron, post: &Neuron) -> FenyvesPrediction {
    let transmitters = || pre.fenyves_transmitters.iter().flatten().copied();
    let excites = transmitters().any(|t| post.receptors.excites(t));
    let inhibits = transmitters().any(|t| post.receptors.inhibits(t));
    match (excites, inhibits) {
        (true, true) => FenyvesPrediction::Complex,
        (true, false) => FenyvesPrediction::Excitatory,
        (false, true) => FenyvesPrediction::Inhibitory,
        (false, false) => FenyvesPrediction::None,
    }
}

impl SignModel {
    /// All models a connectome without signs of its own can take.
    pub const ALL: [Self; 5] = [
        Self::Wang2024,
        Self::Gaba26,
        Self::Gaba32,
        Self::Fenyves2020,
        Self::Fenyves2020Wang2024,
    ];

    /// The name used in tables and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// True for models that look at both neurons of a synapse; under the others all synapses of a
    /// neuron have its sign.
    #[must_use]
    pub fn signs_synapses(self) -> bool {
        match self {
            Self::Fenyves2020 | Self::Fenyves2020Wang2024 => true,
            Self::Wang2024 | Self::Gaba26 | Self::Gaba32 | Self::File => false,
        }
    }

    /// Sign of a neuron.
    #[must_use]
    pub fn neuron_sign(self, neuron: &Neuron) -> Sign {
        let gaba = match self {
            Self::File => return neuron.sign,
            Self::Wang2024 | Self::Fenyves2020 | Self::Fenyves2020Wang2024 => {
                return wang_sign(neuron);
            }
            Self::Gaba26 => is_gaba26(&neuron.name),
            Self::Gaba32 => {
                is_gaba26(&neuron.name)
                    || ["RIBL", "RIBR", "SMDDL", "SMDDR", "SMDVL", "SMDVR"].contains(&&*neuron.name)
            }
        };
        if gaba {
            Sign::Inhibitory
        } else {
            Sign::Excitatory
        }
    }

    /// Sign of a chemical synapse.
    #[must_use]
    pub fn synapse_sign(self, pre: &Neuron, post: &Neuron) -> Sign {
        let otherwise = match self {
            Self::Wang2024 | Self::Gaba26 | Self::Gaba32 | Self::File => {
                return self.neuron_sign(pre);
            }
            Self::Fenyves2020 => Sign::Unsigned,
            Self::Fenyves2020Wang2024 => wang_sign(pre),
        };
        match fenyves_prediction(pre, post) {
            FenyvesPrediction::Excitatory => Sign::Excitatory,
            FenyvesPrediction::Inhibitory => Sign::Inhibitory,
            FenyvesPrediction::Complex | FenyvesPrediction::None => otherwise,
        }
    }
}

fn wang_sign(neuron: &Neuron) -> Sign {
    let releases = |transmitter: Transmitter| {
        neuron
            .transmitters
            .iter()
            .any(|t| t == transmitter.as_str())
    };
    if releases(Transmitter::Acetylcholine) || releases(Transmitter::Glutamate) {
        Sign::Excitatory
    } else if releases(Transmitter::Gaba) {
        Sign::Inhibitory
    } else {
        Sign::Unsigned
    }
}

/// RMED/V/L/R, AVL, DVB, RIS, DD1-6, VD1-13.
fn is_gaba26(name: &str) -> bool {
    let numbered = |prefix: &str, last: u32| {
        name.strip_prefix(prefix)
            .and_then(|n| n.parse::<u32>().ok())
            .is_some_and(|n| (1..=last).contains(&n))
    };
    ["RMED", "RMEV", "RMEL", "RMER", "AVL", "DVB", "RIS"].contains(&name)
        || numbered("DD", 6)
        || numbered("VD", 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fast_transmitter_decides() {
        let sign = |list: &[&str]| {
            let mut neuron = Neuron::named("X");
            neuron.transmitters = list.iter().map(|t| (*t).to_owned()).collect();
            wang_sign(&neuron)
        };
        assert_eq!(sign(&["ACh", "GABA"]), Sign::Excitatory);
        assert_eq!(sign(&["DA", "Glu"]), Sign::Excitatory);
        assert_eq!(sign(&["GABA", "5HT"]), Sign::Inhibitory);
        assert_eq!(sign(&["DA"]), Sign::Unsigned);
        assert_eq!(sign(&["GABA_uptake"]), Sign::Unsigned);
        assert_eq!(sign(&[]), Sign::Unsigned);
    }

    #[test]
    fn names_are_read_back_and_others_refused_with_the_list() {
        for &model in SignModel::VARIANTS {
            assert_eq!(model.to_string().parse(), Ok(model));
            let quoted = format!("\"{model}\"");
            assert_eq!(serde_json::to_string(&model).unwrap(), quoted);
        }
        let error = "gaba".parse::<SignModel>().unwrap_err();
        assert_eq!(error.to_string(), "unknown sign model `gaba`");
        let models = "one of wang2024, gaba26, gaba32, fenyves2020, fenyves2020+wang2024, file";
        assert_eq!(error.hint().as_deref(), Some(models));
    }

    #[test]
    fn the_26_are_26() {
        let names = (1..=20).flat_map(|i| [format!("DD{i}"), format!("VD{i}")]);
        assert_eq!(names.filter(|n| is_gaba26(n)).count(), 19);
        assert!(!is_gaba26("DD"));
        assert!(!is_gaba26("VD0"));
        assert!(!is_gaba26("RIBL"));
    }
}
