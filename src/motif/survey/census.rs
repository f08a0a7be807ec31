//! The triad census beside its nulls.

use super::comparison::{Comparison, Drawn};
use super::place::Place;
use super::settings::Survey;
use super::tables::TriadCensusRow;
use crate::motif::{
    MotifError, SignedGraph, SignedTriadCensus, SignedTriadClass, TriadCensus, TriadClass,
    signed_triad_census,
};

/// Both censuses of one graph.
pub(super) struct Census {
    plain: TriadCensus,
    signed: SignedTriadCensus,
}

impl Census {
    pub(super) fn of(graph: &SignedGraph) -> Self {
        let signed = signed_triad_census(graph);
        Self {
            plain: signed.untyped(),
            signed,
        }
    }

    /// The rows without types first, all classes; then those with types that occur here or in a
    /// null.
    pub(super) fn rows(
        &self,
        place: &Place<'_>,
        survey: &Survey,
        drawn: Drawn,
        nulls: &[&Self],
    ) -> Result<Vec<TriadCensusRow>, MotifError> {
        let compared =
            |count: u128, counts: &[f64]| Comparison::of(survey, drawn, count as f64, counts);
        let mut rows = Vec::new();
        for class in TriadClass::ALL {
            let count = self.plain.count(class);
            let counts: Vec<f64> = nulls
                .iter()
                .map(|null| null.plain.count(class) as f64)
                .collect();
            let columns = compared(count, &counts);
            rows.push(row(place, class, None, count, columns)?);
        }
        for class in SignedTriadClass::all() {
            let count = self.signed.count(class);
            let counts: Vec<f64> = nulls
                .iter()
                .map(|null| null.signed.count(class) as f64)
                .collect();
            if count > 0 || counts.iter().any(|&count| count > 0.0) {
                let types = Some(class.types_str().to_owned());
                rows.push(row(
                    place,
                    class.triad(),
                    types,
                    count,
                    compared(count, &counts),
                )?);
            }
        }
        Ok(rows)
    }
}

fn row(
    place: &Place<'_>,
    class: TriadClass,
    types: Option<String>,
    count: u128,
    columns: Comparison,
) -> Result<TriadCensusRow, MotifError> {
    let overflow = |_| MotifError::CountOverflow {
        motif: format!("triad {}", class.as_str()),
    };
    Ok(TriadCensusRow {
        connectome: place.connectome(),
        sign_model: place.sign_model(),
        min_weight: place.min_weight,
        triad: class.as_str().to_owned(),
        types,
        wiring: class.wiring().to_owned(),
        count: i64::try_from(count).map_err(overflow)?,
        null_model: columns.null_model,
        null_chain: columns.null_chain,
        nulls: columns.nulls,
        null_mean: columns.null_mean,
        null_sd: columns.null_sd,
        z: columns.z,
        fold: columns.fold,
        p_greater: columns.p_greater,
        p_less: columns.p_less,
        acceptance: columns.acceptance,
        null_strength_error: columns.strength_error,
        seed: columns.seed,
    })
}
