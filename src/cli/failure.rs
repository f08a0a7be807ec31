//! How a command ends without success, and with which exit code.

use std::str::FromStr;

use super::message::Message;
use super::outside::CommandError;
use crate::files::FileError;
use crate::pipeline::{RunError, SpecError, StoreError};
use crate::report::run::PipelineError;
use crate::report::write::ReportError;
use crate::table::TableError;
use crate::text::Hinted;

/// Why a command ended without success.
#[derive(Debug)]
pub(super) enum Failure {
    /// The command line or the pipeline asks for something impossible: exit code 2.
    Usage(Message),
    /// The work failed on the way: exit code 1.
    Failed(Message),
    /// A source has newer content on its Hub: exit code 10.
    #[cfg(feature = "hub")]
    Stale,
    /// Something is not as it should be, and the output has said so: exit code 1.
    Differs,
    /// The reader of standard output has closed it, as `| head` does. Nobody is left to read a
    /// message.
    Closed,
}

impl Failure {
    pub(super) fn usage(message: impl Into<Message>) -> Self {
        Self::Usage(message.into())
    }

    /// The message of a failure, for callers that print nothing.
    pub(super) fn told(self) -> CommandError {
        let (is_usage, message) = match self {
            Self::Usage(message) => (true, message),
            Self::Failed(message) => (false, message),
            #[cfg(feature = "hub")]
            Self::Stale => (false, Message::from("a source has newer content")),
            Self::Differs => (false, Message::from("something is not as it should be")),
            Self::Closed => (false, Message::from("standard output is closed")),
        };
        let (text, hint) = message.parts();
        CommandError {
            is_usage,
            text,
            hint,
        }
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
    PipelineError,
    ReportError,
    TableError,
);

/// Parses a word of the command line. The hint for a wrong word stands below the message.
pub(super) fn word<T: FromStr<Err: Hinted>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| match error.hint() {
        Some(hint) => format!("{error}\n  hint: {hint}"),
        None => error.to_string(),
    })
}
