//! What each command answers when all is well, in the form a person sees.

use crate::common::{Place, smoke};
use crate::pin::{pin, pinned};

/// Forty points on a curve in three dimensions.
fn curve() -> String {
    let point = |i: u32| {
        let t = f64::from(i * i % 41) / 41.0;
        format!("{t},{},{}\n", t * t, 1.0 - t)
    };
    "x,y,z\n".to_owned() + &(1..=40).map(point).collect::<String>()
}

/// Five edges among four neurons, one of them a loop.
const EDGES: &str = "pre,post,weight,sign\nA,I,3,1\nI,B,2,-1\nB,A,1,1\nA,C,1,1\nC,C,1,1\n";

pinned! {
    audit: ["audit", "cook2020_pharynx"];
    audit_of_a_file: ["audit", "edges.csv"], "edges.csv" => EDGES;
    capacity: ["capacity", "--connectome", "witvliet2021_1"];
    capacity_beside_nulls: [
        "capacity", "--connectome", "cook2020_pharynx", "--weights", "binary", "--no-gap-junctions",
        "--snr", "1e4", "--nulls", "9"
    ];
    capacity_csv: [
        "capacity", "--connectome", "haspel2011_vnc", "--horizon", "8", "--snr", "1e4", "--format",
        "csv"
    ];
    capacity_without_classes: ["capacity", "--edges", "edges.csv", "--snr", "1e2"],
        "edges.csv" => EDGES;
    cite: ["cite", "smoke"];
    connectomes: ["connectomes"];
    connectomes_one: ["connectomes", "cook2020_pharynx"];
    dimension: ["dimension", "curve.csv", "--estimator", "two_nn", "--estimator", "pca_95"],
        "curve.csv" => curve();
    dimension_csv: ["dimension", "curve.csv", "--estimator", "pca_95", "--format", "csv"],
        "curve.csv" => curve();
    export: ["export", "--edges", "edges.csv"], "edges.csv" => EDGES;
    fetch_without_a_hub: ["fetch", "smoke"];
    motifs: ["motifs", "--connectome", "witvliet2021_8"];
    motifs_beside_nulls: [
        "motifs", "--connectome", "witvliet2021_1", "--motif", "xor5", "--motif", "li3",
        "--nulls", "5"
    ];
    motifs_csv: ["motifs", "--connectome", "witvliet2021_1", "--motif", "ffli", "--format", "csv"];
    motifs_explained: [
        "motifs", "--connectome", "witvliet2021_1", "--motif", "xor6", "--motif", "sxor8",
        "--explain"
    ];
    motifs_json: ["motifs", "--connectome", "witvliet2021_1", "--motif", "li3", "--format", "json"];
    motifs_list: ["motifs", "--list"];
    motifs_of_a_file: ["motifs", "--edges", "edges.csv", "--motif", "mine.motif"],
        "edges.csv" => EDGES,
        "mine.motif" => "X -> J; J -| Y";
    motifs_under_assumed_signs: [
        "motifs", "--connectome", "witvliet2021_1", "--motif", "li3", "--assume-inhibitory", "0.2"
    ];
    motifs_without_signs: ["motifs", "--edges", "edges.csv", "--motif", "li3"],
        "edges.csv" => "pre,post\nA,B\nB,C\n";
    plan: ["plan", "smoke"];
    plan_cells: ["plan", "celegans", "--cells", "--set", "tasks=[]"];
    plan_spec: ["plan", "smoke", "--spec"];
    refresh_without_a_hub: ["refresh", "smoke"];
    schema_of_one_table: ["schema", "motif_counts"];
    species: ["species", "worm_like", "--neurons", "80", "--graphs", "2"];
}

/// The last words of a run, without the lines of progress that depend on the machine's speed.
#[test]
fn run() {
    let steady = |line: &&str| !line.contains(" left");
    let words: Vec<&str> = smoke().stderr.lines().filter(steady).collect();
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        filters => vec![(r"\b\d+\.\d+ s\b", "[SECONDS] s")],
    }, {
        insta::assert_snapshot!("run", words.join("\n"));
    });
}

/// A plan of what is done already.
#[test]
fn plan_of_a_finished_run() {
    let place = Place::new();
    let store = smoke().store();
    let store = store.to_str().expect("a path in UTF-8");
    let mut answer = place.engraph(&["plan", "smoke", "--store", store]);
    answer.args[3] = "STORE".to_owned();
    pin("plan_of_a_finished_run", &answer, &place);
}
