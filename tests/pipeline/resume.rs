//! Second runs, changes, threads, kills: what is computed again, and to which bytes.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use crate::tiny::Tiny;

#[test]
fn a_second_run_computes_nothing_and_says_so() {
    let place = Tiny::new();
    let first = place.succeed(&["run", "tiny.toml"]);
    assert!(first.contains("results computed, 0 cached"), "{first}");
    let before = place.reports();
    for table in [
        "connectomes",
        "motif_counts",
        "topologies",
        "training_runs",
        "latent_dimension",
        "latent_contrasts",
    ] {
        assert!(
            before.contains_key(&format!("{table}.parquet")),
            "{table} is missing"
        );
    }
    let second = place.succeed(&["run", "tiny.toml"]);
    assert!(
        second.contains("nothing to compute, reports unchanged"),
        "{second}"
    );
    assert_eq!(place.reports(), before);
    let plan = place.engraph(&["plan", "tiny.toml"]).succeeded();
    assert!(plan.stdout.contains("nothing to compute"), "{plan}");
}

#[test]
fn a_training_parameter_reruns_training_and_what_follows_only() {
    let place = Tiny::new();
    place.succeed(&["run", "tiny.toml"]);
    let change = ["--set", "training.engram.learning_rate=0.02"];
    let plan = place.engraph(&[&["plan", "tiny.toml"][..], &change].concat());
    let changed = "30 training.learning_rate: 0.01 -> 0.02";
    assert!(plan.stdout.contains(changed), "{plan}");
    let before: Vec<_> = ["connectomes", "motifs", "topologies"]
        .map(|s| place.artifacts(s))
        .to_vec();
    let log = place.succeed(&[&["run", "tiny.toml"][..], &change].concat());
    for unchanged in ["connectomes", "motifs", "topologies"] {
        assert!(log.contains(&format!("{unchanged}: 0 to compute")), "{log}");
    }
    // The observed wiring and its null, three arms, five seeds; the perceptron stays.
    assert!(log.contains("training: 30 to compute, 15 cached"), "{log}");
    assert!(log.contains("latent: 2 to compute, 1 cached"), "{log}");
    assert_eq!(
        before,
        ["connectomes", "motifs", "topologies"].map(|s| place.artifacts(s))
    );
}

#[test]
fn the_bytes_do_not_depend_on_threads() {
    let (one, two) = (Tiny::new(), Tiny::new());
    one.succeed(&["run", "tiny.toml", "--jobs", "1"]);
    two.succeed(&["run", "tiny.toml", "--jobs", "2"]);
    assert_eq!(one.reports(), two.reports());
}

#[cfg(unix)]
#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let calm = Tiny::new();
    let long = ["--set", "training.engram.epochs=40"];
    calm.succeed(&[&["run", "tiny.toml"][..], &long].concat());
    let place = Tiny::new();
    let mut kills = 0;
    // Kill (signal 9) soon after the first results of training are there, three times over.
    for wanted in [1, 6, 12] {
        let mut child = place
            .command(&[&["run", "tiny.toml", "--quiet", "--jobs", "1"][..], &long].concat())
            .spawn()
            .unwrap();
        while place.artifacts("training").len() < wanted && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        assert!(
            !place
                .path()
                .join("reports/tiny/training_runs.parquet")
                .exists(),
            "half a run wrote reports"
        );
    }
    assert_eq!(kills, 3);
    let log = place.succeed(&[&["run", "tiny.toml"][..], &long].concat());
    assert!(
        !log.contains("training: 45 to compute"),
        "what was done before the kill was lost: {log}"
    );
    assert_eq!(place.reports(), calm.reports());
    assert_eq!(
        fs::read_dir(place.path().join(".engraph/tmp"))
            .unwrap()
            .count(),
        0,
        "leftovers of the killed runs"
    );
}

#[cfg(unix)]
#[test]
fn a_network_in_training_goes_on_from_what_was_kept_of_it() {
    let calm = Tiny::new();
    let long = ["--set", "training.engram.epochs=200", "--jobs", "1"];
    calm.succeed(&[&["run", "tiny.toml"][..], &long].concat());
    let place = Tiny::new();
    let keeping = ["--checkpoint-every", "0", "--quiet"];
    let kept = || place.artifacts("checkpoints-in-work").len();
    for _ in 0..20 {
        let mut child = place
            .command(&[&["run", "tiny.toml"][..], &long, &keeping].concat())
            .spawn()
            .unwrap();
        while kept() == 0 && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if kept() > 0 {
            break;
        }
    }
    assert_eq!(kept(), 1, "no network was killed in training");
    let said = place
        .command(&[&["run", "tiny.toml"][..], &long].concat())
        .env("ENGRAPH_LOG", "info")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("goes on after epoch"), "{said}");
    assert_eq!(kept(), 0, "the state of a finished network stays");
    assert_eq!(place.reports(), calm.reports());
}

#[test]
fn stages_can_be_chosen() {
    let place = Tiny::new();
    let log = place.succeed(&["run", "tiny.toml", "--until", "topologies"]);
    assert!(!log.contains("training"), "{log}");
    assert!(place.reports().contains_key("motif_counts.parquet"));
    assert!(!place.reports().contains_key("training_runs.parquet"));
    let error = place.fail(&["run", "tiny.toml", "--until", "topologie"], 2);
    assert!(error.contains("did you mean `topologies`"), "{error}");
}

#[test]
fn quiet_is_quiet_and_json_is_one_document() {
    let place = Tiny::new();
    let answer = place.engraph(&["run", "tiny.toml", "--quiet"]).succeeded();
    assert_eq!((&*answer.stdout, &*answer.stderr), ("", ""));
    let document = place
        .engraph(&["run", "tiny.toml", "--quiet", "--json"])
        .json();
    assert_eq!(document["computed"], 0);
    assert_eq!(document["schema"], "engraph.run/1");
}
