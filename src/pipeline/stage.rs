//! What a stage is: a pure function from typed inputs and a checked config to typed tables.

use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::artifact::Artifact;
use super::inputs::{Handle, Inputs, Loaded};
use super::memory::{Memory, Reservation};
use super::output::Output;
use super::store::{Store, StoreError};
use crate::interruption;
use crate::table::{Table, TableError};
use crate::text::Hinted;

/// A stage together with its config, which is what one cell computes. The value itself is the
/// config: every field that is serialised becomes part of the content key.
///
/// A stage reads neither a clock nor the environment. It reads no file other than those whose
/// content is part of its config. Equal configs and inputs therefore give equal bytes.
pub trait Stage: Serialize + Send + Sync + 'static {
    /// Name of the stage, which is also the name of its folder in the store.
    const NAME: &'static str;
    /// Version of the stage. It is raised whenever equal configs and inputs may give another
    /// output.
    const VERSION: u32;
    /// The cells that the stage reads, each in a field with a name.
    type Inputs: Inputs;
    /// The tables that the stage makes.
    type Output: Output;

    /// How much work the cell is, as far as its config tells, in a unit of the stage's own. The
    /// time that a run will take is judged by it.
    fn work(&self) -> f64 {
        1.0
    }

    /// Computes the cell.
    ///
    /// # Errors
    /// [`StageError`] if the cell cannot be computed. Nothing is published in that case.
    fn run(
        &self,
        inputs: &Loaded<'_, Self::Inputs>,
        context: &Context<'_>,
    ) -> Result<Self::Output, StageError>;
}

/// A stage whose tables together stand for one value that other stages read as a whole.
pub trait Load: Stage {
    /// The type of the value.
    type Value: Send + Sync + 'static;

    /// Makes the value from the tables of a cell.
    ///
    /// # Errors
    /// [`StageError`] if a table is missing or damaged.
    fn load<I>(inputs: &Loaded<'_, I>, handle: &Handle<Self>) -> Result<Self::Value, StageError>
    where
        Self: Sized;
}

/// Marks the stages that are in the list of all stages. [`Plan::add`](super::Plan::add) demands it,
/// so that no stage can be left out of the list.
pub trait Listed {}

/// Why a cell was not computed.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The run was cancelled before the cell was finished.
    #[error("cancelled")]
    Cancelled,
    /// Other cells of the run hold the memory that the cell needs. The run computes the cell later.
    #[error("no memory is left for now")]
    NoRoom,
    /// A result that the stage reads could not be read from the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tables that the stage made could not be encoded.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The computation of the stage failed.
    #[error("{source}")]
    Failed {
        /// The error that the computation returned.
        source: Box<dyn std::error::Error + Send + Sync>,
        /// What the user can do about it, if the error knows.
        hint: Option<Cow<'static, str>>,
    },
}

impl Hinted for StageError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Table(error) => error.hint(),
            Self::Failed { hint, .. } => hint.clone(),
            Self::Cancelled | Self::NoRoom => None,
        }
    }
}

impl StageError {
    /// The failure of a computation, with the hint of the error that caused it.
    pub fn failed(error: impl Hinted + Send + Sync + 'static) -> Self {
        let hint = error.hint();
        Self::Failed {
            source: error.into(),
            hint,
        }
    }

    /// A failure described by a message, with a hint about what to do.
    pub fn refused(message: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> Self {
        Self::Failed {
            source: message.into().into(),
            hint: Some(hint.into()),
        }
    }

    /// A failure that can only happen if a table in the store was changed by hand.
    pub fn inconsistent(message: impl Into<String>) -> Self {
        Self::Failed {
            source: message.into().into(),
            hint: None,
        }
    }
}

/// What a stage may know of the run that it is part of.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    cancelled: &'a AtomicBool,
    memory: Arc<Memory>,
    /// Bytes that the cell has set aside, all reservations together.
    reserved: Arc<AtomicU64>,
    /// The store and the key of the cell, where the cell is one of a run.
    cell: Option<(&'a Store, &'a str)>,
}

impl<'a> Context<'a> {
    /// A context whose run ends when `cancelled` becomes true.
    #[must_use]
    pub fn new(cancelled: &'a AtomicBool) -> Self {
        Self {
            cancelled,
            memory: Arc::default(),
            reserved: Arc::default(),
            cell: None,
        }
    }

    /// The context of one more cell of the same run.
    pub(super) fn of_a_cell(&self, store: &'a Store, key: &'a str) -> Self {
        Self {
            reserved: Arc::default(),
            cell: Some((store, key)),
            ..self.clone()
        }
    }

    /// How often the cell should keep its state, if it was asked for that.
    #[must_use]
    pub fn checkpoint_every(&self) -> Option<Duration> {
        self.cell.and_then(|(store, _)| store.checkpoint_every())
    }

    /// Keeps the state of the cell, so that a later run goes on from there if this one is killed.
    ///
    /// # Errors
    /// [`StageError`] if it cannot be encoded or written.
    pub fn keep_checkpoint<T: Table>(&self, state: &Vec<T>) -> Result<(), StageError> {
        if let Some((store, key)) = self.cell {
            store.keep_checkpoint(key, &Artifact::default().with(state)?)?;
        }
        Ok(())
    }

    /// The state that a run before has kept of the cell.
    #[must_use]
    pub fn checkpoint<T: Table>(&self) -> Option<Vec<T>> {
        let (store, key) = self.cell?;
        store.checkpoint(key)
    }

    /// Bytes that the cell has set aside so far.
    pub(super) fn reserved(&self) -> u64 {
        self.reserved.load(Ordering::Relaxed)
    }

    /// Sets memory aside for a cell, beside what other cells of the run hold. It is given back when
    /// the reservation is dropped.
    ///
    /// # Errors
    /// [`StageError::NoRoom`] if all cells together would hold more than `limit` bytes. A cell that
    /// is alone gets what it asks for.
    pub fn reserve(&self, bytes: u64, limit: u64) -> Result<Reservation, StageError> {
        let reservation = Memory::reserve(&self.memory, bytes, limit).ok_or(StageError::NoRoom)?;
        self.reserved.fetch_add(bytes, Ordering::Relaxed);
        Ok(reservation)
    }

    /// False once the run has been cancelled. Long computations ask this and stop.
    #[must_use]
    pub fn proceeds(&self) -> bool {
        !(self.cancelled.load(Ordering::Relaxed) || interruption::is_asked())
    }
}
