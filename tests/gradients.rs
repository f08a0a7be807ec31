//! Hand-derived gradients equal central differences, for every kind of parameter, in f64 and f32;
//! and so do the Jacobians of a network at a sequence.

use engraph::connectome::Sign;
use engraph::network::{
    Activation, Bottleneck, Cell, Connection, Demand, EngramNetwork, Loss, Model, NetworkConfig,
    Parametrisation, Penalties, Perceptron, Protocol, Real, SparseUnits, Update, Wiring,
};
use engraph::random::stream;
use engraph::task::{Batch, Task, TaskConfig, TaskKind};
use rand::RngExt;

/// A small wiring with every sign (free connections only if asked for), an autapse, reciprocal
/// pairs and gap junctions; sets overlap in part.
fn wiring(free: bool) -> Wiring {
    let mut random = stream(5, &["wiring"]);
    let neurons = 12u32;
    let mut connections = Vec::new();
    for post in 0..neurons {
        for pre in 0..neurons {
            if random.random::<f64>() < 0.3 {
                let sign = match pre % 4 {
                    0 => Sign::Inhibitory,
                    1 if free => Sign::Unsigned,
                    _ => Sign::Excitatory,
                };
                connections.push(Connection {
                    pre,
                    post,
                    strength: 0.2 + 0.3 * random.random::<f64>(),
                    sign,
                });
            }
        }
    }
    Wiring {
        neurons: neurons as usize,
        connections,
        gap_junctions: vec![(0, 3, 1.0), (1, 2, 2.0), (2, 9, 0.5), (4, 11, 1.0)],
        input: vec![0, 1, 2, 3],
        inner: vec![3, 4, 5, 6, 7, 8],
        output: vec![7, 8, 9, 10, 11],
    }
}

fn batch<F: Real>(samples: usize) -> Batch<F> {
    let task = TaskConfig {
        channels: Some(3),
        steps: Some(5),
        ..TaskConfig::new("t", TaskKind::Smooth { dimension: 2 })
    };
    Task::new(&task.check().unwrap(), 1)
        .unwrap()
        .sample(samples, &mut stream(2, &["batch"]))
}

/// Moves every parameter off its initial value, so that no gradient is zero by symmetry; some raw
/// weights turn negative.
fn shift<F: Real>(model: &mut impl Model<F>) {
    let mut random = stream(3, &["shift"]);
    for value in model.parameters_mut() {
        *value += F::of(0.6 * random.random::<f64>() - 0.2);
    }
}

/// Compares `gradient` with central differences of `reference`: the largest difference in a group
/// of parameters, relative to the group's largest derivative, must stay below `tolerance`.
fn check(reference: &mut impl Model<f64>, gradient: &[f64], batch: &Batch<f64>, tolerance: f64) {
    for group in reference.layout().groups().to_vec() {
        if group.range.is_empty() || group.update == Update::Frozen {
            continue;
        }
        let (mut scale, mut worst) = (0.0f64, 0.0f64);
        for i in group.range.clone() {
            let original = reference.parameters()[i];
            let mut at = |value: f64| {
                reference.parameters_mut()[i] = value;
                reference.observe(batch, DRAW).costs.total()
            };
            let numeric =
                STEPS.map(|step| (at(original + step) - at(original - step)) / (2.0 * step));
            reference.parameters_mut()[i] = original;
            scale = scale.max(numeric[0].abs());
            // A short step is spoilt by rounding, a long one by a kink of a rate function that it
            // crosses: one of them is enough.
            worst = worst.max(
                numeric
                    .map(|numeric| (numeric - gradient[i]).abs())
                    .into_iter()
                    .fold(f64::INFINITY, f64::min),
            );
        }
        assert!(
            scale > 0.0,
            "the gradient of `{}` is identically zero: nothing was checked",
            group.name
        );
        assert!(
            worst / scale < tolerance,
            "`{}`: relative error {:e}",
            group.name,
            worst / scale
        );
    }
}

const STEPS: [f64; 3] = [1e-6, 1e-5, 1e-4];
/// Number of the noise.
const DRAW: u64 = 3;

/// Checks the gradients of a model in f64, and of the same model in f32, against central
/// differences in f64.
fn check_both<S: Model<f32>, D: Model<f64>>(mut single: S, mut double: D) {
    shift(&mut single);
    check_as_they_are(&mut single, &mut double);
}

/// The same at the parameters that the first model has.
fn check_as_they_are(single: &mut impl Model<f32>, double: &mut impl Model<f64>) {
    for (d, s) in double.parameters_mut().iter_mut().zip(single.parameters()) {
        *d = f64::from(*s);
    }
    let batch32 = batch::<f32>(32);
    let values = batch32.values.iter().map(|&v| f64::from(v)).collect();
    let batch64 = Batch {
        channels: 3,
        steps: 5,
        samples: 32,
        values,
    };
    let mut gradient = vec![0.0; double.layout().len()];
    let costs = double.loss_and_gradient(&batch64, DRAW, &mut gradient);
    assert!((costs.total() - double.observe(&batch64, DRAW).costs.total()).abs() < 1e-12);
    check(double, &gradient, &batch64, 1e-5);
    let mut gradient = vec![0.0; single.layout().len()];
    single.loss_and_gradient(&batch32, DRAW, &mut gradient);
    let gradient: Vec<f64> = gradient.into_iter().map(f64::from).collect();
    check(double, &gradient, &batch64, 1e-3);
}

/// What is checked beside the defaults.
#[derive(Clone, Debug, Default)]
struct Setting {
    bottleneck: Option<Bottleneck>,
    config: NetworkConfig,
    protocol: Protocol,
}

impl Setting {
    fn network<F: Real>(&self) -> EngramNetwork<F> {
        let free =
            self.config.cell == Cell::Rate && self.config.weights != Parametrisation::Exponentiated;
        let shape = Demand {
            protocol: self.protocol,
            ..Demand::new(3, 5)
        };
        let bottleneck = self.bottleneck.clone().unwrap_or(Bottleneck::Linear(2));
        EngramNetwork::new(&wiring(free), shape, &bottleneck, &self.config, 4).unwrap()
    }

    fn check(&self) {
        check_both(self.network::<f32>(), self.network::<f64>());
    }
}

fn with(change: impl Fn(&mut NetworkConfig)) -> Setting {
    let mut setting = Setting::default();
    change(&mut setting.config);
    setting
}

const ACTIVATIONS: [Activation; 5] = [
    Activation::Relu,
    Activation::TanhRelu,
    Activation::Softplus,
    Activation::Logistic,
    Activation::Linear,
];

#[test]
fn rate_units_and_liquid_cells_with_every_rate_function_and_bottleneck() {
    for cell in [Cell::Rate, Cell::LiquidTimeConstant] {
        for activation in ACTIVATIONS {
            for bottleneck in [
                Bottleneck::Linear(2),
                Bottleneck::None,
                Bottleneck::Neurons(vec![4, 7]),
            ] {
                let mut setting = with(|c| (c.cell, c.activation) = (cell, activation));
                setting.bottleneck = Some(bottleneck);
                setting.check();
            }
        }
    }
}

#[test]
fn every_parametrisation() {
    use Parametrisation::{Exponentiated, Modulus, Projected, Softplus};
    for cell in [Cell::Rate, Cell::LiquidTimeConstant] {
        for weights in [Modulus, Softplus, Projected, Exponentiated] {
            with(|c| (c.cell, c.weights) = (cell, weights)).check();
        }
    }
}

#[test]
fn every_penalty_alone_and_all_together() {
    let all = Penalties {
        nonnegativity: 0.3,
        latent_energy: 0.2,
        weight_energy: 0.01,
        rate_energy: 0.7,
        homeostasis: 2.0,
        target_rate: 0.4,
    };
    let one = |change: fn(&mut Penalties, &Penalties)| {
        let mut penalties = Penalties {
            target_rate: 0.4,
            ..Penalties::default()
        };
        change(&mut penalties, &all);
        penalties
    };
    for penalties in [
        one(|p, a| p.nonnegativity = a.nonnegativity),
        one(|p, a| p.latent_energy = a.latent_energy),
        one(|p, a| p.weight_energy = a.weight_energy),
        one(|p, a| p.rate_energy = a.rate_energy),
        one(|p, a| p.homeostasis = a.homeostasis),
        all.clone(),
    ] {
        let setting = with(|c| c.penalties = penalties.clone());
        let costs = setting.network::<f64>().observe(&batch(32), DRAW).costs;
        assert!(
            costs.penalties() > 0.0,
            "{penalties:?} cost nothing: {costs:?}"
        );
        setting.check();
    }
}

#[test]
fn a_comparator_on_every_bit() {
    with(|c| c.loss = Loss::SoftXor).check();
}

#[test]
fn noise_a_noisy_latent_and_fed_back_frames() {
    for cell in [Cell::Rate, Cell::LiquidTimeConstant] {
        let mut setting = with(|c| (c.cell, c.noise) = (cell, 0.3));
        setting.check();
        setting.protocol = Protocol {
            latent_snr: Some(4.0),
            feedback: true,
        };
        setting.check();
        setting.bottleneck = Some(Bottleneck::Neurons(vec![3, 5, 8]));
        setting.check();
    }
}

/// Where all are joined to all, synapses are multiplied in another way; and nothing comes from
/// neurons that are silenced.
#[test]
fn all_to_all_without_gap_junctions_and_silenced_neurons() {
    let all = (0..12).flat_map(|post| (0..12).map(move |pre| (post, pre)));
    let sign = |pre| {
        if pre % 4 == 0 {
            Sign::Inhibitory
        } else {
            Sign::Excitatory
        }
    };
    let connections = all
        .map(|(post, pre)| Connection {
            pre,
            post,
            strength: 0.1,
            sign: sign(pre),
        })
        .collect();
    let full = Wiring {
        connections,
        gap_junctions: Vec::new(),
        ..wiring(false)
    };
    for wiring in [full, wiring(false)] {
        for activation in ACTIVATIONS {
            let config = NetworkConfig {
                activation,
                ..NetworkConfig::default()
            };
            let network = (Demand::new(3, 5), Bottleneck::Linear(2));
            let mut single =
                EngramNetwork::<f32>::new(&wiring, network.0, &network.1, &config, 4).unwrap();
            let mut double =
                EngramNetwork::<f64>::new(&wiring, network.0, &network.1, &config, 4).unwrap();
            check_both(single.clone(), double.clone());
            single.silence(&[2, 8]);
            double.silence(&[2, 8]);
            check_both(single, double);
        }
    }
}

/// Of six units two are active; two others are dead and help.
#[test]
fn few_active_units_and_dead_ones_that_help() {
    let sparse = SparseUnits {
        units: 6,
        active: 2,
        dead_after: 10,
        auxiliary: 0.5,
    };
    let penalties = Penalties {
        nonnegativity: 0.3,
        latent_energy: 0.2,
        rate_energy: 0.7,
        homeostasis: 2.0,
        target_rate: 0.4,
        ..Penalties::default()
    };
    let noisy = Protocol {
        latent_snr: Some(4.0),
        feedback: true,
    };
    for cell in [Cell::Rate, Cell::LiquidTimeConstant] {
        for (activation, protocol, noise) in [
            (Activation::Relu, Protocol::default(), 0.0),
            (Activation::Softplus, noisy, 0.3),
        ] {
            let mut setting = with(|c| (c.cell, c.activation, c.noise) = (cell, activation, noise));
            setting.config.penalties = penalties.clone();
            setting.protocol = protocol;
            setting.bottleneck = Some(Bottleneck::TopK(sparse));
            let mut single = setting.network::<f32>();
            shift(&mut single);
            let groups = single.layout().groups().to_vec();
            let place = |name: &str| groups.iter().find(|g| g.name == name).unwrap().range.start;
            let (bias, silent) = (place("encode_bias"), place("silent_steps"));
            // Units compete: without their means, other ones are the largest in other sequences.
            let every = SparseUnits {
                active: 6,
                ..sparse
            };
            let all = Setting {
                bottleneck: Some(Bottleneck::TopK(every)),
                ..setting.clone()
            };
            let mut all = all.network::<f32>();
            all.parameters_mut().copy_from_slice(single.parameters());
            let latent = all.observe(&batch(32), DRAW).latent;
            for unit in 0..6 {
                let mean = latent.iter().skip(unit).step_by(6).sum::<f64>() / 32.0;
                single.parameters_mut()[bias + unit] -= mean as f32;
            }
            for unit in [1, 4] {
                single.parameters_mut()[bias + unit] -= 5.0;
                single.parameters_mut()[silent + unit] = 40.0;
            }
            let batch = batch(32);
            let costs = single.observe(&batch, DRAW).costs;
            assert!(costs.auxiliary > 0.0);
            let latent = single.observe(&batch, DRAW).latent;
            let active = |z: &[f64]| z.iter().filter(|z| **z != 0.0).count();
            assert!(latent.chunks(6).all(|z| active(z) == 2 && z[1] == 0.0));
            let used = |unit: &usize| latent.chunks(6).any(|z| z[*unit] != 0.0);
            assert!((0..6).filter(used).count() > 2);
            check_as_they_are(&mut single, &mut setting.network::<f64>());
            let counts = &single.parameters()[silent..][..6];
            assert!(counts[1] == 41.0 && counts[4] == 41.0, "{counts:?}");
        }
    }
}

#[test]
fn perceptron_gradients() {
    for bottleneck in [Bottleneck::Linear(2), Bottleneck::None] {
        for latent_snr in [None, Some(4.0)] {
            let protocol = Protocol {
                latent_snr,
                ..Protocol::default()
            };
            let demand = Demand {
                protocol,
                ..Demand::new(3, 5)
            };
            let single = Perceptron::<f32>::new(demand, 7, &bottleneck, 4).unwrap();
            check_both(
                single,
                Perceptron::<f64>::new(demand, 7, &bottleneck, 4).unwrap(),
            );
        }
    }
}

/// `left right`, of which `right` has `columns` columns.
fn product(left: &[f64], right: &[f64], columns: usize) -> Vec<f64> {
    let inner = right.len() / columns;
    let entry = |at: usize| -> f64 {
        let row = &left[at / columns * inner..][..inner];
        let terms = row.iter().enumerate();
        terms
            .map(|(k, value)| value * right[k * columns + at % columns])
            .sum()
    };
    (0..left.len() / inner * columns).map(entry).collect()
}

/// The largest difference of a Jacobian from central differences, relative to the largest of them.
/// `read` gives the values where one of so many numbers is moved by a step.
fn difference(
    jacobian: &[f64],
    numbers: usize,
    mut read: impl FnMut(usize, f64) -> Vec<f64>,
) -> f64 {
    let (mut scale, mut worst) = (0.0f64, 0.0f64);
    for number in 0..numbers {
        let numeric = STEPS.map(|step| -> Vec<f64> {
            let (up, down) = (read(number, step), read(number, -step));
            let both = up.iter().zip(down);
            both.map(|(u, d)| (u - d) / (2.0 * step)).collect()
        });
        assert_eq!(jacobian.len(), numeric[0].len() * numbers);
        for (row, wanted) in numeric[0].iter().enumerate() {
            let found = jacobian[row * numbers + number];
            let apart = numeric.each_ref().map(|values| (values[row] - found).abs());
            scale = scale.max(wanted.abs());
            worst = worst.max(apart.into_iter().fold(f64::INFINITY, f64::min));
        }
    }
    assert!(scale > 0.0, "a Jacobian that vanishes checks nothing");
    worst / scale
}

/// Checks the Jacobians at two sequences. `held` are the neurons that are held, `state` says that
/// their states are and not their rates.
fn check_jacobians(setting: &Setting, held: &[usize], state: bool) {
    let mut network = setting.network::<f64>();
    shift(&mut network);
    let batch = batch::<f64>(32);
    let all = network.jacobians(&batch, DRAW, 2);
    assert_eq!(all.len(), 2);
    for (sample, jacobians) in all.iter().enumerate() {
        let (h, d) = (held.len(), 15);
        assert_eq!((jacobians.held, jacobians.ambient), (h, d));
        let moved = |number: usize, step: f64| {
            let mut moved = batch.clone();
            moved.values[number * 32 + sample] += step;
            moved
        };
        let output = |network: &mut EngramNetwork<f64>, batch: &Batch<f64>| -> Vec<f64> {
            let output = network.observe(batch, DRAW).output;
            (0..d).map(|value| output[value * 32 + sample]).collect()
        };
        let encode = difference(&jacobians.encode, d, |number, step| {
            let activity = network.observe(&moved(number, step), DRAW);
            if state {
                activity.latent[sample * h..][..h].to_vec()
            } else {
                held.iter()
                    .map(|&i| activity.hidden[sample * 12 + i])
                    .collect()
            }
        });
        assert!(encode < 1e-6, "{encode:e}: {setting:?}");
        let through = product(&jacobians.hold, &jacobians.encode, d);
        if !state {
            // The bias of a held neuron moves its state before decoding.
            let group = network
                .layout()
                .groups()
                .iter()
                .find(|g| g.name == "decode_bias");
            let biases = group.unwrap().range.clone();
            let decode = difference(&jacobians.decode, h, |number, step| {
                let bias = biases.start + number;
                let original = network.parameters()[bias];
                network.parameters_mut()[bias] = original + step;
                let found = output(&mut network, &batch);
                network.parameters_mut()[bias] = original;
                found
            });
            assert!(decode < 1e-6, "{decode:e}: {setting:?}");
        }
        let whole = product(&jacobians.decode, &through, d);
        let whole = difference(&whole, d, |number, step| {
            output(&mut network, &moved(number, step))
        });
        assert!(whole < 1e-6, "{whole:e}: {setting:?}");
    }
}

/// Checks the gradients of the units at two sequences, and the output by them.
fn check_latent_gradients(setting: &Setting) {
    let mut network = setting.network::<f64>();
    shift(&mut network);
    let batch = batch::<f64>(32);
    let all = network.latent_gradients(&batch, DRAW, 2);
    let jacobians = network.jacobians(&batch, DRAW, 2);
    assert_eq!(all.len(), 2);
    for (sample, (of_units, jacobians)) in all.iter().zip(&jacobians).enumerate() {
        let (units, d) = (of_units.latent.len(), 15);
        assert_eq!(of_units.ambient, d);
        let latent = |network: &mut EngramNetwork<f64>, batch: &Batch<f64>| {
            network.observe(batch, DRAW).latent[sample * units..][..units].to_vec()
        };
        assert_eq!(of_units.latent, latent(&mut network, &batch));
        let apart = difference(&of_units.gradients, d, |number, step| {
            let mut moved = batch.clone();
            moved.values[number * 32 + sample] += step;
            latent(&mut network, &moved)
        });
        assert!(apart < 1e-6, "{apart:e}: {setting:?}");
        // From the sequence to the units and on to the output is the whole way.
        let (h, gradients) = (jacobians.held, &of_units.gradients);
        let through = product(&jacobians.hold, &jacobians.encode, d);
        let whole = product(&jacobians.decode, &through, d);
        assert_eq!(whole.len(), jacobians.decode.len() / h * d);
        let transposed: Vec<f64> = (0..d * units)
            .map(|at| of_units.output[at % units * d + at / units])
            .collect();
        let found = product(&transposed, gradients, d);
        let scale = whole.iter().fold(0.0f64, |most, v| most.max(v.abs()));
        for (found, wanted) in found.iter().zip(&whole) {
            assert!((found - wanted).abs() < 1e-12 * scale, "{setting:?}");
        }
    }
}

#[test]
fn gradients_of_units_of_every_cell_rate_function_and_bottleneck() {
    for cell in [Cell::Rate, Cell::LiquidTimeConstant] {
        for activation in ACTIVATIONS {
            let mut setting = with(|c| (c.cell, c.activation) = (cell, activation));
            let few = SparseUnits {
                units: 5,
                active: 2,
                dead_after: 10,
                auxiliary: 0.5,
            };
            for bottleneck in [
                Bottleneck::Linear(2),
                Bottleneck::Neurons(vec![4, 7]),
                Bottleneck::TopK(few),
            ] {
                setting.bottleneck = Some(bottleneck);
                check_latent_gradients(&setting);
                setting.protocol.latent_snr = Some(4.0);
                check_latent_gradients(&setting);
                setting.protocol.latent_snr = None;
            }
        }
    }
}

#[test]
fn jacobians_of_every_cell_rate_function_and_bottleneck() {
    for cell in [Cell::Rate, Cell::LiquidTimeConstant] {
        for activation in ACTIVATIONS {
            let mut setting = with(|c| (c.cell, c.activation) = (cell, activation));
            for bottleneck in [Bottleneck::Linear(2), Bottleneck::None] {
                setting.bottleneck = Some(bottleneck);
                check_jacobians(&setting, &[3, 4, 5, 6, 7, 8], false);
            }
            setting.bottleneck = Some(Bottleneck::Neurons(vec![4, 7]));
            check_jacobians(&setting, &[4, 7], true);
        }
    }
}

#[test]
fn jacobians_with_noise_a_noisy_latent_and_bits() {
    let mut setting = with(|c| (c.noise, c.loss) = (0.3, Loss::SoftXor));
    setting.protocol.latent_snr = Some(4.0);
    check_jacobians(&setting, &[3, 4, 5, 6, 7, 8], false);
    setting.bottleneck = Some(Bottleneck::Neurons(vec![3, 5, 8]));
    check_jacobians(&setting, &[3, 5, 8], true);
}
