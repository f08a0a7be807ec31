//! Tables in memory as Arrow has them: what other programs take over without copying.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;

use super::declare::{batch, packed};
use super::open::{guarded, opened};
use super::{ContentError, Footer, Table, TableError, TableSchema};

/// A table in pieces of one schema. The metadata of the schema are the footer of its Parquet file:
/// `engraph.table`, `engraph.columns` and so on.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    /// Names and types of the columns, and the footer.
    pub schema: SchemaRef,
    /// The rows, piece by piece.
    pub pieces: Vec<RecordBatch>,
}

impl Batches {
    /// The rows of a table. O(cells); the cells are copied.
    ///
    /// ```
    /// use engraph::connectome::ExportedEdgeRow;
    /// use engraph::table::Batches;
    ///
    /// let table = Batches::of(&[ExportedEdgeRow::default()])?;
    /// assert_eq!((table.rows(), table.schema.field(0).name().as_str()), (1, "pre"));
    /// assert_eq!(table.schema.metadata()["engraph.table"], "export_edges");
    /// # Ok::<(), engraph::table::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::Arrow`] if the rows cannot be encoded.
    pub fn of<T: Table>(rows: &[T]) -> Result<Self, TableError> {
        let metadata: HashMap<String, String> =
            super::footer(&TableSchema::of::<T>(), &Footer::default())
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect();
        let schema = Arc::new(T::schema().with_metadata(metadata));
        let pieces = vec![batch(T::NAME, schema.clone(), packed(rows))?];
        Ok(Self { schema, pieces })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.pieces.iter().map(RecordBatch::num_rows).sum()
    }

    /// Reads any Parquet file. Its footer becomes the metadata of the schema. A file without
    /// columns has no rows, however many it claims.
    ///
    /// # Errors
    /// [`ContentError`] if the bytes are not Parquet.
    pub fn from_parquet(bytes: impl Into<Bytes>) -> Result<Self, ContentError> {
        let bytes = bytes.into();
        let read = || {
            let (schema, reader) = opened(bytes)?;
            let mut pieces = Vec::new();
            for piece in reader.into_iter().flatten() {
                let columns = piece?.columns().to_vec();
                pieces.push(RecordBatch::try_new(schema.clone(), columns)?);
            }
            Ok(Self { schema, pieces })
        };
        guarded(read).unwrap_or_else(|panicked| Err(panicked.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::ExportedEdgeRow;
    use crate::table::to_parquet;

    #[test]
    fn a_file_says_what_the_rows_say() {
        let rows = [ExportedEdgeRow {
            pre: "A".to_owned(),
            weight: 0.5,
            ..ExportedEdgeRow::default()
        }];
        let bytes = to_parquet(&rows, &Footer::default()).unwrap();
        let read = Batches::from_parquet(bytes.clone()).unwrap();
        assert_eq!(read, Batches::of(&rows).unwrap());
        assert!(Batches::from_parquet(bytes[..bytes.len() / 2].to_vec()).is_err());
        let none: [ExportedEdgeRow; 0] = [];
        let empty = to_parquet(&none, &Footer::default()).unwrap();
        assert_eq!(Batches::from_parquet(empty).unwrap().rows(), 0);
    }
}
