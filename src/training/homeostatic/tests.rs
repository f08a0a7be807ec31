//! The homeostatic rule against a naive reference, and the laws that it obeys.

use proptest::prelude::*;
use rand::RngExt;
use rand::seq::SliceRandom;

use super::*;
use crate::connectome::Sign;
use crate::network::{Connection, Wiring};
use crate::random::stream;

fn random_bits(bits: usize, sequences: usize, seed: u64) -> BitMatrix {
    let mut random = stream(seed, &["bits"]);
    BitMatrix::from_fn(bits, sequences, |_, _| random.random())
}

/// A wiring of `neurons`, each pair joined with probability `density`, with all three kinds of
/// signs. Parts overlap unless `split`.
fn random_wiring(neurons: usize, density: f64, split: bool, seed: u64) -> Wiring {
    let mut random = stream(seed, &["wiring"]);
    let mut connections = Vec::new();
    for post in 0..neurons as u32 {
        for pre in 0..neurons as u32 {
            if random.random::<f64>() < density {
                let sign =
                    [Sign::Excitatory, Sign::Inhibitory, Sign::Unsigned][random.random_range(0..3)];
                connections.push(Connection {
                    pre,
                    post,
                    strength: random.random_range(0.1..2.0),
                    sign,
                });
            }
        }
    }
    let all: Vec<u32> = (0..neurons as u32).collect();
    let third = neurons / 3;
    let part = |from: usize, to: usize| {
        if split {
            all[from..to].to_vec()
        } else {
            all.clone()
        }
    };
    Wiring {
        neurons,
        connections,
        gap_junctions: Vec::new(),
        input: part(0, third),
        inner: part(third, 2 * third),
        output: part(2 * third, neurons),
    }
}

fn quick(epochs: u32) -> HomeostaticConfig {
    HomeostaticConfig {
        epochs,
        batch_size: 16,
        encoding_rate: 0.2,
        decoding_rate: 0.5,
        patience: epochs,
        ..Default::default()
    }
}

/// The rule as its formulas read: full matrices of `f64` and masks, one sequence and one bit at a
/// time.
struct Naive {
    w: Vec<Vec<f64>>,
    v: Vec<Vec<f64>>,
    /// `[hidden][bit]`, as V; the network's are `B` transposed.
    feedback: Vec<Vec<f64>>,
    b: Vec<f64>,
    c: Vec<f64>,
    w_sign: Vec<Vec<Option<Sign>>>,
    v_sign: Vec<Vec<Option<Sign>>>,
}

impl Naive {
    fn of(network: &HomeostaticNetwork) -> Self {
        let (d, h) = (network.bits(), network.hidden_units());
        let mut naive = Self {
            w: vec![vec![0.0; h]; d],
            v: vec![vec![0.0; d]; h],
            feedback: vec![vec![0.0; d]; h],
            b: network
                .encoding
                .biases()
                .iter()
                .map(|&x| f64::from(x))
                .collect(),
            c: network
                .decoding
                .biases()
                .iter()
                .map(|&x| f64::from(x))
                .collect(),
            w_sign: vec![vec![None; h]; d],
            v_sign: vec![vec![None; d]; h],
        };
        for k in 0..h {
            for p in network.encoding.onto(k) {
                naive.w[network.encoding.source(p)][k] = f64::from(network.encoding.weights()[p]);
                naive.w_sign[network.encoding.source(p)][k] = Some(network.encoding.signs()[p]);
            }
        }
        for j in 0..d {
            for p in network.decoding.onto(j) {
                naive.v[network.decoding.source(p)][j] = f64::from(network.decoding.weights()[p]);
                naive.v_sign[network.decoding.source(p)][j] = Some(network.decoding.signs()[p]);
                naive.feedback[network.decoding.source(p)][j] = f64::from(network.feedback[p]);
            }
        }
        naive
    }

    fn fire(x: &[f64], weights: &[Vec<f64>], biases: &[f64]) -> Vec<f64> {
        let sum = |k: usize| {
            biases[k]
                + x.iter()
                    .zip(weights)
                    .map(|(x, row)| x * row[k])
                    .sum::<f64>()
        };
        (0..biases.len())
            .map(|k| if sum(k) > 0.0 { 1.0 } else { 0.0 })
            .collect()
    }

    /// Learns from a batch; mismatched bits before.
    fn learn(&mut self, batch: &[Vec<f64>], eta_w: f64, eta_v: f64) -> u64 {
        let (d, h, n) = (self.c.len(), self.b.len(), batch.len() as f64);
        let mut mismatched = 0;
        let mut dw = vec![vec![0.0; h]; d];
        let mut dv = vec![vec![0.0; d]; h];
        let (mut db, mut dc) = (vec![0.0; h], vec![0.0; d]);
        for x in batch {
            let hidden = Self::fire(x, &self.w, &self.b);
            let r = Self::fire(&hidden, &self.v, &self.c);
            let signed: Vec<f64> = x.iter().zip(&r).map(|(x, r)| x - r).collect();
            mismatched += signed.iter().filter(|e| **e != 0.0).count() as u64;
            for k in 0..h {
                let felt: f64 = (0..d).map(|j| signed[j] * self.feedback[k][j]).sum();
                db[k] += felt;
                (0..d).for_each(|i| dw[i][k] += x[i] * felt);
                (0..d).for_each(|j| dv[k][j] += hidden[k] * signed[j]);
            }
            (0..d).for_each(|j| dc[j] += signed[j]);
        }
        let apply = |weights: &mut [Vec<f64>],
                     changes: &[Vec<f64>],
                     signs: &[Vec<Option<Sign>>],
                     rate: f64| {
            for ((weights, changes), signs) in weights.iter_mut().zip(changes).zip(signs) {
                for ((weight, change), sign) in weights.iter_mut().zip(changes).zip(signs) {
                    *weight = match sign {
                        None => 0.0,
                        Some(Sign::Unsigned) => *weight + rate * change,
                        Some(Sign::Excitatory) => (*weight + rate * change).max(0.0),
                        Some(Sign::Inhibitory) => (*weight + rate * change).min(0.0),
                    };
                }
            }
        };
        apply(&mut self.w, &dw, &self.w_sign, eta_w / n);
        apply(&mut self.v, &dv, &self.v_sign, eta_v / n);
        self.b
            .iter_mut()
            .zip(&db)
            .for_each(|(b, change)| *b += eta_w / n * change);
        self.c
            .iter_mut()
            .zip(&dc)
            .for_each(|(c, change)| *c += eta_v / n * change);
        mismatched
    }
}

#[test]
fn training_agrees_with_a_naive_reference() {
    let wirings = [
        random_wiring(24, 0.4, true, 3),
        random_wiring(12, 0.3, false, 4),
    ];
    let over = |wiring: &Wiring| HomeostaticNetwork::on(wiring, 6, Assignment::Random, 5).unwrap();
    for mut network in [
        HomeostaticNetwork::dense(6, 20, 5),
        over(&wirings[0]),
        over(&wirings[1]),
    ] {
        let sequences = random_bits(6, 150, 1);
        let config = HomeostaticConfig {
            batch_size: 70,
            ..quick(8)
        };
        let mut naive = Naive::of(&network);
        let run = train(&mut network, &sequences, &config, 9, &|| true).unwrap();
        let mut random = stream(9, &["homeostatic", "order"]);
        let mut order: Vec<usize> = (0..150).collect();
        for epoch in &run.curve {
            order.shuffle(&mut random);
            let mut mismatched = 0;
            for batch in order.chunks(70) {
                let row = |&s: &usize| {
                    (0..6)
                        .map(|bit| f64::from(u8::from(sequences.get(bit, s))))
                        .collect()
                };
                let batch: Vec<Vec<f64>> = batch.iter().map(row).collect();
                mismatched += naive.learn(&batch, config.encoding_rate, config.decoding_rate);
            }
            assert_eq!(epoch.energy, mismatched as f64 / 150.0);
        }
        assert!(
            run.weights_changed > 0 && run.curve[0].energy > 0.0,
            "the comparison saw learning"
        );
        let close = |a: &[Vec<f64>], b: &[Vec<f64>]| {
            a.iter()
                .flatten()
                .zip(b.iter().flatten())
                .all(|(a, b)| (a - b).abs() < 1e-4)
        };
        let learnt = Naive::of(&network);
        assert!(close(&learnt.w, &naive.w) && close(&learnt.v, &naive.v));
        assert!(close(&[learnt.b], &[naive.b]) && close(&[learnt.c], &[naive.c]));
    }
}

#[test]
fn the_dense_form_learns_random_patterns_exactly_and_stops_there() {
    let patterns = random_bits(24, 64, 1);
    let mut network = HomeostaticNetwork::dense(24, 256, 1);
    let config = HomeostaticConfig {
        epochs: 2000,
        patience: 2000,
        ..HomeostaticConfig::default()
    };
    let run = train(&mut network, &patterns, &config, 1, &|| true).unwrap();
    assert_eq!(run.status, HomeostaticStatus::Matched);
    assert!(run.curve.len() < 2000, "homeostasis ended it");
    assert_eq!(network.reconstruct(&patterns), patterns);
    assert_eq!(
        (
            run.scores.exact,
            run.scores.balanced_accuracy,
            run.scores.energy
        ),
        (1.0, 1.0, 0.0)
    );
    let last = run.curve.last().unwrap();
    assert_eq!((last.energy, last.updates), (0.0, 0));
    assert!(
        run.curve[0].energy > 6.0,
        "untrained, about half of 24 bits mismatch"
    );
    // A network in homeostasis is left alone.
    let before = network.clone();
    let again = train(&mut network, &patterns, &config, 2, &|| true).unwrap();
    assert_eq!(
        (again.curve.len(), again.updates(), again.weights_changed),
        (1, 0, 0)
    );
    assert_eq!(network, before);
}

#[test]
fn equal_seeds_give_equal_networks_and_runs() {
    let patterns = random_bits(10, 100, 1);
    let run = |network_seed, seed| {
        let mut network = HomeostaticNetwork::dense(10, 30, network_seed);
        let run = train(&mut network, &patterns, &quick(5), seed, &|| true).unwrap();
        (network, run)
    };
    assert_eq!(run(1, 2), run(1, 2));
    assert_ne!(run(1, 2).0, run(1, 3).0);
    assert_ne!(run(1, 2).0, run(2, 2).0);
    let wiring = random_wiring(40, 0.3, false, 1);
    assert_eq!(
        HomeostaticNetwork::on(&wiring, 10, Assignment::Random, 1),
        HomeostaticNetwork::on(&wiring, 10, Assignment::Random, 1)
    );
    assert_ne!(
        HomeostaticNetwork::on(&wiring, 10, Assignment::Random, 1),
        HomeostaticNetwork::on(&wiring, 10, Assignment::Random, 2)
    );
}

#[test]
fn a_run_that_may_not_proceed_is_given_up() {
    let mut network = HomeostaticNetwork::dense(4, 8, 1);
    assert!(
        train(&mut network, &random_bits(4, 10, 1), &quick(3), 1, &|| {
            false
        })
        .is_none()
    );
}

#[test]
fn bits_beyond_the_neurons_are_refused() {
    let mut wiring = random_wiring(9, 0.5, true, 1);
    assert!(HomeostaticNetwork::on(&wiring, 3, Assignment::Random, 1).is_ok());
    let error = HomeostaticNetwork::on(&wiring, 4, Assignment::Random, 1).unwrap_err();
    assert_eq!(
        error,
        TooManyBits {
            bits: 4,
            neurons: 3,
            part: "input"
        }
    );
    wiring.output.truncate(2);
    assert_eq!(
        HomeostaticNetwork::on(&wiring, 3, Assignment::Random, 1)
            .unwrap_err()
            .part,
        "output"
    );
}

#[test]
fn bits_without_a_path_are_listed() {
    // 0 and 1 see, 2 and 3 hold, 4 and 5 act: 0 -> 2 -> both, 3 -> 5 alone, but 3 sees nothing.
    let connection = |pre, post| Connection {
        pre,
        post,
        strength: 1.0,
        sign: Sign::Excitatory,
    };
    let mut wiring = Wiring {
        neurons: 6,
        connections: vec![connection(0, 2), connection(2, 4), connection(3, 5)],
        gap_junctions: Vec::new(),
        input: vec![0, 1],
        inner: vec![2, 3],
        output: vec![4, 5],
    };
    let counts = |wiring: &Wiring, seed| {
        let network = HomeostaticNetwork::on(wiring, 2, Assignment::Random, seed).unwrap();
        (
            network.unreachable_bits().len(),
            network.pathless_bits().len(),
        )
    };
    // Neuron 5 answers to a blind neuron. Whether 4 and 0 carry the same bit is a matter of the
    // assignment.
    let seen: Vec<_> = (0..20).map(|seed| counts(&wiring, seed)).collect();
    assert!(
        seen.iter()
            .all(|&(unreachable, pathless)| unreachable == 1 && (1..=2).contains(&pathless))
    );
    assert!(seen.contains(&(1, 1)) && seen.contains(&(1, 2)));
    let connected = |seed| {
        HomeostaticNetwork::on(&wiring, 2, Assignment::Connected, seed)
            .unwrap()
            .pathless_bits()
    };
    assert!(
        (0..20).all(|seed| connected(seed).len() == 1),
        "the one pair that is joined shares a bit"
    );
    assert!(
        (0..20).any(|seed| connected(seed) == [0]) && (0..20).any(|seed| connected(seed) == [1])
    );
    wiring.connections = (0..2)
        .flat_map(|i| (2..4).flat_map(move |k| [connection(i, k), connection(k, i + 4)]))
        .collect();
    assert_eq!(counts(&wiring, 1), (0, 0));
    let dense = HomeostaticNetwork::dense(3, 2, 1);
    assert!(dense.unreachable_bits().is_empty() && dense.pathless_bits().is_empty());
}

proptest! {
    #[test]
    fn signs_and_mask_hold_after_any_training(
        seed in any::<u64>(),
        density in 0.05..0.6f64,
        split in any::<bool>(),
        bits in 1..6usize,
        rate in 0.0..20.0f64,
        connected in any::<bool>(),
    ) {
        let wiring = random_wiring(18, density, split, seed);
        let assignment = if connected { Assignment::Connected } else { Assignment::Random };
        let mut network = HomeostaticNetwork::on(&wiring, bits, assignment, seed).unwrap();
        let synapses = network.weights().count();
        let config = HomeostaticConfig { encoding_rate: rate, decoding_rate: rate, ..quick(6) };
        train(&mut network, &random_bits(bits, 60, seed), &config, seed, &|| true).unwrap();
        prop_assert_eq!(network.weights().count(), synapses);
        for (weight, sign) in network.weights().zip(network.signs()) {
            prop_assert!(
                weight.is_finite()
                    && (sign == Sign::Unsigned || f64::from(weight) * sign.factor() >= 0.0)
            );
        }
        // What a bit can do through the mask alone: flipping one leaves every bit alone that it has
        // no path to.
        let x = random_bits(bits, 40, seed ^ 1);
        let r = network.reconstruct(&x);
        for flipped in 0..bits {
            let other = BitMatrix::from_fn(bits, 40, |bit, s| x.get(bit, s) ^ (bit == flipped));
            let changed = network.reconstruct(&other);
            let reached: Vec<bool> = (0..bits)
                .map(|bit| {
                    network.decoding.onto(bit).any(|p| {
                        network
                            .encoding
                            .onto(network.decoding.source(p))
                            .any(|p| network.encoding.source(p) == flipped)
                    })
                })
                .collect();
            prop_assert_eq!(!reached[flipped], network.pathless_bits().contains(&flipped));
            for bit in (0..bits).filter(|&bit| !reached[bit]) {
                prop_assert_eq!(r.row(bit), changed.row(bit));
            }
        }
        for bit in network.unreachable_bits() {
            prop_assert!((1..40).all(|s| r.get(bit, s) == r.get(bit, 0)));
        }
    }

    #[test]
    fn every_synapse_is_one_of_the_wiring(seed in any::<u64>(), split in any::<bool>()) {
        // Strengths tell connections apart: each weight is one of them over the norm of its unit.
        let mut wiring = random_wiring(15, 0.4, split, seed);
        (1..).zip(&mut wiring.connections).for_each(|(i, c)| c.strength = f64::from(i));
        let network = HomeostaticNetwork::on(&wiring, 5, Assignment::Random, seed).unwrap();
        let inner = wiring.inner.clone();
        for (unit, neuron) in inner.iter().enumerate() {
            let incoming: Vec<f64> = wiring
                .connections
                .iter()
                .filter(|c| c.post == *neuron && wiring.input.contains(&c.pre))
                .map(|c| c.strength * if c.sign == Sign::Inhibitory { -1.0 } else { 1.0 })
                .collect();
            let mine: Vec<f64> = network
                .encoding
                .onto(unit)
                .map(|p| f64::from(network.encoding.weights()[p]))
                .collect();
            prop_assert!(mine.len() <= incoming.len());
            let fits = |scale: f64| {
                mine.iter()
                    .all(|w| incoming.iter().any(|s| (w * scale - s).abs() < 1e-3))
            };
            prop_assert!(mine.is_empty() || incoming.iter().any(|s| fits(s / mine[0])));
        }
    }

    #[test]
    fn energy_never_counts_a_matched_bit(
        seed in any::<u64>(),
        sequences in 1..90usize,
        rate in 0.01..5.0f64,
    ) {
        let mut network = HomeostaticNetwork::dense(5, 12, seed);
        let x = random_bits(5, sequences, seed);
        for _ in 0..4 {
            let (before, r) = (network.clone(), network.reconstruct(&x));
            let mismatched = |bit: usize| {
                (0..sequences)
                    .filter(|&s| x.get(bit, s) != r.get(bit, s))
                    .count()
            };
            let step = network.learn(&x, rate, rate);
            prop_assert_eq!(step.mismatched, (0..5).map(|bit| mismatched(bit) as u64).sum::<u64>());
            for bit in (0..5).filter(|&bit| mismatched(bit) == 0) {
                let onto = network.decoding.onto(bit);
                prop_assert_eq!(
                    &network.decoding.weights()[onto.clone()],
                    &before.decoding.weights()[onto]
                );
                prop_assert_eq!(network.decoding.biases()[bit], before.decoding.biases()[bit]);
            }
            if step.mismatched == 0 {
                prop_assert_eq!(step.updates, 0);
                prop_assert_eq!(&network, &before);
            }
        }
    }
}
