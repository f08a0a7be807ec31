//! The section `[motifs]`: what is counted in each connectome.

use serde::{Deserialize, Serialize};
use std::path::Path;

use super::error::{Invalid, check_distinct, unreadable};
use crate::connectome::SignModel;
use crate::motif::survey::{Survey, Thresholds};
use crate::motif::{Motif, Pattern};
use crate::null_model::MOST_SWAPS_PER_EDGE;
use crate::text::suggest;

/// Which motifs are counted, under which sign models, and against which nulls.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[schemars(default)]
pub struct MotifSpec {
    /// Motifs to count: names of built-in ones, or paths of `.motif` files relative to the
    /// pipeline's file.
    pub patterns: Vec<String>,
    /// The motifs that `patterns` names. [`Spec::parse`](super::Spec::parse) fills them in.
    #[serde(skip)]
    pub resolved: Vec<Pattern>,
    /// Sign models under which the motifs are counted, one after the other.
    pub sign_models: Vec<SignModel>,
    /// Whether the weights of the occurrences are measured as well: their intensity and coherence,
    /// beside the nulls of the counts.
    pub weights: bool,
    /// Whether the classes of the neurons in every role are told as well. Needs `participation`.
    pub fingerprints: bool,
    /// What is counted of every motif, and against which nulls. Its keys are in the same section.
    #[serde(flatten)]
    pub survey: Survey,
}

impl Default for MotifSpec {
    fn default() -> Self {
        let own = Own::default();
        Self {
            patterns: own.patterns,
            resolved: Vec::new(),
            sign_models: own.sign_models,
            weights: own.weights,
            fingerprints: own.fingerprints,
            survey: Survey::default(),
        }
    }
}

/// The keys of the section that do not belong to [`Survey`].
#[derive(Deserialize)]
#[serde(default)]
struct Own {
    patterns: Vec<String>,
    sign_models: Vec<SignModel>,
    weights: bool,
    fingerprints: bool,
}

impl Default for Own {
    fn default() -> Self {
        Self {
            patterns: Motif::ALL.map(|motif| motif.to_string()).to_vec(),
            sign_models: vec![SignModel::Wang2024],
            weights: false,
            fingerprints: false,
        }
    }
}

impl MotifSpec {
    /// Reads the section. serde can neither refuse unknown keys in a flattened struct nor name the
    /// key of a wrong value in it. The two parts are therefore read one after the other.
    pub(super) fn read(section: toml::Value) -> Result<Self, Invalid> {
        if let toml::Value::Table(table) = &section {
            refuse_unknown(table)?;
        }
        let own: Own = serde_path_to_error::deserialize(section.clone()).map_err(unreadable)?;
        let survey = serde_path_to_error::deserialize(section).map_err(unreadable)?;
        Ok(Self {
            patterns: own.patterns,
            resolved: Vec::new(),
            sign_models: own.sign_models,
            weights: own.weights,
            fingerprints: own.fingerprints,
            survey,
        })
    }

    /// Reads the motifs that `patterns` names. Paths are relative to `folder`.
    pub(super) fn resolve(&mut self, folder: &Path) -> Result<(), Invalid> {
        for name in &self.patterns {
            let pattern =
                Pattern::named(name, folder).map_err(|e| Invalid::from_error("patterns", &e))?;
            if self
                .resolved
                .iter()
                .any(|other| other.name() == pattern.name())
            {
                let message = format!("two motifs are called `{}`", pattern.name());
                return Err(Invalid::new("patterns", message).hint("rename a file"));
            }
            self.resolved.push(pattern);
        }
        Ok(())
    }

    /// Refuses the first value that is out of range.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        self.survey.check().map_err(|invalid| {
            Invalid::new(invalid.field, invalid.message).maybe_hint(invalid.hint)
        })?;
        check_distinct("sign_models", &self.sign_models)?;
        if self.fingerprints && !self.survey.participation {
            let hint = "set `participation = true`";
            return Err(Invalid::new("fingerprints", "needs the participation").hint(hint));
        }
        match &self.survey.min_weights {
            Thresholds::Listed(weights) => check_distinct("min_weights", weights),
            Thresholds::Every(_) => Ok(()),
        }
    }
}

fn refuse_unknown(table: &toml::Table) -> Result<(), Invalid> {
    // The default section, once written, contains every key.
    let known = toml::Table::try_from(MotifSpec::default()).unwrap_or_default();
    match table.keys().find(|key| !known.contains_key(*key)) {
        None => Ok(()),
        Some(key) => {
            let near = suggest::did_you_mean(key, known.keys().map(String::as_str));
            Err(Invalid::new(key, "unknown field").maybe_hint(near))
        }
    }
}

/// Refuses a number of swaps that is negative, too large or NaN.
pub(super) fn check_swaps(key: &str, swaps: f64) -> Result<(), Invalid> {
    if (0.0..=MOST_SWAPS_PER_EDGE).contains(&swaps) {
        return Ok(());
    }
    let message = format!("must be a number from 0 to {MOST_SWAPS_PER_EDGE}");
    Err(Invalid::new(key, message))
}
