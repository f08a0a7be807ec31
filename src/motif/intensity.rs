//! Weighted motifs: how strong the synapses of an occurrence are, and how even.

use std::collections::HashMap;

use super::{Counter, Matching, Motif, MotifError, SignedGraph, sample};
use crate::interruption;

/// Intensity and coherence of one occurrence (Onnela et al. 2005).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intensity {
    /// The geometric mean of the weights of its synapses.
    pub intensity: f64,
    /// Intensity over the arithmetic mean of the weights: 1 where all weigh the same, and near 0
    /// where one of them weighs little beside the others.
    pub coherence: f64,
}

impl Intensity {
    /// Of these weights, of which there is at least one, all above 0.
    fn of(weights: &[f64]) -> Self {
        let number = weights.len() as f64;
        // A product of many weights would leave the range of numbers.
        let logarithms: f64 = weights.iter().map(|&weight| libm::log(weight)).sum();
        let intensity = libm::exp(logarithms / number);
        let mean = weights.iter().sum::<f64>() / number;
        Self {
            intensity,
            coherence: intensity / mean,
        }
    }
}

/// A value, and its standard error: 0 where the value is exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
}

impl Estimate {
    fn exact(value: f64) -> Self {
        Self { value, error: 0.0 }
    }

    fn times(self, factor: f64) -> Self {
        Self {
            value: factor * self.value,
            error: factor * self.error,
        }
    }
}

/// The weights of all occurrences of a pattern together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotifWeights {
    /// Occurrences.
    pub count: u64,
    /// Sum of the intensities of all occurrences.
    pub total_intensity: Estimate,
    /// Means of intensity and coherence over the occurrences; `None` where there is none.
    pub means: Option<[Estimate; 2]>,
}

/// How many occurrences are listed, and how many are drawn where there are more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighing {
    /// Most occurrences that are listed.
    pub listed: u64,
    /// Occurrences that are drawn, at least 2.
    pub drawn: usize,
}

impl Default for Weighing {
    fn default() -> Self {
        Self {
            listed: 100_000,
            drawn: 20_000,
        }
    }
}

impl Weighing {
    /// Weighs the occurrences that a counter counts.
    ///
    /// At most `listed` occurrences are listed, one by one, and all values are exact. Of more,
    /// `drawn` are drawn, uniform and independent ([`sample`]): the means are theirs, with their
    /// standard errors, and the total follows from the count, which is exact. The total of XOR5 as
    /// a subgraph is exact all the same, for it has a closed form. A synapse of an alternative
    /// belongs to the occurrences in which that alternative holds.
    ///
    /// Time: that of counting, and of listing or drawing; O(e log d) for each occurrence with e
    /// synapses and degrees d.
    ///
    /// # Errors
    /// As [`Counter::count`]; [`MotifError::NoKnowledge`] for a graph without weights.
    pub fn of(self, counter: &Counter<'_>, seed: u64) -> Result<MotifWeights, MotifError> {
        let graph = counter.graph();
        if !graph.has_weights() {
            return Err(MotifError::NoKnowledge {
                pattern: counter.pattern().name().to_owned(),
                asked: "weights of synapses",
            });
        }
        let count = counter.count()?;
        if count == 0 {
            return Ok(MotifWeights {
                count,
                total_intensity: Estimate::exact(0.0),
                means: None,
            });
        }
        let number = count as f64;
        let mut sums = Sums::default();
        let mut weights = Vec::new();
        if count <= self.listed {
            counter.each(|neurons| {
                sums.add(counter.intensity(neurons, &mut weights));
                true
            })?;
            let means = sums.means().map(|mean| Estimate::exact(mean.value));
            return Ok(MotifWeights {
                count,
                total_intensity: means[0].times(number),
                means: Some(means),
            });
        }
        let (pattern, matching) = (counter.pattern(), counter.matching());
        for neurons in sample(graph, pattern, matching, self.drawn, seed)? {
            sums.add(counter.intensity(&neurons, &mut weights));
        }
        let [mut intensity, coherence] = sums.means();
        let mut total_intensity = intensity.times(number);
        if matching == Matching::Subgraph && counter.closed_form() == Some(Motif::Xor5) {
            total_intensity = Estimate::exact(xor5_total_intensity(graph));
            intensity = Estimate::exact(total_intensity.value / number);
        }
        Ok(MotifWeights {
            count,
            total_intensity,
            means: Some([intensity, coherence]),
        })
    }
}

/// Sums over occurrences: of intensity and coherence, and of their squares.
#[derive(Default)]
struct Sums {
    number: f64,
    sums: [f64; 2],
    squares: [f64; 2],
}

impl Sums {
    fn add(&mut self, of: Intensity) {
        self.number += 1.0;
        for (at, value) in [of.intensity, of.coherence].into_iter().enumerate() {
            self.sums[at] += value;
            self.squares[at] += value * value;
        }
    }

    /// Means with the standard errors that independent draws have.
    fn means(&self) -> [Estimate; 2] {
        [0, 1].map(|at| {
            let value = self.sums[at] / self.number;
            let variance = (self.squares[at] / self.number - value * value).max(0.0);
            Estimate {
                value,
                error: (variance / (self.number - 1.0).max(1.0)).sqrt(),
            }
        })
    }
}

impl Counter<'_> {
    /// The intensity of an occurrence, given by the neurons of its roles. `weights` is scratch.
    fn intensity(&self, neurons: &[u32], weights: &mut Vec<f64>) -> Intensity {
        let (graph, pattern) = (self.graph(), self.pattern());
        let held = self.held_alternatives(neurons);
        let required = pattern.edges().iter().map(|edge| edge.pair());
        let mut pairs: Vec<(usize, usize)> = required.collect();
        for &at in &held {
            let of_alternative = pattern.alternatives()[at].iter().map(|edge| edge.pair());
            pairs.extend(of_alternative);
        }
        if !held.is_empty() {
            pairs.sort_unstable();
            pairs.dedup();
        }
        weights.clear();
        weights.extend(
            pairs
                .iter()
                .filter_map(|&(pre, post)| graph.weight(neurons[pre], neurons[post])),
        );
        Intensity::of(weights)
    }
}

/// The sum of the intensities of all XOR5 subgraphs.
///
/// Around a hub I, an edge a -> c of M (from an input to a target) has x = (w_ac w_aI w_Ic)^(1/6),
/// and the intensity of a pair of edges is the product of their x. The sum over all pairs without a
/// common neuron is half of: the square of the sum of x, less the pairs that touch. Those with one
/// source are the squares of the sums by source, those with one target the squares of the sums by
/// target, and those where the source of one is the target of the other twice the products of these
/// sums. An edge with itself is in both of the first, and a pair of edges that run against each
/// other twice in the third.
///
/// O(|M| + the search for M) for each hub.
fn xor5_total_intensity(graph: &SignedGraph) -> f64 {
    let layers = graph.layers(Matching::Subgraph);
    let log = |pre, post| libm::log(graph.weight(pre, post).unwrap_or(1.0));
    let neurons = graph.neurons();
    let (mut by_source, mut by_target) = (vec![0.0; neurons], vec![0.0; neurons]);
    let mut into_target = vec![None; neurons];
    let mut total = 0.0;
    for &hub in graph.inhibiting() {
        interruption::check();
        let targets = layers.inhibited.row(hub).iter().copied();
        let targets: Vec<u32> = targets.filter(|&target| graph.excitatory(target)).collect();
        for &target in &targets {
            into_target[target as usize] = Some(log(hub, target));
        }
        let mut edges: HashMap<(u32, u32), f64> = HashMap::new();
        let (mut sum, mut touching) = (0.0, 0.0);
        for &input in layers.excitors.row(hub) {
            let recruits = log(input, hub);
            for &target in layers.excited.row(input) {
                let Some(silences) = into_target[target as usize] else {
                    continue;
                };
                let x: f64 = libm::exp((log(input, target) + recruits + silences) / 6.0);
                sum += x;
                touching -= x * x;
                by_source[input as usize] += x;
                by_target[target as usize] += x;
                if let Some(back) = edges.get(&(target, input)) {
                    // Both orders of the pair.
                    touching -= 2.0 * x * back;
                }
                edges.insert((input, target), x);
            }
        }
        for &input in layers.excitors.row(hub) {
            let (out, into) = (by_source[input as usize], by_target[input as usize]);
            touching += out * out + 2.0 * out * into;
        }
        for &target in &targets {
            let into = by_target[target as usize];
            touching += into * into;
        }
        total += (sum * sum - touching) / 2.0;
        for &input in layers.excitors.row(hub) {
            by_source[input as usize] = 0.0;
        }
        for &target in &targets {
            by_target[target as usize] = 0.0;
            into_target[target as usize] = None;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::super::tests::{circuit, graph};
    use super::*;
    use crate::connectome::SignModel;
    use crate::motif::{Pattern, symmetry};
    use crate::source::bundled;
    use proptest::prelude::*;

    /// The graph with a weight for each edge.
    fn weighted(graph: &SignedGraph, weights: &[u8]) -> SignedGraph {
        let all = 0..graph.neurons() as u32;
        let identity: Vec<_> = all.map(|neuron| graph.identity(neuron)).collect();
        let edges = graph.pairs().enumerate().map(|(at, (pre, post))| {
            let weight = f64::from(weights[at % weights.len()]) / 2.0;
            (pre, post, graph.sign(pre, post).unwrap(), weight)
        });
        SignedGraph::weighted(&identity, edges.collect::<Vec<_>>()).unwrap()
    }

    /// Every filling of the roles from `filled` on by distinct neurons that meets the pattern,
    /// taken literally: count, and the sums of intensity and coherence.
    fn fillings(
        graph: &SignedGraph,
        pattern: &Pattern,
        matching: Matching,
        filled: &mut Vec<u32>,
        sums: &mut [f64; 3],
    ) {
        let joins = |pre: usize, post: usize| {
            let mut edges = pattern.edges().iter();
            edges.find(|edge| edge.pair() == (pre, post))
        };
        let role = filled.len();
        if role == pattern.roles().len() {
            let mut pairs: Vec<(usize, usize)> = pattern.edges().iter().map(|e| e.pair()).collect();
            let holds = |set: &&Vec<crate::motif::PatternEdge>| {
                set.iter().all(|edge| {
                    let (pre, post) = edge.pair();
                    let sign = graph.sign(filled[pre], filled[post]);
                    sign.is_some_and(|sign| edge.sign.admits(sign))
                })
            };
            let alternatives = pattern.alternatives();
            if !alternatives.is_empty() {
                let held: Vec<_> = alternatives.iter().filter(holds).collect();
                if held.is_empty() {
                    return;
                }
                for (pre, post) in held.into_iter().flatten().map(|edge| edge.pair()) {
                    if !pairs.contains(&(pre, post)) {
                        pairs.push((pre, post));
                    }
                }
            }
            if matching == Matching::Induced {
                let roles = pattern.roles().len();
                let all = (0..roles).flat_map(|pre| (0..roles).map(move |post| (pre, post)));
                let synapses =
                    all.filter(|&(pre, post)| graph.sign(filled[pre], filled[post]).is_some());
                if synapses.count() != pairs.len() {
                    return;
                }
            }
            let weights = pairs
                .iter()
                .map(|&(pre, post)| graph.weight(filled[pre], filled[post]).unwrap());
            let (product, sum) = weights.fold((1.0, 0.0), |(p, s), w| (p * w, s + w));
            let number = pairs.len() as f64;
            let intensity = f64::powf(product, 1.0 / number);
            sums[0] += 1.0;
            sums[1] += intensity;
            sums[2] += intensity * number / sum;
            return;
        }
        for neuron in 0..graph.neurons() as u32 {
            let class = pattern.roles()[role].class;
            if filled.contains(&neuron) || !class.admits(graph.identity(neuron)) {
                continue;
            }
            filled.push(neuron);
            let fits = (0..=role).all(|other| {
                [(other, role), (role, other)]
                    .into_iter()
                    .all(|(pre, post)| {
                        joins(pre, post).is_none_or(|edge| {
                            let sign = graph.sign(filled[pre], filled[post]);
                            sign.is_some_and(|sign| edge.sign.admits(sign))
                        })
                    })
            });
            if fits {
                fillings(graph, pattern, matching, filled, sums);
            }
            filled.pop();
        }
    }

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() <= 1e-9 * expected.abs().max(1.0)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn weights_are_sums_over_occurrences(
            graph in prop_oneof![graph(), circuit()],
            weights in proptest::collection::vec(1..9_u8, 1..40),
        ) {
            let graph = weighted(&graph, &weights);
            for motif in Motif::ALL {
                for matching in Matching::ALL {
                    let pattern = motif.pattern();
                    let counter = Counter::new(&graph, pattern, matching).unwrap();
                    let mut sums = [0.0; 3];
                    fillings(&graph, pattern, matching, &mut Vec::new(), &mut sums);
                    let group = symmetry::isomorphisms(pattern.statements(), pattern.statements());
                    let [count, intensity, coherence] = sums.map(|sum| sum / group.len() as f64);
                    let found = Weighing::default().of(&counter, 1).unwrap();
                    prop_assert_eq!(found.count as f64, count, "{}", motif);
                    prop_assert!(
                        near(found.total_intensity.value, intensity),
                        "{} {:?}",
                        motif,
                        found
                    );
                    if let Some([mean, even]) = found.means {
                        prop_assert!(near(mean.value, intensity / count), "{} {:?}", motif, found);
                        prop_assert!(near(even.value, coherence / count), "{} {:?}", motif, found);
                        prop_assert!(even.value <= 1.0 + 1e-12);
                    }
                    if motif == Motif::Xor5 && matching == Matching::Subgraph {
                        let total = xor5_total_intensity(&graph);
                        prop_assert!((total - intensity).abs() < 1e-9 * (1.0 + intensity));
                    }
                }
            }
        }
    }

    /// Count, total intensity and mean coherence by networkx 3.6.1 (`DiGraphMatcher`) and numpy on
    /// the connectome of White et al. 1986 under gaba26: `benches/weight_peers.py`.
    const WHITE: [(Motif, Matching, u64, f64, f64); 10] = [
        (
            Motif::Xor5,
            Matching::Subgraph,
            316,
            525.0584523453149,
            0.818672899517246,
        ),
        (
            Motif::Xor5,
            Matching::Induced,
            13,
            26.680710274801978,
            0.7793198849852028,
        ),
        (
            Motif::Xor6,
            Matching::Subgraph,
            394,
            861.0512815875334,
            0.7739885360463903,
        ),
        (
            Motif::Xor6,
            Matching::Induced,
            38,
            105.615895109071,
            0.7420718607478217,
        ),
        (
            Motif::Ffli,
            Matching::Subgraph,
            4944,
            8543.14554420172,
            0.8817524057141145,
        ),
        (
            Motif::Ffli,
            Matching::Induced,
            1211,
            2064.846375985201,
            0.8919503514387409,
        ),
        (
            Motif::Li3,
            Matching::Subgraph,
            486,
            1007.7238914699394,
            0.8903027111777836,
        ),
        (
            Motif::Li3,
            Matching::Induced,
            182,
            323.73607666879303,
            0.9118423683658365,
        ),
        (
            Motif::Wta3,
            Matching::Subgraph,
            11,
            26.555490828443844,
            0.8477114367468112,
        ),
        (
            Motif::Wta3,
            Matching::Induced,
            6,
            11.128849725008058,
            0.8297740428943378,
        ),
    ];

    #[test]
    fn the_worm_is_as_another_program_has_it() {
        let worm = bundled::connectome("white1986_whole").unwrap();
        let worm = worm.with_signs(SignModel::Gaba26);
        let graph = SignedGraph::from_connectome(&worm, 1.0).unwrap();
        for (motif, matching, count, total, coherence) in WHITE {
            let counter = Counter::new(&graph, motif.pattern(), matching).unwrap();
            let found = Weighing::default().of(&counter, 1).unwrap();
            assert_eq!(found.count, count, "{motif}");
            assert!(
                near(found.total_intensity.value, total),
                "{motif} {found:?}"
            );
            assert!(
                near(found.means.unwrap()[1].value, coherence),
                "{motif} {found:?}"
            );
        }
    }

    /// Draws have the values of the list within their errors, and the closed form has them exactly.
    #[test]
    fn draws_and_the_closed_form_agree_with_the_list() {
        let worm = bundled::connectome("cook2019_herm").unwrap();
        let worm = worm.with_signs(SignModel::Wang2024);
        let graph = SignedGraph::from_connectome(&worm, 1.0).unwrap();
        let drawing = Weighing {
            listed: 0,
            drawn: 4000,
        };
        for motif in [Motif::Xor5, Motif::Xor6, Motif::Li3] {
            let counter = Counter::new(&graph, motif.pattern(), Matching::Subgraph).unwrap();
            let listed = Weighing::default().of(&counter, 1).unwrap();
            let drawn = drawing.of(&counter, 1).unwrap();
            let (listed_means, drawn_means) = (listed.means.unwrap(), drawn.means.unwrap());
            for (listed, drawn) in listed_means.into_iter().zip(drawn_means) {
                assert_eq!(listed.error, 0.0);
                let off = (drawn.value - listed.value).abs();
                assert!(
                    off < 4.0 * drawn.error + 1e-9,
                    "{motif} {listed:?} {drawn:?}"
                );
                assert!(drawn.error < 0.05 * listed.value, "{motif} {drawn:?}");
            }
            assert!(drawn_means[1].error > 0.0);
            if motif == Motif::Xor5 {
                assert_eq!(drawn.total_intensity.error, 0.0);
                let (drawn, listed) = (drawn.total_intensity.value, listed.total_intensity.value);
                assert!((drawn - listed).abs() < 1e-9 * listed, "{drawn} {listed}");
            }
        }
    }
}
