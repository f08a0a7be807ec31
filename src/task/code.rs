//! T6: sequences of bits.
//!
//! A bit is a value, 1 as +1 and 0 as -1, so that values have mean 0 and variance 1. A sequence of
//! `b = channels x steps` bits is a codeword `m G` over GF(2): `m` are `r` fair bits and `G` is a
//! random matrix of `r` rows and `b` columns of rank `r`, so that the `2^r` codewords are different
//! and their sums (XOR) are codewords. Without a rank `G` is the identity and all `2^b` sequences
//! occur; `three_bits` are those of the shape of arXiv 2406.09940, 3 bits in each of 24 steps.
//!
//! A sequence holds `r` bits, but a real number holds any number of bits: how many units are needed
//! is a question only under noise. With a signal-to-noise ratio `S` (a ratio of powers) of the
//! latent units, `k` of them carry at most `k/2 log2(1 + S)` bits (Shannon 1949), so that `k >= 2 r
//! / log2(1 + S)`.
//!
//! **Held out** is a seeded quarter of the messages: none of them is ever trained on, and no other
//! is in the test set. Up to 16 bits it is exactly a quarter (rounded down) of the `2^r` codewords;
//! beyond, every message is held out or not by its own hash.

use rand::{Rng, RngExt};
use std::sync::Arc;

use super::error::{TaskConfigError, TaskError};
use super::family::{Count, Dimension, Family, Generator, USUAL_CHANNELS, USUAL_STEPS};
use super::shape::Shape;
use crate::random::ChaCha8Rng;

/// The largest rank of a code.
const LARGEST_RANK: usize = 256;

/// Messages of so many bits are held out by a list.
const LISTED_BITS: usize = 16;

/// which sequences of bits can occur.
#[derive(Clone, Copy, Debug)]
pub(super) enum Code {
    /// All sequences of bits.
    All,
    /// The codewords of a random linear code.
    Linear {
        /// Dimension of the code, in bits.
        rank: usize,
    },
    /// All sequences of 3 channels for 24 steps.
    ThreeBits,
}

impl Code {
    fn rank(self) -> Option<usize> {
        match self {
            Self::All | Self::ThreeBits => None,
            Self::Linear { rank } => Some(rank),
        }
    }
}

impl Family for Code {
    fn channels(&self) -> Option<Count> {
        Some(match self {
            Self::All | Self::Linear { .. } => Count::Usually(USUAL_CHANNELS),
            Self::ThreeBits => Count::Always(3),
        })
    }

    fn steps(&self) -> Count {
        match self {
            Self::All | Self::Linear { .. } => Count::Usually(USUAL_STEPS),
            Self::ThreeBits => Count::Always(24),
        }
    }

    fn fit(&self, shape: Shape) -> Result<(), TaskConfigError> {
        let values = shape.values();
        match self.rank() {
            Some(rank) => {
                let largest = values.min(LARGEST_RANK);
                if (2..=largest).contains(&rank) {
                    return Ok(());
                }
                let message = format!("{rank} is not from 2 to {largest}, for {values} bits");
                Err(TaskConfigError::new("rank", message))
            }
            None if values < 2 => {
                let message = "a sequence of one bit leaves none to hold out";
                Err(TaskConfigError::new("steps", message))
            }
            None => Ok(()),
        }
    }

    fn dimension(&self) -> Dimension {
        Dimension::Bits(self.rank())
    }

    fn recalls_training_set(&self) -> bool {
        false
    }

    fn generator(
        &self,
        shape: Shape,
        random: &mut ChaCha8Rng,
    ) -> Result<Arc<dyn Generator>, TaskError> {
        Ok(Arc::new(Bits::new(self.rank(), shape.values(), random)))
    }
}

/// Bits, 64 to a word, unused ones 0.
type Word = Vec<u64>;

/// All sequences of bits, or a linear code.
#[derive(Debug)]
struct Bits {
    /// Bits of a message, `r`.
    rank: usize,
    /// Rows of `G`; the identity where absent.
    generator: Option<Vec<Word>>,
    held_out: HeldOut,
}

/// Which messages are held out.
#[derive(Debug)]
enum HeldOut {
    /// Those whose entry is true.
    Listed(Vec<bool>),
    /// Those whose hash under this key is in the lowest quarter.
    Hashed([u8; 32]),
}

impl Bits {
    fn new(rank: Option<usize>, bits: usize, random: &mut ChaCha8Rng) -> Self {
        let generator = rank.map(|rank| independent_rows(rank, bits, random));
        let rank = rank.unwrap_or(bits);
        let held_out = if rank <= LISTED_BITS {
            let mut order: Vec<usize> = (0..1 << rank).collect();
            let mut listed = vec![false; order.len()];
            for i in 0..order.len() / 4 {
                order.swap(i, random.random_range(i..listed.len()));
                listed[order[i]] = true;
            }
            HeldOut::Listed(listed)
        } else {
            let mut key = [0; 32];
            random.fill_bytes(&mut key);
            HeldOut::Hashed(key)
        };
        Self {
            rank,
            generator,
            held_out,
        }
    }

    fn is_held_out(&self, message: &[u64]) -> bool {
        match &self.held_out {
            HeldOut::Listed(listed) => listed[message[0] as usize],
            HeldOut::Hashed(key) => {
                let mut hasher = blake3::Hasher::new_keyed(key);
                message
                    .iter()
                    .for_each(|word| _ = hasher.update(&word.to_le_bytes()));
                hasher.finalize().as_bytes()[0] < 64
            }
        }
    }

    /// A uniformly random message that is held out, or one that is not.
    fn message(&self, held_out: bool, random: &mut ChaCha8Rng) -> Word {
        loop {
            let message = random_word(self.rank, random);
            if self.is_held_out(&message) == held_out {
                return message;
            }
        }
    }

    fn encode(&self, message: &[u64], sequence: &mut [f64]) {
        let mut codeword = vec![0; sequence.len().div_ceil(64)];
        match &self.generator {
            None => codeword.copy_from_slice(message),
            Some(rows) => {
                for row in rows
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| bit(message, *i))
                    .map(|(_, row)| row)
                {
                    add(&mut codeword, row);
                }
            }
        }
        for (i, value) in sequence.iter_mut().enumerate() {
            *value = if bit(&codeword, i) { 1.0 } else { -1.0 };
        }
    }
}

impl Generator for Bits {
    fn draw(&self, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        self.encode(&self.message(false, random), sequence);
    }

    fn draw_held_out(&self, _: usize, _: usize, random: &mut ChaCha8Rng, sequence: &mut [f64]) {
        self.encode(&self.message(true, random), sequence);
    }
}

fn random_word(bits: usize, random: &mut ChaCha8Rng) -> Word {
    let mut word: Word = (0..bits.div_ceil(64)).map(|_| random.random()).collect();
    if let (Some(last), used @ 1..) = (word.last_mut(), bits % 64) {
        *last &= (1 << used) - 1;
    }
    word
}

fn bit(word: &[u64], index: usize) -> bool {
    word[index / 64] >> (index % 64) & 1 == 1
}

/// `to += word` over GF(2).
fn add(to: &mut [u64], word: &[u64]) {
    to.iter_mut().zip(word).for_each(|(to, word)| *to ^= word);
}

/// Uniformly random rows that are linearly independent over GF(2): each is drawn again while it is
/// a sum of those before, which has a chance of at most one half. O(`rows`^2 `bits` / 64).
fn independent_rows(rows: usize, bits: usize, random: &mut ChaCha8Rng) -> Vec<Word> {
    let mut kept: Vec<Word> = Vec::with_capacity(rows);
    // The same rows reduced, each with the index of a bit that it alone among those after it has.
    let mut reduced: Vec<(usize, Word)> = Vec::with_capacity(rows);
    while kept.len() < rows {
        let row = random_word(bits, random);
        let mut rest = row.clone();
        for (pivot, word) in &reduced {
            if bit(&rest, *pivot) {
                add(&mut rest, word);
            }
        }
        if let Some(pivot) = (0..bits).find(|&i| bit(&rest, i)) {
            reduced.push((pivot, rest));
            kept.push(row);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use std::collections::BTreeSet;

    fn bits(rank: Option<usize>, bits: usize) -> Bits {
        Bits::new(rank, bits, &mut stream(3, &["code"]))
    }

    fn codeword(code: &Bits, message: u64, length: usize) -> Vec<bool> {
        let mut sequence = vec![0.0; length];
        code.encode(&[message], &mut sequence);
        sequence.iter().map(|&v| v > 0.0).collect()
    }

    fn draw(code: &Bits, held_out: bool, length: usize, random: &mut ChaCha8Rng) -> Vec<bool> {
        let mut sequence = vec![0.0; length];
        if held_out {
            code.draw_held_out(0, 1, random, &mut sequence);
        } else {
            code.draw(random, &mut sequence);
        }
        assert!(sequence.iter().all(|v| v.abs() == 1.0));
        sequence.iter().map(|&v| v > 0.0).collect()
    }

    #[test]
    fn codewords_are_all_different_and_closed_under_xor() {
        for (rank, length) in [(1, 1), (2, 2), (5, 12), (7, 7), (8, 100)] {
            let code = bits(Some(rank), length);
            let words: Vec<Vec<bool>> =
                (0..1 << rank).map(|m| codeword(&code, m, length)).collect();
            let set: BTreeSet<&Vec<bool>> = words.iter().collect();
            assert_eq!(set.len(), 1 << rank);
            for a in &words {
                for b in &words {
                    let sum: Vec<bool> = a.iter().zip(b).map(|(x, y)| x ^ y).collect();
                    assert!(set.contains(&sum));
                }
            }
        }
    }

    #[test]
    fn a_quarter_is_held_out_and_never_trained_on() {
        for (rank, length) in [(Some(2), 6), (Some(6), 20), (None, 4)] {
            let code = bits(rank, length);
            let all = 1 << rank.unwrap_or(length);
            let mut random = stream(1, &["x"]);
            let mut drawn = |held_out| -> BTreeSet<Vec<bool>> {
                (0..all * 20)
                    .map(|_| draw(&code, held_out, length, &mut random))
                    .collect()
            };
            let (training, held_out) = (drawn(false), drawn(true));
            assert_eq!((training.len(), held_out.len()), (all - all / 4, all / 4));
            assert!(training.is_disjoint(&held_out));
        }
    }

    /// Beyond what can be listed, sequences that were drawn decide: what is trained on is never
    /// held out by the same task.
    #[test]
    fn long_messages_are_held_out_by_their_hash() {
        for code in [bits(None, 72), bits(Some(20), 72)] {
            let mut random = stream(1, &["x"]);
            let mut quarter = 0;
            for _ in 0..4000 {
                quarter += usize::from(code.is_held_out(&random_word(code.rank, &mut random)));
            }
            assert!((850..1150).contains(&quarter), "{quarter}");
            for held_out in [false, true] {
                let message = code.message(held_out, &mut random);
                assert_eq!(code.is_held_out(&message), held_out);
            }
        }
    }

    #[test]
    fn bits_are_fair_and_independent() {
        let code = bits(None, 72);
        let mut random = stream(1, &["x"]);
        let words: Vec<Vec<bool>> = (0..4000)
            .map(|_| draw(&code, false, 72, &mut random))
            .collect();
        for i in 0..72 {
            let ones = words.iter().filter(|w| w[i]).count();
            let equal = words.iter().filter(|w| w[i] == w[(i + 1) % 72]).count();
            // Five standard deviations.
            assert!(
                (1842..2158).contains(&ones) && (1842..2158).contains(&equal),
                "{i}: {ones} {equal}"
            );
        }
    }
}
