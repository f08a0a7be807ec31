//! Connectomes and time series from elsewhere, as people write them.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

use super::error::Invalid;
use crate::connectome::SignModel;

/// A connectome, or the table of a `series`, that is not part of the program: `edges` names a file
/// of the user's, or `hub` a repository with one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSpec {
    /// Edge table (or the table of a series), relative to the pipeline's file. Of a Hub, the copy
    /// in the cache once it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<PathBuf>,
    /// Neuron table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neurons: Option<PathBuf>,
    /// Dataset repository on the Hugging Face Hub, `owner/name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// Branch, tag or commit of the repository: what `engraph refresh` looks at. What is read is
    /// pinned in the lock.
    #[serde(default = "main_branch")]
    pub revision: String,
    /// Which table of the repository: a path in which `*` stands for anything but `/`, and `**` for
    /// anything.
    #[serde(default = "anywhere")]
    pub file: String,
    /// Unit of the weights.
    #[serde(default = "synapses")]
    pub unit: String,
    /// Species, for the tables.
    #[serde(default)]
    pub species: String,
    /// What to cite.
    #[serde(default)]
    pub citation: String,
    /// Licence of the data.
    #[serde(default)]
    pub licence: String,
    /// Sign model; where absent, the signs that the tables give, and the pipeline's models if they
    /// give none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_model: Option<SignModel>,
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
    /// Makes paths relative to `folder`.
    pub(super) fn anchor(&mut self, folder: &Path) {
        for path in [&mut self.edges, &mut self.neurons].into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }

    /// The first value that does not fit.
    pub(super) fn check(&self) -> Result<(), Invalid> {
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
