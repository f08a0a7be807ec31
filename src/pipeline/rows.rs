//! The types that a field of an output may have. Each holds the rows of one table.

use crate::table::Table;

/// Implemented by every output that has a table with rows `T`. The compiler thereby refuses a stage
/// that asks another stage for a table it does not make.
pub trait Holds<T> {}

/// The type of a field of an output: the rows of one table, or none.
pub trait Rows {
    /// The row type of the table.
    type Row: Table;
    /// False for a table that stays in the store, because only other stages read it.
    const REPORTED: bool;

    /// The rows. They are `None` if the cell was not asked for the table.
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

/// Rows that only other stages read. They stay in the store and do not enter reports.
#[derive(Clone, Debug, Default)]
pub struct Kept<T>(pub Vec<T>);

impl<T: Table> Rows for Kept<T> {
    type Row = T;
    const REPORTED: bool = false;

    fn rows(&self) -> Option<&[T]> {
        Some(&self.0)
    }
}
