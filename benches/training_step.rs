//! One training step of the network wired as the hermaphrodite connectome of Cook et al. (2019): forward pass, gradient, Adam.
//!
//! `cargo bench --no-default-features --bench training_step` prints the losses and the time per step as JSON. With
//! `-- --export DIR` it writes the initial parameters, the wiring and the batches for another program to do the same work:
//! `training_step.py` is that program, in PyTorch.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Parser;
use engraph::connectome::SignModel;
use engraph::network::{Bottleneck, Demand, EngramNetwork, Model, NetworkConfig, Wiring, instruction_set};
use engraph::random::stream;
use engraph::source::bundled;
use engraph::task::{Batch, Task, TaskConfig, TaskError, TaskKind};
use engraph::topology::{Topology, wiring};
use engraph::training::{Optimiser, Rates};
use serde_json::json;

const CONNECTOME: &str = "cook2019_herm";
const SEED: u64 = 1;
const CHANNELS: usize = 8;
/// Steps of encoding, and again of decoding.
const SEQUENCE: usize = 32;
const SAMPLES: usize = 64;
const UNITS: usize = 8;
const LATENTS: usize = 4;
const LEARNING_RATE: f64 = 1e-3;

#[derive(Parser)]
struct Arguments {
    /// Write parameters, wiring and batches here instead of training.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// Training steps, one batch each.
    #[arg(long, default_value_t = 20)]
    steps: usize,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let topology = Topology::observed(bundled::connectome(CONNECTOME)?, SignModel::Wang2024);
    let wiring = wiring(&topology, &NetworkConfig::default(), SEED);
    let config = NetworkConfig::default();
    let mut network: EngramNetwork<f32> =
        EngramNetwork::new(&wiring, Demand::new(CHANNELS, SEQUENCE), &Bottleneck::Linear(UNITS), &config, SEED)?;
    let batches = batches(arguments.steps)?;
    match arguments.export {
        Some(directory) => export(&directory, &wiring, &network, &batches),
        None => {
            train(&mut network, &batches);
            Ok(())
        }
    }
}

fn batches(count: usize) -> Result<Vec<Batch<f32>>, TaskError> {
    let config = TaskConfig {
        dimension: Some(LATENTS),
        channels: Some(CHANNELS),
        steps: Some(SEQUENCE),
        ..TaskConfig::new("smooth", TaskKind::Smooth)
    };
    let task = Task::new(&config, SEED)?;
    let mut random = stream(SEED, &["data"]);
    Ok((0..count).map(|_| task.sample(SAMPLES, &mut random)).collect())
}

fn train(network: &mut EngramNetwork<f32>, batches: &[Batch<f32>]) {
    let parameters = network.layout().len();
    let mut gradient = vec![0.0; parameters];
    let mut adam = Optimiser::new(network.layout());
    let (mut losses, mut milliseconds) = (Vec::new(), Vec::new());
    for batch in batches {
        let start = Instant::now();
        losses.push(network.loss_and_gradient(batch, 0, &mut gradient).reconstruction);
        adam.step(
            network.parameters_mut(),
            &gradient,
            Rates { additive: LEARNING_RATE, multiplicative: LEARNING_RATE },
        );
        milliseconds.push(1e3 * start.elapsed().as_secs_f64());
    }
    let mut sorted = milliseconds.clone();
    sorted.sort_by(f64::total_cmp);
    let document = json!({
        "instruction_set": instruction_set(),
        "losses": losses,
        "milliseconds": milliseconds,
        "median_milliseconds": sorted.get(sorted.len() / 2),
        "min_milliseconds": sorted.first(),
    });
    println!("{document}");
}

fn export(
    directory: &Path,
    wiring: &Wiring,
    network: &EngramNetwork<f32>,
    batches: &[Batch<f32>],
) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(directory)?;
    let write = |name: &str, values: &[f32]| {
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        std::fs::write(directory.join(name), bytes)
    };
    let mut parameters = serde_json::Map::new();
    for group in network.layout().groups() {
        let file = format!("{}.f32", group.name);
        write(&file, &network.parameters()[group.range.clone()])?;
        parameters.insert(group.name.into(), json!({ "file": file, "length": group.range.len() }));
    }
    let data: Vec<f32> = batches.iter().flat_map(|b| b.values.iter().copied()).collect();
    write("batches.f32", &data)?;
    let manifest = json!({
        "neurons": wiring.neurons,
        "channels": CHANNELS,
        "steps": SEQUENCE,
        "samples": SAMPLES,
        "units": UNITS,
        "parameters": parameters,
        "batches": { "file": "batches.f32", "shape": [batches.len(), CHANNELS, SEQUENCE, SAMPLES] },
        "connections": {
            "pre": wiring.connections.iter().map(|c| c.pre).collect::<Vec<_>>(),
            "post": wiring.connections.iter().map(|c| c.post).collect::<Vec<_>>(),
            "sign": wiring.connections.iter().map(|c| c.sign.factor()).collect::<Vec<_>>(),
        },
        "gap_junctions": wiring.gap_junctions.iter().map(|&(a, b, _)| [a, b]).collect::<Vec<_>>(),
        "input": wiring.input,
        "inner": wiring.inner,
        "output": wiring.output,
    });
    std::fs::write(directory.join("manifest.json"), serde_json::to_vec(&manifest)?)?;
    Ok(())
}
