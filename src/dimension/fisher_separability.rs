//! Fisher separability: the dimension of the sphere on which points are as easily told apart.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use rayon::prelude::*;

use super::method::{Method, Reads, Sampling, Values};
use super::spectrum::principal_scores;
use super::{DimensionError, Estimator, Points};

/// Components below this share of the largest one's variance are left out.
const CONDITION: f64 = 0.1;
/// Margins tried: .60, .62 ... .98.
const MARGINS: usize = 20;
/// Which margin is read: the nearest to so much of the largest at which not all points are
/// separable.
const READ_AT: f64 = 0.9;
/// Rows whose products with all points are formed at once.
const BLOCK: usize = 256;

/// [`Estimator::FisherSeparability`].
pub(super) const METHOD: Method = Method {
    reads: Reads::Spectrum {
        value: |cloud| {
            fisher_separability(cloud.points)?.ok_or(DimensionError::Undefined {
                estimator: Estimator::FisherSeparability,
                reason: "every point is separable from every other",
            })
        },
    },
    values: Values::Reals { least: 0.0 },
    sampling: Sampling::Recomputed {
        extra_work: |rows, columns| rows * rows * (columns + 20.0),
    },
    tabled_points: None,
    family: None,
    citation: Some("albergante2019"),
};

fn margin(index: usize) -> f64 {
    // As numpy steps: by the difference of the first two.
    0.6 + index as f64 * (0.62 - 0.6)
}

/// The dimension of the uniformly sampled sphere on which as many pairs are not separable as here.
///
/// Points are centred, reduced to the principal components whose variance exceeds a tenth of the
/// largest, whitened, and put on the unit sphere. Point `x` cannot be told from `y` by Fisher's
/// linear discriminant with margin `a` if `(x, y) >= a (x, x)`. On an `n`-sphere that has
/// probability `p = (1 - a^2)^((n - 1)/2) / (a sqrt(2 pi n))`, so
///
/// ```text
/// n = W( -ln(1 - a^2) / (2 pi p^2 a^2 (1 - a^2)) ) / -ln(1 - a^2),   W: Lambert's function
/// ```
///
/// of the mean share `p`, read at the margin nearest to nine tenths of the largest at which any
/// pair is inseparable. A global and linear property: it exceeds the intrinsic dimension of curved
/// clouds and is low for those on few components. Equals scikit-dimension's `FisherS()`. Time
/// `O(n^2 d)`, space `O(n d)`. Source: Albergante, Bac & Zinovyev 2019, doi
/// 10.1109/IJCNN.2019.8852450.
///
/// `None` if all points are separable at every margin.
///
/// # Errors
/// [`DimensionError::Eigenvalues`].
pub(super) fn fisher_separability(points: Points) -> Result<Option<f64>, DimensionError> {
    let (scores, variances) = principal_scores(points)?;
    let kept = variances
        .iter()
        .filter(|v| **v > CONDITION * variances[0])
        .count();
    let n = points.rows();
    let mut sphere = Mat::<f64>::zeros(n, kept);
    for row in 0..n {
        let whitened: Vec<f64> = (0..kept)
            .map(|c| scores[(row, c)] / variances[c].sqrt())
            .collect();
        let norm = whitened.iter().map(|v| v * v).sum::<f64>().sqrt();
        whitened
            .iter()
            .enumerate()
            .for_each(|(c, v)| sphere[(row, c)] = if norm > 0.0 { v / norm } else { 0.0 });
    }
    let starts: Vec<usize> = (0..n).step_by(BLOCK).collect();
    let counts = starts
        .into_par_iter()
        .map(|start| inseparable(sphere.as_ref(), start))
        .reduce(|| [0; MARGINS], |a, b| std::array::from_fn(|i| a[i] + b[i]));
    let pairs = (n * (n - 1)) as f64;
    let dimension = |index: usize| {
        let (p, a2) = (counts[index] as f64 / pairs, margin(index).powi(2));
        let w = (1.0 - a2).ln();
        lambert_w(-w / (2.0 * std::f64::consts::PI * p * p * a2 * (1.0 - a2))) / -w
    };
    let Some(largest) = (0..MARGINS).rev().find(|&index| counts[index] > 0) else {
        return Ok(None);
    };
    let wanted = READ_AT * margin(largest);
    let distance = |index: &usize| (margin(*index) - wanted).abs();
    Ok((0..=largest)
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .map(dimension))
}

/// Inseparable ordered pairs whose first point is in the block that begins at `start`, by margin.
fn inseparable(sphere: MatRef<'_, f64>, start: usize) -> [u64; MARGINS] {
    let rows = BLOCK.min(sphere.nrows() - start);
    let mut products = Mat::<f64>::zeros(sphere.nrows(), rows);
    let block = sphere.subrows(start, rows);
    matmul(
        &mut products,
        Accum::Replace,
        sphere,
        block.transpose(),
        1.0,
        Par::Seq,
    );
    let mut counts = [0; MARGINS];
    for row in 0..rows {
        let own = products[(start + row, row)];
        for other in (0..sphere.nrows()).filter(|&other| other != start + row) {
            let ratio = products[(other, row)] / own;
            if ratio >= margin(0) {
                (0..MARGINS)
                    .take_while(|&index| ratio >= margin(index))
                    .for_each(|index| counts[index] += 1);
            }
        }
    }
    counts
}

/// `w` with `w e^w = x`, for `x >= 0`, by Newton's method on `w + ln w = ln x`.
fn lambert_w(x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let log = x.ln();
    let mut w = if x > std::f64::consts::E {
        log - log.ln()
    } else {
        x / (1.0 + x)
    };
    for _ in 0..50 {
        let next = w * (1.0 + log - w.ln()) / (1.0 + w);
        let done = (next - w).abs() <= 1e-15 * next;
        w = next;
        if done {
            break;
        }
    }
    w
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambert_inverts() {
        for w in [1e-6, 0.01, 0.5, 1.0, 3.0, 20.0, 300.0] {
            assert!((lambert_w(w * f64::exp(w)) / w - 1.0).abs() < 1e-12, "{w}");
        }
    }
}
