//! Makes `src/dimension/calibration_table.rs`: what TwoNN, GRIDE and DANCo find on average in
//! uniformly filled balls.
//!
//! `cargo bench --bench dimension_calibration > table.rs`; a few minutes, the same numbers every
//! time.

use engraph::dimension::{
    CALIBRATION_DIMENSIONS, CALIBRATION_POINTS, CALIBRATION_SCALES, Points, Settings,
    calibrated_estimator, danco_statistics, estimate_all,
};
use engraph::random::stream;
use rand::RngExt;
use rand_distr::StandardNormal;

/// Points that all balls of one cell of the table have together: so that its mean is accurate to
/// half a percent.
const TOTAL: usize = 40_000;
/// Longest line of the table's file.
const COLUMNS: usize = 100;

fn main() {
    let estimators: Vec<_> = (0..CALIBRATION_SCALES.len())
        .map(calibrated_estimator)
        .collect();
    let mut table = vec![vec![Vec::new(); CALIBRATION_POINTS.len()]; estimators.len() + 3];
    for (at, &n) in CALIBRATION_POINTS.iter().enumerate() {
        for dimension in CALIBRATION_DIMENSIONS {
            let mut random = stream(1, &["calibration", &n.to_string(), &dimension.to_string()]);
            let runs = (TOTAL / n).max(4);
            let mut sums = vec![0.0; table.len()];
            for _ in 0..runs {
                let mut values = Vec::with_capacity(n * dimension);
                for _ in 0..n {
                    let direction: Vec<f64> = (0..dimension)
                        .map(|_| random.sample(StandardNormal))
                        .collect();
                    let norm = direction.iter().map(|v| v * v).sum::<f64>().sqrt();
                    let radius = random.random::<f64>().powf(1.0 / dimension as f64);
                    values.extend(direction.iter().map(|v| v / norm * radius));
                }
                let points = Points::new(&values, n, dimension).expect("a ball is finite");
                let estimates = estimate_all(points, &estimators, Settings::default()).into_iter();
                let estimates =
                    estimates.map(|estimate| estimate.expect("a ball has a dimension").value);
                let danco = danco_statistics(points).expect("a ball has angles");
                let danco = [danco.dimension, danco.direction, danco.concentration];
                for (sum, value) in sums.iter_mut().zip(estimates.chain(danco)) {
                    *sum += value / runs as f64;
                }
            }
            table
                .iter_mut()
                .zip(sums)
                .for_each(|(scale, mean)| scale[at].push(mean));
            eprintln!("{n} points, dimension {dimension}");
        }
    }
    println!(
        "//! Means in balls, made by `benches/dimension_calibration.rs`: by scale or statistic,"
    );
    println!("//! number of points, dimension.\n");
    println!("use super::calibration_grid::{{DIMENSIONS, POINTS, SCALES}};\n");
    println!("/// The mean estimate, by scale, number of points and dimension.");
    let (scales, danco) = table.split_at(estimators.len());
    print_table("TABLE", "SCALES.len()", scales);
    println!(
        "\n/// Dimension, direction and concentration of DANCo, by number of points and dimension."
    );
    print_table("DANCO", "3", danco);
}

fn print_table(name: &str, length: &str, table: &[Vec<Vec<f64>>]) {
    println!("#[rustfmt::skip]");
    println!("pub(super) const {name}: [[[f64; DIMENSIONS.len()]; POINTS.len()]; {length}] = [");
    for part in table {
        println!("    [");
        for row in part {
            println!("        [");
            let mut line = " ".repeat(11);
            for value in row {
                let value = format!(" {value:.4},");
                if line.len() + value.len() > COLUMNS {
                    println!("{line}");
                    line = " ".repeat(11);
                }
                line += &value;
            }
            println!("{line}");
            println!("        ],");
        }
        println!("    ],");
    }
    println!("];");
}
