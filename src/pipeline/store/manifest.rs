//! The file of an artifact: a header, the recipe, and the tables one after the other.
//!
//! ```text
//! {"stage":"training","key":"…","recipe":812,
//!  "tables":[{"name":"training_runs","bytes":2301,"blake3":"…"}],"seal":"…"}
//! the recipe: 812 bytes of JSON
//! the tables: 2301 bytes of Parquet, and so on
//! ```
//!
//! The header is one line of JSON, which is broken here. It has the size and the hash of each
//! table, and it ends with a seal, which is the hash of all the rest of it. The key is the hash of
//! the recipe. A changed byte anywhere in an artifact therefore shows, and so does an artifact that
//! was copied to the place of another one.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::pipeline::artifact::Artifact;
use crate::pipeline::key::content_key;

/// Most bytes of a header. Real ones have one or two thousand.
const LONGEST_HEADER: u64 = 1 << 20;

/// What an artifact has, as its first line says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Name of the stage that made the artifact.
    stage: String,
    /// Content key of the artifact.
    key: String,
    /// Size of the recipe in bytes.
    recipe: u64,
    /// The tables in the order in which they follow.
    tables: Vec<TableEntry>,
    /// The blake3 hash of the other fields as JSON.
    seal: String,
}

/// What the header says of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableEntry {
    /// Name of the table.
    name: String,
    /// Size of the table as a Parquet file, in bytes.
    bytes: u64,
    /// The blake3 hash of the Parquet file.
    blake3: String,
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
        /// The part at fault, and how the damage shows.
        what: String,
    },
}

impl Condition {
    fn damaged(part: &str, what: impl std::fmt::Display) -> Self {
        Self::Damaged {
            what: format!("{part}: {what}"),
        }
    }
}

/// How damage shows that a hash has found.
const CHANGED: &str = "changed since it was stored";

/// The bytes of an artifact's file.
pub(super) fn to_bytes(stage: &str, key: &str, recipe: &str, artifact: &Artifact) -> Vec<u8> {
    let entry = |(name, bytes): &(&str, Vec<u8>)| TableEntry {
        name: (*name).to_owned(),
        bytes: bytes.len() as u64,
        blake3: blake3::hash(bytes).to_hex().to_string(),
    };
    let mut manifest = Manifest {
        stage: stage.to_owned(),
        key: key.to_owned(),
        recipe: recipe.len() as u64,
        tables: artifact.files.iter().map(entry).collect(),
        seal: String::new(),
    };
    manifest.seal = manifest.own_seal();
    let mut bytes = manifest.to_line();
    bytes.extend_from_slice(recipe.as_bytes());
    for (_, table) in &artifact.files {
        bytes.extend_from_slice(table);
    }
    bytes
}

impl Manifest {
    fn own_seal(&self) -> String {
        let rest = (&self.stage, &self.key, self.recipe, &self.tables);
        let text = serde_json::to_vec(&rest).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }

    fn to_line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }

    /// Reads the header of the file at `path`, which is to be that of the artifact `key` of
    /// `stage`.
    ///
    /// # Errors
    /// [`Condition::Absent`] if there is no file. [`Condition::Damaged`] if the header is damaged
    /// or that of another artifact.
    pub(super) fn read(path: &Path, stage: &str, key: &str) -> Result<Self, Condition> {
        let header = |what: &dyn std::fmt::Display| Condition::damaged("header", what);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Condition::Absent),
            Err(error) => return Err(header(&error)),
        };
        let mut line = Vec::new();
        let read =
            BufReader::with_capacity(4096, file.take(LONGEST_HEADER)).read_until(b'\n', &mut line);
        read.map_err(|error| header(&error))?;
        let manifest: Self = serde_json::from_slice(&line).map_err(|_| header(&"unreadable"))?;
        // The same values can be written in several ways, one of which was stored.
        if manifest.seal != manifest.own_seal() || manifest.to_line() != line {
            return Err(header(&CHANGED));
        }
        if (manifest.stage.as_str(), manifest.key.as_str()) != (stage, key) {
            return Err(header(&"it belongs to another result"));
        }
        Ok(manifest)
    }

    /// True if the artifact has the table `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tables.iter().any(|table| table.name == name)
    }

    /// Reads the recipe from the file at `path`.
    ///
    /// # Errors
    /// [`Condition::Damaged`] if it is not the recipe that the key is the hash of.
    pub(super) fn recipe(&self, path: &Path) -> Result<Vec<u8>, Condition> {
        let recipe = read_part(path, self.to_line().len() as u64, self.recipe)
            .map_err(|error| Condition::damaged("recipe", error))?;
        if content_key(&recipe) == self.key {
            Ok(recipe)
        } else {
            Err(Condition::damaged("recipe", CHANGED))
        }
    }

    /// Reads the table `name` from the file at `path`.
    ///
    /// # Errors
    /// [`Condition::Absent`] if the artifact has no such table. [`Condition::Damaged`] if its bytes
    /// are not those that were stored.
    pub(super) fn table(&self, path: &Path, name: &str) -> Result<Vec<u8>, Condition> {
        let mut start = (self.to_line().len() as u64).saturating_add(self.recipe);
        for table in &self.tables {
            if table.name == name {
                let bytes = read_part(path, start, table.bytes)
                    .map_err(|error| Condition::damaged(name, error))?;
                return table.checked(bytes);
            }
            start = start.saturating_add(table.bytes);
        }
        Err(Condition::Absent)
    }

    /// Reads the whole file at `path`, and compares it with what was stored.
    pub(super) fn examine(&self, path: &Path) -> Condition {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return Condition::damaged("file", error),
        };
        let header = self.to_line();
        let parts = self.tables.iter().map(|table| table.bytes);
        let said = [header.len() as u64, self.recipe].into_iter().chain(parts);
        let size = said.fold(0, u64::saturating_add);
        if bytes.len() as u64 != size {
            return Condition::damaged("file", "it has another size than when it was stored");
        }
        let (first, rest) = bytes.split_at(header.len());
        let (recipe, mut rest) = rest.split_at(self.recipe as usize);
        if first != header {
            return Condition::damaged("header", CHANGED);
        }
        if content_key(recipe) != self.key {
            return Condition::damaged("recipe", CHANGED);
        }
        for table in &self.tables {
            let (own, others) = rest.split_at(table.bytes as usize);
            if !table.agrees(own) {
                return Condition::damaged(&table.name, CHANGED);
            }
            rest = others;
        }
        Condition::Whole
    }
}

impl TableEntry {
    /// True if `bytes` are those that were stored.
    fn agrees(&self, bytes: &[u8]) -> bool {
        blake3::hash(bytes).to_hex().as_str() == self.blake3
    }

    fn checked(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Condition> {
        if self.agrees(&bytes) {
            Ok(bytes)
        } else {
            Err(Condition::damaged(&self.name, CHANGED))
        }
    }
}

/// Reads `bytes` bytes of a file, of which `start` come before. A file that ends earlier gives
/// fewer.
fn read_part(path: &Path, start: u64, bytes: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut part = Vec::new();
    file.take(bytes).read_to_end(&mut part)?;
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_header_of_impossible_sizes_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("artifact");
        let recipe = "{}";
        let key = content_key(recipe.as_bytes());
        let bytes = to_bytes("stage", &key, recipe, &Artifact::default());
        std::fs::write(&path, &bytes).unwrap();
        let whole = Manifest::read(&path, "stage", &key).unwrap();
        assert_eq!(whole.examine(&path), Condition::Whole);
        // Together these sizes would be 2^64 bytes more than the file has.
        let entry = |bytes| TableEntry {
            name: "table".to_owned(),
            bytes,
            blake3: String::new(),
        };
        let mut forged = Manifest {
            tables: vec![entry(u64::MAX), entry(1)],
            ..whole
        };
        forged.seal = forged.own_seal();
        let line = forged.to_line();
        std::fs::write(&path, [&line[..], recipe.as_bytes()].concat()).unwrap();
        let read = Manifest::read(&path, "stage", &key).unwrap();
        assert!(matches!(read.examine(&path), Condition::Damaged { .. }));
        assert!(matches!(read.table(&path, "other"), Err(Condition::Absent)));
        assert!(matches!(
            read.table(&path, "table"),
            Err(Condition::Damaged { .. })
        ));
    }
}
