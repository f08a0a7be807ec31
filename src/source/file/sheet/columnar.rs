//! Reading Parquet and Arrow (Feather).

use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use arrow_ipc::reader::{FileReader, StreamReader};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_schema};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;

use super::super::error::{AnyError, Damage, ReadError};
use super::super::open::{Content, Opened, all};
use super::cells::{Cells, TYPES, in_words, is_bytes};
use super::guarded::guarded;
use super::interest::{Interest, of_columns};
use super::table::{Places, Sheet};
use super::words::WordsBuilder;

/// How an Arrow stream begins.
pub(super) const STREAM: &[u8] = b"\xff\xff\xff\xff";

/// Rows decoded at a time.
const BATCH: usize = 1 << 16;

pub(super) fn parquet(
    opened: Opened,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let format = Format {
        path: &opened.path,
        name: "Parquet",
    };
    match opened.content {
        Content::File(file) => format.parquet(file, choose),
        Content::Stream(stream) => format.parquet(all(&opened.path, stream)?, choose),
    }
}

/// Feather of version 2, which is an Arrow IPC file.
pub(super) fn feather(
    opened: Opened,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let format = Format {
        path: &opened.path,
        name: "Feather (Arrow)",
    };
    match opened.content {
        Content::File(file) => format.feather(BufReader::with_capacity(BATCH, file), choose),
        Content::Stream(stream) => format.feather(Cursor::new(all(&opened.path, stream)?), choose),
    }
}

/// An Arrow IPC stream.
pub(super) fn stream(
    opened: Opened,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let format = Format {
        path: &opened.path,
        name: "an Arrow stream",
    };
    let reader = format.check(|| StreamReader::try_new(opened.content.into_stream(), None))?;
    let plan = format.plan(&reader.schema(), choose)?;
    let projection: Vec<usize> = plan.positions().collect();
    let batches = reader.map(|batch| batch.and_then(|b| b.project(&projection)));
    format.sheet(plan, batches)
}

/// What is read of a file of columns.
#[derive(Default)]
struct Plan {
    /// Names of all columns.
    names: Vec<String>,
    /// Positions of the columns that are read, and what is read so far.
    columns: Vec<(usize, Kept)>,
    /// Columns left out because of their types, and those types in words.
    unread: Vec<(String, String)>,
}

/// The cells of a column that are read so far.
enum Kept {
    /// All of them, in batches of the type they are kept as.
    Whole(DataType, Vec<ArrayRef>),
    /// Few different ones.
    Words(WordsBuilder),
}

impl Plan {
    /// Positions of the columns that are read.
    fn positions(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|(index, _)| *index)
    }
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
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Sheet, ReadError> {
        // The types of Parquet itself are enough; those a writer says it meant need not fit them.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder =
            self.check(|| ParquetRecordBatchReaderBuilder::try_new_with_options(file, options))?;
        let meant = meant(builder.schema(), builder.metadata());
        let plan = self.plan(&meant, choose)?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), plan.positions());
        let expected = builder.metadata().file_metadata().num_rows();
        let batches =
            self.check(|| builder.with_projection(mask).with_batch_size(BATCH).build())?;
        let sheet = self.sheet(plan, batches)?;
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
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Sheet, ReadError> {
        let schema = self
            .check(|| FileReader::try_new(&mut file, None))?
            .schema();
        let plan = self.plan(&schema, choose)?;
        let projection = plan.positions().collect();
        let batches = self.check(|| FileReader::try_new(file, Some(projection)))?;
        self.sheet(plan, batches)
    }

    /// What is read of columns with these names and types, and what is left out because of its
    /// type.
    ///
    /// # Errors
    /// [`ReadError::ColumnType`] for one that is wanted whole and holds neither text nor numbers
    /// nor booleans.
    fn plan(
        &self,
        schema: &Schema,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Plan, ReadError> {
        let fields = schema.fields().iter();
        let mut plan = Plan {
            names: fields.map(|field| field.name().clone()).collect(),
            ..Plan::default()
        };
        let interests = of_columns(&plan.names, choose);
        for (index, (field, interest)) in schema.fields().iter().zip(interests).enumerate() {
            let kind = field.data_type();
            let kept = match (interest, Cells::kept_as(kind)) {
                (Interest::No, _) => continue,
                (Interest::Whole, Some(kept_as)) => Kept::Whole(kept_as, Vec::new()),
                (Interest::Whole, None) => {
                    return Err(self.column_type(field.name(), in_words(kind)));
                }
                (Interest::IfNumbers, Some(kept_as)) if *kind != DataType::Boolean => {
                    Kept::Whole(kept_as, Vec::new())
                }
                (Interest::Words, Some(DataType::LargeUtf8)) => {
                    Kept::Words(WordsBuilder::default())
                }
                (Interest::Words, Some(_)) => continue,
                (Interest::IfNumbers, _) | (Interest::Words, None) => {
                    plan.unread.push((field.name().clone(), in_words(kind)));
                    continue;
                }
            };
            plan.columns.push((index, kept));
        }
        Ok(plan)
    }

    /// The columns of a plan, from batches that hold just them.
    fn sheet(
        &self,
        mut plan: Plan,
        mut batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    ) -> Result<Sheet, ReadError> {
        let mut rows = 0;
        while let Some(batch) = self.check(|| batches.next().transpose())? {
            rows += batch.num_rows();
            for ((index, kept), column) in plan.columns.iter_mut().zip(batch.columns()) {
                let cast = |kept_as: &DataType| {
                    let cast = guarded(|| Cells::cast(column, kept_as));
                    cast.map_err(|damage| self.uncast(&plan.names[*index], column, damage))
                };
                match kept {
                    Kept::Whole(kept_as, parts) => parts.push(cast(kept_as)?),
                    Kept::Words(words) if words.is_full() => {}
                    Kept::Words(words) => {
                        let text = cast(&DataType::LargeUtf8)?;
                        let text = text.as_string::<i64>();
                        text.iter()
                            .for_each(|cell| words.push(cell.unwrap_or_default()));
                    }
                }
            }
        }
        let mut columns = Vec::new();
        for (index, kept) in plan.columns {
            let name = plan.names[index].clone();
            let cells = match kept {
                Kept::Whole(kept_as, parts) => self.check(|| Cells::join(&parts, &kept_as))?,
                Kept::Words(words) => match words.finish() {
                    Some(words) => Cells::Words(words),
                    None => continue,
                },
            };
            if cells.len() != rows {
                return Err(self.damaged(Damage::Rows {
                    part: format!("the column `{name}`"),
                    found: cells.len(),
                    expected: rows as i64,
                }));
            }
            columns.push((name, cells));
        }
        let mut sheet = Sheet::new(self.path, plan.names, rows, Places::FromOne);
        (sheet.columns, sheet.unread) = (columns, plan.unread);
        Ok(sheet)
    }

    /// Cells that do not become what their column is kept as.
    fn uncast(&self, name: &str, column: &ArrayRef, damage: Damage) -> ReadError {
        if is_bytes(column.data_type()) {
            return self.column_type(name, "bytes that are not UTF-8 text".to_owned());
        }
        self.damaged(damage)
    }

    fn column_type(&self, name: &str, found: String) -> ReadError {
        ReadError::ColumnType {
            path: self.path.to_owned(),
            column: name.to_owned(),
            found,
            expected: TYPES,
            source: None,
        }
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

/// The schema of a Parquet file, with the durations that its writer says it meant: Parquet itself
/// has none, so that they are integers in it.
fn meant(schema: &Schema, metadata: &ParquetMetaData) -> Schema {
    let file = metadata.file_metadata();
    let said = guarded(|| parquet_to_arrow_schema(file.schema_descr(), file.key_value_metadata()));
    let said = said.unwrap_or_else(|_| Schema::empty());
    let fields = schema.fields().iter().map(|field| {
        let said = said
            .field_with_name(field.name())
            .map(|said| said.data_type());
        match said {
            Ok(duration @ DataType::Duration(_)) => {
                Arc::new(field.as_ref().clone().with_data_type(duration.clone()))
            }
            _ => field.clone(),
        }
    });
    Schema::new(fields.collect::<Vec<_>>())
}
