//! A connectome, or columns of numbers, from Arrow tables in memory.
//!
//! The columns are those of files ([`source::file`](super::file)), by the same names and with the
//! same checks, messages and report.

use super::ReadOptions;
use super::file::{self, FileReport, Numbers, ReadError};
use crate::connectome::Connectome;
use crate::table::Batches;

/// Reads a connectome called `name`, whose weights are in `unit`, from an edge table and perhaps a
/// neuron table. O(E log E) for E rows; columns of the types that are kept are not copied.
///
/// ```
/// use std::sync::Arc;
/// use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use engraph::source::ReadOptions;
/// use engraph::source::batches::read;
/// use engraph::table::Batches;
///
/// let column = |names: [&str; 2]| Arc::new(StringArray::from(names.to_vec())) as ArrayRef;
/// let weights = Arc::new(Int64Array::from(vec![2, 3])) as ArrayRef;
/// let columns = [("pre", column(["A", "B"])), ("post", column(["B", "C"])), ("weight", weights)];
/// let piece = RecordBatch::try_from_iter(columns)?;
/// let edges = Batches { schema: piece.schema(), pieces: vec![piece] };
/// let (circuit, report) = read("circuit", "synapses", &edges, None, &ReadOptions::default())?;
/// assert_eq!((circuit.neurons().len(), circuit.chemical().len(), report.rows), (3, 2, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReadError`] as of [`file::read`], for what tables can be wrong in; the path in it is
/// `edges` or `neurons`.
pub fn read(
    name: &str,
    unit: &str,
    edges: &Batches,
    neurons: Option<&Batches>,
    options: &ReadOptions,
) -> Result<(Connectome, FileReport), ReadError> {
    file::read_batches(name, unit, edges, neurons, options)
}

/// Reads columns of numbers, as [`file::read_numbers`] reads those of a file: the columns `chosen`,
/// or without a choice all that hold numbers and do not count or date the rows.
///
/// # Errors
/// [`ReadError`] as of [`file::read_numbers`]; the path in it is `points`.
pub fn read_numbers(table: &Batches, chosen: Option<&[String]>) -> Result<Numbers, ReadError> {
    file::numbers_of_batches(table, chosen)
}
