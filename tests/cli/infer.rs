//! `engraph infer`: a trained network on a series of one's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use engraph::connectome::NeuronRow;
use engraph::pipeline::Spec;
use engraph::random::stream;
use engraph::source::file::read_numbers;
use engraph::task::{Batch, Task, TaskConfig, TaskKind};
use engraph::training::{CheckpointRow, TrainingRunRow, held_out_stream};
use rand::Rng;

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
        none.contains("no trained networks") && none.contains("checkpoints = true"),
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

/// The folder of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The held-out sequences of the networks in `reports/networks`, and the two latents of each.
fn held_out() -> (Batch<f32>, Vec<f64>) {
    let seed = stream(1, &["training", "1"]).next_u64();
    let config = TaskConfig::new("smooth_m2", TaskKind::Smooth { dimension: 2 });
    let task = Task::new(&config.check().unwrap(), seed).unwrap();
    let batch = task.held_out(512, &mut held_out_stream(&task, seed));
    let latents = task.held_out_sources(512, &mut held_out_stream(&task, seed));
    (batch, latents.unwrap())
}

/// The first sequences one after the other, as a table of eight channels.
fn as_table(batch: &Batch<f32>, sequences: usize, digits: usize) -> String {
    let names: Vec<String> = (1..=batch.channels)
        .map(|c| format!("channel_{c}"))
        .collect();
    let mut text = names.join(",") + "\n";
    for sequence in 0..sequences {
        for step in 0..batch.steps {
            let value = |channel| {
                let at = (channel * batch.steps + step) * batch.samples + sequence;
                format!("{:.digits$}", batch.values[at])
            };
            let row: Vec<String> = (0..batch.channels).map(value).collect();
            text += &(row.join(",") + "\n");
        }
    }
    text
}

/// The coefficient of determination of `y` by a plane over the two columns of `x`.
fn explained(x: &[[f64; 2]], y: &[f64]) -> f64 {
    let n = y.len() as f64;
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / n;
    let (a, b) = (
        mean(&mut x.iter().map(|x| x[0])),
        mean(&mut x.iter().map(|x| x[1])),
    );
    let c = mean(&mut y.iter().copied());
    let sum = |f: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        x.iter()
            .zip(y)
            .map(|(x, y)| f(x[0] - a, x[1] - b, y - c))
            .sum()
    };
    let (aa, ab, bb) = (
        sum(&|a, _, _| a * a),
        sum(&|a, b, _| a * b),
        sum(&|_, b, _| b * b),
    );
    let (ay, by) = (sum(&|a, _, y| a * y), sum(&|_, b, y| b * y));
    let determinant = aa * bb - ab * ab;
    let (p, q) = (
        (ay * bb - by * ab) / determinant,
        (by * aa - ay * ab) / determinant,
    );
    let left = sum(&|a, b, y| (y - p * a - q * b).powi(2));
    1.0 - left / sum(&|_, _, y| y * y)
}

/// `reports/networks` gives the numbers of its training, on another machine and years later, too.
#[test]
fn the_networks_of_the_repository_do_what_they_have_learnt() {
    let folder = root().join("reports/networks");
    let folder = folder.to_str().unwrap();
    let place = Place::new();
    let runs = std::fs::read(format!("{folder}/training_runs.parquet")).unwrap();
    let runs: Vec<TrainingRunRow> = engraph::table::from_parquet(runs).unwrap();
    let (batch, latents) = held_out();
    // Nine digits name every number of single precision.
    place.write("held_out.csv", as_table(&batch, 512, 9));
    let infer = [
        "infer",
        folder,
        "held_out.csv",
        "--latent-units",
        "2",
        "--raw",
        "--format",
        "json",
    ];
    let found = place.engraph(&infer).succeeded().json();
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 512);
    // Errors are over the variance of a channel, those of the training over that of a channel at a
    // step.
    let mut variance = 0.0;
    for channel in batch.values.chunks_exact(batch.steps * 512) {
        let n = channel.len() as f64;
        let mean = channel.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
        let squares = channel.iter().map(|v| (f64::from(*v) - mean).powi(2));
        variance += squares.sum::<f64>() / (n - 1.0) / 8.0;
    }
    let errors = rows.iter().map(|row| row["error"].as_f64().unwrap());
    let error = errors.sum::<f64>() / 512.0 * variance / batch.variance();
    let run = runs.iter().find(|run| run.keys.latent_units == Some(2));
    let expected = run.unwrap().test_loss.unwrap();
    assert!(expected < 0.005, "it has learnt: {expected}");
    assert!(
        (error / expected - 1.0).abs() < 1e-5,
        "{error} beside {expected}"
    );
    // The two units are the two latents in other axes.
    let units: Vec<[f64; 2]> = rows
        .iter()
        .map(|row| [0, 1].map(|unit| row["latent"][unit].as_f64().unwrap()))
        .collect();
    for latent in 0..2 {
        let y: Vec<f64> = latents.iter().skip(latent).step_by(2).copied().collect();
        let share = explained(&units, &y);
        assert!(share > 0.98, "latent {latent}: {share}");
    }
}

/// `examples/waves.csv` are the first 32 of these sequences. ENGRAPH_WRITE_EXAMPLES writes it anew.
#[test]
fn the_example_of_a_series_is_of_the_task() {
    let path = root().join("examples/waves.csv");
    let text = as_table(&held_out().0, 32, 4);
    if std::env::var_os("ENGRAPH_WRITE_EXAMPLES").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == text,
        "it is another series"
    );
}

/// `reports/networks` is a whole report, and its networks are some of the default study.
#[test]
fn the_networks_of_the_repository_are_those_of_the_default_study() {
    let folder = root().join("reports/networks");
    Place::new().succeed(&["verify", folder.to_str().unwrap()]);
    let written = Spec::read(&root().join("examples/networks.toml"), &[]).unwrap();
    let ran = Spec::read(&folder.join("pipeline.toml"), &[]).unwrap();
    assert_eq!(ran, written);
    let study = Spec::built_in("celegans", &["training.engram.checkpoints=true".to_owned()]);
    let study = study.unwrap().unwrap();
    assert_eq!(ran.seed, study.seed);
    assert_eq!(ran.network, study.network);
    assert_eq!(ran.training.engram, study.training.engram);
    assert_eq!(ran.topologies.sign_model, study.topologies.sign_model);
    assert!(ran.tasks.iter().all(|task| study.tasks.contains(task)));
    let worms = &study.connectomes;
    assert!(ran.connectomes.iter().all(|name| worms.contains(name)));
}

/// The rows of a table of comma-separated values, and its header.
fn of_csv(text: &str) -> (Vec<&str>, Vec<Vec<&str>>) {
    let mut lines = text.lines().map(|line| line.split(',').collect());
    (lines.next().unwrap(), lines.collect())
}

/// What the maps of the network make of the rates in the file is what `infer` says of it.
#[test]
fn rates_are_of_the_neurons_by_name_and_make_the_latents_and_the_reconstruction() {
    let folder = root().join("reports/networks");
    let place = Place::new();
    let waves = std::fs::read_to_string(root().join("examples/waves.csv")).unwrap();
    let first: Vec<&str> = waves.lines().take(1 + 8 * 16).collect();
    place.write("waves.csv", first.join("\n"));
    let infer = [
        "infer",
        folder.to_str().unwrap(),
        "waves.csv",
        "--latent-units",
        "2",
        "--raw",
        "--format",
        "json",
        "--rates",
        "rates.csv",
    ];
    let found = place.engraph(&infer).succeeded().json();
    let text = String::from_utf8(place.read("rates.csv")).unwrap();
    let (header, rows) = of_csv(&text);
    assert_eq!(header[..3], ["phase", "sequence", "step"]);
    assert_eq!(rows.len(), 8 * 2 * 16);
    assert_eq!(rows[0][..3], ["encoding", "1", "1"]);
    assert_eq!(rows[31][..3], ["decoding", "1", "16"]);
    assert_eq!(rows[32][..3], ["encoding", "2", "1"]);

    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let neurons: Vec<NeuronRow> = engraph::table::from_parquet(read("neurons.parquet")).unwrap();
    let named = neurons.iter().filter(|n| n.connectome == "witvliet2021_8");
    let class_of: BTreeMap<&str, &str> = named
        .map(|neuron| (neuron.neuron.as_str(), neuron.class.as_str()))
        .collect();
    let columns: BTreeSet<&str> = header[3..].iter().copied().collect();
    assert_eq!(columns, class_of.keys().copied().collect());

    let checkpoints: Vec<CheckpointRow> =
        engraph::table::from_parquet(read("checkpoints.parquet")).unwrap();
    let group = |name: &str| {
        let of_network = checkpoints.iter().find(|row| {
            row.keys.latent_units == Some(2) && row.quantity == "parameters" && row.group == name
        });
        of_network.unwrap().values.clone()
    };
    let places = |is_meant: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (3..header.len())
            .filter(|&at| is_meant(class_of[header[at]]))
            .collect()
    };
    let motor = places(&|class| class == "motor");
    let held = places(&|class| class != "motor" && class != "sensory");
    let mapped = |weights: &[f64], bias: f64, row: &[&str], of: &[usize]| {
        let rates = of.iter().map(|&at| row[at].parse::<f64>().unwrap());
        bias + rates.zip(weights).map(|(rate, w)| rate * w).sum::<f64>()
    };
    let close = |found: f64, said: &serde_json::Value| {
        let said = said.as_f64().unwrap();
        assert!((found - said).abs() < 1e-4, "{found} beside {said}");
    };
    let (encode, encode_bias) = (group("encode"), group("encode_bias"));
    let (readout, readout_bias) = (group("readout"), group("readout_bias"));
    assert_eq!(encode.len(), 2 * held.len());
    assert_eq!(readout.len(), 8 * motor.len());
    for (sequence, said) in found["rows"].as_array().unwrap().iter().enumerate() {
        let first = sequence * 32;
        for (unit, weights) in encode.chunks(held.len()).enumerate() {
            let latent = mapped(weights, encode_bias[unit], &rows[first + 15], &held);
            close(latent, &said["latent"][unit]);
        }
        for (channel, weights) in readout.chunks(motor.len()).enumerate() {
            for step in 0..16 {
                let row = &rows[first + 16 + step];
                let output = mapped(weights, readout_bias[channel], row, &motor);
                close(output, &said["reconstruction"][channel * 16 + step]);
            }
        }
    }

    let motifs = [
        "functional-motifs",
        "rates.csv",
        "--window",
        "32",
        "--stride",
        "32",
        "--components",
        "2",
        "--starts",
        "2",
        "--format",
        "json",
    ];
    let found = place.engraph(&motifs).succeeded().json();
    let [components, loadings, courses] = [0, 1, 2].map(|at| &found["tables"][at]["rows"]);
    assert_eq!(components[0]["windows"], 8);
    let loadings = loadings.as_array().unwrap();
    let led: BTreeSet<&str> = loadings
        .iter()
        .map(|row| row["neuron"].as_str().unwrap())
        .collect();
    assert_eq!(led, columns);
    assert_eq!(courses[7]["last_row"], 256);
}

#[test]
fn rates_go_where_all_their_digits_fit() {
    let place = Place::new();
    let waves = root().join("examples/waves.csv");
    let folder = root().join("reports/networks");
    let infer = |more: &[&str]| {
        let (folder, waves) = (folder.to_str().unwrap(), waves.to_str().unwrap());
        let given = ["infer", folder, waves, "--latent-units", "2", "--raw"];
        place.engraph(&[&given[..], more].concat())
    };
    let error = infer(&["--rates", "rates.txt"]).failed(2).stderr;
    assert!(error.contains("rounds the rates"), "{error}");
    let error = infer(&["--rates", "a.csv", "--out", "a.csv"])
        .failed(2)
        .stderr;
    assert!(error.contains("cannot hold both tables"), "{error}");
    for name in ["r.csv", "r.tsv", "r.parquet"] {
        infer(&["--rates", name]).succeeded();
    }
    infer(&["--rates", "r.json"]).succeeded();
    let read = |name: &str| {
        read_numbers(&place.path().join(name), None)
            .unwrap()
            .columns
    };
    let columns = read("r.parquet");
    assert_eq!(columns.len(), 180);
    assert!(columns.iter().all(|(_, rates)| rates.len() == 32 * 2 * 16));
    assert_eq!(columns, read("r.csv"));
    assert_eq!(columns, read("r.tsv"));
    let json: serde_json::Value = serde_json::from_slice(&place.read("r.json")).unwrap();
    let (name, rates) = &columns[7];
    assert_eq!(json["rows"][40][name].as_f64(), Some(rates[40]));
}
