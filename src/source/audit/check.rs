//! One check of an audit as a row.

use super::tables::AuditRow;

/// What a check says beyond its counts.
pub(super) struct Words<'a> {
    pub(super) detail: String,
    pub(super) hint: &'a str,
}

/// A check with `found` of `expected`, of this severity where anything was found.
pub(super) fn check(
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

/// What was read.
pub(super) fn read(subject: &str, neurons: usize, chemical: usize, electrical: usize) -> AuditRow {
    AuditRow {
        check: "read".to_owned(),
        severity: "note".to_owned(),
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
