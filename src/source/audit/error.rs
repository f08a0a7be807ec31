//! Why an audit could not be done.

use std::borrow::Cow;

use crate::source::bundled::BundledError;
#[cfg(feature = "files")]
use crate::source::file::ReadError;
use crate::table::TableError;
use crate::text::Hinted;

/// An audit that could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The table could not be read.
    #[cfg(feature = "files")]
    #[error(transparent)]
    File(#[from] ReadError),
    /// The bundled data, which the table is held against, could not.
    #[error(transparent)]
    Bundled(#[from] BundledError),
}

impl Hinted for AuditError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            #[cfg(feature = "files")]
            Self::File(error) => error.hint(),
            Self::Bundled(error) => error.hint(),
        }
    }
}

impl From<TableError> for AuditError {
    fn from(error: TableError) -> Self {
        Self::Bundled(error.into())
    }
}
