//! The section `[sources]`: connectomes and time series that do not come with engraph.

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::Invalid;
use crate::connectome::{InhibitoryFraction, SignModel};
use crate::source::ReadOptions;

/// A connectome, or the table of a `series` task, that does not come with engraph. Either `edges`
/// names a file of the user, or `hub` names a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Path of the edge table, or of the table of a series, relative to the pipeline's file. For a
    /// source on a Hub, it is the copy in the cache once that has been fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<PathBuf>,
    /// Paths of the tables of neurons, relative to the pipeline's file: one, or a list. What an
    /// earlier table says of a neuron counts before what a later one says.
    #[serde(
        default,
        deserialize_with = "one_or_many",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[schemars(schema_with = "path_or_paths")]
    pub neurons: Vec<PathBuf>,
    /// What the columns of the tables hold, where their names do not say it, and how a matrix and
    /// weights below 0 are read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reading: ReadOptions,
    /// Dataset repository on the Hugging Face Hub, as `owner/name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// Branch, tag or commit of the repository that `engraph refresh` looks at. What a run reads is
    /// the commit that the lock pins.
    #[serde(default = "main_branch")]
    pub revision: String,
    /// Which table of the repository to read: a path in which `*` stands for any text without `/`,
    /// and `**` for any text.
    #[serde(default = "anywhere")]
    pub file: String,
    /// Unit of the weights, as reports state it.
    #[serde(default = "synapses")]
    pub unit: String,
    /// Species of the animal, as reports state it.
    #[serde(default)]
    pub species: String,
    /// Publication to cite for the data.
    #[serde(default)]
    pub citation: String,
    /// Licence of the data.
    #[serde(default)]
    pub licence: String,
    /// Sign model for this connectome. Without it, the signs in its tables are used, or the
    /// pipeline's sign models if its tables have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_model: Option<SignModel>,
    /// Where nothing is known of signs: the fraction of the neurons, drawn at random, that inhibits
    /// while all others excite. Signs in its tables are replaced. Motifs are counted under
    /// `motifs.sign_draws` draws, networks have the signs of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assume_inhibitory: Option<InhibitoryFraction>,
}

fn is_default(reading: &ReadOptions) -> bool {
    *reading == ReadOptions::default()
}

/// The schema of a path, or of a list of paths.
fn path_or_paths(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    })
}

/// Reads a path, or a list of paths.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    struct Paths;

    impl<'de> Visitor<'de> for Paths {
        type Value = Vec<PathBuf>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a path, or a list of paths")
        }

        fn visit_str<E: serde::de::Error>(self, path: &str) -> Result<Vec<PathBuf>, E> {
            Ok(vec![path.into()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut paths: A) -> Result<Vec<PathBuf>, A::Error> {
            let mut all = Vec::new();
            while let Some(path) = paths.next_element()? {
                all.push(path);
            }
            Ok(all)
        }
    }

    deserializer.deserialize_any(Paths)
}

fn main_branch() -> String {
    "main".to_owned()
}

fn anywhere() -> String {
    "**".to_owned()
}

fn synapses() -> String {
    "synapses".to_owned()
}

impl SourceSpec {
    /// Makes the paths relative to `folder`.
    pub(super) fn anchor(&mut self, folder: &Path) {
        for path in self.edges.iter_mut().chain(&mut self.neurons) {
            *path = folder.join(&*path);
        }
    }

    /// Refuses the first value that does not fit the others.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        #[cfg(feature = "files")]
        self.reading
            .check()
            .map_err(|error| Invalid::from_error("reading", &error))?;
        if self.sign_model.is_some() && self.assume_inhibitory.is_some() {
            return Err(
                Invalid::new("assume_inhibitory", "cannot stand beside `sign_model`")
                    .hint("the signs of a connectome are known or assumed"),
            );
        }
        match (&self.edges, &self.hub) {
            (None, None) => Err(Invalid::new("edges", "is missing")
                .hint("the path of an edge table, or `hub = \"owner/name\"`")),
            (Some(_), Some(_)) => Err(Invalid::new("hub", "cannot stand beside `edges`")
                .hint("two sources have two names")),
            (Some(_), None) if self.file != anywhere() || self.revision != main_branch() => {
                Err(Invalid::new("file", "and `revision` belong to a `hub`"))
            }
            (Some(_), None) => Ok(()),
            (None, Some(hub)) => check_hub(hub),
        }
    }
}

#[cfg(feature = "hub")]
fn check_hub(repository: &str) -> Result<(), Invalid> {
    let parsed = repository.parse::<crate::source::hub::Repository>();
    parsed
        .map(drop)
        .map_err(|error| Invalid::from_error("hub", &error))
}

#[cfg(not(feature = "hub"))]
fn check_hub(_: &str) -> Result<(), Invalid> {
    Err(
        Invalid::new("hub", "cannot be read: this build knows no Hub")
            .hint("build with the feature `hub`"),
    )
}
