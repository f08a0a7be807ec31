//! Recounts by the definition, to catch a wrong number before it is believed.

use rand::seq::SliceRandom;

use super::brute_force::BruteForce;
use super::{Matching, MotifError, Pattern, Plan, SignedGraph};
use crate::random::stream;

/// Neurons that the whole graph may cost to look at.
const WHOLE: u64 = 20_000_000;
/// Neurons that one hub, and all hubs together, may cost to look at.
const HUB: u64 = 5_000_000;
const HUBS: u64 = 100_000_000;
/// As many hubs are enough.
const ENOUGH: usize = 200;

/// What was counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// All occurrences.
    Whole {
        /// How many there are.
        count: u64,
    },
    /// The occurrences around some hubs.
    Hubs {
        /// How many hubs.
        hubs: usize,
        /// How many more were tried, but have too many occurrences to try all fillings.
        too_large: usize,
        /// Occurrences around those that were counted.
        count: u64,
    },
}

/// Counts a pattern again by trying fillings one by one, and compares: the whole graph where that is affordable, else the occurrences around
/// hubs drawn at random (a hub is a neuron in the first of [`Pattern::hubs`]).
///
/// # Errors
/// [`MotifError::Differs`] if the numbers are not the same; else as [`count`](super::count).
///
/// # Complexity
/// Bounded: at most some 10^8 neurons are looked at.
pub fn verify(graph: &SignedGraph, pattern: &Pattern, matching: Matching, seed: u64) -> Result<Verified, MotifError> {
    let plan = Plan::new(graph, pattern, matching)?;
    let hub = pattern.hubs()[0];
    let order = pattern.automorphisms() as u64;
    let differs = |place: String, found: u64, expected: u64| MotifError::Differs {
        motif: pattern.name().to_owned(),
        matching: matching.as_str(),
        place,
        found,
        expected,
    };
    let mut search = BruteForce::new(graph, pattern, matching, hub, WHOLE);
    if (0..graph.neurons() as u32).all(|neuron| search.around(neuron).is_some()) {
        let (found, expected) = (plan.count()?, search.fillings / order);
        return if found == expected {
            Ok(Verified::Whole { count: found })
        } else {
            Err(differs("in the whole graph".to_owned(), found, expected))
        };
    }
    let orbit = pattern.orbit_of(hub);
    let roles = pattern.orbits()[orbit].len() as u64;
    let plays = plan.neurons()?.swap_remove(orbit);
    let mut neurons: Vec<u32> = (0..graph.neurons() as u32).filter(|&neuron| plays[neuron as usize] > 0).collect();
    // Some without an occurrence belong to the test, too.
    let mut idle: Vec<u32> = graph.hubs().iter().copied().filter(|&neuron| plays[neuron as usize] == 0).collect();
    let mut random = stream(seed, &["motif-verify"]);
    neurons.shuffle(&mut random);
    idle.shuffle(&mut random);
    neurons.splice(0..0, idle.into_iter().take(ENOUGH / 10));
    let (mut hubs, mut too_large, mut count, mut left) = (0, 0, 0, HUBS);
    for neuron in neurons {
        if hubs == ENOUGH || left == 0 {
            break;
        }
        let budget = HUB.min(left);
        let mut search = BruteForce::new(graph, pattern, matching, hub, budget);
        let fillings = search.around(neuron);
        left -= budget - search.budget_left();
        let Some(fillings) = fillings else {
            too_large += 1;
            continue;
        };
        hubs += 1;
        // A neuron is the first of the roles of an orbit in as many fillings as in any other.
        let expected = fillings * roles / order;
        let found = plays[neuron as usize];
        if found != expected {
            let role = &pattern.roles()[hub].name;
            return Err(differs(format!("with neuron number {neuron} as `{role}`"), found, expected));
        }
        count += expected;
    }
    Ok(Verified::Hubs { hubs, too_large, count })
}
