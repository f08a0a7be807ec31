//! The tables of an audit.

use crate::table;

table! {
    /// A check of a connectome or consensus table, and what it found.
    pub struct AuditRow = "audit" version 1 key(check, subject) {
        /// Name of the check.
        check: String,
        /// error: conclusions drawn from the table would be wrong; warning: it must be known; ok:
        /// looked for and not found; note: what was read.
        severity: String,
        /// What it is about: a source, a column, or the whole table.
        subject: String,
        /// How many were found.
        found: Option<i64>,
        /// Of how many, or where `found` should be this many.
        expected: Option<i64>,
        /// found / expected, where that is a share.
        share: Option<f64>,
        /// What was found, in words, with examples.
        detail: String,
        /// What to do; empty where there is nothing to do.
        hint: String,
    }
}

table! {
    /// Agreement of a source of a consensus table with the bundled connectome of its publication.
    /// Edges are ordered pairs of different neurons, chemical or electrical, since the table tells
    /// sources by pair only.
    pub struct SourceAgreementRow = "source_agreement" version 1
        key(source, connectome, matched_by) {
        /// Source, as the table calls it.
        source: String,
        /// Bundled connectome that the source is compared with.
        connectome: String,
        /// publication: known to be the same; overlap: the most similar.
        matched_by: String,
        /// Edges that both have.
        shared: i64,
        /// Edges of the bundled connectome only.
        missing: i64,
        /// Edges of the source only.
        extra: i64,
        /// shared / (shared + missing + extra).
        jaccard: f64,
        /// Chemical edges of the bundled connectome.
        chemical_edges: i64,
        /// Of these, those whose pair the source does not list.
        chemical_missing: i64,
    }
}

/// Checks, and of a consensus table the agreement of its sources with the bundled connectomes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// One row per check and subject.
    pub checks: Vec<AuditRow>,
    /// One row per source with a bundled counterpart; empty for anything but a consensus table.
    pub agreement: Vec<SourceAgreementRow>,
}
