//! What a stage reads: handles of other cells, each in a field with a name.

use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use super::rows::Holds;
use super::shared::Shared;
use super::stage::{Load, Stage, StageError};
use super::store::Store;
use crate::table::Table;

/// Position of a cell in its plan, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellId(pub usize);

/// A cell of the plan that runs the stage `S`. [`Plan::add`](super::Plan::add) returns it.
pub struct Handle<S> {
    pub(super) cell: CellId,
    pub(super) key: Arc<str>,
    pub(super) stage: PhantomData<fn() -> S>,
}

impl<S> Clone for Handle<S> {
    fn clone(&self) -> Self {
        Self {
            cell: self.cell,
            key: self.key.clone(),
            stage: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Handle<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)
    }
}

impl<S> Handle<S> {
    /// A handle that belongs to no cell, for tests of code that never follows it.
    #[cfg(test)]
    pub(super) fn nowhere() -> Self {
        Self {
            cell: CellId(0),
            key: Arc::from(""),
            stage: PhantomData,
        }
    }
}

/// What a stage reads. The macro `inputs!` implements it for a struct whose fields are handles,
/// options and lists of handles, other such structs, and names.
pub trait Inputs: Send + Sync + 'static {
    /// Returns the keys of all inputs under the names of their fields, which become part of the
    /// content key of the cell that reads them. Adds the cells themselves to `cells`.
    fn record(&self, cells: &mut Vec<CellId>) -> Value;
}

impl Inputs for () {
    fn record(&self, _: &mut Vec<CellId>) -> Value {
        Value::Object(serde_json::Map::new())
    }
}

impl<S: 'static> Inputs for Handle<S> {
    fn record(&self, cells: &mut Vec<CellId>) -> Value {
        cells.push(self.cell);
        Value::String(self.key.to_string())
    }
}

impl<I: Inputs> Inputs for Option<I> {
    fn record(&self, cells: &mut Vec<CellId>) -> Value {
        self.as_ref()
            .map_or(Value::Null, |input| input.record(cells))
    }
}

impl<I: Inputs> Inputs for Vec<I> {
    fn record(&self, cells: &mut Vec<CellId>) -> Value {
        self.iter().map(|input| input.record(cells)).collect()
    }
}

impl Inputs for String {
    fn record(&self, _: &mut Vec<CellId>) -> Value {
        Value::String(self.clone())
    }
}

/// Declares what a stage reads.
///
/// ```ignore
/// inputs! {
///     /// What training reads.
///     pub struct Trainable {
///         /// The wiring; a perceptron has none.
///         topology: Option<Handle<MakeTopology>>,
///     }
/// }
/// ```
macro_rules! inputs {
    (
        $(#[$about:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[$doc:meta])* $field:ident : $type:ty ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug)]
        $visibility struct $name {
            $( $(#[$doc])* $visibility $field: $type, )+
        }

        impl $crate::pipeline::Inputs for $name {
            fn record(&self, cells: &mut Vec<$crate::pipeline::CellId>) -> ::serde_json::Value {
                let mut fields = ::serde_json::Map::new();
                $( fields.insert(stringify!($field).to_owned(), self.$field.record(cells)); )+
                ::serde_json::Value::Object(fields)
            }
        }
    };
}
pub(crate) use inputs;

/// The inputs of a cell while it runs: its handles, and access to the tables of the cells they
/// name.
pub struct Loaded<'a, I> {
    handles: &'a I,
    store: &'a Store,
    shared: &'a Shared,
}

impl<I> Deref for Loaded<'_, I> {
    type Target = I;

    fn deref(&self) -> &I {
        self.handles
    }
}

impl<'a, I> Loaded<'a, I> {
    pub(super) fn new(handles: &'a I, store: &'a Store, shared: &'a Shared) -> Self {
        Self {
            handles,
            store,
            shared,
        }
    }

    /// The rows of a table that the stage `S` declares.
    ///
    /// # Errors
    /// [`StageError::Store`] if the table is missing or damaged.
    pub fn rows<T: Table, S: Stage>(&self, handle: &Handle<S>) -> Result<Vec<T>, StageError>
    where
        S::Output: Holds<T>,
    {
        Ok(self.store.read(S::NAME, &handle.key)?)
    }

    /// The only row of a table that the stage `S` declares.
    ///
    /// # Errors
    /// As [`rows`](Self::rows), and if the table is empty.
    pub fn row<T: Table, S: Stage>(&self, handle: &Handle<S>) -> Result<T, StageError>
    where
        S::Output: Holds<T>,
    {
        let first = self.rows::<T, S>(handle)?.into_iter().next();
        first.ok_or_else(|| StageError::inconsistent(format!("the table `{}` is empty", T::NAME)))
    }

    /// The value that the tables of a cell stand for. It is read once for all cells that ask for it
    /// at the same time.
    ///
    /// # Errors
    /// As [`Load::load`].
    pub fn value<S: Load>(&self, handle: &Handle<S>) -> Result<Arc<S::Value>, StageError> {
        self.shared
            .get(S::NAME, &handle.key, || S::load(self, handle))
    }
}
