//! The conventions that a wiring dimension depends on, with their check.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use strum::VariantArray;

use crate::text::Hinted;

/// Summed conductance of the neuron that has most of it; all others keep their proportion to it. It
/// is what an engram network starts from (`network.gap_conductance`).
pub const GAP_CONDUCTANCE: f64 = 0.2;

/// What a synapse of a wiring counts for.
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
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(
    serialize_all = "snake_case",
    parse_err_ty = UnknownWeights,
    parse_err_fn = UnknownWeights::named
)]
pub enum Weights {
    /// Its weight in the connectome's unit; `ln(1 + weight)` of a volume in `nm3`.
    #[default]
    Counts,
    /// One.
    Binary,
}

/// A word that names no kind of weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown weights `{0}`")]
pub struct UnknownWeights(pub String);

impl UnknownWeights {
    fn named(word: &str) -> Self {
        Self(word.to_owned())
    }
}

impl Hinted for UnknownWeights {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let words: Vec<&str> = Weights::VARIANTS.iter().map(|&one| one.into()).collect();
        Some(format!("one of {}", words.join(", ")).into())
    }
}

impl Weights {
    /// The word used in tables, pipelines and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What turns a wiring into a linear network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Convention {
    /// What a synapse counts for.
    pub weights: Weights,
    /// Steps `T` of the past inputs and of the future outputs.
    pub horizon: u32,
    /// Time step over time constant, `a`, above 0 and at most 1.
    pub leak: f64,
    /// Spectral radius `g` that the signed weights are scaled to.
    pub spectral_radius: f64,
    /// True if gap junctions take part.
    pub gap_junctions: bool,
}

impl Default for Convention {
    /// Synapse counts, 16 steps, leak .45, spectral radius .9, gap junctions in.
    fn default() -> Self {
        Self {
            weights: Weights::Counts,
            horizon: 16,
            leak: 0.45,
            spectral_radius: 0.9,
            gap_junctions: true,
        }
    }
}

/// Signal-to-noise ratio of the headline number.
pub const HEADLINE_SNR: f64 = 1e4;

/// Signal-to-noise ratios where nothing else is asked for.
pub const SNR: [f64; 3] = [1e2, HEADLINE_SNR, 1e6];

/// A convention out of range.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{field}` {message}")]
pub struct InvalidConvention {
    /// Name of the field, which is also its key in a pipeline.
    pub field: &'static str,
    /// What is wrong with its value, to be read after the name.
    pub message: String,
    /// What a right value would be.
    pub hint: &'static str,
}

impl Hinted for InvalidConvention {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(self.hint.into())
    }
}

impl Convention {
    /// Most steps of a horizon.
    pub const LONGEST_HORIZON: u32 = 100_000;

    /// Checks that all values are in range.
    ///
    /// # Errors
    /// [`InvalidConvention`] for the first that is not.
    pub fn check(&self) -> Result<(), InvalidConvention> {
        let wrong = |field, message: String, hint| {
            Err(InvalidConvention {
                field,
                message,
                hint,
            })
        };
        if self.horizon == 0 || self.horizon > Self::LONGEST_HORIZON {
            let message = format!("is {}, not 1 to {}", self.horizon, Self::LONGEST_HORIZON);
            return wrong("horizon", message, "16 steps are the default");
        }
        if !(self.leak > 0.0 && self.leak <= 1.0) {
            let message = format!("is {}, not above 0 and at most 1", self.leak);
            return wrong("leak", message, "0.45 is the default");
        }
        if !(self.spectral_radius > 0.0 && self.spectral_radius.is_finite()) {
            let message = format!("is {}, not a number above 0", self.spectral_radius);
            return wrong("spectral_radius", message, "0.9 is the default");
        }
        Ok(())
    }
}

/// Checks a list of signal-to-noise ratios: not empty, all numbers above 0, none twice.
///
/// # Errors
/// [`InvalidConvention`] for the first that is wrong.
pub fn check_snr(list: &[f64]) -> Result<(), InvalidConvention> {
    let hint = "a ratio of powers such as 1e4, the default";
    let wrong = |message: String| {
        Err(InvalidConvention {
            field: "snr",
            message,
            hint,
        })
    };
    if list.is_empty() {
        return wrong("is empty".to_owned());
    }
    for (index, &s) in list.iter().enumerate() {
        if !(s > 0.0 && s.is_finite()) {
            return wrong(format!("contains {s}, not a number above 0"));
        }
        if list[..index].contains(&s) {
            return wrong(format!("contains {s} twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        let default = Convention::default();
        assert_eq!(default.check(), Ok(()));
        let with = |change: fn(&mut Convention)| {
            let mut changed = default;
            change(&mut changed);
            changed.check().unwrap_err().field
        };
        assert_eq!(with(|c| c.horizon = 0), "horizon");
        assert_eq!(with(|c| c.leak = 0.0), "leak");
        assert_eq!(with(|c| c.leak = f64::NAN), "leak");
        assert_eq!(with(|c| c.leak = 1.5), "leak");
        assert_eq!(with(|c| c.spectral_radius = 0.0), "spectral_radius");
        assert_eq!(
            with(|c| c.spectral_radius = f64::INFINITY),
            "spectral_radius"
        );
        assert_eq!(check_snr(&SNR), Ok(()));
        for list in [&[][..], &[0.0], &[-1.0], &[f64::NAN], &[1.0, 1.0]] {
            assert_eq!(check_snr(list).unwrap_err().field, "snr");
        }
    }
}
