//! The pipeline `smoke` is what continuous integration runs on every change: it must reach every
//! stage and every table, and say the same as the columns of its own run.

use std::collections::BTreeSet;

use engraph::bottleneck::{DimensionRelationRow, LatentContrastRow};
use engraph::motif::survey::MotifCountRow;
use engraph::motif_function::MotifFunctionRow;
use engraph::reservoir::ReservoirProfileRow;
use engraph::training::homeostatic::HomeostaticRunRow;
use engraph::training::{CarriedDimensionRow, CheckpointRow, TrainingRunRow, UsedDimensionRow};
use serde_json::Value;

use crate::common::{json, smoke};

/// Tables that commands write and no pipeline does.
const OF_COMMANDS: [&str; 13] = [
    "audit",
    "differences",
    "dimension",
    "export_edges",
    "export_neurons",
    "motif_occurrences",
    "pipeline_changes",
    "source_agreement",
    "verification",
    "functional_motifs",
    "functional_motif_neurons",
    "functional_motif_courses",
    "inference",
];

#[test]
fn every_table_is_written() {
    let files = smoke().files();
    let written: BTreeSet<&str> = files
        .keys()
        .filter_map(|name| name.strip_suffix(".parquet"))
        .collect();
    let schema = json(&["schema", "--json"]);
    let tables = schema.as_array().expect("a list of tables");
    let documented: BTreeSet<&str> = tables
        .iter()
        .map(|table| table["table"].as_str().expect("a name"))
        .filter(|name| !OF_COMMANDS.contains(name))
        .collect();
    assert_eq!(written, documented);
}

#[test]
fn every_stage_computes_something() {
    let run = std::fs::read(smoke().reports().join("run.json")).expect("a file");
    let run: Value = serde_json::from_slice(&run).expect("JSON");
    let stages = run["stages"].as_array().expect("stages");
    let named: Vec<&str> = stages
        .iter()
        .filter_map(|stage| stage["stage"].as_str())
        .collect();
    let expected = [
        "connectomes",
        "motifs",
        "spiking",
        "circuit_prior",
        "motif_weights",
        "role_fingerprints",
        "paths",
        "species",
        "topologies",
        "topology_motifs",
        "wiring_dimension",
        "wiring_dimension_nulls",
        "reservoir",
        "self_optimisation",
        "homeostatic",
        "range_condition",
        "training",
        "latent",
        "sparse_bottleneck",
        "carried",
        "carried_gaps",
        "linearised",
        "used_dimension",
        "latent_gradients",
        "contrasts",
        "relations",
    ];
    assert_eq!(BTreeSet::from_iter(named), BTreeSet::from(expected));
    assert!(
        stages
            .iter()
            .all(|stage| stage["computed"].as_u64() > Some(0)),
        "{stages:?}"
    );
}

#[test]
fn the_branches_of_the_stages_are_taken() {
    let smoke = smoke();
    let runs = smoke.table::<TrainingRunRow>();
    assert!(runs.iter().any(|run| run.converged), "something is learnt");
    assert!(
        smoke
            .table::<MotifCountRow>()
            .iter()
            .any(|row| row.nulls == Some(10))
    );
    assert!(smoke.table::<MotifFunctionRow>().len() > 20);
    assert!(
        smoke
            .table::<CheckpointRow>()
            .iter()
            .all(|row| row.keys.topology == "mlp")
    );
    let statuses: BTreeSet<String> = smoke
        .table::<HomeostaticRunRow>()
        .into_iter()
        .map(|row| row.status)
        .collect();
    assert!(
        statuses.contains("too_many_bits") && statuses.len() > 1,
        "{statuses:?}"
    );
    let carried = smoke.table::<CarriedDimensionRow>();
    assert!(
        carried.iter().any(|row| row.carried > Some(0.5)),
        "{carried:?}"
    );
    assert!(
        carried.iter().any(|row| row.linear_bound > Some(0.0)),
        "{carried:?}"
    );
    let used = smoke.table::<UsedDimensionRow>();
    let carried = used
        .iter()
        .filter(|row| row.measure == "carried" && row.snr == 1e4);
    assert!(
        carried.clone().count() == 7 && carried.clone().all(|row| row.value > Some(0.9)),
        "{used:?}"
    );
    let profiles = smoke.table::<ReservoirProfileRow>();
    assert!(
        profiles.len() == 6
            && profiles
                .iter()
                .all(|row| row.information_capacity > Some(1.0)),
        "{profiles:?}"
    );
    let contrasts = smoke.table::<LatentContrastRow>();
    assert!(
        contrasts.iter().any(|row| row.n_pairs == 5),
        "seeds are paired"
    );
    let relations = smoke.table::<DimensionRelationRow>();
    assert!(
        relations
            .iter()
            .any(|row| row.scope == "within" && row.rho.is_some())
    );
}
