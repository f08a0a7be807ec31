//! The estimators against scikit-dimension, against known dimensions, and under transformations
//! that must not matter.

use proptest::prelude::*;
use rand_distr::{Distribution, StandardNormal};

use super::clouds::sine_cloud;
use super::{DimensionError, Estimator, Points, estimate, estimate_with_interval};
use crate::random::seeded;

/// One of each kind that is defined on a hundred points and draws nothing at random.
pub(super) const DETERMINISTIC: [Estimator; 14] = [
    Estimator::ParticipationRatio,
    Estimator::ParticipationRatioCorrected,
    Estimator::ParticipationRatioUnbiased,
    Estimator::EffectiveRank,
    Estimator::Pca90,
    Estimator::Pca95,
    Estimator::LocalPca,
    Estimator::FisherSeparability,
    Estimator::CorrelationDimension,
    Estimator::Mle(10),
    Estimator::TwoNn,
    Estimator::TwoNnFit,
    Estimator::Gride(8),
    Estimator::Danco,
];

fn value(values: &[f64], columns: usize, estimator: Estimator) -> f64 {
    estimate(
        Points::new(values, values.len() / columns, columns).unwrap(),
        estimator,
    )
    .unwrap()
    .value
}

fn note(values: &[f64], columns: usize, estimator: Estimator) -> String {
    estimate(
        Points::new(values, values.len() / columns, columns).unwrap(),
        estimator,
    )
    .unwrap()
    .note
    .unwrap_or_default()
}

/// `rows` points of a standard normal law in `latent` dimensions, turned into `columns` dimensions
/// by orthonormal cosine vectors.
fn gaussian(rows: usize, columns: usize, latent: usize, seed: u64) -> Vec<f64> {
    let mut rng = seeded(seed);
    let mut values = Vec::with_capacity(rows * columns);
    for _ in 0..rows {
        let s: Vec<f64> = (0..latent)
            .map(|_| StandardNormal.sample(&mut rng))
            .collect();
        values.extend((0..columns).map(|c| {
            s.iter()
                .enumerate()
                .map(|(q, s)| s * cosine(c, q, columns))
                .sum::<f64>()
        }));
    }
    values
}

/// Element of the orthonormal cosine basis (DCT-II).
fn cosine(row: usize, column: usize, size: usize) -> f64 {
    let norm = if column == 0 { 1.0 } else { 2.0 };
    (norm / size as f64).sqrt()
        * (std::f64::consts::PI * (row as f64 + 0.5) * column as f64 / size as f64).cos()
}

/// Origin: scikit-dimension 0.5.0 (numpy 2.4.6, scikit-learn 1.9.1) on [`sine_cloud`]:
/// `lPCA(ver="participation_ratio")`, `lPCA(ver="ratio", alphaRatio=0.90 and 0.95)`,
/// `TwoNN(method="mle")`, `TwoNN()`.
#[test]
fn agrees_with_scikit_dimension() {
    for (rows, columns, latent, participation_ratio, pca_90, pca_95, two_nn, two_nn_fit) in [
        (
            200,
            3,
            1,
            1.059082998846,
            1.0,
            1.0,
            0.984174655671,
            1.001172366509,
        ),
        (
            500,
            5,
            2,
            1.576686259758,
            2.0,
            2.0,
            1.870657648006,
            1.888534462116,
        ),
        (
            1000,
            10,
            3,
            2.543431452677,
            4.0,
            5.0,
            2.968204731482,
            2.973599539835,
        ),
        (
            400,
            30,
            4,
            8.508360394812,
            10.0,
            12.0,
            4.793102152645,
            4.907661005967,
        ),
        (
            60,
            100,
            5,
            19.810127927342,
            22.0,
            28.0,
            7.772822159133,
            7.907934697592,
        ),
        (
            1500,
            8,
            8,
            3.209907401602,
            4.0,
            5.0,
            5.739319641385,
            5.732026878445,
        ),
    ] {
        let values = sine_cloud(rows, columns, latent);
        let corrected = 1.0 / (1.0 / participation_ratio - 1.0 / rows as f64);
        for (estimator, expected) in [
            (Estimator::ParticipationRatio, participation_ratio),
            (Estimator::ParticipationRatioCorrected, corrected),
            (Estimator::Pca90, pca_90),
            (Estimator::Pca95, pca_95),
            (Estimator::TwoNn, two_nn),
            (Estimator::TwoNnFit, two_nn_fit),
        ] {
            let found = value(&values, columns, estimator);
            assert!(
                (found - expected).abs() < 1e-9,
                "{rows} x {columns}, {estimator}: {found}, expected {expected}"
            );
        }
    }
}

#[test]
fn gaussians_have_their_dimension() {
    for (latent, columns) in [(1, 3), (2, 5), (4, 20), (6, 6)] {
        let values = gaussian(1500, columns, latent, 11);
        let m = latent as f64;
        for (estimator, tolerance) in [
            (Estimator::ParticipationRatio, 0.02),
            (Estimator::ParticipationRatioCorrected, 0.02),
            (Estimator::Pca95, 1e-9),
            (Estimator::TwoNn, 0.15),
            (Estimator::TwoNnFit, 0.15),
        ] {
            let found = value(&values, columns, estimator);
            assert!(
                (found / m - 1.0).abs() <= tolerance,
                "{estimator}: {found} for {m}"
            );
        }
    }
}

#[test]
fn the_correction_removes_the_bias_of_few_points() {
    // White noise in 40 dimensions from 60 points: raw near 1/(1/40 + 1/60) = 24, corrected near
    // 40.
    let (mut raw, mut corrected) = (0.0, 0.0);
    for seed in 0..20 {
        let values = gaussian(60, 40, 40, seed);
        raw += value(&values, 40, Estimator::ParticipationRatio) / 20.0;
        corrected += value(&values, 40, Estimator::ParticipationRatioCorrected) / 20.0;
    }
    assert!((raw - 24.0).abs() < 0.5, "{raw}");
    assert!((corrected - 40.0).abs() < 1.5, "{corrected}");
}

#[test]
fn odd_clouds_are_answered_with_a_note() {
    let clean = sine_cloud(100, 4, 2);
    // Every point twice: the neighbour estimators see the distinct ones.
    let doubled: Vec<f64> = clean
        .chunks(4)
        .flat_map(|r| r.iter().chain(r))
        .copied()
        .collect();
    for estimator in [Estimator::TwoNn, Estimator::TwoNnFit] {
        assert_eq!(value(&doubled, 4, estimator), value(&clean, 4, estimator));
        assert!(note(&doubled, 4, estimator).contains("100 duplicated points"));
        assert_eq!(note(&clean, 4, estimator), "");
    }
    // A constant column changes nothing.
    let padded: Vec<f64> = clean
        .chunks(4)
        .flat_map(|r| r.iter().copied().chain([0.1]))
        .collect();
    for estimator in DETERMINISTIC {
        assert!((value(&padded, 5, estimator) - value(&clean, 4, estimator)).abs() < 1e-9);
        assert!(note(&padded, 5, estimator).contains("1 of 5 columns are constant"));
    }
    assert!(note(&sine_cloud(10, 20, 3), 20, Estimator::Pca90).contains("no more than 9"));
    let corrected = |seed| {
        note(
            &gaussian(12, 10, 10, seed),
            10,
            Estimator::ParticipationRatioCorrected,
        )
    };
    assert!((0..20).any(|seed| corrected(seed).contains("above the ambient dimension")));
    // Rounded coordinates.
    let gridded: Vec<f64> = gaussian(400, 2, 2, 5)
        .iter()
        .map(|v| (v * 8.0).round())
        .collect();
    assert!(note(&gridded, 2, Estimator::TwoNn).contains("equally far"));
}

#[test]
fn clouds_without_an_answer_are_errors() {
    let same = [0.1, 0.2].repeat(30);
    let points = Points::new(&same, 30, 2).unwrap();
    for estimator in Estimator::all() {
        assert_eq!(
            estimate(points, estimator).unwrap_err(),
            DimensionError::NoVariance {
                estimator,
                points: 30
            }
        );
        assert!(estimate_with_interval(points, estimator, 1).is_err());
    }
    let pair = [0.0, 1.0];
    assert_eq!(value(&pair, 1, Estimator::ParticipationRatio), 1.0);
    let two = Points::new(&pair, 2, 1).unwrap();
    assert!(matches!(
        estimate(two, Estimator::TwoNn),
        Err(DimensionError::TooFewDistinct {
            found: 2,
            needed: 3,
            ..
        })
    ));
    let lattice: Vec<f64> = (0..100)
        .flat_map(|i| [f64::from(i % 10), f64::from(i / 10)])
        .collect();
    let lattice = Points::new(&lattice, 100, 2).unwrap();
    assert!(matches!(
        estimate(lattice, Estimator::TwoNn),
        Err(DimensionError::EquidistantNeighbours { .. })
    ));
}

#[test]
fn intervals_cover_the_sampling_error() {
    // The value over 100 fresh clouds of the same law: its standard deviation is what the interval
    // of one cloud estimates.
    for (estimator, highest) in [
        (Estimator::ParticipationRatio, 1.3),
        (Estimator::TwoNn, 1.9),
        (Estimator::TwoNnFit, 1.9),
    ] {
        let clouds: Vec<_> = (0..100)
            .map(|seed| {
                let mut values = gaussian(300, 3, 3, seed);
                values.iter_mut().step_by(3).for_each(|v| *v *= 2.0);
                estimate_with_interval(Points::new(&values, 300, 3).unwrap(), estimator, seed)
                    .unwrap()
            })
            .collect();
        let mean = clouds.iter().map(|e| e.value).sum::<f64>() / 100.0;
        let sd = (clouds.iter().map(|e| (e.value - mean).powi(2)).sum::<f64>() / 99.0).sqrt();
        let claimed = clouds.iter().map(|e| e.std_error.unwrap()).sum::<f64>() / 100.0;
        assert!(
            claimed / sd > 0.7 && claimed / sd < highest,
            "{estimator}: claimed {claimed}, observed {sd}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn rigid_motions_scaling_and_row_order_do_not_matter(
        seed in 0_u64..1000,
        shift in -50.0_f64..50.0,
        scale in prop::sample::select(vec![1e-9, 0.3, 7.0, 1e12]),
        turn in 1_usize..5,
    ) {
        let (rows, columns) = (80, 5);
        let values = gaussian(rows, columns, 3, seed);
        let order = |row: usize| (row * 37 + turn) % rows;
        let mut moved = vec![0.0; values.len()];
        for row in 0..rows {
            let from = &values[order(row) * columns..(order(row) + 1) * columns];
            let to = &mut moved[row * columns..(row + 1) * columns];
            for (c, target) in to.iter_mut().enumerate() {
                let turned: f64 = from
                    .iter()
                    .enumerate()
                    .map(|(k, v)| v * cosine((c + turn) % columns, k, columns))
                    .sum();
                *target = scale * (turned + shift);
            }
        }
        for estimator in DETERMINISTIC {
            let before = value(&values, columns, estimator);
            let after = value(&moved, columns, estimator);
            let close = (before - after).abs() < 1e-7 * before;
            prop_assert!(close, "{}: {} {}", estimator, before, after);
        }
    }

    #[test]
    fn values_stay_in_their_range(
        rows in 4_usize..40,
        columns in 1_usize..12,
        seed in 0_u64..1000,
    ) {
        let values = gaussian(rows, columns, columns, seed);
        let most = columns.min(rows - 1) as f64 * (1.0 + 1e-9);
        let raw = value(&values, columns, Estimator::ParticipationRatio);
        prop_assert!((1.0 - 1e-9..=most).contains(&raw));
        let corrected = value(&values, columns, Estimator::ParticipationRatioCorrected);
        prop_assert!(corrected > raw && corrected <= (rows * (rows - 1)) as f64 * (1.0 + 1e-6));
        let pca_90 = value(&values, columns, Estimator::Pca90);
        let pca_95 = value(&values, columns, Estimator::Pca95);
        prop_assert!(1.0 <= pca_90 && pca_90 <= pca_95 && pca_95 <= most);
        prop_assert!(value(&values, columns, Estimator::TwoNn) > 0.0);
    }
}
