//! The maximum-likelihood dimension of Levina and Bickel.

use super::Estimator;
use super::method::{Family, Method, Reads, Sampling, Values};
use super::neighbours::NeighbourDistances;

/// [`Estimator::Mle`] of so many neighbours.
pub(super) fn method(neighbours: u16) -> Method {
    Method {
        reads: Reads::Distances {
            neighbours: usize::from(neighbours),
            value: maximum_likelihood,
        },
        values: Values::Reals { least: 0.0 },
        sampling: Sampling::RECOMPUTED,
        tabled_points: None,
        family: Some(Family {
            member: Estimator::Mle,
            accepts: |neighbours| neighbours >= 3,
            reported: &[10, 20, 50],
        }),
        citation: Some("levina2004"),
    }
}

/// `1 / mean_i m_i` with `m_i = sum_{j < k} ln(r_k / r_j) / (k - 1)` over the distances `r_1..r_k`
/// of point `i` to its `k` neighbours.
///
/// Where density is constant within `r_k`, the neighbours of a point are a Poisson process whose
/// likelihood `1 / m_i` maximises; inverses are averaged over points, as MacKay and Ghahramani
/// (2005) advise. Equals scikit-dimension's `MLE()` with `n_neighbors=k`. Valid for `k >= 3`; a
/// large `k` narrows the error and lowers the value in many dimensions, as neighbours come to lie
/// beyond the border. Points with a neighbour at distance zero are left out. `O(n k)`. Source:
/// Levina & Bickel 2004 (NIPS 17).
///
/// `None` if no point has `k` neighbours at different distances.
pub(super) fn maximum_likelihood(distances: &NeighbourDistances, k: usize) -> Option<f64> {
    let (mut sum, mut points) = (0.0, 0.0);
    for row in distances
        .rows()
        .filter(|row| row.len() >= k && row[0] > 0.0)
    {
        let farthest = row[k - 1].ln();
        sum += row[..k - 1]
            .iter()
            .map(|squared| 0.5 * (farthest - squared.ln()))
            .sum::<f64>()
            / (k - 1) as f64;
        points += 1.0;
    }
    (sum > 0.0).then(|| points / sum)
}
