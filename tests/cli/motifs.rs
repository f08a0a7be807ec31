//! `engraph motifs` beyond the counts of the built-in motifs.

use engraph::motif::survey::MotifOccurrenceRow;
use serde_json::Value;

use crate::common::{self, Answer, Place};

fn motifs(args: &[&str]) -> Answer {
    common::engraph(&[&["motifs"], args].concat())
}

/// The tables on standard output, by their names.
fn tables(args: &[&str]) -> Vec<(String, Vec<Value>)> {
    let answer = motifs(&[args, &["--format", "json"]].concat()).succeeded();
    let document = answer.json();
    let documents = match document["schema"].as_str() {
        Some("engraph.tables/1") => document["tables"].as_array().expect("tables").clone(),
        _ => vec![document],
    };
    documents
        .into_iter()
        .map(|document| {
            let schema = document["schema"].as_str().expect("a schema");
            let table = schema
                .trim_start_matches("engraph.")
                .split('/')
                .next()
                .expect("a name")
                .to_owned();
            (table, document["rows"].as_array().expect("rows").clone())
        })
        .collect()
}

fn rows(args: &[&str], table: &str) -> Vec<Value> {
    tables(args)
        .into_iter()
        .find(|(name, _)| name == table)
        .expect("the table")
        .1
}

fn error(args: &[&str], code: i32) -> String {
    motifs(args).failed(code).stderr
}

fn int(row: &Value, column: &str) -> i64 {
    row[column]
        .as_i64()
        .unwrap_or_else(|| panic!("{column} of {row}"))
}

#[test]
fn own_motifs_are_read_from_files() {
    let place = Place::new();
    // XOR5 under other names, its statements in another order: the closed form must be found, and
    // rows must come under these names.
    let text = "# the same\nhub -| down; hub -| up\nleft -> hub; right -> hub\n\
                left -> up; right -> down\nup.class = excitatory; down.class = excitatory\n";
    let own = place.write("mine.motif", text);
    let counts = rows(
        &["--signs", "gaba26", "--motif", &own, "--motif", "xor5"],
        "motif_counts",
    );
    assert_eq!(
        counts.iter().map(|r| int(r, "count")).collect::<Vec<_>>(),
        [3117, 24, 3117, 24]
    );
    assert_eq!(counts[0]["motif"], "mine");
    let explained = motifs(&["--motif", &own, "--explain"]).succeeded().stdout;
    assert!(
        explained.contains("closed form of xor5") && explained.contains("hub is its I"),
        "{explained}"
    );
    let parts = rows(
        &["--signs", "gaba26", "--motif", &own, "--participation"],
        "motif_participation",
    );
    let hub: i64 = parts
        .iter()
        .filter(|r| r["role"] == "hub" && r["matching"] == "subgraph")
        .map(|r| int(r, "count"))
        .sum();
    assert_eq!(hub, 3117);

    // Conditions on what is known of neurons, and on weights.
    let wide = place.write(
        "wide.motif",
        "A -> I [weight >= 2]; I -| B; I.transmitter = GABA; A.type = sensory",
    );
    let narrow = place.write(
        "narrow.motif",
        "A -> I [weight >= 2]; I -| B; I.name in (RIS, AVL); A.type = sensory",
    );
    let counts = rows(
        &["--motif", &wide, "--motif", &narrow, "--verify"],
        "motif_counts",
    );
    let (wide, narrow) = (int(&counts[0], "count"), int(&counts[2], "count"));
    assert!(wide > narrow && narrow > 0, "{wide}, {narrow}");
}

#[test]
fn faults_of_motif_files_are_located() {
    let place = Place::new();
    let fault = |text: &str| error(&["--motif", &place.write("bad.motif", text)], 2);
    assert!(fault("A -> B\nB >> C").contains("motif `bad`: line 2, column 3"));
    assert!(fault("A -> B\n  C -> D").contains("motif `bad`: line 2, column 3: it falls apart"));
    assert!(fault("A -> B; A !> B").contains("twice"));
    assert!(fault("A -> B; B -> C; C.weight = 3").contains("class, transmitter, type, name"));
    assert!(fault("A->B;B->C;C->D;D->E;E->F;F->G;G->H;H->I").contains("at most 8"));
    assert!(fault("A.class = signed").contains("line 1, column 1: it has 1 role; give it 2 to 8"));
    assert!(error(&["--motif", "absent.motif"], 2).contains("cannot read the motif"));
    assert!(error(&["--motif", "xor55"], 2).contains("did you mean `xor5`"));
    assert!(error(&["--motif", place.path().to_str().expect("a path")], 2).contains("cannot read"));
}

#[test]
fn motif_files_do_not_pass_for_built_in_ones() {
    let place = Place::new();
    for name in ["li3.motif", "LI3.motif"] {
        let other = place.write(name, "X -> I; I -| Y");
        let message = error(&["--motif", &other], 2);
        assert!(
            message.contains("differs from the built-in motif") && message.contains("hint: rename"),
            "{message}"
        );
    }
    // Another role of the same wiring would give other rows of participation.
    let renamed = place.write("li3.motif", "X -> J; J -| Y; Y.class = excitatory");
    assert!(error(&["--motif", &renamed], 2).contains("rename the file"));
    let same = place.write(
        "li3.motif",
        "# mine\nY.class = excitatory; I -| Y; X -> I\n",
    );
    let args = ["--participation", "--motif"];
    assert_eq!(
        tables(&[&args[..], &[&same]].concat()),
        tables(&[&args[..], &["li3"]].concat())
    );
}

#[test]
fn plans_are_one_document_or_text() {
    let args = ["--explain", "--motif", "xor5", "--motif", "sxor8"];
    let run = |more: &[&str]| motifs(&[&args[..], more].concat());
    let text = run(&[]).succeeded().stdout;
    let document = run(&["--format", "json"]).succeeded().json();
    assert_eq!(
        (&document["schema"], &document["edges"]),
        (&"engraph.motif_plans/1".into(), &3671.into())
    );
    let plans = document["plans"].as_array().expect("plans");
    let named: Vec<_> = plans
        .iter()
        .map(|p| (p["motif"].as_str(), p["matching"].as_str()))
        .collect();
    let expected =
        ["xor5", "sxor8"].map(|motif| ["subgraph", "induced"].map(|m| (Some(motif), Some(m))));
    assert_eq!(named, expected.concat());
    assert!(
        plans
            .iter()
            .all(|plan| plan["cost"].as_f64().is_some_and(|cost| cost > 0.0))
    );
    let lines = plans
        .iter()
        .flat_map(|plan| plan["lines"].as_array().expect("lines"));
    assert_eq!(
        lines
            .map(|line| format!("{}\n", line.as_str().expect("a line")))
            .collect::<String>(),
        text
    );
    let place = Place::new();
    let path = place.write("plan.txt", "");
    assert!(run(&["--out", &path]).succeeded().stdout.is_empty());
    assert_eq!(place.read_text("plan.txt"), text);
    for format in ["csv", "parquet"] {
        assert!(
            error(&[&args[..], &["--format", format]].concat(), 2).contains("`--format json`"),
            "{format}"
        );
    }
}

#[test]
fn all_thresholds_in_one_pass_equal_separate_runs() {
    let args = [
        "--connectome",
        "witvliet2021_8",
        "--nulls",
        "2",
        "--swaps-per-edge",
        "5",
    ];
    let all = rows(
        &[&args[..], &["--min-weight", "all"]].concat(),
        "motif_counts",
    );
    let mut weights: Vec<f64> = all
        .iter()
        .map(|r| r["min_weight"].as_f64().expect("a number"))
        .collect();
    weights.dedup();
    assert!(weights.len() > 20 && weights.is_sorted(), "{weights:?}");
    let separate: Vec<Value> = weights
        .iter()
        .flat_map(|w| {
            rows(
                &[&args[..], &["--min-weight", &w.to_string()]].concat(),
                "motif_counts",
            )
        })
        .collect();
    assert_eq!(all, separate);
}

#[test]
fn synapses_and_hubs_add_up() {
    let args = [
        "--signs",
        "gaba26",
        "--motif",
        "xor5",
        "--motif",
        "lat",
        "--synapses",
        "--hubs",
        "--participation",
    ];
    let found = tables(&args);
    let table = |name: &str| {
        &found
            .iter()
            .find(|(table, _)| table == name)
            .expect("the table")
            .1
    };
    for (motif, count, edges, roles) in [("xor5", 3117, 6, 5), ("lat", 242_082, 4, 5)] {
        let of = |table: &'static str| {
            table_rows(&found, table)
                .filter(move |r| r["motif"] == motif && r["matching"] == "subgraph")
        };
        let sum = |table| of(table).map(|r| int(r, "count")).sum::<i64>();
        assert_eq!(
            (sum("motif_synapses"), sum("motif_participation")),
            (edges * count, roles * count)
        );
        assert_eq!(sum("motif_hubs"), count);
        let shares: f64 = of("motif_hubs")
            .map(|r| r["share"].as_f64().expect("a number"))
            .sum();
        assert!((shares - 1.0).abs() < 1e-12);
        for hub in of("motif_hubs") {
            assert_eq!(int(hub, "any_role") + int(hub, "count_without"), count);
            assert!(int(hub, "any_role") >= int(hub, "count"));
        }
    }
    assert!(!table("motif_counts").is_empty());
}

fn table_rows<'a>(
    tables: &'a [(String, Vec<Value>)],
    name: &str,
) -> impl Iterator<Item = &'a Value> {
    tables
        .iter()
        .find(|(table, _)| table == name)
        .expect("the table")
        .1
        .iter()
}

/// Leaving a hub out is the same as counting in a connectome without it.
#[test]
#[cfg(feature = "files")]
fn counts_without_a_hub_are_those_of_the_connectome_without_it() {
    use engraph::connectome::{Sign, SignModel};
    let place = Place::new();
    let worm = engraph::source::bundled::connectome("cook2019_herm")
        .expect("bundled")
        .with_signs(SignModel::Wang2024);
    let name = |neuron: u32| worm.neurons()[neuron as usize].name.as_str();
    let mut edges = "pre,post,weight,sign\n".to_owned();
    for s in worm
        .edges(1.0)
        .filter(|s| name(s.pre) != "AVJR" && name(s.post) != "AVJR")
    {
        edges += &format!(
            "{},{},{},{}\n",
            name(s.pre),
            name(s.post),
            s.weight,
            s.sign.as_str()
        );
    }
    let mut neurons = "neuron,sign\n".to_owned();
    for neuron in worm
        .neurons()
        .iter()
        .filter(|n| n.name != "AVJR" && n.sign != Sign::Unsigned)
    {
        neurons += &format!("{},{}\n", neuron.name, neuron.sign.as_str());
    }
    let edges = place.write("edges.csv", &edges);
    let neurons = place.write("neurons.csv", &neurons);
    let without = rows(
        &["--edges", &edges, "--neurons", &neurons, "--motif", "xor6"],
        "motif_counts",
    );
    let hubs = rows(&["--motif", "xor6", "--hubs"], "motif_hubs");
    for (row, matching) in without.iter().zip(["subgraph", "induced"]) {
        let hub = hubs
            .iter()
            .find(|r| r["neuron"] == "AVJR" && r["matching"] == matching);
        // A hub of no occurrence has no row: the count without it is the count.
        let expected = hub.map_or(2, |hub| int(hub, "count_without"));
        assert_eq!(int(row, "count"), expected, "{matching}");
    }
}

#[test]
fn every_occurrence_is_listed_once_or_up_to_the_limit() {
    let place = Place::new();
    let listed = |more: &[&str]| -> Vec<MotifOccurrenceRow> {
        let listing = [
            "motifs",
            "--signs",
            "gaba26",
            "--motif",
            "xor5",
            "--enumerate",
            "all.parquet",
        ];
        place.succeed(&[&listing, more].concat());
        place.read_table("all.parquet")
    };
    let rows = listed(&[]);
    assert_eq!(rows.len(), 5 * (3117 + 24));
    let mut distinct: Vec<Vec<&str>> = rows[..5 * 3117]
        .chunks(5)
        .map(|c| c.iter().map(|r| r.neuron.as_str()).collect())
        .collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 3117);
    assert_eq!(listed(&["--limit", "10"]).len(), 5 * 20);
    assert_eq!(common::files(place.path()).len(), 1, "no leftovers");
}

#[test]
fn samples_are_occurrences_and_depend_on_the_seed_alone() {
    let draw = |more: &[&str]| {
        rows(
            &[&["--motif", "sxor8", "--sample", "50"], more].concat(),
            "motif_samples",
        )
    };
    let samples = draw(&[]);
    // SXOR8 has no induced occurrence here.
    assert_eq!(samples.len(), 50 * 8);
    assert!(samples.iter().all(|r| r["matching"] == "subgraph"));
    assert_eq!(draw(&["--jobs", "1"]), samples);
    assert_ne!(draw(&["--seed", "2"]), samples);
}

/// Origin: triad census of the same edges by networkx.
#[test]
fn census_equals_the_reference_and_types_add_up() {
    const GOLDEN: [(&str, i64); 16] = [
        ("003", 3_719_257),
        ("012", 586_445),
        ("102", 171_494),
        ("021D", 10_026),
        ("021U", 12_110),
        ("021C", 18_097),
        ("111D", 9401),
        ("111U", 9030),
        ("030T", 2281),
        ("030C", 184),
        ("201", 2387),
        ("120D", 1032),
        ("120U", 1348),
        ("120C", 673),
        ("210", 1057),
        ("300", 278),
    ];
    let found = tables(&["--census", "--nulls", "20"]);
    assert_eq!(found.len(), 1, "no motif was named");
    let rows = &found[0].1;
    for (triad, count) in GOLDEN {
        let own = rows
            .iter()
            .find(|r| r["triad"] == triad && r["types"].is_null())
            .expect("every class");
        assert_eq!(int(own, "count"), count, "{triad}");
        let typed = rows
            .iter()
            .filter(|r| r["triad"] == triad && !r["types"].is_null());
        assert_eq!(
            typed.map(|r| int(r, "count")).sum::<i64>(),
            count,
            "{triad}"
        );
        assert_eq!(int(own, "nulls"), 20);
    }
    // The worm's synapses are reciprocal far beyond its degrees, at the cost of one-way cycles.
    let z = |triad: &str| {
        let row = rows
            .iter()
            .find(|r| r["triad"] == triad && r["types"].is_null())
            .expect("the class");
        row["z"].as_f64().expect("a number")
    };
    assert!(
        z("300") > 20.0 && z("030C") < -5.0,
        "{} and {}",
        z("300"),
        z("030C")
    );
}

#[test]
fn verification_covers_every_motif() {
    let text = motifs(&["--verify", "--connectome", "witvliet2021_8"])
        .succeeded()
        .stderr;
    assert_eq!(text.matches("verified: ").count(), 16, "{text}");
}

/// Published for this motif on this connectome: 24.3 times as many as expected, Z = 52.2 (its raw
/// count and sign list are not); the same count under the program's signs, computed independently:
/// 123,445.
#[test]
fn sxor8_is_enriched_as_published_within_the_sampling_error() {
    let args = [
        "--motif",
        "sxor8",
        "--nulls",
        "400",
        "--null-model",
        "by_transmitter",
    ];
    let row = &rows(&args, "motif_counts")[0];
    let number = |column: &str| row[column].as_f64().expect("a number");
    assert_eq!(int(row, "count"), 123_445);
    assert!((number("fold") - 24.3).abs() < 2.5, "{row}");
    assert!((number("z") - 52.2).abs() < 10.0, "{row}");
    assert!(number("fold_ci_low") < number("fold") && number("fold") < number("fold_ci_high"));
    assert!(number("p_greater") < 0.0026);
}

#[test]
fn numbers_do_not_depend_on_the_number_of_threads() {
    let args = [
        "--nulls",
        "6",
        "--census",
        "--motif",
        "all",
        "--null-model",
        "by_sign_pair",
    ];
    assert_eq!(
        tables(&[&args[..], &["--jobs", "1"]].concat()),
        tables(&[&args[..], &["--jobs", "4"]].concat())
    );
}
