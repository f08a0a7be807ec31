//! The audit of a file.

use super::check::{Explanation, Severity, check};
use super::connectome::connectome;
use super::consensus::consensus;
use super::error::AuditError;
use super::tables::{Audit, AuditRow};
use crate::connectome::Connectome;
use crate::source::file::{self, FileReport, FileSource};

/// Audits tables: a file alone as a consensus table if it has the column `data_sources`, else as an
/// edge table, matrix or graph with the neuron tables beside it. O(E log E) for E rows.
///
/// # Errors
/// [`AuditError::File`] for files that cannot be read.
pub fn file(source: &FileSource) -> Result<Audit, AuditError> {
    if source.neurons.is_empty()
        && let Some(table) = file::consensus::read(&source.edges)?
    {
        return consensus(&table);
    }
    let (read, report) = file::read(source)?;
    tables(&read, &report)
}

/// Audits a connectome that was read from tables, by what their reader found. O(E + N log N).
///
/// # Errors
/// [`AuditError::Bundled`] only if the program itself is damaged.
pub fn tables(read: &Connectome, report: &FileReport) -> Result<Audit, AuditError> {
    let mut checks = connectome(read)?;
    checks.extend(of_columns(report));
    checks.extend(of_report(report));
    Ok(Audit {
        checks,
        agreement: Vec::new(),
    })
}

/// What is said of the reading and is the subject of a check.
const CHECKED: [&str; 6] = [
    "duplicates",
    "zero_weight",
    "autapses",
    "sign_conflicts",
    "electrical_averaged",
    "mixed_identifiers",
];

/// How each column was read, and what may change a count and was not.
fn of_columns(report: &FileReport) -> Vec<AuditRow> {
    let row = |severity: Severity, name: &str, subject: String, detail: String| AuditRow {
        check: name.to_owned(),
        severity: severity.to_string(),
        subject,
        detail,
        ..AuditRow::default()
    };
    let mut rows = Vec::new();
    for reading in report.readings() {
        if reading.what == "column" {
            let detail = match &reading.read_as {
                Some(role) => format!("column `{}` read as {role}", reading.name),
                None => format!("column `{}` not read", reading.name),
            };
            let subject = format!("{} table", reading.table.trim_end_matches('s'));
            rows.push(row(Severity::Note, "column", subject, detail));
        }
    }
    // The others have checks of their own.
    let messages = report.messages().into_iter();
    for told in messages.filter(|told| !CHECKED.contains(&told.about)) {
        let severity = if told.warning {
            Severity::Warning
        } else {
            Severity::Note
        };
        rows.push(row(severity, told.about, "tables".to_owned(), told.text));
    }
    rows
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
