//! Measures of the undirected graph of a wiring: paths, clubs, communities.

use std::collections::{BTreeMap, VecDeque};

use faer::{Mat, Side};

use crate::connectome::Connectome;

/// Measures of the undirected graph of a connectome: two neurons are joined where a chemical
/// synapse leads from one of them to the other, whatever its weight and sign. A measure that is not
/// defined is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GraphMeasures {
    /// Mean number of steps on the shortest path between two neurons of the largest component.
    pub path_length: Option<f64>,
    /// Mean of the inverse number of steps over all pairs, 0 for pairs without a path (Latora and
    /// Marchiori 2001).
    pub global_efficiency: f64,
    /// The smallest degree that at most a tenth of the neurons exceed.
    pub rich_club_degree: usize,
    /// Density of the graph among these neurons (Zhou and Mondragon 2004).
    pub rich_club: Option<f64>,
    /// Communities of the partition that greedy merging finds (Clauset, Newman and Moore 2004).
    pub communities: usize,
    /// Modularity of that partition.
    pub modularity: Option<f64>,
    /// (C / C_random) / (L / L_random) of the largest component with n neurons and mean degree k:
    /// C_random = k / (n - 1), L_random = (ln n - 0.5772) / ln k + 1/2 (Humphries and Gurney 2008;
    /// Fronczak et al. 2004).
    pub small_world_sigma: Option<f64>,
    /// L_random / L - C / C_lattice of it, with C_lattice = 3 (k - 2) / (4 (k - 1)) (Telesford et
    /// al. 2011).
    pub small_world_omega: Option<f64>,
    /// Natural logarithm of the mean entry of exp(A) for two different neurons, A being the
    /// adjacency matrix (Estrada and Hatano 2008).
    pub log_communicability: Option<f64>,
}

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

impl GraphMeasures {
    /// Measures a connectome of n neurons and m joined pairs: O(n m) for the paths, O(n^3) for the
    /// communicability, and for the communities O(m d log n) where communities have d neighbours;
    /// O(n^2) space. Nothing is drawn at random.
    #[must_use]
    pub fn of(connectome: &Connectome) -> Self {
        let graph = Graph::of(connectome);
        let neurons = graph.neighbours.len();
        let (largest, inverse) = graph.distances();
        let pairs = (neurons * neurons.saturating_sub(1)) as f64;
        let (degree, club) = graph.rich_club();
        let (communities, modularity) = graph.communities();
        let [sigma, omega] = graph.small_world(&largest);
        Self {
            path_length: largest.path_length,
            global_efficiency: if pairs > 0.0 { inverse / pairs } else { 0.0 },
            rich_club_degree: degree,
            rich_club: club,
            communities,
            modularity,
            small_world_sigma: sigma,
            small_world_omega: omega,
            log_communicability: graph.log_communicability(),
        }
    }
}

/// The largest component of a graph.
struct Component {
    neurons: Vec<usize>,
    path_length: Option<f64>,
}

/// A simple undirected graph.
struct Graph {
    /// For each neuron those it is joined with, ascending.
    neighbours: Vec<Vec<usize>>,
}

impl Graph {
    fn of(connectome: &Connectome) -> Self {
        let mut neighbours = vec![Vec::new(); connectome.neurons().len()];
        for synapse in connectome.edges(0.0) {
            let (pre, post) = (synapse.pre as usize, synapse.post as usize);
            neighbours[pre].push(post);
            neighbours[post].push(pre);
        }
        for row in &mut neighbours {
            row.sort_unstable();
            row.dedup();
        }
        Self { neighbours }
    }

    /// Twice the number of joined pairs.
    fn ends(&self) -> usize {
        self.neighbours.iter().map(Vec::len).sum()
    }

    /// The largest component, the first of equal ones, and the sum of the inverse distances over
    /// all ordered pairs of the graph.
    fn distances(&self) -> (Component, f64) {
        let mut largest = Component {
            neurons: Vec::new(),
            path_length: None,
        };
        let (mut inverse, mut steps_of_largest) = (0.0, 0_u64);
        let mut is_in_largest = vec![false; self.neighbours.len()];
        for source in 0..self.neighbours.len() {
            let mut distance = vec![u32::MAX; self.neighbours.len()];
            distance[source] = 0;
            let (mut queue, mut reached) = (VecDeque::from([source]), Vec::new());
            let mut steps = 0;
            while let Some(neuron) = queue.pop_front() {
                reached.push(neuron);
                if neuron != source {
                    steps += u64::from(distance[neuron]);
                    inverse += 1.0 / f64::from(distance[neuron]);
                }
                for &next in &self.neighbours[neuron] {
                    if distance[next] == u32::MAX {
                        distance[next] = distance[neuron] + 1;
                        queue.push_back(next);
                    }
                }
            }
            if reached.len() > largest.neurons.len() {
                is_in_largest.fill(false);
                reached
                    .iter()
                    .for_each(|&neuron| is_in_largest[neuron] = true);
                reached.sort_unstable();
                largest.neurons = reached;
                steps_of_largest = 0;
            }
            if is_in_largest[source] {
                steps_of_largest += steps;
            }
        }
        let size = largest.neurons.len() as f64;
        largest.path_length = (size > 1.0).then(|| steps_of_largest as f64 / (size * (size - 1.0)));
        (largest, inverse)
    }

    /// The degree beyond which the club begins, and its density.
    fn rich_club(&self) -> (usize, Option<f64>) {
        let mut degrees: Vec<usize> = self.neighbours.iter().map(Vec::len).collect();
        degrees.sort_unstable_by(|a, b| b.cmp(a));
        let degree = degrees.get(degrees.len() / 10).copied().unwrap_or(0);
        let is_in = |neuron: usize| self.neighbours[neuron].len() > degree;
        let members: Vec<usize> = (0..self.neighbours.len()).filter(|&n| is_in(n)).collect();
        let ends = members
            .iter()
            .flat_map(|&member| &self.neighbours[member])
            .filter(|&&other| is_in(other));
        let pairs = members.len() * members.len().saturating_sub(1);
        let density = (pairs > 0).then(|| ends.count() as f64 / pairs as f64);
        (degree, density)
    }

    /// The mean local clustering coefficient of a component.
    fn clustering(&self, component: &Component) -> f64 {
        let mut is_near = vec![false; self.neighbours.len()];
        let of_neuron = |&neuron: &usize| {
            let row = &self.neighbours[neuron];
            row.iter().for_each(|&other| is_near[other] = true);
            let ends = row.iter().flat_map(|&other| &self.neighbours[other]);
            let links = ends.filter(|&&other| is_near[other]).count();
            row.iter().for_each(|&other| is_near[other] = false);
            let pairs = row.len() * row.len().saturating_sub(1);
            if pairs > 0 {
                links as f64 / pairs as f64
            } else {
                0.0
            }
        };
        component.neurons.iter().map(of_neuron).sum::<f64>() / component.neurons.len() as f64
    }

    /// Sigma and omega of a component.
    fn small_world(&self, component: &Component) -> [Option<f64>; 2] {
        let Some(length) = component.path_length else {
            return [None; 2];
        };
        let n = component.neurons.len() as f64;
        let ends = component
            .neurons
            .iter()
            .map(|&at| self.neighbours[at].len());
        let k = ends.sum::<usize>() as f64 / n;
        let clustering = self.clustering(component);
        let random_length = (libm::log(n) - EULER) / libm::log(k) + 0.5;
        let lattice = 3.0 * (k - 2.0) / (4.0 * (k - 1.0));
        let sigma = clustering / (k / (n - 1.0)) / (length / random_length);
        let omega = random_length / length - clustering / lattice;
        // Below a mean degree of 2 no lattice is connected.
        [sigma, omega].map(|value| (k > 2.0).then_some(value))
    }

    /// The number of communities, and their modularity.
    ///
    /// Each neuron begins as a community. The two joined ones whose merger raises modularity most
    /// are merged, of equal ones the first, until every merger would lower it.
    fn communities(&self) -> (usize, Option<f64>) {
        let neurons = self.neighbours.len();
        let ends = self.ends() as f64;
        if ends == 0.0 {
            return (neurons, None);
        }
        let mut share: Vec<f64> = self
            .neighbours
            .iter()
            .map(|row| row.len() as f64 / ends)
            .collect();
        // For each community what a merger with each of those it is joined with would gain.
        let mut gains: Vec<BTreeMap<usize, f64>> = (0..neurons)
            .map(|u| {
                let row = self.neighbours[u].iter();
                row.map(|&v| (v, 2.0 / ends - 2.0 * share[u] * share[v]))
                    .collect()
            })
            .collect();
        let mut best: Vec<Option<(f64, usize)>> = gains.iter().map(best_of).collect();
        let mut community: Vec<usize> = (0..neurons).collect();
        loop {
            let mut chosen: Option<(f64, usize, usize)> = None;
            for (u, best) in best.iter().enumerate() {
                if let Some((gain, v)) = *best
                    && chosen.is_none_or(|(most, ..)| gain > most)
                {
                    chosen = Some((gain, u, v));
                }
            }
            let Some((gain, u, v)) = chosen else { break };
            if gain < 0.0 {
                break;
            }
            let (row_u, row_v) = (std::mem::take(&mut gains[u]), std::mem::take(&mut gains[v]));
            let mut merged = BTreeMap::new();
            for &w in row_u.keys().chain(row_v.keys()) {
                if w == u || w == v || merged.contains_key(&w) {
                    continue;
                }
                let gain = match (row_u.get(&w), row_v.get(&w)) {
                    (Some(of_u), Some(of_v)) => of_v + of_u,
                    (None, Some(of_v)) => of_v - 2.0 * share[u] * share[w],
                    (Some(of_u), None) => of_u - 2.0 * share[v] * share[w],
                    (None, None) => continue,
                };
                merged.insert(w, gain);
                gains[w].remove(&u);
                gains[w].insert(v, gain);
                best[w] = match best[w] {
                    // Nothing that was the best has become less.
                    Some((most, other)) if other != u && other != v => {
                        let is_better = gain > most || gain == most && v < other;
                        Some(if is_better { (gain, v) } else { (most, other) })
                    }
                    _ => best_of(&gains[w]),
                };
            }
            best[u] = None;
            best[v] = best_of(&merged);
            gains[v] = merged;
            share[v] += share[u];
            share[u] = 0.0;
            community
                .iter_mut()
                .filter(|of| **of == u)
                .for_each(|of| *of = v);
        }
        let inside = self.neighbours.iter().enumerate().map(|(u, row)| {
            let own = row.iter().filter(|&&v| community[v] == community[u]);
            own.count()
        });
        let squares: f64 = share.iter().map(|share| share * share).sum();
        let modularity = inside.sum::<usize>() as f64 / ends - squares;
        let mut names = community;
        names.sort_unstable();
        names.dedup();
        (names.len(), Some(modularity))
    }

    /// The logarithm of the mean communicability, by the eigenvectors of the adjacency matrix. The
    /// largest exponential is taken out, so that none is too large for a number.
    fn log_communicability(&self) -> Option<f64> {
        let neurons = self.neighbours.len();
        if self.ends() == 0 {
            return None;
        }
        let mut matrix = Mat::<f64>::zeros(neurons, neurons);
        for (u, row) in self.neighbours.iter().enumerate() {
            row.iter().for_each(|&v| matrix[(u, v)] = 1.0);
        }
        let spectrum = matrix.self_adjoint_eigen(Side::Lower).ok()?;
        let (values, vectors) = (spectrum.S().column_vector(), spectrum.U());
        let largest = (0..neurons).map(|k| values[k]).fold(f64::MIN, f64::max);
        let of_pairs: f64 = (0..neurons)
            .map(|k| {
                let sum: f64 = (0..neurons).map(|u| vectors[(u, k)]).sum();
                libm::exp(values[k] - largest) * (sum * sum - 1.0)
            })
            .sum();
        let pairs = (neurons * (neurons - 1)) as f64;
        Some(libm::log(of_pairs / pairs) + largest)
    }
}

/// The largest gain of a row, of equal ones the first.
fn best_of(row: &BTreeMap<usize, f64>) -> Option<(f64, usize)> {
    let mut best: Option<(f64, usize)> = None;
    for (&v, &gain) in row {
        if best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, v));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{Neuron, Sign, Synapse, SynapseType};
    use crate::source::bundled;

    /// Path length, efficiency, rich club with its degree, communities with their modularity,
    /// sigma, omega and the logarithm of the mean communicability of ten connectomes: networkx
    /// 3.6.1 (`benches/graph_peers.py`).
    type Golden = (
        &'static str,
        f64,
        f64,
        usize,
        f64,
        usize,
        f64,
        f64,
        f64,
        f64,
    );
    const NETWORKX: [Golden; 10] = [
        (
            "cook2019_herm",
            2.6348815207586194,
            0.4396387108671608,
            34,
            0.4064039408866995,
            4,
            0.38403716864750614,
            4.394169702303896,
            0.3557278236004929,
            23.15204167075607,
        ),
        (
            "cook2019_male",
            2.7530795419374807,
            0.365636254224231,
            35,
            0.39663865546218485,
            4,
            0.5132357787840881,
            5.66638683672531,
            0.3999956245517114,
            23.030131439587308,
        ),
        (
            "cook2020_pharynx",
            1.5476190476190477,
            0.6774891774891773,
            14,
            1.0,
            3,
            0.1353393309459341,
            1.3307805281313967,
            0.005231926874554205,
            8.49529462318434,
        ),
        (
            "durbin1987_n2u",
            2.43516761543327,
            0.45145446960225427,
            24,
            0.3333333333333333,
            5,
            0.32566289157439915,
            3.175643696288843,
            0.569678155167149,
            12.639053564773937,
        ),
        (
            "haspel2011_vnc",
            4.621031746031746,
            0.32469257484138375,
            7,
            0.0,
            4,
            0.6547394396864566,
            3.7293633794949574,
            -0.34996212411664307,
            1.618285463053322,
        ),
        (
            "varshney2011",
            2.569531471596916,
            0.42883069888155273,
            24,
            0.37037037037037035,
            6,
            0.37696257542215994,
            5.946288472037866,
            0.47624687829440393,
            17.04445884888866,
        ),
        (
            "white1986_whole",
            2.569531471596916,
            0.376048049800435,
            24,
            0.37037037037037035,
            5,
            0.4061985647588263,
            5.946288472037866,
            0.47624687829440393,
            16.90575470115098,
        ),
        (
            "witvliet2021_1",
            2.9929347826086956,
            0.3801456669624432,
            15,
            0.3516483516483517,
            6,
            0.4184373596295138,
            3.9422931678343964,
            0.5790151283900227,
            5.814451852749632,
        ),
        (
            "witvliet2021_8",
            2.2166977032898822,
            0.49822056693572153,
            30,
            0.45714285714285713,
            4,
            0.31636553793861977,
            2.6594945154071343,
            0.539631555490999,
            17.194291734345473,
        ),
        (
            "yim2024_dauer",
            2.209779674847781,
            0.49975414809706836,
            29,
            0.3904761904761905,
            4,
            0.2943218793955895,
            2.653376799467164,
            0.5394382893414444,
            16.442439473490477,
        ),
    ];

    #[test]
    fn ten_connectomes_measure_as_networkx_says() {
        for golden in NETWORKX {
            let (name, length, efficiency, degree, club, communities, modularity, ..) = golden;
            let (.., sigma, omega, communicability) = golden;
            let found = GraphMeasures::of(&bundled::connectome(name).unwrap());
            let near = |found: Option<f64>, expected: f64| {
                (found.unwrap() - expected).abs() <= 1e-9 * expected.abs().max(1.0)
            };
            assert!(near(found.path_length, length), "{name} {found:?}");
            assert!(
                near(Some(found.global_efficiency), efficiency),
                "{name} {found:?}"
            );
            assert_eq!(found.rich_club_degree, degree, "{name} {found:?}");
            assert!(near(found.rich_club, club), "{name} {found:?}");
            assert_eq!(found.communities, communities, "{name} {found:?}");
            assert!(near(found.modularity, modularity), "{name} {found:?}");
            assert!(near(found.small_world_sigma, sigma), "{name} {found:?}");
            assert!(near(found.small_world_omega, omega), "{name} {found:?}");
            assert!(
                near(found.log_communicability, communicability),
                "{name} {found:?}"
            );
        }
    }

    #[test]
    fn graphs_without_what_is_measured_have_none_of_it() {
        let of = |neurons: u32, pairs: &[(u32, u32)]| {
            let names = (0..neurons).map(|at| Neuron::named(format!("N{at}")));
            let synapses = pairs.iter().map(|&(pre, post)| Synapse {
                pre,
                post,
                synapse_type: SynapseType::Chemical,
                weight: 1.0,
                sign: Sign::Excitatory,
            });
            let c = Connectome::new("t", "synapses", names.collect(), synapses.collect());
            GraphMeasures::of(&c.unwrap())
        };
        let nothing = of(3, &[]);
        assert_eq!(
            (nothing.path_length, nothing.global_efficiency),
            (None, 0.0)
        );
        assert_eq!((nothing.modularity, nothing.communities), (None, 3));
        assert_eq!(
            (nothing.rich_club, nothing.log_communicability),
            (None, None)
        );
        assert_eq!(of(0, &[]).path_length, None);
        // A chain: distances 1, 1 and 2. One autapse is no pair.
        let chain = of(4, &[(0, 1), (1, 2), (2, 1), (3, 3)]);
        assert_eq!(chain.path_length, Some(4.0 / 3.0));
        assert!((chain.global_efficiency - 5.0 / 12.0).abs() < 1e-15);
        assert_eq!(chain.small_world_sigma, None);
    }
}
