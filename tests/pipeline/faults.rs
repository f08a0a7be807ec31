//! Damaged results, interruptions, several processes, and numbers that nobody can mean.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::tiny::Tiny;

/// All files of results in a store, sorted.
fn stored_files(place: &Tiny) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for stage in ["connectomes", "motifs", "topologies", "training", "latent"] {
        files.extend(place.artifacts(stage));
    }
    files
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = at % bytes.len();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

/// A byte of a result of every stage is changed. The run that reads the result says so once, and
/// heals.
#[test]
fn damaged_results_are_set_aside_told_once_and_computed_again() {
    let place = Tiny::new();
    place.succeed(&["run", "tiny.toml"]);
    let reports = place.reports();
    let files = stored_files(&place);
    assert!(files.len() > 50);
    for (round, file) in files.iter().step_by(files.len() / 12).enumerate() {
        let whole = fs::read(file).unwrap();
        flip(file, 7 + 1009 * round);
        // Asked for, every result is examined.
        let verified = place.engraph(&["verify", ".engraph"]);
        assert_eq!(verified.code, Some(1), "{verified}");
        assert!(verified.stdout.contains("changed"), "{verified}");
        fs::remove_dir_all(place.path().join("reports")).unwrap();
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
    fs::copy(&cells[0], &cells[1]).unwrap();
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

/// Two processes on one store at the same time share the work, and end with the same bytes as one
/// alone.
#[test]
fn two_processes_share_a_store_and_its_work() {
    let calm = Tiny::new();
    let all = calm.engraph(&["run", "tiny.toml", "--json"]).json()["computed"].clone();
    let place = Tiny::new();
    let start = |out: &str| {
        let args = ["run", "tiny.toml", "--json", "--jobs", "1", "--out", out];
        let mut command = place.command(&args);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let running = ["one", "two"].map(start);
    let computed = running.map(|child| {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success());
        let outcome: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
        outcome["computed"].as_u64().unwrap()
    });
    assert_eq!(
        computed[0] + computed[1],
        all.as_u64().unwrap(),
        "{computed:?}"
    );
    assert!(
        computed.iter().all(|&computed| computed > 5),
        "{computed:?}"
    );
    let expected = calm.reports();
    for out in ["one", "two"] {
        assert_eq!(
            crate::common::files(&place.path().join(out)),
            expected,
            "{out}"
        );
    }
}

/// Shards that run one after the other compute all but what joins them, each result once; named
/// results come with what they need.
#[test]
fn shards_and_named_results_fill_a_store() {
    let calm = Tiny::new();
    calm.succeed(&["run", "tiny.toml"]);
    let place = Tiny::new();
    let graph = place
        .engraph(&["plan", "tiny.toml", "--cells", "--json"])
        .json();
    let cells = graph["cells"].as_array().unwrap().clone();
    let latent = cells.iter().find(|cell| cell["stage"] == "latent").unwrap();
    let run = |args: &[&str]| {
        let args = [&["run", "tiny.toml", "--json"][..], args].concat();
        place.engraph(&args).json()["computed"].as_u64().unwrap()
    };
    let key = latent["key"].as_str().unwrap();
    let named = run(&["--cells", key]);
    // A connectome, a topology, five seeds of three widths, and the reading itself.
    assert_eq!(named, 18);
    assert_eq!(run(&["--cells", key]), 0, "it is there already");
    let shards = [run(&["--shard", "1/2"]), run(&["--shard", "2/2"])];
    let fewest = (cells.len() as u64 - named) / 4;
    assert!(shards.iter().all(|&shard| shard > fewest), "{shards:?}");
    assert!(!place.path().join("reports").exists());
    let rest = run(&[]);
    assert_eq!(named + shards[0] + shards[1] + rest, cells.len() as u64);
    assert!(rest <= 3, "only what joins the shards is left: {rest}");
    assert_eq!(place.reports(), calm.reports());

    let plan = place.engraph(&["plan", "tiny.toml", "--json"]).json();
    for cell in plan["cells"].as_array().unwrap() {
        assert_eq!(cell["done"], true);
        assert!(cell["seconds"].as_f64().unwrap() > 0.0, "{cell}");
        assert!(place.path().join(cell["file"].as_str().unwrap()).is_file());
    }
    for (args, said) in [
        (["--shard", "3/2"], "between 1 and the second"),
        (["--shard", "2"], "expected I/N"),
        (["--cells", "unknown"], "no result with the key `unknown`"),
    ] {
        let error = place.fail(&[&["run", "tiny.toml"][..], &args].concat(), 2);
        assert!(error.contains(said), "{error}");
    }
}

/// What no pipeline needs is told first, and removed when asked for.
#[test]
fn results_that_no_pipeline_needs_are_removed_when_asked_for() {
    let place = Tiny::new();
    place.succeed(&["run", "tiny.toml", "--until", "topologies"]);
    place.succeed(&[
        "run",
        "tiny.toml",
        "--until",
        "topologies",
        "--set",
        "seed=2",
    ]);
    let before = stored_files(&place);
    let gc = |more: &[&str]| {
        let args = [&["gc", "tiny.toml"][..], more].concat();
        place.engraph(&args).succeeded().stdout
    };
    assert!(gc(&[]).contains("would be removed"));
    assert!(gc(&["--remove", "--older-than", "1"]).contains("0 of"));
    assert_eq!(stored_files(&place), before);
    let told = gc(&["--remove"]);
    assert!(
        told.contains("removed") && !told.starts_with("0 of"),
        "{told}"
    );
    let after = stored_files(&place);
    assert!(after.len() < before.len() && !after.is_empty());
    assert!(gc(&[]).starts_with("0 of"));
    let plan = place.engraph(&["plan", "tiny.toml", "--json"]).json();
    let cells = plan["cells"].as_array().unwrap();
    let done = cells.iter().filter(|cell| cell["done"] == true).count();
    assert_eq!(done, after.len());
}
