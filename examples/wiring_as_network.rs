//! Trains a small autoencoder whose wiring is a connectome. Run it with
//! `cargo run --release --example wiring_as_network`.

use std::error::Error;

use engraph::connectome::SignModel;
use engraph::network::{Bottleneck, Demand, EngramNetwork, NetworkConfig, obeys_dale};
use engraph::source::bundled;
use engraph::task::{Task, TaskConfig, TaskKind};
use engraph::topology::{Topology, wiring};
use engraph::training::{TrainingConfig, train};

fn main() -> Result<(), Box<dyn Error>> {
    let seed = 1;
    // The first larva of the worm. Its sensory neurons will see the sequences, its motor neurons
    // must reproduce them, and the interneurons between hold what is remembered.
    let larva = bundled::connectome("witvliet2021_1")?;
    let topology = Topology::observed(larva, SignModel::Wang2024);
    let config = NetworkConfig::default();
    let wiring = wiring(&topology, &config, seed);
    println!(
        "{} neurons, {} connections; {} see, {} hold, {} act",
        wiring.neurons,
        wiring.connections.len(),
        wiring.input.len(),
        wiring.inner.len(),
        wiring.output.len()
    );

    // Sequences of four channels and eight steps, all made from one hidden variable.
    let task = TaskConfig {
        channels: Some(4),
        steps: Some(8),
        ..TaskConfig::new("smooth", TaskKind::Smooth { dimension: 1 })
    }
    .check()?;
    let task = Task::new(&task, seed)?;

    // Between seeing and acting, everything must pass through one number.
    let bottleneck = Bottleneck::Linear(1);
    let mut network: EngramNetwork<f32> =
        EngramNetwork::new(&wiring, Demand::of(&task), &bottleneck, &config, seed)?;

    let budget = TrainingConfig {
        epochs: 15,
        batch_size: 32,
        test_samples: 256,
        ..TrainingConfig::default()
    };
    // The last argument is asked before every epoch whether to go on.
    let run = train(&mut network, &task, &budget, seed, &|| true).expect("nobody stops it");
    let error = |epoch: usize| run.curve[epoch].test_error;
    let last = run.curve.len() - 1;
    println!(
        "held-out error {:.3} after one epoch, {:.3} after {}",
        error(0),
        error(last),
        last + 1
    );

    // An error of 1 would be no better than the mean sequence. Training keeps the sign of every
    // synapse: a neuron that excites goes on exciting.
    assert!(error(last) < 0.1 && error(last) < error(0) / 2.0);
    assert!(obeys_dale(&network, &wiring));
    Ok(())
}
