//! How runs of training are steered: rates, patience, divergence, the homeostatic rule.

use engraph::bottleneck::LatentDimensionRow;
use engraph::training::homeostatic::{HomeostaticCurveRow, HomeostaticRunRow};
use engraph::training::{LearningCurveRow, TrainingBudgetRow, TrainingRunRow};

use crate::tiny::Tiny;

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
    let place = Tiny::new();
    place.write("tiny.toml", BITS);
    place.succeed(&["run", "tiny.toml", "--until", "homeostatic"]);
    let reports = place.reports();
    let runs: Vec<HomeostaticRunRow> = place.read_table(Tiny::report("homeostatic_runs"));
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
    let curves: Vec<HomeostaticCurveRow> = place.read_table(Tiny::report("homeostatic_curves"));
    assert_eq!(
        curves.len() as i64,
        runs.iter().map(|r| i64::from(r.epochs)).sum::<i64>()
    );
    let page = String::from_utf8(reports["index.html"].clone()).unwrap();
    assert!(page.contains("too_many_bits"), "{page}");
    place.succeed(&["run", "tiny.toml", "--until", "homeostatic", "--jobs", "1"]);
    assert_eq!(place.reports(), reports);
}

/// A run that blows up says so, and leaves no NaN in any table.
#[test]
fn a_diverged_run_has_a_status_and_no_numbers() {
    let place = Tiny::new();
    let rates = [
        "training.engram.learning_rate=1e30",
        "training.engram.clip=1e30",
    ];
    let mut args = vec!["run", "tiny.toml", "--out", "out", "--quiet"];
    rates.iter().for_each(|rate| args.extend(["--set", rate]));
    place.succeed(&args);
    let runs: Vec<TrainingRunRow> = place.read_table("out/training_runs.parquet");
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
    let curves: Vec<LearningCurveRow> = place.read_table("out/learning_curves.parquet");
    assert!(
        curves
            .iter()
            .all(|row| row.train_loss.is_finite() && row.test_loss.is_finite())
    );
    let latent: Vec<LatentDimensionRow> = place.read_table("out/latent_dimension.parquet");
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
    let place = Tiny::new();
    let fixed = [
        "--set",
        "training.patient={schedule='cosine',epochs=7}",
        "--set",
        "training.engram.restarts=0",
    ];
    let budgets_and_epochs = |sets: &[&str]| {
        let args = ["run", "tiny.toml"]
            .into_iter()
            .chain(fixed)
            .chain(sets.iter().flat_map(|set| ["--set", set]));
        place.succeed(&args.collect::<Vec<_>>());
        let budgets: Vec<TrainingBudgetRow> = place.read_table(Tiny::report("training_budgets"));
        let runs: Vec<TrainingRunRow> = place.read_table(Tiny::report("training_runs"));
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
    assert!(!place.reports().contains_key("training_budgets.parquet"));
}

/// Rates are tried before they are taken, whichever arm they are tried for.
#[test]
fn rates_of_a_control_are_tried_first() {
    let place = Tiny::new();
    place.succeed(&[
        "run",
        "tiny.toml",
        "--set",
        "training.perceptron.probe=[1e-6,0.02]",
    ]);
    let runs: Vec<TrainingRunRow> = place.read_table(Tiny::report("training_runs"));
    assert!(
        runs.iter()
            .all(|run| run.keys.topology != "mlp" || run.learning_rate == 0.02)
    );
    assert!(
        runs.iter()
            .any(|run| run.keys.topology != "mlp" && run.learning_rate == 0.01)
    );
}
