//! A connectome from DataFrames of polars.
//!
//! The columns are those of files ([`source::file`](super::file)), by the same names and with the
//! same checks, messages and report. Text, categories, integers of up to 64 bits and floating point
//! are read; other types are refused where a column is used.
//!
//! The way back leads over the tables `neurons` and `synapses`:
//! [`to_rows`](crate::connectome::to_rows), then
//! [`to_frame`](crate::table::frame::to_frame).

use polars::prelude::DataFrame;

use super::ReadOptions;
use super::file::{self, FileReport, ReadError};
use crate::connectome::Connectome;

/// Reads a connectome called `name`, whose weights are in `unit`, from an edge table and perhaps a
/// neuron table. O(E log E) for E rows; the columns that are read are copied.
///
/// ```
/// use engraph::connectome::Sign;
/// use engraph::source::ReadOptions;
/// use engraph::source::frame::read;
/// use polars::prelude::*;
///
/// let edges = df!(
///     "pre_root_id" => [10_i64, 10, 11],
///     "post_root_id" => [11_i64, 12, 12],
///     "syn_count" => [5, 2, 1],
/// )?;
/// let neurons = df!("root_id" => [10_i64, 11, 12], "sign" => [1, -1, 1])?;
/// let strong = edges.filter(&edges.column("syn_count")?.i32()?.gt(1))?;
/// let options = ReadOptions::default();
/// let (connectome, report) = read("circuit", "synapses", &strong, Some(&neurons), &options)?;
/// assert_eq!((connectome.chemical().len(), report.isolated), (2, 0));
/// assert_eq!(connectome.neurons()[1].sign, Sign::Inhibitory);
///
/// let wrong = df!("pre" => ["A"], "post" => ["B"], "weight" => [-3])?;
/// let message = read("wrong", "synapses", &wrong, None, &options)
///     .unwrap_err()
///     .to_string();
/// assert!(message.starts_with("`edges (data frame)`, row 1 (the first is row 1)"));
/// assert!(message.ends_with("column `weight`: `-3`, expected a number of 0 or more"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReadError`] as of [`file::read`], for what tables can be wrong in; the path in it is
/// `edges (data frame)` or `neurons (data frame)`.
pub fn read(
    name: &str,
    unit: &str,
    edges: &DataFrame,
    neurons: Option<&DataFrame>,
    options: &ReadOptions,
) -> Result<(Connectome, FileReport), ReadError> {
    file::read_frames(name, unit, edges, neurons, options)
}
