//! Estimates the intrinsic dimension of points. Run it with
//! `cargo run --release --example dimension_of_points`.

use std::error::Error;

use engraph::dimension::{Estimator, Points, estimate, estimate_with_interval};
use engraph::random::stream;
use rand::RngExt;

fn main() -> Result<(), Box<dyn Error>> {
    // A thousand points on a rolled-up sheet: three coordinates, but two numbers say where on the
    // sheet a point is.
    let mut random = stream(1, &["rolled sheet"]);
    let mut coordinates = Vec::new();
    for _ in 0..1000 {
        let (angle, along) = (
            random.random_range(4.0..10.0_f64),
            random.random_range(0.0..10.0),
        );
        coordinates.extend([angle * angle.cos(), along, angle * angle.sin()]);
    }
    let points = Points::new(&coordinates, 1000, 3)?;

    // Directions of variance: the sheet is curved, so that a linear method needs all three.
    let linear = estimate(points, Estimator::Pca95)?.value;
    // Distances to the two nearest neighbours: locally the sheet is flat, so that two are enough.
    let local = estimate_with_interval(points, Estimator::TwoNn, 1)?;
    let interval = (
        local.ci_low.expect("a bound"),
        local.ci_high.expect("a bound"),
    );
    println!(
        "PCA says {linear}, TwoNN says {:.2}, 95 % within {interval:.2?}",
        local.value
    );
    assert_eq!(linear, 3.0);
    assert!((local.value - 2.0).abs() < 0.2);

    // A neighbour-based estimate of few points in many dimensions is too low, and no method knows
    // whether its assumptions hold: compare several.
    for estimator in [Estimator::CorrelationDimension, Estimator::Mle(20)] {
        let value = estimate(points, estimator)?.value;
        println!("{estimator:?} says {value:.2}");
        assert!((value - 2.0).abs() < 0.3, "{estimator:?}: {value}");
    }
    Ok(())
}
