//! A quantity of motif neurons beside the same of their matched controls.

use serde::{Deserialize, Serialize};

use crate::statistics::mean_interval;

/// Relative difference of the mean degrees above which controls are poor.
const POOR: f64 = 0.1;

/// Whether a comparison has a value, and if not, why.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ComparisonStatus {
    /// There is a value.
    Ok,
    /// There is a value, but the mean degrees of motif and controls differ by more than a tenth:
    /// the difference may be one of degree alone. So it is for sets of the best connected neurons,
    /// which have no equals.
    PoorlyMatched,
    /// The motif does not occur.
    Absent,
    /// No neurons match those of the motif.
    Unmatched,
    /// No draw has a finite value on both sides: silent neurons have no correlation, a diverged
    /// network no error.
    Undefined,
}

impl ComparisonStatus {
    /// The word for it in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A quantity of motif neurons beside that of matched ones, draw by draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Mean over the draws of the quantity of the motif's neurons; `None` without draws.
    pub value: Option<f64>,
    /// The same of the matched neurons.
    pub matched_value: Option<f64>,
    /// Mean of value minus matched value.
    pub difference: Option<f64>,
    /// 95 % interval of the mean difference over the draws (Student's t); `None` for a single draw.
    pub interval: Option<(f64, f64)>,
    /// Mean degree of the motif's neurons.
    pub degree: Option<f64>,
    /// The same of the matched neurons.
    pub matched_degree: Option<f64>,
    /// Draws that entered: a motif's neurons and matched ones.
    pub draws: usize,
    /// Whether there is a value.
    pub status: ComparisonStatus,
    /// What became of the draws that did not enter, and of which controls are of another class.
    pub note: Option<String>,
}

/// One draw: the motif's neurons and their controls.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Draw {
    /// The quantity of the motif's neurons, and of the controls.
    pub(super) values: (f64, f64),
    /// The mean degrees of the motif's neurons, and of the controls.
    pub(super) degrees: (f64, f64),
}

impl Comparison {
    /// From the draws with finite values. `asked` were wanted, of which `unmatched` found no
    /// controls.
    pub(super) fn of(draws: &[Draw], asked: usize, unmatched: usize, notes: &[String]) -> Self {
        let mean = |of: fn(&Draw) -> f64| {
            (!draws.is_empty()).then(|| draws.iter().map(of).sum::<f64>() / draws.len() as f64)
        };
        let differences: Vec<f64> = draws
            .iter()
            .map(|draw| draw.values.0 - draw.values.1)
            .collect();
        let (difference, interval) = mean_interval(&differences).unzip();
        let (degree, matched_degree) = (mean(|draw| draw.degrees.0), mean(|draw| draw.degrees.1));
        let poor = degree
            .zip(matched_degree)
            .is_some_and(|(own, its)| (own - its).abs() > POOR * own);
        let status = match draws.len() {
            0 if asked == 0 => ComparisonStatus::Absent,
            0 if unmatched == asked => ComparisonStatus::Unmatched,
            0 => ComparisonStatus::Undefined,
            _ if poor => ComparisonStatus::PoorlyMatched,
            _ => ComparisonStatus::Ok,
        };
        Self {
            value: mean(|draw| draw.values.0),
            matched_value: mean(|draw| draw.values.1),
            difference,
            interval: interval.flatten(),
            degree,
            matched_degree,
            draws: draws.len(),
            status,
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    #[test]
    fn words_agree_everywhere() {
        for status in ComparisonStatus::VARIANTS {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }

    fn draws(values: &[(f64, f64)], degrees: (f64, f64)) -> Vec<Draw> {
        values
            .iter()
            .map(|&values| Draw { values, degrees })
            .collect()
    }

    #[test]
    fn means_and_interval() {
        let drawn = draws(&[(2.0, 1.0), (4.0, 2.0), (6.0, 3.0)], (10.0, 9.5));
        let found = Comparison::of(&drawn, 4, 1, &["a".into(), "b".into()]);
        assert_eq!(
            (found.value, found.matched_value, found.difference),
            (Some(4.0), Some(2.0), Some(2.0))
        );
        // t(.975, 2) = 4.302653 times 1 / sqrt 3.
        let (low, high) = found.interval.unwrap();
        assert!((high - 4.484_137).abs() < 1e-6 && (low + 0.484_137).abs() < 1e-6);
        assert_eq!(
            (found.draws, found.status, found.note.as_deref()),
            (3, ComparisonStatus::Ok, Some("a; b"))
        );
    }

    #[test]
    fn the_status_says_what_the_values_are_worth() {
        let status = |asked, unmatched| Comparison::of(&[], asked, unmatched, &[]).status;
        assert_eq!(status(0, 0), ComparisonStatus::Absent);
        assert_eq!(status(3, 3), ComparisonStatus::Unmatched);
        assert_eq!(status(3, 1), ComparisonStatus::Undefined);
        let one = Comparison::of(&draws(&[(1.0, 1.0)], (50.0, 40.0)), 1, 0, &[]);
        assert_eq!(
            (one.interval, one.status, one.matched_degree),
            (None, ComparisonStatus::PoorlyMatched, Some(40.0))
        );
    }
}
