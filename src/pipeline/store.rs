//! The store of artifacts, which keeps every result once, under the key of its recipe.
//!
//! An artifact is a folder `STAGE/KEY` with Parquet tables and the recipe they were made by. It is
//! written into a temporary folder of the same file system, its files are synced, and the folder is
//! renamed. An artifact is therefore complete or absent. Nothing is changed in place, so any number
//! of processes may share a store.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::artifact::Artifact;
use crate::files::{self, FileError, create_folder, create_synced, within_umask};
use crate::table::{Table, TableError, from_parquet};
use crate::text::Hinted;

/// Why the store could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A table that a stage reads is not in the store.
    #[error("cannot read `{path}`: {source}", path = path.display())]
    Missing {
        /// Path of the missing table.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The folder contains files and is not a store.
    #[error("`{path}` is not empty and no store of engraph", path = path.display())]
    NoStore {
        /// Path of the folder.
        path: PathBuf,
    },
    /// The store has the format of another version of engraph.
    #[error(
        "the store `{path}` has format {found}, and this engraph reads format {FORMAT}",
        path = path.display()
    )]
    Format {
        /// Path of the store.
        path: PathBuf,
        /// The format that the store says it has.
        found: String,
    },
    /// The store contains something that engraph does not put there, such as a symbolic link.
    #[error("`{path}` in the store is no {expected} of engraph's", path = path.display())]
    Foreign {
        /// Path of what was found.
        path: PathBuf,
        /// What engraph expects at this path: `file` or `folder`.
        expected: &'static str,
    },
    /// A table could not be encoded.
    #[error(transparent)]
    Encoding(#[from] TableError),
    /// A table in the store is damaged.
    #[error("{path}: {source}", path = path.display())]
    Table {
        /// Path of the damaged file.
        path: PathBuf,
        /// What is wrong with the table.
        source: TableError,
    },
}

impl Hinted for StoreError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::File(error) => return error.hint(),
            Self::Missing { .. } => "what it is made from is not in the store: run all stages",
            Self::NoStore { .. } => "name a new or empty folder with `--store DIR`",
            Self::Format { .. } => "remove the folder, or name another one with `--store DIR`",
            Self::Foreign { .. } => "move it elsewhere, or name another store with `--store DIR`",
            Self::Encoding(source) | Self::Table { source, .. } => return source.hint(),
        }))
    }
}

/// A folder of artifacts that this process has opened.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    /// A shared lock that every process holds while it uses the store. The system releases it when
    /// the process ends, even by a crash.
    _lock: Arc<File>,
}

/// Name of the file with an artifact's recipe and the list of its tables. It is written last.
const MANIFEST: &str = "artifact.json";

/// Name of the file that marks a folder as a store. It contains [`FORMAT`].
const MARKER: &str = "engraph-store";
/// Version of the arrangement of folders and files in a store.
const FORMAT: &str = "2";
/// Name of the folder of artifacts that are still being written.
const UNFINISHED: &str = "tmp";
/// Prefix of the names of unfinished artifacts.
const OWN: &str = "engraph-unfinished-";
/// Name of the folder with the recipes that each pipeline was last run with.
const PLANS: &str = "plans";

#[derive(Serialize, Deserialize)]
struct Manifest {
    recipe: serde_json::Value,
    files: Vec<String>,
}

impl Store {
    /// Opens the store at `root`, and removes what killed runs left in it.
    ///
    /// A store is created only where nothing exists yet or the folder is empty. It is marked as a
    /// store from then on. No symbolic link inside it is followed.
    ///
    /// # Errors
    /// [`StoreError`] if the folder is not a store, or cannot be made or written to.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        create_folder(root)?;
        mark(root)?;
        let unfinished = root.join(UNFINISHED);
        require(&unfinished, Kind::Folder)?;
        create_folder(&unfinished)?;
        let path = root.join("lock");
        require(&path, Kind::File)?;
        let lock = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(&path);
        let lock = lock.map_err(FileError::io("create", &path))?;
        // No other process uses the store, so nobody is writing the unfinished artifacts.
        if lock.try_lock().is_ok() {
            sweep(&unfinished);
            lock.unlock().map_err(FileError::io("unlock", &path))?;
        }
        lock.lock_shared().map_err(FileError::io("lock", &path))?;
        Ok(Self {
            root: root.to_owned(),
            _lock: Arc::new(lock),
        })
    }

    /// The folder in which an artifact is, or would be.
    #[must_use]
    pub fn path(&self, stage: &str, key: &str) -> PathBuf {
        self.root.join(stage).join(key)
    }

    /// True if the artifact is there with all its tables.
    #[must_use]
    pub fn contains(&self, stage: &str, key: &str) -> bool {
        self.files(stage, key).is_some()
    }

    /// True if the artifact is there and has the table `name`.
    #[must_use]
    pub fn holds(&self, stage: &str, key: &str, name: &str) -> bool {
        let file = format!("{name}.parquet");
        self.files(stage, key)
            .is_some_and(|files| files.contains(&file))
    }

    /// The names of an artifact's files. They are `None` unless all of them are there.
    fn files(&self, stage: &str, key: &str) -> Option<Vec<String>> {
        let folder = self.path(stage, key);
        let manifest = fs::read(folder.join(MANIFEST)).ok()?;
        let manifest: Manifest = serde_json::from_slice(&manifest).ok()?;
        let is_there = |file: &String| folder.join(file).is_file();
        manifest
            .files
            .iter()
            .all(is_there)
            .then_some(manifest.files)
    }

    /// Publishes an artifact. If another process has published it first, that one stays; equal keys
    /// mean equal contents.
    ///
    /// # Errors
    /// [`StoreError`] if a file or folder cannot be written.
    pub fn publish(
        &self,
        stage: &str,
        key: &str,
        artifact: &Artifact,
        recipe: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let target = self.path(stage, key);
        self.folder(stage)?;
        let unfinished = self.root.join(UNFINISHED);
        let folder = within_umask(&mut tempfile::Builder::new(), 0o777)
            .prefix(OWN)
            .tempdir_in(&unfinished)
            .map_err(FileError::io("create a folder in", &unfinished))?;
        let mut files = Vec::new();
        for (name, bytes) in &artifact.files {
            let file = format!("{name}.parquet");
            create_synced(&folder.path().join(&file), bytes)?;
            files.push(file);
        }
        let manifest = serde_json::to_vec(&Manifest {
            recipe: recipe.clone(),
            files,
        })
        .unwrap_or_default();
        create_synced(&folder.path().join(MANIFEST), &manifest)?;
        require(&target, Kind::Folder)?;
        if target.exists() && !self.contains(stage, key) {
            // The artifact is there but incomplete: somebody has deleted tables from it.
            fs::remove_dir_all(&target).map_err(FileError::io("replace", &target))?;
        }
        match fs::rename(folder.path(), &target) {
            Ok(()) => {
                let _ = folder.keep();
                Ok(())
            }
            Err(_) if self.contains(stage, key) => Ok(()),
            Err(source) => Err(FileError::io("publish", &target)(source).into()),
        }
    }

    /// Reads a table of an artifact.
    ///
    /// # Errors
    /// [`StoreError`] if the table is missing or damaged.
    pub fn read<T: Table>(&self, stage: &str, key: &str) -> Result<Vec<T>, StoreError> {
        let path = self.path(stage, key).join(format!("{}.parquet", T::NAME));
        let bytes = fs::read(&path).map_err(|source| StoreError::Missing {
            path: path.clone(),
            source,
        })?;
        from_parquet(bytes).map_err(|source| StoreError::Table { path, source })
    }

    /// The recipes that `pipeline` was last run with, by cell name.
    #[must_use]
    pub fn remembered(&self, pipeline: &str) -> serde_json::Map<String, serde_json::Value> {
        let bytes = fs::read(self.memory(pipeline)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Stores the recipes that `pipeline` is now run with.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be written.
    pub fn remember(
        &self,
        pipeline: &str,
        recipes: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), StoreError> {
        self.folder(PLANS)?;
        let text = serde_json::to_string(recipes).unwrap_or_default();
        Ok(files::write(&self.memory(pipeline), text.as_bytes())?)
    }

    /// Creates one of the store's own folders.
    fn folder(&self, name: &str) -> Result<(), StoreError> {
        let path = self.root.join(name);
        require(&path, Kind::Folder)?;
        Ok(create_folder(&path)?)
    }

    fn memory(&self, pipeline: &str) -> PathBuf {
        self.root.join(PLANS).join(format!("{pipeline}.json"))
    }
}

/// Writes the marker into an empty folder, or checks the marker of a store.
fn mark(root: &Path) -> Result<(), StoreError> {
    let path = root.join(MARKER);
    require(&path, Kind::File)?;
    let mut entries = fs::read_dir(root).map_err(FileError::io("list", root))?;
    if entries.next().is_some() && !path.exists() {
        return Err(StoreError::NoStore {
            path: root.to_owned(),
        });
    }
    // The marker may be empty if a process was killed, or is at work, between creating and writing
    // it.
    let found = fs::read_to_string(&path).unwrap_or_default();
    match found.trim() {
        "" => Ok(create_synced(&path, format!("{FORMAT}\n").as_bytes())?),
        FORMAT => Ok(()),
        other => Err(StoreError::Format {
            path: root.to_owned(),
            found: other.chars().take(20).collect(),
        }),
    }
}

/// What engraph expects at a path in a store.
#[derive(Clone, Copy)]
enum Kind {
    File,
    Folder,
}

/// Refuses a symbolic link, and anything of another kind than `kind`.
fn require(path: &Path, kind: Kind) -> Result<(), StoreError> {
    let (expected, is_it): (_, fn(&fs::FileType) -> bool) = match kind {
        Kind::File => ("file", fs::FileType::is_file),
        Kind::Folder => ("folder", fs::FileType::is_dir),
    };
    match fs::symlink_metadata(path) {
        Ok(found) if !is_it(&found.file_type()) => Err(StoreError::Foreign {
            path: path.to_owned(),
            expected,
        }),
        _ => Ok(()),
    }
}

/// Removes unfinished artifacts, which are known by their names, and nothing else.
fn sweep(unfinished: &Path) {
    for entry in fs::read_dir(unfinished).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(OWN)
            && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_ours {
            // What cannot be removed now is tried again when the store is next opened.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::ActivityRow;

    #[test]
    fn artifacts_are_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let rows = vec![ActivityRow {
            layer: "latent".into(),
            sample: 0,
            values: vec![1.0, 2.0],
        }];
        let artifact = Artifact::default().with(&rows).unwrap();
        assert!(!store.contains("train", "k"));
        let recipe = serde_json::json!({});
        store.publish("train", "k", &artifact, &recipe).unwrap();
        store.publish("train", "k", &artifact, &recipe).unwrap();
        assert!(store.contains("train", "k"));
        assert_eq!(store.read::<ActivityRow>("train", "k").unwrap(), rows);
        assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);

        let path = store.path("train", "k").join("activity.parquet");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let error = store.read::<ActivityRow>("train", "k").unwrap_err();
        assert!(error.to_string().contains("activity.parquet") && error.hint().is_some());

        // A table deleted by hand, as the hint says, is made again.
        fs::remove_file(&path).unwrap();
        assert!(!store.contains("train", "k"));
        store.publish("train", "k", &artifact, &recipe).unwrap();
        assert_eq!(store.read::<ActivityRow>("train", "k").unwrap(), rows);
    }

    #[test]
    fn leftovers_are_swept_when_nobody_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let leftover = folder.path().join("tmp/engraph-unfinished-left");
        let one = Store::open(folder.path()).unwrap();
        fs::create_dir(&leftover).unwrap();
        let two = Store::open(folder.path()).unwrap();
        assert!(leftover.exists(), "it may be the other's");
        drop((one, two));
        Store::open(folder.path()).unwrap();
        assert!(!leftover.exists());
    }

    #[test]
    fn only_an_empty_folder_becomes_a_store() {
        let folder = tempfile::tempdir().unwrap();
        let (thesis, lock) = (folder.path().join("tmp/thesis"), folder.path().join("lock"));
        fs::create_dir_all(&thesis).unwrap();
        fs::write(&lock, "mine").unwrap();
        let refused = Store::open(folder.path()).unwrap_err();
        assert!(matches!(refused, StoreError::NoStore { .. }), "{refused}");
        assert!(thesis.is_dir());
        assert_eq!(fs::read(&lock).unwrap(), b"mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_not_ours_in_a_store_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path()).unwrap());
        let thesis = folder.path().join("tmp/thesis");
        fs::create_dir_all(&thesis).unwrap();
        Store::open(folder.path()).unwrap();
        assert!(thesis.is_dir());
        fs::write(folder.path().join(MARKER), "1\n").unwrap();
        let refused = Store::open(folder.path()).unwrap_err();
        assert!(matches!(refused, StoreError::Format { .. }), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_store_are_not_followed() {
        use std::os::unix::fs::symlink;
        let elsewhere = tempfile::tempdir().unwrap();
        let precious = elsewhere.path().join("engraph-unfinished-precious");
        fs::create_dir(&precious).unwrap();
        for place in ["tmp", "lock"] {
            let folder = tempfile::tempdir().unwrap();
            drop(Store::open(folder.path()).unwrap());
            let path = folder.path().join(place);
            let _ = fs::remove_dir_all(&path);
            let _ = fs::remove_file(&path);
            symlink(elsewhere.path(), &path).unwrap();
            let refused = Store::open(folder.path()).unwrap_err();
            assert!(matches!(refused, StoreError::Foreign { .. }), "{refused}");
            assert!(precious.is_dir());
        }
    }
}
