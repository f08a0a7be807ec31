//! Principal components of the whole cloud, and of neighbourhoods.

use rayon::prelude::*;

use super::neighbours::DistinctCloud;
use super::spectrum::covariance_spectrum;
use super::{DimensionError, Points};

/// Neighbours that make a neighbourhood.
pub(super) const NEIGHBOURS: usize = 100;
/// Components below this share of the largest one's variance are noise.
const SHARE: f64 = 0.05;

/// Components whose variance exceeds a twentieth of the largest one's, eigenvalues given largest
/// first.
///
/// Equals scikit-dimension's `lPCA()` (version `FO`). Source: Fukunaga & Olsen 1971, doi
/// 10.1109/T-C.1971.223208.
pub(super) fn significant_components(eigenvalues: &[f64]) -> usize {
    let largest = eigenvalues.first().copied().unwrap_or(0.0);
    eigenvalues.iter().filter(|l| **l > SHARE * largest).count()
}

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
