//! T8: the user's own time series.
//!
//! The rows of a table are times, evenly spaced and in order; its columns are channels. The last
//! `test_fraction` of the rows (rounded up) is held out. A sequence is a window of `steps`
//! consecutive rows that lies wholly in the one part or in the other: none straddles the split.
//! Every channel is standardised, `(x - mean) / sd`, by mean and standard deviation over the
//! training part, so that the test part does not reach into training. Training draws windows
//! uniformly; held-out windows are spread evenly over the held-out part, in the order of time.
//!
//! Windows that overlap, or follow each other closely, are near each other because time is short
//! and not because states recur. The Theiler window says how far apart starts should be: the first
//! lag at which the autocorrelation, averaged over the channels, is below 1/e, and at least
//! `steps`.

use rand::RngExt;
use serde::{Deserialize, Serialize, Serializer};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{SeriesFault, TaskConfigError, TaskError};
use super::family::{Count, Dimension, Family, Generator};
use super::shape::Shape;
use crate::random::ChaCha8Rng;
use crate::source::fingerprint;

/// Standard deviations below this part of the mean's size are rounding.
const CONSTANT: f64 = 1e-12;

/// Windows of a table that the user gives.
#[derive(Debug)]
pub(super) struct TimeSeries {
    file: SeriesFile,
    recording: Option<String>,
    columns: Option<Vec<String>>,
    test_fraction: f64,
}

impl TimeSeries {
    /// # Errors
    /// A list of columns that is empty or names one twice; a fraction out of range.
    pub(super) fn new(
        file: SeriesFile,
        recording: Option<String>,
        columns: Option<Vec<String>>,
        test_fraction: f64,
    ) -> Result<Self, TaskConfigError> {
        if let Some(columns) = &columns {
            if columns.is_empty() {
                let hint = "leave it out to take all columns that hold numbers";
                return Err(TaskConfigError::new("columns", "is empty").with_hint(hint));
            }
            let mut named = columns.iter().enumerate();
            if let Some((_, twice)) = named.find(|(i, name)| columns[..*i].contains(name)) {
                let message = format!("`{twice}` is named twice");
                return Err(TaskConfigError::new("columns", message));
            }
        }
        if !(test_fraction > 0.0 && test_fraction < 1.0) {
            let message = format!("{test_fraction} is not above 0 and below 1");
            return Err(TaskConfigError::new("test_fraction", message));
        }
        Ok(Self {
            file,
            recording,
            columns,
            test_fraction,
        })
    }
}

impl Family for TimeSeries {
    fn channels(&self) -> Option<Count> {
        let columns = self.columns.as_ref()?;
        Some(Count::Always(columns.len()))
    }

    fn fit(&self, _: Shape) -> Result<(), TaskConfigError> {
        Ok(())
    }

    fn dimension(&self) -> Dimension {
        Dimension::Unknown
    }

    fn recalls_training_set(&self) -> bool {
        false
    }

    fn generator(&self, shape: Shape, _: &mut ChaCha8Rng) -> Result<Arc<dyn Generator>, TaskError> {
        let Self {
            file,
            recording,
            columns,
            test_fraction,
        } = self;
        let table = file.read(recording.as_deref(), columns.as_deref())?;
        table.channels(Some(shape.channels))?;
        let series = Series::new(table, shape.steps, *test_fraction)?;
        Ok(Arc::new(series))
    }
}

/// The table of a time series. In a pipeline it is a path; once its content is known, that takes
/// the place of the path in keys, so that a table that is moved or touched is not trained on again,
/// and one that is changed is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(from = "PathBuf")]
pub struct SeriesFile {
    /// Path of the file.
    pub path: PathBuf,
    /// blake3 of its bytes, once it was read.
    pub content: Option<String>,
}

impl From<PathBuf> for SeriesFile {
    fn from(path: PathBuf) -> Self {
        Self {
            path,
            content: None,
        }
    }
}

impl Serialize for SeriesFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.content {
            Some(content) => serializer.serialize_str(&format!("blake3:{content}")),
            None => self.path.serialize(serializer),
        }
    }
}

impl SeriesFile {
    /// blake3 of its bytes.
    ///
    /// # Errors
    /// [`TaskError::Open`].
    pub(super) fn fingerprint(&self) -> Result<String, TaskError> {
        fingerprint(&self.path).map_err(|source| TaskError::Open {
            path: self.path.clone(),
            source,
        })
    }

    /// Reads the columns chosen, or all that hold numbers; of a collection of recordings, neurons
    /// of one animal. What is read must be what the key was made of.
    ///
    /// # Errors
    /// [`TaskError`], naming the file.
    pub(super) fn read(
        &self,
        recording: Option<&str>,
        columns: Option<&[String]>,
    ) -> Result<Table, TaskError> {
        let before = self.fingerprint()?;
        if self
            .content
            .as_ref()
            .is_some_and(|content| *content != before)
        {
            return Err(TaskError::Changed {
                path: self.path.clone(),
            });
        }
        let table = read(&self.path, recording, columns)?;
        if columns.is_none() {
            table.without_clock()?;
        }
        if self.fingerprint()? != before {
            return Err(TaskError::Changed {
                path: self.path.clone(),
            });
        }
        Ok(table)
    }
}

#[cfg(feature = "files")]
fn read(
    path: &Path,
    recording: Option<&str>,
    columns: Option<&[String]>,
) -> Result<Table, TaskError> {
    let numbers = crate::source::file::read_series(path, recording, columns).map_err(|source| {
        let hint = "or name the channels with `columns`";
        TaskError::Table {
            source: Box::new(source),
            hint: columns.is_none().then_some(hint),
        }
    })?;
    Ok(Table {
        path: path.to_owned(),
        notes: numbers.notes(),
        columns: numbers.columns,
    })
}

#[cfg(not(feature = "files"))]
fn read(_: &Path, _: Option<&str>, _: Option<&[String]>) -> Result<Table, TaskError> {
    Err(TaskError::NoTables)
}

/// Columns of numbers, all finite and equally long.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Where it was read from, for errors.
    path: PathBuf,
    /// The columns of numbers, each with its name.
    columns: Vec<(String, Vec<f64>)>,
    /// What the owner of the file should know, such as which columns are no channels.
    notes: Vec<String>,
}

impl Table {
    /// Tells the owner of the file what they should know of it.
    pub(super) fn warn(&self) {
        for note in &self.notes {
            tracing::warn!("{}: {note}", self.path.display());
        }
    }

    /// The number of channels, which must be `given` where the task gives a number.
    pub(super) fn channels(&self, given: Option<usize>) -> Result<usize, TaskConfigError> {
        let found = self.columns.len();
        match given.filter(|given| *given != found) {
            Some(given) => {
                let message = format!("is {given}, but the table has {found} columns of numbers");
                Err(TaskConfigError::new("channels", message))
            }
            None => Ok(found),
        }
    }

    /// Refuses a column that rises in every row. No one means the time itself to be learnt, and its
    /// held-out values are none of those of training.
    fn without_clock(&self) -> Result<(), TaskError> {
        let rises = |values: &[f64]| values.len() > 2 && values.is_sorted_by(|a, b| a < b);
        let Some((clock, _)) = self.columns.iter().find(|(_, values)| rises(values)) else {
            return Ok(());
        };
        Err(TaskError::Series {
            path: self.path.clone(),
            column: Some(clock.clone()),
            fault: SeriesFault::Clock,
        })
    }
}

/// Standardised channels, the rows being split in two.
#[derive(Debug)]
struct Series {
    /// Row after row, channel innermost.
    values: Vec<f64>,
    channels: usize,
    steps: usize,
    /// Rows of training; the others are held out.
    training: usize,
    rows: usize,
    /// Steps that the starts of two windows must be apart to be near each other by more than time.
    theiler: usize,
}

impl Series {
    /// Splits the rows of a table and standardises its columns.
    ///
    /// # Errors
    /// [`TaskError::Series`] for too few rows and for channels that do not change.
    fn new(table: Table, steps: usize, test_fraction: f64) -> Result<Self, TaskError> {
        let Table { path, columns, .. } = table;
        let fail = |column: Option<&str>, fault| TaskError::Series {
            path: path.clone(),
            column: column.map(str::to_owned),
            fault,
        };
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        let held_out = ((rows as f64 * test_fraction).ceil() as usize).min(rows);
        let training = rows - held_out;
        for (part, found) in [("training", training), ("held-out", held_out)] {
            if found < steps {
                let fault = SeriesFault::TooShort {
                    part,
                    found,
                    rows,
                    steps,
                };
                return Err(fail(None, fault));
            }
        }
        let channels = columns.len();
        let mut values = vec![0.0; rows * channels];
        for (channel, (name, column)) in columns.iter().enumerate() {
            let n = training as f64;
            let mean = column[..training].iter().sum::<f64>() / n;
            let deviation = (column[..training]
                .iter()
                .map(|v| (v - mean).powi(2))
                .sum::<f64>()
                / n)
                .sqrt();
            if !mean.is_finite() || !deviation.is_finite() {
                return Err(fail(Some(name), SeriesFault::TooLarge));
            }
            if deviation <= CONSTANT * mean.abs() {
                return Err(fail(Some(name), SeriesFault::Constant));
            }
            for (row, v) in column.iter().enumerate() {
                values[row * channels + channel] = (v - mean) / deviation;
            }
        }
        let theiler = theiler(&values[..training * channels], channels).max(steps);
        Ok(Self {
            values,
            channels,
            steps,
            training,
            rows,
            theiler,
        })
    }

    /// Copies the window that starts at `row`.
    fn window(&self, row: usize, sequence: &mut [f64]) {
        let rows = self.values[row * self.channels..].chunks_exact(self.channels);
        for (step, row) in rows.take(self.steps).enumerate() {
            for (channel, v) in row.iter().enumerate() {
                sequence[channel * self.steps + step] = *v;
            }
        }
    }

    /// The row at which held-out window `sample` of `of` starts.
    fn held_out_start(&self, sample: usize, of: usize) -> usize {
        let windows = self.rows - self.training - self.steps + 1;
        self.training + sample * windows / of.max(1)
    }
}

/// The first lag at which the autocorrelation averaged over the channels is below 1/e; a quarter of
/// the rows where there is none before.
fn theiler(values: &[f64], channels: usize) -> usize {
    let rows = values.len() / channels;
    let correlation = |lag: usize| {
        let products = values
            .iter()
            .zip(&values[lag * channels..])
            .map(|(a, b)| a * b)
            .sum::<f64>();
        products / ((rows - lag) * channels) as f64
    };
    let last = rows / 4;
    (1..last)
        .find(|&lag| correlation(lag) < (-1.0_f64).exp())
        .unwrap_or(last)
}

impl Generator for Series {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        self.window(
            random.random_range(0..=self.training - self.steps),
            sequence,
        );
    }

    fn draw_held_out(&self, sample: usize, of: usize, _: &mut ChaCha8Rng, sequence: &mut [f64]) {
        self.window(self.held_out_start(sample, of), sequence);
    }

    fn theiler_window(&self) -> Option<usize> {
        Some(self.theiler)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use crate::text::Hinted;
    use std::collections::BTreeSet;

    fn table(columns: &[(&str, Vec<f64>)]) -> Table {
        let columns = columns
            .iter()
            .map(|(name, values)| ((*name).to_owned(), values.clone()))
            .collect();
        Table {
            path: "t.csv".into(),
            columns,
            notes: Vec::new(),
        }
    }

    fn rows(n: u32) -> Vec<f64> {
        (0..n).map(f64::from).collect()
    }

    /// Two columns tell the row of every value; every window of either part occurs, and none with
    /// rows of both.
    #[test]
    fn windows_are_consecutive_and_never_straddle_the_split() {
        let twice = rows(50).iter().map(|v| 3.0 - 2.0 * v).collect();
        let series = Series::new(table(&[("a", rows(50)), ("b", twice)]), 4, 0.3).unwrap();
        assert_eq!(series.training, 35);
        // Mean 17 and variance (35^2 - 1) / 12 of the numbers 0 to 34.
        let row = |v: f64| (v * (1224.0_f64 / 12.0).sqrt() + 17.0).round() as usize;
        let check = |window: &[f64]| {
            let found: Vec<usize> = window[..4].iter().map(|&v| row(v)).collect();
            assert!(found.windows(2).all(|w| w[1] == w[0] + 1), "{found:?}");
            window[..4]
                .iter()
                .zip(&window[4..])
                .for_each(|(a, b)| assert!((a + b).abs() < 1e-12));
            found[0]
        };
        let mut random = stream(1, &["x"]);
        let mut window = [0.0; 8];
        let mut training = BTreeSet::new();
        for _ in 0..2000 {
            series.draw(&mut random, &mut window);
            training.insert(check(&window));
        }
        assert_eq!(training, (0..=31).collect());
        let mut held_out = BTreeSet::new();
        for sample in 0..40 {
            series.draw_held_out(sample, 40, &mut random, &mut window);
            held_out.insert(check(&window));
        }
        assert_eq!(held_out, (35..=46).collect());
    }

    #[test]
    fn the_training_part_is_standardised_and_the_other_follows() {
        let mut column: Vec<f64> = (0..80).map(|i| f64::from(i % 7)).collect();
        column.extend([1e3; 20]);
        let series = Series::new(table(&[("a", column)]), 2, 0.2).unwrap();
        let training = &series.values[..80];
        let mean = training.iter().sum::<f64>() / 80.0;
        let variance = training.iter().map(|v| v * v).sum::<f64>() / 80.0;
        assert!(mean.abs() < 1e-12 && (variance - 1.0).abs() < 1e-12);
        assert!(series.values[80..].iter().all(|&v| v > 100.0));
    }

    /// A cosine of period 40 rows falls below 1/e after acos(1/e) / (2 pi) of it, 7.6 rows.
    #[test]
    fn the_theiler_window_follows_the_autocorrelation() {
        let wave = (0..4000)
            .map(|i| (std::f64::consts::TAU * f64::from(i) / 40.0).cos())
            .collect();
        let series = Series::new(table(&[("a", wave)]), 3, 0.2).unwrap();
        assert_eq!(series.theiler_window(), Some(8));
        let noise: Vec<f64> = rows(4000).iter().map(|v| (v * v * 0.618).sin()).collect();
        assert_eq!(
            Series::new(table(&[("a", noise)]), 3, 0.2)
                .unwrap()
                .theiler_window(),
            Some(3)
        );
    }

    #[test]
    fn a_clock_is_no_channel() {
        let wave: Vec<f64> = rows(10).iter().map(|v| v.sin()).collect();
        let error = table(&[("a", wave.clone()), ("time", rows(10))])
            .without_clock()
            .unwrap_err();
        let message = error.to_string();
        assert!(message.contains("column `time`: it rises in every row"));
        let hint = error.hint().unwrap();
        assert!(hint.contains("name the channels"), "{hint}");
        assert!(table(&[("a", wave)]).without_clock().is_ok());
    }

    #[test]
    fn useless_tables_are_refused() {
        let error = |columns: &[(&str, Vec<f64>)], steps, fraction| {
            Series::new(table(columns), steps, fraction)
                .unwrap_err()
                .to_string()
        };
        assert!(
            error(&[("a", rows(10))], 9, 0.2).contains("8 of its 10 rows are the training part")
        );
        assert!(
            error(&[("a", rows(10))], 3, 0.2).contains("2 of its 10 rows are the held-out part")
        );
        let mut flat = vec![0.1; 10];
        assert!(
            error(&[("a", rows(10)), ("b", flat.clone())], 2, 0.2)
                .contains("column `b`: it has the same value")
        );
        flat[9] = 1.0;
        assert!(
            error(&[("b", flat)], 2, 0.2).contains("same value in all rows of the training part")
        );
        assert!(
            error(&[("a", vec![0.0, 1e300, -1e300, 1e300, 2.0])], 1, 0.2).contains("too large")
        );
    }
}
