//! The same training on every instruction set, to the bit, and the digests it must have anywhere.

use super::*;
use crate::connectome::{Sign, SignModel};
use crate::portable::each;
use crate::random::stream;
use crate::source::bundled;
use crate::task::{Batch, CheckedTask, Task, TaskConfig, TaskKind};
use crate::topology::{Topology, wiring};
use crate::training::homeostatic::{self, BitMatrix, HomeostaticConfig, HomeostaticNetwork};
use crate::training::{Optimiser, Rates, Rule, TrainingConfig, train};
use rand::RngExt;

const CHANNELS: usize = 3;
const STEPS: usize = 5;

/// Twelve neurons, each pair joined with probability `density`, with gap junctions.
fn small_wiring(density: f64) -> Wiring {
    let mut random = stream(5, &["wiring"]);
    let mut connections = Vec::new();
    for (post, pre) in (0..12).flat_map(|post| (0..12).map(move |pre| (post, pre))) {
        if random.random::<f64>() < density {
            let sign = if pre % 4 == 0 {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            };
            let strength = 0.1 + 0.2 * random.random::<f64>();
            connections.push(Connection {
                pre,
                post,
                strength,
                sign,
            });
        }
    }
    Wiring {
        neurons: 12,
        connections,
        gap_junctions: vec![(0, 3, 1.0), (1, 2, 2.0), (4, 11, 1.0)],
        input: vec![0, 1, 2, 3],
        inner: vec![4, 5, 6, 7, 8],
        output: vec![9, 10, 11],
    }
}

fn task() -> Task {
    let config = TaskConfig {
        channels: Some(CHANNELS),
        steps: Some(STEPS),
        ..TaskConfig::new("t", TaskKind::Smooth { dimension: 2 })
    };
    Task::new(&config.check().unwrap(), 1).unwrap()
}

/// The bits of numbers, of every number type alike.
fn bits<F: Real>(values: impl IntoIterator<Item = F>) -> Vec<u64> {
    values.into_iter().map(|v| v.as_f64().to_bits()).collect()
}

/// Eight steps: the bits of every cost, of the last gradient, of the parameters and of what is
/// observed and recalled then.
fn trained<F: Real>(mut model: impl Model<F>) -> Vec<u64> {
    let (task, mut random) = (task(), stream(2, &["data"]));
    let mut optimiser = Optimiser::new(model.layout());
    let mut gradient = vec![F::zero(); model.layout().len()];
    let rates = Rates {
        additive: 0.01,
        multiplicative: 0.1,
    };
    let mut all = Vec::new();
    for step in 0..8 {
        let batch = task.sample(64, &mut random);
        let costs = model.loss_and_gradient(&batch, step, &mut gradient);
        optimiser.step(model.parameters_mut(), &gradient, rates);
        model.project();
        all.extend(bits([costs.total(), costs.error]));
    }
    let batch = task.sample(32, &mut random);
    all.extend(bits(gradient));
    all.extend(bits(model.parameters().iter().copied()));
    for activity in [model.observe(&batch, 9), model.recall(&batch, 9)] {
        all.extend(bits([activity.loss]));
        for values in [activity.latent, activity.hidden, activity.output] {
            all.extend(bits(values));
        }
    }
    all
}

/// First bytes of the blake3 hash of numbers, as hexadecimal digits.
fn digest(bits: &[u64]) -> String {
    let bytes: Vec<u8> = bits.iter().flat_map(|b| b.to_le_bytes()).collect();
    blake3::hash(&bytes).to_hex()[..16].to_owned()
}

/// Checks that `compute` gives the same bits on every instruction set, and bits of this digest.
fn check(name: &str, wanted: &str, compute: impl Fn() -> Vec<u64>) -> Result<(), String> {
    let all = each(compute);
    let first = &all[0].1;
    for (arch, bits) in &all {
        if let Some(at) = (0..first.len()).find(|&i| first[i] != bits[i]) {
            let [a, b] = [first[at], bits[at]].map(f64::from_bits);
            return Err(format!("{name}: number {at} is {a:e}, on {arch:?} {b:e}"));
        }
    }
    assert!(
        first.iter().all(|&b| f64::from_bits(b).is_finite()),
        "{name}"
    );
    let found = digest(first);
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{name}: {found}, not {wanted}"))
    }
}

fn check_all(checks: Vec<Result<(), String>>) {
    let failed: Vec<String> = checks.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// Checks a network of either number type.
fn network(
    name: &str,
    wanted: [&str; 2],
    wiring: &Wiring,
    bottleneck: &Bottleneck,
    config: &NetworkConfig,
) -> [Result<(), String>; 2] {
    let noisy = config.noise > 0.0;
    let protocol = Protocol {
        latent_snr: noisy.then_some(4.0),
        feedback: noisy,
    };
    let demand = Demand {
        protocol,
        ..Demand::new(CHANNELS, STEPS)
    };
    [
        check(&format!("{name}, f32"), wanted[0], || {
            trained(EngramNetwork::<f32>::new(wiring, demand, bottleneck, config, 4).unwrap())
        }),
        check(&format!("{name}, f64"), wanted[1], || {
            trained(EngramNetwork::<f64>::new(wiring, demand, bottleneck, config, 4).unwrap())
        }),
    ]
}

#[test]
fn rate_functions_and_cells_give_the_same_bits_everywhere() {
    use Activation::{Linear, Logistic, Relu, Softplus, TanhRelu};
    use Cell::{LiquidTimeConstant, Rate};
    let (sparse, full) = (small_wiring(0.3), small_wiring(1.0));
    let mut checks = Vec::new();
    for (name, wiring, cell, activation, wanted) in [
        (
            "sparse relu",
            &sparse,
            Rate,
            Relu,
            ["d07d715043b379b9", "e1eb37ec5bb69916"],
        ),
        (
            "sparse tanh",
            &sparse,
            Rate,
            TanhRelu,
            ["efcf1b7a8ae7426b", "32c48132da7c2fad"],
        ),
        (
            "sparse softplus",
            &sparse,
            Rate,
            Softplus,
            ["dc6b0db72195a8da", "b587129e4e236541"],
        ),
        (
            "sparse linear",
            &sparse,
            Rate,
            Linear,
            ["2581c293b8cbf59d", "8c3c76e8e85714ab"],
        ),
        (
            "full relu",
            &full,
            Rate,
            Relu,
            ["a4075ecee58f88be", "2dfd7ebdad20d2d4"],
        ),
        (
            "full tanh",
            &full,
            Rate,
            TanhRelu,
            ["71fb4ecdcf06fc52", "fe8a39964207e4e0"],
        ),
        (
            "full softplus",
            &full,
            Rate,
            Softplus,
            ["5da3572e22d45e93", "b938412a4f5e21c4"],
        ),
        (
            "sparse liquid",
            &sparse,
            LiquidTimeConstant,
            Logistic,
            ["e180ce62577963ef", "eda7186ff280aeaf"],
        ),
        (
            "full liquid",
            &full,
            LiquidTimeConstant,
            TanhRelu,
            ["930305fb03c69e4f", "d9a1537babb67fa0"],
        ),
    ] {
        let config = NetworkConfig {
            cell,
            activation,
            ..NetworkConfig::default()
        };
        checks.extend(network(
            name,
            wanted,
            wiring,
            &Bottleneck::Linear(2),
            &config,
        ));
    }
    check_all(checks);
}

#[test]
fn parametrisations_penalties_and_noise_give_the_same_bits_everywhere() {
    use Loss::{MeanSquared, SoftXor};
    use Parametrisation::{Exponentiated, Projected, Softplus};
    let wiring = small_wiring(0.3);
    let penalties = Penalties {
        nonnegativity: 0.3,
        latent_energy: 0.2,
        weight_energy: 0.01,
        rate_energy: 0.7,
        homeostasis: 2.0,
        target_rate: 0.4,
    };
    let (linear, kept) = (Bottleneck::Linear(2), Bottleneck::Neurons(vec![4, 7]));
    let mut checks = Vec::new();
    for (weights, loss, noise, bottleneck, wanted) in [
        (
            Softplus,
            MeanSquared,
            0.0,
            &linear,
            ["c0563f8f3f05a727", "4efcf79be3a57a3a"],
        ),
        (
            Projected,
            SoftXor,
            0.0,
            &kept,
            ["f88e2794a6b5b57c", "437fdc6e2163f4b7"],
        ),
        (
            Exponentiated,
            MeanSquared,
            0.2,
            &linear,
            ["ec3b45d0b353db12", "1b5b395b1e5f7dfb"],
        ),
        (
            Softplus,
            SoftXor,
            0.2,
            &kept,
            ["e88f4b07489b56dd", "dca1f3561f1d3be2"],
        ),
    ] {
        let config = NetworkConfig {
            weights,
            loss,
            noise,
            penalties: penalties.clone(),
            ..NetworkConfig::default()
        };
        let name = format!("{weights:?} {loss:?} {noise}");
        checks.extend(network(&name, wanted, &wiring, bottleneck, &config));
    }
    check_all(checks);
}

#[test]
fn perceptrons_give_the_same_bits_everywhere() {
    let mut checks = Vec::new();
    for (name, hidden, bottleneck, latent_snr, wanted) in [
        (
            "narrow",
            7,
            Bottleneck::Linear(2),
            None,
            ["91222e4904bdb658", "62633b16b51e450a"],
        ),
        (
            "noisy",
            40,
            Bottleneck::Linear(3),
            Some(4.0),
            ["dd992f80d4a58da9", "5165a4779c2f8edd"],
        ),
        (
            "open",
            70,
            Bottleneck::None,
            None,
            ["30a6b487946863d7", "43893f55c49bdb4f"],
        ),
    ] {
        let protocol = Protocol {
            latent_snr,
            ..Protocol::default()
        };
        let demand = Demand {
            protocol,
            ..Demand::new(CHANNELS, STEPS)
        };
        checks.push(check(&format!("{name}, f32"), wanted[0], || {
            trained(Perceptron::<f32>::new(demand, hidden, &bottleneck, 4).unwrap())
        }));
        checks.push(check(&format!("{name}, f64"), wanted[1], || {
            trained(Perceptron::<f64>::new(demand, hidden, &bottleneck, 4).unwrap())
        }));
    }
    check_all(checks);
}

/// Sequences of the tasks that draw normal numbers or take sines, cosines and tangents.
#[test]
fn tasks_give_the_same_bits_everywhere() {
    let mut all = Vec::new();
    for keys in [
        "kind = 'white'",
        "kind = 'linear'\ndimension = 2",
        "kind = 'capacity'\nsources = 12",
        "kind = 'manifold'\ndimension = 3",
        "kind = 'smooth'\ndimension = 4",
        "kind = 'circle'",
        "kind = 'torus'",
        "kind = 'sphere'\ndimension = 2",
        "kind = 'lorenz'",
        "kind = 'limit_cycle'",
    ] {
        let config: CheckedTask = toml::from_str(&format!("name = 't'\n{keys}")).unwrap();
        let task = Task::new(&config, 1).unwrap();
        let mut random = stream(1, &["data"]);
        all.extend(bits(task.sample::<f64>(32, &mut random).values));
        all.extend(bits(task.held_out::<f64>(32, &mut random).values));
    }
    assert_eq!(digest(&all), "68a6aa5ce489b69d");
}

/// Connectome and dense control: the spectral radius, a task, and whole epochs with their schedule.
#[test]
fn whole_runs_give_the_same_bits_everywhere() {
    let worm = |name| bundled::connectome(name).unwrap();
    let observed = Topology::observed(worm("cook2019_herm"), SignModel::Wang2024);
    let dense = Topology::dense(&worm("witvliet2021_1"), "dense").unwrap();
    let task = task();
    let training = TrainingConfig {
        epochs: 2,
        batches: 2,
        batch_size: 32,
        test_samples: 32,
        ..TrainingConfig::default()
    };
    let run = |topology: &Topology, config: &NetworkConfig, training: &TrainingConfig| {
        let wiring = wiring(topology, config, 1);
        let (demand, bottleneck) = (Demand::of(&task), Bottleneck::Linear(4));
        let mut network =
            EngramNetwork::<f32>::new(&wiring, demand, &bottleneck, config, 1).unwrap();
        let run = train(&mut network, &task, training, 1, &|| true).unwrap();
        let mut all = bits(run.curve.iter().map(|epoch| epoch.test_error));
        all.extend(bits(network.parameters().iter().copied()));
        all
    };
    let usual = NetworkConfig::default();
    let resting = NetworkConfig {
        activation: Activation::Linear,
        rest: 1.0,
        ..NetworkConfig::default()
    };
    let whole = TrainingConfig {
        optimiser: Rule::Orthogonal,
        warm_up: 1,
        ..training.clone()
    };
    check_all(vec![
        check("observed", "21a22e11601477e7", || {
            run(&observed, &usual, &training)
        }),
        check("dense", "2a92b18bd93fde94", || {
            run(&dense, &usual, &training)
        }),
        check("observed, whole", "080e3239eb113cff", || {
            run(&observed, &resting, &whole)
        }),
        check("dense, whole", "842a07613f78c195", || {
            run(&dense, &resting, &whole)
        }),
    ]);
}

#[test]
fn groups_have_the_names_that_are_told() {
    let config = NetworkConfig::default();
    let demand = Demand::new(CHANNELS, STEPS);
    let wiring = small_wiring(0.4);
    let network = EngramNetwork::<f32>::new(&wiring, demand, &Bottleneck::None, &config, 1);
    let network = network.unwrap();
    let groups = network.layout().groups();
    assert!(groups.iter().map(|group| group.name).eq(GROUPS));
}

/// Without input every neuron comes to rest at the chosen state, with the units and the output at
/// 0.
#[test]
fn neurons_rest_where_they_are_asked_to() {
    let mut wiring = small_wiring(0.4);
    wiring.set_spectral_radius(0.5);
    for activation in [Activation::Relu, Activation::TanhRelu, Activation::Linear] {
        let config = NetworkConfig {
            rest: 0.7,
            activation,
            ..NetworkConfig::default()
        };
        let demand = Demand::new(CHANNELS, 800);
        let network = EngramNetwork::<f64>::new(&wiring, demand, &Bottleneck::None, &config, 1);
        let batch = Batch {
            channels: CHANNELS,
            steps: 800,
            samples: LANES,
            values: vec![0.0; CHANNELS * 800 * LANES],
        };
        let activity = network.unwrap().observe(&batch, 0);
        let rate = activation.rate(Lanes::splat(0.7)).0[0];
        for hidden in [&activity.hidden, &activity.decoding] {
            assert!(
                hidden.iter().all(|r| (r - rate).abs() < 1e-9),
                "{activation:?}"
            );
        }
        assert!(activity.latent.iter().all(|z: &f64| z.abs() < 1e-9));
        let last = (0..CHANNELS).map(|channel| (channel * 800 + 799) * LANES);
        assert!(last.into_iter().all(|at| activity.output[at].abs() < 1e-9));
    }
}

/// The rule without gradients: the bits of all weights.
#[test]
fn the_homeostatic_rule_gives_the_same_bits_everywhere() {
    let sequences = BitMatrix::from_fn(6, 100, |bit, s| (s * s + 3 * s) >> bit & 1 == 1);
    let config = HomeostaticConfig {
        epochs: 5,
        batch_size: 32,
        ..HomeostaticConfig::default()
    };
    let compute = || {
        let mut network = HomeostaticNetwork::dense(6, 50, 1);
        homeostatic::train(&mut network, &sequences, &config, 1, &|| true).unwrap();
        bits(network.weights())
    };
    check_all(vec![check("homeostatic", "5012ef0c66bb1c35", compute)]);
}

/// A plain forward pass of rate units: the rates of every step of a sequence, `2 T` rows.
fn plain_rates(
    wiring: &Wiring,
    config: &NetworkConfig,
    network: &EngramNetwork<f64>,
    frames: &[Vec<f64>],
    units: usize,
) -> Vec<Vec<f64>> {
    let group = |name: &str| {
        let groups = network.layout().groups();
        let range = groups.iter().find(|g| g.name == name).unwrap();
        &network.parameters()[range.range.clone()]
    };
    let n = wiring.neurons;
    let rate = |state: f64| config.activation.rate(Lanes::splat(state)).0[0];
    let weights = network.connection_weights();
    let leaks = group("leak").iter().map(|raw| 0.5 / (1.0 + (-raw).exp()));
    let leaks: Vec<f64> = leaks.collect();
    let step = |state: &mut Vec<f64>, frame: Option<&Vec<f64>>| {
        let before: Vec<f64> = state.iter().map(|s| rate(*s)).collect();
        let mut currents = group("bias").to_vec();
        for (connection, weight) in wiring.connections.iter().zip(&weights) {
            currents[connection.post as usize] += weight * before[connection.pre as usize];
        }
        if let Some(frame) = frame {
            let rows = group("input").chunks(frame.len());
            for (neuron, row) in wiring.input.iter().zip(rows) {
                let seen = row.iter().zip(frame).map(|(w, x)| w * x);
                currents[*neuron as usize] += seen.sum::<f64>();
            }
        }
        for i in 0..n {
            state[i] += leaks[i] * (currents[i] - state[i]);
        }
        state.iter().map(|s| rate(*s)).collect::<Vec<f64>>()
    };
    let mut state = vec![0.0; n];
    let mut all: Vec<Vec<f64>> = frames.iter().map(|x| step(&mut state, Some(x))).collect();
    let inner = &wiring.inner;
    let last = all.last().unwrap();
    let maps = group("encode").chunks(inner.len());
    let latent = maps.zip(group("encode_bias")).map(|(row, bias)| {
        let read = row.iter().zip(inner).map(|(w, i)| w * last[*i as usize]);
        bias + read.sum::<f64>()
    });
    let latent: Vec<f64> = latent.collect();
    state.fill(0.0);
    let maps = group("decode").chunks(units).zip(group("decode_bias"));
    for (neuron, (row, bias)) in inner.iter().zip(maps) {
        let said = row.iter().zip(&latent).map(|(w, z)| w * z);
        state[*neuron as usize] = bias + said.sum::<f64>();
    }
    all.extend((0..frames.len()).map(|_| step(&mut state, None)));
    all
}

#[test]
fn rates_are_those_of_a_plain_pass() {
    let wiring = Wiring {
        gap_junctions: Vec::new(),
        ..small_wiring(0.4)
    };
    let batch: Batch<f64> = task().sample(64, &mut stream(2, &["data"]));
    for activation in [Activation::Relu, Activation::TanhRelu, Activation::Softplus] {
        let config = NetworkConfig {
            activation,
            ..NetworkConfig::default()
        };
        let demand = Demand::new(CHANNELS, STEPS);
        let mut network =
            EngramNetwork::<f64>::new(&wiring, demand, &Bottleneck::Linear(2), &config, 4).unwrap();
        let found = network.rates(&batch, 9).unwrap();
        assert_eq!(found.len(), 64 * 2 * STEPS * 12);
        for sample in [0, 31, 32, 63] {
            let value = |channel, t| batch.values[(channel * STEPS + t) * 64 + sample];
            let frame = |t| (0..CHANNELS).map(|channel| value(channel, t)).collect();
            let frames: Vec<Vec<f64>> = (0..STEPS).map(frame).collect();
            let wanted = plain_rates(&wiring, &config, &network, &frames, 2).concat();
            assert!(wanted.iter().any(|rate| *rate > 0.01));
            let of_sample = &found[sample * wanted.len()..(sample + 1) * wanted.len()];
            for (found, wanted) in of_sample.iter().zip(&wanted) {
                assert!((found - wanted).abs() < 1e-9, "{found} beside {wanted}");
            }
        }
    }
}

/// Whatever the cells, the noise and the bottleneck are, what is observed is among the rates.
#[test]
fn rates_are_those_of_what_is_observed() {
    let batch: Batch<f32> = task().sample(32, &mut stream(2, &["data"]));
    let sparse = SparseUnits {
        units: 4,
        active: 2,
        dead_after: 1,
        auxiliary: 0.1,
    };
    for (cell, noise, bottleneck) in [
        (Cell::Rate, 0.0, Bottleneck::None),
        (Cell::Rate, 0.2, Bottleneck::Neurons(vec![4, 7])),
        (Cell::Rate, 0.1, Bottleneck::TopK(sparse)),
        (Cell::LiquidTimeConstant, 0.2, Bottleneck::Linear(2)),
    ] {
        let config = NetworkConfig {
            cell,
            noise,
            ..NetworkConfig::default()
        };
        let demand = Demand::new(CHANNELS, STEPS);
        let mut network =
            EngramNetwork::<f32>::new(&small_wiring(0.3), demand, &bottleneck, &config, 4).unwrap();
        network.silence(&[5]);
        let observed = network.observe(&batch, 9);
        let rates = network.rates(&batch, 9).unwrap();
        for sample in 0..32 {
            let at = |step: usize| {
                let first = (sample * 2 * STEPS + step) * 12;
                &rates[first..first + 12]
            };
            let seen = sample * 12..(sample + 1) * 12;
            assert_eq!(at(STEPS - 1), &observed.hidden[seen.clone()]);
            assert_eq!(
                at(STEPS + STEPS.div_ceil(2) - 1),
                &observed.decoding[seen.clone()]
            );
            assert_eq!(at(STEPS)[5], 0.0);
        }
    }
}

#[test]
fn a_perceptron_has_no_rates_in_time() {
    let demand = Demand::new(CHANNELS, STEPS);
    let mut model = Perceptron::<f32>::new(demand, 7, &Bottleneck::Linear(2), 4).unwrap();
    let batch: Batch<f32> = task().sample(32, &mut stream(2, &["data"]));
    assert_eq!(model.rates(&batch, 9), None);
}
