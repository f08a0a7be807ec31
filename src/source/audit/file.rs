//! The audit of a file.

use std::path::{Path, PathBuf};

use super::check::{Explanation, Severity, check};
use super::connectome::connectome;
use super::consensus::consensus;
use super::error::AuditError;
use super::tables::{Audit, AuditRow};
use crate::source::file::{self, FileReport, FileSource};

/// Audits a file: as a consensus table if it has the column `data_sources`, else as an edge table
/// or graph. O(E log E) for E rows.
///
/// # Errors
/// [`AuditError::File`] for files that cannot be read.
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
    checks.extend(of_report(&report));
    Ok(Audit {
        checks,
        agreement: Vec::new(),
    })
}

/// What the reader of a file counted.
fn of_report(report: &FileReport) -> Vec<AuditRow> {
    let rows = Some(report.rows);
    let gaps = Some(report.electrical_both_directions);
    [
        (
            "duplicates",
            Severity::Note,
            report.duplicates,
            rows,
            "rows of a pair and type that an earlier row has; summed",
            "check that they are parts of one synapse, and no row was written twice",
        ),
        (
            "rows_without_weight",
            Severity::Note,
            report.zero_weight,
            rows,
            "rows of weight 0 or none; left out",
            "leave them out of the table",
        ),
        (
            "sign_conflicts",
            Severity::Warning,
            report.sign_conflicts,
            rows,
            "pairs whose rows have different signs; unsigned now",
            "give a pair one sign",
        ),
        (
            "asymmetric_gap_weights",
            Severity::Warning,
            report.electrical_averaged,
            gaps,
            "gap junctions, of those given in both directions, whose two weights differ; averaged",
            "a gap junction has one weight: find out which direction is right",
        ),
        (
            "mixed_identifiers",
            Severity::Warning,
            report.mixed_identifiers,
            None,
            "neurons called by words beside a column of numbers",
            "name all neurons in the same way",
        ),
    ]
    .into_iter()
    .map(|(name, severity, found, of, detail, hint)| {
        check(
            name,
            "edge table",
            severity,
            found,
            of,
            Explanation {
                detail: detail.to_owned(),
                hint,
            },
        )
    })
    .collect()
}
