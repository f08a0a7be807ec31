//! Principal components of neighbourhoods.

use rayon::prelude::*;

use super::method::{Method, Reads, Sampling, Values};
use super::neighbours::DistinctCloud;
use super::significant_components::significant_components;
use super::spectrum::covariance_spectrum;
use super::{DimensionError, Points};

/// Neighbours that make a neighbourhood.
const NEIGHBOURS: usize = 100;

/// [`Estimator::LocalPca`](super::Estimator::LocalPca).
pub(super) const METHOD: Method = Method {
    reads: Reads::Neighbourhoods {
        neighbours: NEIGHBOURS,
        // A neighbourhood may be smaller than it wants.
        fewest: 3,
        value: |cloud, columns| local_pca(cloud, columns).map(Some),
    },
    values: Values::Reals { least: 0.0 },
    sampling: Sampling::Recomputed {
        extra_work: |rows, _| 1e5 * rows,
    },
    tabled_points: None,
    family: None,
    citation: Some("fukunaga1971"),
};

/// The mean over points of [`significant_components`] among the point's 100 nearest neighbours.
///
/// Follows curvature, if neighbourhoods are flat; they hold at most 99 components, and cannot tell
/// dimensions whose neighbourhoods they do not fill. Equals the mean of scikit-dimension's
/// `lPCA().fit_pw(X, n_neighbors=100)`. Time `O(n k d min(k, d))`.
///
/// # Errors
/// [`DimensionError::Eigenvalues`].
pub(super) fn local_pca(cloud: &DistinctCloud, columns: usize) -> Result<f64, DimensionError> {
    let values = cloud.values();
    let of_point = |row: usize| -> Result<f64, DimensionError> {
        let near = &cloud.neighbours(row)[..NEIGHBOURS.min(cloud.listed())];
        let gathered: Vec<f64> = near
            .iter()
            .flat_map(|&j| &values[j as usize * columns..][..columns])
            .copied()
            .collect();
        let spectrum = covariance_spectrum(Points::new(&gathered, near.len(), columns)?)?;
        Ok(significant_components(&spectrum) as f64)
    };
    let counts = (0..cloud.rows())
        .into_par_iter()
        .map(of_point)
        .collect::<Result<Vec<f64>, _>>()?;
    // Whole numbers: their sum does not depend on the order.
    Ok(counts.iter().sum::<f64>() / cloud.rows() as f64)
}
