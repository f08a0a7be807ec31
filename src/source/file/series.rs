//! Time series from a table, or from one recording of a collection.

use std::path::Path;

use super::error::ReadError;
use super::numbers::{Numbers, read_numbers};
use super::recording::read_recording;

/// Reads a time series: the columns of a table, or with a `recording` the neurons of that animal.
/// Columns that count or date the rows are no channels unless they are chosen.
///
/// # Errors
/// As [`read_numbers`]; with a `recording`, [`ReadError`] for a file that holds no recordings,
/// recordings and neurons that are not there, traces of different length, and values that are not
/// finite.
pub fn read_series(
    path: &Path,
    recording: Option<&str>,
    chosen: Option<&[String]>,
) -> Result<Numbers, ReadError> {
    match recording {
        Some(recording) => Ok(Numbers {
            columns: read_recording(path, recording, chosen)?,
            ..Numbers::default()
        }),
        None => read_numbers(path, chosen),
    }
}
