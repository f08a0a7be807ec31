//! Sequences of bits, packed into words.

use std::ops::Range;

use crate::task::Batch;

/// Number of sequences in a word.
pub(super) const WORD: usize = u64::BITS as usize;

/// Sequences of bits with the sequence as the innermost index: word `w` of a bit's row holds that
/// bit of the sequences `64 w .. 64 w + 64`. Positions beyond the last sequence are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BitMatrix {
    bits: usize,
    sequences: usize,
    words: Vec<u64>,
}

/// A value of a batch that is no bit.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "bit {bit} of sequence {sequence} is {value}, expected 0 or 1, or -1 or 1\n  hint: the \
     homeostatic rule learns tasks of binary sequences only"
)]
pub struct NotBinary {
    /// Index of the bit: `channel * steps + step`.
    pub bit: usize,
    /// Index of the sequence.
    pub sequence: usize,
    /// The value that is not a bit.
    pub value: f32,
}

impl crate::text::Hinted for NotBinary {}

impl BitMatrix {
    /// A matrix of zeros: `sequences` sequences of `bits` bits.
    #[must_use]
    pub fn zeros(bits: usize, sequences: usize) -> Self {
        Self {
            bits,
            sequences,
            words: vec![0; bits * sequences.div_ceil(WORD)],
        }
    }

    /// A matrix of the bits that `bit(index, sequence)` returns.
    pub fn from_fn(
        bits: usize,
        sequences: usize,
        mut bit: impl FnMut(usize, usize) -> bool,
    ) -> Self {
        let mut matrix = Self::zeros(bits, sequences);
        for index in 0..bits {
            for sequence in 0..sequences {
                matrix.put(index, sequence, bit(index, sequence));
            }
        }
        matrix
    }

    /// The bits of a batch of values: 1 is a one; 0, or -1 as in the tasks of bits, is a zero. A
    /// bit has the index `channel * steps + step`.
    ///
    /// # Errors
    /// [`NotBinary`] with the first value that is none of these.
    pub fn from_batch(batch: &Batch<f32>) -> Result<Self, NotBinary> {
        let mut matrix = Self::zeros(batch.channels * batch.steps, batch.samples);
        for (index, &value) in batch.values.iter().enumerate() {
            let (bit, sequence) = (index / batch.samples, index % batch.samples);
            if ![-1.0, 0.0, 1.0].contains(&value) {
                return Err(NotBinary {
                    bit,
                    sequence,
                    value,
                });
            }
            matrix.put(bit, sequence, value == 1.0);
        }
        Ok(matrix)
    }

    /// Number of bits per sequence.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// Number of sequences.
    #[must_use]
    pub fn sequences(&self) -> usize {
        self.sequences
    }

    /// One bit of one sequence.
    ///
    /// # Panics
    /// If there is no such bit or sequence.
    #[must_use]
    pub fn get(&self, bit: usize, sequence: usize) -> bool {
        assert!(
            sequence < self.sequences,
            "{sequence} is none of {} sequences",
            self.sequences
        );
        self.row(bit)[sequence / WORD] >> (sequence % WORD) & 1 == 1
    }

    /// The named sequences in the given order; a sequence may be named several times.
    #[must_use]
    pub fn select(&self, sequences: &[usize]) -> Self {
        Self::from_fn(self.bits, sequences.len(), |bit, index| {
            self.get(bit, sequences[index])
        })
    }

    /// Number of ones.
    #[must_use]
    pub fn ones(&self) -> u64 {
        self.words
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }

    /// Number of words in a row.
    pub(super) fn stride(&self) -> usize {
        self.sequences.div_ceil(WORD)
    }

    /// The words of one bit of all sequences.
    pub(super) fn row(&self, bit: usize) -> &[u64] {
        let stride = self.stride();
        &self.words[bit * stride..(bit + 1) * stride]
    }

    /// Sets one bit of all sequences. Positions beyond the last sequence are cleared.
    pub(super) fn set_row(&mut self, bit: usize, words: impl Iterator<Item = u64>) {
        let stride = self.stride();
        let beyond = self.stride() * WORD - self.sequences;
        let row = &mut self.words[bit * stride..(bit + 1) * stride];
        row.iter_mut().zip(words).for_each(|(to, from)| *to = from);
        if let Some(last) = row.last_mut() {
            *last &= u64::MAX >> beyond;
        }
    }

    /// The sequences that lie in a range of words of every row.
    pub(super) fn part(&self, words: Range<usize>) -> Self {
        let sequences = self.sequences.min(words.end * WORD) - words.start * WORD;
        let words = (0..self.bits)
            .flat_map(|bit| &self.row(bit)[words.clone()])
            .copied()
            .collect();
        Self {
            bits: self.bits,
            sequences,
            words,
        }
    }

    /// Writes back a part that [`BitMatrix::part`] would take from word `start` on of every row.
    pub(super) fn put_part(&mut self, start: usize, part: &Self) {
        let (stride, width) = (self.stride(), part.stride());
        for bit in 0..self.bits {
            self.words[bit * stride + start..][..width].copy_from_slice(part.row(bit));
        }
    }

    /// The bits as the numbers 0 and 1, row by row, `64 stride` to a row.
    #[inline(always)]
    pub(super) fn numbers(&self) -> Vec<f32> {
        let mut numbers = vec![0.0; self.words.len() * WORD];
        for (numbers, &word) in numbers.chunks_exact_mut(WORD).zip(&self.words) {
            for (index, number) in numbers.iter_mut().enumerate() {
                *number = (word >> index & 1) as f32;
            }
        }
        numbers
    }

    fn put(&mut self, bit: usize, sequence: usize, value: bool) {
        let stride = self.stride();
        self.words[bit * stride + sequence / WORD] |= u64::from(value) << (sequence % WORD);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_survive_packing_selection_and_cutting(
            bits in 0..5usize,
            values in prop::collection::vec(any::<u64>(), 0..200),
            chosen in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
        ) {
            let sequences = values.len();
            let matrix = BitMatrix::from_fn(bits, sequences, |bit, s| values[s] >> bit & 1 == 1);
            let ones: u32 = values.iter().map(|v| (v & ((1 << bits) - 1)).count_ones()).sum();
            prop_assert_eq!(matrix.ones(), u64::from(ones));
            for (s, value) in values.iter().enumerate() {
                for bit in 0..bits {
                    prop_assert_eq!(matrix.get(bit, s), value >> bit & 1 == 1);
                }
            }
            let numbers = matrix.numbers();
            prop_assert_eq!(numbers.iter().map(|&n| f64::from(n)).sum::<f64>(), f64::from(ones));
            if sequences > 0 {
                let chosen: Vec<usize> = chosen.iter().map(|i| i.index(sequences)).collect();
                let selected = matrix.select(&chosen);
                for (at, &s) in chosen.iter().enumerate() {
                    prop_assert!((0..bits).all(|bit| selected.get(bit, at) == matrix.get(bit, s)));
                }
            }
            let mut again = BitMatrix::zeros(bits, sequences);
            for start in (0..matrix.stride()).step_by(2) {
                again.put_part(start, &matrix.part(start..(start + 2).min(matrix.stride())));
            }
            prop_assert_eq!(again, matrix);
        }
    }

    #[test]
    fn a_row_ends_with_the_last_sequence() {
        let mut matrix = BitMatrix::zeros(2, 70);
        matrix.set_row(1, [u64::MAX; 2].into_iter());
        assert_eq!(matrix.ones(), 70);
    }

    #[test]
    fn a_batch_of_other_numbers_is_refused() {
        let batch = |values: Vec<f32>| Batch {
            channels: 1,
            steps: 2,
            samples: 2,
            values,
        };
        let matrix = BitMatrix::from_batch(&batch(vec![0.0, 1.0, 1.0, 0.0])).unwrap();
        assert_eq!(
            [
                matrix.get(0, 0),
                matrix.get(0, 1),
                matrix.get(1, 0),
                matrix.get(1, 1)
            ],
            [false, true, true, false]
        );
        let error = BitMatrix::from_batch(&batch(vec![0.0, 1.0, 1.0, 0.5])).unwrap_err();
        assert_eq!(
            error,
            NotBinary {
                bit: 1,
                sequence: 1,
                value: 0.5
            }
        );
    }
}
