//! Why an audit could not be done.

use crate::source::bundled::BundledError;
#[cfg(feature = "files")]
use crate::source::file::FileError;

/// The audit could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The table could not be read.
    #[cfg(feature = "files")]
    #[error(transparent)]
    File(#[from] FileError),
    /// The bundled data, which the table is held against, could not.
    #[error(transparent)]
    Bundled(#[from] BundledError),
}

impl crate::text::Hinted for AuditError {}

impl From<crate::table::TableError> for AuditError {
    fn from(error: crate::table::TableError) -> Self {
        Self::Bundled(error.into())
    }
}
