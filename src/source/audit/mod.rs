//! The audit of a connectome: what was read, and what in it would mislead.
//!
//! Every check follows a rule over the data; no defect is known by the name of a file. A check that
//! finds nothing says so with the severity `ok`, so that a report also tells what was looked for.
//! Nothing is repaired.

#[cfg(feature = "files")]
mod agreement;
#[cfg(feature = "files")]
mod consensus;
mod edges;
#[cfg(feature = "files")]
mod functional;
mod naming;
mod tables;
#[cfg(all(test, feature = "files"))]
mod tests;

#[cfg(feature = "files")]
use std::path::{Path, PathBuf};

use crate::connectome::Connectome;
use crate::source::bundled::BundledError;
#[cfg(feature = "files")]
use crate::source::file::{self, FileError, FileSource};

#[cfg(feature = "files")]
pub use consensus::consensus;
pub use tables::{AuditRow, SourceAgreementRow};

/// Checks, and of a consensus table the agreement of its sources with the bundled connectomes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// One row per check and subject.
    pub checks: Vec<AuditRow>,
    /// One row per source with a bundled counterpart; empty for anything but a consensus table.
    pub agreement: Vec<SourceAgreementRow>,
}

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

/// Audits a file: as a consensus table if it has the column `data_sources`, else as an edge table
/// or graph. O(E log E) for E rows.
///
/// # Errors
/// [`AuditError::File`] for files that cannot be read.
#[cfg(feature = "files")]
pub fn file(path: &Path) -> Result<Audit, AuditError> {
    if let Some(table) = file::consensus::read(path)? {
        return consensus(&table);
    }
    let source = FileSource {
        edges: PathBuf::from(path),
        neurons: None,
        unit: String::new(),
    };
    let (read, report) = file::read(&source)?;
    let mut checks = connectome(&read)?;
    checks.extend(edges::of_report(&report));
    Ok(Audit {
        checks,
        agreement: Vec::new(),
    })
}

/// Audits a connectome that was read, bundled or not. O(E + N log N).
///
/// # Errors
/// [`AuditError::Bundled`] only if the program itself is damaged.
pub fn connectome(connectome: &Connectome) -> Result<Vec<AuditRow>, AuditError> {
    edges::of_connectome(connectome)
}

/// What a check says beyond its counts.
struct Words<'a> {
    detail: String,
    hint: &'a str,
}

/// A check with `found` of `expected`, of this severity where anything was found.
fn check(
    name: &str,
    subject: &str,
    severity: &str,
    found: usize,
    of: Option<usize>,
    words: Words<'_>,
) -> AuditRow {
    let none = found == 0;
    AuditRow {
        check: name.to_owned(),
        severity: if none { "ok" } else { severity }.to_owned(),
        subject: subject.to_owned(),
        found: Some(found as i64),
        expected: of.map(|n| n as i64),
        share: of.filter(|n| *n > 0).map(|n| found as f64 / n as f64),
        detail: words.detail,
        hint: if none {
            String::new()
        } else {
            words.hint.to_owned()
        },
    }
}

/// The first few names, and how many more there are.
fn examples(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
