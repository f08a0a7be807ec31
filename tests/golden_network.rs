//! Losses, gradients and Adam steps of small networks as PyTorch computes them, and their Jacobians
//! as JAX computes them.
//!
//! `tests/golden/network_*.json` are written by `benches/training_step.py --golden` in double
//! precision from weights of its own; the version of PyTorch is in them.
//! `tests/golden/jacobians_*.json` are of the same networks, by `benches/jacobians_jax.py`;
//! `tests/golden/network_top_k.json` is by `benches/sparse_torch.py`.

use engraph::connectome::Sign;
use engraph::network::{
    Bottleneck, Connection, Demand, EngramNetwork, Model, NetworkConfig, Real, SparseUnits, Update,
    Wiring,
};
use engraph::task::Batch;
use engraph::training::{Optimiser, Rates};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Golden {
    config: NetworkConfig,
    neurons: usize,
    units: usize,
    rates: [f64; 2],
    connections: Connections,
    gap_junctions: Vec<(u32, u32)>,
    input: Vec<u32>,
    inner: Vec<u32>,
    output: Vec<u32>,
    batch: Values,
    parameters: BTreeMap<String, Vec<f64>>,
    loss: f64,
    gradients: BTreeMap<String, Vec<f64>>,
    losses: Vec<f64>,
    #[serde(default)]
    sparse: Option<Sparse>,
    /// After all steps.
    #[serde(default)]
    silent_steps: Vec<f64>,
}

#[derive(Clone, Copy, Deserialize)]
struct Sparse {
    units: usize,
    active: usize,
    dead_after: u32,
    auxiliary: f64,
}

#[derive(Deserialize)]
struct GoldenJacobians {
    points: Vec<Jacobians>,
}

#[derive(Deserialize)]
struct Jacobians {
    encode: Vec<f64>,
    hold: Vec<f64>,
    decode: Vec<f64>,
}

#[derive(Deserialize)]
struct Connections {
    pre: Vec<u32>,
    post: Vec<u32>,
    sign: Vec<f64>,
}

#[derive(Deserialize)]
struct Values {
    shape: [usize; 3],
    values: Vec<f64>,
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

impl Golden {
    fn batch<F: Real>(&self) -> Batch<F> {
        let [channels, steps, samples] = self.batch.shape;
        Batch {
            channels,
            steps,
            samples,
            values: self.batch.values.iter().map(|&v| F::of(v)).collect(),
        }
    }

    fn network<F: Real>(&self) -> EngramNetwork<F> {
        let Connections { pre, post, sign } = &self.connections;
        let connection = |((&pre, &post), &sign)| Connection {
            pre,
            post,
            strength: 1.0,
            sign: if sign > 0.0 {
                Sign::Excitatory
            } else {
                Sign::Inhibitory
            },
        };
        let wiring = Wiring {
            neurons: self.neurons,
            connections: pre.iter().zip(post).zip(sign).map(connection).collect(),
            gap_junctions: self
                .gap_junctions
                .iter()
                .map(|&(a, b)| (a, b, 1.0))
                .collect(),
            input: self.input.clone(),
            inner: self.inner.clone(),
            output: self.output.clone(),
        };
        let [channels, steps, _] = self.batch.shape;
        let demand = Demand::new(channels, steps);
        let bottleneck = match self.sparse {
            Some(sparse) => Bottleneck::TopK(SparseUnits {
                units: sparse.units,
                active: sparse.active,
                dead_after: sparse.dead_after,
                auxiliary: sparse.auxiliary,
            }),
            None => Bottleneck::Linear(self.units),
        };
        let mut network =
            EngramNetwork::new(&wiring, demand, &bottleneck, &self.config, 1).unwrap();
        let groups = network.layout().groups().to_vec();
        assert_eq!(groups.len(), self.parameters.len());
        for group in groups {
            let values: Vec<F> = self.parameters[group.name]
                .iter()
                .map(|&v| F::of(v))
                .collect();
            network.parameters_mut()[group.range].copy_from_slice(&values);
        }
        network
    }

    /// Checks the losses, and every gradient relative to the largest of its group.
    fn check<F: Real>(&self, tolerance: f64) {
        let mut network = self.network::<F>();
        let batch = self.batch::<F>();
        let mut gradient = vec![F::zero(); network.layout().len()];
        let loss = network.loss_and_gradient(&batch, 0, &mut gradient).total();
        assert!(
            (loss / self.loss - 1.0).abs() < tolerance,
            "{loss}, not {}",
            self.loss
        );
        let trained = network.layout().groups().iter();
        for group in trained.filter(|group| group.update != Update::Frozen) {
            let (found, wanted) = (&gradient[group.range.clone()], &self.gradients[group.name]);
            assert_eq!(found.len(), wanted.len(), "{}", group.name);
            let worst = difference(found, wanted);
            assert!(
                worst < tolerance,
                "`{}`: relative difference {worst:e}",
                group.name
            );
        }
        let mut network = self.network::<F>();
        let mut adam = Optimiser::new(network.layout());
        let rates = Rates {
            additive: self.rates[0],
            multiplicative: self.rates[1],
        };
        for (step, &wanted) in self.losses.iter().enumerate() {
            let loss = network.loss_and_gradient(&batch, 0, &mut gradient).total();
            assert!(
                (loss / wanted - 1.0).abs() < tolerance,
                "step {step}: {loss}, not {wanted}"
            );
            adam.step(network.parameters_mut(), &gradient, rates);
        }
        let mut groups = network.layout().groups().iter();
        let silent = groups.find(|group| group.name == "silent_steps");
        let silent = silent.map_or(0..0, |group| group.range.clone());
        let silent = network.parameters()[silent].iter().map(|v| v.as_f64());
        assert!(silent.eq(self.silent_steps.iter().copied()));
        let (first, last) = (self.losses[0], self.losses[self.losses.len() - 1]);
        assert!(
            self.losses.len() == 50 && last < 0.7 * first,
            "the golden run itself must learn: {first} to {last}"
        );
    }
}

/// The largest difference, relative to the largest value wanted; 0 of none.
fn difference<F: Real>(found: &[F], wanted: &[f64]) -> f64 {
    let scale = wanted.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let worst = found
        .iter()
        .zip(wanted)
        .map(|(f, w)| (f.as_f64() - w).abs())
        .fold(0.0, f64::max);
    assert!(
        wanted.is_empty() || scale > 0.0,
        "a gradient that vanishes checks nothing"
    );
    if wanted.is_empty() {
        0.0
    } else {
        worst / scale
    }
}

#[test]
fn a_rate_network_is_that_of_pytorch() {
    let golden = read::<Golden>("network_rate");
    golden.check::<f64>(1e-9);
    golden.check::<f32>(1e-4);
}

#[test]
fn a_liquid_network_is_that_of_pytorch() {
    let golden = read::<Golden>("network_liquid");
    golden.check::<f64>(1e-9);
    golden.check::<f32>(1e-4);
}

/// Two units are dead from the start, others die on the way, and one comes back.
#[test]
fn a_network_with_few_active_units_is_that_of_pytorch() {
    let golden = read::<Golden>("network_top_k");
    golden.check::<f64>(1e-9);
    golden.check::<f32>(1e-4);
}

#[test]
fn the_jacobians_are_those_of_jax() {
    for name in ["rate", "liquid"] {
        let network: Golden = read(&format!("network_{name}"));
        let golden: GoldenJacobians = read(&format!("jacobians_{name}"));
        let points = golden.points.len();
        let found = network
            .network::<f64>()
            .jacobians(&network.batch(), 0, points);
        assert!(points > 1 && found.len() == points);
        for (found, wanted) in found.iter().zip(&golden.points) {
            assert!(difference(&found.encode, &wanted.encode) < 1e-12);
            assert!(difference(&found.hold, &wanted.hold) < 1e-12);
            assert!(difference(&found.decode, &wanted.decode) < 1e-12);
        }
    }
}
