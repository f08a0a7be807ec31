//! `engraph infer`: a trained network on a series of one's own.

use std::fmt::Write;

use engraph::training::TrainingRunRow;

use crate::common::Place;

const PIPELINE: &str = r#"
name = "waves"
seed = 1
connectomes = ["cook2020_pharynx"]
[motifs]
patterns = ["xor5"]
[[tasks]]
name = "waves"
kind = "series"
file = "waves.csv"
test_fraction = 0.5
steps = 4
[training]
seeds = 1
bottlenecks = [2]
engram = { epochs = 15, batches = 10, batch_size = 32, test_samples = 96, checkpoints = true }
"#;

/// A series whose two halves have the same mean and variance: whole periods of two waves.
fn waves() -> String {
    let mut text = "a,b\n".to_owned();
    for row in 0..400 {
        let angle = f64::from(row) * std::f64::consts::TAU / 20.0;
        writeln!(text, "{},{}", 3.0 + angle.sin(), 0.5 * angle.cos()).unwrap();
    }
    text
}

#[test]
fn a_trained_network_does_on_a_series_what_it_did_in_its_run() {
    let place = Place::new();
    place.write("waves.csv", waves());
    place.write("waves.toml", PIPELINE);
    place.succeed(&["run", "waves.toml", "--quiet"]);
    let runs: Vec<TrainingRunRow> = place.read_table("reports/waves/training_runs.parquet");
    let error = place.fail(&["infer", "reports/waves", "waves.csv"], 1);
    assert!(error.contains("2 networks may be meant"), "{error}");
    let infer = [
        "infer",
        "reports/waves",
        "waves.csv",
        "--latent-units",
        "2",
        "--stride",
        "1",
        "--format",
        "json",
    ];
    let found = place.engraph(&infer).succeeded().json();
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 397);
    assert_eq!(
        (&rows[396]["first_row"], &rows[396]["last_row"]),
        (&397.into(), &400.into())
    );
    assert!(rows.iter().all(|row| {
        let length = |column: &str| row[column].as_array().map(Vec::len);
        (length("latent"), length("reconstruction")) == (Some(2), Some(8))
    }));
    let errors = rows.iter().map(|row| row["error"].as_f64().unwrap());
    let mean = errors.sum::<f64>() / 397.0;
    // The held-out sequences are of the same waves, and their variance is 1.
    let trained = runs
        .iter()
        .find(|run| run.keys.latent_units == Some(2))
        .unwrap();
    let expected = trained.test_loss.unwrap();
    assert!(
        expected < 0.9,
        "the network has learnt something: {expected}"
    );
    assert!(
        (mean / expected - 1.0).abs() < 0.05,
        "{mean} beside {expected}"
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let place = Place::new();
    place.write("waves.csv", waves());
    place.write("waves.toml", PIPELINE);
    let none = place.fail(&["infer", "reports", "waves.csv"], 1);
    assert!(
        none.contains("no trained networks") && none.contains("checkpoints=true"),
        "{none}"
    );
    place.succeed(&["run", "waves.toml", "--quiet"]);
    let refused = |more: &[&str]| {
        let given = ["infer", "reports/waves", "waves.csv", "--latent-units", "2"];
        place.fail(&[&given[..], more].concat(), 1)
    };
    let error = refused(&["--columns", "a"]);
    assert!(
        error.contains("reads 2 channels") && error.contains("1 column"),
        "{error}"
    );
    let error = refused(&["--seed", "7"]);
    assert!(
        error.contains("no such network") && error.contains("seed 1"),
        "{error}"
    );
    place.write("short.csv", "a,b\n1,2\n3,1\n");
    let given = ["infer", "reports/waves", "short.csv", "--latent-units", "2"];
    let error = place.fail(&given, 1);
    assert!(error.contains("has 4 rows"), "{error}");
}
