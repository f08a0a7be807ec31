//! A pipeline as people write it, in TOML, and its check.
//!
//! [`Spec::parse`] reads the text, applies `--set` overrides, refuses unknown keys with a
//! suggestion and checks every value. What comes out is complete: defaults are filled in and no
//! later step meets an invalid number.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::source::SourceSpec;
use super::species::SpeciesSpec;
use super::stages::effects::MotifFunctionConfig;
use super::stages::homeostatic::FULLY_CONNECTED;
use super::stages::train::PERCEPTRON;
use super::widths::Widths;
use crate::connectome::SignModel;
use crate::dimension::Estimator;
use crate::motif::survey::{Survey, Thresholds};
use crate::motif::{Motif, Pattern};
use crate::network::{BottleneckKind, NetworkConfig};
use crate::null_model::{Chain, GLOBAL_TRADES, NullModel, SWAPS_PER_EDGE};
use crate::source::bundled;
use crate::task::{SeriesFile, TaskConfig};
use crate::text::{Hinted, suggest};
use crate::training::homeostatic::HomeostaticConfig;
use crate::training::{Patience, TrainingConfig};

/// What a pipeline does, complete and checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Name; reports go to `reports/NAME`.
    pub name: String,
    /// Seed of all chance.
    #[serde(default = "one")]
    pub seed: u64,
    /// Connectomes: bundled names, or names of `sources`.
    pub connectomes: Vec<String>,
    /// Connectomes from elsewhere by name: the user's own tables, or tables on the Hugging Face
    /// Hub.
    #[serde(default)]
    pub sources: BTreeMap<String, SourceSpec>,
    /// Days after which `engraph plan` calls what was fetched from a Hub stale; never where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// Motif counts.
    #[serde(default)]
    pub motifs: MotifSpec,
    /// Wirings to train.
    #[serde(default)]
    pub topologies: TopologySpec,
    /// The networks.
    #[serde(default)]
    pub network: NetworkConfig,
    /// What they learn.
    #[serde(default)]
    pub tasks: Vec<TaskConfig>,
    /// How they learn it.
    #[serde(default)]
    pub training: TrainingSpec,
    /// What is read from them.
    #[serde(default)]
    pub latent: LatentSpec,
}

fn one() -> u64 {
    1
}

/// Which motifs are counted, under which signs, against which nulls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MotifSpec {
    /// Motifs: names of built-in ones, or `.motif` files, relative to the pipeline's file.
    pub patterns: Vec<String>,
    /// The same, read; filled in by [`Spec::parse`].
    #[serde(skip)]
    pub resolved: Vec<Pattern>,
    /// Sign models.
    pub sign_models: Vec<SignModel>,
    /// Thresholds on the weight, in each connectome's unit; `"all"` for every weight that occurs.
    pub min_weights: Thresholds,
    /// Null connectomes per count; 0 for none.
    pub nulls: u32,
    /// What a null keeps.
    pub null_model: NullModel,
    /// How a null is drawn: auto, swaps or trades.
    pub null_chain: Chain,
    /// Attempted swaps per edge and null.
    pub swaps_per_edge: f64,
    /// Global trades per null.
    pub global_trades: u32,
    /// Also say which neuron plays which role how often.
    pub participation: bool,
    /// Also say which synapses take part how often.
    pub synapses: bool,
    /// Also say what single hubs carry, and what is left without them.
    pub hubs: bool,
    /// Occurrences to draw at random from every count.
    pub samples: u32,
    /// Also count triads.
    pub census: bool,
}

impl Default for MotifSpec {
    fn default() -> Self {
        Self {
            patterns: Motif::ALL.map(|motif| motif.to_string()).to_vec(),
            resolved: Vec::new(),
            sign_models: vec![SignModel::Wang2024],
            min_weights: Thresholds::Listed(vec![1.0]),
            nulls: 0,
            null_model: NullModel::BySourceSign,
            null_chain: Chain::Auto,
            swaps_per_edge: SWAPS_PER_EDGE,
            global_trades: GLOBAL_TRADES,
            participation: true,
            synapses: false,
            hubs: true,
            samples: 0,
            census: true,
        }
    }
}

impl MotifSpec {
    /// What is counted in every connectome.
    #[must_use]
    pub fn survey(&self) -> Survey {
        Survey {
            min_weights: self.min_weights.clone(),
            nulls: self.nulls,
            null_model: self.null_model,
            null_chain: self.null_chain,
            swaps_per_edge: self.swaps_per_edge,
            global_trades: self.global_trades,
            participation: self.participation,
            synapses: self.synapses,
            hubs: self.hubs,
            samples: self.samples,
            census: self.census,
        }
    }
}

/// Which wirings become networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TopologySpec {
    /// Observed connectomes to train; all of the pipeline's where absent.
    pub connectomes: Option<Vec<String>>,
    /// Train parts of so many neurons of the observed connectomes instead of the whole, so that
    /// they are compared at matched size.
    pub matched_neurons: Option<u32>,
    /// Parts drawn per connectome.
    pub matched_replicates: u32,
    /// Models with the published statistics of a species: names, or tables with `preset`.
    pub species: Vec<SpeciesSpec>,
    /// Sign model of the observed.
    pub sign_model: SignModel,
    /// Nulls per observed or species-like topology.
    pub nulls: u32,
    /// What a null keeps.
    pub null_model: NullModel,
    /// Attempted swaps per edge and null.
    pub swaps_per_edge: f64,
    /// With how many seeds a null is trained.
    pub null_training: NullTraining,
    /// Tasks on which nulls are trained, and topologies compared with them; all where absent.
    pub null_tasks: Option<Vec<String>>,
    /// Connectomes whose size a dense control takes.
    pub dense: Vec<String>,
    /// Hidden units of the unconstrained perceptron; no such control where absent.
    pub perceptron: Option<u32>,
}

/// With how many seeds a null is trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullTraining {
    /// With every seed: each null has a latent dimension of its own. A contrast is over seeds, and
    /// takes the nulls as given.
    #[default]
    EverySeed,
    /// The i-th null with seed `i` alone, beside its topology with as many seeds as there are
    /// nulls: every pair of a contrast has a null wiring and a seed of its own, so that the
    /// contrast is over both. A latent dimension is read of all nulls together, as `NAME.nulls`.
    Paired,
}

impl TopologySpec {
    /// Whether nulls are trained on a task.
    #[must_use]
    pub fn has_nulls_on(&self, task: &str) -> bool {
        self.nulls > 0
            && self
                .null_tasks
                .as_ref()
                .is_none_or(|tasks| tasks.iter().any(|name| name == task))
    }
}

impl Default for TopologySpec {
    fn default() -> Self {
        Self {
            connectomes: None,
            matched_neurons: None,
            matched_replicates: 1,
            species: Vec::new(),
            sign_model: SignModel::default(),
            nulls: 0,
            null_model: NullModel::default(),
            swaps_per_edge: SWAPS_PER_EDGE,
            null_training: NullTraining::default(),
            null_tasks: None,
            dense: Vec::new(),
            perceptron: None,
        }
    }
}

/// Training, bottlenecks and seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainingSpec {
    /// Seeds per arm.
    pub seeds: u32,
    /// Widths of the bottleneck, or `auto`; an arm without a bottleneck is always trained, and it
    /// alone where there are none.
    pub bottlenecks: Widths,
    /// Engram networks.
    pub engram: TrainingConfig,
    /// What is other than in `engram` for a topology that learns a task slowly: whose first seed,
    /// without a bottleneck, does not converge under `engram` or has a held-out error of .02 or
    /// more. Every run of the topology on the task is trained with patience then. Where absent,
    /// none is; where present, each topology costs one run more.
    pub patient: Option<Patience>,
    /// The dense control.
    pub dense: TrainingConfig,
    /// The perceptron.
    pub perceptron: TrainingConfig,
    /// The homeostatic XOR rule, on every topology and a fully connected network; where present,
    /// tasks of bits are learnt by it too.
    pub homeostatic: Option<HomeostaticConfig>,
    /// Comparators that are silenced, and correlated with the mismatch of their inputs, in every
    /// network over a wiring without a bottleneck; none where absent.
    pub motif_function: Option<MotifFunctionConfig>,
}

impl Default for TrainingSpec {
    fn default() -> Self {
        Self {
            seeds: 5,
            bottlenecks: Widths::These((1..=6).collect()),
            engram: TrainingConfig::default(),
            patient: None,
            dense: TrainingConfig::default(),
            perceptron: TrainingConfig::default(),
            homeostatic: None,
            motif_function: None,
        }
    }
}

/// What is read from trained networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LatentSpec {
    /// Intrinsic-dimension estimators for latent and hidden activity.
    pub estimators: Vec<Estimator>,
}

impl Default for LatentSpec {
    fn default() -> Self {
        Self {
            estimators: Estimator::PIPELINE.to_vec(),
        }
    }
}

/// A pipeline that cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// The file cannot be read.
    #[error(
        "cannot read the pipeline `{path}`: {source}\n  hint: `celegans`, `convergence`, `hub`, `smoke`, `species` and `validation` come with engraph; else give the path of a TOML file"
    )]
    Read {
        /// Its path.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// Not TOML.
    #[error("{path}: {message}")]
    Syntax {
        /// Path of the file.
        path: PathBuf,
        /// Line, column and cause.
        message: String,
    },
    /// A key or value is not what it should be.
    #[error("{path}: `{key}`: {message}")]
    Value {
        /// Path of the file.
        path: PathBuf,
        /// Dotted key.
        key: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// An override on the command line is not `key=value`.
    #[error("`--set {text}`: {message}\n  hint: write `--set training.seeds=3`")]
    Override {
        /// The override.
        text: String,
        /// Cause.
        message: String,
    },
}

impl crate::text::Hinted for SpecError {}

impl Spec {
    /// Reads and checks the pipeline at `path` with `overrides` (`a.b=value`) applied.
    ///
    /// # Errors
    /// [`SpecError`], naming file and key.
    pub fn read(path: &Path, overrides: &[String]) -> Result<Self, SpecError> {
        let text = std::fs::read_to_string(path).map_err(|source| SpecError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path, overrides)
    }

    /// True if a task reads the source `name`, as the table of its series.
    #[must_use]
    pub fn is_series(&self, name: &str) -> bool {
        let files = self.tasks.iter().filter_map(|task| task.file.as_ref());
        files
            .filter_map(|file| self.source_of(file))
            .any(|(source, _)| source == name)
    }

    /// The source that a series names in the place of a path.
    pub(super) fn source_of(&self, file: &SeriesFile) -> Option<(&String, &SourceSpec)> {
        self.sources.get_key_value(file.path.to_str()?)
    }

    /// Parses and checks `text`; `path` is named in errors and anchors relative paths.
    ///
    /// # Errors
    /// [`SpecError`].
    pub fn parse(text: &str, path: &Path, overrides: &[String]) -> Result<Self, SpecError> {
        let mut table: toml::Table =
            text.parse()
                .map_err(|e: toml::de::Error| SpecError::Syntax {
                    path: path.to_owned(),
                    message: e.to_string().trim_end().to_owned(),
                })?;
        for text in overrides {
            set(&mut table, text).map_err(|message| SpecError::Override {
                text: text.clone(),
                message,
            })?;
        }
        let mut spec: Self =
            serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(|e| {
                let key = e.path().to_string();
                SpecError::Value {
                    path: path.to_owned(),
                    key,
                    message: with_hint(&e.into_inner().to_string()),
                }
            })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        spec.sources
            .values_mut()
            .for_each(|source| source.anchor(folder));
        for file in spec.tasks.iter_mut().filter_map(|task| task.file.as_mut()) {
            if !file
                .path
                .to_str()
                .is_some_and(|name| spec.sources.contains_key(name))
            {
                file.path = folder.join(&file.path);
            }
        }
        spec.resolve_patterns(folder).map_err(|message| {
            let key = "motifs.patterns".to_owned();
            SpecError::Value {
                path: path.to_owned(),
                key,
                message,
            }
        })?;
        if let Some((key, message)) = spec.problem() {
            return Err(SpecError::Value {
                path: path.to_owned(),
                key,
                message,
            });
        }
        for (index, task) in spec.tasks.iter_mut().enumerate() {
            *task = task.completed().map_err(|error| {
                let key = format!("tasks[{index}].{}", error.key);
                SpecError::Value {
                    path: path.to_owned(),
                    key,
                    message: error.message,
                }
            })?;
        }
        Ok(spec)
    }

    fn resolve_patterns(&mut self, folder: &Path) -> Result<(), String> {
        for name in &self.motifs.patterns {
            let pattern = Pattern::named(name, folder).map_err(|e| match e.hint() {
                Some(hint) => format!("{e}\n  hint: {hint}"),
                None => e.to_string(),
            })?;
            if self
                .motifs
                .resolved
                .iter()
                .any(|other| other.name() == pattern.name())
            {
                return Err(format!(
                    "two motifs are called `{}`\n  hint: rename a file",
                    pattern.name()
                ));
            }
            self.motifs.resolved.push(pattern);
        }
        Ok(())
    }

    /// The first value out of range.
    fn problem(&self) -> Option<(String, String)> {
        let fail = |key: &str, message: String| Some((key.to_owned(), message));
        let safe = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
                && !name.starts_with('.')
        };
        if !safe(&self.name) {
            return fail(
                "name",
                format!(
                    "`{}` cannot name a folder\n  hint: letters, digits, `_`, `-`",
                    self.name
                ),
            );
        }
        for (key, names) in [
            ("connectomes", Some(&self.connectomes)),
            (
                "topologies.connectomes",
                self.topologies.connectomes.as_ref(),
            ),
            ("topologies.dense", Some(&self.topologies.dense)),
        ] {
            for name in names.into_iter().flatten() {
                let chosen = self.connectomes.contains(name);
                if key != "connectomes" && !chosen {
                    let hint = suggest::hint(name, self.connectomes.iter().map(String::as_str))
                        .unwrap_or_default();
                    return fail(key, format!("`{name}` is not among `connectomes`{hint}"));
                }
                if !self.sources.contains_key(name)
                    && let Err(error) = bundled::connectome(name)
                {
                    return fail(key, error.to_string());
                }
            }
            if let Some(twice) = names.and_then(|n| {
                n.iter()
                    .enumerate()
                    .find(|(i, name)| n[..*i].contains(name))
            }) {
                return fail(key, format!("`{}` is named twice", twice.1));
            }
        }
        if let Some(problem) = self.topology_problem() {
            return Some(problem);
        }
        if self.connectomes.is_empty() && self.topologies.species.is_empty() {
            return fail(
                "connectomes",
                "is empty\n  hint: `engraph connectomes` lists those at hand".to_owned(),
            );
        }
        for (name, source) in &self.sources {
            let plain = !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
            let taken = [PERCEPTRON, FULLY_CONNECTED].contains(&name.as_str())
                || bundled::connectome(name).is_ok();
            if !plain || taken {
                let why = if taken {
                    "is taken"
                } else {
                    "is no name\n  hint: letters, digits, `_`, `-`"
                };
                return fail(&format!("sources.{name}"), format!("`{name}` {why}"));
            }
            if !self.connectomes.contains(name) && !self.is_series(name) {
                let hint =
                    format!("add `{name}` to `connectomes`, or give it to a task as its `file`");
                return fail(
                    &format!("sources.{name}"),
                    format!("is not used\n  hint: {hint}"),
                );
            }
            if let Some((key, message)) = source.problem() {
                return fail(&format!("sources.{name}.{key}"), message);
            }
        }
        if let Err(fault) = self.motifs.min_weights.check() {
            let hint = fault.hint().map(|hint| format!("\n  hint: {hint}"));
            let message = format!("{fault}{}", hint.unwrap_or_default());
            return fail("motifs.min_weights", message);
        }
        for (key, swaps) in [
            ("motifs.swaps_per_edge", self.motifs.swaps_per_edge),
            ("topologies.swaps_per_edge", self.topologies.swaps_per_edge),
        ] {
            if !(swaps.is_finite() && swaps >= 0.0) {
                return fail(key, "must be a number of at least 0".to_owned());
            }
        }
        let network = &self.network;
        if !(network.leak >= 0.001 && network.leak < 0.5) {
            return fail(
                "network.leak",
                format!("{} is not at least 0.001 and below 0.5", network.leak),
            );
        }
        let sizes = [
            ("spectral_radius", network.spectral_radius),
            ("gap_conductance", network.gap_conductance),
            ("noise", network.noise),
        ];
        for (key, value) in sizes {
            if !(value.is_finite() && value >= 0.0) {
                return fail(
                    &format!("network.{key}"),
                    format!("{value} must be a number of at least 0"),
                );
            }
        }
        for (key, value) in network.penalties.factors() {
            if !(value.is_finite() && value >= 0.0) {
                return fail(
                    &format!("network.penalties.{key}"),
                    format!("{value} must be a number of at least 0"),
                );
            }
        }
        if network.input.is_empty() || network.output.is_empty() {
            return fail(
                "network.input",
                "and `network.output` must name at least one class".to_owned(),
            );
        }
        if network.bottleneck == BottleneckKind::Named {
            let widths = self
                .tasks
                .iter()
                .filter_map(|task| self.training.bottlenecks.of(task))
                .flatten();
            let (named, widest) = (network.bottleneck_neurons.len(), widths.max());
            if widest.is_some_and(|k| named < k as usize) {
                return fail(
                    "network.bottleneck_neurons",
                    format!("{named} are fewer than the widest bottleneck has"),
                );
            }
        }
        for (index, task) in self.tasks.iter().enumerate() {
            let key = |field: &str| format!("tasks[{index}].{field}");
            if !safe(&task.name) {
                return fail(
                    &key("name"),
                    format!(
                        "`{}` is no name\n  hint: letters, digits, `_`, `-`",
                        task.name
                    ),
                );
            }
            if self.tasks[..index].iter().any(|t| t.name == task.name) {
                return fail(&key("name"), format!("`{}` is used twice", task.name));
            }
            if let Err(error) = task.check() {
                return fail(&key(error.key), error.message);
            }
            if self.training.bottlenecks.of(task).is_none() {
                let message =
                    "is `auto`, and a task has no known dimension\n  hint: give a list of widths";
                return fail(
                    "training.bottlenecks",
                    format!("{message} for `{}`", task.name),
                );
            }
        }
        let training = &self.training;
        if let Some(tested) = &training.motif_function {
            if tested.draws == 0 || tested.occurrences == 0 {
                return fail(
                    "training.motif_function.draws",
                    "and `occurrences` must be at least 1".to_owned(),
                );
            }
            let unfit = |name: &&String| !["xor5", "xor6", "sxor8"].contains(&name.as_str());
            if let Some(name) = tested.motifs.iter().find(unfit) {
                let message = format!("`{name}` is no comparator\n  hint: xor5, xor6 or sxor8");
                return fail("training.motif_function.motifs", message);
            }
        }
        if training.seeds == 0 {
            return fail("training.seeds", "must be at least 1".to_owned());
        }
        if !training.bottlenecks.ascend() {
            return fail(
                "training.bottlenecks",
                "must be widths that ascend from at least 1".to_owned(),
            );
        }
        if training.bottlenecks.is_empty() && self.topologies.nulls > 0 {
            return fail(
                "training.bottlenecks",
                "is empty, and nulls are compared by widths".to_owned(),
            );
        }
        let of_nulls = self.topologies.null_tasks.iter().flatten();
        if let Some(name) = of_nulls
            .clone()
            .find(|name| self.tasks.iter().all(|task| task.name != **name))
        {
            let hint = suggest::hint(name, self.tasks.iter().map(|task| task.name.as_str()))
                .unwrap_or_default();
            return fail(
                "topologies.null_tasks",
                format!("`{name}` is not among `tasks`{hint}"),
            );
        }
        let motifs = &self.motifs;
        for (key, twice) in [
            ("motifs.sign_models", repeated(&motifs.sign_models)),
            (
                "motifs.min_weights",
                matches!(&motifs.min_weights, Thresholds::Listed(list) if repeated(list)),
            ),
            ("latent.estimators", repeated(&self.latent.estimators)),
        ] {
            if twice {
                return fail(key, "names something twice".to_owned());
            }
        }
        let patient = training
            .patient
            .map(|patience| patience.with(training.engram.clone()));
        for (arm, config) in [
            ("engram", &training.engram),
            ("dense", &training.dense),
            ("perceptron", &training.perceptron),
        ]
        .into_iter()
        .chain(patient.iter().map(|config| ("patient", config)))
        {
            if let Err(error) = config.check() {
                return fail(
                    &format!("training.{arm}.{}", error.field),
                    error.to_string(),
                );
            }
        }
        if let Some(config) = &training.homeostatic {
            if let Err(error) = config.check() {
                return fail(
                    &format!("training.homeostatic.{}", error.field),
                    error.to_string(),
                );
            }
            if self.tasks.iter().all(|task| task.bits().is_none()) {
                let message = "learns tasks of bits, and there is none\n  hint: kinds `binary`, `codewords`, `three_bits`";
                return fail("training.homeostatic", message.to_owned());
            }
        }
        if self.topologies.perceptron == Some(0) {
            return fail(
                "topologies.perceptron",
                "must be at least 1 hidden unit".to_owned(),
            );
        }
        None
    }
}

impl Spec {
    /// What is wrong with species-like and matched topologies.
    fn topology_problem(&self) -> Option<(String, String)> {
        let topologies = &self.topologies;
        let mut taken: Vec<String> = self.connectomes.clone();
        taken.extend([PERCEPTRON, FULLY_CONNECTED].map(str::to_owned));
        for (index, species) in topologies.species.iter().enumerate() {
            let fail = |field: &str, message: String| {
                Some((format!("topologies.species[{index}]{field}"), message))
            };
            let name = &species.name;
            if name.is_empty()
                || !name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
            {
                return fail(
                    ".name",
                    format!("`{name}` is no name\n  hint: letters, digits, `_`, `-`"),
                );
            }
            if taken.contains(name) || bundled::connectome(name).is_ok() {
                let hint = format!(
                    "{{ preset = \"{}\", name = \"another\" }}",
                    species.model.preset
                );
                return fail("", format!("the name `{name}` is taken\n  hint: {hint}"));
            }
            taken.push(name.clone());
            if species.replicates == 0 {
                return fail(".replicates", "must be at least 1".to_owned());
            }
            if let Err(error) = species.model.check() {
                return fail("", error.to_string());
            }
        }
        if topologies.matched_replicates == 0 {
            return Some((
                "topologies.matched_replicates".to_owned(),
                "must be at least 1".to_owned(),
            ));
        }
        let wanted = topologies.matched_neurons?;
        // Users' own are measured when they are read.
        let sizes = bundled::connectomes()
            .ok()?
            .iter()
            .map(|row| (&row.connectome, row.neurons));
        let chosen = topologies.connectomes.as_ref().unwrap_or(&self.connectomes);
        let small = sizes
            .filter(|(name, _)| chosen.contains(name))
            .find(|&(_, n)| n < i64::from(wanted));
        let message = match small {
            _ if wanted == 0 => "must be at least 1".to_owned(),
            Some((name, n)) => {
                format!("{wanted} is more than the {n} neurons of `{name}`\n  hint: at most {n}")
            }
            None => return None,
        };
        Some(("topologies.matched_neurons".to_owned(), message))
    }
}

fn repeated<T: PartialEq>(list: &[T]) -> bool {
    list.iter()
        .enumerate()
        .any(|(i, item)| list[..i].contains(item))
}

/// Applies `a.b=value`; the value is TOML, or text where it is none.
fn set(table: &mut toml::Table, text: &str) -> Result<(), String> {
    let (key, value) = text.split_once('=').ok_or("no `=`")?;
    let parsed: Result<toml::Table, _> = format!("value = {value}").parse();
    let value = parsed
        .ok()
        .and_then(|mut t| t.remove("value"))
        .unwrap_or_else(|| toml::Value::String(value.to_owned()));
    let mut parts: Vec<&str> = key.trim().split('.').collect();
    let last = parts.pop().filter(|k| !k.is_empty()).ok_or("no key")?;
    let mut at = table;
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let inner = at
            .entry(part)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()));
        // `tasks.0.dimension`: a number after a list chooses one of its tables.
        let inner = match (
            inner,
            parts.peek().and_then(|next| next.parse::<usize>().ok()),
        ) {
            (toml::Value::Array(list), Some(index)) => {
                parts.next();
                let length = list.len();
                list.get_mut(index)
                    .ok_or_else(|| format!("`{part}` has {length} entries, counted from 0"))?
            }
            (inner, _) => inner,
        };
        at = inner
            .as_table_mut()
            .ok_or_else(|| format!("`{part}` is not a table"))?;
    }
    at.insert(last.to_owned(), value);
    Ok(())
}

/// Adds "did you mean" to serde's messages about unknown names.
fn with_hint(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(typed) if message.starts_with("unknown") => {
            format!(
                "{message}{}",
                suggest::hint(typed, quoted).unwrap_or_default()
            )
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SMALL: &str = "name = 't'\nconnectomes = ['cook2020_pharynx']\n";

    fn parse(text: &str, overrides: &[&str]) -> Result<Spec, String> {
        let overrides: Vec<String> = overrides.iter().map(|s| (*s).to_owned()).collect();
        Spec::parse(text, Path::new("p.toml"), &overrides).map_err(|e| e.to_string())
    }

    #[test]
    fn defaults_are_complete_and_overrides_apply() {
        let spec = parse(SMALL, &["training.seeds=3", "topologies.sign_model=gaba26"]).unwrap();
        assert_eq!(
            (spec.seed, spec.training.seeds, spec.topologies.sign_model),
            (1, 3, SignModel::Gaba26)
        );
        assert_eq!(spec.motifs.patterns.len(), Motif::ALL.len());
    }

    #[test]
    fn errors_name_the_key_and_suggest() {
        let error = |text: &str, overrides: &[&str]| parse(text, overrides).unwrap_err();
        let typo = error(SMALL, &["training.seds=3"]);
        assert!(
            typo.contains("`training") && typo.contains("did you mean `seeds`"),
            "{typo}"
        );
        let connectome = error("name = 't'\nconnectomes = ['cook2019_hermm']\n", &[]);
        assert!(
            connectome.contains("`connectomes`") && connectome.contains("`cook2019_herm`"),
            "{connectome}"
        );
        assert!(error(SMALL, &["motifs.min_weights=[-1.0]"]).contains("`motifs.min_weights`: -1"));
        assert!(error(SMALL, &["training.engram.batch_size=10"]).contains("multiple of 32"));
        assert!(error(SMALL, &["training.bottlenecks=[2,1]"]).contains("ascend"));
        assert!(error(SMALL, &["network.leak=0.7"]).contains("network.leak"));
        assert!(error(SMALL, &["network.leek=0.1"]).contains("did you mean `leak`"));
        assert!(
            error(SMALL, &["training.bottlenecks=[]", "topologies.nulls=1"])
                .contains("training.bottlenecks")
        );
        assert!(parse(SMALL, &["training.bottlenecks=[]"]).is_ok());
        assert!(
            error(SMALL, &["motifs.patterns=['lat','lat']"])
                .contains("two motifs are called `lat`")
        );
        assert!(
            error(SMALL, &["motifs.patterns=['no.motif']"])
                .contains("cannot read the motif `no.motif`")
        );
        assert!(error(SMALL, &["motifs.min_weights='some'"]).contains("or \"all\""));
        let bits = format!("{SMALL}[[tasks]]\nname = 'a'\nkind = 'binary'\n");
        assert_eq!(
            parse(&bits, &["training.homeostatic.epochs=9"])
                .unwrap()
                .training
                .homeostatic
                .unwrap()
                .epochs,
            9
        );
        assert!(
            error(&bits, &["training.homeostatic.patience=0"])
                .contains("`training.homeostatic.patience`")
        );
        assert!(error(&bits, &["training.homeostatic.epoch=9"]).contains("did you mean `epochs`"));
        assert!(
            error(SMALL, &["training.homeostatic.epochs=9"])
                .contains("learns tasks of bits, and there is none")
        );
        let mine = "name = 't'\nconnectomes = ['mlp']\n[sources.mlp]\nedges = 'e.csv'\n";
        assert!(error(mine, &[]).contains("is taken"));
        let task = format!("{SMALL}[[tasks]]\nname = 'a'\nkind = 'smooth'\ndimension = 2\n");
        assert_eq!(
            parse(&task, &["tasks.0.dimension=3"]).unwrap().tasks[0].dimension,
            Some(3)
        );
        assert!(error(&task, &["tasks.1.dimension=3"]).contains("1 entries"));
        assert!(
            error(&task, &["tasks.0.dimension=200"])
                .contains("`tasks[0].dimension`: 200 latents do not fit 128")
        );
        assert!(
            error(&task, &["tasks.0.rank=2"])
                .contains("`tasks[0].rank`: does not apply to a task of kind `smooth`")
        );
        assert!(error(&task, &["tasks.0.dimensoin=2"]).contains("did you mean `dimension`"));
        assert!(error(&task, &["tasks.0.name='x y'"]).contains("tasks[0].name"));
        let wrong = |value: &str| error(SMALL, &[&format!("topologies.species={value}")]);
        assert!(
            wrong("['worm_lik']").contains("did you mean `worm_like`"),
            "{}",
            wrong("['worm_lik']")
        );
        assert!(wrong("[{preset='worm_like',neuron=9}]").contains("did you mean `neurons`"));
        assert!(
            wrong("[{preset='worm_like',neurons=9}]")
                .contains("`topologies.species[0]`: 9 neurons")
        );
        assert!(
            wrong("['worm_like','worm_like']")
                .contains("`topologies.species[1]`: the name `worm_like` is taken")
        );
        assert!(wrong("[{preset='fly_like',ii_multiplier=-1.0}]").contains("multiplier -1"));
        assert!(
            wrong("[{preset='fly_like',replicates=0}]").contains("species[0].replicates`: must be")
        );
        assert!(wrong("[{preset='fly_like',name='x.y'}]").contains("is no name"));
        assert!(wrong("[3]").contains("name of a species-like topology"));
        let matched = |n: u32| parse(SMALL, &[&format!("topologies.matched_neurons={n}")]);
        assert!(
            matched(23)
                .unwrap_err()
                .contains("the 22 neurons of `cook2020_pharynx`")
                && matched(22).is_ok()
        );
        assert!(error(SMALL, &["connectomes=[]"]).contains("is empty"));
        assert!(
            parse(
                SMALL,
                &["connectomes=[]", "topologies.species=['worm_like']"]
            )
            .is_ok()
        );
        assert!(error(SMALL, &["name='../x'"]).contains("cannot name a folder"));
        assert!(error(SMALL, &["nonsense"]).contains("no `=`"));
        assert!(error("name = 't'\nconnectomes = [", &[]).contains("line 2"));
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text in "\\PC{0,80}", key in "[a-z.=]{0,20}") {
            let _ = parse(&text, &[]);
            let _ = parse(SMALL, &[&key]);
        }
    }
}
