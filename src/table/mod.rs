//! Tables: how they are declared, written and read, as Parquet, DataFrames and text.
//!
//! Every table of engraph is declared with [`table!`](crate::table!) in the room that makes it.
//! This room knows none of them. Read [`Table`] first, then [`to_parquet`] and [`from_parquet`].
//! [`Content`] is a file whose row type need not be known. [`Batches`] are what other programs take
//! over, `frame` holds the DataFrames of polars, and [`text`] what is printed. A [`Wide`] table is
//! not declared, because its columns are known only when it is made.

mod batches;
mod content;
mod declare;
#[cfg(feature = "polars")]
pub mod frame;
mod open;
pub mod text;
mod wide;

pub use batches::Batches;
pub use content::{Content, ContentError, StoredColumn};
pub(crate) use declare::file_name;
use declare::footer;
pub use declare::{
    About, Column, ColumnSlots, ColumnValues, Columns, Footer, ParquetStream, Table, TableError,
    TableSchema, Value, about_parquet, column, from_parquet, joined, preview_parquet, sort,
    to_parquet, trim,
};
pub use wide::{Cells, Wide};
