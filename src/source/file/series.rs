//! Time series from a table, or from one recording of a collection.

use std::path::Path;

use super::error::ReadError;
use super::numbers::read_numbers;
use super::recording::{Columns, read_recording};

/// Reads a time series: the columns of a table, or with a `recording` the neurons of that animal.
///
/// # Errors
/// As [`read_numbers`]; with a `recording`, [`ReadError`] for a file that holds no recordings,
/// recordings and neurons that are not there, traces of different length, and values that are not
/// finite.
pub fn read_series(
    path: &Path,
    recording: Option<&str>,
    chosen: Option<&[String]>,
) -> Result<Columns, ReadError> {
    match recording {
        Some(recording) => read_recording(path, recording, chosen),
        None => read_numbers(path, chosen),
    }
}
