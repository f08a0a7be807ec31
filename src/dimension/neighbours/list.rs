//! Lists of neighbours, as every search writes them.

use std::cmp::Ordering;

/// Neighbours and squared distances of all points, one list after the other.
pub(super) type Lists = (Vec<u32>, Vec<f64>);

/// A squared distance and the row it leads to.
pub(super) type Candidate = (f64, u32);

/// The order of a list: by distance, and by row where distances are equal.
pub(super) fn nearer(a: &Candidate, b: &Candidate) -> Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
}

/// The nearest of the candidates one query has been offered.
pub(super) struct Shortlist {
    nearest: Vec<Candidate>,
    listed: usize,
    room: usize,
    /// Who is farther than this is not among the nearest.
    pub(super) limit: f64,
}

impl Shortlist {
    /// A list of the `listed` nearest, with room for `more` candidates that may yet prove too far.
    pub(super) fn new(listed: usize, more: usize) -> Self {
        Self {
            nearest: Vec::with_capacity(listed + more),
            listed,
            room: listed + more,
            limit: f64::INFINITY,
        }
    }

    /// Takes a candidate that is no farther than the limit. Only when there is no more room the
    /// farther ones go: where there is room for as many as are listed, a constant number of
    /// comparisons per candidate.
    #[inline]
    pub(super) fn take(&mut self, candidate: Candidate) {
        self.nearest.push(candidate);
        if self.nearest.len() == self.room {
            self.limit = self
                .nearest
                .select_nth_unstable_by(self.listed - 1, nearer)
                .1
                .0;
            self.nearest.truncate(self.listed);
        }
    }

    /// Empties the list for another query.
    pub(super) fn clear(&mut self) {
        self.nearest.clear();
        self.limit = f64::INFINITY;
    }

    /// The candidates taken, in no order, among them the nearest.
    pub(super) fn candidates(&mut self) -> &mut [Candidate] {
        &mut self.nearest
    }
}

/// Writes the nearest of a point's candidates, nearest first, into its list.
pub(super) fn write_list(
    candidates: &mut [Candidate],
    neighbour: &mut [u32],
    distance: &mut [f64],
) {
    candidates.sort_unstable_by(nearer);
    for ((neighbour, distance), found) in neighbour.iter_mut().zip(distance).zip(candidates) {
        (*distance, *neighbour) = *found;
    }
}

/// The squared distance of two points, summed over the columns in order: every search does it so,
/// and so finds the same lists to the last bit.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (b - a) * (b - a)).sum()
}
