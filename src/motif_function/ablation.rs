//! What a trained network loses without the neurons of a motif.

use super::comparison::Draw;
use super::{Comparator, Comparison, Population};
use crate::network::{Model, Real};
use crate::random::stream;
use crate::task::Batch;

/// Number of the noise under which errors are compared: the same for all.
const DRAW: u64 = u64::MAX;

/// Error of a network that has lost everything: that of the mean of the data. No larger one counts.
const LOST: f64 = 1.0;

/// The neurons to be silenced at each draw: relays and hubs of `per_draw` successive comparators,
/// each once and ascending. Comparators that do not fill a draw are left out.
#[must_use]
pub fn silencing_sets(comparators: &[Comparator], per_draw: usize) -> Vec<Vec<u32>> {
    let set = |comparators: &[Comparator]| {
        let mut neurons: Vec<u32> = comparators
            .iter()
            .flat_map(|c| [c.relays[0], c.relays[1], c.hub])
            .collect();
        neurons.sort_unstable();
        neurons.dedup();
        neurons
    };
    comparators.chunks_exact(per_draw.max(1)).map(set).collect()
}

/// How much more a network loses without the neurons of a motif than without as many matched ones.
///
/// At each draw the neurons of `sets` are silenced, and then as many controls
/// ([`Population::matched`]). With `E` the held-out error, as `error` gives it for a set of
/// silenced neurons, the value is `E(motif) - E(nothing)`, the matched value `E(controls) -
/// E(nothing)`. For sets from [`leading_neurons`](super::leading_neurons), repeat the one set as
/// often as controls are to be drawn. An error beyond that of the mean of the data, or none at all,
/// counts as that: 1. Our own operational definition.
///
/// Large or well connected sets have no equals, and what they do more may be due to their degree
/// alone: the status then is [`PoorlyMatched`](super::ComparisonStatus::PoorlyMatched). Few
/// comparators per draw are matched best.
///
/// Chance is drawn from `seed`. `error` is called twice per draw and once for the whole network,
/// whose own error must be finite.
pub fn ablation(
    sets: &[Vec<u32>],
    population: &Population,
    seed: u64,
    mut error: impl FnMut(&[u32]) -> f64,
) -> Comparison {
    let mut random = stream(seed, &["motif_function", "ablation"]);
    let intact = error(&[]);
    // Without its inhibition a network may run away, and one such draw would be all there is to a
    // mean. (`min` takes the number where the other is none.)
    let mut error = |silenced: &[u32]| error(silenced).min(LOST);
    let (mut unmatched, mut other_class, mut controls) = (0, 0, 0);
    let mut draws = Vec::with_capacity(sets.len());
    // A set that is repeated has the same error.
    let mut before: Option<(&Vec<u32>, f64)> = None;
    for set in sets {
        let Some(matched) = population.matched(set, &mut random) else {
            unmatched += 1;
            continue;
        };
        let value = before
            .filter(|known| known.0 == set)
            .map_or_else(|| error(set), |known| known.1);
        before = Some((set, value));
        let values = (value - intact, error(&matched.neurons) - intact);
        if !intact.is_finite() {
            continue;
        }
        other_class += matched.other_class;
        controls += matched.neurons.len();
        let degrees = (
            population.mean_degree(set),
            population.mean_degree(&matched.neurons),
        );
        draws.push(Draw { values, degrees });
    }
    let mut notes = Vec::new();
    if other_class > 0 {
        notes.push(format!(
            "{other_class} of {controls} controls are of another class"
        ));
    }
    if unmatched > 0 {
        notes.push(format!(
            "{unmatched} of {} draws found no controls of the same sign",
            sets.len()
        ));
    }
    if !intact.is_finite() {
        notes.push("the error of the whole network is not finite".to_owned());
    }
    Comparison::of(&draws, sets.len(), unmatched, &notes)
}

/// The mean squared reconstruction error of `data` over its variance, with the rates of `neurons`
/// held at zero; afterwards no neuron is silenced. The number of samples must be a multiple of
/// [`LANES`](crate::network::LANES).
pub fn error_without<F: Real>(network: &mut dyn Model<F>, data: &Batch<F>, neurons: &[u32]) -> f64 {
    network.silence(neurons);
    let loss = network.observe(data, DRAW).loss;
    network.silence(&[]);
    loss / data.variance().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{NeuronClass, Sign};
    use crate::motif_function::{ComparisonStatus, Traits};
    use crate::network::{Bottleneck, Connection, Demand, EngramNetwork, NetworkConfig, Wiring};
    use crate::task::{Task, TaskConfig, TaskKind};

    fn population(neurons: u32) -> Population {
        let of = |neuron| Traits {
            class: NeuronClass::Inter,
            sign: Sign::Excitatory,
            degree: neuron % 7,
        };
        Population::new((0..neurons).map(of).collect())
    }

    fn sets(draws: u32) -> Vec<Vec<u32>> {
        let comparator = |i: u32| Comparator {
            inputs: [90, 91],
            relays: [i % 9, (i + 1) % 9],
            hub: 9,
            readout: None,
        };
        silencing_sets(&(0..draws).map(comparator).collect::<Vec<_>>(), 1)
    }

    #[test]
    fn sets_hold_relays_and_hubs_once() {
        assert_eq!(sets(2), [[0, 1, 9], [1, 2, 9]]);
        let comparator = Comparator {
            inputs: [0, 1],
            relays: [5, 3],
            hub: 4,
            readout: Some(7),
        };
        assert_eq!(silencing_sets(&[comparator; 5], 2), [[3, 4, 5], [3, 4, 5]]);
    }

    #[test]
    fn neurons_that_matter_are_told_from_those_that_do_not() {
        // Neurons 0 to 9 each carry .1; others carry nothing, or as much.
        let carried = |neuron: &&u32| **neuron < 10;
        let motif = |silenced: &[u32]| 0.05 + 0.1 * silenced.iter().filter(carried).count() as f64;
        let found = ablation(&sets(30), &population(100), 1, motif);
        assert!((found.value.unwrap() - 0.3).abs() < 1e-12, "{found:?}");
        assert!(found.matched_value.unwrap() < 0.1 && found.interval.unwrap().0 > 0.2);
        assert!(found.status == ComparisonStatus::Ok && found.note.is_none());
        let nil = ablation(&sets(30), &population(100), 1, |silenced| {
            0.1 * silenced.len() as f64
        });
        assert!(nil.difference.unwrap().abs() < 1e-12 && nil.matched_value.unwrap() > 0.29);
    }

    #[test]
    fn chance_alone_gives_an_interval_about_zero() {
        // Every neuron carries something of its own, without regard to the motif; a 95 % interval
        // may miss in one of twenty cases.
        let weight = |neuron: u32, seed: u32| {
            f64::from(neuron.wrapping_add(seed * 977).wrapping_mul(2_654_435_761) >> 16) / 2e5
        };
        let missed = (0..40)
            .filter(|&seed| {
                let sets: Vec<Vec<u32>> =
                    (0..30).map(|i| vec![3 * i, 3 * i + 1, 3 * i + 2]).collect();
                let error =
                    |silenced: &[u32]| silenced.iter().map(|&neuron| weight(neuron, seed)).sum();
                let (low, high) = ablation(&sets, &population(90), u64::from(seed), error)
                    .interval
                    .unwrap();
                low > 0.0 || high < 0.0
            })
            .count();
        assert!(missed <= 6, "{missed} of 40");
    }

    #[test]
    fn a_repeated_set_is_evaluated_once() {
        let mut calls = 0;
        let found = ablation(&vec![vec![1, 2]; 10], &population(40), 1, |_| {
            calls += 1;
            1.0
        });
        assert_eq!((calls, found.draws), (1 + 1 + 10, 10));
    }

    #[test]
    fn a_network_that_runs_away_has_lost_everything_and_no_more() {
        let motif = |silenced: &[u32]| {
            if silenced.contains(&9) {
                f64::NAN
            } else {
                0.2 + 1e9 * silenced.len() as f64
            }
        };
        let found = ablation(&sets(30), &population(100), 1, |set| {
            if set.is_empty() { 0.2 } else { motif(set) }
        });
        assert!(
            (found.value.unwrap() - 0.8).abs() < 1e-12 && found.difference.unwrap().abs() < 1e-12,
            "{found:?}"
        );
    }

    #[test]
    fn what_has_no_value_says_why() {
        assert_eq!(
            ablation(&[], &population(3), 1, |_| 1.0).status,
            ComparisonStatus::Absent
        );
        assert_eq!(
            ablation(&[vec![0, 1]], &population(3), 1, |_| 1.0).status,
            ComparisonStatus::Unmatched
        );
        let diverged = ablation(&[vec![0]], &population(3), 1, |_| f64::NAN);
        assert_eq!(
            (diverged.status, diverged.value),
            (ComparisonStatus::Undefined, None)
        );
    }

    #[test]
    fn a_network_is_left_as_it_was() {
        let ring = |i: u32| Connection {
            pre: i,
            post: (i + 1) % 6,
            strength: 0.8,
            sign: Sign::Excitatory,
        };
        let wiring = Wiring {
            neurons: 6,
            connections: {
                let mut connections: Vec<Connection> = (0..6).map(ring).collect();
                connections.sort_by_key(|c| c.post);
                connections
            },
            gap_junctions: vec![],
            input: vec![0],
            inner: vec![1, 2],
            output: vec![3, 4],
        };
        let demand = Demand::new(2, 8);
        let config = NetworkConfig::default();
        let mut network =
            EngramNetwork::<f64>::new(&wiring, demand, &Bottleneck::Linear(1), &config, 1).unwrap();
        let task = TaskConfig {
            channels: Some(2),
            steps: Some(8),
            ..TaskConfig::new("t", TaskKind::Smooth { dimension: 1 })
        };
        let task = Task::new(&task.check().unwrap(), 1).unwrap();
        let data: Batch<f64> = task.sample(32, &mut stream(1, &["data"]));
        let intact = error_without(&mut network, &data, &[]);
        assert!((intact - network.observe(&data, DRAW).loss / data.variance()).abs() < 1e-15);
        // Without its output neurons only the bias of the read-out is left.
        assert_ne!(error_without(&mut network, &data, &[3, 4]), intact);
        assert_eq!(error_without(&mut network, &data, &[]), intact);
    }
}
