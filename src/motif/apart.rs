//! How many ways there are to choose two distinct neurons, one from each of two sets, that no
//! synapse joins: all pairs less those that one joins, which are found by walking the rows of the
//! neurons of one set. Nothing is walked pair by pair.

use super::SignedGraph;

/// The synapses between two roles that may not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Directions {
    /// From the first to the second.
    pub(super) forth: bool,
    /// From the second to the first.
    pub(super) back: bool,
}

impl Directions {
    /// Whether any may not be there.
    pub(super) fn any(self) -> bool {
        self.forth || self.back
    }

    /// Whether such a synapse joins two neurons.
    pub(super) fn join(self, graph: &SignedGraph, first: u32, second: u32) -> bool {
        (self.forth && graph.edge_number(first, second).is_some())
            || (self.back && graph.edge_number(second, first).is_some())
    }

    /// Neurons that such a synapse joins with one that plays the first role.
    fn row(self, graph: &SignedGraph, first: u32) -> &[u32] {
        match (self.forth, self.back) {
            (true, true) => graph.neighbours(first),
            (true, false) => graph.targets(first),
            (false, true) => graph.sources(first),
            (false, false) => &[],
        }
    }

    fn turned(self) -> Self {
        Self {
            forth: self.back,
            back: self.forth,
        }
    }
}

/// Entries of a row that are walked in the time of one search in a row.
const SEARCH: usize = 8;

/// Counts pairs that no synapse joins; the room is used again.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// For each neuron its place in the set that is not walked, counted from 1; else 0.
    places: Vec<u32>,
    /// For each neuron of either set the neurons of the other with which it makes no pair: itself,
    /// or such as a synapse joins it with.
    lost: [Vec<u32>; 2],
}

impl Apart {
    /// The number of pairs of one neuron each of two sorted sets, distinct and not joined. With
    /// `detail`, [`Apart::each`] can be asked afterwards.
    ///
    /// Time of the shorter of the summed lengths of the rows of either set, space O(n).
    pub(super) fn ways(
        &mut self,
        graph: &SignedGraph,
        one: &[u32],
        other: &[u32],
        directions: Directions,
        detail: bool,
    ) -> u128 {
        let entries = |set: &[u32], directions: Directions, most: usize| -> usize {
            let row = |&neuron: &u32| directions.row(graph, neuron).len().min(SEARCH * most);
            set.iter().map(row).sum()
        };
        let forth = entries(one, directions, other.len());
        let back = entries(other, directions.turned(), one.len());
        let (walked, marked, directions, first) = if forth <= back {
            (one, other, directions, 0)
        } else {
            (other, one, directions.turned(), 1)
        };
        if detail {
            self.lost[0].clear();
            self.lost[0].resize(one.len(), 0);
            self.lost[1].clear();
            self.lost[1].resize(other.len(), 0);
        }
        self.places.resize(graph.neurons(), 0);
        for (at, &neuron) in marked.iter().enumerate() {
            self.places[neuron as usize] = at as u32 + 1;
        }
        let mut all = 0_u128;
        for (at, &neuron) in walked.iter().enumerate() {
            let mut lost = 0_u32;
            let mut lose = |place: u32| {
                lost += 1;
                if detail {
                    self.lost[1 - first][place as usize - 1] += 1;
                }
            };
            let own = self.places[neuron as usize];
            if own > 0 {
                lose(own);
            }
            let row = directions.row(graph, neuron);
            if row.len() > SEARCH * marked.len() {
                for (place, &other) in marked.iter().enumerate() {
                    if other != neuron && row.binary_search(&other).is_ok() {
                        lose(place as u32 + 1);
                    }
                }
            } else {
                for &other in row {
                    let place = self.places[other as usize];
                    if place > 0 && other != neuron {
                        lose(place);
                    }
                }
            }
            if detail {
                self.lost[first][at] = lost;
            }
            all += u128::from(lost);
        }
        marked
            .iter()
            .for_each(|&neuron| self.places[neuron as usize] = 0);
        one.len() as u128 * other.len() as u128 - all
    }

    /// Calls back with either set, each of its neurons, and in how many pairs it is the one chosen
    /// from that set.
    pub(super) fn each(&self, one: &[u32], other: &[u32], mut found: impl FnMut(usize, u32, u128)) {
        for (set, (own, pairs)) in [(one, other.len()), (other, one.len())]
            .into_iter()
            .enumerate()
        {
            for (&neuron, &lost) in own.iter().zip(&self.lost[set]) {
                let ways = pairs as u128 - u128::from(lost);
                if ways > 0 {
                    found(set, neuron, ways);
                }
            }
        }
    }
}
