//! The participation ratio from unbiased moments: corrected for few points, and for few columns.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};

use super::method::{Method, Reads, Sampling, Values};
use super::spectrum::centre;
use super::{DimensionError, Estimator, Points};

/// [`Estimator::ParticipationRatioUnbiased`].
pub(super) const OF_ROWS: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| {
            unbiased_participation_ratio(cloud.points, Corrected::Rows).ok_or(
                DimensionError::Undefined {
                    estimator: Estimator::ParticipationRatioUnbiased,
                    reason: "it needs at least four points whose covariance can be told from noise",
                },
            )
        },
    },
    values: Values::Reals { least: 1.0 },
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: None,
};

/// [`Estimator::ParticipationRatioColumns`].
pub(super) const OF_ROWS_AND_COLUMNS: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| {
            unbiased_participation_ratio(cloud.points, Corrected::RowsAndColumns).ok_or(
                DimensionError::Undefined {
                    estimator: Estimator::ParticipationRatioColumns,
                    reason: "it needs at least four points and two columns that covary",
                },
            )
        },
    },
    values: Values::Reals { least: 1.0 },
    sampling: Sampling::RECOMPUTED,
    tabled_points: None,
    family: None,
    citation: None,
};

/// What the participation ratio is corrected for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Corrected {
    /// Few points.
    Rows,
    /// Few points and few columns: what all columns of the population would give of which these are
    /// a random sample.
    RowsAndColumns,
}

/// The participation ratio `(tr C)^2 / tr C^2` of the population covariance `C`, from unbiased
/// estimates of both.
///
/// With `S` the sample covariance of `n` points, `a_i` the squared distances from the mean and `Q =
/// sum a_i^2 / (n - 1)`,
///
/// ```text
/// f = (n - 1) / (n (n - 2) (n - 3))
/// E[(tr C)^2] <- f ( 2 tr S^2 + (n^2 - 3n + 1) (tr S)^2 - n Q )
/// E[tr C^2]   <- f ( (n - 1) (n - 2) tr S^2 + (tr S)^2 - n Q )
/// ```
///
/// are unbiased for any distribution (Himeno & Yamada 2014, doi 10.1016/j.jmva.2014.05.002). If the
/// columns are themselves a sample (neurons recorded out of many), the terms of a column with
/// itself are overcounted: the same formulas of single columns are taken off both sums. After arXiv
/// 2509.26560, which corrects rows and columns by averages over distinct indices as well. A ratio
/// of unbiased estimates is not unbiased itself, and of few points can exceed any bound. `O(n d
/// min(n, d))`.
///
/// `None` below four points, for one column where columns are corrected for, or where the estimate
/// of the denominator is not positive.
pub(super) fn unbiased_participation_ratio(points: Points, corrected: Corrected) -> Option<f64> {
    let (rows, columns) = (points.rows(), points.columns());
    if rows < 4 || (corrected == Corrected::RowsAndColumns && columns < 2) {
        return None;
    }
    let centred = centre(points);
    let x = MatRef::from_row_major_slice(&centred, rows, columns);
    let size = rows.min(columns);
    let mut products = Mat::<f64>::zeros(size, size);
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
    let divisor = (rows - 1) as f64;
    let trace = (0..size).map(|i| products[(i, i)]).sum::<f64>() / divisor;
    let square = products.as_ref().squared_norm_l2() / (divisor * divisor);
    let fourth = centred
        .chunks_exact(columns)
        .map(|row| row.iter().map(|v| v * v).sum::<f64>().powi(2))
        .sum::<f64>();
    let [mut numerator, mut denominator] = moments(rows, trace, square, fourth / divisor);
    if corrected == Corrected::RowsAndColumns {
        for column in 0..columns {
            let values = centred.iter().skip(column).step_by(columns);
            let (squares, fourths) =
                values.fold((0.0, 0.0), |(s, f), v| (s + v * v, f + v.powi(4)));
            let variance = squares / divisor;
            let [own_numerator, own_denominator] =
                moments(rows, variance, variance * variance, fourths / divisor);
            numerator -= own_numerator;
            denominator -= own_denominator;
        }
    }
    (denominator > 0.0 && numerator > 0.0).then(|| numerator / denominator)
}

/// Unbiased estimates of `(tr C)^2` and `tr C^2` from `tr S`, `tr S^2` and `Q`.
fn moments(points: usize, trace: f64, square: f64, fourth: f64) -> [f64; 2] {
    let n = points as f64;
    let factor = (n - 1.0) / (n * (n - 2.0) * (n - 3.0));
    [
        factor * (2.0 * square + (n * n - 3.0 * n + 1.0) * trace * trace - n * fourth),
        factor * ((n - 1.0) * (n - 2.0) * square + trace * trace - n * fourth),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    /// Over all samples of five from six equally likely values the mean is the population's:
    /// unbiased, for a skewed distribution.
    #[test]
    fn moments_are_unbiased() {
        let population = [[0.0, 1.0], [1.0, 0.0], [4.0, 1.0], [0.5, -2.0]];
        let mean: Vec<f64> = (0..2)
            .map(|c| population.iter().map(|p| p[c]).sum::<f64>() / 4.0)
            .collect();
        let covariance = |a: usize, b: usize| {
            population
                .iter()
                .map(|p| (p[a] - mean[a]) * (p[b] - mean[b]))
                .sum::<f64>()
                / 4.0
        };
        let trace = covariance(0, 0) + covariance(1, 1);
        let square =
            covariance(0, 0).powi(2) + covariance(1, 1).powi(2) + 2.0 * covariance(0, 1).powi(2);
        let mut sums = [0.0; 2];
        let draws = 4usize.pow(5);
        for draw in 0..draws {
            let sample: Vec<[f64; 2]> = (0..5)
                .map(|i| population[draw / 4usize.pow(i) % 4])
                .collect();
            let m: Vec<f64> = (0..2)
                .map(|c| sample.iter().map(|p| p[c]).sum::<f64>() / 5.0)
                .collect();
            let s = |a: usize, b: usize| {
                sample
                    .iter()
                    .map(|p| (p[a] - m[a]) * (p[b] - m[b]))
                    .sum::<f64>()
                    / 4.0
            };
            let fourth = sample
                .iter()
                .map(|p| ((p[0] - m[0]).powi(2) + (p[1] - m[1]).powi(2)).powi(2))
                .sum::<f64>();
            let squared = s(0, 0).powi(2) + s(1, 1).powi(2) + 2.0 * s(0, 1).powi(2);
            let found = moments(5, s(0, 0) + s(1, 1), squared, fourth / 4.0);
            sums.iter_mut()
                .zip(found)
                .for_each(|(sum, value)| *sum += value / draws as f64);
        }
        assert!((sums[0] - trace * trace).abs() < 1e-9, "{sums:?} {trace}");
        assert!((sums[1] - square).abs() < 1e-9, "{sums:?} {square}");
    }

    /// Forty neurons out of many that share ten signals equally: with as few points as neurons the
    /// plain ratio is far too low.
    #[test]
    fn few_points_and_few_columns_are_corrected() {
        let (mut plain, mut rows, mut both) = (0.0, 0.0, 0.0);
        let repeats = 40;
        for repeat in 0..repeats {
            let mut random = stream(repeat, &["ratio"]);
            let mut normal = || random.sample::<f64, _>(StandardNormal);
            let weights: Vec<f64> = (0..40 * 10).map(|_| normal()).collect();
            let mut values = Vec::new();
            for _ in 0..40 {
                let signal: Vec<f64> = (0..10).map(|_| normal()).collect();
                values.extend(
                    weights
                        .chunks(10)
                        .map(|w| w.iter().zip(&signal).map(|(a, b)| a * b).sum::<f64>()),
                );
            }
            let points = Points::new(&values, 40, 40).unwrap();
            let spectrum = crate::dimension::spectrum::covariance_spectrum(points).unwrap();
            plain += crate::dimension::participation_ratio::participation_ratio(&spectrum).unwrap()
                / repeats as f64;
            rows += unbiased_participation_ratio(points, Corrected::Rows).unwrap() / repeats as f64;
            both += unbiased_participation_ratio(points, Corrected::RowsAndColumns).unwrap()
                / repeats as f64;
        }
        assert!(plain < 7.5, "{plain}");
        assert!(rows > plain + 0.5 && rows < 9.0, "{rows}");
        assert!((both - 10.0).abs() < 0.5, "{both}");
    }
}
