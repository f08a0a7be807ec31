//! What a stage makes: tables that know their own names and schemas.

use super::artifact::Artifact;
use super::rows::Rows;
use super::store::{Store, StoreError};
use crate::table::{Footer, Table, TableError, TableSchema, sort, to_parquet};

/// The tables that a stage makes. The macro `outputs!` implements it for a struct with one field
/// per table.
pub trait Output: Sized {
    /// The declarations of the tables, in the order of the fields.
    fn tables() -> Vec<TableDeclaration>;
    /// Encodes the tables as the Parquet files of an artifact.
    ///
    /// # Errors
    /// [`TableError`] if a row cannot be encoded.
    fn encode(self) -> Result<Artifact, TableError>;
}

/// One table that a stage may make.
#[derive(Clone, Copy, Debug)]
pub struct TableDeclaration {
    /// Name, description and columns of the table.
    pub schema: TableSchema,
    /// False for a table that stays in the store, because only other stages read it.
    pub reported: bool,
    gather: Gather,
}

type Gather = fn(&Store, &[(&'static str, &str)], &Footer) -> Result<Gathered, StoreError>;

/// A table whose rows were collected from the artifacts of several cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// Number of rows of the table.
    pub rows: usize,
    /// The rows as a Parquet file.
    pub parquet: Vec<u8>,
}

impl TableDeclaration {
    /// The declaration of the table whose rows the type `R` holds.
    #[must_use]
    pub fn of<R: Rows>() -> Self {
        Self {
            schema: TableSchema::of::<R::Row>(),
            reported: R::REPORTED,
            gather: gather::<R::Row>,
        }
    }

    /// Collects the rows of this table from all `cells`, given by stage and key. The rows are
    /// sorted, and equal rows are kept once.
    ///
    /// # Errors
    /// [`StoreError`] if an artifact is missing or damaged.
    pub fn gather(
        &self,
        store: &Store,
        cells: &[(&'static str, &str)],
        footer: &Footer,
    ) -> Result<Gathered, StoreError> {
        (self.gather)(store, cells, footer)
    }
}

fn gather<T: Table>(
    store: &Store,
    cells: &[(&'static str, &str)],
    footer: &Footer,
) -> Result<Gathered, StoreError> {
    let rows = gathered_rows::<T>(store, cells)?;
    Ok(Gathered {
        rows: rows.len(),
        parquet: to_parquet(&rows, footer)?,
    })
}

/// Collects the rows of one table from all `cells`, given by stage and key. The rows are sorted,
/// and equal rows are kept once.
pub(super) fn gathered_rows<T: Table>(
    store: &Store,
    cells: &[(&'static str, &str)],
) -> Result<Vec<T>, StoreError> {
    let mut rows = Vec::new();
    for (stage, key) in cells {
        rows.extend(store.read::<T>(stage, key)?);
    }
    sort(&mut rows);
    // Several cells may state the same fact, such as the definition of a motif.
    rows.dedup();
    Ok(rows)
}

/// Declares what a stage makes, as a struct whose fields are the rows of one table each.
macro_rules! outputs {
    (
        $(#[$about:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[$doc:meta])* $field:ident : $type:ty ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default)]
        $visibility struct $name {
            $( $(#[$doc])* $visibility $field: $type, )+
        }

        impl $crate::pipeline::Output for $name {
            fn tables() -> Vec<$crate::pipeline::TableDeclaration> {
                vec![$( $crate::pipeline::TableDeclaration::of::<$type>() ),+]
            }

            fn encode(self) -> Result<$crate::pipeline::Artifact, $crate::table::TableError> {
                let artifact = $crate::pipeline::Artifact::default();
                $( let artifact = artifact.with(&self.$field)?; )+
                Ok(artifact)
            }
        }

        $( impl $crate::pipeline::Holds<<$type as $crate::pipeline::Rows>::Row> for $name {} )+
    };
}
pub(crate) use outputs;
