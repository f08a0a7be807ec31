//! Reading Parquet and Arrow (Feather).

use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use arrow_ipc::reader::{FileReader, StreamReader};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

use super::super::error::{AnyError, Damage, ReadError};
use super::super::open::{Content, Opened, all};
use super::cells::{Cells, TYPES};
use super::guarded::guarded;
use super::table::{Places, Sheet};

/// How an Arrow stream begins.
pub(super) const STREAM: &[u8] = b"\xff\xff\xff\xff";

/// Rows decoded at a time.
const BATCH: usize = 1 << 16;

pub(super) fn parquet(opened: Opened, wanted: impl Fn(&str) -> bool) -> Result<Sheet, ReadError> {
    let format = Format {
        path: &opened.path,
        name: "Parquet",
    };
    match opened.content {
        Content::File(file) => format.parquet(file, wanted),
        Content::Stream(stream) => format.parquet(all(&opened.path, stream)?, wanted),
    }
}

/// Feather of version 2, which is an Arrow IPC file.
pub(super) fn feather(opened: Opened, wanted: impl Fn(&str) -> bool) -> Result<Sheet, ReadError> {
    let format = Format {
        path: &opened.path,
        name: "Feather (Arrow)",
    };
    match opened.content {
        Content::File(file) => format.feather(BufReader::with_capacity(BATCH, file), wanted),
        Content::Stream(stream) => format.feather(Cursor::new(all(&opened.path, stream)?), wanted),
    }
}

/// An Arrow IPC stream.
pub(super) fn stream(opened: Opened, wanted: impl Fn(&str) -> bool) -> Result<Sheet, ReadError> {
    let format = Format {
        path: &opened.path,
        name: "an Arrow stream",
    };
    let reader = format.check(|| StreamReader::try_new(opened.content.into_stream(), None))?;
    let schema = reader.schema();
    let columns = format.columns(&schema, wanted)?;
    let projection: Vec<usize> = columns.iter().map(|(index, _)| *index).collect();
    let batches = reader.map(|batch| batch.and_then(|b| b.project(&projection)));
    format.sheet(&schema, &columns, batches)
}

/// A file of columns that is being read.
struct Format<'a> {
    path: &'a Path,
    name: &'static str,
}

impl Format<'_> {
    fn parquet<R: ChunkReader + 'static>(
        &self,
        file: R,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Sheet, ReadError> {
        // The types of Parquet itself are enough; those a writer says it meant need not fit them.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder =
            self.check(|| ParquetRecordBatchReaderBuilder::try_new_with_options(file, options))?;
        let schema = builder.schema().clone();
        let columns = self.columns(&schema, wanted)?;
        let mask = ProjectionMask::roots(
            builder.parquet_schema(),
            columns.iter().map(|(index, _)| *index),
        );
        let expected = builder.metadata().file_metadata().num_rows();
        let batches =
            self.check(|| builder.with_projection(mask).with_batch_size(BATCH).build())?;
        let sheet = self.sheet(&schema, &columns, batches)?;
        if usize::try_from(expected) != Ok(sheet.rows) {
            return Err(self.damaged(Damage::Rows {
                part: "it".to_owned(),
                found: sheet.rows,
                expected,
            }));
        }
        Ok(sheet)
    }

    fn feather<R: Read + Seek>(
        &self,
        mut file: R,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Sheet, ReadError> {
        let schema = self
            .check(|| FileReader::try_new(&mut file, None))?
            .schema();
        let columns = self.columns(&schema, wanted)?;
        let projection = columns.iter().map(|(index, _)| *index).collect();
        let batches = self.check(|| FileReader::try_new(file, Some(projection)))?;
        self.sheet(&schema, &columns, batches)
    }

    /// Positions and types of the columns wanted.
    ///
    /// # Errors
    /// [`ReadError::ColumnType`] for one that holds neither names nor numbers.
    fn columns(
        &self,
        schema: &Schema,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(usize, DataType)>, ReadError> {
        let fields = schema
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, field)| wanted(field.name()));
        let kept = fields.map(|(index, field)| {
            let kept_as =
                Cells::kept_as(field.data_type()).ok_or_else(|| ReadError::ColumnType {
                    path: self.path.to_owned(),
                    column: field.name().clone(),
                    found: field.data_type().to_string().to_lowercase(),
                    expected: TYPES,
                    source: None,
                })?;
            Ok((index, kept_as))
        });
        kept.collect()
    }

    /// The columns wanted, from batches that hold just them.
    fn sheet(
        &self,
        schema: &Schema,
        wanted: &[(usize, DataType)],
        mut batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    ) -> Result<Sheet, ReadError> {
        let mut rows = 0;
        let mut parts: Vec<Vec<ArrayRef>> = vec![Vec::new(); wanted.len()];
        while let Some(batch) = self.check(|| batches.next().transpose())? {
            rows += batch.num_rows();
            for ((parts, column), (_, kept_as)) in parts.iter_mut().zip(batch.columns()).zip(wanted)
            {
                parts.push(self.check(|| Cells::cast(column, kept_as))?);
            }
        }
        let mut columns = Vec::new();
        for (parts, (index, kept_as)) in parts.into_iter().zip(wanted) {
            let name = schema.field(*index).name().clone();
            let cells = self.check(|| Cells::join(&parts, kept_as))?;
            if cells.len() != rows {
                return Err(self.damaged(Damage::Rows {
                    part: format!("the column `{name}`"),
                    found: cells.len(),
                    expected: rows as i64,
                }));
            }
            columns.push((name, cells));
        }
        let names = schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        Ok(Sheet {
            path: self.path.to_owned(),
            names,
            columns,
            rows,
            places: Places::FromOne,
        })
    }

    fn check<T, E: Into<AnyError>>(
        &self,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, ReadError> {
        guarded(read).map_err(|damage| self.damaged(damage))
    }

    fn damaged(&self, source: Damage) -> ReadError {
        ReadError::Damaged {
            path: self.path.to_owned(),
            format: self.name,
            source,
        }
    }
}
