//! Null wirings drawn from one connectome.

use rayon::prelude::*;

use super::layers::Layers;
use super::model::{NullModel, Traits};
use super::pairs::{Bits, Hashed};
use super::settings::{Chain, NullSettings};
use super::strengths::{self, STRENGTH_TOLERANCE, Strengths};
use super::trades::Rows;
use super::{erdos_renyi, swaps, trades};
use crate::connectome::{Connectome, ConnectomeError, Neuron, Sign, Synapse};
use crate::random::{ChaCha8Rng, stream};

/// Mixed wirings from which a null by strength is looked for.
const STARTS: u32 = 8;

/// Draws null wirings of one connectome: prepared once, then one call per null.
#[derive(Clone, Debug)]
pub struct Surrogate {
    model: NullModel,
    identity: Vec<Sign>,
    edges: Vec<Synapse>,
    layers: Layers,
    rows: Rows,
    /// What a null by strength keeps besides.
    strengths: Option<Strengths>,
}

/// A random wiring that keeps what its null model says.
#[derive(Clone, Debug, PartialEq)]
pub struct Null {
    /// Edges between different neurons, in the order of the observed ones.
    pub edges: Vec<Synapse>,
    /// Swaps: fraction of the attempts that moved edges. Trades: fraction of the traders' edges
    /// that were free to move. Erdos-Renyi: 1.
    pub acceptance: f64,
    /// The largest deviation of a neuron's summed input weight from the observed one, as a share of
    /// that, where the null model keeps it: at most .01, unless no such wiring was found. It is
    /// `None` under all other null models.
    pub strength_error: Option<f64>,
}

impl Null {
    /// A connectome called `name`, wired as this null in place of the edges of `observed` from
    /// which it was drawn. Autapses and gap junctions stay as they are. Edges of `observed` that
    /// were too weak to take part are left out.
    ///
    /// # Errors
    /// None in practice: a null of a valid connectome is valid.
    pub fn in_place_of(
        self,
        observed: &Connectome,
        name: &str,
    ) -> Result<Connectome, ConnectomeError> {
        let autapses = observed.chemical().iter().filter(|s| s.pre == s.post);
        let kept = autapses.chain(observed.electrical()).copied();
        observed.rewired(name, self.edges.into_iter().chain(kept).collect())
    }
}

impl Surrogate {
    /// Prepares nulls of the edges of `connectome` that are at least `min_weight` strong.
    #[must_use]
    pub fn new(connectome: &Connectome, min_weight: f64, model: NullModel) -> Self {
        Self::from_edges(
            connectome.neurons(),
            connectome.edges(min_weight).copied().collect(),
            model,
        )
    }

    /// Prepares nulls of a list of edges: each ordered pair of neurons once. Autapses are left out.
    ///
    /// Of a neuron only the sign, the transmitters and the class are read. O(m log m) for m edges.
    ///
    /// # Panics
    /// If an edge names a neuron that is not there.
    #[must_use]
    pub fn from_edges(neurons: &[Neuron], mut edges: Vec<Synapse>, model: NullModel) -> Self {
        edges.retain(|s| s.pre != s.post);
        let traits: Vec<Traits> = neurons.iter().map(Traits::of).collect();
        let layers = Layers::new(&traits, &edges, model);
        let rows = Rows::new(&layers);
        let weight = |&edge: &u32| edges[edge as usize].weight;
        let strengths = (model == NullModel::ByStrength)
            .then(|| Strengths::new(&layers, layers.edge.iter().map(weight).collect()));
        Self {
            model,
            identity: neurons.iter().map(|n| n.sign).collect(),
            edges,
            layers,
            rows,
            strengths,
        }
    }

    /// Draws one null; a number stands for that many attempted swaps per edge.
    ///
    /// By strength, some 60 attempts per edge more, and as many as it takes at the neurons whose
    /// summed input is not yet within 1 %.
    ///
    /// Swaps: O(1) per attempt, one bit per ordered pair of neurons or, beyond 64 MiB, 16 to 32
    /// bytes per edge. Trades: O(edges) per global trade, 4 bytes per edge.
    ///
    /// # Panics
    /// Never for the edges of a connectome.
    #[must_use]
    pub fn draw(&self, settings: impl Into<NullSettings>, random: &mut ChaCha8Rng) -> Null {
        let settings = settings.into();
        let neurons = self.identity.len();
        let mut edges = self.edges.clone();
        if self.model == NullModel::ErdosRenyi {
            let drawn = if Bits::fit(neurons) {
                erdos_renyi::pairs(neurons as u32, edges.len(), Bits::new(neurons), random)
            } else {
                erdos_renyi::pairs(
                    neurons as u32,
                    edges.len(),
                    Hashed::new(edges.len()),
                    random,
                )
            };
            for (edge, (pre, post)) in edges.iter_mut().zip(drawn) {
                *edge = Synapse {
                    pre,
                    post,
                    sign: self.identity[pre as usize],
                    ..*edge
                };
            }
            return Null {
                edges,
                acceptance: 1.0,
                strength_error: None,
            };
        }
        let (mut post, acceptance) = self.mixed(settings, random);
        let mut strength_error = None;
        if let Some(strengths) = &self.strengths {
            let mut least = self.anneal(strengths, &mut post, random);
            for _ in 1..STARTS {
                if least <= STRENGTH_TOLERANCE {
                    break;
                }
                let (mut other, _) = self.mixed(settings, random);
                let error = self.anneal(strengths, &mut other, random);
                if error < least {
                    (post, least) = (other, error);
                }
            }
            strength_error = Some(least);
        }
        self.layers
            .edge
            .iter()
            .zip(post)
            .for_each(|(&edge, post)| edges[edge as usize].post = post);
        Null {
            edges,
            acceptance,
            strength_error,
        }
    }

    /// The targets of the slots after the chain, and its acceptance.
    fn mixed(&self, settings: NullSettings, random: &mut ChaCha8Rng) -> (Vec<u32>, f64) {
        let neurons = self.identity.len();
        let mut post = self.layers.post.clone();
        let acceptance = match settings.chain.resolve(neurons) {
            Chain::Trades => trades::trade(
                &self.layers,
                &self.rows,
                &mut post,
                settings.global_trades,
                random,
            ),
            Chain::Swaps | Chain::Auto => {
                let edges = post.len();
                let attempts = (settings.swaps_per_edge * edges as f64).round() as u64;
                let accepted = if Bits::fit(neurons) {
                    swaps::swap(
                        &self.layers,
                        &mut post,
                        attempts,
                        Bits::new(neurons),
                        random,
                    )
                } else {
                    swaps::swap(
                        &self.layers,
                        &mut post,
                        attempts,
                        Hashed::new(edges),
                        random,
                    )
                };
                accepted as f64 / attempts.max(1) as f64
            }
        };
        (post, acceptance)
    }

    /// Brings the summed inputs of a mixed wiring to the observed ones.
    fn anneal(&self, strengths: &Strengths, post: &mut [u32], random: &mut ChaCha8Rng) -> f64 {
        let neurons = self.identity.len();
        if Bits::fit(neurons) {
            let present = Bits::new(neurons);
            strengths::anneal(&self.layers, strengths, post, present, 1.0, random)
        } else {
            let present = Hashed::new(post.len());
            strengths::anneal(&self.layers, strengths, post, present, 1.0, random)
        }
    }

    /// Draws the null of a number, from 0, among those of a survey under `seed`.
    #[must_use]
    pub fn numbered(&self, index: u32, settings: impl Into<NullSettings>, seed: u64) -> Null {
        let mut random = stream(seed, &["motif-null", &index.to_string()]);
        self.draw(settings, &mut random)
    }

    /// Draws `nulls` nulls ([`numbered`](Self::numbered)) on all threads of the current rayon pool,
    /// each from its own stream under `seed`, and gives what `each` makes of them in order; `None`
    /// where `proceed` said no before one of them.
    ///
    /// The numbers do not depend on the number of threads. A thread holds one null at a time,
    /// unless `each` itself waits for other rayon work.
    pub fn for_each_null<T: Send>(
        &self,
        nulls: u32,
        settings: impl Into<NullSettings>,
        seed: u64,
        proceed: &(dyn Fn() -> bool + Sync),
        each: impl Fn(Null) -> T + Sync,
    ) -> Option<Vec<T>> {
        let settings = settings.into();
        let draw = |index: u32| proceed().then(|| each(self.numbered(index, settings, seed)));
        (0..nulls).into_par_iter().map(draw).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{NeuronClass, SignModel, SynapseType};
    use crate::motif::{Matching, Motif, SignedGraph, count};
    use crate::source::bundled;
    use proptest::prelude::*;
    use rand::RngExt;
    use std::collections::HashSet;

    /// A random connectome; under Dale's law a neuron's edges take its sign, else a random one.
    fn connectome(size: u32, chance: f64, dale: bool, seed: u64) -> Connectome {
        const SIGNS: [Sign; 3] = [Sign::Excitatory, Sign::Inhibitory, Sign::Unsigned];
        let mut random = stream(seed, &["test"]);
        let neurons: Vec<Neuron> = (0..size as usize)
            .map(|i| {
                let mut neuron = Neuron::named(format!("n{i}"));
                neuron.sign = SIGNS[i % 3];
                neuron.transmitters = vec![["ACh", "GABA", "DA", "Glu"][i % 4].to_owned()];
                neuron.class = NeuronClass::ALL[i % 5];
                neuron
            })
            .collect();
        let mut synapses = Vec::new();
        for pre in 0..size {
            for post in 0..size {
                if random.random::<f64>() < chance {
                    let sign = if dale {
                        neurons[pre as usize].sign
                    } else {
                        SIGNS[random.random_range(0..3)]
                    };
                    let weight = 1.0 + f64::from(pre + post);
                    synapses.push(Synapse {
                        pre,
                        post,
                        synapse_type: SynapseType::Chemical,
                        weight,
                        sign,
                    });
                }
            }
        }
        Connectome::new("t", "synapses", neurons, synapses).unwrap()
    }

    /// Sorted (neuron, direction, layer) incidences: equal exactly where all layered degrees are.
    fn degrees(c: &Connectome, edges: &[Synapse], model: NullModel) -> Vec<(u32, bool, u8)> {
        let traits = |neuron: u32| Traits::of(&c.neurons()[neuron as usize]);
        let mut all: Vec<_> = edges
            .iter()
            .flat_map(|s| {
                let layer = model.layer(traits(s.pre), traits(s.post), s.sign);
                [(s.pre, true, layer), (s.post, false, layer)]
            })
            .collect();
        all.sort_unstable();
        all
    }

    const CHAINS: [NullSettings; 2] = [
        NullSettings {
            chain: Chain::Swaps,
            swaps_per_edge: 20.0,
            global_trades: 0,
        },
        NullSettings {
            chain: Chain::Trades,
            swaps_per_edge: 0.0,
            global_trades: 10,
        },
    ];

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn nulls_are_simple_and_keep_their_degrees_and_layers(
            size in 2u32..14,
            chance in 0.1f64..0.9,
            dale: bool,
            seed in 0u64..1000,
        ) {
            let c = connectome(size, chance, dale, seed);
            let all = NullModel::ALL.iter().flat_map(|&model| CHAINS.map(|chain| (model, chain)));
            for (model, settings) in all {
                let surrogate = Surrogate::new(&c, 0.0, model);
                let null = surrogate.draw(settings, &mut stream(seed, &["null"]));
                let distinct: HashSet<_> = null.edges.iter().map(|s| (s.pre, s.post)).collect();
                prop_assert_eq!(distinct.len(), null.edges.len());
                prop_assert!(null.edges.iter().all(|s| s.pre != s.post));
                let observed = &surrogate.edges;
                let weights =
                    |edges: &[Synapse]| edges.iter().map(|s| s.weight).collect::<Vec<_>>();
                prop_assert_eq!(weights(&null.edges), weights(observed));
                if model == NullModel::ErdosRenyi {
                    let sign = |s: &Synapse| c.neurons()[s.pre as usize].sign;
                    prop_assert!(null.edges.iter().all(|s| s.sign == sign(s)));
                } else {
                    prop_assert_eq!(
                        degrees(&c, &null.edges, model),
                        degrees(&c, observed, model)
                    );
                    // Weight and sign stay with the presynaptic half.
                    let halves = |edges: &[Synapse]| {
                        edges.iter().map(|s| (s.pre, s.sign)).collect::<Vec<_>>()
                    };
                    prop_assert_eq!(halves(&null.edges), halves(observed));
                }
            }
        }
    }

    #[test]
    fn nulls_do_not_depend_on_the_number_of_threads() {
        let surrogate = Surrogate::new(&connectome(30, 0.2, true, 1), 0.0, NullModel::BySourceSign);
        for settings in CHAINS {
            let draw = |threads| {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                pool.install(|| surrogate.for_each_null(9, settings, 5, &|| true, |null| null))
            };
            let alone = draw(1).unwrap();
            assert_eq!(draw(4).as_ref(), Some(&alone));
            assert!(alone.windows(2).all(|pair| pair[0] != pair[1]));
            let stream = &mut stream(5, &["motif-null", "3"]);
            assert_eq!(surrogate.draw(settings, stream), alone[3]);
        }
        assert_eq!(surrogate.for_each_null(9, 1.0, 5, &|| false, |_| ()), None);
    }

    #[test]
    fn bits_and_hashed_pairs_give_the_same_null() {
        let surrogate = Surrogate::new(
            &connectome(30, 0.2, false, 2),
            0.0,
            NullModel::ByTransmitter,
        );
        let (layers, edges) = (&surrogate.layers, surrogate.edges.len());
        let (mut one, mut other) = (layers.post.clone(), layers.post.clone());
        let random = || stream(6, &["pairs"]);
        let accepted = swaps::swap(layers, &mut one, 5000, Bits::new(30), &mut random());
        assert_eq!(
            swaps::swap(layers, &mut other, 5000, Hashed::new(edges), &mut random()),
            accepted
        );
        assert!(accepted > 0 && one == other);
    }

    /// XOR5 counts of nulls of the hermaphrodite by sign of the source: 422 with a standard
    /// deviation of 144, by an independent program that swaps edges.
    #[test]
    fn both_chains_draw_from_the_known_distribution() {
        let signed = bundled::connectome("cook2019_herm")
            .unwrap()
            .with_signs(SignModel::Gaba26);
        let identity: Vec<Sign> = signed.neurons().iter().map(|n| n.sign).collect();
        let surrogate = Surrogate::new(&signed, 1.0, NullModel::BySourceSign);
        for chain in [Chain::Swaps, Chain::Trades] {
            let settings = NullSettings {
                chain,
                swaps_per_edge: 20.0,
                ..NullSettings::default()
            };
            let xor5 = |null: Null| {
                let graph = SignedGraph::new(
                    &identity,
                    null.edges.iter().map(|s| (s.pre, s.post, s.sign)),
                )
                .unwrap();
                count(&graph, Motif::Xor5.pattern(), Matching::Subgraph).unwrap() as f64
            };
            let counts = surrogate
                .for_each_null(200, settings, 1, &|| true, xor5)
                .unwrap();
            let mean = counts.iter().sum::<f64>() / 200.0;
            let sd = (counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / 199.0).sqrt();
            assert!(
                (mean - 422.0).abs() < 40.0,
                "{chain}: mean {mean}, standard error 10"
            );
            assert!(
                (sd - 144.0).abs() < 40.0,
                "{chain}: standard deviation {sd}"
            );
        }
    }
}
