//! Wirings that keep the number of edges only.

use rand::RngExt;

use super::pairs::Pairs;
use crate::random::ChaCha8Rng;

/// Distinct ordered pairs of different neurons, all equally likely.
pub(super) fn pairs<P: Pairs>(
    neurons: u32,
    edges: usize,
    mut present: P,
    random: &mut ChaCha8Rng,
) -> Vec<(u32, u32)> {
    let mut drawn = Vec::with_capacity(edges);
    while drawn.len() < edges {
        let (pre, post) = (
            random.random_range(0..neurons),
            random.random_range(0..neurons),
        );
        if !present.has(pre, post) {
            present.insert(pre, post);
            drawn.push((pre, post));
        }
    }
    drawn
}
