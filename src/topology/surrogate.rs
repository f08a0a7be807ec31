//! Null models: random wirings that keep what they control for.
//!
//! A double-edge swap turns `a -> b`, `c -> d` into `a -> d`, `c -> b`: every neuron keeps its in- and out-degree. Swaps happen
//! inside *layers* only, so a null also keeps how many edges of each layer a neuron sends and receives. A proposal that shares a
//! neuron or repeats an edge counts as a step in which nothing moves: proposals being symmetric, the chain then favours no wiring it
//! can reach. (Skipping such steps instead would: Roberts and Coolen 2012, doi 10.1103/PhysRevE.85.046103.) Swaps alone cannot turn
//! a directed triangle around, so in a thin layer some wirings may be out of reach. Weight and sign travel with the presynaptic half
//! of an edge. Autapses and gap junctions stay.

use rand::RngExt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::connectome::{Connectome, Neuron, Sign, Synapse};
use crate::random::ChaCha8Rng;

/// Attempted swaps per edge where nothing else is asked for.
pub const SWAPS_PER_EDGE: f64 = 100.0;

/// What a null wiring keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NullModel {
    /// In- and out-degrees per transmitter of the source (ACh, Glu, GABA, other).
    ByTransmitter,
    /// In- and out-degrees per sign of the source.
    #[default]
    BySourceSign,
    /// In- and out-degrees per pair of signs (EE, EI, IE, II, ...): how much of a neuron's output lands on E and on I.
    BySignPair,
    /// In- and out-degrees.
    Unlayered,
    /// The number of edges and the weights only; an edge takes the sign of its new source.
    ErdosRenyi,
}

/// A name that is no null model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown null model `{0}`\n  hint: one of by_transmitter, by_source_sign, by_sign_pair, unlayered, erdos_renyi"
)]
pub struct UnknownNullModel(pub String);

impl NullModel {
    /// All null models.
    pub const ALL: [Self; 5] =
        [Self::ByTransmitter, Self::BySourceSign, Self::BySignPair, Self::Unlayered, Self::ErdosRenyi];

    /// The name used in tables and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByTransmitter => "by_transmitter",
            Self::BySourceSign => "by_source_sign",
            Self::BySignPair => "by_sign_pair",
            Self::Unlayered => "unlayered",
            Self::ErdosRenyi => "erdos_renyi",
        }
    }

    /// Number of the layer an edge belongs to. The edge's own sign is always part of it, except where nothing is layered.
    fn layer(self, pre: &Neuron, post: &Neuron, sign: Sign) -> u32 {
        let code = |sign: Sign| sign as u32;
        let transmitter = || {
            let releases = |t: &str| pre.transmitters.iter().any(|x| x == t);
            ["ACh", "Glu", "GABA"].iter().position(|t| releases(t)).unwrap_or(3) as u32
        };
        match self {
            Self::ByTransmitter => 4 * code(sign) + transmitter(),
            Self::BySourceSign => 3 * code(sign) + code(pre.sign),
            Self::BySignPair => 9 * code(sign) + 3 * code(pre.sign) + code(post.sign),
            Self::Unlayered | Self::ErdosRenyi => 0,
        }
    }
}

impl fmt::Display for NullModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for NullModel {
    type Err = UnknownNullModel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|m| m.as_str() == text).ok_or_else(|| UnknownNullModel(text.to_owned()))
    }
}

/// Draws null wirings of one connectome: prepared once, then one call per null.
#[derive(Clone, Debug)]
pub struct Surrogate<'a> {
    connectome: &'a Connectome,
    model: NullModel,
    edges: Vec<Synapse>,
    /// For every edge the range of its layer in `members`.
    layer_of: Vec<(u32, u32)>,
    members: Vec<u32>,
}

/// A null wiring.
#[derive(Clone, Debug, PartialEq)]
pub struct Null {
    /// Edges between different neurons, in the order of the observed ones.
    pub edges: Vec<Synapse>,
    /// Accepted fraction of the attempted swaps (1 for Erdos-Renyi).
    pub acceptance: f64,
}

impl<'a> Surrogate<'a> {
    /// Prepares nulls of the edges of `connectome` that are at least `min_weight` strong.
    #[must_use]
    pub fn new(connectome: &'a Connectome, min_weight: f64, model: NullModel) -> Self {
        let edges: Vec<Synapse> = connectome.edges(min_weight).copied().collect();
        let neurons = connectome.neurons();
        let mut layers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (index, s) in edges.iter().enumerate() {
            let layer = model.layer(&neurons[s.pre as usize], &neurons[s.post as usize], s.sign);
            layers.entry(layer).or_default().push(index as u32);
        }
        let mut layer_of = vec![(0, 0); edges.len()];
        let mut members = Vec::with_capacity(edges.len());
        for layer in layers.into_values() {
            let range = (members.len() as u32, layer.len() as u32);
            layer.iter().for_each(|&e| layer_of[e as usize] = range);
            members.extend(layer);
        }
        Self { connectome, model, edges, layer_of, members }
    }

    /// Draws one null with `swaps_per_edge` attempted swaps per edge.
    ///
    /// O(swaps); one bit per ordered pair of neurons.
    #[must_use]
    pub fn draw(&self, swaps_per_edge: f64, random: &mut ChaCha8Rng) -> Null {
        if self.model == NullModel::ErdosRenyi {
            return self.erdos_renyi(random);
        }
        let mut edges = self.edges.clone();
        let mut present = Pairs::new(self.connectome.neurons().len());
        edges.iter().for_each(|s| present.set(s.pre, s.post, true));
        let attempts = (swaps_per_edge * edges.len() as f64).round() as u64;
        let mut accepted = 0u64;
        for _ in 0..attempts {
            let one = random.random_range(0..edges.len() as u32) as usize;
            let (start, length) = self.layer_of[one];
            let other = self.members[(start + random.random_range(0..length)) as usize] as usize;
            let ((a, b), (c, d)) = ((edges[one].pre, edges[one].post), (edges[other].pre, edges[other].post));
            if a == c || b == d || a == d || c == b || present.get(a, d) || present.get(c, b) {
                continue;
            }
            present.set(a, b, false);
            present.set(c, d, false);
            present.set(a, d, true);
            present.set(c, b, true);
            edges[one].post = d;
            edges[other].post = b;
            accepted += 1;
        }
        Null { edges, acceptance: accepted as f64 / attempts.max(1) as f64 }
    }

    fn erdos_renyi(&self, random: &mut ChaCha8Rng) -> Null {
        let neurons = self.connectome.neurons();
        let n = neurons.len() as u32;
        let mut present = Pairs::new(neurons.len());
        let mut edges = self.edges.clone();
        for edge in &mut edges {
            loop {
                let (pre, post) = (random.random_range(0..n), random.random_range(0..n));
                if pre != post && !present.get(pre, post) {
                    present.set(pre, post, true);
                    *edge = Synapse { pre, post, sign: neurons[pre as usize].sign, ..*edge };
                    break;
                }
            }
        }
        Null { edges, acceptance: 1.0 }
    }
}

/// A set of ordered pairs, one bit each.
struct Pairs {
    bits: Vec<u64>,
    neurons: usize,
}

impl Pairs {
    fn new(neurons: usize) -> Self {
        Self { bits: vec![0; (neurons * neurons).div_ceil(64)], neurons }
    }

    fn get(&self, pre: u32, post: u32) -> bool {
        let at = pre as usize * self.neurons + post as usize;
        self.bits[at / 64] >> (at % 64) & 1 == 1
    }

    fn set(&mut self, pre: u32, post: u32, present: bool) {
        let at = pre as usize * self.neurons + post as usize;
        if present {
            self.bits[at / 64] |= 1 << (at % 64);
        } else {
            self.bits[at / 64] &= !(1 << (at % 64));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SynapseType;
    use crate::random::stream;
    use proptest::prelude::*;
    use std::collections::{HashMap, HashSet};

    fn connectome(size: u32, chance: f64, seed: u64) -> Connectome {
        let mut random = stream(seed, &["test"]);
        let neurons: Vec<Neuron> = (0..size)
            .map(|i| {
                let mut neuron = Neuron::named(format!("n{i}"));
                neuron.sign = [Sign::Excitatory, Sign::Inhibitory, Sign::Unsigned][i as usize % 3];
                neuron.transmitters = vec![["ACh", "GABA", "DA", "Glu"][i as usize % 4].to_owned()];
                neuron
            })
            .collect();
        let mut synapses = Vec::new();
        for pre in 0..size {
            for post in 0..size {
                if random.random::<f64>() < chance {
                    let sign = neurons[pre as usize].sign;
                    let weight = 1.0 + f64::from(pre + post);
                    synapses.push(Synapse { pre, post, synapse_type: SynapseType::Chemical, weight, sign });
                }
            }
        }
        Connectome::new("t", "synapses", neurons, synapses).unwrap()
    }

    /// Sorted (neuron, direction, layer) incidences: equal exactly where all layered degrees are.
    fn degrees(c: &Connectome, edges: &[Synapse], model: NullModel) -> Vec<(u32, bool, u32)> {
        let mut all: Vec<_> = edges
            .iter()
            .flat_map(|s| {
                let layer = model.layer(&c.neurons()[s.pre as usize], &c.neurons()[s.post as usize], s.sign);
                [(s.pre, true, layer), (s.post, false, layer)]
            })
            .collect();
        all.sort_unstable();
        all
    }

    proptest! {
        #[test]
        fn nulls_are_simple_and_keep_their_degrees_and_layers(size in 2u32..14, chance in 0.1f64..0.9, seed in 0u64..1000) {
            let c = connectome(size, chance, seed);
            for model in NullModel::ALL {
                let surrogate = Surrogate::new(&c, 0.0, model);
                let null = surrogate.draw(20.0, &mut stream(seed, &["null"]));
                let distinct: HashSet<_> = null.edges.iter().map(|s| (s.pre, s.post)).collect();
                prop_assert_eq!(distinct.len(), null.edges.len());
                prop_assert!(null.edges.iter().all(|s| s.pre != s.post));
                let sum = |edges: &[Synapse]| edges.iter().map(|s| s.weight).sum::<f64>();
                prop_assert!((sum(&null.edges) - sum(&surrogate.edges)).abs() < 1e-9);
                prop_assert!(null.edges.iter().all(|s| s.sign == c.neurons()[s.pre as usize].sign));
                if model != NullModel::ErdosRenyi {
                    prop_assert_eq!(degrees(&c, &null.edges, model), degrees(&c, &surrogate.edges, model));
                    let strength = |edges: &[Synapse]| {
                        let mut out = vec![0.0; size as usize];
                        edges.iter().for_each(|s| out[s.pre as usize] += s.weight);
                        out
                    };
                    prop_assert_eq!(strength(&null.edges), strength(&surrogate.edges));
                }
            }
        }
    }

    /// All wirings with the same degrees must come up equally often (chi-square).
    #[test]
    fn the_chain_visits_all_wirings_alike() {
        // Two sources, four targets, two edges each, no overlap with sources: C(4,2) = 6 wirings.
        let neurons: Vec<Neuron> = (0..6).map(|i| Neuron::named(format!("n{i}"))).collect();
        let edge =
            |pre, post| Synapse { pre, post, synapse_type: SynapseType::Chemical, weight: 1.0, sign: Sign::Excitatory };
        let c =
            Connectome::new("t", "synapses", neurons, vec![edge(0, 2), edge(0, 3), edge(1, 4), edge(1, 5)]).unwrap();
        let surrogate = Surrogate::new(&c, 0.0, NullModel::Unlayered);
        let mut counts: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut random = stream(9, &["chain"]);
        for _ in 0..6000 {
            let null = surrogate.draw(15.0, &mut random);
            let mut targets: Vec<u32> = null.edges.iter().filter(|s| s.pre == 0).map(|s| s.post).collect();
            targets.sort_unstable();
            *counts.entry(targets).or_default() += 1;
        }
        assert_eq!(counts.len(), 6);
        let chi2: f64 = counts.values().map(|&n| (f64::from(n) - 1000.0).powi(2) / 1000.0).sum();
        assert!(chi2 < 20.5, "chi-square {chi2}, 5 degrees of freedom, p = .001 at 20.5");
    }
}
