//! Tests of the store: what is there whole, what is damaged, and what is not ours.

use std::fs;

use super::{Claim, Condition, Store, StoreError};
use crate::pipeline::artifact::Artifact;
use crate::pipeline::key::content_key;
use crate::text::Hinted;
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
    let recipe = serde_json::json!({"stage": "train"}).to_string();
    let key = content_key(recipe.as_bytes());
    assert!(!store.contains("train", &key));
    assert_eq!(store.examine("train", &key), Condition::Absent);
    store.publish("train", &key, &artifact, &recipe).unwrap();
    store.publish("train", &key, &artifact, &recipe).unwrap();
    assert!(store.contains("train", &key));
    assert_eq!(store.examine("train", &key), Condition::Whole);
    assert_eq!(store.read::<ActivityRow>("train", &key).unwrap(), rows);
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);

    let path = store.path("train", &key);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 10]).unwrap();
    let error = store.read::<ActivityRow>("train", &key).unwrap_err();
    assert!(error.to_string().contains("activity") && error.hint().is_some());

    // A result deleted by hand is made again.
    fs::remove_file(&path).unwrap();
    assert!(!store.contains("train", &key));
    store.publish("train", &key, &artifact, &recipe).unwrap();
    assert_eq!(store.read::<ActivityRow>("train", &key).unwrap(), rows);
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
    fs::write(folder.path().join("engraph-store"), "999\n").unwrap();
    let refused = Store::open(folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Later { .. }), "{refused}");
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

/// An artifact in a store of its own, with its key.
struct Stored {
    folder: tempfile::TempDir,
    key: String,
    artifact: Artifact,
    recipe: String,
}

impl Stored {
    fn new(recipe: &serde_json::Value, values: Vec<f64>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rows = vec![ActivityRow {
            layer: "latent".into(),
            sample: 0,
            values,
        }];
        let stored = Self {
            folder,
            key: content_key(recipe.to_string().as_bytes()),
            artifact: Artifact::default().with(&rows).unwrap(),
            recipe: recipe.to_string(),
        };
        stored.publish();
        stored
    }

    /// The store as a new process would open it.
    fn store(&self) -> Store {
        Store::open(self.folder.path()).unwrap()
    }

    fn publish(&self) {
        let store = self.store();
        store
            .publish("train", &self.key, &self.artifact, &self.recipe)
            .unwrap();
    }

    fn examine(&self) -> Condition {
        self.store().examine("train", &self.key)
    }
}

/// Every byte of the file is changed in turn. Each change is seen, set aside, and healed.
#[test]
fn a_change_of_any_byte_is_seen_and_healed() {
    let stored = Stored::new(
        &serde_json::json!({"stage": "train", "n": 1}),
        vec![1.0, 2.0],
    );
    let file = stored.store().path("train", &stored.key);
    let whole = fs::read(&file).unwrap();
    let tables = whole.len() - stored.artifact.bytes() as usize;
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&file, &changed).unwrap();
        assert!(
            matches!(stored.examine(), Condition::Damaged { .. }),
            "{at}"
        );
        // Tables are also compared when they are read without an examination.
        if at >= tables {
            let read = stored.store().read::<ActivityRow>("train", &stored.key);
            assert!(matches!(read, Err(StoreError::Damaged { .. })), "{at}");
        }
    }
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(
            matches!(stored.examine(), Condition::Damaged { .. }),
            "{length}"
        );
    }
    fs::write(&file, [&whole[..], b"more"].concat()).unwrap();
    assert!(matches!(stored.examine(), Condition::Damaged { .. }));
    let aside = stored.store().set_aside("train", &stored.key).unwrap();
    assert!(aside.is_file());
    assert_eq!(stored.examine(), Condition::Absent);
    stored.publish();
    assert_eq!(stored.examine(), Condition::Whole);
    assert_eq!(fs::read(&file).unwrap(), whole);
}

#[test]
fn a_result_in_the_place_of_another_is_seen() {
    let one = Stored::new(&serde_json::json!({"n": 1}), vec![1.0]);
    let two = Stored::new(&serde_json::json!({"n": 2}), vec![2.0]);
    let (from, to) = (
        one.store().path("train", &one.key),
        two.store().path("train", &two.key),
    );
    fs::copy(from, to).unwrap();
    assert!(matches!(two.examine(), Condition::Damaged { .. }));
    assert!(two.store().read::<ActivityRow>("train", &two.key).is_err());
}

#[test]
fn two_processes_do_not_compute_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (
        Store::open(folder.path()).unwrap(),
        Store::open(folder.path()).unwrap(),
    );
    let held = one.claim("train", "k").unwrap();
    assert!(matches!(held, Claim::Held(_)));
    assert!(matches!(two.claim("train", "k").unwrap(), Claim::Elsewhere));
    assert!(matches!(two.claim("train", "l").unwrap(), Claim::Held(_)));
    drop(held);
    assert!(matches!(two.claim("train", "k").unwrap(), Claim::Held(_)));
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn a_store_of_an_earlier_format_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    fs::write(folder.path().join("engraph-store"), "3\n").unwrap();
    fs::create_dir_all(folder.path().join("training/old")).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let aside = store.earlier().unwrap();
    assert!(aside.join("training/old").is_dir());
    assert!(!folder.path().join("training").exists());
    drop(store);
    assert!(Store::open(folder.path()).unwrap().earlier().is_none());
}

#[test]
fn looking_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    let store = Store::look(&root).unwrap();
    assert!(!store.contains("train", "k"));
    assert!(!root.exists());
    assert!(matches!(
        store.set_aside("train", "k"),
        Err(StoreError::ReadOnly { .. })
    ));
}
