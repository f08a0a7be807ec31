//! What a stage makes: tables, which know their own names and schemas.

use super::artifact::Artifact;
use super::rows::Rows;
use super::store::{Store, StoreError};
use crate::table::{Footer, Table, TableError, TableSchema, sort, to_parquet};

/// The tables that a stage makes. Declared by [`outputs!`](crate::outputs).
pub trait Output: Sized {
    /// The tables, in order.
    fn tables() -> Vec<TableDeclaration>;
    /// The tables as files of an artifact.
    ///
    /// # Errors
    /// [`TableError`] if a row cannot be encoded.
    fn encode(self) -> Result<Artifact, TableError>;
}

/// One table of a stage.
#[derive(Clone, Copy, Debug)]
pub struct TableDeclaration {
    /// Its name and columns.
    pub schema: TableSchema,
    /// False for tables that other stages need and people do not.
    pub reported: bool,
    gather: Gather,
}

type Gather = fn(&Store, &[(&'static str, &str)], &Footer) -> Result<Gathered, StoreError>;

/// A table put together from the artifacts of several cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// Number of rows.
    pub rows: usize,
    /// The table as Parquet.
    pub parquet: Vec<u8>,
}

impl TableDeclaration {
    /// The declaration of a field of an output.
    #[must_use]
    pub fn of<R: Rows>() -> Self {
        Self {
            schema: TableSchema::of::<R::Row>(),
            reported: R::REPORTED,
            gather: gather::<R::Row>,
        }
    }

    /// The table of all `cells` (stage and key), rows sorted, each once.
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

/// The rows of one table in all `cells` (stage and key), sorted, each once.
pub(super) fn gathered_rows<T: Table>(
    store: &Store,
    cells: &[(&'static str, &str)],
) -> Result<Vec<T>, StoreError> {
    let mut rows = Vec::new();
    for (stage, key) in cells {
        rows.extend(store.read::<T>(stage, key)?);
    }
    sort(&mut rows);
    // What several cells say alike, such as what a motif is, is said once.
    rows.dedup();
    Ok(rows)
}

/// Declares what a stage makes: a struct whose fields are rows of tables.
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
