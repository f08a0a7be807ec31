//! `engraph export`: what it writes is read back as what it was.

#![cfg(feature = "files")]

use engraph::connectome::{ExportedEdgeRow, ExportedNeuronRow};
use serde_json::Value;

use crate::common::{self, Place};

fn counts(place: &Place, args: &[&str]) -> Vec<Value> {
    let args = [&["motifs", "--format", "json"], args].concat();
    let document = place.engraph(&args).succeeded().json();
    document["rows"].as_array().expect("rows").clone()
}

fn column<'a>(rows: &'a [Value], name: &str) -> Vec<&'a Value> {
    rows.iter().map(|row| &row[name]).collect()
}

#[test]
fn an_exported_connectome_has_the_same_counts() {
    let place = Place::new();
    let flags = ["--signs", "wang2024"];
    let export = [
        "export",
        "cook2019_herm",
        "--out",
        "e.csv",
        "--neurons-out",
        "n.parquet",
    ];
    let note = place.succeed(&[&export[..], &flags].concat());
    assert!(
        note.contains("3671 synapses: ") && !note.contains("edges alone"),
        "{note}"
    );
    let bundled = counts(
        &place,
        &[&["--connectome", "cook2019_herm"], &flags[..]].concat(),
    );
    let own = counts(&place, &["--edges", "e.csv", "--neurons", "n.parquet"]);
    assert_eq!(column(&own, "count"), column(&bundled, "count"));
    assert_eq!(column(&own, "edges"), column(&bundled, "edges"));
    let neurons: Vec<ExportedNeuronRow> = place.read_table("n.parquet");
    let avjr = neurons.iter().find(|n| n.neuron == "AVJR").expect("AVJR");
    assert_eq!(
        (&*avjr.class, avjr.transmitter.as_deref(), &*avjr.sign),
        ("inter", Some("GABA"), "inhibitory")
    );

    // Neurons that send no chemical synapse have a sign that no edge shows.
    let alone = place.succeed(&[&["export", "cook2019_herm"], &flags[..]].concat());
    assert!(alone.contains("edges alone do not tell") && alone.contains("--neurons-out"));
}

/// In each of five joints and on either side, what drives a B neuron inhibits the muscle of the
/// other side: ten disynaptic inhibitions.
#[test]
fn the_swimming_circuit_is_read_back_with_its_signs() {
    let place = Place::new();
    let export = [
        "export",
        "--circuit",
        "5",
        "--out",
        "e.csv",
        "--neurons-out",
        "n.csv",
    ];
    let note = place.succeed(&export);
    assert!(
        note.contains("22 neurons; 30 synapses: 20 excitatory, 10 inhibitory"),
        "{note}"
    );
    let tables = ["--edges", "e.csv", "--neurons", "n.csv", "--signs", "file"];
    let found = counts(&place, &[&tables[..], &["--motif", "li3"]].concat());
    assert_eq!(column(&found, "edges"), [30, 30]);
    assert_eq!(column(&found, "count"), [10, 10]);
}

/// The nulls of `motifs`, one by one.
#[test]
fn exported_nulls_are_those_that_motifs_counts() {
    let place = Place::new();
    let flags = [
        "--null-model",
        "by_sign_pair",
        "--swaps-per-edge",
        "10",
        "--seed",
        "7",
    ];
    let motif = ["--motif", "ffli"];
    let worm = ["--connectome", "witvliet2021_1", "--nulls", "4"];
    let beside = counts(&place, &[&worm[..], &flags, &motif].concat());
    let mut sums = [0.0, 0.0];
    for null in 1..=4 {
        let number = null.to_string();
        let out = [
            "--out",
            "e.parquet",
            "--neurons-out",
            "n.csv",
            "--null",
            &number,
        ];
        place.succeed(&[&["export", "witvliet2021_1"], &flags[..], &out].concat());
        let own = ["--edges", "e.parquet", "--neurons", "n.csv"];
        let rows = counts(&place, &[&own[..], &motif].concat());
        for (sum, row) in sums.iter_mut().zip(&rows) {
            *sum += row["count"].as_f64().expect("a number");
        }
    }
    for (sum, row) in sums.iter().zip(&beside) {
        let mean = row["null_mean"].as_f64().expect("a mean");
        assert!(
            *sum > 0.0 && (sum / 4.0 - mean).abs() < 1e-9,
            "{sum} against {mean}"
        );
    }
}

#[test]
fn exported_draws_of_signs_are_those_that_motifs_counts() {
    let place = Place::new();
    let flags = ["--assume-inhibitory", "0.3", "--seed", "3"];
    let worm = [
        "--connectome",
        "witvliet2021_1",
        "--motif",
        "li3",
        "--sign-draws",
        "3",
    ];
    let summary = counts(&place, &[&worm[..], &flags].concat());
    let mut sum = 0.0;
    for draw in ["1", "2", "3"] {
        let out = [
            "--out",
            "e.csv",
            "--neurons-out",
            "n.csv",
            "--sign-draw",
            draw,
        ];
        place.succeed(&[&["export", "witvliet2021_1"], &flags[..], &out].concat());
        let own = counts(
            &place,
            &["--edges", "e.csv", "--neurons", "n.csv", "--motif", "li3"],
        );
        if draw == "1" {
            assert_eq!(own[0]["count"], summary[0]["count"]);
        }
        sum += own[0]["count"].as_f64().expect("a number");
    }
    let mean = summary[0]["draws_count_mean"].as_f64().expect("a mean");
    assert!((sum / 3.0 - mean).abs() < 1e-9, "{sum} against {mean}");
    assert_eq!(summary[0]["sign_draws"], 3);
    assert!(summary[0]["draws_z_mean"].is_null());
}

/// Weights of species-like topologies are no round numbers.
#[test]
fn weights_are_written_with_all_their_digits() {
    let place = Place::new();
    let species = [
        "export",
        "--species",
        "worm_like",
        "--size",
        "80",
        "--seed",
        "4",
    ];
    for name in ["e.csv", "e.tsv", "e.parquet"] {
        place.succeed(&[&species[..], &["--out", name]].concat());
    }
    let rows: Vec<ExportedEdgeRow> = place.read_table("e.parquet");
    assert!(rows.len() > 100);
    for (name, separator) in [("e.csv", ','), ("e.tsv", '\t')] {
        let text = place.read_text(name);
        let weights: Vec<f64> = text
            .lines()
            .skip(1)
            .map(|line| {
                line.split(separator)
                    .nth(2)
                    .expect("a cell")
                    .parse()
                    .expect("a number")
            })
            .collect();
        assert_eq!(
            weights,
            rows.iter().map(|r| r.weight).collect::<Vec<_>>(),
            "{name}"
        );
    }
    let again = counts(
        &place,
        &["--edges", "e.csv", "--min-weight", "0", "--motif", "li3"],
    );
    assert_eq!(again[0]["edges"], rows.len());
}

#[test]
fn what_cannot_be_exported_is_refused() {
    let error = |args: &[&str]| common::error(&[&["export"], args].concat(), 2);
    assert!(error(&[]).contains("--species"));
    assert!(error(&["cook2019_hem"]).contains("did you mean `cook2019_herm`"));
    assert!(error(&["cook2019_herm", "--species", "worm_like"]).contains("cannot be used with"));
    assert!(error(&["cook2019_herm", "--format", "table"]).contains("rounds the weights"));
    assert!(error(&["cook2019_herm", "--out", "x.csv", "--neurons-out", "x.csv"]).contains("both"));
    assert!(error(&["cook2019_herm", "--min-weight", "1e9"]).contains("lower `--min-weight`"));
    assert!(
        error(&["--species", "worm_like", "--neurons", "n.csv"]).contains("tables of your own")
    );
    for more in [["--size", "80"], ["--inhibitory-fraction", "0.5"]] {
        let message = error(&[&["cook2019_herm"], &more[..]].concat());
        assert!(message.contains("`--species`"), "{message}");
    }
    let signs = ["cook2019_herm", "--signs", "gaba26", "--sign-draw", "2"];
    assert!(error(&signs).contains("cannot be used with"));
    assert!(error(&["cook2019_herm", "--null", "2"]).contains("--null-model"));
}
