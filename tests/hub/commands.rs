//! `fetch`, `run`, `plan` and `refresh` of a pipeline with a source on a Hub.

use crate::stand_in::{COMMIT, StandIn, Stored, reply};
use sha1::{Digest, Sha1};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const PIPELINE: &str = r#"
name = "tiny"
connectomes = ["there", "cook2020_pharynx"]
max_age = 30
[sources.there]
hub = "owner/name"
file = "data/*.csv"
sign_model = "gaba26"
[motifs]
patterns = ["ffli"]
census = false
[topologies]
connectomes = []
"#;
const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba98";
const SECRET: &str = "hf_neverShownAnywhere";

/// A file, with the name git gives its content.
fn stored(content: &str) -> Stored {
    of(content.as_bytes().to_vec())
}

fn of(content: Vec<u8>) -> Stored {
    let content: &'static [u8] = content.leak();
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", content.len()));
    hasher.update(content);
    let object: String = hasher
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    Stored {
        path: "data/edges.csv",
        content,
        object: object.leak(),
    }
}

/// AVAL drives AVBL and RIS, which inhibits AVDL: an FFLI; `more` adds another target.
fn edges(more: &str) -> String {
    format!("pre,post,weight\nAVAL,AVBL,3\nAVAL,RIS,2\nRIS,AVDL,2\nAVDL,AVBL,1\n{more}")
}

struct Place {
    folder: TempDir,
    stand_in: StandIn,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("tiny.toml"), PIPELINE).unwrap();
        Self {
            folder,
            stand_in: StandIn::new(vec![stored(&edges(""))], |_, _| false),
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn engraph(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_engraph"));
        command
            .args(args)
            .args(["tiny.toml", "--cache", "cache", "--timeout", "2"])
            .current_dir(self.folder.path());
        command
            .env("HF_ENDPOINT", &self.stand_in.endpoint)
            .env("HF_TOKEN", SECRET)
            .env("ENGRAPH_LOG", "trace");
        command.env_remove("HF_HUB_OFFLINE").output().unwrap()
    }

    /// Runs, expects the exit code, and returns both outputs; the token is in none.
    fn exits(&self, args: &[&str], code: i32) -> String {
        let output = self.engraph(args);
        let text =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
        assert!(!text.contains(SECRET), "{text}");
        text
    }

    /// All files but the store's own notes about refreshes.
    fn everything(&self) -> Vec<(String, Vec<u8>)> {
        fn walk(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, all);
                } else if !path
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .starts_with("refresh")
                {
                    all.push((path.display().to_string(), fs::read(&path).unwrap()));
                }
            }
        }
        let mut all = Vec::new();
        walk(self.folder.path(), &mut all);
        all.sort();
        all
    }
}

#[test]
fn a_pin_is_made_once_moved_by_refresh_alone_and_enough_offline() {
    let place = Place::new();
    assert!(place.exits(&["plan"], 2).contains("engraph fetch"));
    assert!(place.exits(&["run", "--frozen"], 1).contains("--frozen"));
    assert!(place.exits(&["run", "--offline"], 1).contains("offline"));
    assert!(!place.path("tiny.lock").exists());

    let told = place.exits(&["fetch"], 0);
    let lock = fs::read_to_string(place.path("tiny.lock")).unwrap();
    assert!(
        told.contains(&COMMIT[..12]) && lock.contains(COMMIT) && lock.contains("data/edges.csv"),
        "{lock}"
    );
    place.exits(&["run"], 0);
    assert!(
        fs::read_to_string(place.path("reports/tiny/summary.md"))
            .unwrap()
            .contains("there (")
    );
    let asked = place.stand_in.requests().len();
    place.exits(&["run", "--offline", "--frozen"], 0);
    assert_eq!(
        place.stand_in.requests().len(),
        asked,
        "pinned and cached: nobody is asked"
    );

    let before = place.everything();
    assert!(place.exits(&["refresh"], 0).contains("nothing was written"));
    assert!(
        place
            .exits(&["refresh", "--check"], 0)
            .contains("unchanged")
    );
    assert_eq!(place.everything(), before);
    assert!(place.exits(&["plan"], 0).contains("sources: fresh"));

    // The same table at another commit is no news.
    place.stand_in.push(OTHER, vec![stored(&edges(""))]);
    assert!(
        place
            .exits(&["refresh"], 0)
            .contains("the table is unchanged")
    );
    assert_eq!(fs::read_to_string(place.path("tiny.lock")).unwrap(), lock);

    place
        .stand_in
        .push(OTHER, vec![stored(&edges("AVAL,AVEL,2\nRIS,AVEL,1\n"))]);
    assert!(place.exits(&["refresh", "--check"], 10).contains("stale"));
    assert_eq!(fs::read_to_string(place.path("tiny.lock")).unwrap(), lock);
    place.exits(&["run"], 0);
    assert_eq!(
        fs::read_to_string(place.path("tiny.lock")).unwrap(),
        lock,
        "a run keeps to the pin"
    );
    // On a machine without earlier reports as well.
    fs::remove_dir_all(place.path("reports")).unwrap();
    fs::remove_dir_all(place.path(".engraph")).unwrap();
    place.exits(&["refresh"], 0);
    assert!(
        fs::read_to_string(place.path("tiny.lock"))
            .unwrap()
            .contains(OTHER)
    );
    let changes = fs::read_to_string(place.path("reports/tiny/CHANGES.md")).unwrap();
    // AVAL -> AVBL or AVEL as C, AVDL or AVEL as D, C and D different: 1 becomes 3.
    assert!(
        changes.contains("| there | gaba26 | 1 | ffli | subgraph | 1 | 3 |"),
        "{changes}"
    );
    assert!(!changes.contains("pharynx"), "{changes}");
}

#[test]
fn another_content_under_the_same_commit_is_an_error_with_both_names() {
    let place = Place::new();
    place.exits(&["fetch"], 0);
    let (old, new) = (stored(&edges("")), stored(&edges("").replace('3', "4")));
    place.stand_in.push(COMMIT, vec![new.clone()]);
    let error = place.exits(&["refresh"], 1);
    assert!(
        error.contains(old.object) && error.contains(new.object),
        "{error}"
    );
    // With the cache gone, the pin's size and sha256 stand against what comes.
    fs::remove_dir_all(place.path("cache")).unwrap();
    let error = place.exits(&["run"], 1);
    assert!(error.contains("sha256"), "{error}");
}

#[test]
fn a_pipeline_that_asks_for_something_else_needs_a_refresh() {
    let place = Place::new();
    place.exits(&["fetch"], 0);
    fs::write(
        place.path("tiny.toml"),
        PIPELINE.replace("data/*.csv", "**/*.csv"),
    )
    .unwrap();
    assert!(place.exits(&["run"], 1).contains("engraph refresh"));
    place.exits(&["refresh"], 0);
    place.exits(&["run", "--frozen"], 0);
    for (wrong, words) in [
        ("hub = 'owner'", "owner/name"),
        ("edges = 'x.csv'\nhub = 'a/b'", "beside"),
        ("unit = 'x'", "missing"),
    ] {
        fs::write(
            place.path("tiny.toml"),
            PIPELINE.replace("hub = \"owner/name\"\nfile = \"data/*.csv\"", wrong),
        )
        .unwrap();
        assert!(place.exits(&["run"], 2).contains(words), "{wrong}");
    }
}

#[test]
fn refreshes_of_one_pipeline_exclude_each_other() {
    let place = Place::new();
    place.exits(&["fetch"], 0);
    // Only a store holds such a lock, and a run makes it.
    place.exits(&["run"], 0);
    let lock = fs::File::create(place.path(".engraph/refresh-tiny.lock")).unwrap();
    lock.lock().unwrap();
    assert!(place.exits(&["refresh"], 1).contains("another refresh"));
    drop(lock);
    place.exits(&["refresh"], 0);
}

/// A collection of recordings: its one file is fetched for a task, and one animal read.
#[test]
fn a_recording_is_fetched_for_a_task() {
    use arrow::array::{ArrayRef, Float32Array, ListArray, RecordBatch, StringArray};
    use arrow::datatypes::Float32Type;
    use std::sync::Arc;
    let trace = |f: f32| {
        Some(
            (0..200)
                .map(|i| Some((f * i as f32).sin()))
                .collect::<Vec<_>>(),
        )
    };
    let text = |values: [&str; 3]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let traces =
        ListArray::from_iter_primitive::<Float32Type, _, _>([trace(0.1), trace(0.3), trace(0.2)]);
    let batch = RecordBatch::try_from_iter([
        ("source_dataset", text(["Kato2015"; 3])),
        ("worm", text(["worm0", "worm0", "worm1"])),
        ("neuron", text(["AVAL", "RIML", "AVAL"])),
        ("calcium_data", Arc::new(traces) as ArrayRef),
        (
            "dt",
            Arc::new(Float32Array::from(vec![0.333; 3])) as ArrayRef,
        ),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let mut place = Place::new();
    place.stand_in = StandIn::new(
        vec![Stored {
            path: "worms.parquet",
            ..of(bytes)
        }],
        |_, _| false,
    );
    let pipeline = r#"
name = "tiny"
connectomes = ["cook2020_pharynx"]
[sources.calcium]
hub = "owner/name"
file = "worms.parquet"
[[tasks]]
name = "traces"
kind = "series"
file = "calcium"
recording = "Kato2015/worm0"
columns = ["RIML", "AVAL"]
[motifs]
patterns = ["ffli"]
[topologies]
connectomes = []
"#;
    fs::write(place.path("tiny.toml"), pipeline).unwrap();
    assert!(place.exits(&["plan"], 2).contains("engraph fetch"));
    place.exits(&["fetch"], 0);
    place.exits(&["run"], 0);
    fs::write(place.path("tiny.toml"), pipeline.replace("worm0", "worm9")).unwrap();
    assert!(
        place
            .exits(&["plan"], 2)
            .contains("has no recording `Kato2015/worm9`\n  hint: did you mean")
    );
}

/// Tables that are none, or that would fill the memory.
#[test]
fn what_is_no_table_is_not_pinned() {
    let wide = "x,".repeat(1_000_000) + "y\n";
    let bomb = [
        b"PAR1".as_slice(),
        &[0xff; 64],
        &[0xff, 0xff, 0xff, 0x7f],
        b"PAR1",
    ]
    .concat();
    let place = Place::new();
    for content in [wide.into_bytes(), bomb, b"word\n".to_vec()] {
        place.stand_in.push(COMMIT, vec![of(content)]);
        assert!(
            place
                .exits(&["fetch"], 1)
                .contains("no table of `owner/name`")
        );
        assert!(!place.path("tiny.lock").exists());
    }
}

#[test]
fn a_hub_that_refuses_leaves_everything_as_it_was() {
    let mut place = Place::new();
    place.stand_in = StandIn::new(vec![stored(&edges(""))], |_, stream| {
        reply(stream, "401 Unauthorized", "X-Nothing: here", b"no");
        true
    });
    let before = place.everything();
    assert!(place.exits(&["fetch"], 1).contains("HTTP 401"));
    assert_eq!(place.everything().len(), before.len());
}
