//! The structure of a wiring in numbers.

use faer::Mat;
use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use crate::connectome::{Connectome, Sign};
use crate::dimension::effective_rank;
use crate::portable::spectral_radius;

/// Structure measures of a connectome. They are over chemical synapses between different neurons
/// unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// Directed edges: ordered pairs of neurons joined by any chemical synapse.
    pub edges: usize,
    /// Pairs joined by gap junctions.
    pub gap_pairs: usize,
    /// `edges / (n (n - 1))`.
    pub density: f64,
    /// Fraction of the edges whose reverse exists.
    pub reciprocity: f64,
    /// Mean local clustering coefficient of the undirected graph (neurons with fewer than two
    /// neighbours count 0).
    pub clustering: f64,
    /// Standard deviation over mean of the out-degree.
    pub out_degree_cv: f64,
    /// Standard deviation over mean of the in-degree.
    pub in_degree_cv: f64,
    /// Fraction of the neurons in the largest strongly connected component.
    pub strong_fraction: f64,
    /// Neurons with an excitatory sign.
    pub excitatory_neurons: usize,
    /// Neurons with an inhibitory sign.
    pub inhibitory_neurons: usize,
    /// Edges with an excitatory sign.
    pub excitatory_edges: usize,
    /// Edges with an inhibitory sign.
    pub inhibitory_edges: usize,
    /// Largest modulus of the eigenvalues of the signed weight matrix; unsigned edges count
    /// positive.
    pub spectral_radius: f64,
    /// `exp(-sum p ln p)`, `p` being the singular values of that matrix over their sum.
    pub effective_rank: f64,
    /// `|W|_F^2 / |W|_2^2`: squared Frobenius norm over squared spectral norm of that matrix.
    pub stable_rank: f64,
}

impl Measures {
    /// Measures a connectome. O(n^3) for the spectrum, O(sum of squared degrees) for the
    /// clustering.
    #[must_use]
    pub fn of(connectome: &Connectome) -> Self {
        let n = connectome.neurons().len();
        let edges: Vec<_> = connectome.edges(0.0).collect();
        let mut reached = vec![vec![false; n]; n];
        edges
            .iter()
            .for_each(|s| reached[s.pre as usize][s.post as usize] = true);
        let reciprocal = edges
            .iter()
            .filter(|s| reached[s.post as usize][s.pre as usize])
            .count();
        let (mut out_degree, mut in_degree) = (vec![0.0; n], vec![0.0; n]);
        let mut matrix = Mat::<f64>::zeros(n, n);
        for s in &edges {
            out_degree[s.pre as usize] += 1.0;
            in_degree[s.post as usize] += 1.0;
            let factor = if s.sign == Sign::Inhibitory {
                -1.0
            } else {
                1.0
            };
            matrix[(s.post as usize, s.pre as usize)] = factor * s.weight;
        }
        let singular = matrix.singular_values().unwrap_or_default();
        let squares: f64 = singular.iter().map(|s| s * s).sum();
        let largest = singular.iter().copied().fold(0.0, f64::max);
        let neurons = |sign| {
            connectome
                .neurons()
                .iter()
                .filter(|n| n.sign == sign)
                .count()
        };
        let signed = |sign| edges.iter().filter(|s| s.sign == sign).count();
        let ratio = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        let graph = DiGraph::<(), ()>::from_edges(edges.iter().map(|s| (s.pre, s.post)));
        let strong = tarjan_scc(&graph).iter().map(Vec::len).max().unwrap_or(0);
        Self {
            edges: edges.len(),
            gap_pairs: connectome.gap_pairs().count(),
            density: ratio(edges.len() as f64, (n * n.saturating_sub(1)) as f64),
            reciprocity: ratio(reciprocal as f64, edges.len() as f64),
            clustering: clustering(&reached),
            out_degree_cv: variation(&out_degree),
            in_degree_cv: variation(&in_degree),
            strong_fraction: ratio(strong as f64, n as f64),
            excitatory_neurons: neurons(Sign::Excitatory),
            inhibitory_neurons: neurons(Sign::Inhibitory),
            excitatory_edges: signed(Sign::Excitatory),
            inhibitory_edges: signed(Sign::Inhibitory),
            spectral_radius: spectral_radius(&matrix),
            effective_rank: effective_rank(&singular),
            stable_rank: ratio(squares, largest * largest),
        }
    }
}

/// Population standard deviation over mean.
fn variation(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    if mean > 0.0 {
        variance.sqrt() / mean
    } else {
        0.0
    }
}

fn clustering(reached: &[Vec<bool>]) -> f64 {
    let n = reached.len();
    let joined = |i: usize, j: usize| reached[i][j] || reached[j][i];
    let mut sum = 0.0;
    for i in 0..n {
        let neighbours: Vec<usize> = (0..n).filter(|&j| j != i && joined(i, j)).collect();
        let degree = neighbours.len();
        if degree < 2 {
            continue;
        }
        let mut links = 0usize;
        for (index, &a) in neighbours.iter().enumerate() {
            links += neighbours[index + 1..]
                .iter()
                .filter(|&&b| joined(a, b))
                .count();
        }
        sum += 2.0 * links as f64 / (degree * (degree - 1)) as f64;
    }
    if n > 0 { sum / n as f64 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::source::bundled;

    /// Density, reciprocity, clustering and degree variation of two connectomes as computed
    /// independently (networkx).
    #[test]
    fn measures_agree_with_an_independent_computation() {
        for (name, density, reciprocity, clustering, out_cv, in_cv) in [
            ("cook2019_herm", 0.040384, 0.364478, 0.344947, 0.689, 0.756),
            ("witvliet2021_1", 0.0262, 0.17, 0.21, 0.71, 1.02),
        ] {
            let m = Measures::of(
                &bundled::connectome(name)
                    .unwrap()
                    .with_signs(SignModel::Wang2024),
            );
            let near = |value: f64, target: f64, slack: f64| (value - target).abs() <= slack;
            assert!(near(m.density, density, 0.0006), "{name} {m:?}");
            assert!(near(m.reciprocity, reciprocity, 0.006), "{name} {m:?}");
            assert!(near(m.clustering, clustering, 0.006), "{name} {m:?}");
            assert!(
                near(m.out_degree_cv, out_cv, 0.006) && near(m.in_degree_cv, in_cv, 0.006),
                "{name} {m:?}"
            );
            assert!(m.stable_rank <= m.effective_rank * 1.5 && m.stable_rank >= 1.0);
        }
    }
}
