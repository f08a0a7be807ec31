//! The recommended estimate: calibrated, at a scale where noise no longer shows, with an interval
//! that holds more than sampling.

use super::calibration::{calibrated_estimator, dimension_of};
use super::calibration_grid::{DIMENSIONS, POINTS, SCALES};
use super::copies::{LISTED, Originals, originals};
use super::estimate::Reader;
use super::gride::gride;
use super::neighbours::{DistinctCloud, NeighbourDistances};
use super::spectrum::covariance_spectrum;
use super::{DimensionError, Estimator, Points, Settings, estimate_all_with_intervals};
use crate::text::plural::counted;

/// Name of the estimate in tables and on the command line.
pub const RECOMMENDED: &str = "recommended";
/// A coarser scale is read while the calibrated value falls by more than this share from one scale
/// to the next.
const FALL: f64 = 0.06;
/// Scales of which the mean is extrapolated, and the fewest scales from which it is.
const NEAR: usize = 2;
const FEWEST: usize = 5;
/// Share of an extrapolation to radius 0 that is made, and the most that is made of the difference
/// between scales. This and the next two were chosen on manifolds of our own: the training family
/// of `benches/dimension_peers.py` and random densities under random maps.
const EXTRAPOLATED: f64 = 0.5;
const MOST_EXTRAPOLATED: f64 = 1.0;
/// What is added per difference of the logarithms of the dense half and of all points, and per
/// logarithm of the dimension.
const DENSITY: f64 = 0.4;
/// A manifold is folded where the logarithm of the third value exceeds that of the first by this.
const FOLDED: f64 = 0.2;
/// Among points that some near copies are mixed with, scales are coarser until the calibrated value
/// no longer rises by more than this share from one to the next.
const RISE: f64 = 0.06;
/// Near copies are seen in the values where the least lies this share below one at a coarser scale.
const DIP: f64 = 0.2;
/// A scale is tried where its farther neighbour is at most one in so many points.
const POINTS_PER_NEIGHBOUR: usize = 20;
/// Relative standard deviation of the bias that calibration leaves, and its growth with the
/// dimension: over the training family of `benches/dimension_peers.py`.
const BIAS: (f64, f64) = (0.035, 0.0012);
/// Farther neighbour, raw and calibrated estimate of a scale.
type Scale = (usize, f64, f64);
/// Two-sided 95 % point of the normal law.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// The recommended estimate and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommended {
    /// The estimate of the dimension.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub ci_low: f64,
    /// Upper end of the 95 % interval.
    pub ci_high: f64,
    /// Standard error of sampling alone, where there are points enough.
    pub std_error: Option<f64>,
    /// The value less the raw estimate at the scale read.
    pub bias_correction: f64,
    /// Least calibrated value over the scales tried.
    pub scales_low: f64,
    /// Largest calibrated value over the scales tried.
    pub scales_high: f64,
    /// The farther neighbour of the scale read: 2 unless noise or copies made a coarser one
    /// necessary.
    pub neighbour: usize,
    /// Farther neighbour, raw and calibrated estimate of every scale tried.
    pub scales: Vec<(usize, f64, f64)>,
    /// What a reader must know of the points or the value.
    pub note: Option<String>,
}

/// Estimates the dimension of `points` from ratios of distances to neighbours, corrected for what
/// such ratios miss in a finite ball.
///
/// Our own operational definition, after TwoNN (Facco et al. 2017) and GRIDE (Denti et al. 2022):
///
/// 1. At the scales of neighbours (1, 2), (2, 4), ... (32, 64), as far as there are twenty points
///    per neighbour, the estimate (TwoNN's at the first, GRIDE's at the others) is *calibrated*:
///    replaced by the dimension of the uniformly filled ball in which as many points give it on
///    average. Borders make ratios larger than the law says, the more the higher the dimension: in
///    20 dimensions 2,500 points look like 16.
/// 2. Noise fills all dimensions at the finest scales. A scale is left for the next, coarser one
///    while the calibrated value falls by more than 6 % from it to the next. If any is left, the
///    value is the calibrated one of the scale that is then read.
/// 3. Otherwise the value is *extrapolated*, if there are five scales or more: 640 points. With
///    `b` the mean logarithm of the calibrated values of the first two scales and `a` that of the
///    last two,
///
///    ```text
///    ln d = b - w (a - b) + .4 b u,    w = min(1, .5 / (R^(2 / e^b) - 1))
///    ```
///
///    The first correction is for what curvature and density do in a ball of finite radius: they
///    bias a ratio about in proportion to the squared radius, and `R^(1 / d)` is the ratio of the
///    radii of `a` and `b` in dimension `d`, `R` being that of their neighbours. Half of what that
///    says is taken away, for `a` and `b` have errors of sampling. The second correction is for
///    what no radius shows, tails and borders: `u` is the mean over the scales from the third on of
///    `ln(raw estimate of the half of the points with the nearest last neighbours / of all)`. Where
///    the third value is more than `e^.2` times the first, the sheets of a folded manifold lie near
///    each other, and the first value is taken as it is.
/// 4. The value is at most the number of dimensions of the flat space that holds the points.
/// 5. The interval is `value -+ 1.96 sqrt(s^2 + b^2 + m^2)`: `s` the sampling error (half-samples),
///    `b = (.035 + .0012 value) value` the spread of the bias that is left on a family of manifolds
///    of known dimension, and `m` the difference between the calibrated values of the scale read
///    and two scales on: what no ball would show, density or curvature, is at work where it is not
///    zero. It does not go below 1 unless the value does, nor beyond that flat space.
///
/// Points that lie so near to others that they are copies of them, rather than more points, are
/// joined with them before: their distances tell how exact the copies are. Where copies are seen
/// but cannot be told from other points by a distance, a scale is read that is coarser than they.
///
/// For 200 to some 100,000 points in 1 to about 60 dimensions; a note says where that is left. Its
/// accuracy on manifolds that had no part in its making is in `benches/README.md`. Points on a
/// lattice have none, and densities that change between neighbours bias it. Time `O(n^2 d)`.
///
/// # Errors
/// As [`estimate`](super::estimate) by TwoNN; [`DimensionError::Copies`] where near copies show at
/// every scale.
///
/// ```
/// use engraph::dimension::{Points, Settings, recommended};
/// // A plane in three dimensions.
/// let step = |i: u32, by: f64| (f64::from(i) * by).fract();
/// let plane: Vec<f64> = (1..=600)
///     .map(|i| (step(i, 0.754_877_666), step(i, 0.569_840_291)))
///     .flat_map(|(a, b)| [a, b, a - b])
///     .collect();
/// let found = recommended(Points::new(&plane, 600, 3)?, Settings::default())?;
/// assert!(found.value > 1.0 && found.value <= 3.0 && found.ci_low < found.ci_high);
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
pub fn recommended(points: Points, settings: Settings) -> Result<Recommended, DimensionError> {
    let cloud = DistinctCloud::new(points, LISTED, settings.theiler);
    let found = originals(points, &cloud, settings.theiler);
    let Some(kept) = &found.kept else {
        return of_originals(points, &cloud, &found, settings);
    };
    let values = points.gather(kept);
    let left = Points::new(&values, kept.len(), points.columns())?;
    let left_cloud = DistinctCloud::new(left, LISTED, settings.theiler);
    let mut recommended = of_originals(left, &left_cloud, &found, settings)?;
    let joined = format!(
        "{} at most {:.1e} from another joined with it as copies",
        counted(found.joined, "point"),
        found.distance
    );
    let equal = points.rows() - cloud.rows();
    let merged =
        (equal > 0).then(|| format!("{equal} duplicated points were merged with their equals"));
    let notes = [merged, Some(joined), recommended.note];
    recommended.note = Some(notes.into_iter().flatten().collect::<Vec<_>>().join("; "));
    Ok(recommended)
}

/// The estimate of points without copies, or among which copies cannot be told from others.
fn of_originals(
    points: Points,
    cloud: &DistinctCloud,
    found: &Originals,
    settings: Settings,
) -> Result<Recommended, DimensionError> {
    let first = estimate_all_with_intervals(points, &[Estimator::TwoNn], settings).pop();
    let first = first.unwrap_or(Err(DimensionError::NoColumns))?;
    let n = points.rows();
    let tried = SCALES
        .iter()
        .filter(|&&far| far == 2 || usize::from(far) * POINTS_PER_NEIGHBOUR <= n)
        .count();
    let reader = Reader {
        points,
        cloud: Some(cloud),
        settings,
    };
    let mut scales = vec![(2, first.value, dimension_of(0, n, first.value))];
    for (scale, &far) in SCALES.iter().enumerate().take(tried).skip(1) {
        let Ok(estimate) = reader.estimate(calibrated_estimator(scale)) else {
            break;
        };
        scales.push((
            usize::from(far),
            estimate.value,
            dimension_of(scale, n, estimate.value),
        ));
    }
    let calibrated: Vec<f64> = scales.iter().map(|scale| scale.2).collect();
    let beyond = if found.mixed {
        beyond_copies(&calibrated).map_err(|()| DimensionError::Copies { points: n })?
    } else {
        None
    };
    let falls = |pair: &[f64]| pair[1] < (1.0 - FALL) * pair[0];
    let read = match beyond {
        Some(scale) => scale,
        None => calibrated.windows(2).take_while(|pair| falls(pair)).count(),
    };
    let most = flat_dimension(points)?;
    let is_extrapolated = read == 0 && beyond.is_none() && scales.len() >= FEWEST;
    let best = if is_extrapolated {
        extrapolated(&scales, cloud)
    } else {
        calibrated[read]
    };
    let (neighbour, raw, calibrated) = scales[read];
    let value = best.min(most);
    // The sampling error of the first scale, in proportion: calibration stretches it, and coarser
    // scales average over more neighbours.
    let std_error = first.std_error.map(|s| s / first.value * value);
    let bias = (BIAS.0 + BIAS.1 * value) * value;
    let misfit = scales[(read + 2).min(scales.len() - 1)].2 - calibrated;
    let half =
        NORMAL_975 * (std_error.unwrap_or(0.0).powi(2) + bias.powi(2) + misfit.powi(2)).sqrt();
    let mut notes: Vec<String> = first.note.into_iter().collect();
    if beyond.is_some() {
        notes.push(
            "near copies among the points, too far apart to be joined: a scale coarser than they"
                .to_owned(),
        );
    } else if read > 0 {
        let fall = 100.0 * (1.0 - calibrated / scales[0].2);
        notes.push(format!(
            "{fall:.0} % below the finest scale, which noise may fill"
        ));
    }
    if n < POINTS[0] {
        notes.push(format!("calibrated for {} points: {n} are few", POINTS[0]));
    }
    let largest = DIMENSIONS[DIMENSIONS.len() - 1] as f64;
    if value > largest {
        notes.push(format!(
            "beyond {largest} dimensions, for which it is calibrated"
        ));
    } else if value > 2.0 * (n as f64).log10() + 4.0 {
        notes.push(format!(
            "{n} points fill so many dimensions so thinly that most of the value is calibration"
        ));
    }
    let over_scales = || scales.iter().map(|scale| scale.2);
    Ok(Recommended {
        value,
        ci_low: (value - half).max(value.min(1.0)),
        ci_high: (value + half).min(most),
        std_error,
        bias_correction: value - raw,
        scales_low: over_scales().fold(f64::INFINITY, f64::min),
        scales_high: over_scales().fold(0.0, f64::max),
        neighbour,
        scales,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    })
}

/// The number of dimensions of the flat space that holds the points, whose components have more
/// than the variance of rounding in single precision.
fn flat_dimension(points: Points) -> Result<f64, DimensionError> {
    const ROUNDING: f64 = 1e-13;
    let eigenvalues = covariance_spectrum(points)?;
    let least = ROUNDING * eigenvalues.first().copied().unwrap_or(0.0);
    let components = eigenvalues.iter().filter(|&&v| v > least).count();
    Ok(components.max(1) as f64)
}

/// The value at radius 0, from those of at least five scales.
fn extrapolated(scales: &[Scale], cloud: &DistinctCloud) -> f64 {
    let mean = |of: &mut dyn Iterator<Item = f64>| {
        let all: Vec<f64> = of.collect();
        all.iter().sum::<f64>() / all.len().max(1) as f64
    };
    if (scales[2].2 / scales[0].2).ln() > FOLDED {
        return scales[0].2;
    }
    let (near, far) = (&scales[..NEAR], &scales[scales.len() - 2..]);
    let value = |of: &[Scale]| mean(&mut of.iter().map(|scale| scale.2.ln()));
    let neighbours = |of: &[Scale]| mean(&mut of.iter().map(|scale| (scale.0 as f64).ln()));
    let base = value(near);
    let squared_radii = (2.0 * (neighbours(far) - neighbours(near)) / base.exp()).exp();
    let weight = (EXTRAPOLATED / (squared_radii - 1.0)).min(MOST_EXTRAPOLATED);
    let half = cloud.distances(scales[scales.len() - 1].0).densest_half();
    let difference = |&(far, raw, _): &Scale| Some((gride_of(&half, far)? / raw).ln());
    let density = mean(&mut scales[2..].iter().filter_map(difference));
    (base - weight * (value(far) - base) + DENSITY * base * density).exp()
}

/// GRIDE's estimate from distances, at the scale whose farther neighbour is `far`.
fn gride_of(distances: &NeighbourDistances, far: usize) -> Option<f64> {
    gride(&distances.log_ratios(far / 2, far), far / 2, far)
}

/// The scale at which copies no longer show: from the least value on, the first from which the
/// values do not rise any more. `None` where the values show no copies.
///
/// # Errors
/// Where the values rise to the coarsest scale.
fn beyond_copies(calibrated: &[f64]) -> Result<Option<usize>, ()> {
    let by_value = |a: &usize, b: &usize| calibrated[*a].total_cmp(&calibrated[*b]);
    let Some(least) = (0..calibrated.len()).min_by(by_value) else {
        return Ok(None);
    };
    let coarser = calibrated[least..]
        .iter()
        .fold(0.0, |most: f64, v| most.max(*v));
    if calibrated[least] >= (1.0 - DIP) * coarser {
        return Ok(None);
    }
    let rises = |pair: &[f64]| pair[1] > (1.0 + RISE) * pair[0];
    let read = least
        + calibrated[least..]
            .windows(2)
            .take_while(|pair| rises(pair))
            .count();
    if read + 1 == calibrated.len() {
        return Err(());
    }
    Ok(Some(read))
}

#[cfg(test)]
mod tests {
    use super::super::estimate_all;
    use super::*;
    use crate::random::stream;
    use proptest::prelude::*;
    use rand::RngExt;
    use rand_distr::StandardNormal;

    fn of(values: &[f64], columns: usize) -> Recommended {
        recommended(
            Points::new(values, values.len() / columns, columns).unwrap(),
            Settings::default(),
        )
        .unwrap()
    }

    /// A standard normal cloud of `latent` dimensions in `columns`, with normal noise in all of
    /// them.
    fn normal(n: usize, latent: usize, columns: usize, noise: f64, seed: u64) -> Vec<f64> {
        let mut random = stream(seed, &["normal"]);
        let mut draw = || random.sample::<f64, _>(StandardNormal);
        (0..n * columns)
            .map(|at| {
                if at % columns < latent {
                    draw()
                } else {
                    noise * draw()
                }
            })
            .collect()
    }

    #[test]
    fn known_dimensions_lie_in_their_intervals() {
        for (latent, columns) in [(1, 3), (2, 5), (5, 8), (12, 12)] {
            let found = of(&normal(1500, latent, columns, 0.0, 1), columns);
            let truth = latent as f64;
            assert!(
                (found.value / truth - 1.0).abs() < 0.15,
                "{latent}: {found:?}"
            );
            assert!(
                found.ci_low <= truth && truth <= found.ci_high,
                "{latent}: {found:?}"
            );
        }
    }

    #[test]
    fn noise_sends_it_to_a_coarser_scale() {
        let values = normal(2500, 2, 10, 0.03, 2);
        let found = of(&values, 10);
        let fine = estimate_all(
            Points::new(&values, 2500, 10).unwrap(),
            &[Estimator::TwoNn],
            Settings::default(),
        );
        let fine = fine[0].as_ref().unwrap().value;
        assert!(
            found.neighbour > 2 && found.note.as_deref().unwrap_or("").contains("noise"),
            "{found:?}"
        );
        assert!(
            (found.value - 2.0).abs() < 0.5 * (fine - 2.0),
            "{found:?}, {fine}"
        );
    }

    /// Four dimensions, turned into nine columns: no more than the flat space that holds them.
    #[test]
    fn it_is_no_more_than_the_flat_space_of_the_points() {
        let values: Vec<f64> = normal(2000, 4, 4, 0.0, 8)
            .chunks_exact(4)
            .flat_map(|p| {
                let mixed = |c: usize| {
                    let weight = |i: usize| (1.7 * ((c + 1) * (i + 1)) as f64).sin();
                    (0..4).map(|i| weight(i) * p[i]).sum::<f64>()
                };
                (0..9).map(mixed).collect::<Vec<_>>()
            })
            .collect();
        let found = of(&values, 9);
        assert!(found.value <= 4.0 && found.ci_high <= 4.0, "{found:?}");
        assert!(found.scales.iter().any(|scale| scale.2 > 4.0), "{found:?}");
    }

    /// A flat torus, which no border bounds and which curves in all directions, looks larger than
    /// it is; a simplex, all of whose points are near a border, looks smaller.
    #[test]
    fn curvature_and_borders_are_extrapolated_away() {
        let (n, mut random) = (2000, stream(9, &["extrapolated"]));
        let torus = (0..n * 6).flat_map(|_| {
            let (sine, cosine) = (std::f64::consts::TAU * random.random::<f64>()).sin_cos();
            [sine, cosine]
        });
        let torus = of(&torus.collect::<Vec<f64>>(), 12);
        let mut random = stream(10, &["extrapolated"]);
        let simplex = (0..n).flat_map(|_| {
            let parts = [0; 13].map(|_| -(1.0 - random.random::<f64>()).ln());
            parts.map(|part| part / parts.iter().sum::<f64>())
        });
        let simplex = of(&simplex.collect::<Vec<f64>>(), 13);
        for (found, truth) in [(torus, 6.0), (simplex, 12.0)] {
            assert_eq!(found.neighbour, 2, "{found:?}");
            let finest = found.scales[0].2;
            assert!(
                (found.value - truth).abs() < 0.8 * (finest - truth).abs(),
                "{truth}: {found:?}"
            );
        }
    }

    /// Copies of a share of the points, at many distances and in many numbers, on clouds of known
    /// dimension: the value is that of the cloud without them, but for what joining takes away.
    #[test]
    fn near_copies_do_not_show() {
        for (latent, columns) in [(2, 3), (5, 6)] {
            let clean = normal(400, latent, columns, 0.0, 6);
            let value = of(&clean, columns).value;
            for distance in [1e-12, 1e-9, 1e-7, 1e-5, 1e-3] {
                for (copied, copies) in [(4, 1), (20, 1), (120, 1), (240, 1), (40, 5), (8, 40)] {
                    let mut random = stream(7, &["copies"]);
                    let mut values = clean.clone();
                    for at in (0..copied).flat_map(|point| vec![point * columns; copies]) {
                        for original in &clean[at..at + columns] {
                            let noise = distance * random.sample::<f64, _>(StandardNormal);
                            values.push(original + noise);
                        }
                    }
                    let found = of(&values, columns);
                    assert!(
                        (found.value / value - 1.0).abs() < 0.08,
                        "{latent}, {distance}, {copied} x {copies}: {found:?}, {value}"
                    );
                    if distance < 1e-3 {
                        let note = found.note.unwrap_or_default();
                        assert!(note.contains("joined with it as copies"), "{note}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_scale_beyond_copies_is_found_or_there_is_none() {
        for (values, read) in [
            (&[1.0, 1.8, 1.85, 1.9][..], Ok(Some(1))),
            (&[2.3, 2.1, 0.9, 1.5, 1.7, 1.75], Ok(Some(4))),
            (&[2.0, 2.1, 1.9], Ok(None)),
            (&[5.0, 4.0, 3.0], Ok(None)),
            (&[0.5, 1.0, 2.0], Err(())),
        ] {
            assert_eq!(beyond_copies(values), read, "{values:?}");
        }
    }

    #[test]
    fn it_says_what_it_is_not_made_for() {
        let few = of(&normal(60, 2, 3, 0.0, 3), 3);
        assert!(few.note.unwrap().contains("60 are few"));
        let high = of(&normal(400, 20, 20, 0.0, 3), 20);
        assert!(
            high.note
                .unwrap()
                .contains("most of the value is calibration")
        );
    }

    #[test]
    fn it_is_no_more_than_the_columns_that_vary() {
        // No scale says so by itself.
        let values: Vec<f64> = normal(2500, 8, 8, 0.0, 4)
            .chunks_exact(8)
            .flat_map(|p| [p, &[7.0]].concat())
            .collect();
        let found = of(&values, 9);
        assert!(found.value <= 8.0 && found.ci_high == 8.0, "{found:?}");
        assert!(found.scales[0].2 > 8.0 && found.ci_low < 8.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 8,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Moved, turned in a plane and scaled: the same value up to rounding.
        #[test]
        fn it_depends_on_shape_alone(
            angle in 0.0_f64..6.0,
            scale in 1e-3_f64..1e3,
            shift in -10.0_f64..10.0,
        ) {
            let values = normal(300, 2, 3, 0.0, 5);
            let moved: Vec<f64> = values
                .chunks_exact(3)
                .flat_map(|p| {
                    let (s, c) = angle.sin_cos();
                    [c * p[0] - s * p[2], p[1], s * p[0] + c * p[2]].map(|v| scale * (v + shift))
                })
                .collect();
            let (here, there) = (of(&values, 3), of(&moved, 3));
            prop_assert!((here.value / there.value - 1.0).abs() < 1e-6);
        }
    }
}
