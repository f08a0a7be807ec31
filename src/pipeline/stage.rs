//! Stages: pure functions from typed inputs and a checked config to typed tables.

use serde::Serialize;
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::inputs::{Handle, Inputs, Loaded};
use super::output::Output;
use super::store::StoreError;
use crate::table::TableError;
use crate::text::Hinted;

/// A stage with its config: what one cell computes. The value itself is the config, so that every
/// field enters the content key.
///
/// A stage sees no clock and no environment, and no path but that of a file whose content is part of
/// its config: equal configs and inputs give equal bytes.
pub trait Stage: Serialize + Send + Sync + 'static {
    /// Name, also of the folder in the store.
    const NAME: &'static str;
    /// Raised whenever equal config and inputs may give another output.
    const VERSION: u32;
    /// The cells it reads, each under a name of its own.
    type Inputs: Inputs;
    /// The tables it makes.
    type Output: Output;

    /// Computes the cell.
    ///
    /// # Errors
    /// [`StageError`]; nothing is published then.
    fn run(
        &self,
        inputs: &Loaded<'_, Self::Inputs>,
        context: &Context<'_>,
    ) -> Result<Self::Output, StageError>;
}

/// A stage whose tables stand for one value that other stages want whole.
pub trait Load: Stage {
    /// The value.
    type Value: Send + Sync + 'static;

    /// Makes the value of the tables of a cell.
    ///
    /// # Errors
    /// [`StageError`] if a table is missing or damaged.
    fn load<I>(inputs: &Loaded<'_, I>, handle: &Handle<Self>) -> Result<Self::Value, StageError>
    where
        Self: Sized;
}

/// Why a cell was not computed.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The run was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// An input could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The output could not be encoded.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The stage itself failed.
    #[error("{source}")]
    Failed {
        /// Cause.
        source: Box<dyn std::error::Error + Send + Sync>,
        /// What to do, where the cause knows.
        hint: Option<Cow<'static, str>>,
    },
}

impl Hinted for StageError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Table(error) => error.hint(),
            Self::Failed { hint, .. } => hint.clone(),
            Self::Cancelled => None,
        }
    }
}

impl StageError {
    /// A failure of the stage itself, with the hint of its cause.
    pub fn failed(error: impl Hinted + Send + Sync + 'static) -> Self {
        let hint = error.hint();
        Self::Failed {
            source: error.into(),
            hint,
        }
    }

    /// A failure told in words, and what to do about it.
    pub fn refused(message: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> Self {
        Self::Failed {
            source: message.into().into(),
            hint: Some(hint.into()),
        }
    }

    /// Something that cannot happen unless a table of the store was changed by hand.
    pub fn inconsistent(message: impl Into<String>) -> Self {
        Self::Failed {
            source: message.into().into(),
            hint: None,
        }
    }
}

/// What a stage may know of the run.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    cancelled: &'a AtomicBool,
}

impl<'a> Context<'a> {
    /// A context that ends when `cancelled` is set.
    #[must_use]
    pub fn new(cancelled: &'a AtomicBool) -> Self {
        Self { cancelled }
    }

    /// False once the run is to end.
    #[must_use]
    pub fn proceeds(&self) -> bool {
        !self.cancelled.load(Ordering::Relaxed)
    }
}
