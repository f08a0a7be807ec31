//! Where the closed forms put what they find: a total, or also every neuron's part in it.
//!
//! One entry never exceeds the square of the number of edges or the cube of the number of neurons, which 64 bits hold up to 2^32 edges
//! and 2.6 million neurons; sums of entries are kept in 128 bits or checked.

/// Receives the findings of a closed form.
pub(super) trait Tally {
    /// Whether [`Tally::plays`] does anything; closed forms skip work that only it would need.
    const PER_NEURON: bool;

    /// Adds occurrences to the total.
    fn found(&mut self, occurrences: u64);

    /// Says that a neuron plays a role of this orbit in so many occurrences.
    fn plays(&mut self, orbit: usize, neuron: u32, occurrences: u64);
}

/// Only the total.
#[derive(Debug, Default)]
pub(super) struct Total(pub(super) u128);

impl Tally for Total {
    const PER_NEURON: bool = false;

    #[inline]
    fn found(&mut self, occurrences: u64) {
        self.0 += u128::from(occurrences);
    }

    #[inline]
    fn plays(&mut self, _: usize, _: u32, _: u64) {}
}

/// One row per orbit, one entry per neuron.
#[derive(Debug)]
pub(super) struct PerNeuron {
    pub(super) rows: Vec<Vec<u64>>,
    pub(super) overflow: bool,
}

impl PerNeuron {
    pub(super) fn new(orbits: usize, neurons: usize) -> Self {
        Self { rows: vec![vec![0; neurons]; orbits], overflow: false }
    }
}

impl Tally for PerNeuron {
    const PER_NEURON: bool = true;

    #[inline]
    fn found(&mut self, _: u64) {}

    #[inline]
    fn plays(&mut self, orbit: usize, neuron: u32, occurrences: u64) {
        let (sum, overflow) = self.rows[orbit][neuron as usize].overflowing_add(occurrences);
        self.rows[orbit][neuron as usize] = sum;
        self.overflow |= overflow;
    }
}
