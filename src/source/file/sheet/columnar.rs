//! Reading Parquet and Arrow (Feather).

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use arrow_ipc::reader::{FileReader, StreamReader};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_schema};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;

use super::super::error::{AnyError, Damage, ReadError};
use super::super::open::{Content, Opened, all, largest, read_error};
use super::announced::{check_file, check_stream};
use super::cells::{Cells, TYPES, in_words, is_bytes};
use super::guarded::guarded;
use super::interest::{Interest, of_columns};
use super::pages;
use super::table::{Places, Sheet};
use super::texts::{Dictionary, RepeatedBuilder, repeats};
use super::words::WordsBuilder;
use crate::table::Batches;

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
        Content::File(file) => format.parquet(file, File::try_clone, choose),
        Content::Stream(stream) => {
            let bytes = all(&opened.path, stream)?;
            format.parquet(bytes, |bytes| Ok(bytes.clone()), choose)
        }
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
    let bytes = all(&opened.path, opened.content.into_stream())?;
    let most = largest(bytes.len() as u64);
    let checked = check_stream(&bytes, most);
    checked.map_err(|damage| format.damaged(damage))?;
    let reader = format.check(|| StreamReader::try_new(Cursor::new(bytes), None))?;
    let plan = format.plan(&reader.schema(), choose)?;
    let projection: Vec<usize> = plan.positions().collect();
    let batches = reader.map(|batch| batch.and_then(|b| b.project(&projection)));
    format.batches(plan, batches, most)
}

/// The columns of an Arrow table in memory that `choose` wants; `path` is what messages call it.
///
/// # Errors
/// As of [`stream`], and [`ReadError::Empty`] for a table without rows.
pub(in super::super) fn batches(
    path: &Path,
    table: &Batches,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let format = Format {
        path,
        name: "an Arrow table",
    };
    let plan = format.plan(&table.schema, choose)?;
    let projection: Vec<usize> = plan.positions().collect();
    let pieces = table.pieces.iter().map(|piece| piece.project(&projection));
    format.batches(plan, pieces, u64::MAX)?.not_empty()
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
    /// All of them, in batches of the type they are kept as; and whether it is an error where they
    /// are of another one.
    Whole(DataType, Vec<ArrayRef>, bool),
    /// Text of a type that names one text in many rows; and whether it is an error where it is no
    /// text.
    Repeated(RepeatedBuilder, bool),
    /// Few different ones.
    Words(WordsBuilder),
    /// None, since they turned out to be no text.
    Nothing,
}

impl Plan {
    /// Positions of the columns that are read.
    fn positions(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|(index, _)| *index)
    }

    /// Positions of the columns of which only few words are kept.
    fn positions_of_words(&self) -> Vec<usize> {
        let of_words = self
            .columns
            .iter()
            .filter(|(_, kept)| matches!(kept, Kept::Words(_)));
        of_words.map(|(index, _)| *index).collect()
    }

    /// Leaves out columns that have too many words in their first rows already: all rows of names
    /// take long to read.
    fn leave_out_names(&mut self, positions: &[usize], first: &RecordBatch) {
        for (position, column) in positions.iter().zip(first.columns()) {
            let mut words = WordsBuilder::default();
            // What is no text is told when all rows are read.
            if repeats(column.data_type()) {
                _ = guarded(|| Dictionary::default().push_all(column, &mut words));
            } else if let Ok(text) = guarded(|| Cells::cast(column, &DataType::LargeUtf8)) {
                words.push_all(&text);
            }
            if words.is_full() {
                self.columns.retain(|(index, _)| index != position);
            }
        }
    }
}

/// Rows that are being read.
struct Reading {
    plan: Plan,
    /// One per column of the plan.
    dictionaries: Vec<Dictionary>,
    rows: usize,
    room: Room,
}

impl Reading {
    /// Nothing is read yet; `most` bytes may be kept.
    fn new(plan: Plan, most: u64) -> Self {
        Self {
            dictionaries: plan.columns.iter().map(|_| Dictionary::default()).collect(),
            plan,
            rows: 0,
            room: Room { most, taken: 0 },
        }
    }
}

/// What may be kept in memory.
struct Room {
    most: u64,
    taken: u64,
}

impl Room {
    fn take(&mut self, bytes: u64) {
        self.taken = self.taken.saturating_add(bytes);
    }

    fn check(&self) -> Result<(), Damage> {
        match self.taken <= self.most {
            true => Ok(()),
            false => Err(Damage::Endless {
                mebibytes: self.most >> 20,
            }),
        }
    }
}

/// Bytes of the text in an array that is kept as it is.
fn texts(array: &ArrayRef) -> u64 {
    let bytes = match array.data_type() {
        DataType::Utf8 => ends(array.as_string::<i32>().value_offsets()),
        DataType::LargeUtf8 => ends(array.as_string::<i64>().value_offsets()),
        DataType::Binary => ends(array.as_binary::<i32>().value_offsets()),
        DataType::LargeBinary => ends(array.as_binary::<i64>().value_offsets()),
        DataType::FixedSizeBinary(width) => i64::from(*width).saturating_mul(array.len() as i64),
        _ => 0,
    };
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// From the first of these offsets to the last.
fn ends<T: Copy + Into<i64>>(offsets: &[T]) -> i64 {
    match offsets {
        [first, .., last] => (*last).into() - (*first).into(),
        _ => 0,
    }
}

/// The same schema, with dictionaries of text in the columns at these positions.
fn with_dictionaries(schema: &Schema, positions: &[usize]) -> Schema {
    let fields = schema.fields().iter().enumerate().map(|(position, field)| {
        let kind = match field.data_type() {
            kind @ (DataType::Utf8 | DataType::Binary | DataType::FixedSizeBinary(_))
                if positions.contains(&position) =>
            {
                let keys = Box::new(DataType::Int32);
                DataType::Dictionary(keys, Box::new(kind.clone()))
            }
            _ => return field.clone(),
        };
        Arc::new(field.as_ref().clone().with_data_type(kind))
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
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
        again: impl Fn(&R) -> io::Result<R>,
        choose: impl FnOnce(&[String]) -> Vec<Interest>,
    ) -> Result<Sheet, ReadError> {
        // The types of Parquet itself are enough; those a writer says it meant need not fit them.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = self.check(|| ArrowReaderMetadata::load(&file, options))?;
        let meant = meant(metadata.schema(), metadata.metadata());
        let mut plan = self.plan(&meant, choose)?;
        let expected = metadata.metadata().file_metadata().num_rows();
        let roots = metadata.parquet_schema();
        // Columns that hold other ones are never read.
        let leaves: Vec<usize> = plan
            .positions()
            .filter_map(|root| {
                (0..roots.num_columns()).find(|leaf| roots.get_column_root_idx(*leaf) == root)
            })
            .collect();
        let limits = pages::Limits {
            most: largest(file.len()),
            batch: BATCH,
            written_out: false,
        };
        let checked = pages::check(&file, metadata.metadata(), &leaves, limits);
        let checked = checked.map_err(|damage| self.damaged(damage))?;
        let positions: Vec<usize> = plan.positions().collect();
        let repeated: Vec<usize> = positions
            .iter()
            .zip(&checked.dictionaries)
            .filter_map(|(position, is_repeated)| is_repeated.then_some(*position))
            .collect();
        let schema = Arc::new(with_dictionaries(metadata.schema(), &repeated));
        let options = ArrowReaderOptions::new().with_schema(schema);
        let of_dictionaries =
            guarded(|| ArrowReaderMetadata::try_new(metadata.metadata().clone(), options));
        let (metadata, checked) = match of_dictionaries {
            Ok(metadata) => (metadata, checked),
            // Text is written out, then, few rows at a time.
            Err(_) => {
                let limits = pages::Limits {
                    written_out: true,
                    ..limits
                };
                let checked = pages::check(&file, metadata.metadata(), &leaves, limits);
                let checked = checked.map_err(|damage| self.damaged(damage))?;
                (metadata, checked)
            }
        };
        // Each group of rows has its own dictionaries.
        let batches = |group: usize, positions: &[usize]| {
            let file = again(&file).map_err(|error| read_error(self.path, error))?;
            let mask = ProjectionMask::roots(metadata.parquet_schema(), positions.to_vec());
            let builder =
                ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                    .with_projection(mask)
                    .with_row_groups(vec![group])
                    .with_batch_size(checked.rows[group]);
            self.check(|| builder.build())
        };
        let of_words = plan.positions_of_words();
        if !of_words.is_empty()
            && !checked.rows.is_empty()
            && usize::try_from(expected).is_ok_and(|rows| rows > BATCH)
        {
            let mut first = batches(0, &of_words)?;
            if let Some(batch) = self.check(|| first.next().transpose())? {
                plan.leave_out_names(&of_words, &batch);
            }
        }
        let mut reading = Reading::new(plan, largest(file.len()));
        let positions: Vec<usize> = reading.plan.positions().collect();
        if positions.is_empty() {
            // Without columns the reader makes up rows, as many as a file announces.
            reading.rows = usize::try_from(expected).unwrap_or_default();
        } else {
            for group in 0..checked.rows.len() {
                let mut batches = batches(group, &positions)?;
                while let Some(batch) = self.check(|| batches.next().transpose())? {
                    self.take(&mut reading, &batch)?;
                }
            }
        }
        let sheet = self.sheet(reading)?;
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
        let size = file
            .seek(SeekFrom::End(0))
            .map_err(|error| read_error(self.path, error))?;
        check_file(&mut file, largest(size)).map_err(|damage| self.damaged(damage))?;
        let schema = self
            .check(|| FileReader::try_new(&mut file, None))?
            .schema();
        let plan = self.plan(&schema, choose)?;
        let projection = plan.positions().collect();
        let batches = self.check(|| FileReader::try_new(file, Some(projection)))?;
        self.batches(plan, batches, largest(size))
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
                (Interest::Whole, Some(kept_as)) => Kept::Whole(kept_as, Vec::new(), true),
                (Interest::Whole, None) => {
                    return Err(self.column_type(field.name(), in_words(kind)));
                }
                (Interest::IfNumbers, Some(kept_as)) if *kind != DataType::Boolean => {
                    Kept::Whole(kept_as, Vec::new(), false)
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

    /// The columns of a plan, from batches that hold just them; at most `most` bytes of them.
    fn batches(
        &self,
        plan: Plan,
        mut batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
        most: u64,
    ) -> Result<Sheet, ReadError> {
        let mut reading = Reading::new(plan, most);
        while let Some(batch) = self.check(|| batches.next().transpose())? {
            self.take(&mut reading, &batch)?;
        }
        self.sheet(reading)
    }

    /// Takes the rows of a batch in.
    fn take(&self, reading: &mut Reading, batch: &RecordBatch) -> Result<(), ReadError> {
        reading.rows = reading.rows.saturating_add(batch.num_rows());
        let plan = &mut reading.plan;
        for (index, column) in batch.columns().iter().enumerate() {
            let Some((position, kept)) = plan.columns.get_mut(index) else {
                break;
            };
            if let Kept::Whole(DataType::LargeUtf8, parts, is_required) = kept
                && repeats(column.data_type())
                && parts.is_empty()
            {
                *kept = Kept::Repeated(RepeatedBuilder::default(), *is_required);
            }
            let is_required = match kept {
                Kept::Whole(_, _, is_required) | Kept::Repeated(_, is_required) => *is_required,
                Kept::Words(words) if !words.is_full() => false,
                Kept::Words(_) | Kept::Nothing => continue,
            };
            reading.room.take(column.len() as u64 * 8 + texts(column));
            reading
                .room
                .check()
                .map_err(|damage| self.damaged(damage))?;
            let dictionary = &mut reading.dictionaries[index];
            let taken = match kept {
                Kept::Whole(kept_as, parts, _) => {
                    guarded(|| Cells::cast(column, kept_as)).map(|cast| parts.push(cast))
                }
                Kept::Repeated(texts, _) => {
                    guarded(|| Ok::<_, AnyError>(dictionary.push_all(column, texts)))
                        .and_then(|taken| taken)
                }
                Kept::Words(words) if repeats(column.data_type()) => {
                    guarded(|| Ok::<_, AnyError>(dictionary.push_all(column, words)))
                        .and_then(|taken| taken)
                }
                Kept::Words(words) => guarded(|| Cells::cast(column, &DataType::LargeUtf8))
                    .map(|cast| words.push_all(&cast)),
                Kept::Nothing => Ok(()),
            };
            match taken {
                Ok(()) => {}
                Err(damage @ Damage::Endless { .. }) => return Err(self.damaged(damage)),
                Err(damage) if !is_bytes(column.data_type()) => return Err(self.damaged(damage)),
                Err(_) if is_required => {
                    let found = "bytes that are not UTF-8 text".to_owned();
                    return Err(self.column_type(&plan.names[*position], found));
                }
                Err(_) => {
                    *kept = Kept::Nothing;
                    plan.unread
                        .push((plan.names[*position].clone(), "bytes".to_owned()));
                }
            }
        }
        Ok(())
    }

    /// The columns that were read.
    fn sheet(&self, reading: Reading) -> Result<Sheet, ReadError> {
        let Reading { plan, rows, .. } = reading;
        let mut columns = Vec::new();
        for (index, kept) in plan.columns {
            let name = plan.names[index].clone();
            let cells = match kept {
                Kept::Whole(kept_as, parts, _) => self.check(|| Cells::join(parts, &kept_as))?,
                Kept::Repeated(texts, _) => Cells::Repeated(texts.finish()),
                Kept::Words(words) => match words.finish() {
                    Some(words) => Cells::Words(words),
                    None => continue,
                },
                Kept::Nothing => continue,
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
