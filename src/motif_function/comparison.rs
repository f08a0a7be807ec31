//! A quantity of motif neurons beside the same of their matched controls.

use serde::{Deserialize, Serialize};

use crate::latent::mean_interval;

/// Whether a comparison has a value, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonStatus {
    /// It has.
    Ok,
    /// The motif does not occur.
    Absent,
    /// No neurons match those of the motif.
    Unmatched,
    /// No draw has a finite value on both sides: silent neurons have no correlation, a diverged network no error.
    Undefined,
}

impl ComparisonStatus {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Absent => "absent",
            Self::Unmatched => "unmatched",
            Self::Undefined => "undefined",
        }
    }
}

/// A quantity of motif neurons beside that of matched ones, draw by draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Mean over the draws of the quantity of the motif's neurons; `None` unless the status is ok.
    pub value: Option<f64>,
    /// The same of the matched neurons.
    pub matched_value: Option<f64>,
    /// Mean of value minus matched value.
    pub difference: Option<f64>,
    /// 95 % interval of the mean difference over the draws (Student's t); `None` for a single draw.
    pub interval: Option<(f64, f64)>,
    /// Draws that entered: a motif's neurons and matched ones.
    pub draws: usize,
    /// Whether there is a value.
    pub status: ComparisonStatus,
    /// What became of the draws that did not enter, and how close the match is.
    pub note: Option<String>,
}

impl Comparison {
    /// From pairs (motif, matched); those that are not finite have been left out. `asked` draws were wanted, of which `unmatched` found no
    /// matched neurons.
    pub(super) fn of(pairs: &[(f64, f64)], asked: usize, unmatched: usize, notes: Vec<String>) -> Self {
        let mean = |side: fn(&(f64, f64)) -> f64| {
            (!pairs.is_empty()).then(|| pairs.iter().map(side).sum::<f64>() / pairs.len() as f64)
        };
        let differences: Vec<f64> = pairs.iter().map(|(value, matched)| value - matched).collect();
        let (difference, interval) = mean_interval(&differences).unzip();
        let status = match pairs.len() {
            0 if asked == 0 => ComparisonStatus::Absent,
            0 if unmatched == asked => ComparisonStatus::Unmatched,
            0 => ComparisonStatus::Undefined,
            _ => ComparisonStatus::Ok,
        };
        Self {
            value: mean(|pair| pair.0),
            matched_value: mean(|pair| pair.1),
            difference,
            interval: interval.flatten(),
            draws: pairs.len(),
            status,
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_interval() {
        let found = Comparison::of(&[(2.0, 1.0), (4.0, 2.0), (6.0, 3.0)], 4, 1, vec!["a".into(), "b".into()]);
        assert_eq!((found.value, found.matched_value, found.difference), (Some(4.0), Some(2.0), Some(2.0)));
        // t(.975, 2) = 4.302653 times 1 / sqrt 3.
        let (low, high) = found.interval.unwrap();
        assert!((high - 4.484_137).abs() < 1e-6 && (low + 0.484_137).abs() < 1e-6);
        assert_eq!((found.draws, found.status, found.note.as_deref()), (3, ComparisonStatus::Ok, Some("a; b")));
    }

    #[test]
    fn without_pairs_the_status_says_why() {
        let status = |asked, unmatched| Comparison::of(&[], asked, unmatched, vec![]).status;
        assert_eq!(status(0, 0), ComparisonStatus::Absent);
        assert_eq!(status(3, 3), ComparisonStatus::Unmatched);
        assert_eq!(status(3, 1), ComparisonStatus::Undefined);
        assert_eq!(Comparison::of(&[(1.0, 1.0)], 1, 0, vec![]).interval, None);
    }
}
