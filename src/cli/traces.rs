//! The table of numbers that a command reads: points, or the traces of neurons.

use std::path::{Path, PathBuf};

use super::failure::Failure;
#[cfg(feature = "files")]
use super::message::note;

#[derive(Debug, clap::Args)]
pub(super) struct Traces {
    /// Table of points: a row each, columns of numbers (CSV, TSV, Excel, Parquet, Feather, NumPy;
    /// also .gz, .zst).
    points: PathBuf,
    /// Columns that are coordinates. Where none is named: all that hold numbers, but for those
    /// that count or date the rows (an index, `frame`, `time`, equal steps).
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// The array of an archive (.npz) that holds the points [default: the only one of two
    /// dimensions].
    #[arg(long, value_name = "NAME", conflicts_with = "recording")]
    array: Option<String>,
    /// One animal of a collection of recordings, `DATASET/WORM`; its columns are neurons, its rows
    /// times.
    #[arg(long, value_name = "NAME")]
    recording: Option<String>,
}

impl Traces {
    /// The path of the table.
    pub(super) fn path(&self) -> &Path {
        &self.points
    }

    /// Reads the columns by name, all of one length, and says which were taken where not all were.
    #[cfg(feature = "files")]
    pub(super) fn read(&self) -> Result<Vec<(String, Vec<f64>)>, Failure> {
        use crate::source::file::{read_array, read_series};
        let columns = self.columns.as_deref();
        let numbers = match &self.recording {
            Some(recording) => read_series(&self.points, Some(recording), columns),
            None => read_array(&self.points, self.array.as_deref(), columns),
        }
        .map_err(Failure::failed)?;
        let mut notes = numbers.notes().into_iter();
        if !numbers.left_out.is_empty()
            && let Some(last) = notes.next_back()
        {
            notes.by_ref().for_each(note);
            note((last, "`--columns` names others"));
        } else {
            notes.for_each(note);
        }
        Ok(numbers.columns)
    }

    #[cfg(not(feature = "files"))]
    pub(super) fn read(&self) -> Result<Vec<(String, Vec<f64>)>, Failure> {
        let _ = (&self.columns, &self.array, &self.recording);
        Err(Failure::usage((
            "this build reads no user tables",
            "build with the feature `files`",
        )))
    }
}
