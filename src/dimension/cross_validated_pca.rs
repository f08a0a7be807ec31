//! Cross-validated PCA: how many components foretell values they were not fitted to?

use faer::Mat;
use rand::seq::SliceRandom;

use super::method::{Method, Reads, Sampling, Values};
use super::spectrum::centre;
use super::{DimensionError, Estimator, Points};
use crate::random::seeded;

/// Parts into which rows and columns are dealt.
const FOLDS: usize = 3;

/// [`Estimator::CrossValidatedPca`].
pub(super) const METHOD: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| match cross_validated_rank(cloud.points, cloud.seed)? {
            Some(rank) => Ok(rank as f64),
            None => Err(DimensionError::Undefined {
                estimator: Estimator::CrossValidatedPca,
                reason: "it needs at least six points of three columns",
            }),
        },
    },
    values: Values::Counts,
    sampling: Sampling::NoInterval,
    tabled_points: None,
    family: None,
    citation: Some("owen2009"),
};

/// The rank that foretells held-out blocks best.
///
/// Rows and columns are dealt into three parts each. For every pair of parts the block `A` they
/// share is foretold from the rest, `A = B D_k^+ C`, where `D` is the block that shares neither,
/// `B` the one that shares its rows, `C` its columns, and `D_k` the best approximation of `D` of
/// rank `k`; the rank with the least summed squared error over all nine blocks is the answer, 0 if
/// the column means do best. Bi-cross-validation of Owen & Perry 2009, doi 10.1214/08-AOAS227. Like
/// every linear rank it exceeds the dimension of a curved manifold. Parts are dealt by
/// [`seeded`]`(seed)`. Time `O(9 n d min(n, d))`.
///
/// `None` below six points or three columns.
///
/// # Errors
/// [`DimensionError::Eigenvalues`].
pub(super) fn cross_validated_rank(
    points: Points,
    seed: u64,
) -> Result<Option<usize>, DimensionError> {
    let (rows, columns) = (points.rows(), points.columns());
    if rows < 2 * FOLDS || columns < FOLDS {
        return Ok(None);
    }
    let centred = centre(points);
    let mut random = seeded(seed);
    let mut deal = |length: usize| -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..length).collect();
        order.shuffle(&mut random);
        (0..FOLDS)
            .map(|fold| order.iter().copied().skip(fold).step_by(FOLDS).collect())
            .collect()
    };
    let (row_parts, column_parts) = (deal(rows), deal(columns));
    let others = |parts: &[Vec<usize>], fold: usize| -> Vec<usize> {
        parts
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != fold)
            .flat_map(|(_, part)| part)
            .copied()
            .collect()
    };
    let block = |rows: &[usize], of: &[usize]| {
        Mat::from_fn(rows.len(), of.len(), |i, j| {
            centred[rows[i] * columns + of[j]]
        })
    };
    let most = (rows - rows.div_ceil(FOLDS)).min(columns - columns.div_ceil(FOLDS));
    let mut errors = vec![0.0; most + 1];
    for (fold, held_rows) in row_parts.iter().enumerate() {
        let kept_rows = others(&row_parts, fold);
        for (fold, held_columns) in column_parts.iter().enumerate() {
            let kept_columns = others(&column_parts, fold);
            let mut rest = block(held_rows, held_columns);
            let (b, c) = (
                block(held_rows, &kept_columns),
                block(&kept_rows, held_columns),
            );
            let d = block(&kept_rows, &kept_columns);
            let svd = d
                .thin_svd()
                .map_err(|_| DimensionError::Eigenvalues { size: most })?;
            let (left, right) = (svd.U().transpose() * &c, &b * svd.V());
            errors[0] += rest.squared_norm_l2();
            let singular: Vec<f64> = svd.S().column_vector().iter().copied().collect();
            for (k, error) in errors.iter_mut().skip(1).enumerate() {
                let s = singular.get(k).copied().unwrap_or(0.0);
                // A direction without variance foretells nothing.
                if s > 1e-12 * singular[0] {
                    rest -= right.col(k) * left.row(k) * faer::Scale(1.0 / s);
                }
                *error += rest.squared_norm_l2();
            }
        }
    }
    let best = (0..=most).min_by(|&a, &b| errors[a].total_cmp(&errors[b]));
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    #[test]
    fn a_signal_in_noise_has_its_rank() {
        for rank in [0, 1, 3, 6] {
            let mut random = stream(rank as u64, &["rank"]);
            let mut normal = || random.sample::<f64, _>(StandardNormal);
            let weights: Vec<f64> = (0..rank * 20).map(|_| normal()).collect();
            let mut values = Vec::new();
            for _ in 0..150 {
                let signal: Vec<f64> = (0..rank).map(|_| normal()).collect();
                let row = (0..20).map(|c| {
                    signal
                        .iter()
                        .enumerate()
                        .map(|(q, s)| s * weights[q * 20 + c])
                        .sum::<f64>()
                });
                values.extend(
                    row.map(|value| (value, normal()))
                        .map(|(value, noise)| value + 0.5 * noise),
                );
            }
            let points = Points::new(&values, 150, 20).unwrap();
            assert_eq!(cross_validated_rank(points, 1).unwrap(), Some(rank));
        }
    }
}
