//! Opening any Parquet file, damaged ones too.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;

/// The schema of a Parquet file, with its footer as metadata, and the reader of its rows. A file
/// without columns has none: nothing would bound the rows that a damaged one claims.
pub(super) fn opened(
    bytes: Bytes,
) -> Result<(SchemaRef, Option<ParquetRecordBatchReader>), ParquetError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let entries = builder.metadata().file_metadata().key_value_metadata();
    let footer: HashMap<String, String> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some((entry.key.clone(), entry.value.clone()?)))
        .collect();
    let fields = builder.schema().fields().clone();
    let has_columns = !fields.is_empty();
    let schema = Arc::new(Schema::new_with_metadata(fields, footer));
    let reader = has_columns.then(|| builder.build()).transpose()?;
    Ok((schema, reader))
}

/// Reads Parquet, whose reader panics at some damaged pages.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, ParquetError> {
    catch_unwind(AssertUnwindSafe(read))
        .map_err(|_| ParquetError::General("a page cannot be decoded".to_owned()))
}
