//! Damaged results, interruptions, several processes, and numbers that nobody can mean.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tiny::Tiny;

/// All files of results in a store, sorted.
fn stored_files(place: &Tiny) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for stage in ["connectomes", "motifs", "topologies", "training", "latent"] {
        for artifact in place.artifacts(stage) {
            let entries = fs::read_dir(artifact).unwrap();
            files.extend(entries.map(|entry| entry.unwrap().path()));
        }
    }
    files.sort();
    files
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = at % bytes.len();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

/// A byte in a file of every kind is changed. Each run says so once, and heals.
#[test]
fn damaged_results_are_set_aside_told_once_and_computed_again() {
    let place = Tiny::new();
    place.succeed(&["run", "tiny.toml"]);
    let reports = place.reports();
    let files = stored_files(&place);
    assert!(files.len() > 100);
    for (round, file) in files.iter().step_by(files.len() / 12).enumerate() {
        let whole = fs::read(file).unwrap();
        flip(file, 7 + 101 * round);
        let log = place.succeed(&["run", "tiny.toml"]);
        assert_eq!(log.matches("warning: a stored result").count(), 1, "{log}");
        assert!(log.contains("set-aside"), "{log}");
        assert_eq!(fs::read(file).unwrap(), whole, "{}", file.display());
        let log = place.succeed(&["run", "tiny.toml"]);
        assert!(
            log.contains("nothing to compute, reports unchanged"),
            "{log}"
        );
    }
    assert_eq!(place.reports(), reports);
}

#[test]
fn a_result_copied_to_the_place_of_another_is_computed_again() {
    let place = Tiny::new();
    place.succeed(&["run", "tiny.toml"]);
    let reports = place.reports();
    let cells = place.artifacts("training");
    let table = "training_runs.parquet";
    fs::copy(cells[0].join(table), cells[1].join(table)).unwrap();
    fs::remove_dir_all(place.path().join("reports")).unwrap();
    let log = place.succeed(&["run", "tiny.toml"]);
    assert!(log.contains("damaged"), "{log}");
    assert_eq!(place.reports(), reports);
}

/// A changed report is written again, although no result has changed.
#[test]
fn a_changed_report_is_written_again() {
    let place = Tiny::new();
    place.succeed(&["run", "tiny.toml"]);
    let reports = place.reports();
    flip(&place.path().join(Tiny::report("training_runs")), 100);
    place.succeed(&["run", "tiny.toml"]);
    assert_eq!(place.reports(), reports);
}

#[test]
fn a_plan_makes_nothing() {
    let place = Tiny::new();
    let plan = place.engraph(&["plan", "tiny.toml"]).succeeded();
    assert!(plan.stdout.contains("no estimate"), "{plan}");
    assert!(plan.stdout.contains("memory_gib"), "{plan}");
    assert!(!place.path().join(".engraph").exists());
    place.succeed(&["run", "tiny.toml"]);
    let more = ["plan", "tiny.toml", "--set", "training.seeds=6"];
    let plan = place.engraph(&more).succeeded();
    assert!(plan.stdout.contains("judged by earlier results"), "{plan}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_what_is_kept_and_goes_on() {
    use std::process::Stdio;
    let calm = Tiny::new();
    let long = ["run", "tiny.toml", "--set", "training.engram.epochs=40"];
    calm.succeed(&long);
    let place = Tiny::new();
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let before = place.artifacts("training").len();
        let mut command = place.command(&long);
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        while place.artifacts("training").len() < before + 2 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let id = child.id().to_string();
        let kill = std::process::Command::new("kill")
            .args([signal, &id])
            .status();
        assert!(kill.unwrap().success());
        let ended = child.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(code), "{words}");
        assert!(
            words.contains("interrupted: ") && words.contains("kept in"),
            "{words}"
        );
    }
    place.succeed(&long);
    assert_eq!(place.reports(), calm.reports());
}

/// What cannot be meant is refused before anything is made.
#[test]
fn numbers_out_of_range_are_refused() {
    let place = Tiny::new();
    for change in [
        "training.engram.epochs=4294967295",
        "training.engram.batch_size=4294967264",
        "training.seeds=1000000",
        "training.seeds=100000",
        "topologies.perceptron=2000000000",
        "topologies.nulls=1000000",
        "topologies.swaps_per_edge=1e308",
        "topologies.matched_replicates=4294967295",
        "motifs.samples=4294967295",
        "motifs.nulls=4294967295",
        "motifs.swaps_per_edge=1e308",
        "motifs.global_trades=4294967295",
        "motifs.sign_draws=4294967295",
        "seed=-1",
    ] {
        let error = place.fail(&["plan", "tiny.toml", "--set", change], 2);
        let key = change
            .split('=')
            .next()
            .unwrap()
            .rsplit('.')
            .next()
            .unwrap();
        assert!(
            error.contains(key) || error.contains("training"),
            "{change}: {error}"
        );
    }
    // What fits no memory is refused when the network would be made.
    let large = [
        "run",
        "tiny.toml",
        "--set",
        "topologies.perceptron=1000000",
        "--set",
    ];
    let little = ["training.perceptron.memory_gib=0.01"];
    let error = place.fail_last(&[&large[..], &little].concat());
    assert!(error.contains("memory_gib"), "{error}");
}

/// Two processes on one store at the same time end with the same bytes as one alone.
#[test]
fn two_processes_share_a_store() {
    let calm = Tiny::new();
    calm.succeed(&["run", "tiny.toml"]);
    let place = Tiny::new();
    let start = |out: &str| {
        let args = ["run", "tiny.toml", "--quiet", "--jobs", "1", "--out", out];
        place.command(&args).spawn().unwrap()
    };
    let (mut one, mut two) = (start("one"), start("two"));
    assert!(one.wait().unwrap().success());
    assert!(two.wait().unwrap().success());
    let expected = calm.reports();
    for out in ["one", "two"] {
        assert_eq!(
            crate::common::files(&place.path().join(out)),
            expected,
            "{out}"
        );
    }
}
