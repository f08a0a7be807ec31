//! The store of artifacts: every result once, under the key of what made it.
//!
//! An artifact is a folder `STAGE/KEY` of Parquet tables and the recipe it was made by. It is
//! written into a temporary folder of the same file system, its files are synced, and it is
//! renamed: it is there whole or not at all. Nothing is ever changed in place, so any number of
//! processes may share a store.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::report::{Footer, Table, TableError, from_parquet, to_parquet};

/// The store could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{path}`: {source}\n  hint: {hint}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
        /// What to do.
        hint: &'static str,
    },
    /// A table in it is damaged.
    #[error("{path}: {source}")]
    Table {
        /// The file.
        path: PathBuf,
        /// Cause.
        source: TableError,
    },
}

/// The tables a cell made, as Parquet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifact {
    files: Vec<(&'static str, Vec<u8>)>,
}

impl Artifact {
    /// Adds a table.
    ///
    /// # Errors
    /// [`TableError`] if the rows cannot be encoded.
    pub fn with<T: Table>(mut self, rows: &[T]) -> Result<Self, TableError> {
        self.files
            .push((T::NAME, to_parquet(rows, &Footer::default())?));
        Ok(self)
    }
}

/// A folder of artifacts.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    /// Shared by everyone who uses the store; the system lets go of it when the process ends,
    /// however it ends.
    _lock: Arc<File>,
}

/// What an artifact says of itself: the recipe and the tables that belong to it. Written last.
const MANIFEST: &str = "artifact.json";

#[derive(Serialize, Deserialize)]
struct Manifest {
    recipe: serde_json::Value,
    files: Vec<String>,
}

impl Store {
    /// Opens the store at `root`, which is made if it is not there, and removes what killed runs
    /// left behind.
    ///
    /// # Errors
    /// [`StoreError::Io`] if it cannot be made or written to.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let tmp = root.join("tmp");
        create(&tmp)?;
        let path = root.join("lock");
        let lock = File::create(&path).map_err(io("create", &path))?;
        // Alone in the store: whatever is unfinished has no owner.
        if lock.try_lock().is_ok() {
            for entry in fs::read_dir(&tmp).into_iter().flatten().flatten() {
                // What cannot be removed now will be the next time.
                let _ = fs::remove_dir_all(entry.path());
            }
            lock.unlock().map_err(io("unlock", &path))?;
        }
        lock.lock_shared().map_err(io("lock", &path))?;
        Ok(Self {
            root: root.to_owned(),
            _lock: Arc::new(lock),
        })
    }

    /// Where an artifact is, or would be.
    #[must_use]
    pub fn path(&self, stage: &str, key: &str) -> PathBuf {
        self.root.join(stage).join(key)
    }

    /// True where the artifact is there with all its tables.
    #[must_use]
    pub fn contains(&self, stage: &str, key: &str) -> bool {
        let folder = self.path(stage, key);
        let manifest = fs::read(folder.join(MANIFEST)).unwrap_or_default();
        serde_json::from_slice::<Manifest>(&manifest).is_ok_and(|manifest| {
            manifest
                .files
                .iter()
                .all(|file| folder.join(file).is_file())
        })
    }

    /// Publishes an artifact. If another process was faster, its artifact (equal, for equal keys)
    /// stays.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn publish(
        &self,
        stage: &str,
        key: &str,
        artifact: &Artifact,
        recipe: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let target = self.path(stage, key);
        create(&self.root.join(stage))?;
        let tmp = self.root.join("tmp");
        let folder = shared(&mut tempfile::Builder::new(), 0o777)
            .prefix(stage)
            .tempdir_in(&tmp)
            .map_err(io("create a folder in", &tmp))?;
        let mut files = Vec::new();
        for (name, bytes) in &artifact.files {
            let file = format!("{name}.parquet");
            write_synced(&folder.path().join(&file), bytes)?;
            files.push(file);
        }
        let manifest = serde_json::to_vec(&Manifest {
            recipe: recipe.clone(),
            files,
        })
        .unwrap_or_default();
        write_synced(&folder.path().join(MANIFEST), &manifest)?;
        if target.exists() && !self.contains(stage, key) {
            // Tables were deleted from it by hand.
            fs::remove_dir_all(&target).map_err(io("replace", &target))?;
        }
        match fs::rename(folder.path(), &target) {
            Ok(()) => {
                let _ = folder.keep();
                Ok(())
            }
            Err(_) if self.contains(stage, key) => Ok(()),
            Err(source) => Err(io("publish", &target)(source)),
        }
    }

    /// Reads a table of an artifact.
    ///
    /// # Errors
    /// [`StoreError`] if it is missing or damaged.
    pub fn read<T: Table>(&self, stage: &str, key: &str) -> Result<Vec<T>, StoreError> {
        let path = self.path(stage, key).join(format!("{}.parquet", T::NAME));
        let bytes = fs::read(&path).map_err(|source| {
            let hint = "what it is made from is not in the store: run all stages";
            StoreError::Io {
                action: "read",
                path: path.clone(),
                source,
                hint,
            }
        })?;
        from_parquet(bytes).map_err(|source| StoreError::Table { path, source })
    }

    /// What `pipeline` was last run with: the recipe of each of its cells, by cell name.
    #[must_use]
    pub fn remembered(&self, pipeline: &str) -> serde_json::Map<String, serde_json::Value> {
        let bytes = fs::read(self.memory(pipeline)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Remembers what `pipeline` was run with.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn remember(
        &self,
        pipeline: &str,
        recipes: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), StoreError> {
        create(&self.root.join("plans"))?;
        write_atomic(
            &self.memory(pipeline),
            serde_json::to_string(recipes)
                .unwrap_or_default()
                .as_bytes(),
        )
    }

    fn memory(&self, pipeline: &str) -> PathBuf {
        self.root.join("plans").join(format!("{pipeline}.json"))
    }
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io {
        action,
        path,
        source,
        hint: "check that the folder exists, may be written, and has room",
    }
}

/// Makes a folder and those above it.
///
/// # Errors
/// [`StoreError::Io`].
pub fn create(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(io("create the folder", path))
}

/// Temporary files are private by default; what becomes of them here is meant to be read, within
/// the user's umask.
#[cfg(unix)]
fn shared<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    mode: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn shared<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    _: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    builder
}

/// Removes a file.
///
/// # Errors
/// [`StoreError::Io`].
pub fn remove(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(io("remove", path))
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = File::create(path).map_err(io("create", path))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(io("write", path))
}

/// Writes a file whole or not at all.
///
/// # Errors
/// [`StoreError::Io`].
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write_atomic_with(path, |file| {
        file.write_all(bytes).map_err(io("write", path))
    })
}

/// The same for content that `write` produces piece by piece. A file that it fails on is not there
/// afterwards.
///
/// # Errors
/// What `write` says, or [`StoreError`] if the file cannot be put in its place.
pub fn write_atomic_with<E: From<StoreError>>(
    path: &Path,
    write: impl FnOnce(&mut std::fs::File) -> Result<(), E>,
) -> Result<(), E> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let mut file = shared(&mut builder, 0o666)
        .tempfile_in(folder)
        .map_err(io("create a file in", folder))?;
    write(file.as_file_mut())?;
    file.as_file().sync_all().map_err(io("write", path))?;
    file.persist(path).map_err(|e| io("write", path)(e.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::schema::ActivityRow;

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
        let error = store
            .read::<ActivityRow>("train", "k")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("activity.parquet") && error.contains("hint"),
            "{error}"
        );

        // A table deleted by hand, as the hint says, is made again.
        fs::remove_file(&path).unwrap();
        assert!(!store.contains("train", "k"));
        store.publish("train", "k", &artifact, &recipe).unwrap();
        assert_eq!(store.read::<ActivityRow>("train", "k").unwrap(), rows);
    }

    #[test]
    fn leftovers_are_swept_when_nobody_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let leftover = folder.path().join("tmp/left");
        let one = Store::open(folder.path()).unwrap();
        fs::create_dir(&leftover).unwrap();
        let two = Store::open(folder.path()).unwrap();
        assert!(leftover.exists(), "it may be the other's");
        drop((one, two));
        Store::open(folder.path()).unwrap();
        assert!(!leftover.exists());
    }
}
