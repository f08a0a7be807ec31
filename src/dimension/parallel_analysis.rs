//! Horn's parallel analysis: how many components are more than independent columns would show?

use rand::seq::SliceRandom;

use super::method::{Method, Reads, Sampling, Values};
use super::spectrum::covariance_spectrum;
use super::{DimensionError, Points};
use crate::random::seeded;
use crate::statistics::quantile;

/// Permuted clouds, at most and at least.
const PERMUTATIONS: (usize, usize) = (100, 20);
/// Multiplications that all permuted clouds together may take before their number is cut.
const WORK: f64 = 4e9;
/// A component counts while it exceeds this quantile of the permuted clouds' component of the same
/// rank.
const QUANTILE: f64 = 0.95;

/// [`Estimator::ParallelAnalysis`](super::Estimator::ParallelAnalysis).
pub(super) const METHOD: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| Ok(parallel_analysis(cloud.points, cloud.seed)? as f64),
    },
    values: Values::Counts,
    sampling: Sampling::NoInterval,
    tabled_points: None,
    family: None,
    citation: Some("horn1965"),
};

/// The number of leading principal components above the 95 % quantile of those of clouds whose
/// columns are permuted independently.
///
/// A test of rank, level 5 % per component, not an estimate of a manifold's dimension: curvature
/// adds components, and two columns that share nothing but noise add none. 100 permutations (20 at
/// least on large clouds), from [`seeded`]`(seed)`. As scikit-dimension's `lPCA(ver="parallel")`,
/// but for its random numbers. Time `O(100 n d min(n, d))`. Sources: Horn 1965, doi
/// 10.1007/BF02289447; permutation: Buja & Eyuboglu 1992.
///
/// # Errors
/// [`DimensionError::Eigenvalues`].
pub(super) fn parallel_analysis(points: Points, seed: u64) -> Result<usize, DimensionError> {
    let (rows, columns) = (points.rows(), points.columns());
    let observed = covariance_spectrum(points)?;
    let mut random = seeded(seed);
    let cost =
        (rows * columns * rows.min(columns)) as f64 + 4.0 * (rows.min(columns) as f64).powi(3);
    let permutations = ((WORK / cost) as usize).clamp(PERMUTATIONS.1, PERMUTATIONS.0);
    // The spectrum of a permuted cloud is up to the same common factor: permuting changes neither
    // scale nor offset of a column.
    let mut null = vec![Vec::with_capacity(permutations); observed.len()];
    for _ in 0..permutations {
        let mut values = vec![0.0; rows * columns];
        for column in 0..columns {
            let mut shuffled: Vec<f64> = (0..rows).map(|row| points.row(row)[column]).collect();
            shuffled.shuffle(&mut random);
            shuffled
                .into_iter()
                .enumerate()
                .for_each(|(row, value)| values[row * columns + column] = value);
        }
        for (list, value) in null
            .iter_mut()
            .zip(covariance_spectrum(Points::new(&values, rows, columns)?)?)
        {
            list.push(value);
        }
    }
    null.iter_mut()
        .for_each(|list| list.sort_unstable_by(f64::total_cmp));
    let exceeds = |(value, list): &(&f64, &Vec<f64>)| {
        quantile(list, QUANTILE).is_some_and(|bound| **value > bound)
    };
    Ok(observed.iter().zip(&null).take_while(exceeds).count())
}
