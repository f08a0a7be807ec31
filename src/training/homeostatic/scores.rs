//! Measures of how well bits are reconstructed.

use super::BitMatrix;

/// Scores of a reconstruction against its original.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BitScores {
    /// Fraction of the bits that match. A reconstruction of zeros alone scores the fraction of
    /// zeros, so read `balanced_accuracy` beside it.
    pub bit_accuracy: f64,
    /// Mean of two fractions over all bits together: ones reconstructed as ones, and zeros
    /// reconstructed as zeros. If only one of the two values occurs, its fraction alone. Any
    /// constant scores 1/2 where both occur.
    pub balanced_accuracy: f64,
    /// Fraction of the sequences whose bits all match.
    pub exact: f64,
    /// Mean number of mismatched bits per sequence.
    pub energy: f64,
}

impl BitScores {
    /// Compares `reconstruction` with `original`. If there are no bits or no sequences, nothing
    /// mismatches and the accuracies are 1.
    ///
    /// # Panics
    /// If the two differ in shape.
    #[must_use]
    pub fn of(original: &BitMatrix, reconstruction: &BitMatrix) -> Self {
        let shape = |m: &BitMatrix| (m.bits(), m.sequences());
        assert_eq!(
            shape(original),
            shape(reconstruction),
            "a reconstruction has the shape of its original"
        );
        let (mut missed, mut invented) = (0u64, 0u64);
        let mut inexact = vec![0u64; original.stride()];
        for bit in 0..original.bits() {
            for ((x, r), inexact) in original
                .row(bit)
                .iter()
                .zip(reconstruction.row(bit))
                .zip(&mut inexact)
            {
                missed += u64::from((x & !r).count_ones());
                invented += u64::from((r & !x).count_ones());
                *inexact |= x ^ r;
            }
        }
        let all = (original.bits() * original.sequences()) as u64;
        let (ones, sequences) = (original.ones(), original.sequences() as u64);
        let inexact = inexact
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum();
        let matched = |mismatched: u64, of: u64| {
            if of == 0 {
                1.0
            } else {
                1.0 - mismatched as f64 / of as f64
            }
        };
        let balanced_accuracy = match (ones, all - ones) {
            (ones, 0) => matched(missed, ones),
            (0, zeros) => matched(invented, zeros),
            (ones, zeros) => (matched(missed, ones) + matched(invented, zeros)) / 2.0,
        };
        Self {
            bit_accuracy: matched(missed + invented, all),
            balanced_accuracy,
            exact: matched(inexact, sequences),
            energy: (missed + invented) as f64 / sequences.max(1) as f64,
        }
    }
}

/// Largest bit accuracy of any constant reconstruction of `original`: the mean over bits of the
/// frequency of the more frequent value.
#[must_use]
pub fn constant_accuracy(original: &BitMatrix) -> f64 {
    let constant = BitMatrix::from_fn(original.bits(), original.sequences(), |bit, _| {
        let ones: u32 = original.row(bit).iter().map(|word| word.count_ones()).sum();
        2 * ones as usize > original.sequences()
    });
    BitScores::of(original, &constant).bit_accuracy
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn scores_are_those_counted_one_by_one(
            bits in 1..6usize,
            pairs in prop::collection::vec((any::<u8>(), any::<u8>()), 1..150),
        ) {
            let of = |pick: fn(&(u8, u8)) -> u8| {
                BitMatrix::from_fn(bits, pairs.len(), |bit, s| pick(&pairs[s]) >> bit & 1 == 1)
            };
            let scores = BitScores::of(&of(|p| p.0), &of(|p| p.1));
            // [original][reconstruction]
            let mut table = [[0.0f64; 2]; 2];
            let mut exact = 0.0;
            for &(x, r) in &pairs {
                (0..bits).for_each(|bit| {
                    table[usize::from(x >> bit & 1)][usize::from(r >> bit & 1)] += 1.0;
                });
                exact += f64::from(u8::from((x ^ r) & ((1 << bits) - 1) == 0));
            }
            let [[zeros_right, invented], [missed, ones_right]] = table;
            let n = pairs.len() as f64;
            let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
            prop_assert!(close(scores.energy, (invented + missed) / n));
            prop_assert!(close(
                scores.bit_accuracy,
                (zeros_right + ones_right) / (n * bits as f64)
            ));
            prop_assert!(close(scores.exact, exact / n));
            let rates = [(zeros_right, zeros_right + invented), (ones_right, ones_right + missed)];
            let present: Vec<f64> = rates.iter().filter(|r| r.1 > 0.0).map(|r| r.0 / r.1).collect();
            prop_assert!(close(
                scores.balanced_accuracy,
                present.iter().sum::<f64>() / present.len() as f64
            ));
        }
    }

    #[test]
    fn a_constant_has_half_the_balanced_accuracy() {
        let rare = BitMatrix::from_fn(1, 100, |_, s| s < 10);
        let scores = BitScores::of(&rare, &BitMatrix::zeros(1, 100));
        assert_eq!(
            (
                scores.bit_accuracy,
                scores.balanced_accuracy,
                constant_accuracy(&rare)
            ),
            (0.9, 0.5, 0.9)
        );
        let nothing = BitMatrix::zeros(3, 0);
        let scores = BitScores::of(&nothing, &nothing);
        assert_eq!(
            (scores.bit_accuracy, scores.exact, scores.energy),
            (1.0, 1.0, 0.0)
        );
    }
}
