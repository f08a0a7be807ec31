//! Hand-derived gradients equal central differences, for every kind of parameter, in f64 and f32.

use engraph::connectome::Sign;
use engraph::network::{
    Activation, Bottleneck, Connection, EngramNetwork, Model, NetworkConfig, Perceptron, Real, Wiring, obeys_dale,
};
use engraph::random::stream;
use engraph::task::{Batch, Task, TaskConfig, TaskKind};
use rand::RngExt;

/// A small wiring with every sign, an autapse, reciprocal pairs and gap junctions; sets overlap in part.
fn wiring() -> Wiring {
    let mut random = stream(5, &["wiring"]);
    let neurons = 12u32;
    let mut connections = Vec::new();
    for post in 0..neurons {
        for pre in 0..neurons {
            if random.random::<f64>() < 0.3 {
                let sign = match pre % 4 {
                    0 => Sign::Inhibitory,
                    1 => Sign::Unsigned,
                    _ => Sign::Excitatory,
                };
                connections.push(Connection { pre, post, strength: 0.2 + 0.3 * random.random::<f64>(), sign });
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
    let shape = TaskConfig { channels: Some(3), steps: Some(5), ..TaskConfig::new("t", TaskKind::Smooth) };
    Task::new(&TaskConfig { dimension: Some(2), ..shape }, 1).unwrap().sample(samples, &mut stream(2, &["batch"]))
}

/// Moves every parameter off its initial value, so that no gradient is zero by symmetry; some raw weights turn negative.
fn shift<F: Real>(model: &mut impl Model<F>) {
    let mut random = stream(3, &["shift"]);
    for value in model.parameters_mut() {
        *value += F::of(0.6 * random.random::<f64>() - 0.3);
    }
}

/// Compares `gradient` with central differences of `reference`: the largest difference in a group of parameters, relative to
/// the group's largest derivative, must stay below `tolerance`.
fn check(reference: &mut impl Model<f64>, gradient: &[f64], batch: &Batch<f64>, tolerance: f64) {
    for group in reference.layout().groups().to_vec() {
        if group.range.is_empty() {
            continue;
        }
        let (mut scale, mut worst) = (0.0f64, 0.0f64);
        for i in group.range.clone() {
            let original = reference.parameters()[i];
            let mut at = |value: f64| {
                reference.parameters_mut()[i] = value;
                reference.observe(batch).loss
            };
            let numeric = (at(original + STEP) - at(original - STEP)) / (2.0 * STEP);
            reference.parameters_mut()[i] = original;
            scale = scale.max(numeric.abs());
            worst = worst.max((numeric - gradient[i]).abs());
        }
        assert!(scale > 0.0, "the gradient of `{}` is identically zero: nothing was checked", group.name);
        assert!(worst / scale < tolerance, "`{}`: relative error {:e}", group.name, worst / scale);
    }
}

const STEP: f64 = 1e-6;

/// Checks the gradients of a model in f64, and of the same model in f32, against central differences in f64.
fn check_both<S: Model<f32>, D: Model<f64>>(mut single: S, mut double: D) {
    shift(&mut single);
    for (d, s) in double.parameters_mut().iter_mut().zip(single.parameters()) {
        *d = f64::from(*s);
    }
    let batch32 = batch::<f32>(32);
    let values = batch32.values.iter().map(|&v| f64::from(v)).collect();
    let batch64 = Batch { channels: 3, steps: 5, samples: 32, values };
    let mut gradient = vec![0.0; double.layout().len()];
    double.loss_and_gradient(&batch64, &mut gradient);
    check(&mut double, &gradient, &batch64, 1e-6);
    let mut gradient = vec![0.0; single.layout().len()];
    single.loss_and_gradient(&batch32, &mut gradient);
    let gradient: Vec<f64> = gradient.into_iter().map(f64::from).collect();
    check(&mut double, &gradient, &batch64, 1e-3);
}

fn network<F: Real>(bottleneck: Bottleneck, activation: Activation) -> EngramNetwork<F> {
    let config = NetworkConfig { activation, ..NetworkConfig::default() };
    EngramNetwork::new(&wiring(), 3, bottleneck, &config, 4)
}

#[test]
fn engram_gradients() {
    for activation in [Activation::Relu, Activation::TanhRelu, Activation::Softplus] {
        for bottleneck in [Bottleneck::Linear(2), Bottleneck::None] {
            check_both(network::<f32>(bottleneck, activation), network::<f64>(bottleneck, activation));
        }
    }
}

#[test]
fn perceptron_gradients() {
    for bottleneck in [Bottleneck::Linear(2), Bottleneck::None] {
        check_both(Perceptron::<f32>::new(15, 7, bottleneck, 4), Perceptron::<f64>::new(15, 7, bottleneck, 4));
    }
}

#[test]
fn signs_survive_any_parameters() {
    let wiring = wiring();
    let mut random = stream(6, &["any"]);
    let mut network = network::<f32>(Bottleneck::Linear(2), Activation::Relu);
    for _ in 0..20 {
        network.parameters_mut().iter_mut().for_each(|v| *v = 4.0 * random.random::<f32>() - 2.0);
        assert!(obeys_dale(&network, &wiring));
    }
}
