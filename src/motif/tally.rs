//! Where counts put what they find: a total, or also every neuron's or every synapse's part in it.
//!
//! One entry never exceeds the square of the number of edges or the cube of the number of neurons,
//! which 64 bits hold up to 2^32 edges and 2.6 million neurons; sums of entries are kept in 128
//! bits or checked.

use super::SignedGraph;

/// Receives what a count finds. Several workers each have one, and merge them: sums of whole
/// numbers, hence the same in any order.
pub(super) trait Tally: Send {
    /// Whether [`Tally::plays`] and [`Tally::joins`] do anything; counts skip work that only they
    /// would need.
    const DETAIL: bool;

    /// Adds occurrences to the total; `u64::MAX` stands for that and more.
    fn found(&mut self, occurrences: u64);

    /// Says that a neuron plays a role of this orbit in so many occurrences.
    fn plays(&mut self, orbit: usize, neuron: u32, occurrences: u64);

    /// Says that a synapse is an edge of this orbit in so many occurrences.
    fn joins(&mut self, orbit: usize, presynaptic: u32, postsynaptic: u32, occurrences: u64);

    /// Adds half as many occurrences to the total and to the part of a hub, for sums over pairs
    /// that meet every pair twice. The halves of one hub need not be whole until all workers have
    /// merged.
    fn found_twice(&mut self, hub_orbit: usize, hub: u32, twice: u64);

    /// An empty one for another worker.
    fn another(&self) -> Self;

    /// Adds what another worker found.
    fn merge(&mut self, other: Self);
}

/// A tally that keeps only the total count.
#[derive(Debug, Default)]
pub(super) struct Total {
    whole: u128,
    twice: u128,
    overflow: bool,
}

impl Total {
    /// The sum; `None` if a part of it was cut off.
    pub(super) fn sum(&self) -> Option<u128> {
        (!self.overflow).then_some(self.whole + self.twice / 2)
    }
}

impl Tally for Total {
    const DETAIL: bool = false;

    #[inline]
    fn found(&mut self, occurrences: u64) {
        self.whole += u128::from(occurrences);
        self.overflow |= occurrences == u64::MAX;
    }

    #[inline]
    fn plays(&mut self, _: usize, _: u32, _: u64) {}

    #[inline]
    fn joins(&mut self, _: usize, _: u32, _: u32, _: u64) {}

    #[inline]
    fn found_twice(&mut self, _: usize, _: u32, twice: u64) {
        self.twice += u128::from(twice);
    }

    fn another(&self) -> Self {
        Self::default()
    }

    fn merge(&mut self, other: Self) {
        self.whole += other.whole;
        self.twice += other.twice;
        self.overflow |= other.overflow;
    }
}

/// One row per orbit, one entry per neuron or synapse.
#[derive(Debug)]
struct Rows {
    rows: Vec<Vec<u64>>,
    overflow: bool,
}

impl Rows {
    fn new(orbits: usize, entries: usize) -> Self {
        Self {
            rows: vec![vec![0; entries]; orbits],
            overflow: false,
        }
    }

    #[inline]
    fn add(&mut self, orbit: usize, entry: usize, occurrences: u64) {
        let (sum, overflow) = self.rows[orbit][entry].overflowing_add(occurrences);
        self.rows[orbit][entry] = sum;
        // A sum that was cut off on its way here is the largest number there is.
        self.overflow |= overflow || occurrences == u64::MAX;
    }

    fn another(&self) -> Self {
        Self::new(self.rows.len(), self.rows.first().map_or(0, Vec::len))
    }

    fn merge(&mut self, other: &Self) {
        for (orbit, row) in other.rows.iter().enumerate() {
            for (entry, &occurrences) in row.iter().enumerate().filter(|&(_, &n)| n > 0) {
                self.add(orbit, entry, occurrences);
            }
        }
        self.overflow |= other.overflow;
    }
}

/// The part of every neuron, by orbit of roles.
#[derive(Debug)]
pub(super) struct PerNeuron {
    rows: Rows,
    /// Orbit, hub and twice its part.
    twice: Vec<(usize, u32, u64)>,
}

impl PerNeuron {
    pub(super) fn new(orbits: usize, neurons: usize) -> Self {
        Self {
            rows: Rows::new(orbits, neurons),
            twice: Vec::new(),
        }
    }

    /// The rows; `None` if an entry does not fit 64 bits.
    pub(super) fn finish(mut self) -> Option<Vec<Vec<u64>>> {
        self.twice.sort_unstable();
        for hub in self.twice.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let twice: u128 = hub.iter().map(|&(.., twice)| u128::from(twice)).sum();
            self.rows
                .add(hub[0].0, hub[0].1 as usize, u64::try_from(twice / 2).ok()?);
        }
        (!self.rows.overflow).then_some(self.rows.rows)
    }
}

impl Tally for PerNeuron {
    const DETAIL: bool = true;

    #[inline]
    fn found(&mut self, _: u64) {}

    #[inline]
    fn plays(&mut self, orbit: usize, neuron: u32, occurrences: u64) {
        self.rows.add(orbit, neuron as usize, occurrences);
    }

    #[inline]
    fn joins(&mut self, _: usize, _: u32, _: u32, _: u64) {}

    fn found_twice(&mut self, hub_orbit: usize, hub: u32, twice: u64) {
        self.twice.push((hub_orbit, hub, twice));
    }

    fn another(&self) -> Self {
        Self {
            rows: self.rows.another(),
            twice: Vec::new(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.rows.merge(&other.rows);
        self.twice.extend(other.twice);
    }
}

/// The part of every synapse, by orbit of edges and in the order of the graph's edges.
pub(super) struct PerSynapse<'g> {
    graph: &'g SignedGraph,
    rows: Rows,
}

impl<'g> PerSynapse<'g> {
    pub(super) fn new(graph: &'g SignedGraph, orbits: usize) -> Self {
        Self {
            graph,
            rows: Rows::new(orbits, graph.edges()),
        }
    }

    /// The rows; `None` if an entry does not fit 64 bits.
    pub(super) fn finish(self) -> Option<Vec<Vec<u64>>> {
        (!self.rows.overflow).then_some(self.rows.rows)
    }
}

impl Tally for PerSynapse<'_> {
    const DETAIL: bool = true;

    #[inline]
    fn found(&mut self, _: u64) {}

    #[inline]
    fn plays(&mut self, _: usize, _: u32, _: u64) {}

    fn joins(&mut self, orbit: usize, presynaptic: u32, postsynaptic: u32, occurrences: u64) {
        let edge = self
            .graph
            .edge_number(presynaptic, postsynaptic)
            .expect("an occurrence uses synapses that are there");
        self.rows.add(orbit, edge, occurrences);
    }

    fn found_twice(&mut self, _: usize, _: u32, _: u64) {}

    fn another(&self) -> Self {
        Self {
            graph: self.graph,
            rows: self.rows.another(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.rows.merge(&other.rows);
    }
}
