//! DataFrames.

use std::path::Path;

use polars::prelude::DataFrame;

use super::super::error::FileError;
use super::cells::{Cells, TYPES};
use super::table::{Places, Sheet};
use crate::table::frame::to_arrow;

/// The columns `wanted` of a frame; `path` is what messages call it.
pub(in super::super) fn frame(
    path: &Path,
    frame: &DataFrame,
    wanted: impl Fn(&str) -> bool,
) -> Result<Sheet, FileError> {
    let mut columns = Vec::new();
    for column in frame
        .columns()
        .iter()
        .filter(|column| wanted(column.name()))
    {
        let cells = to_arrow(column.as_materialized_series()).and_then(|array| {
            let kept_as = Cells::kept_as(array.data_type())?;
            Cells::join(&[Cells::cast(&array, &kept_as).ok()?], &kept_as).ok()
        });
        let cells = cells.ok_or_else(|| FileError::ColumnType {
            path: path.to_owned(),
            column: column.name().to_string(),
            found: column.dtype().to_string(),
            expected: TYPES,
        })?;
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
