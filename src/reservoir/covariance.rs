//! The dimension of the activity of a linear network under white noise, relative to its size (Hu
//! and Sompolinsky 2022, PLoS Comput. Biol. 18:e1010327).
//!
//! With `x = (1 - g J)^-1 noise` the covariance is `C = (1 - gJ)^-1 (1 - gJ)^-T`, and
//!
//! ```text
//! D / N = (tr C)^2 / (N tr C^2)
//! ```
//!
//! its participation ratio over the number of neurons. For independent random weights of variance
//! `1/N` it is `(1 - g^2)^2` in large networks. Here `gJ` are the weights of a reservoir.

use faer::Mat;
use faer::prelude::Solve;

use super::network::Reservoir;
use crate::portable::spectral_radius;

/// `D / N`. `None` where the network is not stable: a neuron's activity would have no bound.
#[must_use]
pub fn relative_dimension(reservoir: &Reservoir) -> Option<f64> {
    let n = reservoir.neurons;
    let mut weights = Mat::<f64>::zeros(n, n);
    for &(post, pre, weight) in &reservoir.weights {
        weights[(post as usize, pre as usize)] += weight;
    }
    if spectral_radius(&weights) >= 1.0 {
        return None;
    }
    let identity = Mat::<f64>::identity(n, n);
    let gain = (&identity - weights).partial_piv_lu().solve(&identity);
    let covariance = &gain * gain.transpose();
    let trace: f64 = (0..n).map(|i| covariance[(i, i)]).sum();
    let squares: f64 = covariance
        .col_iter()
        .map(|column| column.iter().map(|value| value * value).sum::<f64>())
        .sum();
    let found = trace * trace / (n as f64 * squares);
    found.is_finite().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::StandardNormal;
    use crate::random::stream;
    use rand::RngExt;

    #[test]
    fn independent_weights_have_the_dimension_of_the_theory() {
        let n = 400;
        let mut random = stream(1, &["weights"]);
        let weights: Vec<(u32, u32, f64)> = (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .map(|(i, j)| {
                let normal: f64 = random.sample(StandardNormal);
                (i, j, normal / f64::from(n).sqrt())
            })
            .collect();
        for (g, wanted) in [(0.3, 0.8281), (0.5, 0.5625), (0.7, 0.2601)] {
            let scaled = weights.iter().map(|&(i, j, w)| (i, j, g * w)).collect();
            let reservoir = Reservoir {
                weights: scaled,
                ..Reservoir::delay_line(n as usize)
            };
            let found = relative_dimension(&reservoir).unwrap();
            assert!((found - wanted).abs() < 0.02, "{found}, not {wanted}");
        }
    }
}
