//! Runs that diverge, and the homeostatic rule.

use engraph::bottleneck::LatentDimensionRow;
use engraph::training::homeostatic::{HomeostaticCurveRow, HomeostaticRunRow};
use engraph::training::{LearningCurveRow, TrainingRunRow};

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
