//! The dimension of a cloud by several estimators, as rows of a table.

use super::error::DimensionError;
use super::estimate::{Estimate, Settings, estimate_all};
use super::estimator::Estimator;
use super::interval::estimate_all_with_intervals;
use super::names::UnknownEstimator;
use super::points::Points;
use super::recommended::{RECOMMENDED, Recommended, recommended};
use super::tables::DimensionRow;

/// What is estimated of a cloud of points.
#[derive(Clone, Debug, PartialEq)]
pub struct DimensionSurvey {
    /// The estimators.
    pub estimators: Vec<Estimator>,
    /// Whether the recommended estimate comes first.
    pub recommended: bool,
    /// Whether each estimate has an interval, which takes most of the time.
    pub intervals: bool,
    /// Settings of all estimators.
    pub settings: Settings,
}

impl DimensionSurvey {
    /// By the estimators of these names, of which one may be `recommended`; by all where none is
    /// named. With intervals.
    ///
    /// # Errors
    /// [`UnknownEstimator`] for a name of none.
    pub fn named(names: &[String], settings: Settings) -> Result<Self, UnknownEstimator> {
        let all = names.is_empty();
        let wanted = names.iter().filter(|name| *name != RECOMMENDED);
        let named: Vec<Estimator> = wanted.map(|name| name.parse()).collect::<Result<_, _>>()?;
        Ok(Self {
            estimators: if all { Estimator::all() } else { named },
            recommended: all || names.iter().any(|name| name == RECOMMENDED),
            intervals: true,
            settings,
        })
    }

    /// One row for each estimator. The note of a row without a value says why it has none. Works on
    /// all threads of the current rayon pool.
    ///
    /// ```
    /// use engraph::dimension::{DimensionSurvey, Points, Settings};
    /// let line: Vec<f64> = (0..100)
    ///     .map(|i| f64::from(i).sqrt())
    ///     .flat_map(|s| [s, 2.0 * s])
    ///     .collect();
    /// let names = ["participation_ratio".to_owned()];
    /// let survey = DimensionSurvey::named(&names, Settings::default())?;
    /// let rows = survey.rows(Points::new(&line, 100, 2)?)?;
    /// assert!((rows[0].value.unwrap() - 1.0).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DimensionError`] of the first estimator, if no estimator has a value.
    pub fn rows(&self, points: Points) -> Result<Vec<DimensionRow>, DimensionError> {
        let mut found = Vec::new();
        let mut refused: Option<DimensionError> = None;
        if self.recommended {
            let row = row(RECOMMENDED.to_owned(), points);
            found.push(match recommended(points, self.settings) {
                Ok(recommended) => of_recommended(row, &recommended),
                Err(error) => {
                    let note = Some(error.to_string());
                    refused = Some(error);
                    DimensionRow { note, ..row }
                }
            });
        }
        let estimates = if self.intervals {
            estimate_all_with_intervals(points, &self.estimators, self.settings)
        } else {
            estimate_all(points, &self.estimators, self.settings)
        };
        for (&estimator, estimate) in self.estimators.iter().zip(estimates) {
            if let Err(error) = &estimate {
                refused.get_or_insert_with(|| error.clone());
            }
            let row = row(estimator.to_string(), points);
            found.push(of_estimate(row, estimator, estimate));
        }
        let is_empty = found.iter().all(|row| row.value.is_none());
        refused.filter(|_| is_empty).map_or(Ok(found), Err)
    }
}

fn row(estimator: String, points: Points) -> DimensionRow {
    DimensionRow {
        estimator,
        n_points: points.rows() as i64,
        ambient_dimension: points.columns() as i32,
        ..DimensionRow::default()
    }
}

fn of_estimate(
    row: DimensionRow,
    estimator: Estimator,
    estimate: Result<Estimate, DimensionError>,
) -> DimensionRow {
    match estimate {
        Ok(e) => DimensionRow {
            value: Some(e.value),
            ci_low: e.ci_low,
            ci_high: e.ci_high,
            std_error: e.std_error,
            neighbour: estimator.neighbours().map(|k| k as i32),
            note: e.note,
            ..row
        },
        Err(error) => DimensionRow {
            note: Some(error.to_string()),
            ..row
        },
    }
}

fn of_recommended(row: DimensionRow, found: &Recommended) -> DimensionRow {
    DimensionRow {
        value: Some(found.value),
        ci_low: Some(found.ci_low),
        ci_high: Some(found.ci_high),
        std_error: found.std_error,
        bias_correction: Some(found.bias_correction),
        scales_low: Some(found.scales_low),
        scales_high: Some(found.scales_high),
        neighbour: Some(found.neighbour as i32),
        note: found.note.clone(),
        ..row
    }
}
