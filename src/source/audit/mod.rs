//! The audit of a connectome: what was read, and what in it would mislead.
//!
//! Every check follows a rule over the data; no defect is known by the name of a file. A check that
//! finds nothing says so with the severity `ok`, so that a report also tells what was looked for.
//! Nothing is repaired.

#[cfg(feature = "files")]
mod agreement;
mod check;
mod connectome;
#[cfg(feature = "files")]
mod consensus;
mod error;
#[cfg(feature = "files")]
mod file;
#[cfg(feature = "files")]
mod functional;
mod naming;
mod tables;
#[cfg(all(test, feature = "files"))]
mod tests;

pub use connectome::connectome;
#[cfg(feature = "files")]
pub use consensus::consensus;
pub use error::AuditError;
#[cfg(feature = "files")]
pub use file::{file, tables};
pub use tables::{Audit, AuditRow, SourceAgreementRow};
