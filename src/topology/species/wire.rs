//! A digraph with given degrees, reciprocity and clustering.

use rand::RngExt;
use std::f64::consts::TAU;

use crate::interruption;
use crate::portable::exp;
use crate::random::ChaCha8Rng;

/// Sweeps (one attempted swap per edge each) before the graph may be taken: the start is far from
/// random.
const LEAST_SWEEPS: usize = 60;
/// Sweeps after which a target is given up.
const MOST_SWEEPS: usize = 1500;
/// Relative distance to the target at which the graph is taken, at first and at last: small graphs
/// fluctuate, and wait longer.
const RECIPROCITY_TOLERANCE: [f64; 2] = [0.015, 0.045];
/// The same for clustering.
const CLUSTERING_TOLERANCE: [f64; 2] = [0.02, 0.12];
/// Sweeps in which a tolerance grows by its first value.
const PATIENCE: f64 = 250.0;
/// Most a parameter moves per sweep.
const STEP: f64 = 0.25;
/// Most a parameter can be: beyond, chance has no say.
const STEEPEST: f64 = 60.0;

/// A simple digraph as a matrix of bits, with the undirected one beside it.
pub(super) struct Digraph {
    n: usize,
    words: usize,
    /// Row `i`, bit `j`: `i -> j`.
    directed: Vec<u64>,
    pub(super) edges: Vec<(u32, u32)>,
    mutual_edges: usize,
}

/// What a search came to.
pub(super) struct Found {
    /// The graph, if it meets the targets.
    pub(super) graph: Option<Digraph>,
    /// Reciprocity of the nearest graph that was met.
    pub(super) reciprocity: f64,
    /// Clustering of that graph.
    pub(super) clustering: f64,
    /// Its relative distance to the two targets, each in units of what is tolerated at last.
    pub(super) distance: f64,
}

impl Digraph {
    /// A digraph with these degrees (Kleitman & Wang 1973), or none where there is none. O(n^2 log
    /// n).
    pub(super) fn with_degrees(out_degrees: &[usize], in_degrees: &[usize]) -> Option<Self> {
        let n = out_degrees.len();
        let words = n.div_ceil(64);
        let mut graph = Self {
            n,
            words,
            directed: vec![0; n * words],
            edges: Vec::new(),
            mutual_edges: 0,
        };
        let (mut left_out, mut left_in) = (out_degrees.to_vec(), in_degrees.to_vec());
        let mut order: Vec<usize> = (0..n).collect();
        for pre in 0..n {
            let wanted = std::mem::take(&mut left_out[pre]);
            order.sort_by_key(|&i| std::cmp::Reverse((left_in[i], left_out[i])));
            let targets: Vec<usize> = order
                .iter()
                .copied()
                .filter(|&i| i != pre)
                .take(wanted)
                .collect();
            if targets.len() < wanted || targets.iter().any(|&post| left_in[post] == 0) {
                return None;
            }
            for post in targets {
                left_in[post] -= 1;
                graph.edges.push((pre as u32, post as u32));
                graph.mutual_edges += 2 * usize::from(graph.has(post as u32, pre as u32));
                graph.flip(pre as u32, post as u32);
            }
        }
        Some(graph)
    }

    fn has(&self, pre: u32, post: u32) -> bool {
        self.directed[pre as usize * self.words + post as usize / 64] >> (post % 64) & 1 == 1
    }

    fn flip(&mut self, pre: u32, post: u32) {
        self.directed[pre as usize * self.words + post as usize / 64] ^= 1 << (post % 64);
    }

    fn reciprocity(&self) -> f64 {
        self.mutual_edges as f64 / self.edges.len() as f64
    }

    /// Mean local clustering of the undirected graph, as [`crate::topology::Measures::clustering`].
    /// O(E n / 64).
    fn clustering(&self) -> f64 {
        let mut joined = self.directed.clone();
        for &(pre, post) in &self.edges {
            joined[post as usize * self.words + pre as usize / 64] |= 1 << (pre % 64);
        }
        let row = |i: usize| &joined[i * self.words..(i + 1) * self.words];
        let mut sum = 0.0;
        for i in 0..self.n {
            let own = row(i);
            let degree: u32 = own.iter().map(|w| w.count_ones()).sum();
            if degree < 2 {
                continue;
            }
            let mut common = 0;
            for (word, &bits) in own.iter().enumerate() {
                let mut bits = bits;
                while bits != 0 {
                    let other = row(word * 64 + bits.trailing_zeros() as usize);
                    common += own
                        .iter()
                        .zip(other)
                        .map(|(a, b)| (a & b).count_ones())
                        .sum::<u32>();
                    bits &= bits - 1;
                }
            }
            // Every link among the neighbours was met from both its ends.
            sum += f64::from(common) / f64::from(degree * (degree - 1));
        }
        sum / self.n as f64
    }

    /// Swaps edges until reciprocity and clustering meet their targets.
    ///
    /// Every neuron has a place on a circle. Swaps that keep all degrees are accepted by
    /// Metropolis' rule for the distribution `P(graph) ~ exp(mutuality * (reciprocal pairs) -
    /// locality * (summed distance of joined neurons))`, distance 1 being across the circle. Each
    /// sweep is followed by a small step of both parameters towards the targets. A positive
    /// locality joins neighbours and raises clustering; a negative one joins opposite places, whose
    /// neurons are not joined among themselves, and lowers it.
    pub(super) fn rewire(
        mut self,
        reciprocity: f64,
        clustering: f64,
        random: &mut ChaCha8Rng,
    ) -> Found {
        let places: Vec<f64> = (0..self.n).map(|_| random.random::<f64>() * TAU).collect();
        // Across the circle is 1.
        let distance = |i: u32, j: u32| {
            let gap = (places[i as usize] - places[j as usize]).abs();
            gap.min(TAU - gap) / (0.5 * TAU)
        };
        // Half a pair is as near as reciprocity can be relied on to come.
        let one_pair = 1.0 / (self.edges.len() as f64 * reciprocity);
        let (mut mutuality, mut locality) = (0.0_f64, 0.0_f64);
        let mut nearest = Found {
            graph: None,
            reciprocity: 0.0,
            clustering: 0.0,
            distance: f64::INFINITY,
        };
        let mut sweep = 0;
        loop {
            interruption::check();
            for _ in 0..self.edges.len() {
                self.attempt(mutuality, locality, &distance, random);
            }
            sweep += 1;
            let (r, c) = (self.reciprocity(), self.clustering());
            let off = [r / reciprocity - 1.0, c / clustering - 1.0];
            let tolerance =
                |[first, last]: [f64; 2]| (first * (1.0 + sweep as f64 / PATIENCE)).min(last);
            let reached = sweep >= LEAST_SWEEPS
                && off[0].abs() <= tolerance(RECIPROCITY_TOLERANCE).max(one_pair)
                && off[1].abs() <= tolerance(CLUSTERING_TOLERANCE);
            let apart = (off[0].abs() / RECIPROCITY_TOLERANCE[1])
                .max(off[1].abs() / CLUSTERING_TOLERANCE[1]);
            if reached || sweep >= LEAST_SWEEPS && apart < nearest.distance {
                nearest = Found {
                    graph: None,
                    reciprocity: r,
                    clustering: c,
                    distance: apart,
                };
            }
            if reached {
                return Found {
                    graph: Some(self),
                    ..nearest
                };
            }
            if sweep == MOST_SWEEPS {
                return nearest;
            }
            mutuality = (mutuality - (STEP * off[0]).clamp(-STEP, STEP)).clamp(-STEEPEST, STEEPEST);
            locality =
                (locality - (2.0 * STEP * off[1]).clamp(-STEP, STEP)).clamp(-STEEPEST, STEEPEST);
        }
    }

    /// Tries `a -> b, c -> d` => `a -> d, c -> b`.
    fn attempt(
        &mut self,
        mutuality: f64,
        locality: f64,
        distance: &impl Fn(u32, u32) -> f64,
        random: &mut ChaCha8Rng,
    ) {
        let (first, second) = (
            random.random_range(0..self.edges.len()),
            random.random_range(0..self.edges.len()),
        );
        let ((a, b), (c, d)) = (self.edges[first], self.edges[second]);
        if a == c || b == d || a == d || c == b || self.has(a, d) || self.has(c, b) {
            return;
        }
        let mutual = |pre, post| i32::from(self.has(post, pre));
        let pairs = mutual(a, d) + mutual(c, b) - mutual(a, b) - mutual(c, d);
        let farther = distance(a, d) + distance(c, b) - distance(a, b) - distance(c, d);
        let log_ratio = mutuality * f64::from(pairs) - locality * farther;
        if log_ratio < 0.0 && random.random::<f64>() >= exp(log_ratio) {
            return;
        }
        for (pre, post) in [(a, b), (c, d), (a, d), (c, b)] {
            self.flip(pre, post);
        }
        self.edges[first] = (a, d);
        self.edges[second] = (c, b);
        self.mutual_edges = (self.mutual_edges as i64 + 2 * i64::from(pairs)) as usize;
    }
}
