//! Correlation of two series: of their values, of their ranks, and with the linear part of two
//! others taken out.

/// What is left of a series, relative to what was there, if it is but rounding.
const ROUNDING: f64 = 1e-9;

/// Pearson's correlation; `None` if a series is constant.
pub fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    cosine(&centred(x), &centred(y))
}

/// Partial correlation: that of what is left of `x` and `y` after least squares on a constant and
/// `given`. `None` if nothing is left of one.
pub fn partial_correlation(x: &[f64], y: &[f64], given: [&[f64]; 2]) -> Option<f64> {
    let mut directions: Vec<Vec<f64>> = Vec::new();
    for series in given {
        // A constant, or a multiple of the other, adds no direction.
        if let Some(rest) = residual(centred(series), &directions) {
            let norm = dot(&rest, &rest).sqrt();
            directions.push(rest.iter().map(|v| v / norm).collect());
        }
    }
    cosine(
        &residual(centred(x), &directions)?,
        &residual(centred(y), &directions)?,
    )
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Deviations from the mean; exact zeros for a constant series.
fn centred(values: &[f64]) -> Vec<f64> {
    let first = values.first().copied().unwrap_or(0.0);
    let mean = values.iter().map(|v| v - first).sum::<f64>() / values.len().max(1) as f64;
    values.iter().map(|v| v - first - mean).collect()
}

/// `values` without their parts along orthonormal `directions`; `None` if only rounding is left.
fn residual(mut values: Vec<f64>, directions: &[Vec<f64>]) -> Option<Vec<f64>> {
    let norm = dot(&values, &values).sqrt();
    for direction in directions {
        let part = dot(&values, direction);
        values
            .iter_mut()
            .zip(direction)
            .for_each(|(v, d)| *v -= part * d);
    }
    (dot(&values, &values).sqrt() > ROUNDING * norm).then_some(values)
}

fn cosine(x: &[f64], y: &[f64]) -> Option<f64> {
    let norms = dot(x, x).sqrt() * dot(y, y).sqrt();
    (norms > 0.0).then(|| dot(x, y) / norms)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// numpy 2.3.5: `corrcoef` of the series, and of the residuals of `lstsq` on `[1, a, b]`.
    #[test]
    fn agrees_with_numpy() {
        let series = |f: fn(f64) -> f64| (0..50).map(|i| f(f64::from(i))).collect::<Vec<f64>>();
        let (a, b) = (series(|i| i.sin() + 0.02 * i), series(|i| (1.7 * i).cos()));
        let x: Vec<f64> = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).collect();
        let y: Vec<f64> = a
            .iter()
            .zip(&b)
            .map(|(a, b)| (a - b).max(0.0).powi(2) + 0.3 * b)
            .collect();
        assert!((correlation(&x, &y).unwrap() - 0.859_575_386_052_319).abs() < 1e-12);
        assert!(
            (partial_correlation(&x, &y, [&a, &b]).unwrap() - 0.811_867_348_131_601_6).abs()
                < 1e-12
        );
        // A constant or repeated series takes out nothing more.
        let twice: Vec<f64> = a.iter().map(|v| 2.0 * v).collect();
        let once = partial_correlation(&x, &y, [&a, &[1.0; 50]]).unwrap();
        assert!((partial_correlation(&x, &y, [&a, &twice]).unwrap() - once).abs() < 1e-9);
    }

    #[test]
    fn nothing_left_is_no_correlation() {
        let (a, b) = ([1.0, 2.0, 4.0, 3.0], [0.0, 1.0, 0.0, 2.0]);
        let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - 3.0 * b).collect();
        assert_eq!(
            partial_correlation(&sum, &[1.0, 0.0, 0.0, 0.0], [&a, &b]),
            None
        );
        assert_eq!(correlation(&a, &[0.1; 4]), None);
        assert!((correlation(&a, &a).unwrap() - 1.0).abs() < 1e-15);
    }
}
