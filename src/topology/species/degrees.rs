//! Degree sequences with given mean and variation.

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::portable::{StandardNormal, exp};
use crate::random::ChaCha8Rng;

/// Steps of the bisection for the spread: far more than the rounding to whole degrees resolves.
const BISECTIONS: usize = 40;

/// Out- and in-degrees of `n` neurons, summing to `edges` each: rounded lognormal variables
/// (correlated `correlation` in the logarithm) whose spread is chosen so that standard deviation
/// over mean is `cv`. Every neuron has a synapse.
///
/// O(n) up to a constant factor of some dozens.
pub(super) fn degree_sequences(
    n: usize,
    edges: usize,
    cv: [f64; 2],
    correlation: f64,
    random: &mut ChaCha8Rng,
) -> [Vec<usize>; 2] {
    let normal = |random: &mut ChaCha8Rng| -> Vec<f64> {
        (0..n).map(|_| random.sample(StandardNormal)).collect()
    };
    let outward = normal(random);
    let own = (1.0 - correlation * correlation).sqrt();
    let inward: Vec<f64> = normal(random)
        .iter()
        .zip(&outward)
        .map(|(z, first)| correlation * first + own * z)
        .collect();
    // Rounding leaves some units to give or take: neurons take turns in an order of their own.
    let mut turns: Vec<usize> = (0..n).collect();
    turns.shuffle(random);
    let out_degrees = sequence(&outward, edges, cv[0], &vec![0; n], &turns);
    let least: Vec<usize> = out_degrees
        .iter()
        .map(|&degree| usize::from(degree == 0))
        .collect();
    let in_degrees = sequence(&inward, edges, cv[1], &least, &turns);
    [out_degrees, in_degrees]
}

fn sequence(z: &[f64], edges: usize, cv: f64, least: &[usize], turns: &[usize]) -> Vec<usize> {
    let (mut low, mut high) = (0.0, 4.0);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        if variation(&rounded(z, middle, edges, least, turns)) < cv {
            low = middle
        } else {
            high = middle
        }
    }
    rounded(z, 0.5 * (low + high), edges, least, turns)
}

/// `exp(spread z)` scaled to sum to `edges`, in whole numbers from `least` to n - 1.
fn rounded(z: &[f64], spread: f64, edges: usize, least: &[usize], turns: &[usize]) -> Vec<usize> {
    let most = z.len() - 1;
    let raw: Vec<f64> = z.iter().map(|z| exp(spread * z)).collect();
    // What is cut off above goes to the others: the scale has no closed form, but the sum grows
    // with it.
    let (mut low, mut high) = (
        0.0,
        edges as f64 / raw.iter().copied().fold(f64::INFINITY, f64::min).max(1e-12),
    );
    let degrees = |scale: f64| -> Vec<usize> {
        raw.iter()
            .zip(least)
            .map(|(r, &least)| ((scale * r).round() as usize).clamp(least, most))
            .collect()
    };
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        if degrees(middle).iter().sum::<usize>() < edges {
            low = middle
        } else {
            high = middle
        }
    }
    let mut degrees = degrees(low);
    let mut sum: usize = degrees.iter().sum();
    for &i in turns.iter().cycle().take(turns.len() * z.len()) {
        if sum < edges && degrees[i] < most {
            degrees[i] += 1;
            sum += 1;
        } else if sum > edges && degrees[i] > least[i] {
            degrees[i] -= 1;
            sum -= 1;
        } else if sum == edges {
            break;
        }
    }
    degrees
}

fn variation(degrees: &[usize]) -> f64 {
    let n = degrees.len() as f64;
    let mean = degrees.iter().sum::<usize>() as f64 / n;
    (degrees
        .iter()
        .map(|&d| (d as f64 - mean).powi(2))
        .sum::<f64>()
        / n)
        .sqrt()
        / mean
}
