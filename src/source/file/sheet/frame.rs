//! DataFrames of polars as columns of cells.

use std::path::Path;

use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use polars::prelude::DataFrame;

use super::super::error::ReadError;
use super::cells::{Cells, TYPES, in_words};
use super::interest::{Interest, of_columns};
use super::table::{Places, Sheet};
use super::words::WordsBuilder;
use crate::table::frame::to_arrow;

/// The columns of a frame that `choose` wants; `path` is what messages call it.
///
/// # Errors
/// [`ReadError::ColumnType`] for a column that is wanted whole and holds neither text nor numbers
/// nor booleans, and [`ReadError::Empty`] for a frame without rows.
pub(in super::super) fn frame(
    path: &Path,
    frame: &DataFrame,
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Result<Sheet, ReadError> {
    let names: Vec<String> = frame
        .columns()
        .iter()
        .map(|column| column.name().to_string())
        .collect();
    let interests = of_columns(&names, choose);
    let mut sheet = Sheet::new(path, names, frame.height(), Places::FromOne);
    for (column, interest) in frame.columns().iter().zip(interests) {
        if interest == Interest::No {
            continue;
        }
        let name = column.name().to_string();
        let refused = |source: Option<ArrowError>| ReadError::ColumnType {
            path: path.to_owned(),
            column: name.clone(),
            found: column.dtype().to_string(),
            expected: TYPES,
            source: source.map(Into::into),
        };
        let array = to_arrow(column.as_materialized_series());
        let kept_as = array
            .as_ref()
            .and_then(|array| Cells::kept_as(array.data_type()));
        let (Some(array), Some(kept_as)) = (array, kept_as) else {
            match interest {
                Interest::Whole => return Err(refused(None)),
                Interest::IfNumbers | Interest::Words => {
                    sheet.unread.push((name, column.dtype().to_string()));
                }
                Interest::No => {}
            }
            continue;
        };
        let is_text = kept_as == DataType::LargeUtf8;
        if interest == Interest::IfNumbers && *array.data_type() == DataType::Boolean {
            sheet.unread.push((name, in_words(array.data_type())));
            continue;
        }
        if interest == Interest::Words && !is_text {
            continue;
        }
        let part = Cells::cast(&array, &kept_as).map_err(|error| refused(Some(error)))?;
        if interest == Interest::Words {
            let mut words = WordsBuilder::default();
            words.push_all(&part);
            sheet
                .columns
                .extend(words.finish().map(|words| (name, Cells::Words(words))));
            continue;
        }
        let cells = Cells::join(vec![part], &kept_as).map_err(|error| refused(Some(error)))?;
        sheet.columns.push((name, cells));
    }
    sheet.not_empty()
}
