//! Are rows in the order of time?

use super::Points;

/// Lag-one autocorrelation from which rows are taken for times.
const ORDERED: f64 = 0.8;

/// A Theiler window for points whose rows are a time series: the first lag at which the
/// autocorrelation, averaged over the columns that vary, is below 1/e (a quarter of the rows at
/// most). `None` where neighbouring rows are not alike: below .8 at lag one, or fewer than 20 rows.
///
/// Our own rule of thumb. Time `O(n d)` per lag that is looked at. Lags over which the
/// autocorrelation cannot fall so far, by the size of the steps from row to row, are passed over.
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
    let (last, threshold) = (rows / 4, (-1.0_f64).exp());
    let most = standardised.iter().map(|v| largest_change(v)).sum::<f64>()
        / standardised.len().max(1) as f64;
    let mut lag = 1;
    while lag < last {
        let found = correlation(lag);
        if found < threshold {
            return Some(lag);
        }
        // The margin is for rounding.
        let spare = (found - threshold - 1e-6) * (rows - lag) as f64;
        lag += ((spare / most) as usize).max(1);
    }
    Some(last)
}

/// A bound on how much the sum of the products of a column with itself changes from one lag to the
/// next: by Cauchy and Schwarz the norms of the column and of its steps, and the product that is
/// lost at the end.
fn largest_change(values: &[f64]) -> f64 {
    let norm = |squares: f64| squares.sqrt();
    let whole = norm(values.iter().map(|v| v * v).sum());
    let steps = norm(values.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum());
    let largest = values.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
    whole * steps + largest * largest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looking at every lag, one after the other.
    fn by_every_lag(values: &[f64]) -> Option<usize> {
        let rows = values.len();
        let mean = values.iter().sum::<f64>() / rows as f64;
        let square = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / rows as f64;
        let correlation = |lag: usize| {
            let products = values.iter().zip(&values[lag..]);
            let sum: f64 = products.map(|(a, b)| (a - mean) * (b - mean)).sum();
            sum / square / (rows - lag) as f64
        };
        let last = rows / 4;
        let below = |lag: &usize| correlation(*lag) < (-1.0_f64).exp();
        (correlation(1) >= ORDERED).then(|| (1..last).find(below).unwrap_or(last))
    }

    #[test]
    fn lags_that_are_passed_over_would_not_have_been_found() {
        use crate::random::stream;
        use rand::RngExt;
        let mut windows = Vec::new();
        for seed in 0..40 {
            let mut random = stream(seed, &["walk"]);
            let (mut at, back) = (0.0, [0.0, 0.001, 0.01, 0.1][seed as usize % 4]);
            let walk: Vec<f64> = (0..3000)
                .map(|_| {
                    at += random.random::<f64>() - 0.5 - back * at;
                    at
                })
                .collect();
            let window = theiler_window(Points::new(&walk, 3000, 1).unwrap());
            assert_eq!(window, by_every_lag(&walk), "{seed}");
            windows.extend(window);
        }
        assert!(windows.len() > 20 && windows.iter().max() > Some(&300));
    }

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
