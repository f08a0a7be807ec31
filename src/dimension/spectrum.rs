//! Eigenvalues of the sample covariance.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par, Side};

use super::{DimensionError, Points};

/// Eigenvalues of the covariance (divisor `rows - 1`), largest first, up to one common factor.
///
/// With `X` the column-centred points, the eigenvalues of `X^T X` (`columns` of them) and of `X
/// X^T` (`rows` of them) agree except for zeros, so the smaller matrix is decomposed: `min(rows,
/// columns)` values are returned, none negative. Time `O(rows * columns * min)` plus `O(min^3)`,
/// space `O(rows * columns + min^2)`. The squared coordinates lose directions whose standard
/// deviation is below about 1e-8 of the largest; they carry no weight in the estimators that read
/// this.
///
/// All zeros if and only if all points are equal.
///
/// # Errors
/// [`DimensionError::Eigenvalues`] when the solver does not converge.
pub(super) fn covariance_spectrum(points: Points) -> Result<Vec<f64>, DimensionError> {
    let (rows, columns) = (points.rows(), points.columns());
    let centred = centre(points);
    let x = MatRef::from_row_major_slice(&centred, rows, columns);
    let size = rows.min(columns);
    let mut products = Mat::<f64>::zeros(size, size);
    // One thread: the summation order must not depend on the machine's number of cores.
    if columns <= rows {
        matmul(
            &mut products,
            Accum::Replace,
            x.transpose(),
            x,
            1.0,
            Par::Seq,
        );
    } else {
        matmul(
            &mut products,
            Accum::Replace,
            x,
            x.transpose(),
            1.0,
            Par::Seq,
        );
    }
    let degrees_of_freedom = (rows - 1) as f64;
    let ascending = products
        .self_adjoint_eigenvalues(Side::Lower)
        .map_err(|_| DimensionError::Eigenvalues { size })?;
    Ok(ascending
        .into_iter()
        .rev()
        .map(|l| l.max(0.0) / degrees_of_freedom)
        .collect())
}

/// Principal scores (points x components, unscaled by their deviations) and the variances of the
/// components, largest first, both up to one common factor. As many components as the smaller of
/// `rows - 1` and `columns`.
///
/// # Errors
/// [`DimensionError::Eigenvalues`] when the solver does not converge.
pub(super) fn principal_scores(points: Points) -> Result<(Mat<f64>, Vec<f64>), DimensionError> {
    let (rows, columns) = (points.rows(), points.columns());
    let centred = centre(points);
    let x = MatRef::from_row_major_slice(&centred, rows, columns);
    let svd = x.thin_svd().map_err(|_| DimensionError::Eigenvalues {
        size: rows.min(columns),
    })?;
    let singular: Vec<f64> = svd.S().column_vector().iter().copied().collect();
    let kept = columns.min(rows - 1);
    let scores = Mat::from_fn(rows, kept, |row, c| svd.U()[(row, c)] * singular[c]);
    Ok((
        scores,
        singular[..kept]
            .iter()
            .map(|s| s * s / (rows - 1) as f64)
            .collect(),
    ))
}

/// Subtracts the column means and scales the cloud to magnitudes near one; constant columns become
/// exact zeros.
pub(super) fn centre(points: Points) -> Vec<f64> {
    let (rows, columns) = (points.rows(), points.columns());
    let first = points.row(0);
    let scale = points.binary_scale();
    let mut centred: Vec<f64> = points.values().iter().map(|v| v / scale).collect();
    let mut means = vec![0.0; columns];
    // Deviations from the first point: exact zeros in constant columns, and no loss to a large
    // common offset.
    for row in centred.chunks_exact_mut(columns) {
        for ((value, origin), mean) in row.iter_mut().zip(first).zip(&mut means) {
            *value -= origin / scale;
            *mean += *value;
        }
    }
    means.iter_mut().for_each(|m| *m /= rows as f64);
    let mut largest = 0.0_f64;
    for row in centred.chunks_exact_mut(columns) {
        for (value, mean) in row.iter_mut().zip(&means) {
            *value -= mean;
            largest = largest.max(value.abs());
        }
    }
    // A small cloud far from the origin: bring its spread, not its offset, near one.
    if largest > 0.0 {
        centred.iter_mut().for_each(|v| *v /= largest);
    }
    centred
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spectrum(values: &[f64], rows: usize, columns: usize) -> Vec<f64> {
        covariance_spectrum(Points::new(values, rows, columns).unwrap()).unwrap()
    }

    #[test]
    fn known_ratio_of_variances() {
        // Axis-aligned cross: variances 2 * 9 / 3 and 2 * 1 / 3.
        let values = spectrum(&[3.0, 0.0, -3.0, 0.0, 0.0, 1.0, 0.0, -1.0], 4, 2);
        assert!((values[0] / values[1] - 9.0).abs() < 1e-12);
    }

    #[test]
    fn gram_and_covariance_agree() {
        // 4 points in 3 columns, then the same with columns repeated (5 columns > 4 rows) scaled so
        // that the spectrum is equal.
        let base = [
            1.0, 2.0, 0.5, -1.0, 0.3, 2.0, 0.7, -2.0, 1.0, 0.0, 1.1, -1.5,
        ];
        let wide: Vec<f64> = base
            .chunks(3)
            .flat_map(|r| [r[0], r[1], r[2], 0.0, 7.0])
            .collect();
        let (tall, wide) = (spectrum(&base, 4, 3), spectrum(&wide, 4, 5));
        assert_eq!(wide.len(), 4);
        for (a, b) in tall.iter().zip(&wide) {
            assert!((a - b).abs() < 1e-12 * tall[0]);
        }
        assert!(wide[3].abs() < 1e-12 * tall[0]);
    }

    #[test]
    fn offsets_and_extreme_scales_do_no_harm() {
        let base = [1.0, 2.0, -1.0, 0.0, 0.5, -2.0, 4.0, 1.0];
        let plain = spectrum(&base, 4, 2);
        for transform in [|v: f64| v * 1e300, |v: f64| v * 1e-300, |v: f64| v + 1e6] {
            let moved: Vec<f64> = base.iter().map(|&v| transform(v)).collect();
            let moved = spectrum(&moved, 4, 2);
            assert!((moved[0] / moved[1] - plain[0] / plain[1]).abs() < 1e-8);
        }
    }

    #[test]
    fn equal_points_have_no_variance() {
        assert_eq!(spectrum(&[0.1, 1e9, 0.1, 1e9, 0.1, 1e9], 3, 2), [0.0, 0.0]);
    }
}
