//! Are rows in the order of time?

use super::Points;

/// Lag-one autocorrelation from which rows are taken for times.
const ORDERED: f64 = 0.8;

/// A Theiler window for points whose rows are a time series: the first lag at which the
/// autocorrelation, averaged over the columns that vary, is below 1/e (a quarter of the rows at
/// most). `None` where neighbouring rows are not alike: below .8 at lag one, or fewer than 20 rows.
///
/// Our own rule of thumb. Time `O(n d)` per lag.
///
/// ```
/// use engraph::dimension::{Points, theiler_window};
/// let wave: Vec<f64> = (0..400).map(|t| (f64::from(t) * 0.05).sin()).collect();
/// assert!(theiler_window(Points::new(&wave, 400, 1)?).is_some_and(|rows| rows > 10));
/// # Ok::<(), engraph::dimension::DimensionError>(())
/// ```
#[must_use]
pub fn theiler_window(points: Points) -> Option<usize> {
    let (rows, columns) = (points.rows(), points.columns());
    if rows < 20 {
        return None;
    }
    let scale = points.binary_scale();
    let mut standardised = Vec::new();
    for column in 0..columns {
        let values: Vec<f64> = (0..rows)
            .map(|row| points.row(row)[column] / scale)
            .collect();
        let mean = values.iter().sum::<f64>() / rows as f64;
        let deviation =
            (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows as f64).sqrt();
        if deviation > 0.0 {
            standardised.push(
                values
                    .iter()
                    .map(|v| (v - mean) / deviation)
                    .collect::<Vec<f64>>(),
            );
        }
    }
    let correlation = |lag: usize| {
        let of = |v: &Vec<f64>| {
            v.iter().zip(&v[lag..]).map(|(a, b)| a * b).sum::<f64>() / (rows - lag) as f64
        };
        standardised.iter().map(of).sum::<f64>() / standardised.len().max(1) as f64
    };
    if correlation(1) < ORDERED {
        return None;
    }
    let last = rows / 4;
    Some(
        (1..last)
            .find(|&lag| correlation(lag) < (-1.0_f64).exp())
            .unwrap_or(last),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_wave_is_a_time_series_and_a_scrambled_one_is_not() {
        let wave: Vec<f64> = (0..400).map(|t| (f64::from(t) * 0.05).sin()).collect();
        let window = theiler_window(Points::new(&wave, 400, 1).unwrap()).unwrap();
        // cos(0.05 lag) = 1/e at lag 23.9.
        assert!((22..=27).contains(&window), "{window}");
        let scrambled: Vec<f64> = (0..400).map(|t| wave[(t * 173) % 400]).collect();
        assert_eq!(
            theiler_window(Points::new(&scrambled, 400, 1).unwrap()),
            None
        );
    }
}
