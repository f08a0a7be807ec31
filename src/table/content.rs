//! A Parquet file as a table whose row type need not be known: what comparing files needs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::{CastOptions, cast_with_options, concat_batches};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, UInt64Type};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, Rows, SortField};
use bytes::Bytes;
use parquet::errors::ParquetError;

use super::Batches;
use crate::text::Hinted;

/// Why a Parquet file cannot be read as a table.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The file is not Parquet, or it is damaged.
    #[error("not readable as Parquet: {0}")]
    Parquet(#[from] ParquetError),
    /// A page of the file cannot be decoded.
    #[error("cannot be decoded: {0}")]
    Arrow(#[from] ArrowError),
    /// A column has a type that no table of engraph has, and that does not fit one either.
    #[error("the column `{column}` has the type {kind}")]
    Kind {
        /// Name of the column.
        column: String,
        /// Its type, in the words of Arrow.
        kind: String,
    },
}

impl Hinted for ContentError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::Parquet(_) | Self::Arrow(_) => {
                "the file is truncated, damaged or of another form"
            }
            Self::Kind { .. } => "texts, numbers, booleans and lists of numbers can be compared",
        }))
    }
}

/// A column as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredColumn {
    /// Name of the column.
    pub name: String,
    /// Its type in the words of [`Column::kind`](super::Column::kind), if a table can have it.
    pub kind: Option<&'static str>,
    /// True if a value may be null.
    pub nullable: bool,
}

/// A table that was read from a Parquet file.
#[derive(Clone, Debug)]
pub struct Content {
    /// The entries of the footer, such as `engraph.table`.
    pub footer: BTreeMap<String, String>,
    /// The columns as they stand in the file.
    pub columns: Vec<StoredColumn>,
    /// Number of rows; 0 where there are no columns.
    pub rows: usize,
    /// The columns, all in the widest type of their kind.
    values: Vec<ArrayRef>,
}

impl Content {
    /// Reads a Parquet file.
    ///
    /// # Errors
    /// [`ContentError`] if the bytes are no Parquet of plain types.
    pub fn read(bytes: impl Into<Bytes>) -> Result<Self, ContentError> {
        let Batches { schema, pieces } = Batches::from_parquet(bytes)?;
        let whole = concat_batches(&schema, &pieces)?;
        let column = |field: &Arc<Field>| StoredColumn {
            name: field.name().clone(),
            kind: kind(field.data_type()),
            nullable: field.is_nullable(),
        };
        let values = whole.columns().iter().zip(schema.fields());
        Ok(Self {
            columns: schema.fields().iter().map(column).collect(),
            rows: whole.num_rows(),
            values: values
                .map(|(array, field)| widened(array, field))
                .collect::<Result<_, _>>()?,
            footer: schema.metadata().clone().into_iter().collect(),
        })
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|found| found.name == column)
    }

    /// True if the table has the column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    fn values(&self, column: &str) -> Option<&ArrayRef> {
        self.place(column).map(|place| &self.values[place])
    }

    /// A value as text, with all digits. It is `None` for a null.
    #[must_use]
    pub fn text(&self, column: &str, row: usize) -> Option<String> {
        let array = self.values(column)?;
        array.is_valid(row).then(|| written(array, row))
    }

    /// A value as a number. It is `None` for a null and for what is no number.
    #[must_use]
    pub fn number(&self, column: &str, row: usize) -> Option<f64> {
        let array = self.values(column)?;
        if array.is_null(row) {
            None
        } else if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
            Some(numbers.value(row))
        } else if let Some(numbers) = array.as_primitive_opt::<Int64Type>() {
            Some(numbers.value(row) as f64)
        } else {
            let numbers = array.as_primitive_opt::<UInt64Type>()?;
            Some(numbers.value(row) as f64)
        }
    }

    /// The numbers of a list. It is `None` for a null and for what is no list.
    #[must_use]
    pub fn numbers(&self, column: &str, row: usize) -> Option<Vec<f64>> {
        let lists = self.values(column)?.as_list_opt::<i32>()?;
        if lists.is_null(row) {
            return None;
        }
        let list = lists.value(row);
        let numbers = list.as_primitive_opt::<Float64Type>()?;
        Some(
            numbers
                .iter()
                .map(|number| number.unwrap_or(f64::NAN))
                .collect(),
        )
    }

    /// The values of some columns in a form in which rows compare as a table sorts them: column by
    /// column, a null before everything else. Columns that the table lacks are left out.
    ///
    /// # Errors
    /// [`ContentError::Arrow`] for types that have no order, which no column has here.
    pub fn ordered(&self, columns: &[&str]) -> Result<Rows, ContentError> {
        let columns = columns.iter().filter_map(|c| self.values(c).cloned());
        let mut columns: Vec<ArrayRef> = columns.collect();
        if columns.is_empty() {
            // Without a column all rows are equal, and there are as many as before.
            columns.push(Arc::new(BooleanArray::from(vec![false; self.rows])));
        }
        let fields = columns
            .iter()
            .map(|c| SortField::new(c.data_type().clone()));
        let converter = RowConverter::new(fields.collect())?;
        Ok(converter.convert_columns(&columns)?)
    }

    /// The columns that both tables have, with one type in both, in the order of this one.
    #[must_use]
    pub fn shared<'a>(&'a self, other: &Self) -> Vec<&'a str> {
        let names = self.columns.iter().map(|column| column.name.as_str());
        let is_shared = |name: &&str| match (self.values(name), other.values(name)) {
            (Some(a), Some(b)) => a.data_type() == b.data_type(),
            _ => false,
        };
        names.filter(is_shared).collect()
    }
}

/// The type in the words of the documentation of columns.
fn kind(data_type: &DataType) -> Option<&'static str> {
    Some(match data_type {
        DataType::Utf8 => "string",
        DataType::Int32 => "int32",
        DataType::Int64 => "int64",
        DataType::UInt64 => "uint64",
        DataType::Float64 => "float64",
        DataType::Boolean => "boolean",
        DataType::List(item) if *item.data_type() == DataType::Float64 => "list<float64>",
        _ => return None,
    })
}

/// The column in the widest type of its kind, so that files of other programs compare with ours.
fn widened(array: &ArrayRef, field: &Field) -> Result<ArrayRef, ContentError> {
    let list = || DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)));
    let wide = match array.data_type() {
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => DataType::Int64,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
            DataType::UInt64
        }
        DataType::Float16 | DataType::Float32 | DataType::Float64 => DataType::Float64,
        DataType::Boolean => DataType::Boolean,
        DataType::List(_) | DataType::LargeList(_) => list(),
        _ => DataType::Utf8,
    };
    let options = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    let array = cast_with_options(array, &wide, &options).map_err(|_| ContentError::Kind {
        column: field.name().clone(),
        kind: field.data_type().to_string(),
    })?;
    Ok(match array.as_primitive_opt::<Float64Type>() {
        // Tables sort both zeros as one.
        Some(numbers) => Arc::new(numbers.unary::<_, Float64Type>(|number| number + 0.0)),
        None => array,
    })
}

/// A value that is no null as text, with all digits.
fn written(array: &ArrayRef, row: usize) -> String {
    if let Some(texts) = array.as_string_opt::<i32>() {
        texts.value(row).to_owned()
    } else if let Some(numbers) = array.as_primitive_opt::<Float64Type>() {
        numbers.value(row).to_string()
    } else if let Some(numbers) = array.as_primitive_opt::<Int64Type>() {
        numbers.value(row).to_string()
    } else if let Some(numbers) = array.as_primitive_opt::<UInt64Type>() {
        numbers.value(row).to_string()
    } else if let Some(flags) = array.as_boolean_opt() {
        flags.value(row).to_string()
    } else if let Some(lists) = array.as_list_opt::<i32>() {
        format!("{} numbers", lists.value_length(row))
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::metadata::{
        FileMetaData, ParquetMetaData, ParquetMetaDataWriter, RowGroupMetaData,
    };
    use parquet::schema::types::{SchemaDescriptor, Type};

    use super::*;
    use crate::table::{Footer, TableError, from_parquet, to_parquet};

    crate::table! {
        /// Values of every kind.
        pub struct Kinds = "kinds" version 1 key(text) {
            /// Text.
            text: String,
            /// Whole number.
            whole: Option<i32>,
            /// Number.
            number: f64,
            /// Flag.
            flag: bool,
            /// Large number.
            large: Option<u64>,
            /// List.
            list: Vec<f64>,
        }
    }

    fn rows() -> Vec<Kinds> {
        let row = |text: &str, whole, number| Kinds {
            text: text.to_owned(),
            whole,
            number,
            flag: true,
            large: Some(u64::MAX),
            list: vec![0.1, -2.0],
        };
        vec![
            row("a", None, -0.0),
            row("a", Some(-3), 0.1),
            row("b", Some(2), 1e300),
        ]
    }

    fn content(rows: &[Kinds]) -> Content {
        let footer = Footer {
            key: "k".to_owned(),
            ..Footer::default()
        };
        Content::read(to_parquet(rows, &footer).unwrap()).unwrap()
    }

    #[test]
    fn values_are_those_that_were_written() {
        let content = content(&rows());
        assert_eq!(
            (content.rows, content.footer["engraph.key"].as_str()),
            (3, "k")
        );
        let kinds: Vec<_> = content
            .columns
            .iter()
            .map(|c| (c.kind.unwrap(), c.nullable))
            .collect();
        let expected = [
            ("string", false),
            ("int32", true),
            ("float64", false),
            ("boolean", false),
            ("uint64", true),
            ("list<float64>", false),
        ];
        assert_eq!(kinds, expected);
        let texts = |column: &str| -> Vec<Option<String>> {
            (0..3).map(|row| content.text(column, row)).collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(texts("whole"), [None, some("-3"), some("2")]);
        assert_eq!(texts("number")[1], some("0.1"));
        assert_eq!(texts("large")[0], some("18446744073709551615"));
        assert_eq!(
            (texts("flag")[2].clone(), texts("list")[2].clone()),
            (some("true"), some("2 numbers"))
        );
        assert_eq!(content.number("whole", 1), Some(-3.0));
        assert_eq!(content.numbers("list", 1), Some(vec![0.1, -2.0]));
        assert_eq!(
            (content.number("text", 0), content.text("other", 0)),
            (None, None)
        );
    }

    /// Rows are in the order in which `sort` puts them, whichever columns decide.
    #[test]
    fn rows_compare_as_tables_are_sorted() {
        let mut all = Vec::new();
        for text in ["", "A", "a", "b", "é"] {
            for whole in [None, Some(-1), Some(0), Some(7)] {
                for number in [f64::NEG_INFINITY, -1.5, -0.0, 2.0] {
                    let list = vec![number];
                    let text = text.to_owned();
                    all.push(Kinds {
                        text,
                        whole,
                        number,
                        flag: number > 0.0,
                        large: None,
                        list,
                    });
                }
            }
        }
        crate::table::sort(&mut all);
        let content = content(&all);
        let names: Vec<&str> = content.columns.iter().map(|c| c.name.as_str()).collect();
        let ordered = content.ordered(&names).unwrap();
        assert!((1..all.len()).all(|row| ordered.row(row - 1) < ordered.row(row)));
        let none = content.ordered(&[]).unwrap();
        assert!(none.row(0) == none.row(all.len() - 1));
        let key = content.ordered(&["text"]).unwrap();
        assert!(key.row(0) == key.row(1) && key.row(0) < key.row(all.len() - 1));
    }

    /// Nothing but a number of rows: a table that would be gone through for ever.
    #[test]
    fn a_file_without_columns_has_no_rows() {
        let fields = Type::group_type_builder("schema").build().unwrap();
        let schema = Arc::new(SchemaDescriptor::new(Arc::new(fields)));
        let group = RowGroupMetaData::builder(schema.clone()).set_num_rows(1 << 40);
        let file = FileMetaData::new(1, 1 << 40, None, None, schema, None);
        let metadata = ParquetMetaData::new(file, vec![group.build().unwrap()]);
        let mut bytes = b"PAR1".to_vec();
        let writer = ParquetMetaDataWriter::new(&mut bytes, &metadata);
        writer.finish().unwrap();
        assert_eq!(Batches::from_parquet(bytes.clone()).unwrap().rows(), 0);
        assert!(matches!(
            from_parquet::<Kinds>(bytes.clone()),
            Err(TableError::Column { column: "text", .. })
        ));
        let content = Content::read(bytes).unwrap();
        assert_eq!((content.rows, content.columns.len()), (0, 0));
    }

    #[test]
    fn what_is_no_parquet_is_refused() {
        assert!(matches!(
            Content::read(b"no Parquet".to_vec()),
            Err(ContentError::Parquet(_))
        ));
    }
}
