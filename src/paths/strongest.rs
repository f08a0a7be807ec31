//! The single paths with the largest products of input shares.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashSet};

use super::shares::InputShares;
use crate::connectome::{Neuron, Sign};
use crate::interruption;

/// A path between two neurons that visits no neuron twice.
#[derive(Clone, Debug, PartialEq)]
pub struct StrongPath {
    /// The neurons from source to target.
    pub neurons: Vec<u32>,
    /// For each synapse its share of its target's input.
    pub shares: Vec<f64>,
    /// The product of the shares, taken from source to target.
    pub product: f64,
    /// The product of the signs; unsigned if any synapse is.
    pub sign: Sign,
}

/// The bound of a path that is not complete is raised by this factor, so that the rounding of
/// another order of multiplication never hides a path.
const SLACK: f64 = 1.0 + 1e-9;

/// The beginning of a path. The whole is found by going back.
struct Beginning {
    neuron: u32,
    /// Place of what comes before; none for a source.
    before: Option<u32>,
    steps: u32,
    product: f64,
}

/// What is known of a beginning that waits: the most that a path which goes on from it can have.
struct Waiting {
    bound: f64,
    at: u32,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound
            .total_cmp(&other.bound)
            .then(other.at.cmp(&self.at))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

/// A complete path as the ranks of its names: the better one is the greater, by product, then by
/// names.
type Complete = (Product, Reverse<Vec<u32>>);

/// A product of shares, which is no NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Product(f64);

impl Eq for Product {}

impl Ord for Product {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Product {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The `count` strongest paths of exactly `steps` synapses from any of `sources` to any of
/// `targets`, the strongest first. A path visits no neuron twice; those between its ends may be
/// sources and targets, too. Of paths with equal products that one comes first whose names come
/// first.
///
/// Best first: a beginning waits under the largest product that any walk of the synapses left can
/// have, which one pass over the synapses for each step tells of every neuron. O(steps x E) for
/// these bounds. Where the best walks visit no neuron twice, about count x steps x out-degree
/// beginnings follow, each O(steps + log of those that wait); more where strong synapses lead back
/// and forth, for such walks are no paths.
///
/// # Panics
/// If a source or target is no neuron.
#[must_use]
pub fn strongest_paths(
    shares: &InputShares,
    neurons: &[Neuron],
    [sources, targets]: [&[u32]; 2],
    steps: u32,
    count: usize,
) -> Vec<StrongPath> {
    if count == 0 {
        return Vec::new();
    }
    let mut is_target = vec![false; neurons.len()];
    targets
        .iter()
        .for_each(|&target| is_target[target as usize] = true);
    let bounds = bounds(shares, &is_target, steps);
    let by_name = ranks(neurons);
    let mut beginnings: Vec<Beginning> = Vec::new();
    let mut waiting: BinaryHeap<Waiting> = BinaryHeap::new();
    let mut found: BinaryHeap<Reverse<Complete>> = BinaryHeap::new();
    let least = |found: &BinaryHeap<Reverse<Complete>>| match found.peek() {
        Some(Reverse((product, ..))) if found.len() == count => product.0,
        _ => f64::MIN_POSITIVE,
    };
    let distinct: HashSet<u32> = sources.iter().copied().collect();
    let mut distinct: Vec<u32> = distinct.into_iter().collect();
    distinct.sort_unstable();
    for neuron in distinct {
        let bound = bounds[steps as usize][neuron as usize] * SLACK;
        let at = beginnings.len() as u32;
        beginnings.push(Beginning {
            neuron,
            before: None,
            steps: 0,
            product: 1.0,
        });
        waiting.push(Waiting { bound, at });
    }
    while let Some(Waiting { bound, at }) = waiting.pop() {
        if bound < least(&found) {
            break;
        }
        interruption::check();
        let path = whole(&beginnings, at);
        let Beginning {
            neuron,
            steps: taken,
            product,
            ..
        } = beginnings[at as usize];
        for to in shares.row(neuron) {
            if path.contains(&to.post) {
                continue;
            }
            let product = product * to.share;
            let left = (steps - taken - 1) as usize;
            if left == 0 && is_target[to.post as usize] && product >= least(&found) {
                let names = path.iter().chain([&to.post]);
                let names = names.map(|&neuron| by_name[neuron as usize]).collect();
                found.push(Reverse((Product(product), Reverse(names))));
                if found.len() > count {
                    found.pop();
                }
            }
            let bound = product * bounds[left][to.post as usize] * SLACK;
            if left > 0 && bound >= least(&found) {
                waiting.push(Waiting {
                    bound,
                    at: beginnings.len() as u32,
                });
                beginnings.push(Beginning {
                    neuron: to.post,
                    before: Some(at),
                    steps: taken + 1,
                    product,
                });
            }
        }
    }
    let mut of_rank = vec![0; neurons.len()];
    (0..)
        .zip(&by_name)
        .for_each(|(neuron, &rank)| of_rank[rank as usize] = neuron);
    let complete = found.into_sorted_vec().into_iter();
    complete
        .map(|Reverse((product, Reverse(names)))| {
            let path: Vec<u32> = names.iter().map(|&rank| of_rank[rank as usize]).collect();
            described(shares, path, product.0)
        })
        .collect()
}

/// For each number of steps left, from 0, and each neuron the largest product of a walk of so many
/// steps to a target; 0 where there is none.
fn bounds(shares: &InputShares, is_target: &[bool], steps: u32) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = vec![
        is_target
            .iter()
            .map(|&is| f64::from(u8::from(is)))
            .collect(),
    ];
    for left in 0..steps as usize {
        let from = |neuron: u32| {
            let row = shares.row(neuron).iter();
            let through = row.map(|to| to.share * all[left][to.post as usize]);
            through.fold(0.0, f64::max)
        };
        let next: Vec<f64> = (0..is_target.len() as u32).map(from).collect();
        all.push(next);
    }
    all
}

/// For each neuron its place among all in the order of names.
fn ranks(neurons: &[Neuron]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..neurons.len() as u32).collect();
    order.sort_by_key(|&neuron| &neurons[neuron as usize].name);
    let mut ranks = vec![0; neurons.len()];
    (0..)
        .zip(order)
        .for_each(|(rank, neuron)| ranks[neuron as usize] = rank);
    ranks
}

/// The neurons of a beginning, from its source.
fn whole(beginnings: &[Beginning], at: u32) -> Vec<u32> {
    let mut path = Vec::new();
    let mut next = Some(at);
    while let Some(at) = next {
        path.push(beginnings[at as usize].neuron);
        next = beginnings[at as usize].before;
    }
    path.reverse();
    path
}

/// A path with its shares and its sign.
fn described(shares: &InputShares, neurons: Vec<u32>, product: f64) -> StrongPath {
    let synapses = neurons.windows(2).filter_map(|pair| {
        let row = shares.row(pair[0]);
        let place = row.binary_search_by_key(&pair[1], |to| to.post).ok()?;
        Some((row[place].share, row[place].sign))
    });
    let (shares, signs): (Vec<f64>, Vec<Sign>) = synapses.unzip();
    let factor: f64 = signs.iter().map(|sign| sign.factor()).product();
    StrongPath {
        neurons,
        shares,
        product,
        sign: if factor > 0.0 {
            Sign::Excitatory
        } else if factor < 0.0 {
            Sign::Inhibitory
        } else {
            Sign::Unsigned
        },
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::connectome::{Connectome, NeuronClass, Roles, SignModel, Synapse, SynapseType};
    use crate::source::bundled;
    use proptest::prelude::*;

    /// For each ordered pair of three to six neurons a weight, 0 for no synapse, and a sign.
    pub(in crate::paths) fn drawn() -> impl Strategy<Value = Vec<(u8, Sign)>> {
        let sign = proptest::sample::select(vec![
            Sign::Excitatory,
            Sign::Excitatory,
            Sign::Inhibitory,
            Sign::Unsigned,
        ]);
        (3_usize..=6).prop_flat_map(move |neurons| {
            proptest::collection::vec((0..4_u8, sign.clone()), neurons * neurons)
        })
    }

    /// The connectome of a draw. Names run against the numbers of the neurons.
    pub(in crate::paths) fn connectome(drawn: &[(u8, Sign)]) -> Connectome {
        let count = drawn.len().isqrt();
        let neurons = (0..count).map(|at| Neuron::named(format!("N{}", 9 - at)));
        let synapses = drawn
            .iter()
            .enumerate()
            .filter(|(_, (weight, _))| *weight > 0);
        let synapses = synapses.map(|(at, &(weight, sign))| Synapse {
            pre: (at / count) as u32,
            post: (at % count) as u32,
            synapse_type: SynapseType::Chemical,
            weight: f64::from(weight),
            sign,
        });
        Connectome::new("drawn", "synapses", neurons.collect(), synapses.collect()).unwrap()
    }

    /// Every path of `steps` more synapses that goes on from `path`, with its product.
    fn paths(
        shares: &InputShares,
        targets: &[u32],
        steps: u32,
        path: &mut Vec<u32>,
        product: f64,
        found: &mut Vec<(f64, Vec<u32>)>,
    ) {
        let last = *path.last().expect("a path has a source");
        if steps == 0 {
            if targets.contains(&last) {
                found.push((product, path.clone()));
            }
            return;
        }
        for to in shares.row(last) {
            if path.contains(&to.post) {
                continue;
            }
            path.push(to.post);
            paths(shares, targets, steps - 1, path, product * to.share, found);
            path.pop();
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 256,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_strongest_of_all_paths_are_found(
            drawn in drawn(),
            steps in 1..=5_u32,
            count in 1..12_usize,
            ends in proptest::collection::vec(any::<[bool; 2]>(), 6),
        ) {
            let c = connectome(&drawn);
            let shares = InputShares::of(&c);
            let those = |end: usize| -> Vec<u32> {
                let all = 0..c.neurons().len();
                all.filter(|&at| ends[at][end]).map(|at| at as u32).collect()
            };
            let (sources, targets) = (those(0), those(1));
            let mut all = Vec::new();
            for &source in &sources {
                paths(&shares, &targets, steps, &mut vec![source], 1.0, &mut all);
            }
            let name = |path: &[u32]| -> Vec<&str> {
                path.iter().map(|&at| c.neurons()[at as usize].name.as_str()).collect()
            };
            all.sort_by(|a, b| {
                let by_names = || name(&a.1).cmp(&name(&b.1));
                b.0.total_cmp(&a.0).then_with(by_names)
            });
            all.truncate(count);
            let found = strongest_paths(&shares, c.neurons(), [&sources, &targets], steps, count);
            prop_assert_eq!(found.len(), all.len());
            for (path, (product, neurons)) in found.iter().zip(all) {
                prop_assert_eq!(path.product, product);
                prop_assert_eq!(&path.neurons, &neurons);
                prop_assert_eq!(path.shares.iter().product::<f64>(), product);
                let signs = neurons.windows(2).map(|pair| {
                    let mut row = c.outgoing(pair[0]).iter();
                    row.find(|s| s.post == pair[1]).unwrap().sign.factor()
                });
                prop_assert_eq!(path.sign.factor(), signs.product::<f64>());
            }
        }
    }

    /// Paths from sensory to motor neurons over 1, 2 and 3 synapses with the largest products,
    /// among all that networkx 3.6.1 lists (`all_simple_paths`; `benches/paths_peers.py`).
    const COOK: [[(&str, f64); 5]; 3] = [
        [
            ("IL2VR URAVR", 0.5925925925925926),
            ("PHCR DA9", 0.41818181818181815),
            ("IL1DR URADR", 0.38095238095238093),
            ("OLQVL SIBDL", 0.3611111111111111),
            ("OLQVR SIBDR", 0.35294117647058826),
        ],
        [
            ("IL1DR IL2DR URADR", 0.23809523809523808),
            ("PHBR PHCR DA9", 0.20909090909090908),
            ("PHCR LUAR PDB", 0.20689655172413793),
            ("IL2DR IL1DR URADR", 0.16666666666666666),
            ("IL1DR IL2DR RMEL", 0.1643835616438356),
        ],
        [
            ("PHBR PHCR LUAR PDB", 0.10344827586206896),
            ("ADLL ALA PVDR VB6", 0.09704968944099379),
            ("PHAL PHBR PHCR DA9", 0.09504132231404958),
            ("PHAR PHBR PHCR DA9", 0.07603305785123966),
            ("PHCL PHCR LUAR PDB", 0.06896551724137931),
        ],
    ];

    #[test]
    fn the_worm_has_the_paths_that_another_program_finds() {
        let worm = bundled::connectome("cook2019_herm").unwrap();
        let worm = worm.with_signs(SignModel::Wang2024);
        let roles = Roles::of(
            worm.neurons(),
            &[NeuronClass::Sensory],
            &[NeuronClass::Motor],
        );
        let (shares, ends) = (InputShares::of(&worm), [&*roles.input, &*roles.output]);
        for (steps, expected) in (1..).zip(COOK) {
            let found = strongest_paths(&shares, worm.neurons(), ends, steps, 5);
            for (path, (names, product)) in found.iter().zip(expected) {
                let name = |&at: &u32| worm.neurons()[at as usize].name.as_str();
                let own: Vec<&str> = path.neurons.iter().map(name).collect();
                assert_eq!(own.join(" "), names);
                assert!((path.product - product).abs() < 1e-15, "{path:?}");
            }
            assert_eq!(found.len(), 5);
        }
    }
}
