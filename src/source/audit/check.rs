//! One check of an audit as a row.

use super::tables::AuditRow;

/// How much a finding matters, as the column `severity` of an audit says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Severity {
    /// Conclusions drawn from the table would be wrong.
    Error,
    /// It must be known.
    Warning,
    /// It was looked for and not found.
    Ok,
    /// It says what was read.
    Note,
}

/// What a check says beyond its counts.
pub(super) struct Explanation<'a> {
    /// What was looked for, and examples of what was found.
    pub(super) detail: String,
    /// What to do where anything was found.
    pub(super) hint: &'a str,
}

/// The row of a check that found `found` things, among `of` where that is known. Its severity and
/// hint are those given where anything was found, else `ok` and none.
pub(super) fn check(
    name: &str,
    subject: &str,
    severity: Severity,
    found: usize,
    of: Option<usize>,
    explanation: Explanation<'_>,
) -> AuditRow {
    let none = found == 0;
    AuditRow {
        check: name.to_owned(),
        severity: if none { Severity::Ok } else { severity }.to_string(),
        subject: subject.to_owned(),
        found: Some(found as i64),
        expected: of.map(|n| n as i64),
        share: of.filter(|n| *n > 0).map(|n| found as f64 / n as f64),
        detail: explanation.detail,
        hint: if none {
            String::new()
        } else {
            explanation.hint.to_owned()
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

/// The row that says what was read.
pub(super) fn read(subject: &str, neurons: usize, chemical: usize, electrical: usize) -> AuditRow {
    AuditRow {
        check: "read".to_owned(),
        severity: Severity::Note.to_string(),
        subject: subject.to_owned(),
        detail: format!(
            "{neurons} neurons, {chemical} chemical synapses, {electrical} gap junctions"
        ),
        ..AuditRow::default()
    }
}

/// What was looked for, and the first of what was found.
pub(super) fn said(what: &str, found: &[String]) -> String {
    if found.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {}", examples(found))
    }
}
