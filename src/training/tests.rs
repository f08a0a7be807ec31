use super::*;
use crate::connectome::Sign;
use crate::network::{
    Bottleneck, Cell, Connection, Demand, EngramNetwork, Model, NetworkConfig, Parametrisation,
    SparseUnits, Wiring, obeys_dale,
};
use crate::task::{CheckedTask, Task};
use proptest::prelude::*;

fn wiring() -> Wiring {
    let connections = (0..12u32)
        .flat_map(|post| (0..12u32).map(move |pre| (pre, post)))
        .filter(|(pre, post)| (pre * 7 + post * 5) % 3 == 0)
        .map(|(pre, post)| {
            let sign = if pre % 4 == 0 {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            };
            Connection {
                pre,
                post,
                strength: 0.3,
                sign,
            }
        });
    Wiring {
        neurons: 12,
        connections: connections.collect(),
        gap_junctions: vec![(0, 3, 1.0), (5, 9, 1.0)],
        input: vec![0, 1, 2],
        inner: vec![3, 4, 5, 6, 7, 8],
        output: vec![9, 10, 11],
    }
}

fn task() -> Task {
    let config: CheckedTask =
        toml::from_str("name = 't'\nkind = 'smooth'\ndimension = 1\nchannels = 3\nsteps = 5")
            .unwrap();
    Task::new(&config, 1).unwrap()
}

fn network(config: &NetworkConfig) -> EngramNetwork<f32> {
    network_through(&Bottleneck::Linear(2), config)
}

fn network_through(bottleneck: &Bottleneck, config: &NetworkConfig) -> EngramNetwork<f32> {
    EngramNetwork::new(&wiring(), Demand::new(3, 5), bottleneck, config, 7).unwrap()
}

fn short() -> TrainingConfig {
    TrainingConfig {
        epochs: 6,
        batches: 4,
        batch_size: 32,
        test_samples: 64,
        ..TrainingConfig::default()
    }
}

/// A run stopped after any epoch and resumed has the same bits, under every schedule, with noise,
/// and where units are told to be dead by how long they have been silent.
#[test]
fn a_resumed_run_is_the_run_without_the_break() {
    let task = task();
    let sparse = Bottleneck::TopK(SparseUnits {
        units: 6,
        active: 2,
        dead_after: 3,
        auxiliary: 0.5,
    });
    for (schedule, bottleneck) in [
        (Schedule::Cosine, Bottleneck::Linear(2)),
        (Schedule::Settle, Bottleneck::Linear(2)),
        (Schedule::Cosine, sparse),
    ] {
        let config = TrainingConfig {
            schedule,
            patience: 1,
            ..short()
        };
        let setup = NetworkConfig {
            noise: 0.1,
            ..NetworkConfig::default()
        };
        let mut whole = network_through(&bottleneck, &setup);
        let run = train(&mut whole, &task, &config, 3, &|| true).unwrap();
        for stop in 1..run.curve.len() {
            let mut first = network_through(&bottleneck, &setup);
            let mut trainer = Trainer::new(&first, &task, &config, 3);
            (0..stop).for_each(|_| trainer.epoch(&mut first));
            let checkpoint = trainer.checkpoint(&first);
            let rows = checkpoint.values();
            let listed = rows
                .iter()
                .map(|(quantity, group, values)| (*quantity, *group, &**values));
            assert_eq!(
                Checkpoint::from_values(first.layout(), listed).unwrap(),
                checkpoint
            );
            let mut second = network_through(&bottleneck, &setup);
            let mut trainer = Trainer::new(&second, &task, &config, 3);
            trainer.resume(&mut second, &checkpoint).unwrap();
            while !trainer.is_done() {
                trainer.epoch(&mut second);
            }
            assert_eq!(trainer.finish(&mut second), run);
            assert_eq!(second.parameters(), whole.parameters());
        }
    }
}

#[test]
fn a_checkpoint_of_another_model_is_refused() {
    let (task, config) = (task(), short());
    let model = network(&NetworkConfig::default());
    let checkpoint = Trainer::new(&model, &task, &config, 3).checkpoint(&model);
    let mut other = EngramNetwork::new(
        &wiring(),
        Demand::new(3, 5),
        &Bottleneck::Linear(3),
        &NetworkConfig::default(),
        7,
    )
    .unwrap();
    let mut trainer = Trainer::new(&other, &task, &config, 3);
    let error = trainer.resume(&mut other, &checkpoint).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`encode` has 12 parameters there, `encode` has 18 here"),
        "{error}"
    );
}

#[test]
fn frozen_groups_stay_and_others_move() {
    let (task, config) = (task(), short());
    let frozen = NetworkConfig {
        frozen: vec!["recurrent".into()],
        ..NetworkConfig::default()
    };
    let mut model = network(&frozen);
    let before = model.parameters().to_vec();
    train(&mut model, &task, &config, 3, &|| true).unwrap();
    for group in model.layout().groups() {
        let same = model.parameters()[group.range.clone()] == before[group.range.clone()];
        assert_eq!(
            same,
            group.name == "recurrent" || group.range.is_empty(),
            "{}",
            group.name
        );
    }
    let error = EngramNetwork::<f32>::new(
        &wiring(),
        Demand::new(3, 5),
        &Bottleneck::Linear(2),
        &NetworkConfig {
            frozen: vec!["synapses".into()],
            ..NetworkConfig::default()
        },
        7,
    );
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("one of recurrent, gap")
    );
}

#[test]
fn a_run_that_blows_up_is_said_to_have_diverged() {
    let config = TrainingConfig {
        learning_rate: 1e8,
        clip: 1e8,
        ..short()
    };
    let run = train(
        &mut network(&NetworkConfig::default()),
        &task(),
        &config,
        3,
        &|| true,
    )
    .unwrap();
    assert_eq!(run.verdict.status, RunStatus::Diverged);
}

/// Steps that are too long silence every unit.
#[test]
fn a_network_that_falls_silent_is_said_to_be() {
    let (task, setup) = (task(), NetworkConfig::default());
    let is_silent = |factor: i32| {
        let config = TrainingConfig {
            clip: 1e3,
            learning_rate: 0.05 * f64::from(factor),
            ..short()
        };
        let run = train(&mut network(&setup), &task, &config, 3, &|| true).unwrap();
        let mut rows = run.activity.output.chunks_exact(run.held_out.samples);
        let is_constant = rows.all(|row| row.iter().all(|value| *value == row[0]));
        let silent = run.verdict.status == RunStatus::Silent;
        assert!(is_constant || !silent);
        silent
    };
    assert!((1..40).any(is_silent), "no rate silences the network");
    assert!(!is_silent(1));
}

#[test]
fn fields_are_checked() {
    assert!(TrainingConfig::default().check().is_ok());
    let error = TrainingConfig {
        batch_size: 30,
        ..TrainingConfig::default()
    }
    .check()
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`batch_size` is 30, expected a multiple of 32 from 32 to 1048576"
    );
    assert!(
        TrainingConfig {
            learning_rate: f64::NAN,
            ..TrainingConfig::default()
        }
        .check()
        .is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// No synapse changes its sign, whatever the parametrisation, the cell, the rates and the seed.
    #[test]
    fn signs_hold_after_any_training(
        weights in prop::sample::select(vec![
            Parametrisation::Modulus,
            Parametrisation::Softplus,
            Parametrisation::Projected,
            Parametrisation::Exponentiated,
        ]),
        liquid: bool,
        rate in 1e-4f64..1.0,
        exponentiated_rate in 1e-2f64..100.0,
        seed: u64,
    ) {
        let cell = if liquid { Cell::LiquidTimeConstant } else { Cell::Rate };
        let mut model = network(&NetworkConfig { cell, weights, ..NetworkConfig::default() });
        let config = TrainingConfig {
            learning_rate: rate,
            exponentiated_rate,
            clip: 100.0,
            epochs: 2,
            ..short()
        };
        train(&mut model, &task(), &config, seed, &|| true).unwrap();
        prop_assert!(
            obeys_dale(&model, &wiring()) || model.parameters().iter().any(|p| p.is_nan())
        );
    }
}

/// Held-out error with `active` of eight units on a task with two latents, and the model.
fn with_few_active(kind: &str, active: usize) -> (f64, EngramNetwork<f32>) {
    let text = format!("name = 't'\nkind = '{kind}'\ndimension = 2\nchannels = 3\nsteps = 4");
    let config: CheckedTask = toml::from_str(&text).unwrap();
    let task = Task::new(&config, 5).unwrap();
    let sparse = SparseUnits {
        units: 8,
        active,
        dead_after: 100,
        auxiliary: 1.0 / 32.0,
    };
    let config = NetworkConfig {
        leak: 0.45,
        rest: 1.0,
        ..NetworkConfig::default()
    };
    let bottleneck = Bottleneck::TopK(sparse);
    let demand = Demand::of(&task);
    let mut model = EngramNetwork::new(&wiring(), demand, &bottleneck, &config, 1).unwrap();
    let training = TrainingConfig {
        epochs: 60,
        batches: 50,
        batch_size: 32,
        test_samples: 192,
        ..TrainingConfig::default()
    };
    let run = train(&mut model, &task, &training, 1, &|| true).unwrap();
    (run.curve.last().unwrap().test_error, model)
}

#[test]
fn as_many_active_units_as_latents_are_needed() {
    for kind in ["linear", "smooth"] {
        let errors = [1, 2].map(|active| with_few_active(kind, active).0);
        assert!(errors[1] < 0.1, "{kind}: {errors:?}");
        assert!(errors[0] > 3.0 * errors[1], "{kind}: {errors:?}");
    }
}
