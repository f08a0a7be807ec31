//! Tables as DataFrames of polars.
//!
//! The columns are those of the table's declaration, as in its Parquet file:
//!
//! | column | polars |
//! |---|---|
//! | `string` | `String` |
//! | `int32`, `int64`, `uint64` | `Int32`, `Int64`, `UInt64` |
//! | `float64` | `Float64` |
//! | `boolean` | `Boolean` |
//! | `list<float64>` | `List(Float64)` |
//!
//! The DataFrames are those of polars 0.55.2, of which engraph enables only columns and what can be
//! computed with them. A program that wants lazy queries or readers of files depends on polars
//! itself and enables those features.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, LargeStringArray,
    ListBuilder, NullArray, PrimitiveBuilder, RecordBatch, RecordBatchOptions, UInt64Array,
};
use arrow::datatypes::{
    DataType as ArrowType, Field, Float64Type, Int32Type, Int64Type, Schema, UInt64Type,
};
use polars::prelude::{
    BooleanChunked, DataFrame, DataType, Float64Chunked, Int32Chunked, Int64Chunked, IntoColumn,
    IntoSeries, ListBuilderTrait, ListChunked, ListPrimitiveChunkedBuilder, NewChunkedArray,
    PolarsError, PolarsResult, Series, StringChunked, UInt64Chunked,
};
use std::sync::Arc;

use super::declare::{packed, unpack};
use super::{Table, TableError};

/// The rows of a table as a DataFrame. O(cells); the cells are copied.
///
/// ```
/// use engraph::connectome::SignModel;
/// use engraph::motif::Motif;
/// use engraph::motif::survey::{Survey, Thresholds};
/// use engraph::table::frame::to_frame;
/// use engraph::source::bundled;
/// use polars::prelude::*;
///
/// let motifs = Motif::ALL.map(|motif| motif.pattern().clone());
/// let survey = Survey {
///     min_weights: Thresholds::Listed(vec![1.0, 5.0]),
///     ..Survey::counts_only(1.0)
/// };
/// let worm = bundled::connectome("cook2019_herm")?.with_signs(SignModel::Gaba26);
/// let tables = survey.tables(&motifs, &worm, "gaba26", 1, &|| true)?.ok_or("stopped")?;
///
/// let counts = to_frame(&tables.counts)?;
/// let xor5 = counts.filter(&counts.column("motif")?.str()?.equal("xor5"))?;
/// let all = xor5.filter(&xor5.column("min_weight")?.f64()?.equal(1.0))?;
/// assert_eq!(all.column("matching")?.str()?.get(0), Some("subgraph"));
/// assert_eq!(all.column("count")?.i64()?.to_vec(), [Some(3117), Some(24)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// For a table whose columns have types of its own ([`Value`](super::Value)) that are none of the
/// above.
pub fn to_frame<T: Table>(rows: &[T]) -> PolarsResult<DataFrame> {
    let columns = T::COLUMNS.iter().zip(packed(rows));
    let columns = columns.map(|(column, array)| Ok(to_series(column.name, &array)?.into_column()));
    DataFrame::new(rows.len(), columns.collect::<PolarsResult<_>>()?)
}

/// Reads the rows of a table from a DataFrame that has its columns, in any order and among others.
/// Numbers of other widths and categories are read as well. O(cells).
///
/// # Errors
/// [`TableError::Column`] where a column is missing or of another type, or holds a null where none
/// may be.
pub fn from_frame<T: Table>(frame: &DataFrame) -> Result<Vec<T>, TableError> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for column in T::COLUMNS {
        let series = frame.column(column.name).ok();
        // A column that is absent or of an unsupported type is reported as missing below.
        if let Some(array) = series.and_then(|column| to_arrow(column.as_materialized_series())) {
            fields.push(Field::new(column.name, array.data_type().clone(), true));
            arrays.push(array);
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(frame.height()));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .map_err(|source| TableError::Arrow {
            table: T::NAME,
            source,
        })?;
    let mut rows = Vec::new();
    unpack(&batch, &mut rows)?;
    Ok(rows)
}

fn to_series(name: &str, array: &dyn Array) -> PolarsResult<Series> {
    let called = name.into();
    Ok(match array.data_type() {
        ArrowType::Utf8 => {
            StringChunked::from_iter_options(called, array.as_string::<i32>().iter()).into_series()
        }
        ArrowType::Int32 => {
            Int32Chunked::from_iter_options(called, array.as_primitive::<Int32Type>().iter())
                .into_series()
        }
        ArrowType::Int64 => {
            Int64Chunked::from_iter_options(called, array.as_primitive::<Int64Type>().iter())
                .into_series()
        }
        ArrowType::UInt64 => {
            UInt64Chunked::from_iter_options(called, array.as_primitive::<UInt64Type>().iter())
                .into_series()
        }
        ArrowType::Float64 => {
            Float64Chunked::from_iter_options(called, array.as_primitive::<Float64Type>().iter())
                .into_series()
        }
        ArrowType::Boolean => {
            BooleanChunked::from_iter_options(called, array.as_boolean().iter()).into_series()
        }
        ArrowType::List(item) if *item.data_type() == ArrowType::Float64 => {
            let lists = array.as_list::<i32>();
            let mut builder = ListPrimitiveChunkedBuilder::<polars::prelude::Float64Type>::new(
                called,
                lists.len(),
                lists.values().len(),
                DataType::Float64,
            );
            for list in lists.iter() {
                builder.append_opt_slice(
                    list.as_ref()
                        .map(|l| &l.as_primitive::<Float64Type>().values()[..]),
                );
            }
            builder.finish().into_series()
        }
        other => {
            let message = format!("column `{name}`: DataFrames of tables have no {other}");
            return Err(PolarsError::InvalidOperation(message.into()));
        }
    })
}

/// A column as an Arrow array: text, numbers, booleans or lists of floating-point numbers. It is
/// `None` for other types. Text becomes `LargeUtf8`. Integers become `Int64`, except `Int32` and
/// `UInt64`. Fractions become `Float64`.
/// `UInt64`, what has a fraction `Float64`.
pub(crate) fn to_arrow(series: &Series) -> Option<ArrayRef> {
    let converted = |kind: &DataType| to_arrow(&series.strict_cast(kind).ok()?);
    Some(match series.dtype() {
        DataType::String => Arc::new(series.str().ok()?.iter().collect::<LargeStringArray>()),
        DataType::Int32 => Arc::new(series.i32().ok()?.iter().collect::<Int32Array>()),
        DataType::Int64 => Arc::new(series.i64().ok()?.iter().collect::<Int64Array>()),
        DataType::UInt64 => Arc::new(series.u64().ok()?.iter().collect::<UInt64Array>()),
        DataType::Float64 => Arc::new(series.f64().ok()?.iter().collect::<Float64Array>()),
        DataType::Boolean => Arc::new(series.bool().ok()?.iter().collect::<BooleanArray>()),
        DataType::Null => Arc::new(NullArray::new(series.len())),
        DataType::List(item) if **item == DataType::Float64 => lists(series.list().ok()?)?,
        kind if kind.is_categorical() || kind.is_enum() => converted(&DataType::String)?,
        kind if kind.is_integer() => converted(&DataType::Int64)?,
        kind if kind.is_float() || kind.is_decimal() => converted(&DataType::Float64)?,
        _ => return None,
    })
}

fn lists(column: &ListChunked) -> Option<ArrayRef> {
    let mut builder = ListBuilder::new(PrimitiveBuilder::<Float64Type>::new());
    for list in column.series_iter() {
        if let Some(list) = &list {
            list.f64()
                .ok()?
                .iter()
                .for_each(|value| builder.values().append_option(value));
        }
        builder.append(list.is_some());
    }
    Some(Arc::new(builder.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Columns;
    use polars::prelude::{CategoricalPhysical, Categories, NamedFrom};
    use proptest::prelude::*;

    crate::table! {
        /// Every type a column can have.
        pub struct Everything = "everything" version 1 {
            /// Text.
            text: String,
            /// Text or null.
            maybe_text: Option<String>,
            /// A narrow integer.
            narrow: i32,
            /// A narrow integer or null.
            maybe_narrow: Option<i32>,
            /// A wide integer.
            wide: i64,
            /// A wide integer or null.
            maybe_wide: Option<i64>,
            /// A number.
            number: f64,
            /// A number or null.
            maybe_number: Option<f64>,
            /// Yes or no.
            flag: bool,
            /// Yes, no or null.
            maybe_flag: Option<bool>,
            /// Numbers.
            list: Vec<f64>,
        }
    }

    crate::table! {
        /// Text and two numbers.
        pub struct Plain = "plain" version 1 {
            /// Text.
            text: String,
            /// An integer.
            wide: i64,
            /// A narrow integer or null.
            narrow: Option<i32>,
        }
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("NaN is not itself", |x| !x.is_nan()),
            Just(f64::INFINITY),
            Just(-0.0)
        ]
    }

    prop_compose! {
        fn row()(
            (text, maybe_text) in (".{0,20}", proptest::option::of(".{0,3}")),
            (narrow, maybe_narrow, wide, maybe_wide) in
                any::<(i32, Option<i32>, i64, Option<i64>)>(),
            (number, maybe_number) in (number(), proptest::option::of(number())),
            (flag, maybe_flag) in any::<(bool, Option<bool>)>(),
            list in proptest::collection::vec(number(), 0..4),
        ) -> Everything {
            Everything {
                text,
                maybe_text,
                narrow,
                maybe_narrow,
                wide,
                maybe_wide,
                number,
                maybe_number,
                flag,
                maybe_flag,
                list,
            }
        }
    }

    proptest! {
        #[test]
        fn a_table_survives_its_frame(
            rows in proptest::collection::vec(row(), 0..12),
            cut in 0..12usize,
        ) {
            let frame = to_frame(&rows).unwrap();
            prop_assert_eq!(
                (frame.height(), frame.width()),
                (rows.len(), Everything::COLUMNS.len())
            );
            prop_assert_eq!(&from_frame::<Everything>(&frame).unwrap(), &rows);
            // In two pieces, as appended frames are, and cut out of a longer one.
            let cut = cut.min(rows.len());
            let mut pieces = to_frame(&rows[..cut]).unwrap();
            pieces.vstack_mut(&to_frame(&rows[cut..]).unwrap()).unwrap();
            prop_assert_eq!(&from_frame::<Everything>(&pieces).unwrap(), &rows);
            let tail =
                from_frame::<Everything>(&pieces.slice(cut as i64, rows.len() - cut)).unwrap();
            prop_assert_eq!(&tail[..], &rows[cut..]);
        }
    }

    fn frame(columns: Vec<Series>) -> DataFrame {
        DataFrame::new_infer_height(columns.into_iter().map(IntoColumn::into_column).collect())
            .unwrap()
    }

    #[test]
    fn columns_stand_in_any_order_and_width() {
        let text = Series::new("text".into(), ["a", "b"]);
        let categories = DataType::from_categories(Categories::new(
            "c".into(),
            "".into(),
            CategoricalPhysical::U32,
        ));
        let expected = [
            Plain {
                text: "a".to_owned(),
                wide: 1,
                narrow: None,
            },
            Plain {
                text: "b".to_owned(),
                wide: 2,
                narrow: None,
            },
        ];
        let none = Series::new_null("narrow".into(), 2);
        for kind in [
            DataType::Int8,
            DataType::UInt8,
            DataType::Int16,
            DataType::UInt16,
            DataType::UInt32,
        ] {
            let wide = Series::new("wide".into(), [1_i64, 2]).cast(&kind).unwrap();
            let other = Series::new("other".into(), [0.5, 0.25]);
            let columns = vec![wide, other, none.clone(), text.cast(&categories).unwrap()];
            assert_eq!(
                from_frame::<Plain>(&frame(columns)).unwrap(),
                expected,
                "{kind:?}"
            );
        }
    }

    #[test]
    fn what_is_no_column_of_the_table_is_refused() {
        let text = Series::new("text".into(), ["a", "b"]);
        let wide = Series::new("wide".into(), [1_i64, 2]);
        let narrow = Series::new("narrow".into(), [Some(1_i32), None]);
        let refused = |columns: &[&Series]| {
            let columns = columns.iter().map(|&series| series.clone()).collect();
            match from_frame::<Plain>(&frame(columns)) {
                Err(TableError::Column { column, .. }) => column,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(&[&wide, &narrow]), "text");
        assert_eq!(refused(&[]), "text");
        assert_eq!(
            refused(&[
                &text,
                &narrow,
                &Series::new("wide".into(), [Some(1_i64), None])
            ]),
            "wide"
        );
        assert_eq!(
            refused(&[&text, &narrow, &Series::new("wide".into(), ["one", "two"])]),
            "wide"
        );
        let too_wide = Series::new("narrow".into(), [1_i64 << 40, 1]);
        assert_eq!(
            refused(&[&text, &wide, &too_wide]),
            "narrow",
            "what does not fit must not become null"
        );
        let lists = Series::new("text".into(), [text.clone(), text.clone()]);
        assert_eq!(refused(&[&lists, &wide, &narrow]), "text");
    }

    #[test]
    fn a_null_in_a_list_is_no_zero() {
        let rows = [Numbers {
            list: vec![1.0, 2.0],
        }];
        assert_eq!(
            from_frame::<Numbers>(&to_frame(&rows).unwrap()).unwrap(),
            rows
        );
        let list = Series::new("list".into(), [Series::new("".into(), [Some(1.0), None])]);
        assert!(from_frame::<Numbers>(&frame(vec![list])).is_err());
    }

    crate::table! {
        /// Lists.
        pub struct Numbers = "numbers" version 1 {
            /// Numbers.
            list: Vec<f64>,
        }
    }
}
