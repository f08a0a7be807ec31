//! Known dimensions come out, and what has not been learnt gives no number.

use engraph::bottleneck::LatentDimensionRow;
use engraph::pipeline::{Extent, Silent, Spec, Store, build, run};
use std::path::Path;

/// Runs a pipeline in a store of its own and returns its latent dimensions.
fn latent_dimension(text: &str) -> Vec<LatentDimensionRow> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let spec = Spec::parse(text, Path::new("test.toml"), &[]).unwrap();
    let plan = build(&spec).unwrap();
    run(&plan, &store, &Extent::default(), &[], 2, &Silent).unwrap();
    plan.of_stage("latent")
        .flat_map(|c| store.read::<LatentDimensionRow>("latent", &c.key).unwrap())
        .collect()
}

fn of<'a>(
    rows: &'a [LatentDimensionRow],
    topology: &str,
    task: &str,
    estimator: &str,
) -> &'a LatentDimensionRow {
    rows.iter()
        .find(|r| r.topology == topology && r.task == task && r.estimator == estimator)
        .unwrap()
}

/// The unconstrained perceptron on linear (T1) and curved (T2) tasks of 1 to 4 latents needs just
/// as many units.
#[test]
fn the_perceptron_needs_as_many_units_as_the_task_has_latents() {
    let mut text = r#"
        name = "perceptron"
        connectomes = ["cook2020_pharynx"]
        [motifs]
        patterns = []
        [topologies]
        connectomes = []
        perceptron = 64
        [training]
        bottlenecks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        [training.perceptron]
        epochs = 20
        batches = 40
        batch_size = 32
        test_samples = 256
        learning_rate = 0.01
    "#
    .to_owned();
    for kind in ["linear", "manifold"] {
        for m in 1..=4 {
            text += &format!(
                "[[tasks]]\nname = \"{kind}_m{m}\"\nkind = \"{kind}\"\n\
                 dimension = {m}\nchannels = 4\nsteps = 8\n"
            );
        }
    }
    let rows = latent_dimension(&text);
    for kind in ["linear", "manifold"] {
        for m in 1..=4 {
            let row = of(
                &rows,
                "mlp",
                &format!("{kind}_m{m}"),
                "sufficient_bottleneck",
            );
            assert_eq!(row.value, Some(f64::from(m)), "{row:?}");
            assert_eq!(
                (row.true_dimension, row.embedding_dimension),
                (Some(f64::from(m)), Some(m))
            );
            assert!(
                row.ci_low <= row.value && row.ci_high >= row.value,
                "{row:?}"
            );
        }
    }
    // The widest bottleneck (10 units) holds a cloud of the task's dimension.
    let two_nn = of(&rows, "mlp", "linear_m3", "latent_two_nn")
        .value
        .unwrap();
    assert!((two_nn - 3.0).abs() < 0.6, "{two_nn}");
}

/// The wiring of the adult hermaphrodite carries a task of two latents in two units; white noise it
/// does not learn.
#[test]
fn the_worm_carries_two_dimensions_and_no_noise() {
    let rows = latent_dimension(
        r#"
        name = "worm"
        connectomes = ["cook2019_herm"]
        [motifs]
        patterns = []
        [training]
        bottlenecks = [1, 2, 3]
        [training.engram]
        epochs = 15
        batches = 25
        batch_size = 32
        test_samples = 256
        learning_rate = 0.01
        [[tasks]]
        name = "smooth_m2"
        kind = "smooth"
        dimension = 2
        channels = 4
        steps = 8
        [[tasks]]
        name = "white"
        kind = "white"
        dimension = 0
        channels = 4
        steps = 8
        "#,
    );
    let k_star = of(&rows, "cook2019_herm", "smooth_m2", "sufficient_bottleneck");
    assert_eq!(
        (k_star.value, k_star.status.as_str()),
        (Some(2.0), "ok"),
        "{k_star:?}"
    );
    let k90 = of(&rows, "cook2019_herm", "smooth_m2", "k90")
        .value
        .unwrap();
    assert!((1.0..=2.0).contains(&k90), "{k90}");
    let noise: Vec<_> = rows.iter().filter(|r| r.task == "white").collect();
    assert!(noise.len() > 3);
    for row in noise {
        assert_eq!(
            (row.value, row.ci_low, row.ci_high),
            (None, None, None),
            "{row:?}"
        );
        assert!(row.status != "ok" && row.note.is_some(), "{row:?}");
        assert_eq!(row.true_dimension, None);
    }
}
