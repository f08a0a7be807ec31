//! Names of columns that count the synapses of a row.

use super::names::parts;

/// True for names such as `Number of Connections`, `n_contacts` or `synapse count`, and not for
/// those of shares, sizes, identifiers, or the counts of a single end.
pub(in super::super) fn is_count(name: &str) -> bool {
    let parts = parts(name);
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(&part.as_str()));
    let counts = any(&[
        "number", "num", "n", "count", "counts", "no", "nr", "nbr", "sum", "total",
    ]);
    let synapses = any(&[
        "synapse",
        "synapses",
        "syn",
        "syns",
        "connection",
        "connections",
        "contact",
        "contacts",
        "links",
        "edges",
        "weight",
        "weights",
        "strength",
    ]);
    let other = any(&[
        "norm",
        "normalized",
        "normalised",
        "fraction",
        "frac",
        "percent",
        "pct",
        "ratio",
        "share",
        "density",
        "size",
        "area",
        "volume",
        "length",
        "distance",
        "id",
        "ids",
        "type",
        "pre",
        "post",
        "input",
        "inputs",
        "output",
        "outputs",
        "in",
        "out",
        "mean",
        "std",
        "sd",
        "var",
        "prob",
        "score",
        "rank",
    ]);
    !other && (counts && synapses || any(&["weight", "weights", "strength"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_synapses_are_told_from_other_numbers() {
        for name in [
            "Number of Connections",
            "n_contacts",
            "synapse count",
            "nr synapses",
            "weight (syn)",
            "TotalSynapses",
            "Connection Strength",
        ] {
            assert!(is_count(name), "{name}");
        }
        for name in [
            "norm",
            "weight_norm",
            "cleft size",
            "pre_syn_count",
            "total_input",
            "id",
            "synapse",
            "count of inputs",
            "mean synapse length",
            "n",
        ] {
            assert!(!is_count(name), "{name}");
        }
    }
}
