//! What a field of an output is: the rows of one table.

use crate::table::Table;

/// Implemented by the outputs that have a table of rows `T`, so that no stage asks another one for a
/// table that it does not make.
pub trait Holds<T> {}

/// A field of an output: the rows of one table.
pub trait Rows {
    /// A row of the table.
    type Row: Table;
    /// False for tables that other stages need and people do not.
    const REPORTED: bool;

    /// The rows; `None` where the cell was not asked for the table.
    fn rows(&self) -> Option<&[Self::Row]>;
}

impl<T: Table> Rows for Vec<T> {
    type Row = T;
    const REPORTED: bool = true;

    fn rows(&self) -> Option<&[T]> {
        Some(self)
    }
}

impl<T: Table> Rows for Option<Vec<T>> {
    type Row = T;
    const REPORTED: bool = true;

    fn rows(&self) -> Option<&[T]> {
        self.as_deref()
    }
}

/// Rows that stay in the store: other stages read them, reports do not have them.
#[derive(Clone, Debug, Default)]
pub struct Kept<T>(pub Vec<T>);

impl<T: Table> Rows for Kept<T> {
    type Row = T;
    const REPORTED: bool = false;

    fn rows(&self) -> Option<&[T]> {
        Some(&self.0)
    }
}
