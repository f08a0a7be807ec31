//! The table that says how users' tables were read.

use crate::table;

table! {
    /// How the user's own tables were read: one row for each column, each rule that rows fell to,
    /// and each remark.
    pub struct TableReadingRow = "table_readings" version 1
        key(connectome, table, what, name, read_as) {
        /// Connectome that the tables make.
        connectome: String,
        /// edges or neurons.
        table: String,
        /// column, rows (a rule that rows fell to), note, or warning.
        what: String,
        /// Name of the column, the rule, or the remark.
        name: String,
        /// What the column was read as; null for columns that were not read, and for what is no
        /// column.
        read_as: Option<String>,
        /// Rows that fell to the rule; null for what is no rule.
        rows: Option<i64>,
    }
}
