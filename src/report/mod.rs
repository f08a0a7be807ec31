//! What leaves the program: documented tables, as Parquet or DataFrames, and the summary people
//! read.

pub mod changes;
pub mod cite;
#[cfg(feature = "polars")]
pub mod frame;
pub mod output;
pub mod schema;
pub mod summary;
mod table;
pub mod write;

pub use table::{
    Column, Footer, ParquetStream, Table, TableError, Value, column, from_parquet, sort,
    to_parquet, trim,
};
