//! Training steps of engram networks: forward pass, gradient, Adam.
//!
//! `cargo bench --bench training_step` prints the losses, the time per step and the peak memory as
//! JSON. With `-- --export DIR` it writes what another program needs to do the same work (initial
//! parameters, wiring, batches) and what it must find (losses, gradients): `training_step.py`
//! drives such programs. `-- --networks N` trains many small networks at once instead, on one
//! thread and on two.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use engraph::connectome::{Sign, SignModel};
use engraph::network::{
    Bottleneck, Connection, Demand, EngramNetwork, LANES, Model, NetworkConfig, Perceptron, Real,
    Wiring, instruction_set,
};
use engraph::random::stream;
use engraph::source::bundled;
use engraph::task::{Batch, Task, TaskConfig, TaskError, TaskKind};
use engraph::topology::{Topology, wiring};
use engraph::training::{Optimiser, Rates, TrainingConfig, train};
use rand::RngExt;
use rayon::prelude::*;
use serde_json::{Value, json};

type Failure = Box<dyn Error + Send + Sync>;

const CONNECTOME: &str = "cook2019_herm";
const SEED: u64 = 1;
const CHANNELS: usize = 8;
const LATENTS: usize = 4;
const RATES: Rates = Rates {
    additive: 1e-3,
    multiplicative: 0.1,
};

#[derive(Parser)]
struct Arguments {
    #[arg(long, value_enum, default_value = "cook")]
    wiring: Wired,
    /// Network configuration, as JSON.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    config: String,
    /// Let neurons pass the bottleneck in place of linear units.
    #[arg(long)]
    neurons: bool,
    /// Train the perceptron with this many hidden units in place of a network.
    #[arg(long, value_name = "UNITS", conflicts_with = "export")]
    perceptron: Option<usize>,
    /// Compute in double precision.
    #[arg(long)]
    double: bool,
    /// Training steps, one batch each.
    #[arg(long, default_value_t = 20)]
    steps: usize,
    /// Write here what another program needs to do the same, and the results.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// Train this many networks of several topologies, tasks and widths, on one thread and on two.
    #[arg(long, value_name = "N", conflicts_with = "export")]
    networks: Option<usize>,
    /// Turns of every number of threads.
    #[arg(long, default_value_t = 3)]
    repeats: usize,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

/// The wiring, and with it the size of the work.
#[derive(Clone, Copy, ValueEnum)]
enum Wired {
    /// The hermaphrodite of Cook et al. (2019).
    Cook,
    /// 3,000 neurons, 2 % of all connections.
    N3000,
    /// 10,000 neurons, 0.3 % of all connections.
    N10000,
    /// 40 neurons, for comparing results.
    Small,
}

impl Wired {
    fn wiring(self, config: &NetworkConfig) -> Result<Wiring, Failure> {
        Ok(match self {
            Self::Cook => {
                let topology =
                    Topology::observed(bundled::connectome(CONNECTOME)?, SignModel::Wang2024);
                wiring(&topology, config, SEED)
            }
            Self::N3000 => random_wiring(3_000, 0.02),
            Self::N10000 => random_wiring(10_000, 0.003),
            Self::Small => random_wiring(40, 0.2),
        })
    }

    /// Steps of encoding, and again of decoding; sequences of a batch; units of the bottleneck.
    fn shape(self) -> (usize, usize, usize) {
        if let Self::Small = self {
            (6, LANES, 3)
        } else {
            (32, 2 * LANES, 8)
        }
    }
}

/// Connections drawn one by one, a fifth of the neurons inhibitory, as many gap junctions as
/// neurons; a tenth of the neurons sees, a tenth acts. Inhibition is four times as strong as
/// excitation, so that they cancel on average, and the strengths go with one over the root of the
/// fan-in, so that the spectral radius is about 1 whatever the size (circular law).
fn random_wiring(neurons: u32, density: f64) -> Wiring {
    let mut random = stream(SEED, &["wiring"]);
    let excitation = 0.5 / (f64::from(neurons) * density).sqrt();
    let mut connections = Vec::new();
    for post in 0..neurons {
        for pre in (0..neurons).filter(|pre| *pre != post) {
            if random.random::<f64>() < density {
                let (sign, factor) = if pre % 5 == 0 {
                    (Sign::Inhibitory, 4.0)
                } else {
                    (Sign::Excitatory, 1.0)
                };
                connections.push(Connection {
                    pre,
                    post,
                    strength: factor * excitation,
                    sign,
                });
            }
        }
    }
    let mut pairs: Vec<_> = (0..neurons)
        .map(|_| [(); 2].map(|()| random.random_range(0..neurons)))
        .collect();
    pairs.iter_mut().for_each(|pair| pair.sort_unstable());
    pairs.sort_unstable();
    pairs.dedup();
    let tenth = neurons / 10;
    Wiring {
        neurons: neurons as usize,
        connections,
        gap_junctions: pairs
            .into_iter()
            .filter(|[a, b]| a != b)
            .map(|[a, b]| (a, b, 1.0))
            .collect(),
        input: (0..tenth).collect(),
        inner: (tenth..neurons - tenth).collect(),
        output: (neurons - tenth..neurons).collect(),
    }
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    if let Some(networks) = arguments.networks {
        let document = many(networks, arguments.repeats)?;
        println!("{document}");
        Ok(())
    } else if arguments.double {
        one::<f64>(&arguments)
    } else {
        one::<f32>(&arguments)
    }
}

fn one<F: Real>(arguments: &Arguments) -> Result<(), Failure> {
    let config: NetworkConfig = serde_json::from_str(&arguments.config)?;
    let wiring = arguments.wiring.wiring(&config)?;
    let (steps, samples, units) = arguments.wiring.shape();
    let bottleneck = if arguments.neurons {
        Bottleneck::Neurons(wiring.inner[..units].to_vec())
    } else {
        Bottleneck::Linear(units)
    };
    let mut network: EngramNetwork<F> = EngramNetwork::new(
        &wiring,
        Demand::new(CHANNELS, steps),
        &bottleneck,
        &config,
        SEED,
    )?;
    let batches = batches(arguments.steps + 1, steps, samples)?;
    if let Some(folder) = &arguments.export {
        return export(
            folder,
            arguments,
            &wiring,
            &bottleneck,
            &mut network,
            &batches,
        );
    }
    let batches = &batches[..arguments.steps];
    let training = if let Some(hidden) = arguments.perceptron {
        let demand = Demand::new(CHANNELS, steps);
        training(
            &mut Perceptron::new(demand, hidden, &bottleneck, SEED)?,
            batches,
        )
    } else {
        training(&mut network, batches)
    };
    let mut sorted = training.milliseconds.clone();
    sorted.sort_by(f64::total_cmp);
    let document = json!({
        "instruction_set": instruction_set(),
        "losses": training.losses,
        "milliseconds": training.milliseconds,
        "median_milliseconds": sorted.get(sorted.len() / 2),
        "min_milliseconds": sorted.first(),
        "peak_megabytes": peak_megabytes(),
    });
    println!("{document}");
    Ok(())
}

fn batches<F: Real>(
    count: usize,
    steps: usize,
    samples: usize,
) -> Result<Vec<Batch<F>>, TaskError> {
    let config = TaskConfig {
        channels: Some(CHANNELS),
        steps: Some(steps),
        ..TaskConfig::new("smooth", TaskKind::Smooth { dimension: LATENTS })
    };
    let task = Task::new(&config.check()?, SEED)?;
    let mut random = stream(SEED, &["data"]);
    Ok((0..count)
        .map(|_| task.sample(samples, &mut random))
        .collect())
}

#[derive(Default)]
struct Training {
    losses: Vec<f64>,
    milliseconds: Vec<f64>,
}

fn training<F: Real>(network: &mut dyn Model<F>, batches: &[Batch<F>]) -> Training {
    let mut gradient = vec![F::zero(); network.layout().len()];
    let mut adam = Optimiser::new(network.layout());
    let mut training = Training::default();
    for batch in batches {
        let start = Instant::now();
        training
            .losses
            .push(network.loss_and_gradient(batch, 0, &mut gradient).total());
        adam.step(network.parameters_mut(), &gradient, RATES);
        network.project();
        training
            .milliseconds
            .push(1e3 * start.elapsed().as_secs_f64());
    }
    training
}

/// Largest resident set so far.
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    kibibytes?
        .parse::<f64>()
        .ok()
        .map(|kibibytes| kibibytes * 1024.0 / 1e6)
}

/// Numbers are little-endian `f64`, whatever they were computed in. The last batch is for the
/// gradient after training.
fn export<F: Real>(
    folder: &Path,
    arguments: &Arguments,
    wiring: &Wiring,
    bottleneck: &Bottleneck,
    network: &mut EngramNetwork<F>,
    batches: &[Batch<F>],
) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    let write = |name: &str, values: &[F]| {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|v| v.as_f64().to_le_bytes())
            .collect();
        std::fs::write(folder.join(name), bytes)
    };
    let groups = network.layout().groups().to_vec();
    let write_groups = |name: &str, values: &[F]| -> std::io::Result<()> {
        groups.iter().try_for_each(|group| {
            write(
                &format!("{name}.{}", group.name),
                &values[group.range.clone()],
            )
        })
    };
    write_groups("parameters", network.parameters())?;
    let data: Vec<F> = batches
        .iter()
        .flat_map(|b| b.values.iter().copied())
        .collect();
    write("batches", &data)?;
    let (last, before) = batches.split_last().expect("one batch at least");
    let mut gradient = vec![F::zero(); network.layout().len()];
    network.loss_and_gradient(&batches[0], 0, &mut gradient);
    write_groups("first", &gradient)?;
    let losses = training(network, before).losses;
    network.loss_and_gradient(last, 0, &mut gradient);
    write_groups("last", &gradient)?;
    let kept = if let Bottleneck::Neurons(kept) = bottleneck {
        Some(kept)
    } else {
        None
    };
    let config: NetworkConfig = serde_json::from_str(&arguments.config)?;
    let manifest = json!({
        "double": arguments.double,
        "config": config,
        "neurons": wiring.neurons,
        "units": arguments.wiring.shape().2,
        "kept": kept,
        "rates": [RATES.additive, RATES.multiplicative],
        "groups": groups.iter().map(|group| group.name).collect::<Vec<_>>(),
        "batches": [batches.len(), CHANNELS, last.steps, last.samples],
        "connections": {
            "pre": wiring.connections.iter().map(|c| c.pre).collect::<Vec<_>>(),
            "post": wiring.connections.iter().map(|c| c.post).collect::<Vec<_>>(),
            "sign": wiring.connections.iter().map(|c| c.sign.factor()).collect::<Vec<_>>(),
        },
        "gap_junctions": wiring.gap_junctions.iter().map(|&(a, b, _)| [a, b]).collect::<Vec<_>>(),
        "input": wiring.input,
        "inner": wiring.inner,
        "output": wiring.output,
        "losses": losses,
    });
    std::fs::write(folder.join("manifest.json"), serde_json::to_vec(&manifest)?)?;
    Ok(())
}

/// One network to train: of which topology, on which task, through how many units, from which seed.
struct Job {
    wiring: Wiring,
    task: Task,
    units: usize,
    seed: u64,
}

impl Job {
    fn all(count: usize) -> Result<Vec<Self>, Failure> {
        let topologies = ["cook2019_herm", "varshney2011", "witvliet2021_8"].map(|name| {
            Ok(Topology::observed(
                bundled::connectome(name)?,
                SignModel::Wang2024,
            ))
        });
        let topologies = topologies
            .into_iter()
            .collect::<Result<Vec<_>, Failure>>()?;
        let kinds = [
            TaskKind::Smooth { dimension: LATENTS },
            TaskKind::Linear { dimension: LATENTS },
        ];
        let job = |index: usize| {
            let seed = (index / 12) as u64;
            let config = TaskConfig::new("task", kinds[index / 3 % 2].clone()).check()?;
            Ok(Self {
                wiring: wiring(&topologies[index % 3], &NetworkConfig::default(), seed),
                task: Task::new(&config, seed)?,
                units: [2, 8][index / 6 % 2],
                seed,
            })
        };
        (0..count).map(job).collect()
    }

    /// Held-out error after training.
    fn run(&self, config: &TrainingConfig) -> Result<f64, Failure> {
        let bottleneck = Bottleneck::Linear(self.units);
        let demand = Demand::of(&self.task);
        let mut network = EngramNetwork::<f32>::new(
            &self.wiring,
            demand,
            &bottleneck,
            &NetworkConfig::default(),
            self.seed,
        )?;
        let run = train(&mut network, &self.task, config, self.seed, &|| true)
            .ok_or("training was given up")?;
        Ok(run.activity.loss)
    }
}

/// Time all threads have run so far; NaN where the system does not tell (it is Linux that does).
fn processor_seconds() -> f64 {
    let of_thread = |task: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    let tasks =
        std::fs::read_dir("/proc/self/task").map(|tasks| tasks.filter_map(of_thread).sum::<f64>());
    tasks.map_or(f64::NAN, |nanoseconds| nanoseconds * 1e-9)
}

/// Trains `networks` networks on one thread and on two, turn by turn; the errors must be the same
/// to the last bit.
fn many(networks: usize, repeats: usize) -> Result<Value, Failure> {
    let jobs = Job::all(networks)?;
    let config = TrainingConfig {
        epochs: 8,
        ..TrainingConfig::default()
    };
    let pools = [1, 2].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build());
    let pools = pools.into_iter().collect::<Result<Vec<_>, _>>()?;
    let (mut seconds, mut processor) = ([f64::INFINITY; 2], [f64::INFINITY; 2]);
    let mut errors: Option<Vec<f64>> = None;
    for _ in 0..repeats.max(1) {
        for (pool, (wall, processor)) in pools.iter().zip(seconds.iter_mut().zip(&mut processor)) {
            let (start, used) = (Instant::now(), processor_seconds());
            let jobs = jobs.par_iter().with_max_len(1).map(|job| job.run(&config));
            let found = pool.install(|| jobs.collect::<Result<Vec<_>, _>>())?;
            *wall = wall.min(start.elapsed().as_secs_f64());
            *processor = processor.min(processor_seconds() - used);
            if errors.get_or_insert_with(|| found.clone()) != &found {
                return Err("errors depend on the number of threads".into());
            }
        }
    }
    let steps = networks * (config.epochs * config.batches) as usize;
    let [alone, together] = seconds;
    Ok(json!({
        "networks": networks,
        "steps": steps,
        "seconds": { "1 thread": alone, "2 threads": together },
        "ratio": alone / together,
        // What the ratio would be, had both threads a processor each all the time.
        "processor_seconds": { "1 thread": processor[0], "2 threads": processor[1] },
        "ratio_undisturbed": 2.0 * processor[0] / processor[1],
        "mean_error": errors.map(|errors| errors.iter().sum::<f64>() / networks as f64),
    }))
}
