//! `engraph new` and `engraph completions`.

use std::fs;

use crate::common::Place;

#[test]
fn a_new_pipeline_plans_and_runs_as_it_is() {
    let place = Place::new();
    let printed = place.engraph(&["new", "mine"]).succeeded().stdout;
    assert_eq!(printed.trim(), "mine.toml");
    let written = fs::read_to_string(place.path().join("mine.toml")).unwrap();
    assert!(written.contains("name = \"mine\""), "{written}");
    assert!(!written.contains("NAME"), "{written}");
    let plan = place.engraph(&["plan", "mine.toml"]).succeeded().stdout;
    assert!(
        plan.contains("training") && plan.contains("wiring_dimension"),
        "{plan}"
    );
    place.succeed(&["run", "mine.toml", "--quiet"]);
    let summary = fs::read_to_string(place.path().join("reports/mine/summary.md")).unwrap();
    assert!(summary.contains("carries"), "{summary}");
}

#[test]
fn nothing_is_overwritten() {
    let place = Place::new();
    fs::write(place.path().join("mine.toml"), "mine").unwrap();
    let error = place.fail(&["new", "mine"], 1);
    assert!(error.contains("is there already"), "{error}");
    assert_eq!(fs::read(place.path().join("mine.toml")).unwrap(), b"mine");
    let error = place.fail(&["new", "a/b"], 2);
    assert!(error.contains("name"), "{error}");
}

#[test]
fn a_new_pipeline_reads_own_tables() {
    let place = Place::new();
    place.succeed(&[
        "export",
        "witvliet2021_1",
        "--out",
        "edges.csv",
        "--neurons-out",
        "neurons.csv",
    ]);
    place.succeed(&[
        "new",
        "mine.toml",
        "--edges",
        "edges.csv",
        "--neurons",
        "neurons.csv",
    ]);
    let plan = place.engraph(&["plan", "mine.toml"]).succeeded().stdout;
    assert!(plan.contains("pipeline mine"), "{plan}");
    place.succeed(&["run", "mine.toml", "--until", "wiring_dimension", "--quiet"]);
    let error = place.fail(&["new", "other", "--edges", "none.csv"], 1);
    assert!(error.contains("none.csv"), "{error}");
    assert!(!place.path().join("other.toml").exists());
}

/// Each script knows the commands and the options of one of them.
#[test]
fn shells_learn_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = crate::common::stdout(&["completions", shell]);
        for word in ["capacity", "completions", "null-model"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
}
