//! DataFrames of polars as columns of cells.

use std::path::Path;

use arrow::error::ArrowError;
use polars::prelude::DataFrame;

use super::super::error::ReadError;
use super::cells::{Cells, TYPES};
use super::table::{Places, Sheet};
use crate::table::frame::to_arrow;

/// The columns `wanted` of a frame; `path` is what messages call it.
pub(in super::super) fn frame(
    path: &Path,
    frame: &DataFrame,
    wanted: impl Fn(&str) -> bool,
) -> Result<Sheet, ReadError> {
    let mut columns = Vec::new();
    for column in frame
        .columns()
        .iter()
        .filter(|column| wanted(column.name()))
    {
        let refused = |source: Option<ArrowError>| ReadError::ColumnType {
            path: path.to_owned(),
            column: column.name().to_string(),
            found: column.dtype().to_string(),
            expected: TYPES,
            source: source.map(Into::into),
        };
        let array = to_arrow(column.as_materialized_series()).ok_or_else(|| refused(None))?;
        let kept_as = Cells::kept_as(array.data_type()).ok_or_else(|| refused(None))?;
        let cells = Cells::cast(&array, &kept_as)
            .and_then(|part| Cells::join(&[part], &kept_as))
            .map_err(|error| refused(Some(error)))?;
        columns.push((column.name().to_string(), cells));
    }
    let names = frame
        .columns()
        .iter()
        .map(|column| column.name().to_string())
        .collect();
    Sheet {
        path: path.to_owned(),
        names,
        columns,
        rows: frame.height(),
        places: Places::FromOne,
    }
    .not_empty()
}
