//! Tables: one definition gives the row type, the Parquet schema, its documentation, the writer and
//! the reader.
//!
//! A table is declared with [`table!`](crate::table!): the doc comment of a field is its
//! description in the Parquet footer and in `engraph schema`, the string after `=>` its unit.
//! Nothing about a column is written twice.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, ListBuilder,
    PrimitiveBuilder, RecordBatch, StringArray, UInt64Array, new_null_array,
};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type, Schema, UInt64Type};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::Write;
use std::marker::PhantomData;
use std::sync::Arc;

use super::open::{guarded, opened};
use crate::text::Hinted;

/// Why a table could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file is not Parquet, or it is damaged.
    #[error("table `{table}` is not readable as Parquet: {source}")]
    Parquet {
        /// Name of the table.
        table: &'static str,
        /// The error of the Parquet library.
        source: parquet::errors::ParquetError,
    },
    /// A record batch could not be decoded or built.
    #[error("table `{table}` could not be decoded: {source}")]
    Arrow {
        /// Name of the table.
        table: &'static str,
        /// The error of the Arrow library.
        source: arrow::error::ArrowError,
    },
    /// A column is missing or of another type.
    #[error("table `{table}` has no column `{column}` of type {expected}")]
    Column {
        /// Name of the table.
        table: &'static str,
        /// Name of the column.
        column: &'static str,
        /// The type that the table declares for the column.
        expected: String,
    },
}

impl Hinted for TableError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Parquet { .. } => {
                Some("the file is truncated or damaged; delete it and run again".into())
            }
            Self::Arrow { .. } => None,
            Self::Column { .. } => {
                Some("it is of another version of engraph, or was changed; make it again".into())
            }
        }
    }
}

/// Documentation of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name of the column.
    pub name: &'static str,
    /// Type: `string`, `int32`, `int64`, `float64`, `boolean` or `list<float64>`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// True if a value may be null.
    pub nullable: bool,
    /// Unit of the values, if they have one.
    pub unit: Option<&'static str>,
    /// What the column means.
    pub description: &'static str,
}

/// A type that can be a column of a table.
pub trait Value: Sized {
    /// Name of the type in the documentation of the column.
    const KIND: &'static str;
    /// True if a value of this type may be null.
    const NULLABLE: bool = false;
    /// The Arrow type of the column.
    fn data_type() -> DataType;
    /// Packs values into an Arrow array.
    fn pack(values: ColumnValues<'_, Self>) -> ArrayRef;
    /// Unpacks an Arrow array into one place per value. The result is `None` if the array has
    /// another type, or a null that is not allowed.
    fn unpack(array: &dyn Array, places: ColumnSlots<'_, Self>) -> Option<()>;
}

/// The values of a column, row by row. A column is packed by code that does not know where its values
/// come from, because there are a thousand columns.
pub type ColumnValues<'a, V> = &'a mut dyn Iterator<Item = &'a V>;

/// The places that the values of a column are read into, row by row.
pub type ColumnSlots<'a, V> = &'a mut dyn Iterator<Item = &'a mut V>;

/// Puts one value into every place.
fn fill<'a, V: 'a>(places: ColumnSlots<'a, V>, values: impl Iterator<Item = V>) {
    for (place, value) in places.zip(values) {
        *place = value;
    }
}

macro_rules! value {
    (
        $type:ty,
        $kind:literal,
        $data_type:expr,
        $array:ident,
        |$read:ident, $i:ident| $get:expr,
        $down:expr
    ) => {
        impl Value for $type {
            const KIND: &'static str = $kind;
            fn data_type() -> DataType {
                $data_type
            }
            fn pack(values: ColumnValues<'_, Self>) -> ArrayRef {
                Arc::new(values.cloned().map(Some).collect::<$array>())
            }
            fn unpack(array: &dyn Array, places: ColumnSlots<'_, Self>) -> Option<()> {
                let $read = $down(array).filter(|a| a.null_count() == 0)?;
                fill(places, (0..array.len()).map(|$i| $get));
                Some(())
            }
        }
        impl Value for Option<$type> {
            const KIND: &'static str = $kind;
            const NULLABLE: bool = true;
            fn data_type() -> DataType {
                $data_type
            }
            fn pack(values: ColumnValues<'_, Self>) -> ArrayRef {
                Arc::new(values.cloned().collect::<$array>())
            }
            fn unpack(array: &dyn Array, places: ColumnSlots<'_, Self>) -> Option<()> {
                let $read = $down(array)?;
                let value = |$i| $read.is_valid($i).then(|| $get);
                fill(places, (0..array.len()).map(value));
                Some(())
            }
        }
    };
}

fn primitive<T: arrow::datatypes::ArrowPrimitiveType>(
    array: &dyn Array,
) -> Option<&arrow::array::PrimitiveArray<T>> {
    array.as_primitive_opt::<T>()
}

fn strings(array: &dyn Array) -> Option<&StringArray> {
    array.as_string_opt::<i32>()
}

fn booleans(array: &dyn Array) -> Option<&BooleanArray> {
    array.as_boolean_opt()
}

value!(
    String,
    "string",
    DataType::Utf8,
    StringArray,
    |a, i| a.value(i).to_owned(),
    strings
);
value!(
    i32,
    "int32",
    DataType::Int32,
    Int32Array,
    |a, i| a.value(i),
    primitive::<Int32Type>
);
value!(
    i64,
    "int64",
    DataType::Int64,
    Int64Array,
    |a, i| a.value(i),
    primitive::<Int64Type>
);
impl Value for Option<u64> {
    const KIND: &'static str = "uint64";
    const NULLABLE: bool = true;
    fn data_type() -> DataType {
        DataType::UInt64
    }
    fn pack(values: ColumnValues<'_, Self>) -> ArrayRef {
        Arc::new(values.copied().collect::<UInt64Array>())
    }
    /// Tables of earlier versions hold such numbers as `Int64`.
    fn unpack(array: &dyn Array, places: ColumnSlots<'_, Self>) -> Option<()> {
        let Some(signed) = primitive::<Int64Type>(array) else {
            fill(places, primitive::<UInt64Type>(array)?.iter());
            return Some(());
        };
        for (place, value) in places.zip(signed) {
            *place = value.map(u64::try_from).transpose().ok()?;
        }
        Some(())
    }
}
value!(
    f64,
    "float64",
    DataType::Float64,
    Float64Array,
    |a, i| a.value(i),
    primitive::<Float64Type>
);
value!(
    bool,
    "boolean",
    DataType::Boolean,
    BooleanArray,
    |a, i| a.value(i),
    booleans
);

impl Value for Vec<f64> {
    const KIND: &'static str = "list<float64>";

    fn data_type() -> DataType {
        DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)))
    }

    fn pack(values: ColumnValues<'_, Self>) -> ArrayRef {
        let mut builder = ListBuilder::new(PrimitiveBuilder::<Float64Type>::new());
        for list in values {
            builder.values().append_slice(list);
            builder.append(true);
        }
        Arc::new(builder.finish())
    }

    fn unpack(array: &dyn Array, places: ColumnSlots<'_, Self>) -> Option<()> {
        let lists = array.as_list_opt::<i32>().filter(|a| a.null_count() == 0)?;
        for (place, row) in places.zip(0..lists.len()) {
            let list = lists.value(row);
            let numbers = primitive::<Float64Type>(&list).filter(|a| a.null_count() == 0)?;
            *place = numbers.values().to_vec();
        }
        Some(())
    }
}

/// Columns that belong together: all columns of a table, or some that several tables begin with.
/// The macros [`table!`](crate::table!) and [`columns!`](crate::columns!) implement it.
pub trait Columns: Sized {
    /// The columns in the order of the table.
    const COLUMNS: &'static [Column];

    /// Packs the columns of all rows into Arrow arrays, in the order of the table.
    fn pack(rows: &[&Self]) -> Vec<ArrayRef>;
    /// Reads a record batch into `rows`, of which there must be as many as in the batch. Columns are
    /// found by their names. Errors name `table`.
    ///
    /// # Errors
    /// [`TableError::Column`] where a column is missing or of another type.
    fn unpack(
        table: &'static str,
        batch: &RecordBatch,
        rows: &mut [&mut Self],
    ) -> Result<(), TableError>;
    /// The Arrow fields of the columns.
    fn fields() -> Vec<Field>;
}

/// The row of a table. The macro [`table!`](crate::table!) implements it.
pub trait Table:
    Columns + Clone + Default + PartialEq + PartialOrd + Serialize + Send + Sync + 'static
{
    /// Name of the table, which is also the name of its file.
    const NAME: &'static str;
    /// Version of the table. It is raised whenever a column changes its meaning.
    const VERSION: u32;
    /// What one row stands for.
    const DESCRIPTION: &'static str;
    /// The columns that tell the rows apart. It is empty if nothing is said of them.
    const KEY: &'static [&'static str];
    /// The Arrow schema of the table, with the documentation of its columns.
    fn schema() -> Schema {
        Schema::new(Self::fields())
    }
}

/// The name, version, description and columns of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TableSchema {
    /// Name of the table, which is also the name of its file.
    pub table: &'static str,
    /// Version of the table. It is raised whenever a column changes its meaning.
    pub version: u32,
    /// What one row stands for.
    pub description: &'static str,
    /// The columns that tell the rows apart. It is empty if nothing is said of them.
    pub key: &'static [&'static str],
    /// The columns in the order of the table.
    pub columns: &'static [Column],
}

impl TableSchema {
    /// The schema of the table whose rows are `T`.
    #[must_use]
    pub fn of<T: Table>() -> Self {
        Self {
            table: T::NAME,
            version: T::VERSION,
            description: T::DESCRIPTION.trim(),
            key: T::KEY,
            columns: T::COLUMNS,
        }
    }

    /// A hash of what a stored table must agree with to be read: the version of the table, and the
    /// names, types and nullability of its columns.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let columns = self.columns.iter().map(|c| (c.name, c.kind, c.nullable));
        let layout = (self.version, columns.collect::<Vec<_>>());
        let text = serde_json::to_vec(&layout).unwrap_or_default();
        blake3::hash(&text).to_hex()[..16].to_owned()
    }
}

/// Name of the file of a table, in the store and in report folders.
pub(crate) fn file_name(table: &str) -> String {
    format!("{table}.parquet")
}

/// Sorts rows by their columns from left to right, so that equal tables have equal bytes.
pub fn sort<T: Table>(rows: &mut [T]) {
    let mut sorted = order(rows.len(), &|a, b| rows[a].partial_cmp(&rows[b]));
    // Each cycle of the permutation is walked once.
    for start in 0..sorted.len() {
        let mut place = start;
        while sorted[place] != start {
            let from = std::mem::replace(&mut sorted[place], place);
            rows.swap(place, from);
            place = from;
        }
        sorted[place] = place;
    }
}

/// The indices of rows in sorted order; equal rows keep their order. It takes only a comparison, so
/// that it is compiled once for all tables.
fn order(rows: usize, compare: &dyn Fn(usize, usize) -> Option<Ordering>) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..rows).collect();
    sorted.sort_by(|&a, &b| compare(a, b).unwrap_or(Ordering::Equal));
    sorted
}

/// What the footer of every Parquet file says, besides the documentation of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footer {
    /// Content key of the cells that made the table.
    pub key: String,
    /// Name of the pipeline that made the table.
    pub pipeline: String,
    /// The connectomes that the table is made from.
    pub sources: String,
    /// How to cite engraph and the data.
    pub citation: String,
}

/// The entries of the footer of a table, in the order of the file.
pub(super) fn footer(of: &TableSchema, footer: &Footer) -> [(&'static str, String); 8] {
    let columns = serde_json::to_string(of.columns).unwrap_or_default();
    [
        ("engraph.schema_version", of.version.to_string()),
        ("engraph.table", of.table.to_owned()),
        ("engraph.description", of.description.to_owned()),
        ("engraph.key", footer.key.clone()),
        ("engraph.pipeline", footer.pipeline.clone()),
        ("engraph.columns", columns),
        ("engraph.sources", footer.sources.clone()),
        ("engraph.citation", footer.citation.clone()),
    ]
}

/// Writes a table as Parquet, compressed by zstd. Neither the clock nor the host has an influence:
/// equal rows give equal bytes.
///
/// # Errors
/// [`TableError::Parquet`] or [`TableError::Arrow`] if the rows cannot be encoded.
pub fn to_parquet<T: Table>(rows: &[T], footer: &Footer) -> Result<Vec<u8>, TableError> {
    let mut bytes = Vec::new();
    let mut stream = ParquetStream::new(&mut bytes, footer)?;
    stream.write(rows)?;
    stream.close()?;
    Ok(bytes)
}

/// A writer for tables that do not fit into memory, which takes their rows piece by piece.
pub struct ParquetStream<T, W: Write + Send> {
    file: ParquetFile<W>,
    row: PhantomData<T>,
}

impl<T: Table, W: Write + Send> ParquetStream<T, W> {
    /// Begins the file.
    ///
    /// # Errors
    /// [`TableError::Parquet`] if it cannot be written.
    pub fn new(output: W, footer: &Footer) -> Result<Self, TableError> {
        let file = ParquetFile::new(output, &TableSchema::of::<T>(), T::schema(), footer)?;
        let row = PhantomData;
        Ok(Self { file, row })
    }

    /// Adds rows. They are kept, compressed, until a row group (a million rows) is full.
    ///
    /// # Errors
    /// [`TableError`] if they cannot be encoded or written.
    pub fn write(&mut self, rows: &[T]) -> Result<(), TableError> {
        self.file.write(packed(rows))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`TableError::Parquet`] if it cannot be written.
    pub fn close(self) -> Result<(), TableError> {
        self.file.close()
    }
}

/// A file that columns of rows are written to. It does not know their type, so that its code serves
/// all tables.
struct ParquetFile<W: Write + Send> {
    table: &'static str,
    schema: Arc<Schema>,
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> ParquetFile<W> {
    fn new(
        output: W,
        of: &TableSchema,
        schema: Schema,
        footer: &Footer,
    ) -> Result<Self, TableError> {
        let metadata = self::footer(of, footer)
            .into_iter()
            .map(|(key, value)| KeyValue::new(key.to_owned(), value))
            .collect();
        let (table, schema) = (of.table, Arc::new(schema));
        let writer = writer(output, &schema, metadata)
            .map_err(|source| TableError::Parquet { table, source })?;
        Ok(Self {
            table,
            schema,
            writer,
        })
    }

    fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), TableError> {
        let table = self.table;
        let batch = batch(table, self.schema.clone(), columns)?;
        let written = self.writer.write(&batch);
        written.map_err(|source| TableError::Parquet { table, source })
    }

    fn close(self) -> Result<(), TableError> {
        let table = self.table;
        let closed = self.writer.close();
        closed.map_err(|source| TableError::Parquet { table, source })?;
        Ok(())
    }
}

/// The columns of rows.
pub(super) fn packed<T: Table>(rows: &[T]) -> Vec<ArrayRef> {
    T::pack(&rows.iter().collect::<Vec<_>>())
}

/// Columns of one length as Arrow has them.
pub(super) fn batch(
    table: &'static str,
    schema: Arc<Schema>,
    columns: Vec<ArrayRef>,
) -> Result<RecordBatch, TableError> {
    RecordBatch::try_new(schema, columns).map_err(|source| TableError::Arrow { table, source })
}

/// Adds the rows of a batch to others.
pub(super) fn unpack<T: Table>(batch: &RecordBatch, rows: &mut Vec<T>) -> Result<(), TableError> {
    let read = rows.len();
    rows.resize_with(read + batch.num_rows(), T::default);
    let mut places: Vec<&mut T> = rows[read..].iter_mut().collect();
    T::unpack(T::NAME, batch, &mut places)
}

/// The writer of every Parquet file, with these entries in the footer.
fn writer<W: Write + Send>(
    output: W,
    schema: &Arc<Schema>,
    footer: Vec<KeyValue>,
) -> Result<ArrowWriter<W>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(6)?))
        .set_key_value_metadata(Some(footer))
        .build();
    // All types of columns are types of Parquet. A copy of the Arrow schema in the file would hide
    // the footer from readers that take their metadata from that copy, as pyarrow does.
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(output, schema.clone(), options)
}

/// Writes a piece of a table that Arrow holds, with the metadata of its schema in the footer.
pub(super) fn write_parquet(
    table: &'static str,
    batch: &RecordBatch,
) -> Result<Vec<u8>, TableError> {
    let schema = batch.schema();
    let entries = schema.metadata().iter();
    let mut footer: Vec<KeyValue> = entries
        .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
        .collect();
    footer.sort_by(|a, b| a.key.cmp(&b.key));
    let mut bytes = Vec::new();
    let write = || -> Result<(), ParquetError> {
        let mut writer = writer(&mut bytes, &schema, footer)?;
        writer.write(batch)?;
        writer.close().map(|_| ())
    };
    write().map_err(|source| TableError::Parquet { table, source })?;
    Ok(bytes)
}

/// What a Parquet file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Number of rows.
    pub rows: u64,
    /// The entries of the footer, such as `engraph.pipeline`.
    pub footer: BTreeMap<String, String>,
}

/// Reads the number of rows and the footer of a Parquet file with the table `table`.
///
/// # Errors
/// [`TableError`] if the bytes are not Parquet.
pub fn about_parquet(table: &'static str, bytes: impl Into<Bytes>) -> Result<About, TableError> {
    let bytes = bytes.into();
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .map_err(|source| TableError::Parquet { table, source })?;
    let metadata = reader.metadata().file_metadata();
    let entries = metadata.key_value_metadata().into_iter().flatten();
    Ok(About {
        rows: metadata.num_rows().max(0) as u64,
        footer: entries
            .filter_map(|entry| Some((entry.key.clone(), entry.value.clone()?)))
            .collect(),
    })
}

/// The first `most` rows of a Parquet file of plain types as texts, column by column in the order
/// of the file. A null is `None`.
///
/// # Errors
/// [`TableError`] if the bytes are not Parquet.
pub fn preview_parquet(
    table: &'static str,
    bytes: impl Into<Bytes>,
    most: usize,
) -> Result<Vec<Vec<Option<String>>>, TableError> {
    let bytes = bytes.into();
    let wrong = |source| TableError::Parquet { table, source };
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(wrong)?;
    let reader = reader.with_limit(most).build().map_err(wrong)?;
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|source| TableError::Arrow { table, source })?;
        for row in 0..batch.num_rows() {
            let cell = |array: &ArrayRef| array.is_valid(row).then(|| shown(array, row));
            rows.push(batch.columns().iter().map(cell).collect());
        }
    }
    Ok(rows)
}

/// A value of a column as a text for people. Types that no table has are not shown.
fn shown(array: &ArrayRef, row: usize) -> String {
    if let Some(texts) = array.as_string_opt::<i32>() {
        texts.value(row).to_owned()
    } else if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
        super::text::short(numbers.value(row))
    } else if let Some(numbers) = array.as_primitive_opt::<Int64Type>() {
        numbers.value(row).to_string()
    } else if let Some(numbers) = array.as_primitive_opt::<Int32Type>() {
        numbers.value(row).to_string()
    } else if let Some(numbers) = array.as_primitive_opt::<UInt64Type>() {
        numbers.value(row).to_string()
    } else if let Some(flags) = array.as_boolean_opt() {
        if flags.value(row) { "yes" } else { "no" }.to_owned()
    } else if let Some(lists) = array.as_list_opt::<i32>() {
        format!("{} numbers", lists.value_length(row))
    } else {
        String::new()
    }
}

/// Reads the rows of a Parquet file that was written by [`to_parquet`], or by another program with
/// the same columns. Columns that may be null may be missing, as in files of versions that did not
/// have them yet.
///
/// # Errors
/// [`TableError`] if the bytes are not Parquet or another column is missing.
pub fn from_parquet<T: Table>(bytes: impl Into<Bytes>) -> Result<Vec<T>, TableError> {
    let mut rows = Vec::new();
    each_batch(T::NAME, bytes.into(), &mut |batch| unpack(batch, &mut rows))?;
    Ok(rows)
}

/// Hands on the pieces of a Parquet file; of a file without columns one piece without rows.
fn each_batch(
    table: &'static str,
    bytes: Bytes,
    take: &mut dyn FnMut(&RecordBatch) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let wrong = |source| TableError::Parquet { table, source };
    let read = || {
        let (schema, reader) = opened(bytes).map_err(wrong)?;
        let Some(reader) = reader else {
            return take(&RecordBatch::new_empty(schema));
        };
        for batch in reader {
            take(&batch.map_err(|source| TableError::Arrow { table, source })?)?;
        }
        Ok(())
    };
    guarded(read).unwrap_or_else(|panicked| Err(wrong(panicked)))
}

/// Used by [`table!`](crate::table!): a column of a batch.
#[doc(hidden)]
pub fn column<V: Value>(
    table: &'static str,
    name: &'static str,
    batch: &RecordBatch,
    places: ColumnSlots<'_, V>,
) -> Result<(), TableError> {
    let missing = || TableError::Column {
        table,
        column: name,
        expected: V::KIND.to_owned(),
    };
    // A file that is older than a column that may be null knows nothing of it.
    let absent = || V::NULLABLE.then(|| new_null_array(&V::data_type(), batch.num_rows()));
    let found = batch.column_by_name(name).cloned();
    let array = &found.or_else(absent).ok_or_else(missing)?;
    let (found, wanted) = (array.data_type(), V::data_type());
    let array = if *found == wanted || V::KIND.starts_with("list") {
        array.clone()
    } else if found.is_floating() && wanted.is_integer() {
        return Err(missing());
    } else {
        // Other programs may write numbers of other widths, or dictionary-encoded text. Both are
        // read if the values fit.
        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        cast_with_options(array, &wanted, &options).map_err(|_| missing())?
    };
    V::unpack(&array, places).ok_or_else(missing)
}

/// Declares the row of a table. `key` names the columns that tell its rows apart.
///
/// ```
/// engraph::table! {
///     /// A neuron and how many synapses it makes.
///     pub struct Degree = "degrees" version 1 key(neuron) {
///         /// Name of the neuron.
///         neuron: String,
///         /// Synapses it makes.
///         out_degree: i64 => "synapses",
///     }
/// }
/// use engraph::table::{Columns, Footer, Table, from_parquet, to_parquet};
/// let rows = vec![Degree { neuron: "AVAL".into(), out_degree: 3 }];
/// let bytes = to_parquet(&rows, &Footer::default()).unwrap();
/// assert_eq!(from_parquet::<Degree>(bytes).unwrap(), rows);
/// assert_eq!(Degree::COLUMNS[1].unit, Some("synapses"));
/// assert_eq!(Degree::KEY, ["neuron"]);
/// ```
#[macro_export]
macro_rules! table {
    (
        $(#[doc = $about:literal])+
        pub struct $row:ident = $name:literal version $version:literal
            $(key($($key:ident),+ $(,)?))? { $($columns:tt)+ }
    ) => {
        $crate::columns! {
            $(#[doc = $about])+
            pub struct $row { $($columns)+ }
        }

        impl $crate::table::Table for $row {
            const NAME: &'static str = $name;
            const VERSION: u32 = $version;
            const DESCRIPTION: &'static str = concat!($($about),+);
            const KEY: &'static [&'static str] = &[$($(stringify!($key)),+)?];
        }
    };
}

/// Declares columns that several tables begin with. A table takes them in by `..field: Type` before
/// its own columns, and its row has them in that field.
///
/// ```
/// engraph::columns! {
///     /// Of which neuron a row tells.
///     pub struct NeuronKey {
///         /// Connectome.
///         connectome: String,
///         /// Name of the neuron.
///         neuron: String,
///     }
/// }
/// engraph::table! {
///     /// How many synapses a neuron makes.
///     pub struct Degree = "degrees" version 1 {
///         ..key: NeuronKey,
///         /// Synapses it makes.
///         out_degree: i64 => "synapses",
///     }
/// }
/// use engraph::table::Columns;
/// let names: Vec<&str> = Degree::COLUMNS.iter().map(|column| column.name).collect();
/// assert_eq!(names, ["connectome", "neuron", "out_degree"]);
/// ```
#[macro_export]
macro_rules! columns {
    (
        $(#[doc = $about:literal])+
        pub struct $row:ident {
            $( ..$group:ident : $group_type:ty , )?
            $( $(#[doc = $doc:literal])+ $field:ident : $type:ty $(=> $unit:literal)? ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, Default, PartialEq, PartialOrd, ::serde::Serialize)]
        #[allow(unreachable_pub)]
        pub struct $row {
            $(
                /// The columns that this table shares with others.
                #[serde(flatten)]
                pub $group: $group_type,
            )?
            $( $(#[doc = $doc])+ pub $field: $type, )+
        }

        impl $crate::table::Columns for $row {
            const COLUMNS: &'static [$crate::table::Column] = &$crate::table::joined::<
                { 0 $( + <$group_type as $crate::table::Columns>::COLUMNS.len() )?
                    + [$( stringify!($field) ),+].len() },
            >(&[
                $( <$group_type as $crate::table::Columns>::COLUMNS, )?
                &[$( $crate::table::Column {
                    name: stringify!($field),
                    kind: <$type as $crate::table::Value>::KIND,
                    nullable: <$type as $crate::table::Value>::NULLABLE,
                    unit: $crate::columns!(@unit $($unit)?),
                    description: $crate::table::trim(concat!($($doc),+)),
                } ),+],
            ]);

            fn pack(rows: &[&Self]) -> Vec<::arrow::array::ArrayRef> {
                let mut columns = Vec::with_capacity(Self::COLUMNS.len());
                $(
                    let groups: Vec<&$group_type> = rows.iter().map(|row| &row.$group).collect();
                    columns.extend(<$group_type as $crate::table::Columns>::pack(&groups));
                )?
                columns.extend([$( <$type as $crate::table::Value>::pack(
                    &mut rows.iter().map(|row| &row.$field),
                ) ),+]);
                columns
            }

            fn unpack(
                table: &'static str,
                batch: &::arrow::array::RecordBatch,
                rows: &mut [&mut Self],
            ) -> Result<(), $crate::table::TableError> {
                $(
                    let mut groups: Vec<&mut $group_type> =
                        rows.iter_mut().map(|row| &mut row.$group).collect();
                    <$group_type as $crate::table::Columns>::unpack(table, batch, &mut groups)?;
                )?
                $( $crate::table::column::<$type>(
                    table,
                    stringify!($field),
                    batch,
                    &mut rows.iter_mut().map(|row| &mut row.$field),
                )?; )+
                Ok(())
            }

            fn fields() -> Vec<::arrow::datatypes::Field> {
                let mut fields = Vec::with_capacity(Self::COLUMNS.len());
                $( fields.extend(<$group_type as $crate::table::Columns>::fields()); )?
                fields.extend([$( ::arrow::datatypes::Field::new(
                    stringify!($field),
                    <$type as $crate::table::Value>::data_type(),
                    <$type as $crate::table::Value>::NULLABLE,
                ) ),+]);
                fields
            }
        }
    };
    (@unit) => { None };
    (@unit $unit:literal) => { Some($unit) };
}

/// Used by [`columns!`](crate::columns!): groups of columns one after the other, `N` in all.
#[doc(hidden)]
#[must_use]
pub const fn joined<const N: usize>(groups: &[&[Column]]) -> [Column; N] {
    let mut all = [groups[0][0]; N];
    let (mut group, mut at) = (0, 0);
    while group < groups.len() {
        let mut column = 0;
        while column < groups[group].len() {
            all[at] = groups[group][column];
            at += 1;
            column += 1;
        }
        group += 1;
    }
    all
}

/// Used by [`table!`](crate::table!): a doc comment without its leading blank.
#[doc(hidden)]
#[must_use]
pub const fn trim(text: &'static str) -> &'static str {
    text.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::table! {
        /// Things.
        pub struct Thing = "things" version 3 {
            /// Name.
            name: String,
            /// Masses.
            masses: Vec<f64> => "kg",
        }
    }

    crate::table! {
        /// Things, as a later version knows them.
        pub struct LaterThing = "things" version 3 {
            /// Name.
            name: String,
            /// Price.
            price: Option<f64>,
            /// Masses.
            masses: Vec<f64> => "kg",
        }
    }

    proptest::proptest! {
        /// A NaN compares with nothing, so that rows which differ after it count as equal.
        #[test]
        fn rows_are_sorted_stably(masses in proptest::collection::vec((0..4_u8, 0..3_u8), 0..40)) {
            let row = |(place, (name, mass)): (usize, &(u8, u8))| Thing {
                name: name.to_string(),
                masses: vec![f64::from(*mass), f64::NAN, place as f64],
            };
            let rows: Vec<Thing> = masses.iter().enumerate().map(row).collect();
            let (mut ours, mut wanted) = (rows.clone(), rows);
            sort(&mut ours);
            wanted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
            let places = |rows: &[Thing]| -> Vec<f64> { rows.iter().map(|r| r.masses[2]).collect() };
            proptest::prop_assert_eq!(places(&ours), places(&wanted));
        }
    }

    #[test]
    fn files_from_before_a_column_are_read() {
        let (name, masses) = ("a".to_owned(), vec![1.0]);
        let before = [Thing { name, masses }];
        let bytes = to_parquet(&before, &Footer::default()).unwrap();
        let [after] = &from_parquet::<LaterThing>(bytes).unwrap()[..] else {
            panic!("one row");
        };
        assert_eq!((&after.name, after.price), (&before[0].name, None));
        let bytes = to_parquet(&[LaterThing::default()], &Footer::default()).unwrap();
        assert_eq!(from_parquet::<Thing>(bytes).unwrap(), [Thing::default()]);
    }

    /// Programs that look at the schema see what the footer says, and the types of the columns.
    #[test]
    fn the_footer_is_the_metadata_of_the_schema() {
        let rows = [Thing {
            name: "a".to_owned(),
            masses: vec![1.0, 2.0],
        }];
        let footer = Footer {
            key: "k".to_owned(),
            sources: "s".to_owned(),
            ..Footer::default()
        };
        let bytes = Bytes::from(to_parquet(&rows, &footer).unwrap());
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).unwrap();
        let metadata = reader.schema().metadata();
        let columns: serde_json::Value =
            serde_json::from_str(&metadata["engraph.columns"]).unwrap();
        assert_eq!(columns[1]["unit"], "kg");
        for (key, value) in [
            ("engraph.table", "things"),
            ("engraph.schema_version", "3"),
            ("engraph.description", "Things."),
            ("engraph.key", "k"),
            ("engraph.sources", "s"),
        ] {
            assert_eq!(metadata[key], value, "{key}");
        }
        let kinds: Vec<bool> = reader
            .schema()
            .fields()
            .iter()
            .map(|f| f.is_nullable())
            .collect();
        assert_eq!(kinds, [false, false]);
        assert_eq!(from_parquet::<Thing>(bytes).unwrap(), rows);
    }
}
