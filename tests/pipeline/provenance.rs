//! What a report folder says of itself, whether it is still true, and what two folders differ in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use engraph::bottleneck::LatentDimensionRow;
use engraph::report::difference::{Comparison, compare};
use engraph::report::verify::{Verification, verify};
use engraph::table::{Footer, from_parquet, to_parquet};
use serde_json::Value;

use crate::common::{Place, TIMES, smoke};
use crate::tiny::Tiny;

/// The files below a folder, by their names.
fn names(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        if entry.path().is_dir() {
            let below = self::names(&entry.path());
            names.extend(below.into_iter().map(|below| format!("{name}/{below}")));
        } else {
            names.insert(name);
        }
    }
    names
}

/// A copy of the reports of `smoke`.
fn copied(place: &Place) -> PathBuf {
    let folder = place.path().join("reports");
    fs::create_dir_all(folder.join("figures")).expect("a folder");
    for name in names(&smoke().reports()) {
        fs::copy(smoke().reports().join(&name), folder.join(&name)).expect("a copy");
    }
    folder
}

fn faults(found: &Verification) -> Vec<(&str, &str)> {
    let faults = found.faults();
    faults
        .map(|row| (row.file.as_str(), row.status.as_str()))
        .collect()
}

fn document(folder: &Path, name: &str) -> Value {
    let text = fs::read(folder.join(name)).expect("a file");
    serde_json::from_slice(&text).expect("JSON")
}

#[test]
fn a_folder_is_as_the_run_has_left_it() {
    let folder = smoke().reports();
    let found = verify(&folder).expect("a folder of a run");
    assert_eq!(faults(&found), []);
    assert_eq!(found.foreign().count(), 0);
    let files: BTreeSet<String> = found.rows.iter().map(|row| row.file.clone()).collect();
    assert_eq!(files, names(&folder), "no file is left out");
    let rows = document(&folder, "run.json")["tables"]
        .as_array()
        .expect("tables")
        .iter()
        .filter(|table| {
            table["file"]
                .as_str()
                .is_some_and(|name| name.ends_with(".parquet"))
        })
        .map(|table| table["rows"].as_i64().expect("a number"))
        .sum::<i64>();
    assert_eq!(found.table_rows(), rows);
}

/// A changed byte at the beginning, in the middle and at the end of every file, the list of hashes
/// among them.
#[test]
fn a_changed_byte_in_any_file_is_found() {
    let place = Place::new();
    let folder = copied(&place);
    for name in names(&folder) {
        let path = folder.join(&name);
        let whole = fs::read(&path).expect("a file");
        assert!(!whole.is_empty(), "{name}");
        for at in BTreeSet::from([0, whole.len() / 2, whole.len() - 1]) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, &changed).expect("a file");
            let found = verify(&folder).expect("a folder of a run");
            let faults = faults(&found);
            assert!(!faults.is_empty(), "byte {at} of {name}");
            if name != "SHA256SUMS" {
                assert_eq!(faults, [(name.as_str(), "changed")], "byte {at}");
            }
        }
        fs::write(&path, &whole).expect("a file");
    }
    assert_eq!(faults(&verify(&folder).expect("a folder")), []);
}

#[test]
fn what_is_missing_or_foreign_is_named() {
    let place = Place::new();
    let folder = copied(&place);
    fs::remove_file(folder.join("connectomes.parquet")).expect("a file");
    fs::write(folder.join("notes.txt"), "mine").expect("a file");
    // A table of which the run knows nothing.
    fs::write(folder.join("motif_occurrences.parquet"), "mine").expect("a file");
    let found = verify(&folder).expect("a folder of a run");
    assert_eq!(faults(&found), [("connectomes.parquet", "missing")]);
    let foreign: Vec<&str> = found.foreign().map(|row| row.file.as_str()).collect();
    assert_eq!(foreign, ["motif_occurrences.parquet", "notes.txt"]);

    let answer = place.engraph(&["verify", "reports"]);
    assert_eq!(answer.code, Some(1), "{answer}");
    assert!(
        answer.stdout.contains("connectomes.parquet: missing"),
        "{answer}"
    );
    assert!(
        answer.stdout.contains("notes.txt: no file of the run"),
        "{answer}"
    );
    let answer = place.engraph(&["verify", "reports", "--format", "json"]);
    let rows = answer.json()["rows"].as_array().expect("rows").clone();
    assert_eq!(
        (answer.code, rows.len()),
        (Some(1), names(&folder).len() + 1)
    );

    fs::copy(
        smoke().reports().join("connectomes.parquet"),
        folder.join("connectomes.parquet"),
    )
    .expect("a copy");
    place.engraph(&["verify", "reports"]).succeeded();
    let error = place.fail(&["verify", "."], 2);
    assert!(error.contains("has no SHA256SUMS"), "{error}");
}

/// Replaces a table and its hash in the list: what a careless hand would do.
fn forge(folder: &Path, table: &str, bytes: &[u8]) {
    let name = format!("{table}.parquet");
    fs::write(folder.join(&name), bytes).expect("a file");
    let (_, hash) = engraph::report::provenance::sha256_of(bytes).expect("a hash");
    let list = fs::read_to_string(folder.join("SHA256SUMS")).expect("a list");
    let lines = list.lines().map(|line| match line.split_once("  ") {
        Some((_, listed)) if listed == name => format!("{hash}  {name}\n"),
        _ => format!("{line}\n"),
    });
    fs::write(folder.join("SHA256SUMS"), lines.collect::<String>()).expect("a list");
}

#[test]
fn a_table_with_the_right_hash_may_still_be_wrong() {
    let place = Place::new();
    let folder = copied(&place);
    // Without the other descriptions, the table alone decides.
    for name in ["run.json", "ro-crate-metadata.json", "croissant.json"] {
        fs::write(folder.join(name), "{}").expect("a file");
    }
    let rows = smoke().table::<LatentDimensionRow>();
    let footer = Footer {
        key: "key".to_owned(),
        pipeline: "smoke".to_owned(),
        sources: "s".to_owned(),
        citation: "c".to_owned(),
    };
    let message = |rows: &[LatentDimensionRow], footer: &Footer| {
        forge(
            &folder,
            "latent_dimension",
            &to_parquet(rows, footer).expect("Parquet"),
        );
        let found = verify(&folder).expect("a folder of a run");
        let row = found
            .rows
            .iter()
            .find(|row| row.file == "latent_dimension.parquet");
        row.expect("a row").message.clone().unwrap_or_default()
    };
    assert_eq!(message(&rows, &footer), "");
    let mut swapped = rows.clone();
    swapped.swap(0, 1);
    assert_eq!(
        message(&swapped, &footer),
        "row 2 comes before the one above it"
    );
    let mut twice = rows.clone();
    twice[1] = LatentDimensionRow {
        value: twice[0].value.map(|value| value + 1.0).or(Some(1.0)),
        ..twice[0].clone()
    };
    assert_eq!(
        message(&twice, &footer),
        "row 2 has the topology, task, estimator of another row"
    );
    assert!(message(&rows, &Footer::default()).contains("no engraph.key"));
    let other = fs::read(smoke().reports().join("topologies.parquet")).expect("a file");
    forge(&folder, "latent_dimension", &other);
    let found = verify(&folder).expect("a folder of a run");
    let row = found
        .rows
        .iter()
        .find(|row| row.file == "latent_dimension.parquet");
    let message = row.and_then(|row| row.message.clone()).unwrap_or_default();
    assert_eq!(message, "its footer says that it is the table `topologies`");
}

/// The descriptions of a run contradict a table that was replaced together with its hash.
#[test]
fn a_replaced_table_contradicts_the_descriptions() {
    let place = Place::new();
    let folder = copied(&place);
    let mut rows = smoke().table::<LatentDimensionRow>();
    rows.pop();
    forge(
        &folder,
        "latent_dimension",
        &to_parquet(&rows, &Footer::default()).expect("Parquet"),
    );
    let found = verify(&folder).expect("a folder of a run");
    assert_eq!(
        faults(&found),
        [("latent_dimension.parquet", "contradictory")]
    );
}

/// The page is listed anew when it is made anew, and damage elsewhere is still found.
#[test]
fn a_new_page_hides_no_damage() {
    let place = Place::new();
    let folder = copied(&place);
    fs::write(folder.join("index.html"), "an earlier page").expect("a file");
    let path = folder.join("motif_hubs.parquet");
    let whole = fs::read(&path).expect("a file");
    place.succeed(&["report", "reports"]);
    assert_eq!(faults(&verify(&folder).expect("a folder")), []);
    for name in names(&folder) {
        let same = fs::read(folder.join(&name)).expect("a file")
            == fs::read(smoke().reports().join(&name)).expect("a file");
        assert!(same, "{name} is as before");
    }
    let mut damaged = whole;
    let last = damaged.len() - 9;
    damaged[last] ^= 1;
    fs::write(folder.join("summary.md"), "an earlier summary").expect("a file");
    fs::write(&path, damaged).expect("a file");
    // The page does not read this table's rows, or says that it cannot.
    let _ = place.engraph(&["report", "reports"]);
    let found = verify(&folder).expect("a folder");
    assert!(
        faults(&found).contains(&("motif_hubs.parquet", "changed")),
        "{found:?}"
    );
}

#[test]
fn people_are_named_who_want_to_be() {
    let tiny = Tiny::new();
    let run = |more: &[&str]| {
        let args = ["run", "tiny.toml", "--until", "motifs", "--quiet"];
        tiny.succeed(&[&args[..], more].concat());
        let folder = tiny.path().join("reports/tiny");
        assert_eq!(faults(&verify(&folder).expect("a folder of a run")), []);
        folder
    };
    let folder = run(&[]);
    let graph = document(&folder, "ro-crate-metadata.json")["@graph"].clone();
    let of_kind = |graph: &Value, kind: &str| -> Vec<Value> {
        let graph = graph.as_array().expect("a graph");
        graph
            .iter()
            .filter(|entity| entity["@type"] == kind)
            .cloned()
            .collect()
    };
    assert!(of_kind(&graph, "Person").is_empty() && of_kind(&graph, "Organization").is_empty());
    let tables = |folder: &Path| -> Vec<Vec<u8>> {
        let names = names(folder)
            .into_iter()
            .filter(|name| name.ends_with(".parquet"));
        names
            .map(|name| fs::read(folder.join(name)).expect("a file"))
            .collect()
    };
    let before = tables(&folder);
    fs::write(folder.join("figures/old.svg"), "mine").expect("a file");
    fs::write(folder.join("neurons.parquet"), "mine").expect("a file");
    let found = verify(&folder).expect("a folder of a run");
    assert_eq!(
        faults(&found),
        [("neurons.parquet", "contradictory")],
        "it passes for a table"
    );

    let folder = run(&[
        "--set",
        "licence=CC-BY-4.0",
        "--set",
        "people=[{name='Your Name', orcid='0000-0002-1825-0097', affiliation='Your University'}]",
        "--set",
        "publisher={name='Your University', url='https://ror.org/05gq02987'}",
    ]);
    assert_eq!(tables(&folder), before, "nothing is computed from people");
    assert!(folder.join("figures/old.svg").exists(), "no file of ours");
    let graph = document(&folder, "ro-crate-metadata.json")["@graph"].clone();
    let [person] = &of_kind(&graph, "Person")[..] else {
        panic!("one person");
    };
    assert_eq!(person["@id"], "https://orcid.org/0000-0002-1825-0097");
    let root = &graph.as_array().expect("a graph")[1];
    assert_eq!(root["author"]["@id"], person["@id"]);
    assert_eq!(
        root["license"]["@id"],
        "https://spdx.org/licenses/CC-BY-4.0"
    );
    assert_eq!(root["publisher"]["@id"], "https://ror.org/05gq02987");
    let croissant = document(&folder, "croissant.json");
    assert_eq!(croissant["license"], "https://spdx.org/licenses/CC-BY-4.0");
    assert_eq!(croissant["creator"][0]["name"], "Your Name");

    let error = tiny.fail(
        &[
            "run",
            "tiny.toml",
            "--set",
            "people=[{name='a', orcid='0000'}]",
        ],
        2,
    );
    assert!(
        error.contains("`people[0].orcid`: `0000` is no ORCID iD"),
        "{error}"
    );
}

/// The pipeline in the folder runs again, to the same tables; a README of the user's stays.
#[test]
fn the_pipeline_in_the_folder_is_the_one_that_ran() {
    let tiny = Tiny::new();
    tiny.succeed(&["run", "tiny.toml", "--until", "motifs", "--quiet"]);
    let first = tiny.path().join("reports/tiny");
    fs::write(first.join("README.md"), "mine").expect("a file");
    let again = [
        "run",
        "reports/tiny/pipeline.toml",
        "--until",
        "motifs",
        "--out",
        "again",
    ];
    let told = tiny.succeed(&again);
    assert!(told.contains("nothing to compute"), "{told}");
    let second = tiny.path().join("again");
    for name in names(&second) {
        if !TIMES.contains(&name.as_str()) && name != "README.md" {
            let same = fs::read(first.join(&name)).expect("a file")
                == fs::read(second.join(&name)).expect("a file");
            assert!(same, "{name}");
        }
    }
    tiny.succeed(&["run", "tiny.toml", "--until", "motifs", "--quiet"]);
    assert_eq!(fs::read(first.join("README.md")).expect("a file"), b"mine");
    let found = verify(&first).expect("a folder of a run");
    assert_eq!(faults(&found), []);
    let foreign: Vec<&str> = found.foreign().map(|row| row.file.as_str()).collect();
    assert_eq!(foreign, ["README.md"]);
}

fn compared(before: &Path, after: &Path, tolerance: f64) -> Comparison {
    compare(before, after, tolerance).expect("two folders")
}

#[test]
fn rows_and_numbers_that_differ_are_told() {
    let place = Place::new();
    let folder = copied(&place);
    let before = smoke().reports();
    assert!(compared(&before, &folder, 0.0).is_equal());
    let path = folder.join("latent_dimension.parquet");
    let old: Vec<LatentDimensionRow> =
        from_parquet(fs::read(&path).expect("a file")).expect("a table");
    let with_value = |row: &&LatentDimensionRow| row.value.is_some_and(|value| value > 0.0);
    let numbers: Vec<usize> = (0..old.len())
        .filter(|&row| with_value(&&old[row]))
        .collect();
    let [small, large, gone] = [numbers[1], numbers[2], numbers[3]];
    let mut new = old.clone();
    new[small].value = old[small].value.map(|value| value * (1.0 + 1e-10));
    new[large].value = old[large].value.map(|value| value * 2.0);
    new[large].status = "other".to_owned();
    new.remove(gone);
    new.push(LatentDimensionRow {
        topology: "zzz".to_owned(),
        ..old[gone].clone()
    });
    // The order of the rows says nothing.
    new.reverse();
    fs::write(
        &path,
        to_parquet(&new, &Footer::default()).expect("Parquet"),
    )
    .expect("a file");
    fs::remove_file(folder.join("motifs.parquet")).expect("a file");

    let found = compared(&before, &folder, 0.0);
    let differing: Vec<&str> = found
        .tables
        .iter()
        .filter(|table| !table.differences.is_empty())
        .map(|table| table.table.as_str())
        .collect();
    assert_eq!(differing, ["latent_dimension", "motifs"]);
    let table = found
        .tables
        .iter()
        .find(|table| table.table == "latent_dimension");
    let table = table.expect("the table");
    assert_eq!((table.changed, table.vanished, table.appeared), (2, 1, 1));
    let told: Vec<(&str, Option<&str>)> = table
        .differences
        .iter()
        .map(|row| (row.what.as_str(), row.column.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("row_vanished", None),
            ("row_appeared", None),
            ("value_changed", Some("status")),
            ("value_changed", Some("value")),
            ("value_changed", Some("value")),
        ]
    );
    let doubled = &table.differences[3];
    assert_eq!(
        (doubled.difference, doubled.relative),
        (old[large].value, Some(0.5))
    );
    let key = format!(
        "topology={}, task={}, estimator={}",
        old[large].topology, old[large].task, old[large].estimator
    );
    assert_eq!(doubled.row.as_deref(), Some(key.as_str()));

    let tolerant = compared(&before, &folder, 1e-9);
    assert_eq!(
        tolerant
            .tables
            .iter()
            .map(|table| table.changed)
            .sum::<usize>(),
        1
    );
    let before = before.to_str().expect("a path in UTF-8");
    let answer = place.engraph(&["diff", before, "reports", "--format", "json"]);
    assert_eq!(answer.code, Some(1), "{answer}");
    let tables = answer.json()["tables"].clone();
    assert_eq!(tables[0]["rows"].as_array().map(Vec::len), Some(6));
    assert_eq!(tables[1]["schema"], "engraph.pipeline_changes/1");
    let one = format!("{before}/topologies.parquet");
    let answer = place
        .engraph(&["diff", &one, "reports/topologies.parquet"])
        .succeeded();
    assert!(answer.stdout.starts_with("no difference in "), "{answer}");
    place.fail(&["diff", before, "reports/topologies.parquet"], 2);
    place.fail(&["diff", before, "reports/figures"], 2);
}

#[test]
fn the_key_that_explains_a_difference_is_named() {
    let tiny = Tiny::new();
    tiny.succeed(&[
        "run",
        "tiny.toml",
        "--until",
        "motifs",
        "--quiet",
        "--out",
        "a",
    ]);
    let set = ["--set", "motifs.nulls=6", "--set", "tasks.0.steps=5"];
    let args = [
        "run",
        "tiny.toml",
        "--until",
        "motifs",
        "--quiet",
        "--out",
        "b",
    ];
    tiny.succeed(&[&args[..], &set].concat());
    let answer = tiny.engraph(&["diff", "a", "b"]);
    assert_eq!(answer.code, Some(1), "{answer}");
    let head: Vec<&str> = answer.stdout.lines().take(3).collect();
    assert_eq!(
        head,
        [
            "what the runs differ in",
            "  motifs.nulls: 5 -> 6",
            "  tasks.smooth_m1.steps: 4 -> 5"
        ]
    );
    assert!(answer.stdout.contains("\nmotif_counts: "), "{answer}");
    assert!(
        answer
            .stdout
            .contains("nulls: 5 -> 6 (+1, 16.67 %) in connectome=cook2020_pharynx")
    );
}
