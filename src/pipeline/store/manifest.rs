//! The manifest of an artifact: which files it has, and the hash of each.
//!
//! The manifest is the file `artifact.json`, and it is written last. It ends with a seal, which is
//! the hash of all the rest. A changed byte anywhere in an artifact therefore shows: in a file by
//! its hash, in the manifest by its seal, and in the recipe because the key is its hash. An
//! artifact that was copied to the place of another one shows by its key.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::pipeline::key::content_key;

/// Name of the file with the manifest.
pub(super) const MANIFEST: &str = "artifact.json";
/// Name of the file with the recipe. Its bytes are those that the key is the hash of.
pub(super) const RECIPE: &str = "recipe.json";

/// Which files an artifact has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Name of the stage that made the artifact.
    stage: String,
    /// Content key of the artifact.
    key: String,
    /// The tables, by the names of their files.
    files: BTreeMap<String, FileEntry>,
    /// The blake3 hash of the other fields as JSON.
    seal: String,
}

/// What the manifest says of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    /// Size of the file in bytes.
    pub(super) bytes: u64,
    /// The blake3 hash of the file.
    pub(super) blake3: String,
}

/// What is known of a place in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The artifact is there, and all its bytes are those that were stored.
    Whole,
    /// Nothing is there.
    Absent,
    /// Something is there that is not the artifact as it was stored.
    Damaged {
        /// Name of the file at fault, and how the damage shows.
        what: String,
    },
}

impl FileEntry {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.len() as u64,
            blake3: blake3::hash(bytes).to_hex().to_string(),
        }
    }

    /// True if `bytes` are those that were stored.
    pub(super) fn agrees(&self, bytes: &[u8]) -> bool {
        *self == Self::of(bytes)
    }
}

impl Manifest {
    /// The manifest of an artifact with these files.
    pub(super) fn new(stage: &str, key: &str, files: BTreeMap<String, FileEntry>) -> Self {
        let mut manifest = Self {
            stage: stage.to_owned(),
            key: key.to_owned(),
            files,
            seal: String::new(),
        };
        manifest.seal = manifest.own_seal();
        manifest
    }

    fn own_seal(&self) -> String {
        let rest = (&self.stage, &self.key, &self.files);
        let text = serde_json::to_vec(&rest).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the manifest in `folder`, which is to be that of the artifact `key` of `stage`.
    ///
    /// # Errors
    /// [`Condition::Absent`] if there is no folder. [`Condition::Damaged`] if the manifest is
    /// missing, damaged or that of another artifact.
    pub(super) fn read(folder: &Path, stage: &str, key: &str) -> Result<Self, Condition> {
        let damaged = |what: &str| Condition::Damaged {
            what: format!("{MANIFEST}: {what}"),
        };
        let text = match fs::read(folder.join(MANIFEST)) {
            Ok(text) => text,
            Err(_) if fs::symlink_metadata(folder).is_err() => return Err(Condition::Absent),
            Err(error) => return Err(damaged(&error.to_string())),
        };
        let manifest: Self = serde_json::from_slice(&text).map_err(|_| damaged("unreadable"))?;
        if manifest.seal != manifest.own_seal() {
            return Err(damaged("changed since it was stored"));
        }
        if (manifest.stage.as_str(), manifest.key.as_str()) != (stage, key) {
            return Err(damaged("it belongs to another result"));
        }
        Ok(manifest)
    }

    /// What the manifest says of the file `name`.
    pub(super) fn file(&self, name: &str) -> Option<&FileEntry> {
        self.files.get(name)
    }

    /// True if all files are there with their sizes. Their contents are not read.
    pub(super) fn is_complete(&self, folder: &Path) -> bool {
        self.files.iter().all(|(name, entry)| {
            fs::metadata(folder.join(name))
                .is_ok_and(|found| found.is_file() && found.len() == entry.bytes)
        })
    }

    /// Reads all files and compares them with their hashes.
    pub(super) fn examine(&self, folder: &Path) -> Condition {
        let damaged = |name: &str, what: &str| Condition::Damaged {
            what: format!("{name}: {what}"),
        };
        match fs::read(folder.join(RECIPE)) {
            Ok(recipe) if content_key(&recipe) == self.key => {}
            Ok(_) => return damaged(RECIPE, "changed since it was stored"),
            Err(error) => return damaged(RECIPE, &error.to_string()),
        }
        for (name, entry) in &self.files {
            match fs::read(folder.join(name)) {
                Ok(bytes) if entry.agrees(&bytes) => {}
                Ok(_) => return damaged(name, "changed since it was stored"),
                Err(error) => return damaged(name, &error.to_string()),
            }
        }
        Condition::Whole
    }
}
