//! Compressed sparse rows: for each neuron a sorted list of neurons.

use std::ops::Range;
use std::sync::Arc;

/// Where a row stands in the list of all entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) length: u32,
}

impl Span {
    #[inline]
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.length as usize
    }
}

/// Sorted lists of neurons, one per neuron.
///
/// All rows of a graph stand in one list of entries that its adjacencies share, and equal rows of
/// one neuron stand there once: of a neuron whose synapses all excite, the excited targets are its
/// targets.
#[derive(Clone, Debug)]
pub(super) struct Adjacency {
    spans: Vec<Span>,
    entries: Arc<[u32]>,
    pairs: usize,
}

impl Adjacency {
    /// Rows that stand in `entries` where the spans say.
    pub(super) fn new(spans: Vec<Span>, entries: &Arc<[u32]>) -> Self {
        Self {
            pairs: spans.iter().map(|span| span.length as usize).sum(),
            spans,
            entries: Arc::clone(entries),
        }
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.spans.len()
    }

    /// The number of pairs in all rows.
    pub(super) fn len(&self) -> usize {
        self.pairs
    }

    /// The sorted row of `neuron`.
    #[inline]
    pub(super) fn row(&self, neuron: u32) -> &[u32] {
        &self.entries[self.spans[neuron as usize].range()]
    }

    /// Where the pair `(row, neuron)` stands in the list of entries, if it does. O(log row length).
    #[inline]
    pub(super) fn position(&self, row: u32, neuron: u32) -> Option<usize> {
        let start = self.spans[row as usize].start as usize;
        self.row(row)
            .binary_search(&neuron)
            .ok()
            .map(|at| start + at)
    }

    /// Whether there is the pair `(row, neuron)`. O(log row length).
    #[inline]
    pub(super) fn contains(&self, row: u32, neuron: u32) -> bool {
        self.row(row).binary_search(&neuron).is_ok()
    }

    /// All pairs in ascending order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0..self.rows() as u32)
            .flat_map(|row| self.row(row).iter().map(move |&neuron| (row, neuron)))
    }
}
