//! Files as columns of cells, one reader per format.

mod announced;
mod attributes;
mod beginning;
mod cells;
mod collected;
mod columnar;
mod compound;
mod csv;
mod format;
#[cfg(feature = "polars")]
mod frame;
mod graphml;
mod guarded;
mod interest;
mod layout;
pub(super) mod numpy;
mod opendocument;
pub(super) mod pages;
mod rows;
mod shape;
mod streams;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod unique;
mod words;
mod workbook;

pub(super) use cells::{Cells, Identifier};
pub(super) use columnar::batches;
#[cfg(feature = "polars")]
pub(super) use frame::frame;
pub(super) use guarded::guarded;
pub(super) use interest::Interest;
pub(super) use table::{Contents, Sheet};
