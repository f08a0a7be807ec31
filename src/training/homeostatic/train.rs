//! The training loop of the homeostatic rule, and its verdict.

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use super::{BitMatrix, BitScores, HomeostaticConfig, HomeostaticNetwork};
use crate::random::stream;

/// How a run of the homeostatic rule ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HomeostaticStatus {
    /// Every bit of every training sequence matches (homeostasis), and nothing drives a weight any
    /// more.
    Matched,
    /// Some bits mismatch; with more epochs fewer might.
    NotMatched,
    /// Some bits mismatch, and the energy has had no new minimum for as many epochs as patience
    /// allows, or never fell below that of the first epoch.
    NoProgress,
}

impl HomeostaticStatus {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::NotMatched => "not_matched",
            Self::NoProgress => "no_progress",
        }
    }
}

/// Results of one pass over the training sequences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HomeostaticEpoch {
    /// Mismatched bits per sequence, each minibatch counted before it was learnt from.
    pub energy: f64,
    /// Number of changes of weights and biases: one for each parameter and each minibatch that
    /// changed it.
    pub updates: u64,
}

/// Results of a run of the homeostatic rule.
#[derive(Clone, Debug, PartialEq)]
pub struct HomeostaticRun {
    /// Energy and updates of each epoch.
    pub curve: Vec<HomeostaticEpoch>,
    /// How the run ended.
    pub status: HomeostaticStatus,
    /// Scores of the trained network on the training sequences.
    pub scores: BitScores,
    /// Number of weights that differ from their value before training; biases are not counted.
    pub weights_changed: usize,
}

impl HomeostaticRun {
    /// Number of changes of weights and biases over all epochs.
    #[must_use]
    pub fn updates(&self) -> u64 {
        self.curve.iter().map(|epoch| epoch.updates).sum()
    }
}

/// Trains `network` on `sequences` in minibatches until an epoch passes without a mismatched bit.
/// The order of the sequences is drawn anew from `seed` for every epoch. `proceed` is asked before
/// every epoch; if it says no, the run is given up.
///
/// Returns `None` only if the run was given up. O(epochs x weights x sequences).
///
/// # Panics
/// If the number of bits differs from that of the network, or the batch size is 0, which
/// [`HomeostaticConfig::check`] refuses.
pub fn train(
    network: &mut HomeostaticNetwork,
    sequences: &BitMatrix,
    config: &HomeostaticConfig,
    seed: u64,
    proceed: &dyn Fn() -> bool,
) -> Option<HomeostaticRun> {
    assert_eq!(
        sequences.bits(),
        network.bits(),
        "sequences have the bits of the network"
    );
    let before: Vec<f32> = network.weights().collect();
    let mut random = stream(seed, &["homeostatic", "order"]);
    let mut order: Vec<usize> = (0..sequences.sequences()).collect();
    let mut curve: Vec<HomeostaticEpoch> = Vec::new();
    for _ in 0..config.epochs {
        if !proceed() {
            return None;
        }
        order.shuffle(&mut random);
        let (mut mismatched, mut updates) = (0, 0);
        for batch in order.chunks(config.batch_size as usize) {
            let step = network.learn(
                &sequences.select(batch),
                config.encoding_rate,
                config.decoding_rate,
            );
            mismatched += step.mismatched;
            updates += step.updates;
        }
        curve.push(HomeostaticEpoch {
            energy: mismatched as f64 / order.len().max(1) as f64,
            updates,
        });
        // An epoch without a mismatch changed nothing, and so has shown that all sequences match.
        if mismatched == 0 || curve.len() - 1 - lowest(&curve) >= config.patience as usize {
            break;
        }
    }
    let scores = BitScores::of(sequences, &network.reconstruct(sequences));
    let status = judge(&curve, scores.energy, config.patience as usize);
    let weights_changed = network
        .weights()
        .zip(&before)
        .filter(|(now, before)| now != *before)
        .count();
    Some(HomeostaticRun {
        curve,
        status,
        scores,
        weights_changed,
    })
}

/// The first epoch with the lowest energy.
fn lowest(curve: &[HomeostaticEpoch]) -> usize {
    (0..curve.len())
        .min_by(|&a, &b| curve[a].energy.total_cmp(&curve[b].energy))
        .unwrap_or(0)
}

fn judge(curve: &[HomeostaticEpoch], energy: f64, patience: usize) -> HomeostaticStatus {
    let lowest = lowest(curve);
    if energy == 0.0 {
        HomeostaticStatus::Matched
    } else if curve.len() > lowest + patience || (curve.len() > 1 && lowest == 0) {
        HomeostaticStatus::NoProgress
    } else {
        HomeostaticStatus::NotMatched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_homeostatic_run_is_judged_by_its_energy() {
        let curve = |energies: &[f64]| -> Vec<HomeostaticEpoch> {
            energies
                .iter()
                .map(|&energy| HomeostaticEpoch { energy, updates: 1 })
                .collect()
        };
        assert_eq!(
            judge(&curve(&[3.0, 2.0]), 0.0, 3),
            HomeostaticStatus::Matched
        );
        assert_eq!(
            judge(&curve(&[3.0, 2.0]), 1.5, 3),
            HomeostaticStatus::NotMatched
        );
        assert_eq!(judge(&curve(&[3.0]), 2.5, 3), HomeostaticStatus::NotMatched);
        assert_eq!(
            judge(&curve(&[3.0, 2.0, 2.0, 2.5]), 2.0, 3),
            HomeostaticStatus::NotMatched
        );
        assert_eq!(
            judge(&curve(&[3.0, 2.0, 2.0, 2.5, 2.0]), 2.0, 3),
            HomeostaticStatus::NoProgress
        );
        assert_eq!(
            judge(&curve(&[3.0, 3.5, 3.0]), 3.0, 5),
            HomeostaticStatus::NoProgress
        );
    }
}
