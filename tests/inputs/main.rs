//! Tables as people have them: each case of `cases.toml` is run and must end in one of its
//! outcomes.

#![cfg(feature = "files")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

/// One command and the outcomes that are right.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    run: String,
    /// A C file that stands before the system's own functions.
    preload: Option<String>,
    right: String,
    outcome: Vec<Outcome>,
    #[expect(dead_code, reason = "for readers of the file")]
    guard: Option<bool>,
    #[expect(dead_code, reason = "for readers of the file")]
    fault: String,
    #[expect(dead_code, reason = "for readers of the file")]
    source: String,
}

/// Facts that hold together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    /// `ok` for exit code 0, `error` for 1 and 2.
    exit: String,
    /// Occurrences as a subgraph, by motif.
    #[serde(default)]
    counts: BTreeMap<String, u64>,
    edges: Option<u64>,
    /// Estimates by their least and greatest values.
    #[serde(default)]
    values: BTreeMap<String, [f64; 2]>,
    /// Whether an estimate may be missing instead.
    #[serde(default)]
    or_null: bool,
    points: Option<u64>,
    columns: Option<u64>,
    /// Words of which standard error has one. Names of files do not count.
    any: Option<Vec<String>>,
    /// Words of which standard output has one.
    out: Option<Vec<String>>,
    /// Words that its hints have, all of them.
    #[serde(default)]
    hint: Vec<String>,
}

/// What came of a command.
struct Ran {
    exit: Option<i32>,
    out: String,
    error: String,
    rows: Vec<Value>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs")
}

fn ran(case: &Case, temporary: &Path) -> Ran {
    let words: Vec<String> = case
        .run
        .split_whitespace()
        .skip(1)
        .map(|word| word.replace("{tmp}", &temporary.display().to_string()))
        .collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_engraph"));
    command.args(&words).current_dir(folder());
    command.env_remove("ENGRAPH_LOG").env("NO_COLOR", "1");
    if let Some(code) = &case.preload {
        let library = temporary.join("preload.so");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&library, &folder().join(code)])
            .arg("-ldl")
            .status();
        assert!(compiled.unwrap().success(), "{code} does not compile");
        command.env("LD_PRELOAD", library);
    }
    let output = command.output().unwrap();
    let mut error = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut names: Vec<&str> = words
        .iter()
        .filter(|word| word.contains(['/', '.']))
        .flat_map(|word| [word.as_str(), word.rsplit('/').next().unwrap_or_default()])
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        error = error.replace(name, "FILE");
    }
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let document: Option<Value> = serde_json::from_str(&out).ok();
    let rows = document.and_then(|d| d["rows"].as_array().cloned());
    Ran {
        exit: output.status.code(),
        out,
        error: error.to_lowercase(),
        rows: rows.unwrap_or_default(),
    }
}

impl Ran {
    /// The facts of an outcome that do not hold.
    fn faults(&self, outcome: &Outcome) -> Vec<String> {
        let ended = match outcome.exit.as_str() {
            "ok" => self.exit == Some(0),
            "error" => matches!(self.exit, Some(1 | 2)),
            other => panic!("`exit = \"{other}\"` is no outcome"),
        };
        if !ended {
            return vec![format!("exit {:?}", self.exit)];
        }
        let mut faults = Vec::new();
        for (motif, &count) in &outcome.counts {
            let row = |row: &&Value| row["motif"] == *motif && row["matching"] == "subgraph";
            let found = self.rows.iter().find(row).map(|row| row["count"].clone());
            if found != Some(count.into()) {
                faults.push(format!("{motif} {found:?} for {count}"));
            }
        }
        for (name, [least, greatest]) in &outcome.values {
            let row = self.rows.iter().find(|row| row["estimator"] == *name);
            let value = row.map(|row| &row["value"]);
            let right = match value {
                Some(Value::Null) => outcome.or_null,
                Some(value) => value
                    .as_f64()
                    .is_some_and(|v| (*least..=*greatest).contains(&v)),
                None => false,
            };
            if !right {
                faults.push(format!("{name} {value:?} for {least} to {greatest}"));
            }
        }
        for (expected, column) in [
            (outcome.edges, "edges"),
            (outcome.points, "n_points"),
            (outcome.columns, "ambient_dimension"),
        ] {
            let found = self.rows.first().and_then(|row| row[column].as_u64());
            if expected.is_some() && found != expected {
                faults.push(format!("{column} {found:?} for {expected:?}"));
            }
        }
        let out = self.out.to_lowercase();
        for (words, text, what) in [
            (&outcome.any, &self.error, "standard error"),
            (&outcome.out, &out, "standard output"),
        ] {
            let has = |word: &String| text.contains(&word.to_lowercase());
            if words.as_ref().is_some_and(|words| !words.iter().any(has)) {
                faults.push(format!("none of the words in {what}"));
            }
        }
        let hints = self.error.find("hint:").map_or("", |at| &self.error[at..]);
        for word in outcome
            .hint
            .iter()
            .filter(|word| !hints.contains(&word.to_lowercase()))
        {
            faults.push(format!("the hint lacks `{word}`"));
        }
        faults
    }
}

#[test]
fn every_case_ends_in_an_outcome_that_is_right() {
    #[derive(Deserialize)]
    struct Cases {
        case: Vec<Case>,
    }
    let text = std::fs::read_to_string(folder().join("cases.toml")).unwrap();
    let Cases { case: cases } = toml::from_str(&text).unwrap();
    assert!(cases.len() >= 53, "{} cases", cases.len());
    let mut short = Vec::new();
    for case in &cases {
        let temporary = tempfile::tempdir().unwrap();
        let ran = ran(case, temporary.path());
        let faults: Vec<_> = case.outcome.iter().map(|o| ran.faults(o)).collect();
        if faults.iter().all(|faults| !faults.is_empty()) {
            let (id, right, error) = (&case.id, &case.right, &ran.error);
            short.push(format!("{id}: {right} Got {faults:?}\n{error}"));
        }
    }
    assert!(
        short.is_empty(),
        "{} cases fall short:\n{}",
        short.len(),
        short.join("\n")
    );
}
