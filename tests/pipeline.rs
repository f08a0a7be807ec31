//! Pipelines as their users run them: second runs, changes, kills, threads, errors.

use engraph::bottleneck::{LatentContrastRow, LatentDimensionRow};
use engraph::connectome::NeuronRow;
use engraph::table::from_parquet;
use engraph::topology::{SpeciesTargetRow, TopologyRow};
use engraph::training::{LearningCurveRow, TrainingBudgetRow, TrainingRunRow};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

const PIPELINE: &str = r#"
name = "tiny"
connectomes = ["cook2020_pharynx"]

[motifs]
nulls = 5
patterns = ["xor5", "ffli"]

[topologies]
nulls = 1
perceptron = 8

[[tasks]]
name = "smooth_m1"
kind = "smooth"
dimension = 1
channels = 2
steps = 4

[training]
seeds = 5
bottlenecks = [1, 2]
engram = { epochs = 5, batches = 5, batch_size = 32, test_samples = 64 }
dense = { epochs = 3, batches = 5, batch_size = 32, test_samples = 64 }
perceptron = { epochs = 3, batches = 5, batch_size = 32, test_samples = 64 }
"#;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tiny.toml"), PIPELINE).unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_engraph"));
        command
            .args(args)
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    fn engraph(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs and expects success; returns standard error.
    fn succeed(&self, args: &[&str]) -> String {
        let output = self.engraph(args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{stderr}");
        stderr
    }

    /// Runs and expects failure with `code`; returns standard error.
    fn fail(&self, args: &[&str], code: i32) -> String {
        let output = self.engraph(args);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(
            output.stdout.is_empty(),
            "errors leave standard output alone"
        );
        assert!(stderr.starts_with("error: "), "{stderr}");
        stderr
    }

    /// Runs and expects failure after progress; returns the last error.
    #[cfg(feature = "files")]
    fn fail_last(&self, args: &[&str]) -> String {
        let output = self.engraph(args);
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        stderr
            .rsplit_once("error: ")
            .expect("an error")
            .1
            .to_owned()
    }

    /// The reports, without `run.json`, which tells times.
    fn reports(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.path().join("reports/tiny"))
            .unwrap()
            .map(Result::unwrap);
        entries
            .filter(|e| e.file_name() != "run.json")
            .map(|e| {
                (
                    e.file_name().into_string().unwrap(),
                    fs::read(e.path()).unwrap(),
                )
            })
            .collect()
    }

    fn artifacts(&self, stage: &str) -> Vec<PathBuf> {
        let folder = self.path().join(".engraph").join(stage);
        let mut all: Vec<_> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect();
        all.sort();
        all
    }
}

#[test]
fn a_second_run_computes_nothing_and_says_so() {
    let place = Place::new();
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
    let plan = place.engraph(&["plan", "tiny.toml"]);
    assert!(
        String::from_utf8(plan.stdout)
            .unwrap()
            .contains("nothing to compute")
    );
}

#[test]
fn a_training_parameter_reruns_training_and_what_follows_only() {
    let place = Place::new();
    place.succeed(&["run", "tiny.toml"]);
    let change = ["--set", "training.engram.learning_rate=0.02"];
    let plan = place.engraph(&[&["plan", "tiny.toml"][..], &change].concat());
    let text = String::from_utf8(plan.stdout).unwrap();
    assert!(
        text.contains("30 training.learning_rate: 0.01 -> 0.02"),
        "{text}"
    );
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
    let (one, two) = (Place::new(), Place::new());
    one.succeed(&["run", "tiny.toml", "--jobs", "1"]);
    two.succeed(&["run", "tiny.toml", "--jobs", "2"]);
    assert_eq!(one.reports(), two.reports());
}

#[cfg(unix)]
#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let calm = Place::new();
    let long = ["--set", "training.engram.epochs=40"];
    calm.succeed(&[&["run", "tiny.toml"][..], &long].concat());
    let place = Place::new();
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

#[test]
fn stages_can_be_chosen() {
    let place = Place::new();
    let log = place.succeed(&["run", "tiny.toml", "--until", "topologies"]);
    assert!(!log.contains("training"), "{log}");
    assert!(place.reports().contains_key("motif_counts.parquet"));
    assert!(!place.reports().contains_key("training_runs.parquet"));
    let error = place.fail(&["run", "tiny.toml", "--until", "topologie"], 2);
    assert!(error.contains("did you mean `topologies`"), "{error}");
}

#[test]
fn quiet_is_quiet_and_json_is_one_document() {
    let place = Place::new();
    let output = place.engraph(&["run", "tiny.toml", "--quiet"]);
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
    let output = place.engraph(&["run", "tiny.toml", "--quiet", "--json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["computed"], 0);
    assert_eq!(document["schema"], "engraph.run/1");
}

#[test]
fn mistakes_in_a_pipeline_name_the_key() {
    let place = Place::new();
    for (change, words) in [
        ("training.sedes=3", "did you mean `seeds`"),
        (
            "connectomes=['cook2019_her']",
            "did you mean `cook2019_herm`",
        ),
        ("motifs.patterns=['xor7']", "xor5"),
        (
            "training.engram.learning_rate=-1.0",
            "training.engram.learning_rate",
        ),
        ("topologies.null_model='by_sign'", "by_source_sign"),
    ] {
        let error = place.fail(&["run", "tiny.toml", "--set", change], 2);
        assert!(error.contains(words), "{change}: {error}");
        assert!(!place.path().join("reports").exists(), "nothing is written");
    }
    assert!(
        place
            .fail(&["run", "absent.toml"], 2)
            .contains("absent.toml")
    );
    fs::write(place.path().join("broken.toml"), "name = \n").unwrap();
    assert!(place.fail(&["run", "broken.toml"], 2).contains("line 1"));
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_any_work() {
    let place = Place::new();
    fs::write(place.path().join("file"), "").unwrap();
    let error = place.fail(&["run", "tiny.toml", "--out", "file/reports"], 1);
    assert!(
        error.contains("file/reports") && error.contains("hint"),
        "{error}"
    );
    let error = place.fail(&["run", "tiny.toml", "--store", "file/store"], 1);
    assert!(error.contains("file/store"), "{error}");
    assert!(place.artifacts("connectomes").is_empty());
}

#[test]
fn a_damaged_artifact_is_told_with_its_path() {
    let place = Place::new();
    place.succeed(&["run", "tiny.toml", "--until", "connectomes"]);
    let table = place.artifacts("connectomes")[0].join("synapses.parquet");
    let bytes = fs::read(&table).unwrap();
    fs::write(&table, &bytes[..bytes.len() / 2]).unwrap();
    let error = place.fail(&["run", "tiny.toml", "--quiet"], 1);
    assert!(
        error.contains("synapses.parquet") && error.contains("truncated"),
        "{error}"
    );
}

/// A user's own tables beside a bundled connectome: their signs are used, their content is part of
/// the key, and notes are given.
#[test]
fn own_motifs_take_part_and_their_text_is_part_of_the_key() {
    let place = Place::new();
    fs::write(place.path().join("gate.motif"), "A -> B; B => C; A => C").unwrap();
    let set = [
        "--set",
        "motifs.patterns=['gate.motif', 'xor5']",
        "--set",
        "motifs.min_weights='all'",
        "--until",
        "motifs",
    ];
    let run = |more: &[&str]| place.succeed(&[&["run", "tiny.toml"], &set[..], more].concat());
    run(&[]);
    let counts = || -> Vec<engraph::motif::survey::MotifCountRow> {
        engraph::table::from_parquet(
            fs::read(place.path().join("reports/tiny/motif_counts.parquet")).unwrap(),
        )
        .unwrap()
    };
    let before = counts();
    let gate = |rows: &[engraph::motif::survey::MotifCountRow]| {
        rows.iter()
            .filter(|r| r.motif == "gate")
            .map(|r| r.count)
            .max()
            .unwrap()
    };
    assert!(gate(&before) > 0);
    // A comment changes nothing, a condition does.
    fs::write(
        place.path().join("gate.motif"),
        "# fan\nA -> B; B => C; A => C",
    )
    .unwrap();
    run(&[]);
    assert_eq!(counts(), before);
    fs::write(
        place.path().join("gate.motif"),
        "A -> B; B => C; A => C; C !> A",
    )
    .unwrap();
    run(&[]);
    assert!(gate(&counts()) < gate(&before));
    assert!(
        place
            .path()
            .join("reports/tiny/triad_census.parquet")
            .exists()
    );
    run(&["--set", "motifs.census=false"]);
    assert!(
        !place
            .path()
            .join("reports/tiny/triad_census.parquet")
            .exists()
    );
}

/// A time series is trained on, its content is part of the key and its path is not.
#[cfg(feature = "files")]
#[test]
fn own_time_series_take_part() {
    let place = Place::new();
    let rows = |n: u32| -> String {
        (0..n)
            .map(|i| format!("{i},{},{}\n", i * i % 13, i * 7 % 5))
            .collect()
    };
    let write = |name: &str, text: String| {
        fs::write(place.path().join(name), "time,a,b\n".to_owned() + &text).unwrap()
    };
    write("traces.csv", rows(100));
    let text = "name = 'tiny'\nconnectomes = ['cook2020_pharynx']\n[motifs]\npatterns = []\n[topologies]\nconnectomes = []\n\
                perceptron = 8\n[training]\nbottlenecks = [1]\nseeds = 5\n\
                perceptron = { epochs = 1, batches = 1, batch_size = 32, test_samples = 32 }\n\
                [[tasks]]\nname = 'traces'\nkind = 'series'\nfile = 'traces.csv'\nsteps = 4\n";
    fs::write(place.path().join("tiny.toml"), text).unwrap();
    let error = place.fail(&["run", "tiny.toml"], 2);
    assert!(
        error.contains("`tasks[0]`, called `traces`") && error.contains("column `time`: it rises"),
        "{error}"
    );
    let chosen = ["--set", "tasks.0.columns=['a', 'b']"];
    let run = |more: &[&str]| place.succeed(&[&["run", "tiny.toml"], &chosen[..], more].concat());
    assert!(run(&[]).contains("training: 10 to compute"));
    fs::rename(
        place.path().join("traces.csv"),
        place.path().join("moved.csv"),
    )
    .unwrap();
    assert!(
        place
            .fail(&["plan", "tiny.toml", chosen[0], chosen[1]], 2)
            .contains("traces.csv")
    );
    assert!(run(&["--set", "tasks.0.file='moved.csv'"]).contains("nothing to compute"));
    write("traces.csv", rows(101));
    assert!(run(&[]).contains("training: 10 to compute"));
    let summary = String::from_utf8(place.reports()["summary.md"].to_vec()).unwrap();
    assert!(
        summary.contains("Task traces (no known dimension, 8 values per sequence)"),
        "{summary}"
    );
}

#[cfg(feature = "files")]
#[test]
fn own_tables_take_part() {
    use engraph::motif::survey::MotifCountRow;
    use engraph::table::from_parquet;
    use engraph::topology::TopologyRow;
    let place = Place::new();
    let edges = "pre,post,weight,sign\nA,C,3,1\nB,D,2,1\nA,I,1,1\nB,I,1,1\nI,C,2,-1\nI,D,2,-1\nA,A,1,1\nC,A,1,1\nD,A,1,1\n";
    fs::write(place.path().join("edges.csv"), edges).unwrap();
    let text = "name = 'tiny'\nconnectomes = ['mine', 'cook2020_pharynx']\n[sources.mine]\nedges = 'edges.csv'\n[motifs]\npatterns = ['xor5']\n";
    fs::write(place.path().join("tiny.toml"), text).unwrap();
    let log = place.succeed(&["run", "tiny.toml"]);
    assert!(log.contains("1 autapse "), "{log}");
    let reports = place.reports();
    let counts: Vec<MotifCountRow> = from_parquet(reports["motif_counts.parquet"].clone()).unwrap();
    let mine: Vec<_> = counts
        .iter()
        .filter(|r| r.connectome == "mine")
        .map(|r| (r.matching.as_str(), r.count))
        .collect();
    assert_eq!(
        mine,
        [("induced", 0), ("subgraph", 1)],
        "C -> A and D -> A are further edges"
    );
    let topologies: Vec<TopologyRow> = from_parquet(reports["topologies.parquet"].clone()).unwrap();
    let signs: Vec<_> = topologies
        .iter()
        .map(|t| (t.topology.as_str(), t.sign_model.as_str()))
        .collect();
    assert_eq!(signs, [("cook2020_pharynx", "wang2024"), ("mine", "file")]);

    fs::write(
        place.path().join("edges.csv"),
        edges.replace("I,D,2,-1\n", ""),
    )
    .unwrap();
    let log = place.succeed(&["run", "tiny.toml"]);
    assert!(log.contains("connectomes: 1 to compute, 1 cached"), "{log}");
    let unsigned = "pre,post\nA,B\nB,C\n";
    fs::write(place.path().join("edges.csv"), unsigned).unwrap();
    assert!(
        place
            .fail_last(&["run", "tiny.toml"])
            .contains("has a sign")
    );
    fs::remove_file(place.path().join("edges.csv")).unwrap();
    assert!(place.fail(&["plan", "tiny.toml"], 2).contains("edges.csv"));
}

const BITS: &str = r#"
name = "tiny"
connectomes = ["witvliet2021_1", "cook2020_pharynx"]

[motifs]
patterns = ["xor5"]

[topologies]
nulls = 1
perceptron = 8

[[tasks]]
name = "six_bits"
kind = "binary"
channels = 2
steps = 3

[[tasks]]
name = "many_bits"
kind = "codewords"
rank = 4
channels = 40
steps = 2

[[tasks]]
name = "smooth_m1"
kind = "smooth"
dimension = 1
channels = 2
steps = 4

[training]
seeds = 2
bottlenecks = [1]
homeostatic = { hidden = 64, epochs = 60, batch_size = 16, sequences = 48, test_sequences = 16 }
"#;

#[test]
fn the_homeostatic_rule_learns_the_tasks_of_bits() {
    use engraph::table::from_parquet;
    use engraph::training::homeostatic::{HomeostaticCurveRow, HomeostaticRunRow};
    let place = Place::new();
    fs::write(place.path().join("tiny.toml"), BITS).unwrap();
    place.succeed(&["run", "tiny.toml", "--until", "homeostatic"]);
    let reports = place.reports();
    let table = |name: &str| reports[&format!("{name}.parquet")].clone();
    let runs: Vec<HomeostaticRunRow> = from_parquet(table("homeostatic_runs")).unwrap();
    // Two tasks of bits; two connectomes, a null of each and the fully connected form; two seeds.
    assert_eq!(runs.len(), 2 * 5 * 2);
    let of = |task: &'static str, topology: &'static str| {
        runs.iter()
            .filter(move |r| r.task == task && r.topology == topology)
            .collect::<Vec<_>>()
    };
    for run in of("six_bits", "fully_connected") {
        assert_eq!(
            (
                run.status.as_str(),
                run.train_bit_accuracy,
                run.train_energy
            ),
            ("matched", Some(1.0), Some(0.0))
        );
        assert_eq!(
            (run.hidden_units, run.weights, run.pathless_bits),
            (Some(64), Some(2 * 6 * 64), Some(0))
        );
        assert!(run.epochs < 60 && run.bit_accuracy.unwrap() > run.constant_accuracy.unwrap());
    }
    for run in of("six_bits", "witvliet2021_1") {
        assert!(
            (0.0..=1.0).contains(&run.balanced_accuracy.unwrap())
                && run.weights_changed <= run.weights
        );
        assert!(run.unreachable_bits <= run.pathless_bits && run.updates > Some(0));
    }
    // Eighty bits are more than either worm has motor neurons.
    for run in of("many_bits", "cook2020_pharynx") {
        assert_eq!(
            (run.status.as_str(), run.bits, run.bit_accuracy, run.epochs),
            ("too_many_bits", 80, None, 0)
        );
    }
    let curves: Vec<HomeostaticCurveRow> = from_parquet(table("homeostatic_curves")).unwrap();
    assert_eq!(
        curves.len() as i64,
        runs.iter().map(|r| i64::from(r.epochs)).sum::<i64>()
    );
    let summary = String::from_utf8(reports["summary.md"].clone()).unwrap();
    assert!(
        summary.contains("## Homeostatic rule") && summary.contains("too many bits"),
        "{summary}"
    );
    place.succeed(&["run", "tiny.toml", "--until", "homeostatic", "--jobs", "1"]);
    assert_eq!(place.reports(), reports);
}

/// A run that blows up says so, and leaves no NaN in any table.
#[test]
fn a_diverged_run_has_a_status_and_no_numbers() {
    let place = Place::new();
    let rates = [
        "training.engram.learning_rate=1e30",
        "training.engram.clip=1e30",
    ];
    let mut args = vec!["run", "tiny.toml", "--out", "out", "--quiet"];
    rates.iter().for_each(|rate| args.extend(["--set", rate]));
    place.succeed(&args);
    let read = |name: &str| fs::read(place.path().join("out").join(name)).unwrap();
    let runs: Vec<TrainingRunRow> = from_parquet(read("training_runs.parquet")).unwrap();
    let diverged: Vec<_> = runs.iter().filter(|run| run.status == "diverged").collect();
    assert!(
        !diverged.is_empty()
            && diverged
                .iter()
                .all(|run| !run.converged && !run.reason.is_empty())
    );
    assert!(
        diverged.iter().any(|run| run.test_loss.is_none()),
        "{diverged:?}"
    );
    let finite = |value: Option<f64>| value.is_none_or(f64::is_finite);
    assert!(
        runs.iter().all(|run| finite(run.train_loss)
            && finite(run.test_loss)
            && finite(run.test_accuracy))
    );
    let curves: Vec<LearningCurveRow> = from_parquet(read("learning_curves.parquet")).unwrap();
    assert!(
        curves
            .iter()
            .all(|row| row.train_loss.is_finite() && row.test_loss.is_finite())
    );
    let latent: Vec<LatentDimensionRow> = from_parquet(read("latent_dimension.parquet")).unwrap();
    assert!(
        latent
            .iter()
            .all(|row| finite(row.value) && finite(row.ci_low) && finite(row.ci_high))
    );
}

/// A topology that learns slowly is trained with patience in every run; a fast one and a control
/// are not. Nulls are judged by themselves.
#[test]
fn slow_topologies_are_trained_with_patience() {
    let place = Place::new();
    let fixed = [
        "--set",
        "training.patient={schedule='cosine',epochs=7}",
        "--set",
        "training.engram.restarts=0",
    ];
    let read =
        |name: &str| fs::read(place.path().join(format!("reports/tiny/{name}.parquet"))).unwrap();
    let budgets_and_epochs = |sets: &[&str]| {
        let args = ["run", "tiny.toml"]
            .into_iter()
            .chain(fixed)
            .chain(sets.iter().flat_map(|set| ["--set", set]));
        place.succeed(&args.collect::<Vec<_>>());
        let budgets: Vec<TrainingBudgetRow> = from_parquet(read("training_budgets")).unwrap();
        let runs: Vec<TrainingRunRow> = from_parquet(read("training_runs")).unwrap();
        let mut epochs: Vec<_> = runs
            .iter()
            .map(|run| (run.keys.topology.clone(), run.epochs, run.learning_rate))
            .collect();
        epochs.dedup();
        (budgets, epochs)
    };
    let of = |own: i32, rate: f64| {
        [
            ("cook2020_pharynx", own, rate),
            ("cook2020_pharynx.null1", own, rate),
            ("mlp", 3, 0.01),
        ]
        .map(|(name, epochs, rate)| (name.to_owned(), epochs, rate))
        .to_vec()
    };
    let (slow, epochs) = budgets_and_epochs(&[]);
    assert_eq!(
        slow.iter().map(|row| &*row.topology).collect::<Vec<_>>(),
        ["cook2020_pharynx", "cook2020_pharynx.null1"]
    );
    assert!(
        slow.iter()
            .all(|row| row.patient && row.test_loss.unwrap() >= 0.02),
        "{slow:?}"
    );
    assert_eq!(epochs, of(7, 0.01));
    let summary =
        String::from_utf8(fs::read(place.path().join("reports/tiny/summary.md")).unwrap()).unwrap();
    assert!(
        summary.contains("with patience, for they learn slowly: cook2020_pharynx on smooth_m1, "),
        "{summary}"
    );
    // The rate that was found best holds under either budget.
    let probed = [
        "training.engram.probe=[1e-6,0.03]",
        "training.engram.probe_epochs=4",
    ];
    assert_eq!(budgets_and_epochs(&probed).1, of(7, 0.03));
    let long = [
        "training.engram.epochs=30",
        "training.engram.batches=20",
        probed[0],
        probed[1],
    ];
    let (fast, epochs) = budgets_and_epochs(&long);
    assert!(
        fast.iter()
            .all(|row| !row.patient && row.status == "ok" && row.test_loss.unwrap() < 0.02),
        "{fast:?}"
    );
    assert_eq!(epochs, of(30, 0.03));
    let error = place.fail(
        &["run", "tiny.toml", "--set", "training.patient={epochs=0}"],
        2,
    );
    assert!(error.contains("`training.patient.epochs`"), "{error}");
    place.succeed(&["run", "tiny.toml"]);
    assert!(
        !place
            .path()
            .join("reports/tiny/training_budgets.parquet")
            .exists()
    );
}

/// Rates are tried before they are taken, whichever arm they are tried for.
#[test]
fn rates_of_a_control_are_tried_first() {
    let place = Place::new();
    place.succeed(&[
        "run",
        "tiny.toml",
        "--set",
        "training.perceptron.probe=[1e-6,0.02]",
    ]);
    let runs = fs::read(place.path().join("reports/tiny/training_runs.parquet")).unwrap();
    let runs: Vec<TrainingRunRow> = from_parquet(runs).unwrap();
    assert!(
        runs.iter()
            .all(|run| run.keys.topology != "mlp" || run.learning_rate == 0.02)
    );
    assert!(
        runs.iter()
            .any(|run| run.keys.topology != "mlp" && run.learning_rate == 0.01)
    );
}

/// A species-like topology goes the way of an observed one: generated, compared with its targets,
/// trained, contrasted with its nulls; and observed ones can be matched in size.
#[test]
fn species_like_and_matched_topologies_run_end_to_end() {
    let place = Place::new();
    let set = |pairs: &[&str]| -> Vec<String> {
        ["run", "tiny.toml"]
            .into_iter()
            .chain(pairs.iter().flat_map(|p| ["--set", p]))
            .map(str::to_owned)
            .collect()
    };
    let species = "topologies.species=['worm_like',{preset='human_like',name='human_ii5',ii_multiplier=5.0,replicates=2}]";
    let args = set(&[
        species,
        "topologies.matched_neurons=20",
        "training.seeds=2",
        "training.engram.epochs=2",
    ]);
    place.succeed(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let table =
        |name: &str| fs::read(place.path().join(format!("reports/tiny/{name}.parquet"))).unwrap();
    let topologies: Vec<TopologyRow> = from_parquet(table("topologies")).unwrap();
    let described: Vec<_> = topologies
        .iter()
        .map(|t| {
            (
                &*t.topology,
                &*t.family,
                t.parent.as_deref(),
                &*t.species,
                &*t.sign_model,
                t.neurons,
            )
        })
        .collect();
    let worm = "Caenorhabditis elegans";
    let expected = [
        (
            "cook2020_pharynx.n20",
            "observed",
            Some("cook2020_pharynx"),
            worm,
            "wang2024",
            20,
        ),
        (
            "cook2020_pharynx.n20.null1",
            "null",
            Some("cook2020_pharynx.n20"),
            worm,
            "wang2024",
            20,
        ),
        (
            "human_ii5",
            "species_like",
            None,
            "human_like",
            "assumed:0.31",
            300,
        ),
        (
            "human_ii5.2",
            "species_like",
            None,
            "human_like",
            "assumed:0.31",
            300,
        ),
        (
            "human_ii5.2.null1",
            "null",
            Some("human_ii5.2"),
            "human_like",
            "assumed:0.31",
            300,
        ),
        (
            "human_ii5.null1",
            "null",
            Some("human_ii5"),
            "human_like",
            "assumed:0.31",
            300,
        ),
        (
            "worm_like",
            "species_like",
            None,
            "worm_like",
            "assumed:0.1",
            300,
        ),
        (
            "worm_like.null1",
            "null",
            Some("worm_like"),
            "worm_like",
            "assumed:0.1",
            300,
        ),
    ];
    assert_eq!(described, expected);
    let find = |name: &str| topologies.iter().find(|t| t.topology == name).unwrap();
    assert_eq!(
        find("worm_like").out_degree_cv,
        find("worm_like.null1").out_degree_cv
    );
    assert_ne!(find("human_ii5").clustering, find("human_ii5.2").clustering);
    let targets: Vec<SpeciesTargetRow> = from_parquet(table("species_targets")).unwrap();
    assert_eq!(targets.len(), 3 * 6);
    for row in targets.iter().filter(|r| r.quantity == "reciprocity") {
        assert_eq!(row.realised, find(&row.topology).reciprocity);
    }
    let latent: Vec<LatentDimensionRow> = from_parquet(table("latent_dimension")).unwrap();
    let families = |name: &str| {
        latent
            .iter()
            .filter(|r| r.topology == name)
            .all(|r| r.family == "species_like")
    };
    assert!(
        latent.iter().any(|r| r.topology == "human_ii5")
            && families("human_ii5")
            && families("worm_like")
    );
    let contrasts: Vec<LatentContrastRow> = from_parquet(table("latent_contrasts")).unwrap();
    for name in [
        "worm_like",
        "human_ii5",
        "human_ii5.2",
        "cook2020_pharynx.n20",
    ] {
        assert!(contrasts.iter().any(|c| c.topology == name), "{name}");
    }
    // Models alone make a pipeline too.
    let args = set(&[
        "connectomes=[]",
        "topologies.species=['worm_l1_like']",
        "training.seeds=1",
        "topologies.nulls=0",
    ]);
    place.succeed(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let neurons: Vec<NeuronRow> = from_parquet(table("neurons")).unwrap();
    assert_eq!(
        neurons.iter().filter(|n| n.sign == "inhibitory").count(),
        18
    );
    let error = place.fail(
        &["run", "tiny.toml", "--set", "topologies.matched_neurons=23"],
        2,
    );
    assert!(
        error.contains("`topologies.matched_neurons`") && error.contains("at most 22"),
        "{error}"
    );
}
