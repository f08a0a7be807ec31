//! Every wiring a chain may reach comes up equally often: against enumeration by brute force.

use std::collections::{BTreeMap, HashMap};

use super::model::{NullModel, Traits};
use super::settings::{Chain, NullSettings};
use super::surrogate::Surrogate;
use crate::connectome::{Neuron, Sign, Synapse, SynapseType};

/// An edge with its layer: what tells wirings apart.
type Edge = (u32, u32, u8);

struct Tiny {
    neurons: Vec<Neuron>,
    edges: Vec<Synapse>,
    model: NullModel,
}

impl Tiny {
    /// Neurons by sign (`E`, `I`), edges by their two ends; an edge has its neuron's sign.
    fn new(signs: &str, edges: &[(u32, u32)], model: NullModel) -> Self {
        let sign = |c| {
            if c == 'I' {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            }
        };
        let neurons: Vec<Neuron> = signs
            .chars()
            .map(|c| Neuron {
                sign: sign(c),
                ..Neuron::named("")
            })
            .collect();
        let synapse = |&(pre, post): &(u32, u32)| {
            let sign = neurons[pre as usize].sign;
            Synapse {
                pre,
                post,
                synapse_type: SynapseType::Chemical,
                weight: 1.0,
                sign,
            }
        };
        Self {
            edges: edges.iter().map(synapse).collect(),
            neurons,
            model,
        }
    }

    fn layer(&self, pre: u32, post: u32, sign: Sign) -> u8 {
        let traits = |neuron: u32| Traits::of(&self.neurons[neuron as usize]);
        self.model.layer(traits(pre), traits(post), sign)
    }

    fn wiring(&self, edges: &[Synapse]) -> Vec<Edge> {
        let mut wiring: Vec<Edge> = edges
            .iter()
            .map(|s| (s.pre, s.post, self.layer(s.pre, s.post, s.sign)))
            .collect();
        wiring.sort_unstable();
        wiring
    }

    /// All simple wirings without autapses that have the same degrees in every layer.
    fn all(&self) -> Vec<Vec<Edge>> {
        let mut halves: Vec<(u32, u8, Sign)> = self
            .edges
            .iter()
            .map(|s| (s.pre, self.layer(s.pre, s.post, s.sign), s.sign))
            .collect();
        halves.sort_unstable();
        let mut open: BTreeMap<(u8, u32), u32> = BTreeMap::new();
        self.edges.iter().for_each(|s| {
            *open
                .entry((self.layer(s.pre, s.post, s.sign), s.post))
                .or_default() += 1
        });
        let mut found = Vec::new();
        self.extend(&halves, &mut open, &mut Vec::new(), &mut found);
        found
    }

    fn extend(
        &self,
        halves: &[(u32, u8, Sign)],
        open: &mut BTreeMap<(u8, u32), u32>,
        chosen: &mut Vec<Edge>,
        found: &mut Vec<Vec<Edge>>,
    ) {
        let Some(&(pre, layer, sign)) = halves.get(chosen.len()) else {
            let mut wiring = chosen.clone();
            wiring.sort_unstable();
            found.push(wiring);
            return;
        };
        // Equal halves take ascending targets, so that a wiring is found once.
        let first = match chosen.last() {
            Some(&(last, post, l)) if (last, l) == (pre, layer) => post + 1,
            _ => 0,
        };
        for post in first..self.neurons.len() as u32 {
            let taken = chosen.iter().any(|&(a, b, _)| (a, b) == (pre, post));
            let left = open.get(&(layer, post)).copied().unwrap_or(0);
            if post == pre || taken || left == 0 || self.layer(pre, post, sign) != layer {
                continue;
            }
            open.insert((layer, post), left - 1);
            chosen.push((pre, post, layer));
            self.extend(halves, open, chosen, found);
            chosen.pop();
            open.insert((layer, post), left);
        }
    }

    /// Draws many nulls and compares how often each wiring comes up.
    fn check(&self, wirings: usize, settings: NullSettings) {
        let all = self.all();
        assert_eq!(all.len(), wirings);
        let surrogate = Surrogate::from_edges(&self.neurons, self.edges.clone(), self.model);
        let expected = 300;
        let draws = (expected * wirings) as u32;
        let drawn = surrogate
            .for_each_null(draws, settings, 11, &|| true, |null| {
                self.wiring(&null.edges)
            })
            .unwrap();
        let mut counts: HashMap<_, u32> = all.into_iter().map(|wiring| (wiring, 0)).collect();
        drawn.iter().for_each(|wiring| {
            *counts
                .get_mut(wiring)
                .expect("a wiring with the same degrees") += 1
        });
        let chi2: f64 = counts
            .values()
            .map(|&n| (f64::from(n) - expected as f64).powi(2) / expected as f64)
            .sum();
        // The .999 quantile of chi-square (Wilson and Hilferty 1931).
        let freedom = wirings as f64 - 1.0;
        let (width, normal) = (2.0 / (9.0 * freedom), 3.0902);
        let limit = freedom * (1.0 - width + normal * width.sqrt()).powi(3);
        assert!(
            chi2 < limit,
            "{settings:?}: chi-square {chi2}, {freedom} degrees of freedom, p = .001 at {limit}"
        );
    }
}

/// Wirings, with how many have the same layered degrees.
fn tiny() -> Vec<(Tiny, usize)> {
    use NullModel::{BySignPair, BySourceSign, Unlayered};
    vec![
        // Two sources, four targets.
        (
            Tiny::new("EEEEEE", &[(0, 2), (0, 3), (1, 4), (1, 5)], Unlayered),
            6,
        ),
        // A directed triangle: swaps alone never leave it.
        (Tiny::new("EEE", &[(0, 1), (1, 2), (2, 0)], Unlayered), 2),
        // A directed triangle below a neuron that excites all of it, above one that all of it
        // excite.
        (
            Tiny::new(
                "EEEEE",
                &[
                    (0, 1),
                    (1, 2),
                    (2, 0),
                    (3, 0),
                    (3, 1),
                    (3, 2),
                    (0, 4),
                    (1, 4),
                    (2, 4),
                ],
                Unlayered,
            ),
            11,
        ),
        // A directed triangle alone in its layer.
        (
            Tiny::new(
                "EEEI",
                &[(0, 1), (1, 2), (2, 0), (0, 3), (3, 0), (3, 2)],
                BySignPair,
            ),
            2,
        ),
        (
            Tiny::new(
                "EEEII",
                &[
                    (0, 1),
                    (1, 2),
                    (2, 0),
                    (0, 3),
                    (1, 4),
                    (3, 0),
                    (3, 1),
                    (4, 2),
                    (4, 3),
                ],
                BySourceSign,
            ),
            30,
        ),
        (
            Tiny::new(
                "EEEEII",
                &[
                    (0, 1),
                    (1, 2),
                    (2, 3),
                    (3, 0),
                    (0, 4),
                    (2, 5),
                    (4, 1),
                    (5, 3),
                    (5, 4),
                ],
                BySignPair,
            ),
            36,
        ),
        // Reciprocal edges, dense.
        (
            Tiny::new(
                "EEEE",
                &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 0), (0, 2), (3, 1)],
                Unlayered,
            ),
            7,
        ),
        (
            Tiny::new(
                "EEEEE",
                &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 2), (1, 4)],
                Unlayered,
            ),
            53,
        ),
    ]
}

#[test]
fn swaps_visit_all_wirings_alike() {
    let settings = NullSettings {
        chain: Chain::Swaps,
        swaps_per_edge: 40.0,
        ..NullSettings::default()
    };
    tiny()
        .iter()
        .for_each(|(tiny, wirings)| tiny.check(*wirings, settings));
}

#[test]
fn trades_visit_all_wirings_alike() {
    let settings = NullSettings {
        chain: Chain::Trades,
        global_trades: 40,
        ..NullSettings::default()
    };
    tiny()
        .iter()
        .for_each(|(tiny, wirings)| tiny.check(*wirings, settings));
}

/// What the documentation owns up to: without Dale's law a wiring can be cut off from its mirror
/// image.
#[test]
fn edges_of_both_signs_can_hold_each_other_in_place() {
    let mut tiny = Tiny::new(
        "EEEE",
        &[(0, 2), (0, 3), (1, 2), (1, 3)],
        NullModel::BySourceSign,
    );
    tiny.edges[1].sign = Sign::Inhibitory;
    tiny.edges[2].sign = Sign::Inhibitory;
    assert_eq!(tiny.all().len(), 2);
    let surrogate = Surrogate::from_edges(&tiny.neurons, tiny.edges.clone(), tiny.model);
    for chain in [Chain::Swaps, Chain::Trades] {
        let settings = NullSettings {
            chain,
            ..NullSettings::default()
        };
        let drawn = surrogate
            .for_each_null(20, settings, 1, &|| true, |null| tiny.wiring(&null.edges))
            .unwrap();
        assert!(
            drawn
                .iter()
                .all(|wiring| *wiring == tiny.wiring(&tiny.edges))
        );
    }
}
