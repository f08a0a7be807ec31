//! A whole pipeline: its top level, its parser, and the checks that involve several sections.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::de::{DeTable, DeValue};

use super::error::{
    Invalid, NAME_HINT, SpecError, check_distinct, is_plain_name, names_a_file, unreadable,
};
use super::overrides::set;
use super::people::check_filled;
use super::seed;
use super::{
    CapacitySpec, LatentSpec, MotifSpec, NullTraining, PathSpec, Person, Publisher, SourceSpec,
    TopologySpec, TrainingSpec, network,
};
use crate::circuit_prior::CircuitPriorSettings;
use crate::network::NetworkConfig;
use crate::pipeline::builtin;
use crate::reservoir::ProfileSettings;
use crate::self_optimisation::SelfOptimisationSettings;
use crate::source::bundled;
use crate::spiking::SpikingSettings;
use crate::task::{CheckedTask, SeriesFile, TaskConfigError};
use crate::text::{Snippet, suggest};
use crate::training::PERCEPTRON;
use crate::training::homeostatic::FULLY_CONNECTED;

/// A pipeline that is complete and checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Name of the pipeline. Its reports go to the folder `reports/NAME`.
    pub name: String,
    /// Seed from which all random streams of the pipeline are derived, up to 2^64 - 1. TOML itself
    /// knows integers up to 2^63 - 1: beyond, a seed may be written as text, too, and is written so
    /// by engraph.
    #[serde(default = "one", with = "super::seed")]
    #[schemars(with = "u64")]
    pub seed: u64,
    /// The licence of the results, as reports state it: an identifier of SPDX such as `CC-BY-4.0`,
    /// or a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Connectomes to analyse: names of bundled ones, or names of `sources`.
    pub connectomes: Vec<String>,
    /// Connectomes and time series from elsewhere, by name: the user's own tables, or tables on the
    /// Hugging Face Hub.
    #[serde(default)]
    pub sources: BTreeMap<String, SourceSpec>,
    /// Days after which `engraph plan` calls tables fetched from a Hub stale. Without it, they
    /// never become stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// Which motifs are counted, and how.
    #[serde(skip_deserializing)]
    #[schemars(!skip_deserializing, default)]
    pub motifs: MotifSpec,
    /// Polysynaptic paths of the connectomes: how much of whose input comes from where. Without it,
    /// none are looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paths: Option<PathSpec>,
    /// Which dimensions the wirings of the topologies offer, in closed form. Without it, none are
    /// measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<CapacitySpec>,
    /// What the wirings of the topologies do as reservoirs, for comparison with other studies.
    /// Without it, nothing is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservoir: Option<ProfileSettings>,
    /// Self-optimisation of Hopfield networks on the observed and the species-like wirings. Without
    /// it, nothing is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_optimisation: Option<SelfOptimisationSettings>,
    /// The worm's swimming circuit as a network, trained with and without its published signs. It
    /// is about no connectome. Without it, nothing is trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_prior: Option<CircuitPriorSettings>,
    /// Spiking circuits of the motifs of `[motifs]` that are circuits with inputs. Without it, none
    /// is simulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spiking: Option<SpikingSettings>,
    /// Which topologies are trained.
    #[serde(default)]
    pub topologies: TopologySpec,
    /// Dynamics of the networks, and where they read and write.
    #[serde(default)]
    pub network: NetworkConfig,
    /// Tasks that the networks learn.
    #[serde(default)]
    pub tasks: Vec<CheckedTask>,
    /// How the networks are trained.
    #[serde(default)]
    pub training: TrainingSpec,
    /// How latent dimensions are estimated from trained networks.
    #[serde(default)]
    pub latent: LatentSpec,
    /// Who answers for the results. Nobody is named who does not stand here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// The organisation that publishes the results, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Publisher>,
}

/// Most networks of a pipeline, and most wirings.
const MOST_CELLS: u64 = 200_000;

fn one() -> u64 {
    1
}

impl Spec {
    /// Reads a pipeline that comes with engraph and applies `overrides` of the form `a.b=value`.
    /// The result is `None` if `name` is not in
    /// [`builtin::NAMES`](crate::pipeline::builtin::NAMES).
    ///
    /// ```
    /// use engraph::pipeline::{Spec, build};
    ///
    /// let spec = Spec::built_in("smoke", &["training.seeds=2".to_owned()])?;
    /// let plan = build(&spec.ok_or("not built in")?)?;
    /// assert!(plan.cells().len() > 10);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SpecError`] if an override is refused.
    pub fn built_in(name: &str, overrides: &[String]) -> Result<Option<Self>, SpecError> {
        let Some(text) = builtin::text(name) else {
            return Ok(None);
        };
        let path = format!("{name} (built in)");
        Self::parse(text, Path::new(&path), overrides).map(Some)
    }

    /// Reads and checks the pipeline at `path`, with `overrides` of the form `a.b=value` applied.
    ///
    /// # Errors
    /// [`SpecError`], which names the file and the key.
    pub fn read(path: &Path, overrides: &[String]) -> Result<Self, SpecError> {
        let text = std::fs::read_to_string(path).map_err(|source| SpecError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path, overrides)
    }

    /// True if a task reads the source `name` as the table of its series.
    #[must_use]
    pub fn is_series(&self, name: &str) -> bool {
        let files = self.tasks.iter().filter_map(CheckedTask::file);
        files
            .filter_map(|file| self.source_of(file))
            .any(|(source, _)| source == name)
    }

    /// The source that a series names instead of a path, with its name.
    pub(in crate::pipeline) fn source_of(
        &self,
        file: &SeriesFile,
    ) -> Option<(&String, &SourceSpec)> {
        self.sources.get_key_value(file.path.to_str()?)
    }

    /// Parses and checks `text`. Errors name `path`, and relative paths start from its folder.
    ///
    /// # Errors
    /// [`SpecError`], which names `path` and the key.
    pub fn parse(text: &str, path: &Path, overrides: &[String]) -> Result<Self, SpecError> {
        let mut table: toml::Table =
            seed::as_text(text)
                .parse()
                .map_err(|error: toml::de::Error| SpecError::Syntax {
                    path: path.to_owned(),
                    message: error.to_string().trim_end().to_owned(),
                })?;
        for text in overrides {
            set(&mut table, text).map_err(|message| SpecError::Override {
                text: text.clone(),
                message,
            })?;
        }
        let spec = Self::from_table(table, path.parent().unwrap_or(Path::new("")));
        spec.map_err(|invalid| SpecError::Value {
            path: path.to_owned(),
            snippet: line_of(text, &invalid, overrides),
            invalid,
        })
    }

    fn from_table(mut table: toml::Table, folder: &Path) -> Result<Self, Invalid> {
        let motifs = table.remove("motifs").map(MotifSpec::read).transpose();
        // Serde keeps only the message of an error and loses its key. The tasks are therefore
        // checked first, one by one.
        let tasks = table.get("tasks").and_then(toml::Value::as_array);
        for (index, task) in tasks.into_iter().flatten().enumerate() {
            if let toml::Value::Table(task) = task {
                CheckedTask::try_from(task.clone()).map_err(|error| wrong_task(index, error))?;
            }
        }
        let mut spec: Self =
            serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(unreadable)?;
        spec.sources
            .values_mut()
            .for_each(|source| source.anchor(folder));
        for (index, task) in spec.tasks.iter_mut().enumerate() {
            let names_a_source = |path: &Path| {
                path.to_str()
                    .is_some_and(|name| spec.sources.contains_key(name))
            };
            if let Some(path) = task.file().map(|file| &file.path)
                && !names_a_source(path)
            {
                let anchored = task.with_path(folder.join(path));
                *task = anchored.map_err(|error| wrong_task(index, error))?;
            }
        }
        spec.motifs = motifs
            .map_err(|invalid| invalid.within("motifs"))?
            .unwrap_or_default();
        spec.motifs
            .resolve(folder)
            .map_err(|invalid| invalid.within("motifs"))?;
        spec.check()?;
        Ok(spec)
    }

    /// Refuses the first value that is out of range.
    fn check(&self) -> Result<(), Invalid> {
        if !names_a_file(&self.name) {
            let message = format!("`{}` cannot name a folder", self.name);
            return Err(Invalid::new("name", message).hint(NAME_HINT));
        }
        self.check_connectomes()?;
        self.check_sources()?;
        self.motifs
            .check()
            .map_err(|invalid| invalid.within("motifs"))?;
        self.topologies
            .check(&self.connectomes, &self.tasks)
            .map_err(|invalid| invalid.within("topologies"))?;
        self.paths
            .as_ref()
            .map_or(Ok(()), PathSpec::check)
            .map_err(|invalid| invalid.within("paths"))?;
        self.capacity
            .as_ref()
            .map_or(Ok(()), CapacitySpec::check)
            .map_err(|invalid| invalid.within("capacity"))?;
        if let Some(Err(error)) = self.reservoir.as_ref().map(ProfileSettings::check) {
            return Err(Invalid::new(error.field, error.message).within("reservoir"));
        }
        if let Some(Err(error)) = self
            .self_optimisation
            .as_ref()
            .map(SelfOptimisationSettings::check)
        {
            return Err(Invalid::new(error.field, error.message).within("self_optimisation"));
        }
        if let Some(Err(error)) = self.circuit_prior.as_ref().map(CircuitPriorSettings::check) {
            return Err(Invalid::new(error.field, error.message).within("circuit_prior"));
        }
        if let Some(Err(error)) = self.spiking.as_ref().map(SpikingSettings::check) {
            return Err(Invalid::new(error.field, error.message).within("spiking"));
        }
        let widths = self
            .tasks
            .iter()
            .filter_map(|task| self.training.bottlenecks.of(task));
        network::check(&self.network, widths.flatten().max())
            .map_err(|invalid| invalid.within("network"))?;
        self.check_tasks()?;
        self.training
            .check(&self.tasks, &self.network)
            .map_err(|invalid| invalid.within("training"))?;
        self.latent
            .check()
            .map_err(|invalid| invalid.within("latent"))?;
        self.check_origin()?;
        self.check_size()
    }

    /// Refuses people, a publisher or a licence that are none.
    fn check_origin(&self) -> Result<(), Invalid> {
        for (index, person) in self.people.iter().enumerate() {
            let key = format!("people[{index}]");
            person.check().map_err(|invalid| invalid.within(&key))?;
        }
        if let Some(publisher) = &self.publisher {
            let checked = publisher.check();
            checked.map_err(|invalid| invalid.within("publisher"))?;
        }
        match &self.licence {
            Some(licence) => check_filled("licence", licence),
            None => Ok(()),
        }
    }

    /// Refuses a pipeline with more networks than anybody can mean.
    fn check_size(&self) -> Result<(), Invalid> {
        let topologies = &self.topologies;
        let connectomes = topologies.connectomes.as_ref();
        let observed = connectomes.unwrap_or(&self.connectomes).len() as u64
            * u64::from(
                topologies
                    .matched_neurons
                    .map_or(1, |_| topologies.matched_replicates),
            );
        let generated = topologies.species.iter().map(|s| u64::from(s.replicates));
        let origins = observed + generated.sum::<u64>();
        let controls = topologies.dense.len() as u64 + u64::from(topologies.perceptron.is_some());
        let (nulls, seeds) = (u64::from(topologies.nulls), u64::from(self.training.seeds));
        let runs_per_origin = match topologies.null_training {
            NullTraining::EverySeed => (1 + nulls) * seeds,
            NullTraining::Paired => seeds.max(nulls) + nulls,
        };
        let runs = origins
            .saturating_mul(runs_per_origin)
            .saturating_add(controls * seeds);
        let widths = |task: &CheckedTask| self.training.bottlenecks.of(task);
        let widths = self.tasks.iter().filter_map(widths);
        let widths: u64 = widths.map(|widths| widths.len() as u64 + 1).sum();
        let surface = self.training.sparse_bottleneck.iter();
        let points = surface.map(|surface| surface.points().count() as u64);
        let sparse = points.sum::<u64>().saturating_mul(self.tasks.len() as u64);
        let sparse = sparse.saturating_mul((origins + controls) * seeds);
        let networks = runs.saturating_mul(widths).saturating_add(sparse);
        let most = networks.max(origins.saturating_mul(1 + nulls));
        if most <= MOST_CELLS {
            return Ok(());
        }
        let message = format!(
            "asks for {most} networks or wirings, and {MOST_CELLS} is the most of one pipeline"
        );
        let hint = "fewer `training.seeds`, `training.bottlenecks`, `topologies.nulls` or `tasks`";
        Err(Invalid::new("training", message).hint(hint))
    }

    fn check_connectomes(&self) -> Result<(), Invalid> {
        let named = [
            ("connectomes", Some(&self.connectomes)),
            (
                "topologies.connectomes",
                self.topologies.connectomes.as_ref(),
            ),
            ("topologies.dense", Some(&self.topologies.dense)),
        ];
        for (key, names) in named {
            let Some(names) = names else { continue };
            for name in names {
                if key != "connectomes" && !self.connectomes.contains(name) {
                    let known = self.connectomes.iter().map(String::as_str);
                    let message = format!("`{name}` is not among `connectomes`");
                    let near = suggest::did_you_mean(name, known);
                    return Err(Invalid::new(key, message).maybe_hint(near));
                }
                if !self.sources.contains_key(name)
                    && let Err(error) = bundled::connectome(name)
                {
                    return Err(Invalid::from_error(key, &error));
                }
            }
            check_distinct(key, names)?;
        }
        if self.connectomes.is_empty() && self.topologies.species.is_empty() {
            return Err(Invalid::new("connectomes", "is empty")
                .hint("`engraph connectomes` lists those at hand"));
        }
        Ok(())
    }

    fn check_sources(&self) -> Result<(), Invalid> {
        for (name, source) in &self.sources {
            let key = format!("sources.{name}");
            let taken = [PERCEPTRON, FULLY_CONNECTED].contains(&name.as_str())
                || bundled::connectome(name).is_ok();
            if taken {
                return Err(Invalid::new(key, format!("`{name}` is taken")));
            }
            if !is_plain_name(name) {
                return Err(Invalid::new(key, format!("`{name}` is no name")).hint(NAME_HINT));
            }
            if !self.connectomes.contains(name) && !self.is_series(name) {
                let hint =
                    format!("add `{name}` to `connectomes`, or give it to a task as its `file`");
                return Err(Invalid::new(key, "is not used").hint(hint));
            }
            source.check().map_err(|invalid| invalid.within(&key))?;
        }
        Ok(())
    }

    fn check_tasks(&self) -> Result<(), Invalid> {
        for (index, task) in self.tasks.iter().enumerate() {
            let key = |field: &str| format!("tasks[{index}].{field}");
            if !names_a_file(&task.name) {
                let message = format!("`{}` is no name", task.name);
                return Err(Invalid::new(key("name"), message).hint(NAME_HINT));
            }
            if self.tasks[..index].iter().any(|t| t.name == task.name) {
                let message = format!("`{}` is used twice", task.name);
                return Err(Invalid::new(key("name"), message));
            }
        }
        Ok(())
    }
}

/// The refusal of the task at `index`.
fn wrong_task(index: usize, error: TaskConfigError) -> Invalid {
    Invalid::new(format!("tasks[{index}].{}", error.key), error.message).maybe_hint(error.hint)
}

/// The line of the refused value, with carets. It is `None` if an override has set the value.
fn line_of(text: &str, invalid: &Invalid, overrides: &[String]) -> Option<String> {
    let is_overridden = |set: &String| {
        let key = set.split('=').next().unwrap_or("").trim();
        invalid.key.starts_with(key) || key.starts_with(&invalid.key)
    };
    if overrides.iter().any(is_overridden) {
        return None;
    }
    let document = DeTable::parse(text).ok()?;
    let of_key = invalid.message.starts_with("unknown field");
    let span = span_of(document.get_ref(), &invalid.key, of_key)?;
    Some(Snippet::of(text, span).to_string())
}

/// Where the value under a dotted key stands in the text, or with `of_key` the last key itself; the
/// nearest one above it where it is not there.
fn span_of(table: &DeTable<'_>, key: &str, of_key: bool) -> Option<Range<usize>> {
    let (first, rest) = key.split_once('.').unwrap_or((key, ""));
    let (name, index) = match first.split_once('[') {
        Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
        None => (first, None),
    };
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    let mut found = value;
    if let (DeValue::Array(list), Some(index)) = (value.get_ref(), index) {
        found = list.get(index)?;
    }
    match found.get_ref() {
        DeValue::Table(inner) if !rest.is_empty() => {
            span_of(inner, rest, of_key).or(Some(found.span()))
        }
        _ if of_key && rest.is_empty() => Some(key.span()),
        _ => Some(found.span()),
    }
}
