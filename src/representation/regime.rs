//! Rich or lazy: how far training moved the weights and what the units represent.
//!
//! A network learns in the *lazy* regime if its weights and the geometry of its hidden activity
//! hardly change, so that mostly the read-out learns; in the *rich* regime both change to fit the
//! task. The wiring decides along with the scale of the initial weights: those of high rank lead to
//! lazier learning. Source: Liu, Baratin, Cornford, Mihalas, Shea-Brown & Lajoie 2023, arXiv
//! 2310.08513.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};
use serde::{Deserialize, Serialize};

use crate::dimension::{DimensionError, Points};

/// How far a group of weights moved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightChange {
    /// `|W_f - W_0|_F`.
    pub absolute: f64,
    /// The same over `|W_0|_F`; `None` if all weights started at zero.
    pub relative: Option<f64>,
}

/// How far weights moved from `before` to `after`, in the same order. Weights as the dynamics see
/// them, signs included, not the raw parameters behind them. NaN if a weight is not finite. Source:
/// arXiv 2310.08513.
///
/// ```
/// let moved = engraph::representation::weight_change(&[3.0, 4.0], &[3.0, 1.0]);
/// assert_eq!((moved.absolute, moved.relative), (3.0, Some(0.6)));
/// ```
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn weight_change(before: &[f64], after: &[f64]) -> WeightChange {
    assert_eq!(
        before.len(),
        after.len(),
        "the same weights before and after training"
    );
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    let absolute = norm(&mut before.iter().zip(after).map(|(b, a)| a - b));
    let start = norm(&mut before.iter().copied());
    WeightChange {
        absolute,
        relative: (start != 0.0).then(|| absolute / start),
    }
}

/// The fraction of the weights whose sign is the same `after` training as `before`; a weight that
/// became zero has lost its sign, one that started at zero had none and does not count. `None` if
/// no weight counts.
///
/// Meant for weights that are free to change their sign: those that Dale's law constrains keep it
/// by construction, so a value of 1 (or a little below, where some were driven to exactly zero)
/// says nothing of the regime. Source: arXiv 2310.08513; leaving out weights that start at zero is
/// our own choice.
///
/// ```
/// use engraph::representation::sign_similarity;
/// assert_eq!(sign_similarity(&[1.0, -1.0, 2.0, 0.0], &[0.5, 0.5, 2.0, 3.0]), Some(2.0 / 3.0));
/// ```
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn sign_similarity(before: &[f64], after: &[f64]) -> Option<f64> {
    assert_eq!(
        before.len(),
        after.len(),
        "the same weights before and after training"
    );
    let signed = before.iter().zip(after).filter(|(b, _)| **b != 0.0);
    // Not the sign of the product: two small weights may have one that underflows to zero.
    let same = |b: f64, a: f64| b > 0.0 && a > 0.0 || b < 0.0 && a < 0.0;
    let (kept, all) = signed.fold((0_usize, 0_usize), |(kept, all), (&b, &a)| {
        (kept + usize::from(same(b, a)), all + 1)
    });
    (all > 0).then(|| kept as f64 / all as f64)
}

/// What is done to hidden activity before Gram matrices are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Centring {
    /// Nothing: the representation alignment of arXiv 2310.08513. Rates are never negative, so
    /// their common mean alone makes it high.
    #[default]
    Raw,
    /// Each unit's mean over the samples is subtracted: linear centred kernel alignment (Kornblith
    /// et al. 2019, arXiv 1905.00414).
    Centred,
}

/// Representation alignment `<K_f, K_0>_F / (|K_f|_F |K_0|_F)` of the Gram matrices `K = H H^T` of
/// hidden activity `H` (samples x units) on the same inputs in the same order, before and after
/// training: 1 if the geometry is kept up to rotation and scale (lazy), near 0 if nothing of it is
/// left (rich). The numbers of units may differ. `None` if one of them is all zero (after centring:
/// constant).
///
/// With at most as many units as samples nothing of the size samples x samples is formed, as `<H
/// H^T, G G^T> = |H^T G|_F^2`. Time `O(samples * units * min(samples, units))`. Source: arXiv
/// 2310.08513.
///
/// ```
/// use engraph::representation::{Centring, representation_alignment};
/// use engraph::dimension::Points;
/// // A quarter turn of the plane keeps every inner product.
/// let (before, after) = ([1.0, 0.0, 0.0, 2.0, 1.0, 1.0], [0.0, 1.0, -2.0, 0.0, -1.0, 1.0]);
/// let (before, after) = (Points::new(&before, 3, 2)?, Points::new(&after, 3, 2)?);
/// assert!((representation_alignment(before, after, Centring::Raw)?.unwrap() - 1.0).abs() < 1e-12);
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
///
/// # Errors
/// [`DimensionError::Unpaired`] if the numbers of samples differ.
pub fn representation_alignment(
    before: Points,
    after: Points,
    centring: Centring,
) -> Result<Option<f64>, DimensionError> {
    let samples = before.rows();
    if after.rows() != samples {
        return Err(DimensionError::Unpaired {
            left: samples,
            right: after.rows(),
        });
    }
    let (before, after) = (prepared(before, centring), prepared(after, centring));
    let (cross, start, end) = if before.ncols().max(after.ncols()) <= samples {
        let product = |a: MatRef<f64>, b: MatRef<f64>| {
            let product = multiply(a.transpose(), b);
            product.squared_norm_l2()
        };
        let (h, g) = (before.as_ref(), after.as_ref());
        (product(h, g), product(h, h), product(g, g))
    } else {
        let gram = |h: &Mat<f64>| multiply(h.as_ref(), h.transpose());
        let (k, l) = (gram(&before), gram(&after));
        let columns = k.col_iter().zip(l.col_iter());
        let cross = columns
            .map(|(a, b)| a.iter().zip(b.iter()).map(|(a, b)| a * b).sum::<f64>())
            .sum();
        (cross, k.squared_norm_l2(), l.squared_norm_l2())
    };
    let norms = start.sqrt() * end.sqrt();
    Ok((norms > 0.0).then(|| cross / norms))
}

fn multiply(a: MatRef<f64>, b: MatRef<f64>) -> Mat<f64> {
    let mut product = Mat::zeros(a.nrows(), b.ncols());
    // One thread: the summation order must not depend on the machine's number of cores.
    matmul(&mut product, Accum::Replace, a, b, 1.0, Par::Seq);
    product
}

/// The activity as a matrix, scaled to magnitudes near one (the alignment does not see it), centred
/// if asked for.
fn prepared(points: Points, centring: Centring) -> Mat<f64> {
    let scale = points.binary_scale();
    let mut matrix = Mat::from_fn(points.rows(), points.columns(), |row, column| {
        points.row(row)[column] / scale
    });
    if centring == Centring::Centred {
        for unit in 0..matrix.ncols() {
            // Deviations from the first sample before the mean: exact zeros for a constant unit.
            let first = matrix[(0, unit)];
            let mean =
                matrix.col(unit).iter().map(|v| v - first).sum::<f64>() / points.rows() as f64;
            matrix
                .col_mut(unit)
                .iter_mut()
                .for_each(|v| *v = *v - first - mean);
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::clouds::sine_cloud;

    fn alignment(
        before: (&[f64], usize),
        after: (&[f64], usize),
        rows: usize,
        centring: Centring,
    ) -> Option<f64> {
        let points = |(values, columns)| Points::new(values, rows, columns).unwrap();
        representation_alignment(points(before), points(after), centring).unwrap()
    }

    /// numpy 2.3.5, from the full Gram matrices of `sine_cloud`: `(K * L).sum() / norm(K) /
    /// norm(L)`.
    #[test]
    fn alignment_agrees_with_the_full_gram_matrices() {
        for (rows, left, right, raw, centred) in [
            (
                40,
                (6, 2),
                (9, 3),
                0.830_963_102_737_794_6,
                0.079_125_432_552_528_33,
            ),
            (
                7,
                (12, 2),
                (5, 3),
                0.843_092_746_061_562_8,
                0.085_884_262_389_669_33,
            ),
        ] {
            let (h, g) = (
                sine_cloud(rows, left.0, left.1),
                sine_cloud(rows, right.0, right.1),
            );
            for (centring, golden) in [(Centring::Raw, raw), (Centring::Centred, centred)] {
                let found = alignment((&h, left.0), (&g, right.0), rows, centring).unwrap();
                assert!(
                    (found - golden).abs() < 1e-12,
                    "{rows} {centring:?}: {found}"
                );
            }
        }
    }

    #[test]
    fn scale_rotation_and_offsets() {
        let h = sine_cloud(30, 2, 2);
        let (sin, cos) = 0.7_f64.sin_cos();
        let turned: Vec<f64> = h
            .chunks(2)
            .flat_map(|p| {
                [
                    1e200 * (cos * p[0] - sin * p[1]),
                    1e200 * (sin * p[0] + cos * p[1]),
                ]
            })
            .collect();
        for centring in [Centring::Raw, Centring::Centred] {
            assert!((alignment((&h, 2), (&turned, 2), 30, centring).unwrap() - 1.0).abs() < 1e-12);
        }
        let moved: Vec<f64> = h.iter().map(|v| v + 5.0).collect();
        assert!(
            (alignment((&h, 2), (&moved, 2), 30, Centring::Centred).unwrap() - 1.0).abs() < 1e-12
        );
        assert!(alignment((&h, 2), (&moved, 2), 30, Centring::Raw).unwrap() < 0.99);
    }

    #[test]
    fn orthogonal_and_silent_representations() {
        let (one, other) = ([1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(
            alignment((&one, 1), (&other, 1), 4, Centring::Raw),
            Some(0.0)
        );
        assert_eq!(alignment((&one, 1), (&[0.0; 4], 1), 4, Centring::Raw), None);
        assert_eq!(
            alignment((&one, 1), (&[0.1; 4], 1), 4, Centring::Centred),
            None
        );
        let error = representation_alignment(
            Points::new(&one, 4, 1).unwrap(),
            Points::new(&one, 2, 2).unwrap(),
            Centring::Raw,
        );
        assert_eq!(error, Err(DimensionError::Unpaired { left: 4, right: 2 }));
    }

    #[test]
    fn weights_that_start_at_zero_have_no_relative_change_and_no_sign() {
        assert_eq!(
            weight_change(&[0.0, 0.0], &[3.0, 4.0]),
            WeightChange {
                absolute: 5.0,
                relative: None
            }
        );
        assert_eq!(sign_similarity(&[0.0], &[1.0]), None);
        assert_eq!(sign_similarity(&[1.0, -1e-200], &[0.0, -1e-200]), Some(0.5));
    }
}
