//! The store itself: opening it, publishing artifacts, reading them, setting damaged ones aside.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::access::{Access, Locked, forbids_writing};
use super::claim::Claim;
use super::error::StoreError;
use super::manifest::{Condition, Manifest, to_bytes};
use super::marker::{Kind, MARKER, Marked, mark, marked, require};
use crate::files::{self, FileError, create_folder, within_umask};
use crate::pipeline::artifact::Artifact;
use crate::pipeline::costs::Costs;
use crate::pipeline::key::content_key;
use crate::table::{Table, from_parquet};

/// Name of the folder of artifacts that are still being written.
const UNFINISHED: &str = "tmp";
/// Prefix of the names of unfinished artifacts.
const OWN: &str = "engraph-unfinished-";
/// Name of the folder with the content keys that each pipeline was last run with.
const PLANS: &str = "plans";
/// Name of the file with what the cells of each stage have taken.
const COSTS: &str = "costs.json";
/// Name of the folder with the state of cells that were in work.
const CHECKPOINTS: &str = "checkpoints-in-work";
/// Name of the folder of what was found damaged or outdated.
const ASIDE: &str = "set-aside";

/// A folder of artifacts that this process has opened.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    access: Access,
    /// The manifests that this process has read, by content key.
    manifests: Arc<Mutex<HashMap<String, Arc<Manifest>>>>,
    earlier: Option<PathBuf>,
    /// How often cells in work keep their state.
    checkpoint_every: Option<Duration>,
}

/// A result in the store, as its folder lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Name of the stage, or `set-aside` for what was found damaged.
    pub stage: String,
    /// Content key.
    pub key: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was published.
    pub modified: SystemTime,
}

impl Stored {
    /// True for what was found damaged or outdated.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        self.stage == ASIDE
    }
}

impl Store {
    /// True if the folder `root` bears the marker of a store.
    #[must_use]
    pub fn is_at(root: &Path) -> bool {
        root.join(MARKER).is_file()
    }

    /// Opens the store at `root`, and removes what killed runs left in it.
    ///
    /// A store is created only where nothing exists yet or the folder is empty. It is marked as a
    /// store from then on. No symbolic link inside it is followed. The contents of a store of an
    /// earlier format are set aside. A store that may not be written to is opened for reading.
    ///
    /// # Errors
    /// [`StoreError`] if the folder is not a store, or cannot be made or read.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        match Self::open_for_writing(root) {
            Err(StoreError::File(FileError::Io { source, .. })) if forbids_writing(&source) => {
                match root.is_dir().then(|| marked(root)) {
                    Some(Ok(Marked::Current)) => Ok(Self::reading(root)),
                    _ => Self::open_for_writing(root),
                }
            }
            opened => opened,
        }
    }

    /// Opens the store at `root` for reading, and makes nothing. A folder that does not exist is an
    /// empty store.
    ///
    /// # Errors
    /// [`StoreError`] if the folder is there and no store.
    pub fn look(root: &Path) -> Result<Self, StoreError> {
        if root.exists() {
            marked(root)?;
        }
        Ok(Self::reading(root))
    }

    fn reading(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            access: Access::ReadOnly,
            manifests: Arc::default(),
            earlier: None,
            checkpoint_every: None,
        }
    }

    fn open_for_writing(root: &Path) -> Result<Self, StoreError> {
        create_folder(root)?;
        let format = marked(root)?;
        if format == Marked::Unmarked {
            mark(root)?;
        }
        let unfinished = root.join(UNFINISHED);
        require(&unfinished, Kind::Folder)?;
        create_folder(&unfinished)?;
        files::check_folder(&unfinished)?;
        let lock = Locked::open(root)?;
        let earlier = match (format, &lock) {
            (Marked::Earlier(format), Locked::Alone(_)) => Some(set_all_aside(root, format)?),
            (Marked::Earlier(_), Locked::Among(_) | Locked::Impossible) => {
                return Err(StoreError::EarlierInUse {
                    path: root.to_owned(),
                });
            }
            (Marked::Current | Marked::Unmarked, _) => None,
        };
        if matches!(lock, Locked::Alone(_)) {
            // No other process uses the store, so nobody is writing the unfinished artifacts.
            sweep(&unfinished);
        }
        Ok(Self {
            access: lock.shared(root)?,
            earlier,
            ..Self::reading(root)
        })
    }

    /// Opens the store at `root` for this process alone, to remove results from it.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process uses the store, and the errors of
    /// [`open`](Self::open).
    pub fn open_alone(root: &Path) -> Result<Self, StoreError> {
        let store = Self::open(root)?;
        store.check_writable()?;
        Ok(Self {
            access: Access::alone(root, store.access)?,
            ..Self::reading(root)
        })
    }

    /// The same store, in which cells that take long keep their state so often.
    #[must_use]
    pub fn with_checkpoints(self, every: Duration) -> Self {
        Self {
            checkpoint_every: Some(every),
            ..self
        }
    }

    /// How often cells that take long keep their state; `None` where nobody asked for that.
    #[must_use]
    pub fn checkpoint_every(&self) -> Option<Duration> {
        self.checkpoint_every
    }

    /// Keeps the state of a cell in work, with the hashes that an artifact has.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be written.
    pub(in crate::pipeline) fn keep_checkpoint(
        &self,
        key: &str,
        state: &Artifact,
    ) -> Result<(), StoreError> {
        let (own, recipe) = checkpoint_of(key);
        self.publish(CHECKPOINTS, &own, state, &recipe)
    }

    /// The state of a cell that was in work; `None` where there is none, or a damaged one.
    pub(in crate::pipeline) fn checkpoint<T: Table>(&self, key: &str) -> Option<Vec<T>> {
        self.read(CHECKPOINTS, &checkpoint_of(key).0).ok()
    }

    /// Removes the state of a cell, if there is one. Where it cannot be removed, it stays and does
    /// no harm.
    pub(in crate::pipeline) fn drop_checkpoint(&self, key: &str) {
        let own = checkpoint_of(key).0;
        if self.contains(CHECKPOINTS, &own) {
            let _ = files::remove(&self.path(CHECKPOINTS, &own));
        }
    }

    /// All results in the store, and what was set aside, in the order of stages and keys.
    ///
    /// # Errors
    /// [`StoreError`] if a folder cannot be listed.
    pub fn stored(&self) -> Result<Vec<Stored>, StoreError> {
        let mut all = Vec::new();
        let folders = match fs::read_dir(&self.root) {
            Ok(folders) => folders,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(all),
            Err(error) => return Err(FileError::io("list", &self.root)(error).into()),
        };
        for folder in folders.flatten() {
            let stage = folder.file_name().to_string_lossy().into_owned();
            let is_ours = folder.file_type().is_ok_and(|kind| kind.is_dir())
                && ![UNFINISHED, PLANS].contains(&stage.as_str());
            if !is_ours {
                continue;
            }
            let path = folder.path();
            for entry in fs::read_dir(&path)
                .map_err(FileError::io("list", &path))?
                .flatten()
            {
                let Ok(found) = entry.metadata() else {
                    continue;
                };
                if found.is_file() {
                    all.push(Stored {
                        stage: stage.clone(),
                        key: entry.file_name().to_string_lossy().into_owned(),
                        bytes: found.len(),
                        modified: found.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                    });
                }
            }
        }
        all.sort_by(|a, b| (&a.stage, &a.key).cmp(&(&b.stage, &b.key)));
        Ok(all)
    }

    /// Removes a result.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be removed.
    pub fn remove(&self, stored: &Stored) -> Result<(), StoreError> {
        self.check_writable()?;
        self.forget(&stored.key);
        Ok(files::remove(&self.path(&stored.stage, &stored.key))?)
    }

    /// The folder into which the contents of an earlier format were moved when the store was
    /// opened.
    #[must_use]
    pub fn earlier(&self) -> Option<&Path> {
        self.earlier.as_deref()
    }

    /// True if this process may only read the store.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self.access, Access::ReadOnly)
    }

    /// False if the file system has no locks. What killed runs left in the store then stays there.
    #[must_use]
    pub fn has_locks(&self) -> bool {
        !matches!(self.access, Access::Unlocked)
    }

    /// The file of an artifact, which need not be there.
    #[must_use]
    pub fn path(&self, stage: &str, key: &str) -> PathBuf {
        self.root.join(stage).join(key)
    }

    /// True if the artifact is there. Its bytes are not read; [`examine`](Self::examine) does that.
    #[must_use]
    pub fn contains(&self, stage: &str, key: &str) -> bool {
        fs::symlink_metadata(self.path(stage, key)).is_ok_and(|found| found.is_file())
    }

    /// True if the artifact is there and has the table `name`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the header of the artifact is damaged.
    pub fn holds(&self, stage: &str, key: &str, name: &str) -> Result<bool, StoreError> {
        match self.manifest(stage, key) {
            Ok(manifest) => Ok(manifest.has(name)),
            Err(Condition::Damaged { what }) => Err(StoreError::Damaged {
                path: self.path(stage, key),
                what,
            }),
            Err(Condition::Absent | Condition::Whole) => Ok(false),
        }
    }

    /// Reads an artifact, and compares it with what was stored.
    #[must_use]
    pub fn examine(&self, stage: &str, key: &str) -> Condition {
        match self.manifest(stage, key) {
            Ok(manifest) => manifest.examine(&self.path(stage, key)),
            Err(condition) => condition,
        }
    }

    /// The manifest of an artifact. It is read once per process.
    fn manifest(&self, stage: &str, key: &str) -> Result<Arc<Manifest>, Condition> {
        let known = || {
            self.manifests
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(manifest) = known().get(key) {
            return Ok(manifest.clone());
        }
        let manifest = Arc::new(Manifest::read(&self.path(stage, key), stage, key)?);
        known().insert(key.to_owned(), manifest.clone());
        Ok(manifest)
    }

    fn forget(&self, key: &str) {
        let mut known = self
            .manifests
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.remove(key);
    }

    /// Moves what is at the place of an artifact into the folder `set-aside` of the store, and
    /// returns where it is now. It stays there until the next damage to the same artifact.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be moved.
    pub fn set_aside(&self, stage: &str, key: &str) -> Result<PathBuf, StoreError> {
        self.check_writable()?;
        self.forget(key);
        self.folder(ASIDE)?;
        let target = self.root.join(ASIDE).join(format!("{stage}-{key}"));
        require(&target, Kind::File)?;
        let from = self.path(stage, key);
        fs::rename(&from, &target).map_err(FileError::io("set aside", &from))?;
        Ok(target)
    }

    /// Keeps other processes from computing the same artifact as long as the claim is held.
    ///
    /// # Errors
    /// [`StoreError`] if the file that is locked for it cannot be made.
    pub fn claim(&self, stage: &str, key: &str) -> Result<Claim, StoreError> {
        self.check_writable()?;
        if !self.has_locks() {
            return Ok(Claim::unlocked());
        }
        let unfinished = self.root.join(UNFINISHED);
        Claim::make(unfinished.join(format!("{OWN}{stage}-{key}.lock")))
    }

    /// Publishes an artifact, whole. An artifact that another process has published meanwhile is
    /// replaced: equal keys mean equal contents.
    ///
    /// # Errors
    /// [`StoreError`] if a file or folder cannot be written.
    pub fn publish(
        &self,
        stage: &str,
        key: &str,
        artifact: &Artifact,
        recipe: &str,
    ) -> Result<(), StoreError> {
        self.check_writable()?;
        self.forget(key);
        let target = self.path(stage, key);
        self.folder(stage)?;
        require(&target, Kind::File)?;
        let unfinished = self.root.join(UNFINISHED);
        let mut file = within_umask(&mut tempfile::Builder::new(), 0o666)
            .prefix(OWN)
            .tempfile_in(&unfinished)
            .map_err(FileError::io("create a file in", &unfinished))?;
        let bytes = to_bytes(stage, key, recipe, artifact);
        file.write_all(&bytes)
            .and_then(|()| file.as_file().sync_all())
            .map_err(FileError::io("write", file.path()))?;
        file.persist(&target)
            .map_err(|error| FileError::io("publish", &target)(error.error))?;
        Ok(())
    }

    /// A folder of the store that is removed when it is dropped, or by a later process.
    ///
    /// # Errors
    /// [`StoreError`] if the folder cannot be made.
    pub fn scratch(&self) -> Result<tempfile::TempDir, StoreError> {
        self.check_writable()?;
        let unfinished = self.root.join(UNFINISHED);
        let folder = within_umask(&mut tempfile::Builder::new(), 0o777)
            .prefix(OWN)
            .tempdir_in(&unfinished)
            .map_err(FileError::io("create a folder in", &unfinished))?;
        Ok(folder)
    }

    /// Reads a table of an artifact, and compares its bytes with what was stored.
    ///
    /// # Errors
    /// [`StoreError`] if the table is missing, damaged, or has other columns.
    pub fn read<T: Table>(&self, stage: &str, key: &str) -> Result<Vec<T>, StoreError> {
        from_parquet(self.file(stage, key, T::NAME)?).map_err(|source| {
            let path = self.path(stage, key);
            StoreError::Table { path, source }
        })
    }

    /// The Parquet file of a table of an artifact.
    fn file(&self, stage: &str, key: &str, table: &str) -> Result<Vec<u8>, StoreError> {
        let path = self.path(stage, key);
        let found = self
            .manifest(stage, key)
            .and_then(|manifest| manifest.table(&path, table));
        found.map_err(|condition| match condition {
            Condition::Damaged { what } => StoreError::Damaged { path, what },
            Condition::Absent | Condition::Whole => StoreError::Missing { path },
        })
    }

    /// The recipe of an artifact. It is `None` if the artifact is not there.
    #[must_use]
    pub fn recipe(&self, stage: &str, key: &str) -> Option<serde_json::Value> {
        let manifest = self.manifest(stage, key).ok()?;
        let text = manifest.recipe(&self.path(stage, key)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// The content keys that `pipeline` was last run with, by cell name.
    #[must_use]
    pub fn remembered(&self, pipeline: &str) -> BTreeMap<String, String> {
        let bytes = fs::read(self.memory(pipeline)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Stores the content keys that `pipeline` is now run with.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be written.
    pub fn remember(
        &self,
        pipeline: &str,
        keys: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        self.folder(PLANS)?;
        let text = serde_json::to_string(keys).unwrap_or_default();
        Ok(files::write(&self.memory(pipeline), text.as_bytes())?)
    }

    /// What the cells of each stage have taken in this store.
    #[must_use]
    pub fn costs(&self) -> Costs {
        let bytes = fs::read(self.root.join(COSTS)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Stores what the cells of each stage have taken. Nothing is stored where the store may only
    /// be read.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be written.
    pub fn remember_costs(&self, costs: &Costs) -> Result<(), StoreError> {
        if self.is_read_only() {
            return Ok(());
        }
        let text = serde_json::to_vec(costs).unwrap_or_default();
        Ok(files::write(&self.root.join(COSTS), &text)?)
    }

    fn check_writable(&self) -> Result<(), StoreError> {
        if self.is_read_only() {
            return Err(StoreError::ReadOnly {
                path: self.root.clone(),
            });
        }
        Ok(())
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

/// Key and recipe of the state of the cell `key`.
fn checkpoint_of(key: &str) -> (String, String) {
    let recipe = format!("{{\"checkpoint_of\":\"{key}\"}}");
    (content_key(recipe.as_bytes()), recipe)
}

/// Removes unfinished artifacts, which are known by their names, and nothing else.
fn sweep(unfinished: &Path) {
    for entry in fs::read_dir(unfinished).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(OWN) {
            continue;
        }
        // What cannot be removed now is tried again when the store is next opened.
        let _ = match entry.file_type() {
            Ok(kind) if kind.is_dir() => fs::remove_dir_all(entry.path()),
            Ok(kind) if kind.is_file() => fs::remove_file(entry.path()),
            _ => continue,
        };
    }
}

/// Moves all contents of a store of an earlier format into a folder of their own, marks the store
/// with the current format, and returns the folder.
fn set_all_aside(root: &Path, format: u32) -> Result<PathBuf, StoreError> {
    let aside = root.join(ASIDE).join(format!("format-{format}"));
    require(&root.join(ASIDE), Kind::Folder)?;
    require(&aside, Kind::Folder)?;
    create_folder(&aside)?;
    let entries = fs::read_dir(root).map_err(FileError::io("list", root))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let stays = [MARKER, UNFINISHED, ASIDE, "lock"];
        if stays.iter().all(|stays| name != *stays) {
            let from = entry.path();
            fs::rename(&from, aside.join(&name)).map_err(FileError::io("set aside", &from))?;
        }
    }
    mark(root)?;
    Ok(aside)
}
