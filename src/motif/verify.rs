//! Recounts by the definition, to catch a wrong number before it is believed.

use rand::seq::SliceRandom;

use super::brute_force::BruteForce;
use super::{Counter, Matching, MotifError, Pattern, SignedGraph};
use crate::random::stream;

/// Neurons that the whole graph may cost to look at.
const WHOLE: u64 = 20_000_000;
/// Neurons that one hub, and all hubs together, may cost to look at.
const HUB: u64 = 5_000_000;
const HUBS: u64 = 100_000_000;
/// Hubs with occurrences after which the search stops.
const ENOUGH: usize = 200;

/// The part of a graph that was counted again, with the same result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// All occurrences were counted again.
    Whole {
        /// Number of occurrences in the graph.
        count: u64,
    },
    /// The occurrences around some hubs were counted again.
    Hubs {
        /// Hubs that were counted again and have occurrences.
        hubs: usize,
        /// Hubs with occurrences that were tried, but have too many neurons around them to try all
        /// fillings.
        too_large: usize,
        /// Occurrences around the hubs that were counted again.
        count: u64,
    },
}

/// Counts a pattern again by trying fillings one by one, and compares: the whole graph where that
/// is affordable, else the occurrences around hubs drawn at random that are small enough (a hub is
/// a neuron in the first of [`Pattern::hubs`]), and whether the parts of all hubs add up to the
/// count. Where no hub is small enough nothing is proved, and [`Verified::Hubs`] has none.
///
/// # Errors
/// [`MotifError::Differs`] if the numbers are not the same; else as [`count`](super::count).
///
/// # Complexity
/// Bounded: at most some 10^8 neurons are looked at.
pub fn verify(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
    seed: u64,
) -> Result<Verified, MotifError> {
    let counter = Counter::new(graph, pattern, matching)?;
    let hub = pattern.hubs()[0];
    let order = pattern.automorphisms() as u64;
    let differs = |place: String, found: u64, expected: u64| MotifError::Differs {
        motif: pattern.name().to_owned(),
        matching,
        place,
        found,
        expected,
    };
    let count = counter.count()?;
    let mut search = BruteForce::new(graph, pattern, matching, hub, WHOLE);
    if (0..graph.neurons() as u32).all(|neuron| search.around(neuron).is_some()) {
        if count * order != search.fillings {
            return Err(differs(
                "in the whole graph".to_owned(),
                count,
                search.fillings / order,
            ));
        }
        return Ok(Verified::Whole { count });
    }
    let orbit = pattern.orbit_of(hub);
    let roles = pattern.orbits()[orbit].len() as u64;
    let plays = counter.neurons()?.swap_remove(orbit);
    // The count of all and the parts of the hubs are found in different ways.
    let sum: u128 = plays.iter().map(|&plays| u128::from(plays)).sum();
    if sum != u128::from(count) * u128::from(roles) {
        let sum = u64::try_from(sum / u128::from(roles)).unwrap_or(u64::MAX);
        return Err(differs("summed over its hubs".to_owned(), count, sum));
    }
    let admits = |&neuron: &u32| pattern.roles()[hub].class.admits(graph.identity(neuron));
    let (mut hubs, mut idle): (Vec<u32>, Vec<u32>) = (0..graph.neurons() as u32)
        .filter(admits)
        .partition(|&neuron| plays[neuron as usize] > 0);
    let mut random = stream(seed, &["motif-verify"]);
    hubs.shuffle(&mut random);
    idle.shuffle(&mut random);
    idle.truncate(ENOUGH / 10);
    let (mut verified, mut too_large, mut around, mut left) = (0, 0, 0, HUBS);
    // Neurons without an occurrence are tested, too; a few are enough, for they prove little.
    for neuron in idle.into_iter().chain(hubs) {
        if verified == ENOUGH || left == 0 {
            break;
        }
        let budget = HUB.min(left);
        let mut search = BruteForce::new(graph, pattern, matching, hub, budget);
        let fillings = search.around(neuron);
        left -= budget - search.budget_left();
        let found = plays[neuron as usize];
        let Some(fillings) = fillings else {
            too_large += usize::from(found > 0);
            continue;
        };
        verified += usize::from(found > 0);
        // A neuron is the first of the roles of an orbit in as many fillings as in any other.
        if found * order != fillings * roles {
            let role = &pattern.roles()[hub].name;
            return Err(differs(
                format!("with neuron number {neuron} as `{role}`"),
                found,
                fillings * roles / order,
            ));
        }
        around += found;
    }
    Ok(Verified::Hubs {
        hubs: verified,
        too_large,
        count: around,
    })
}
