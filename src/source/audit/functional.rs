//! The functional weights of a consensus table beside the pairs that were found significant.

use std::collections::BTreeSet;

use super::check::{Explanation, Severity, check};
use super::error::AuditError;
use super::tables::AuditRow;
use crate::source::bundled;
use crate::source::consensus::Consensus;

/// Below this share of what chance gives, an overlap is a sign that the significant pairs were
/// taken out.
const LOW: f64 = 0.05;
/// A table that holds the significant pairs has at least this share of those that chance does not
/// give.
const MOST: f64 = 0.5;

/// Holds the functional pairs, as written and with the two neurons exchanged, against the
/// significant ones of Randi et al. 2023.
///
/// The overlap that chance gives is `n m / (k (k - 1))`: `n` functional pairs and `m` significant
/// ones among the `k` neurons with any functional weight. An overlap near 0 where hundreds are
/// expected means that the threshold on q was inverted; if it is so for the exchanged pairs only,
/// the matrix was also transposed.
pub(super) fn overlap(table: &Consensus) -> Result<Vec<AuditRow>, AuditError> {
    const SUBJECT: &str = "functional_weight";
    let written: BTreeSet<(&str, &str)> = table
        .functional()
        .filter(|(pre, post, _)| pre != post)
        .map(|(pre, post, _)| (table.name(pre), table.name(post)))
        .collect();
    if written.is_empty() {
        return Ok(Vec::new());
    }
    let neurons: BTreeSet<&str> = written
        .iter()
        .flat_map(|(pre, post)| [*pre, *post])
        .collect();
    let significant = bundled::significant_functional_pairs()?;
    let measured: Vec<(&str, &str)> = significant
        .iter()
        .map(|r| (r.pre.as_str(), r.post.as_str()))
        .collect();
    let within = measured
        .iter()
        .filter(|(pre, post)| neurons.contains(pre) && neurons.contains(post))
        .count();
    let [direct, exchanged] = [
        measured
            .iter()
            .filter(|pair| written.contains(*pair))
            .count(),
        measured
            .iter()
            .filter(|(pre, post)| written.contains(&(*post, *pre)))
            .count(),
    ];
    let possible = (neurons.len() * (neurons.len() - 1)) as f64;
    let chance = written.len() as f64 * within as f64 / possible;
    let low = |overlap: usize| (overlap as f64) < LOW * chance;
    let high = |overlap: usize| overlap as f64 - chance >= MOST * (within as f64 - chance);
    let useless = "do not use the functional weights; take the significant pairs from Randi et \
                   al. 2023";
    let (verdict, hint) = if high(direct) && direct >= exchanged {
        ("the significant pairs are there", "")
    } else if high(exchanged) {
        (
            "the matrix is transposed",
            "exchange the two neurons of every functional pair",
        )
    } else if low(direct) {
        (
            "the significant pairs were taken out: the threshold on q is inverted",
            useless,
        )
    } else if low(exchanged) {
        (
            "the significant pairs were taken out of the transposed matrix: the threshold on q is \
             inverted, and presynaptic and postsynaptic neurons are exchanged",
            useless,
        )
    } else {
        (
            "the significant pairs are not what was selected",
            "find out how the functional pairs were chosen before they are used",
        )
    };
    let transposed = !high(direct) && (high(exchanged) || !low(direct) && low(exchanged));
    let kept = if transposed { exchanged } else { direct };
    let lost = measured.len() - kept;
    let bad = !hint.is_empty();
    let explanation = Explanation {
        detail: format!(
            "{lost} of the {} significant pairs (q < 0.05) of Randi et al. 2023 are not in its {} \
             pairs; overlap as written {direct}, with the neurons exchanged {exchanged}, by chance \
             {chance:.0}: {verdict}",
            measured.len(),
            written.len(),
        ),
        hint,
    };
    let severity = if bad { Severity::Error } else { Severity::Note };
    let mut rows = vec![check(
        "functional_without_significant_pairs",
        SUBJECT,
        severity,
        lost,
        Some(measured.len()),
        explanation,
    )];
    let explanation = Explanation {
        detail: "functional pairs whose presynaptic and postsynaptic neurons are exchanged"
            .to_owned(),
        hint: "exchange the two neurons of every functional pair",
    };
    let found = if transposed { written.len() } else { 0 };
    rows.push(check(
        "functional_transposed",
        SUBJECT,
        Severity::Error,
        found,
        Some(written.len()),
        explanation,
    ));
    Ok(rows)
}
