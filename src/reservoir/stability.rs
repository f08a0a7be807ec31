//! Whether a reservoir forgets where it began, and whether it tells inputs apart.

use rand::{Rng, RngExt};

use super::network::Reservoir;
use crate::random::stream;

/// Steps after which two reservoirs that began apart are compared.
pub const ECHO_STEPS: usize = 100;

/// Pairs of runs that a number is the mean of.
const PAIRS: usize = 10;
/// Standard deviation of the noise that tells runs on one input apart, as a share of the range of
/// the input.
const NOISE: f64 = 0.1;

fn white(random: &mut impl Rng, length: usize) -> Vec<f64> {
    (0..length)
        .map(|_| 2.0 * random.random::<f64>() - 1.0)
        .collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

/// The distance that is left, after [`ECHO_STEPS`] steps of one white input from -1 to 1, of the
/// distance at which two reservoirs began, each state drawn from -1 to 1. Mean over ten pairs. A
/// reservoir with the echo-state property forgets where it began: 0.
#[must_use]
pub fn echo_state_distance(reservoir: &Reservoir, seed: u64) -> f64 {
    let mut random = stream(seed, &["echo"]);
    let mut left = 0.0;
    for _ in 0..PAIRS {
        let starts = [(); 2].map(|()| white(&mut random, reservoir.neurons));
        let series = white(&mut random, ECHO_STEPS);
        let [a, b] = starts
            .each_ref()
            .map(|start| reservoir.last_state(start, &series));
        left += distance(&a, &b) / distance(&starts[0], &starts[1]);
    }
    left / PAIRS as f64
}

/// How far apart the states after two white inputs are, over how far apart those after one input
/// with and without noise are (normal would be alike: uniform, a tenth of the range). Mean
/// distances over ten pairs of [`ECHO_STEPS`] steps, from a state of zeros; `None` where noise
/// moves nothing.
#[must_use]
pub fn separation_ratio(reservoir: &Reservoir, seed: u64) -> Option<f64> {
    let mut random = stream(seed, &["separation"]);
    let start = vec![0.0; reservoir.neurons];
    let (mut apart, mut alike) = (0.0, 0.0);
    for _ in 0..PAIRS {
        let [one, other, noise] = [(); 3].map(|()| white(&mut random, ECHO_STEPS));
        let noisy = one.iter().zip(noise).map(|(u, n)| u + NOISE * n);
        let noisy: Vec<f64> = noisy.collect();
        let [one, other, noisy] = [&one, &other, &noisy].map(|s| reservoir.last_state(&start, s));
        apart += distance(&one, &other);
        alike += distance(&one, &noisy);
    }
    (alike > 0.0).then(|| apart / alike)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_line_forgets_and_one_neuron_that_keeps_its_state_does_not() {
        let line = Reservoir::delay_line(20);
        assert_eq!(echo_state_distance(&line, 1), 0.0);
        let keeps = Reservoir {
            weights: vec![(0, 0, 1.0)],
            ..Reservoir::delay_line(1)
        };
        assert!((echo_state_distance(&keeps, 1) - 1.0).abs() < 1e-9);
        let contracts = Reservoir {
            weights: vec![(0, 0, 0.9)],
            ..Reservoir::delay_line(1)
        };
        let left = echo_state_distance(&contracts, 1);
        assert!((left / 0.9_f64.powi(100) - 1.0).abs() < 1e-6, "{left}");
    }

    #[test]
    fn a_linear_reservoir_separates_inputs_as_the_inputs_are() {
        // Two uniform numbers are sqrt(2) standard deviations apart, noise a tenth of one.
        let ratio = separation_ratio(&Reservoir::delay_line(60), 1).unwrap();
        assert!(
            (ratio / (10.0 * 2.0_f64.sqrt()) - 1.0).abs() < 0.05,
            "{ratio}"
        );
        let mute = Reservoir::delay_line(3).with_gain(0.0);
        assert_eq!(separation_ratio(&mute, 1), None);
    }
}
