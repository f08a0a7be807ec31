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

/// Writes the nearest of a point's candidates, nearest first, into its list.
pub(super) fn write_list(
    mut candidates: Vec<Candidate>,
    neighbour: &mut [u32],
    distance: &mut [f64],
) {
    candidates.sort_unstable_by(nearer);
    for ((neighbour, distance), found) in neighbour.iter_mut().zip(distance).zip(candidates) {
        (*distance, *neighbour) = found;
    }
}

/// The squared distance of two points, summed over the columns in order: every search does it so,
/// and so finds the same lists to the last bit.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (b - a) * (b - a)).sum()
}
