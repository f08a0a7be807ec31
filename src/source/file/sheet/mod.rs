//! Files as columns of cells, one reader per format.

mod attributes;
mod cells;
mod collected;
mod columnar;
mod csv;
mod format;
#[cfg(feature = "polars")]
mod frame;
mod graphml;
mod guarded;
mod interest;
pub(super) mod numpy;
mod table;
mod words;

pub(super) use cells::{Cells, Identifier};
#[cfg(feature = "polars")]
pub(super) use frame::frame;
pub(super) use guarded::guarded;
pub(super) use interest::Interest;
pub(super) use table::{Contents, Sheet};
