//! Wirings beside their nulls.

use super::tables::{WiringDimensionDrawRow, WiringDimensionKeys, WiringDimensionNullRow};
use crate::statistics::{Significance, holm, quantile};

/// Compares each value with those of its nulls: both tails, and their Holm correction over the
/// wirings that have the same conventions, measure and null model, each with its own signs or all
/// with those of one model.
#[must_use]
pub fn compare_with_nulls(draws: &[WiringDimensionDrawRow]) -> Vec<WiringDimensionNullRow> {
    let mut rows: Vec<WiringDimensionNullRow> = draws.iter().map(compared).collect();
    let mut done = vec![false; rows.len()];
    for first in 0..rows.len() {
        if done[first] {
            continue;
        }
        let alike = |row: &WiringDimensionNullRow| {
            same_family(&row.keys, &rows[first].keys) && row.null_model == rows[first].null_model
        };
        let family: Vec<usize> = (first..rows.len()).filter(|&i| alike(&rows[i])).collect();
        let p: Vec<f64> = family
            .iter()
            .map(|&i| rows[i].p_value.unwrap_or(f64::NAN))
            .collect();
        for (&i, corrected) in family.iter().zip(holm(&p)) {
            rows[i].p_holm = corrected.is_finite().then_some(corrected);
            done[i] = true;
        }
    }
    rows
}

/// True where two keys differ at most in the wiring and its own signs.
fn same_family(a: &WiringDimensionKeys, b: &WiringDimensionKeys) -> bool {
    (&a.weights, a.gap_junctions, a.horizon, &a.measure)
        == (&b.weights, b.gap_junctions, b.horizon, &b.measure)
        && (a.leak, a.spectral_radius, a.snr) == (b.leak, b.spectral_radius, b.snr)
        && a.own_signs == b.own_signs
        && (a.own_signs || a.sign_model == b.sign_model)
}

fn compared(draws: &WiringDimensionDrawRow) -> WiringDimensionNullRow {
    let values = &draws.null_values;
    let known = (!values.is_empty()).then(|| Significance::of(draws.value, values));
    let finite =
        |read: fn(&Significance) -> f64| known.as_ref().map(read).filter(|v| v.is_finite());
    let mut ascending = values.clone();
    ascending.sort_by(f64::total_cmp);
    let (p_greater, p_less) = (finite(|s| s.p_greater), finite(|s| s.p_less));
    let smaller = p_greater.zip(p_less).map(|(a, b)| a.min(b));
    WiringDimensionNullRow {
        keys: draws.keys.clone(),
        value: draws.value,
        null_model: draws.null_model.clone(),
        nulls: values.len() as i32,
        null_mean: finite(|s| s.mean),
        null_sd: finite(|s| s.sd),
        null_low: quantile(&ascending, 0.025),
        null_high: quantile(&ascending, 0.975),
        z: finite(|s| s.z),
        fold: finite(|s| s.fold),
        p_greater,
        p_less,
        p_value: smaller.map(|p| (2.0 * p).min(1.0)),
        p_holm: None,
        acceptance: draws.acceptance,
        seed: draws.seed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(topology: &str, snr: f64, value: f64, nulls: Vec<f64>) -> WiringDimensionDrawRow {
        WiringDimensionDrawRow {
            keys: WiringDimensionKeys {
                topology: topology.to_owned(),
                snr,
                ..WiringDimensionKeys::default()
            },
            value,
            null_values: nulls,
            ..WiringDimensionDrawRow::default()
        }
    }

    #[test]
    fn tails_are_of_nulls_and_holm_is_over_wirings() {
        let nulls: Vec<f64> = (1..=39).map(f64::from).collect();
        let rows = compare_with_nulls(&[
            draws("a", 1.0, 0.5, nulls.clone()),
            draws("b", 1.0, 38.0, nulls.clone()),
            draws("c", 2.0, 20.0, nulls),
            draws("d", 1.0, 20.0, vec![]),
        ]);
        let p = |i: usize| (rows[i].p_greater, rows[i].p_less, rows[i].p_value);
        assert_eq!(p(0), (Some(1.0), Some(0.025), Some(0.05)));
        assert_eq!(p(1), (Some(0.075), Some(0.975), Some(0.15)));
        // Of the same family are the first two, and one without nulls that is not counted.
        assert_eq!(rows[0].p_holm, Some(0.1));
        assert_eq!(rows[1].p_holm, Some(0.15));
        assert_eq!(rows[2].p_holm, rows[2].p_value);
        assert_eq!((rows[3].p_holm, rows[3].z, rows[3].nulls), (None, None, 0));
        let quantiles = [rows[0].null_low, rows[0].null_high].map(Option::unwrap);
        assert!((quantiles[0] - 1.95).abs() < 1e-12 && (quantiles[1] - 38.05).abs() < 1e-12);
    }

    #[test]
    fn further_signs_are_corrected_among_themselves() {
        let nulls: Vec<f64> = (1..=39).map(f64::from).collect();
        let signed = |topology: &str, sign_model: &str, own_signs| {
            let mut row = draws(topology, 1.0, 0.5, nulls.clone());
            row.keys.sign_model = sign_model.to_owned();
            row.keys.own_signs = own_signs;
            row
        };
        let rows = compare_with_nulls(&[
            signed("a", "wang2024", true),
            signed("b", "file", true),
            signed("a", "gaba26", false),
            signed("a", "gaba32", false),
            signed("c", "gaba32", false),
        ]);
        let corrected: Vec<Option<f64>> = rows.iter().map(|row| row.p_holm).collect();
        let of_two = Some(0.1);
        assert_eq!(corrected, [of_two, of_two, Some(0.05), of_two, of_two]);
    }
}
