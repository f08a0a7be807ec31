//! Disentanglement: does each latent unit carry one source?

use faer::{Mat, MatRef};
use serde::{Deserialize, Serialize};

use crate::dimension::{DimensionError, Points};
use crate::statistics::{Binned, bins_for};

/// A unit is active if its standard deviation exceeds this share of the largest one's.
const ACTIVE: f64 = 1.0 / 20.0;
/// Information below this many standard deviations of that of independent variables is none.
const NOISE: f64 = 3.0;
/// Directions of the units with less than this share of the largest singular value do not enter the
/// probe.
const DIRECTION: f64 = 1e-10;

/// How well latent units are aligned with known sources; see [`disentanglement`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disentanglement {
    /// Mutual information ratio; 0 (each unit carries all sources alike) to 1 (each carries one).
    pub mir: Option<f64>,
    /// Modularity: the same of information relative to the entropies of the sources.
    pub info_m: Option<f64>,
    /// Explicitness: the share of the sources' variance that a linear probe of all units explains
    /// on held-out samples.
    pub info_e: Option<f64>,
    /// Compactness; 0 (each source is spread over all active units) to 1 (each is carried by one).
    pub info_c: Option<f64>,
    /// Mutual information ratio of the information about each source given all others.
    pub ncmi: Option<f64>,
    /// Number of latent units whose activity varies.
    pub active_units: usize,
    /// Mutual information in nats of each active unit (row) and source (column), 0 where it cannot
    /// be told from none.
    pub information: Vec<f64>,
    /// Why a value is missing.
    pub note: Option<String>,
}

/// Scores latent units `z` (samples x k) against the sources `s` (samples x m) their inputs were
/// made from. With `I_ij = I(z_i; s_j)`:
///
/// * `mir`: the mean over active units `i` of `max_j I_ij / sum_j I_ij`, taken from `[1/m, 1]` to
///   `[0, 1]` by `(r - 1/m) / (1 - 1/m)`. The mutual information ratio of Whittington et al. 2022
///   (arXiv 2210.01768).
/// * `info_m` (InfoM): the same of `N_ij = I_ij / H(s_j)`. It differs from `mir` only where sources
///   differ in entropy: not for continuous sources, whose bins are equally full.
/// * `info_c` (InfoC): the mean over sources `j` of `max_i N_ij / sum_i N_ij` over active units,
///   taken from `[1/k, 1]` to `[0, 1]`.
/// * `info_e` (InfoE): the mean over sources of `max(0, R^2)` of a linear probe. The published
///   explicitness is the predictive information of a logistic probe over the entropy, for discrete
///   sources; of a linear probe with normal errors it is `R^2`.
///
/// * `ncmi`: `mir` of `I(z_i; s_j | s_-j) / H(s_j | s_-j)`, with all other sources given (arXiv
///   2410.06232). Sources that depend on each other are told of twice by `mir`, and once by this.
///   A cell of the table of all sources and a unit has five samples on average:
///   `(n/5)^(1/(m+1))` bins, at least 2.
///
/// InfoM, InfoE and InfoC after Hsu et al. 2023 (arXiv 2305.18378) and their code. Our own
/// operational choices, where the papers leave them open or suppose discrete sources: information
/// by [`mutual_information`](crate::statistics::mutual_information) with [`bins_for`] bins,
/// entropies of the same bins; entries below three standard deviations of what independent
/// variables would show are set to zero; a unit (or source) without any information scores `1/m`
/// (`1/k`), like one that is spread evenly. A unit is active if its standard deviation exceeds a
/// twentieth of the largest one's (published: the same of ranges, which grow with the number of
/// samples). The probe is least squares with intercept on one half of the samples, scored on the
/// other, and the other way round; all units enter, active or not.
///
/// `None`, with a note: `mir`, `info_m` and `ncmi` for a single source, `info_c` with a single
/// active unit, all four with none; `info_e` for fewer than `2 (k + 2)` samples or with a constant
/// source.
///
/// Time `O(k m n + (k + m) n log n + n k^2)`.
///
/// ```
/// use engraph::dimension::Points;
/// use engraph::representation::disentanglement;
/// let source = |i: u32, j: u32| f64::from(i * (7 + 6 * j) % 400);
/// let sources: Vec<f64> = (0..400).flat_map(|i| [source(i, 0), source(i, 1)]).collect();
/// let mixed = |i: u32| [source(i, 0) + source(i, 1), source(i, 0) - source(i, 1)];
/// let entangled: Vec<f64> = (0..400).flat_map(mixed).collect();
/// let (sources, entangled) = (Points::new(&sources, 400, 2)?, Points::new(&entangled, 400, 2)?);
/// let (good, bad) = (disentanglement(sources, sources)?, disentanglement(sources, entangled)?);
/// assert!(good.mir.unwrap() > 0.9 && bad.mir.unwrap() < 0.3);
/// assert!(good.info_e.unwrap() > 0.99 && bad.info_e.unwrap() > 0.99);
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
///
/// # Errors
/// [`DimensionError::Unpaired`] if the numbers of samples differ.
pub fn disentanglement(
    sources: Points,
    latents: Points,
) -> Result<Disentanglement, DimensionError> {
    let (n, m) = (latents.rows(), sources.columns());
    if sources.rows() != n {
        return Err(DimensionError::Unpaired {
            left: sources.rows(),
            right: n,
        });
    }
    let bins = bins_for(n);
    let binned = |points: Points, column: usize| Binned::new(&column_of(points, column), bins);
    let targets: Vec<Binned> = (0..m).map(|j| binned(sources, j)).collect();
    let active = active_units(latents);
    let mut information = Vec::with_capacity(active.len() * m);
    for &unit in &active {
        let unit = binned(latents, unit);
        information.extend(targets.iter().map(|source| {
            let (value, deviation) = unit.shared_with(source);
            if value > NOISE * deviation {
                value
            } else {
                0.0
            }
        }));
    }
    let normalised: Vec<f64> = {
        let entropies: Vec<f64> = targets.iter().map(Binned::entropy).collect();
        let share = |(at, value): (usize, &f64)| {
            if *value > 0.0 {
                value / entropies[at % m]
            } else {
                0.0
            }
        };
        information.iter().enumerate().map(share).collect()
    };
    let by_source: Vec<f64> = (0..m)
        .flat_map(|j| normalised.iter().skip(j).step_by(m).copied())
        .collect();
    let info_e = explicitness(sources, latents);
    let mut notes = Vec::new();
    if m < 2 {
        notes.push("one source: no modularity");
    }
    match active.len() {
        0 => notes.push("no unit varies"),
        1 => notes.push("one active unit: no compactness"),
        _ => {}
    }
    if info_e.is_none() {
        notes.push("too few samples or a constant source: no explicitness");
    }
    Ok(Disentanglement {
        mir: concentration(&information, m),
        info_m: concentration(&normalised, m),
        info_e,
        info_c: concentration(&by_source, active.len()),
        ncmi: concentration(&given_the_others(sources, latents, &active), m),
        active_units: active.len(),
        information,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    })
}

/// The information of each active unit (row) about each source (column) given all other sources,
/// over the entropy of the source given them; 0 where it cannot be told from none.
fn given_the_others(sources: Points, latents: Points, active: &[usize]) -> Vec<f64> {
    let (n, m) = (latents.rows(), sources.columns());
    let bins = coarse_bins(n, m);
    let binned = |points: Points, column: usize| Binned::new(&column_of(points, column), bins);
    let targets: Vec<Binned> = (0..m).map(|j| binned(sources, j)).collect();
    let others: Vec<Binned> = (0..m)
        .map(|j| {
            let others = targets.iter().enumerate().filter(|(at, _)| *at != j);
            Binned::joined(n, others.map(|(_, other)| other))
        })
        .collect();
    let units = active.iter().map(|&unit| binned(latents, unit));
    let share = |unit: &Binned, j: usize| {
        let entropy = targets[j].entropy_given(&others[j]);
        let (value, deviation) = unit.shared_given(&targets[j], &others[j]);
        if value > NOISE * deviation && entropy > 0.0 {
            value / entropy
        } else {
            0.0
        }
    };
    units
        .flat_map(|unit| (0..m).map(|j| share(&unit, j)).collect::<Vec<_>>())
        .collect()
}

/// Bins of `m` sources and a unit that leave five samples to a cell.
fn coarse_bins(n: usize, m: usize) -> usize {
    let fits = |bins: &usize| bins.saturating_pow(m as u32 + 1).saturating_mul(5) <= n;
    (2..=20).take_while(fits).last().unwrap_or(2)
}

fn column_of(points: Points, column: usize) -> Vec<f64> {
    points
        .values()
        .iter()
        .skip(column)
        .step_by(points.columns())
        .copied()
        .collect()
}

/// Units whose standard deviation exceeds [`ACTIVE`] times the largest.
fn active_units(latents: Points) -> Vec<usize> {
    let scale = latents.binary_scale();
    let deviation = |unit: usize| {
        // From the first sample, so that a constant unit has exactly none.
        let first = latents.row(0)[unit];
        let values: Vec<f64> = column_of(latents, unit)
            .into_iter()
            .map(|v| (v - first) / scale)
            .collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values
            .iter()
            .map(|v| (v - mean).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let deviations: Vec<f64> = (0..latents.columns()).map(deviation).collect();
    let largest = deviations.iter().copied().fold(0.0, f64::max);
    (0..deviations.len())
        .filter(|&unit| deviations[unit] > ACTIVE * largest)
        .collect()
}

/// The mean over rows of largest entry over sum (1/columns for a row of zeros), taken from
/// `[1/columns, 1]` to `[0, 1]`.
fn concentration(matrix: &[f64], columns: usize) -> Option<f64> {
    if columns < 2 || matrix.is_empty() {
        return None;
    }
    let even = 1.0 / columns as f64;
    let ratio = |row: &[f64]| {
        let sum: f64 = row.iter().sum();
        if sum > 0.0 {
            row.iter().copied().fold(0.0, f64::max) / sum
        } else {
            even
        }
    };
    let rows = matrix.chunks_exact(columns);
    let mean = rows.clone().map(ratio).sum::<f64>() / rows.len() as f64;
    Some((mean - even) / (1.0 - even))
}

/// The mean over sources of `max(0, R^2)` of a linear probe, `R^2` being the mean of both halves'
/// held-out ones.
fn explicitness(sources: Points, latents: Points) -> Option<f64> {
    let (n, m, k) = (latents.rows(), sources.columns(), latents.columns());
    let half = n / 2;
    if half < k + 2 {
        return None;
    }
    let z = MatRef::from_row_major_slice(latents.values(), n, k);
    let s = MatRef::from_row_major_slice(sources.values(), n, m);
    let mut sums = vec![0.0; m];
    for (fit, test) in [((0, half), (half, n - half)), ((half, n - half), (0, half))] {
        let rows =
            |matrix: MatRef<'_, f64>, (start, length)| matrix.subrows(start, length).to_owned();
        let scores = held_out((rows(z, fit), rows(s, fit)), (rows(z, test), rows(s, test)))?;
        sums.iter_mut()
            .zip(scores)
            .for_each(|(sum, score)| *sum += score / 2.0);
    }
    Some(sums.iter().map(|r| r.max(0.0)).sum::<f64>() / m as f64)
}

/// `R^2 = 1 - |s - s'|^2 / |s - mean s|^2` of each source on the test samples, `s'` from least
/// squares with intercept on the fit ones. `None` with a constant source, or should the
/// decomposition not converge.
fn held_out(fit: (Mat<f64>, Mat<f64>), test: (Mat<f64>, Mat<f64>)) -> Option<Vec<f64>> {
    let ((mut z, mut s), (mut z_test, mut s_test)) = (fit, test);
    for unit in 0..z.ncols() {
        let (mean, deviation) = moments(&z, unit);
        let scale = if deviation > 0.0 {
            1.0 / deviation
        } else {
            0.0
        };
        for matrix in [&mut z, &mut z_test] {
            matrix
                .col_mut(unit)
                .iter_mut()
                .for_each(|v| *v = (*v - mean) * scale);
        }
    }
    for source in 0..s.ncols() {
        let (mean, _) = moments(&s, source);
        for matrix in [&mut s, &mut s_test] {
            matrix.col_mut(source).iter_mut().for_each(|v| *v -= mean);
        }
    }
    let svd = z.thin_svd().ok()?;
    let singular: Vec<f64> = svd.S().column_vector().iter().copied().collect();
    let mut projected = svd.U().transpose() * &s;
    for (direction, &value) in singular.iter().enumerate() {
        let inverse = if value > DIRECTION * singular[0] {
            1.0 / value
        } else {
            0.0
        };
        projected
            .row_mut(direction)
            .iter_mut()
            .for_each(|v| *v *= inverse);
    }
    let predicted = &z_test * (svd.V() * projected);
    let score = |source: usize| {
        let (mean, deviation) = moments(&s_test, source);
        let pairs = s_test.col(source).iter().zip(predicted.col(source).iter());
        let missed: f64 = pairs.map(|(s, p)| (s - p).powi(2)).sum();
        let spread: f64 = s_test.col(source).iter().map(|s| (s - mean).powi(2)).sum();
        (deviation > 0.0).then(|| 1.0 - missed / spread)
    };
    (0..s_test.ncols()).map(score).collect()
}

/// Mean and (population) standard deviation of a column; exactly zero for a constant one.
fn moments(matrix: &Mat<f64>, column: usize) -> (f64, f64) {
    let column = matrix.col(column);
    let (n, first) = (column.nrows() as f64, column[0]);
    let shift = column.iter().map(|v| v - first).sum::<f64>() / n;
    let variance = column
        .iter()
        .map(|v| (v - first - shift).powi(2))
        .sum::<f64>()
        / n;
    (first + shift, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dimension::clouds::sine_cloud;
    use crate::random::stream;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    fn normal(rows: usize, columns: usize, seed: u64) -> Vec<f64> {
        let mut random = stream(seed, &["disentanglement"]);
        (0..rows * columns)
            .map(|_| random.sample(StandardNormal))
            .collect()
    }

    fn score(sources: &[f64], m: usize, latents: &[f64], k: usize) -> Disentanglement {
        let rows = sources.len() / m;
        disentanglement(
            Points::new(sources, rows, m).unwrap(),
            Points::new(latents, rows, k).unwrap(),
        )
        .unwrap()
    }

    /// A deterministic case with a discrete source, a weak unit and mixed ones: scikit-learn 1.9
    /// (`mutual_info_score` of the bins and the correction by hand; `LinearRegression`,
    /// `r2_score`).
    #[test]
    fn agrees_with_an_independent_computation() {
        let latent = uniform(600, 3);
        let sources: Vec<f64> = latent
            .chunks(3)
            .flat_map(|u| [u[0], u[1], (2.0 * u[2]).round_ties_even()])
            .collect();
        let wave = sine_cloud(600, 8, 3);
        let units: Vec<f64> = (latent.chunks(3).zip(wave.chunks(8)))
            .flat_map(|(u, w)| {
                [
                    u[0] * u[0],
                    u[1] + 0.3 * u[0],
                    u[2] - 0.4 * u[1],
                    1e-3 * u[0],
                    w[4],
                ]
            })
            .collect();
        let found = score(&sources, 3, &units, 5);
        assert_eq!(found.active_units, 4);
        assert_eq!((found.information[1], found.information[6]), (0.0, 0.0));
        for (value, golden) in [
            (found.mir, 0.892_431_189_374_929_9),
            (found.info_m, 0.901_076_898_581_788_2),
            (found.info_c, 0.781_061_417_867_440_3),
            (found.info_e, 0.942_894_887_394_611),
            (Some(found.information[4]), 1.050_090_69),
        ] {
            assert!(
                (value.unwrap() - golden).abs() < 1e-8,
                "{value:?} of {golden}"
            );
        }
    }

    /// The `u` of [`sine_cloud`].
    fn uniform(rows: usize, columns: usize) -> Vec<f64> {
        let mut state = 0_u64;
        let draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / 9_007_199_254_740_992.0
        };
        std::iter::repeat_with(draw).take(rows * columns).collect()
    }

    #[test]
    fn aligned_units_score_one_and_turned_ones_do_not() {
        let sources = normal(512, 2, 1);
        let aligned: Vec<f64> = sources
            .chunks(2)
            .flat_map(|s| [s[1].powi(3), -2.0 * s[0]])
            .collect();
        let turned: Vec<f64> = sources
            .chunks(2)
            .flat_map(|s| [s[0] + s[1], s[0] - s[1]])
            .collect();
        let (good, bad) = (
            score(&sources, 2, &aligned, 2),
            score(&sources, 2, &turned, 2),
        );
        assert_eq!(
            (good.mir, good.info_m, good.info_c),
            (Some(1.0), Some(1.0), Some(1.0))
        );
        assert!(
            good.info_e.unwrap() < 0.95,
            "a cube is not read out linearly"
        );
        assert!(
            bad.mir.unwrap() < 0.15 && bad.info_m.unwrap() < 0.15 && bad.info_c.unwrap() < 0.15
        );
        assert!(bad.info_e.unwrap() > 1.0 - 1e-12);
    }

    #[test]
    fn modularity_and_compactness_part_where_a_source_has_two_units() {
        let sources = normal(512, 2, 2);
        let doubled: Vec<f64> = sources
            .chunks(2)
            .flat_map(|s| [s[0], s[0].exp(), s[1]])
            .collect();
        let found = score(&sources, 2, &doubled, 3);
        assert_eq!(found.mir, Some(1.0));
        // Source 0 has half of its information in each of two units, source 1 all in one: (3/4 -
        // 1/3) / (2/3).
        assert!((found.info_c.unwrap() - 0.625).abs() < 1e-6);
    }

    /// scikit-learn 1.9: `mutual_info_score` in each bin of the other source, with the corrections
    /// by hand.
    #[test]
    fn information_given_the_others_agrees_with_an_independent_computation() {
        let drawn = uniform(600, 3);
        let sources: Vec<f64> = drawn
            .chunks(3)
            .flat_map(|u| [u[0], 0.7 * u[0] + 0.3 * u[1]])
            .collect();
        let units: Vec<f64> = drawn
            .chunks(3)
            .flat_map(|u| [u[0] * u[0], u[1], u[2] + 0.7 * u[0] + 0.3 * u[1]])
            .collect();
        let found = score(&sources, 2, &units, 3).ncmi.unwrap();
        assert!((found - 0.701_034_401_571_555_3).abs() < 1e-9, "{found}");
    }

    /// Two sources with a correlation of .9, each carried by one unit: a unit tells of the other
    /// source as well, but nothing that is not known from it.
    #[test]
    fn sources_that_depend_on_each_other_do_not_count_twice() {
        let drawn = normal(4000, 2, 9);
        let dependent: Vec<f64> = drawn
            .chunks(2)
            .flat_map(|s| [s[0], 0.9 * s[0] + 0.19_f64.sqrt() * s[1]])
            .collect();
        let found = score(&dependent, 2, &dependent, 2);
        assert!(found.mir.unwrap() < 0.7, "{found:?}");
        assert!(found.ncmi.unwrap() > 0.99, "{found:?}");
        // Of independent sources it says what the other ratio says.
        let turned = |s: &[f64]| [s[0] + s[1], s[0] - s[1]];
        let mixed: Vec<f64> = drawn.chunks(2).flat_map(turned).collect();
        let (good, bad) = (score(&drawn, 2, &drawn, 2), score(&drawn, 2, &mixed, 2));
        assert!(
            good.ncmi.unwrap() > 0.99 && bad.ncmi.unwrap() < 0.1,
            "{bad:?}"
        );
        assert_eq!(
            score(&normal(100, 1, 6), 1, &normal(100, 1, 6), 1).ncmi,
            None
        );
    }

    #[test]
    fn silent_and_weak_units_change_nothing() {
        let sources = normal(400, 2, 3);
        let silent: Vec<f64> = sources
            .chunks(2)
            .flat_map(|s| [s[0], 0.1, s[1], 1e-3 * s[0]])
            .collect();
        let (bare, with) = (
            score(&sources, 2, &sources, 2),
            score(&sources, 2, &silent, 4),
        );
        assert_eq!(
            (bare.mir, bare.info_c, bare.active_units),
            (with.mir, with.info_c, with.active_units)
        );
        assert!(with.info_e.unwrap() > 1.0 - 1e-9);
    }

    #[test]
    fn unrelated_units_are_neither_modular_nor_explicit() {
        let found = score(&normal(512, 3, 4), 3, &normal(512, 4, 5), 4);
        assert_eq!(
            (found.mir, found.info_m, found.info_c),
            (Some(0.0), Some(0.0), Some(0.0))
        );
        assert!(found.info_e.unwrap() < 0.02);
    }

    #[test]
    fn what_is_not_defined_is_missing_and_says_so() {
        let source = normal(100, 1, 6);
        let found = score(&source, 1, &source, 1);
        assert_eq!((found.mir, found.info_m, found.info_c), (None, None, None));
        assert_eq!(
            found.note.as_deref(),
            Some("one source: no modularity; one active unit: no compactness")
        );
        assert!(found.info_e.unwrap() > 1.0 - 1e-12);
        let constant = score(&source, 1, &[2.0; 100], 1);
        assert_eq!((constant.active_units, constant.info_e), (0, Some(0.0)));
        let few = score(&source[..8], 1, &normal(8, 3, 7), 3);
        assert_eq!(few.info_e, None);
    }
}
