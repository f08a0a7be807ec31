//! The columns of a table that people see in text. The other forms have all columns.

/// Columns that are always shown, and columns that are shown where their values differ between
/// rows: what is the same everywhere was asked for, and needs no column.
type Shown = (&'static [&'static str], &'static [&'static str]);

/// What people see of the tables that are wider than a terminal.
const SHOWN: [(&str, Shown); 11] = [
    (
        "motif_counts",
        (
            &[
                "connectome",
                "motif",
                "matching",
                "count",
                "null_mean",
                "fold",
                "fold_ci_low",
                "fold_ci_high",
                "p_greater",
                "p_less",
                "draws_count_low",
                "draws_count_high",
            ],
            &["sign_model", "min_weight", "null_model"],
        ),
    ),
    (
        "wiring_dimension",
        (
            &[
                "topology",
                "measure",
                "value",
                "value_error",
                "k90",
                "k99",
                "bits",
            ],
            &[
                "weights",
                "gap_junctions",
                "horizon",
                "leak",
                "spectral_radius",
                "snr",
                "status",
            ],
        ),
    ),
    (
        "wiring_dimension_nulls",
        (
            &[
                "topology",
                "measure",
                "null_model",
                "value",
                "null_mean",
                "null_low",
                "null_high",
                "fold",
                "p_value",
            ],
            &[
                "weights",
                "gap_junctions",
                "horizon",
                "leak",
                "spectral_radius",
                "snr",
                "nulls",
            ],
        ),
    ),
    (
        "motif_weights",
        (
            &[
                "connectome",
                "motif",
                "matching",
                "measure",
                "occurrences",
                "value",
                "null_mean",
                "fold",
                "p_greater",
                "p_less",
            ],
            &["sign_model", "min_weight", "null_model", "standard_error"],
        ),
    ),
    (
        "role_fingerprints",
        (
            &[
                "connectome",
                "motif",
                "matching",
                "role",
                "class",
                "count",
                "share",
                "neuron_share",
                "fold",
            ],
            &["sign_model", "min_weight"],
        ),
    ),
    (
        "effective_connectivity",
        (
            &[
                "source",
                "target",
                "steps",
                "excitatory",
                "inhibitory",
                "net",
            ],
            &["level", "unsigned"],
        ),
    ),
    (
        "strongest_paths",
        (&["steps", "path", "sign", "product"], &[]),
    ),
    (
        "inference",
        (
            &["sequence", "first_row", "last_row", "error", "latent"],
            &[],
        ),
    ),
    (
        "dimension",
        (&["estimator", "value", "ci_low", "ci_high", "note"], &[]),
    ),
    (
        "audit",
        (
            &[
                "check", "severity", "subject", "found", "expected", "detail",
            ],
            &[],
        ),
    ),
    (
        "species_targets",
        (
            &[
                "topology",
                "quantity",
                "target",
                "realised",
                "relative_error",
                "tolerance",
            ],
            &[],
        ),
    ),
];

/// Whether people see a column of a table. `differs` says whether its values differ between rows.
pub(super) fn is_shown(table: &str, column: &str, differs: bool) -> bool {
    let shown = SHOWN.iter().find(|(name, _)| *name == table);
    shown.is_none_or(|(_, (always, where_different))| {
        always.contains(&column) || differs && where_different.contains(&column)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_is_named_exists() {
        let tables = crate::tables();
        for (name, (always, where_different)) in SHOWN {
            let table = tables.iter().find(|table| table.table == name);
            let columns = table.unwrap_or_else(|| panic!("no table {name}")).columns;
            for wanted in always.iter().chain(where_different) {
                let is_there = columns.iter().any(|column| column.name == *wanted);
                assert!(is_there, "{name} has no column {wanted}");
            }
        }
        assert!(is_shown("motif_counts", "fold", false));
        assert!(!is_shown("motif_counts", "seed", true));
        assert!(is_shown("wiring_dimension", "snr", true));
        assert!(!is_shown("wiring_dimension", "snr", false));
        assert!(is_shown("exported_edges", "weight", false));
    }
}
