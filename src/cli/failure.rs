//! How a command ends without success, and with which exit code.

use std::str::FromStr;

use super::message::Message;
use crate::files::FileError;
use crate::pipeline::{RunError, SpecError, StoreError};
use crate::report::write::ReportError;
use crate::table::TableError;
use crate::text::Hinted;

/// Why a command ended without success.
#[derive(Debug)]
pub(super) enum Failure {
    /// What was typed, or written in a pipeline, cannot be done: exit code 2.
    Usage(Message),
    /// Something failed on the way: exit code 1.
    Failed(Message),
    /// Upstream has moved: exit code 10.
    #[cfg(feature = "hub")]
    Stale,
    /// The reader of standard output has gone (`| head`): nobody is left to be told.
    Closed,
}

impl Failure {
    pub(super) fn usage(message: impl Into<Message>) -> Self {
        Self::Usage(message.into())
    }

    pub(super) fn failed(message: impl Into<Message>) -> Self {
        Self::Failed(message.into())
    }
}

impl From<SpecError> for Failure {
    fn from(error: SpecError) -> Self {
        Self::usage(error)
    }
}

macro_rules! failures {
    ($($error:ty),+ $(,)?) => {
        $(
            impl From<$error> for Failure {
                fn from(error: $error) -> Self {
                    Self::failed(error)
                }
            }
        )+
    };
}

failures!(
    crate::motif::MotifError,
    StoreError,
    FileError,
    RunError,
    ReportError,
    TableError,
);

/// Parses a word of the command line; what to do about a wrong one stands below the message.
pub(super) fn word<T: FromStr<Err: Hinted>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| match error.hint() {
        Some(hint) => format!("{error}\n  hint: {hint}"),
        None => error.to_string(),
    })
}
