//! What commands answer, read by a program.

use crate::common::{Place, error, json, stdout};

#[test]
fn motifs_as_json() {
    let args = [
        "motifs",
        "--connectome",
        "cook2019_herm",
        "--signs",
        "gaba26",
        "--motif",
        "xor5",
        "--format",
        "json",
    ];
    let document = json(&args);
    assert_eq!(document["schema"], "engraph.motif_counts/1");
    let rows = document["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["matching"], &rows[0]["count"]),
        (&"subgraph".into(), &3117.into())
    );
    assert_eq!(
        (&rows[1]["matching"], &rows[1]["count"]),
        (&"induced".into(), &24.into())
    );
    assert!(rows[0]["z"].is_null() && rows[0]["nulls"].is_null());
}

/// The published reference for this null: 3117 against 422 +- 144 (subgraph), 24 against 110 +- 43
/// (induced); computed reference by independent tools. The mean over 100 nulls has a standard error
/// of a tenth of these.
#[test]
fn nulls_meet_the_reference_within_its_error() {
    let args = [
        "motifs", "--signs", "gaba26", "--motif", "xor5", "--nulls", "100", "--format", "json",
    ];
    let document = json(&args);
    for (row, mean, sd) in [(0, 422.0, 144.0), (1, 110.0, 43.0)] {
        let row = &document["rows"][row];
        let found = row["null_mean"].as_f64().unwrap();
        assert!(
            (found - mean).abs() < 4.0 * sd / 10.0,
            "{found} against {mean} +- {sd}"
        );
        let spread = row["null_sd"].as_f64().unwrap();
        assert!((0.7..1.4).contains(&(spread / sd)), "{spread} against {sd}");
        assert!(row["acceptance"].as_f64().unwrap() > 0.5);
    }
    assert!(document["rows"][0]["p_greater"].as_f64().unwrap() < 0.0100);
    assert_eq!(json(&args), document, "the same seed gives the same nulls");
}

#[test]
fn participation_sums_to_roles_times_count() {
    let document = json(&[
        "motifs",
        "--signs",
        "wang2024",
        "--motif",
        "xor6",
        "--participation",
        "--format",
        "json",
    ]);
    assert_eq!(document["schema"], "engraph.tables/1");
    let documents = document["tables"].as_array().unwrap();
    assert_eq!(documents.len(), 2);
    let count = documents[0]["rows"][0]["count"].as_i64().unwrap();
    let rows = documents[1]["rows"].as_array().unwrap();
    let subgraph = rows.iter().filter(|r| r["matching"] == "subgraph");
    let sum: i64 = subgraph.clone().map(|r| r["count"].as_i64().unwrap()).sum();
    assert_eq!((count, sum), (88_718, 6 * 88_718));
    // The hubs the XOR papers name, in their order: computed reference.
    let mut hubs: Vec<(i64, &str)> = subgraph
        .filter(|r| r["role"] == "I")
        .map(|r| (r["count"].as_i64().unwrap(), r["neuron"].as_str().unwrap()))
        .collect();
    hubs.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(
        hubs[..5],
        [
            (52_467, "AVJR"),
            (21_963, "AVJL"),
            (6430, "RIBR"),
            (5184, "RIBL"),
            (2142, "RIS")
        ]
    );
}

#[test]
fn connectomes_and_schema() {
    let list = stdout(&["connectomes"]);
    assert_eq!(list.lines().count(), 23);
    assert!(list.contains("cook2019_male") && list.contains("nm3"));
    assert!(stdout(&["connectomes", "yim2024_dauer"]).contains("10.1038/s41467-024-45943-3"));
    assert_eq!(
        json(&["connectomes", "--format", "json"])["rows"]
            .as_array()
            .unwrap()
            .len(),
        19
    );
    let schema = json(&["schema", "--json"]);
    for table in schema.as_array().unwrap() {
        for column in table["columns"].as_array().unwrap() {
            assert!(
                !column["description"].as_str().unwrap().is_empty(),
                "{column}"
            );
        }
    }
    assert!(stdout(&["schema", "motif_counts"]).contains("automorphisms"));
}

#[test]
fn species_like_topologies_are_compared_with_what_was_published() {
    let document = json(&[
        "species",
        "worm_like",
        "human_like",
        "--graphs",
        "2",
        "--format",
        "json",
    ]);
    assert_eq!(document["schema"], "engraph.species_targets/1");
    let rows = document["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    for row in rows {
        assert!(
            row["relative_error"].as_f64().unwrap().abs() <= row["tolerance"].as_f64().unwrap(),
            "{row}"
        );
        assert_eq!(
            row["source"].as_str().unwrap().contains("H01"),
            row["preset"] == "human_like"
        );
    }
    let swept = json(&[
        "species",
        "worm_like",
        "--graphs",
        "1",
        "--inhibitory-fraction",
        "0.4",
        "--format",
        "json",
    ]);
    let share = swept["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["quantity"] == "inhibitory_fraction")
        .unwrap();
    assert_eq!(
        (share["realised"].as_f64(), share["source"].as_str()),
        (Some(0.4), Some("assumed"))
    );
    assert!(error(&["species", "worm"], 2).contains("worm_l1_like"));
    assert!(error(&["species", "worm_like", "--neurons", "9"], 2).contains("9 neurons"));
    // Twenty partners of 99 close triangles whatever one does.
    assert!(
        error(
            &["species", "fly_like", "--neurons", "100", "--graphs", "1"],
            1
        )
        .contains("clustering")
    );
}

#[test]
fn motifs_are_explained() {
    let list = stdout(&["motifs", "--list"]);
    assert_eq!(list.matches("# ").count(), 8);
    assert!(list.contains("xor5") && list.contains("I -| C"), "{list}");
}

#[test]
fn tables_as_csv_and_parquet() {
    let place = Place::new();
    let csv = stdout(&["motifs", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 17);
    assert!(
        csv.starts_with(
            "connectome,sign_model,min_weight,edges,motif,matching,count,automorphisms"
        )
    );
    let parquet = ["motifs", "--format", "parquet", "--out", "counts.parquet"];
    assert!(place.engraph(&parquet).succeeded().stdout.is_empty());
    let rows: Vec<engraph::motif::survey::MotifCountRow> = place.read_table("counts.parquet");
    assert_eq!(rows.len(), 16);
    assert!(error(&["motifs", "--format", "parquet"], 2).contains("--out"));
}

#[test]
fn mistakes_are_answered_with_a_hint() {
    assert!(error(&["motifs", "--connectome", "cook2019"], 2).contains("hint"));
    assert!(error(&["motifs", "--motif", "xor9"], 2).contains("xor5"));
    assert!(error(&["motifs", "--signs", "gaba"], 2).contains("gaba26"));
    assert!(error(&["motifs", "--min-weight", "-3"], 2).contains("min-weight"));
    assert!(error(&["schema", "motif_count"], 2).contains("did you mean `motif_counts`"));
    assert!(error(&["run", "--jobs", "0"], 2).contains("hint"));
    let unwritable = ["motifs", "--format", "csv", "--out", "/proc/absent/x.csv"];
    assert!(error(&unwritable, 1).contains("hint"));
}

#[test]
fn audit_of_bundled_connectomes() {
    let document = json(&["audit", "cook2019_herm", "--format", "json"]);
    assert_eq!(document["schema"], "engraph.audit/1");
    let autapses = document["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["check"] == "autapses")
        .unwrap();
    // 38 chemical and 14 electrical, as `connectomes.parquet` and its edges have them.
    assert_eq!(
        (&autapses["found"], &autapses["severity"]),
        (&52.into(), &"note".into())
    );
    assert!(error(&["audit", "cook2019_hem"], 2).contains("did you mean `cook2019_herm`"));
    assert!(error(&["audit", "cook2019_herm", "--format", "parquet"], 2).contains("--out FILE"));
}

#[test]
fn cite_prints_what_a_pipeline_uses() {
    let text = stdout(&["cite", "smoke"]);
    assert!(text.starts_with("@software{engraph,"), "{text}");
    for entry in [
        "@article{cook2020,",
        "@article{witvliet2021,",
        "@article{wang2024,",
        "@inproceedings{kingma2015,",
    ] {
        assert_eq!(text.matches(entry).count(), 1, "{entry}");
    }
    // The species-like topology is made after this one.
    assert!(text.contains("@article{cook2019,"));
    assert!(!text.contains("varshney2011"));
    let more = "connectomes=['cook2020_pharynx', 'witvliet2021_1', 'varshney2011']";
    assert!(stdout(&["cite", "smoke", "--set", more]).contains("@article{varshney2011,"));
}
