//! Sets of ordered pairs of neurons.

/// A set of ordered pairs in which every neuron counts as paired with itself.
pub(super) trait Pairs {
    fn has(&self, pre: u32, post: u32) -> bool;
    fn insert(&mut self, pre: u32, post: u32);
    fn remove(&mut self, pre: u32, post: u32);
}

/// One bit per ordered pair.
pub(super) struct Bits {
    words: Vec<u64>,
    /// 64-bit words per presynaptic neuron.
    stride: usize,
}

impl Bits {
    const LIMIT: usize = 64 << 20;

    /// Whether the set of so many neurons is small enough: 64 MiB.
    pub(super) fn fit(neurons: usize) -> bool {
        neurons
            .checked_mul(neurons.div_ceil(64) * 8)
            .is_some_and(|bytes| bytes <= Self::LIMIT)
    }

    pub(super) fn new(neurons: usize) -> Self {
        let stride = neurons.div_ceil(64);
        let mut bits = Self {
            words: vec![0; neurons * stride],
            stride,
        };
        (0..neurons as u32).for_each(|neuron| bits.insert(neuron, neuron));
        bits
    }

    fn word(&self, pre: u32, post: u32) -> usize {
        pre as usize * self.stride + (post / 64) as usize
    }
}

impl Pairs for Bits {
    #[inline]
    fn has(&self, pre: u32, post: u32) -> bool {
        self.words[self.word(pre, post)] >> (post % 64) & 1 == 1
    }

    #[inline]
    fn insert(&mut self, pre: u32, post: u32) {
        let word = self.word(pre, post);
        self.words[word] |= 1 << (post % 64);
    }

    #[inline]
    fn remove(&mut self, pre: u32, post: u32) {
        let word = self.word(pre, post);
        self.words[word] &= !(1 << (post % 64));
    }
}

/// A hash table with linear probing, at most half full; for graphs whose bits would take too much
/// room.
pub(super) struct Hashed {
    slots: Vec<u64>,
    shift: u32,
}

impl Hashed {
    const EMPTY: u64 = u64::MAX;

    /// A set for at most `pairs` pairs.
    pub(super) fn new(pairs: usize) -> Self {
        let size = (2 * pairs).next_power_of_two().max(2);
        Self {
            slots: vec![Self::EMPTY; size],
            shift: 64 - size.trailing_zeros(),
        }
    }

    fn key(pre: u32, post: u32) -> u64 {
        u64::from(pre) << 32 | u64::from(post)
    }

    /// Where a key would best stand.
    fn home(&self, key: u64) -> usize {
        // Multiplied twice: one product alone maps neighbouring rows to overlapping runs.
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93) >> self.shift) as usize
    }

    /// Where a key stands, or the gap that ends its search.
    #[inline]
    fn find(&self, key: u64) -> usize {
        let mut at = self.home(key);
        while self.slots[at] != key && self.slots[at] != Self::EMPTY {
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }
}

impl Pairs for Hashed {
    #[inline]
    fn has(&self, pre: u32, post: u32) -> bool {
        pre == post || self.slots[self.find(Self::key(pre, post))] != Self::EMPTY
    }

    #[inline]
    fn insert(&mut self, pre: u32, post: u32) {
        let at = self.find(Self::key(pre, post));
        self.slots[at] = Self::key(pre, post);
    }

    #[inline]
    fn remove(&mut self, pre: u32, post: u32) {
        let mut gap = self.find(Self::key(pre, post));
        let mask = self.slots.len() - 1;
        let mut at = gap;
        // Later keys of the run move up where the gap would cut them off from their home.
        loop {
            at = (at + 1) & mask;
            let key = self.slots[at];
            if key == Self::EMPTY {
                break;
            }
            if at.wrapping_sub(self.home(key)) & mask >= at.wrapping_sub(gap) & mask {
                self.slots[gap] = key;
                gap = at;
            }
        }
        self.slots[gap] = Self::EMPTY;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;
    use std::collections::HashSet;

    #[test]
    fn both_sets_agree_with_the_standard_one() {
        let mut random = stream(3, &["pairs"]);
        let (mut bits, mut hashed, mut known) = (Bits::new(70), Hashed::new(120), HashSet::new());
        for _ in 0..20_000 {
            let (pre, post) = (random.random_range(0..70), random.random_range(0..70));
            if pre == post {
                assert!(bits.has(pre, post) && hashed.has(pre, post));
                continue;
            }
            assert_eq!(bits.has(pre, post), known.contains(&(pre, post)));
            assert_eq!(hashed.has(pre, post), known.contains(&(pre, post)));
            if known.remove(&(pre, post)) {
                bits.remove(pre, post);
                hashed.remove(pre, post);
            } else if known.len() < 120 {
                known.insert((pre, post));
                bits.insert(pre, post);
                hashed.insert(pre, post);
            }
        }
        assert_eq!(
            hashed.slots.iter().filter(|&&s| s != Hashed::EMPTY).count(),
            known.len()
        );
    }

    #[test]
    fn the_limit_is_64_mebibytes() {
        assert!(Bits::fit(23_168) && !Bits::fit(23_169) && !Bits::fit(139_255));
    }
}
