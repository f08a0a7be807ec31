//! The written form of a task: one flat table with the keys of every task and those of its kind.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::DeserializeOwned;
use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use std::borrow::Cow;
use strum::VariantNames;
use toml::{Table, Value};

use super::checked::CheckedTask;
use super::config::{Recall, TaskConfig};
use super::error::TaskConfigError;
use super::keys;
use super::kind::TaskKind;

/// The keys that every task can have.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Common {
    /// Name of the task in tables.
    name: String,
    /// Kind of the sequences.
    kind: String,
    /// Channels per step. Without it, 8; 3 for `three_bits`, 13 for `melody`, and the number of
    /// columns for `series`.
    #[serde(skip_serializing_if = "Option::is_none")]
    channels: Option<usize>,
    /// Steps per sequence. Without it, 16; 24 for `three_bits`, 32 for `melody`.
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    /// What the decoder is fed while it reproduces a sequence.
    #[serde(default)]
    recall: Recall,
    /// Signal-to-noise ratio of the latent units, a ratio of powers above 0. Each unit is squashed
    /// by `tanh` and gets normal noise of variance one over this. Without it, there is no noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    latent_snr: Option<f64>,
}

impl JsonSchema for CheckedTask {
    fn schema_name() -> Cow<'static, str> {
        "Task".into()
    }

    /// One flat table for each kind: the keys of every task, and those of the kind.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let common = Common::json_schema(generator).to_value();
        let kinds = TaskKind::json_schema(generator).to_value();
        let of_kind = |word: &&str| {
            let tagged = kinds["oneOf"].as_array()?;
            let tagged = tagged
                .iter()
                .find(|kind| !kind["properties"][word].is_null())?;
            let own = &tagged["properties"][word];
            let mut flat = common.clone();
            for (key, value) in own["properties"].as_object().into_iter().flatten() {
                flat["properties"][key] = value.clone();
            }
            flat["properties"]["kind"] =
                json!({"const": word, "description": common["properties"]["kind"]["description"]});
            let needed = own["required"].as_array().into_iter().flatten().cloned();
            flat["required"].as_array_mut()?.extend(needed);
            flat["description"] = tagged["description"].clone();
            flat["title"] = json!(word);
            Some(flat)
        };
        let kinds: Vec<serde_json::Value> = TaskKind::VARIANTS.iter().filter_map(of_kind).collect();
        json_schema!({"oneOf": kinds})
    }
}

/// The keys of the kind of this word, beyond those of every task.
pub(super) fn keys_of_kind(word: &str) -> Result<&'static [&'static str], TaskConfigError> {
    keys::of_variant::<TaskKind>(word).map_err(|message| refused("kind", &message))
}

/// The kinds that take a key.
fn kinds_with(key: &str) -> impl Iterator<Item = &'static str> {
    let takes = move |word: &&&str| keys_of_kind(word).is_ok_and(|keys| keys.contains(&key));
    TaskKind::VARIANTS.iter().filter(takes).copied()
}

/// Every key that a task of any kind can have.
fn every_key() -> Vec<&'static str> {
    let mut every = keys::of_struct::<Common>().to_vec();
    for key in TaskKind::VARIANTS
        .iter()
        .flat_map(|word| keys_of_kind(word).unwrap_or_default())
    {
        if !every.contains(key) {
            every.push(key);
        }
    }
    every
}

impl TryFrom<Table> for TaskConfig {
    type Error = TaskConfigError;

    /// Reads a task, with the defaults of its kind.
    ///
    /// # Errors
    /// The first key that is unknown, does not apply to the kind, is missing, or has a value of
    /// another type.
    fn try_from(table: Table) -> Result<Self, TaskConfigError> {
        let every = every_key();
        if let Some(unknown) = table.keys().find(|key| !every.contains(&key.as_str())) {
            let known: Vec<String> = every.iter().map(|key| format!("`{key}`")).collect();
            let message = format!(
                "unknown field `{unknown}`, expected one of {}",
                known.join(", ")
            );
            return Err(TaskConfigError::new(unknown, message).suggesting(unknown, every));
        }
        let common = keys::of_struct::<Common>();
        let (common, mut settings): (Table, Table) = table
            .into_iter()
            .partition(|(key, _)| common.contains(&key.as_str()));
        let common: Common = read(common, |key| {
            TaskConfigError::new(key, "is missing: every task needs it")
        })?;
        let kind = &common.kind;
        let taken = keys_of_kind(kind)?;
        // A dimension of 0 is true of what has no latent variables.
        if !taken.contains(&"dimension") && settings.get("dimension") == Some(&Value::Integer(0)) {
            settings.remove("dimension");
        }
        if let Some(key) = settings.keys().find(|key| !taken.contains(&key.as_str())) {
            let message = format!("does not apply to a task of kind `{kind}`");
            let takers: Vec<String> = kinds_with(key).map(|word| format!("`{word}`")).collect();
            let hint = format!("{} take it", takers.join(", "));
            return Err(TaskConfigError::new(key, message).with_hint(hint));
        }
        let settings = Table::from_iter([(kind.clone(), Value::Table(settings))]);
        let settings = read(settings, |key| {
            let message = format!("is missing: a task of kind `{kind}` needs it");
            TaskConfigError::new(key, message)
        })
        .map_err(|error| TaskConfigError {
            // The word of the kind stands before the keys of its table.
            key: error.key.replacen(&format!("{kind}."), "", 1),
            ..error
        })?;
        Ok(Self {
            name: common.name,
            kind: settings,
            channels: common.channels,
            steps: common.steps,
            recall: common.recall,
            latent_snr: common.latent_snr,
        })
    }
}

/// Reads a table; `missing` is the error for a key that has no default.
fn read<T: DeserializeOwned>(
    table: Table,
    missing: impl FnOnce(&str) -> TaskConfigError,
) -> Result<T, TaskConfigError> {
    serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
        let message = error.inner().message();
        let absent = message.strip_prefix("missing field `");
        match absent.and_then(|rest| rest.strip_suffix('`')) {
            Some(key) => missing(key),
            None => refused(&error.path().to_string(), message),
        }
    })
}

/// What serde says of a value, with the word that was probably meant.
fn refused(key: &str, message: &str) -> TaskConfigError {
    let error = TaskConfigError::new(key, message);
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(typed) if message.starts_with("unknown") => error.suggesting(typed, quoted),
        _ => error,
    }
}

/// The flat table, its keys in the order of their declaration.
#[derive(Serialize)]
struct Flat {
    #[serde(flatten)]
    common: Common,
    #[serde(flatten)]
    settings: Settings,
}

struct Settings(Vec<(&'static str, serde_json::Value)>);

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl Serialize for TaskConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.kind.word();
        let mut tagged = serde_json::to_value(&self.kind).map_err(S::Error::custom)?;
        let settings = keys_of_kind(kind).map_err(S::Error::custom)?.iter();
        let settings = settings.filter_map(|key| {
            let value = tagged.get_mut(kind)?.get_mut(key)?;
            Some((*key, value.take()))
        });
        let flat = Flat {
            settings: Settings(settings.collect()),
            common: Common {
                name: self.name.clone(),
                kind: kind.to_owned(),
                channels: self.channels,
                steps: self.steps,
                recall: self.recall,
                latent_snr: self.latent_snr,
            },
        };
        flat.serialize(serializer)
    }
}
