//! Species-like topologies and parts of connectomes in a pipeline.

use engraph::bottleneck::{LatentContrastRow, LatentDimensionRow};
use engraph::connectome::NeuronRow;
use engraph::topology::{SpeciesTargetRow, TopologyRow};

use crate::tiny::Tiny;

/// A species-like topology goes the way of an observed one: generated, compared with its targets,
/// trained, contrasted with its nulls; and observed ones can be matched in size.
#[test]
fn species_like_and_matched_topologies_run_end_to_end() {
    let place = Tiny::new();
    let set = |pairs: &[&str]| -> Vec<String> {
        ["run", "tiny.toml"]
            .into_iter()
            .chain(pairs.iter().flat_map(|p| ["--set", p]))
            .map(str::to_owned)
            .collect()
    };
    let species = "topologies.species=['worm_like',\
        {preset='human_like',name='human_ii5',ii_multiplier=5.0,replicates=2}]";
    let args = set(&[
        species,
        "topologies.matched_neurons=20",
        "training.seeds=2",
        "training.engram.epochs=2",
    ]);
    place.succeed(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let topologies: Vec<TopologyRow> = place.read_table(Tiny::report("topologies"));
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
    let targets: Vec<SpeciesTargetRow> = place.read_table(Tiny::report("species_targets"));
    assert_eq!(targets.len(), 3 * 6);
    for row in targets.iter().filter(|r| r.quantity == "reciprocity") {
        assert_eq!(row.realised, find(&row.topology).reciprocity);
    }
    let latent: Vec<LatentDimensionRow> = place.read_table(Tiny::report("latent_dimension"));
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
    let contrasts: Vec<LatentContrastRow> = place.read_table(Tiny::report("latent_contrasts"));
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
    let neurons: Vec<NeuronRow> = place.read_table(Tiny::report("neurons"));
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
