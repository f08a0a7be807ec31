//! A wiring of the size of a fly brain, made up: for benches only, and no data of any animal.
//!
//! Neurons sit on a ring. Each has an appetite to send and one to receive, lognormal and
//! correlated. A synapse picks its source by appetite to send; its target lies, with probability
//! [`LOCAL`], a Laplace distance away measured in appetite to receive, and else anywhere. With
//! probability [`RETURNED`] the synapse back is made too. Autapses and repeated pairs are thrown
//! away until the wanted number of edges stands. The constants were tuned until the statistics
//! printed by `cargo bench --bench nulls -- fly` came near those of FlyWire (v783; Lin et al. 2024,
//! doi 10.1038/s41586-024-07968-y): reciprocity .14, clustering .05, coefficients of variation of
//! out- and in-degree .91 and .88.

use std::collections::HashSet;

use engraph::connectome::Sign;
use engraph::random::{ChaCha8Rng, stream};
use rand::RngExt;
use rand_distr::StandardNormal;

/// Neurons of the fly brain.
pub(crate) const NEURONS: u32 = 139_255;
/// Its directed edges.
pub(crate) const EDGES: usize = 2_700_000;

/// Fraction of the neurons that inhibit.
const INHIBITORY: f64 = 0.3;
/// Coefficients of variation of the appetites; chance adds the rest to the degrees'.
const SENDING: f64 = 0.97;
const RECEIVING: f64 = 0.93;
/// Correlation of the two appetites' logarithms.
const CORRELATION: f64 = 0.5;
const LOCAL: f64 = 0.85;
/// Scale of the Laplace distance, in neurons of mean appetite.
const SCALE: f64 = 190.0;
const RETURNED: f64 = 0.059;
/// Mean and standard deviation of a weight's logarithm, before rounding up.
const WEIGHT: (f64, f64) = (1.2, 0.9);

/// Neurons and edges.
#[derive(Clone, Debug)]
pub(crate) struct Fly {
    /// Sign of each neuron.
    pub identity: Vec<Sign>,
    /// Presynaptic and postsynaptic neuron, sign (that of the presynaptic neuron), weight (a whole
    /// number from 1): sorted, each ordered pair at most once, no autapses.
    pub edges: Vec<(u32, u32, Sign, f64)>,
}

/// A wiring of `neurons` neurons and exactly `edges` edges ([`NEURONS`] and [`EDGES`] for the whole
/// fly).
///
/// # Panics
/// If the edges would fill more than half of all pairs.
pub(crate) fn graph(neurons: u32, edges: usize, seed: u64) -> Fly {
    assert!(
        2 * edges as u64 <= u64::from(neurons) * u64::from(neurons.saturating_sub(1)),
        "too many edges"
    );
    let random = &mut stream(seed, &["fly"]);
    let identity: Vec<Sign> = (0..neurons)
        .map(|_| {
            if random.random::<f64>() < INHIBITORY {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            }
        })
        .collect();
    let (mut sending, mut receiving) = (Vec::new(), Vec::new());
    for _ in 0..neurons {
        let (one, other): (f64, f64) =
            (random.sample(StandardNormal), random.sample(StandardNormal));
        let other = CORRELATION * one + (1.0 - CORRELATION * CORRELATION).sqrt() * other;
        let lognormal = |variation: f64, normal: f64| {
            ((1.0 + variation * variation).ln().sqrt() * normal).exp()
        };
        sending.push(lognormal(SENDING, one));
        receiving.push(lognormal(RECEIVING, other));
    }
    let (sending, receiving) = (Ring::new(&sending), Ring::new(&receiving));
    let unit = receiving.length() / f64::from(neurons);

    let mut pairs = HashSet::with_capacity(edges + 1);
    while pairs.len() < edges {
        let pre = sending.at(random.random::<f64>() * sending.length());
        let place = if random.random::<f64>() < LOCAL {
            let distance = -(1.0 - random.random::<f64>()).ln() * SCALE * unit;
            let side = if random.random::<bool>() { 1.0 } else { -1.0 };
            (receiving.middle(pre) + side * distance).rem_euclid(receiving.length())
        } else {
            random.random::<f64>() * receiving.length()
        };
        let post = receiving.at(place);
        if pre == post {
            continue;
        }
        pairs.insert((pre, post));
        if random.random::<f64>() < RETURNED && pairs.len() < edges {
            pairs.insert((post, pre));
        }
    }
    let mut pairs: Vec<(u32, u32)> = pairs.into_iter().collect();
    pairs.sort_unstable();
    let edges = pairs
        .into_iter()
        .map(|(pre, post)| (pre, post, identity[pre as usize], weight(random)))
        .collect();
    Fly { identity, edges }
}

fn weight(random: &mut ChaCha8Rng) -> f64 {
    let normal: f64 = random.sample(StandardNormal);
    (WEIGHT.0 + WEIGHT.1 * normal).exp().ceil().max(1.0)
}

/// Neurons laid end to end, each as long as its appetite; a table of starting points makes look-ups
/// O(1) on average.
struct Ring {
    /// Where each neuron starts, and the length of all.
    starts: Vec<f64>,
    guide: Vec<u32>,
}

impl Ring {
    fn new(lengths: &[f64]) -> Self {
        let mut starts = vec![0.0];
        for length in lengths {
            starts.push(starts[starts.len() - 1] + length);
        }
        let step = starts[lengths.len()] / lengths.len() as f64;
        let mut neuron = 0;
        let guide = (0..lengths.len())
            .map(|slot| {
                while neuron + 1 < lengths.len() && starts[neuron + 1] <= slot as f64 * step {
                    neuron += 1;
                }
                neuron as u32
            })
            .collect();
        Self { starts, guide }
    }

    fn length(&self) -> f64 {
        self.starts[self.guide.len()]
    }

    fn middle(&self, neuron: u32) -> f64 {
        0.5 * (self.starts[neuron as usize] + self.starts[neuron as usize + 1])
    }

    /// The neuron at a place between 0 and the length.
    fn at(&self, place: f64) -> u32 {
        let last = self.guide.len() - 1;
        let slot = ((place / self.length() * self.guide.len() as f64) as usize).min(last);
        let mut neuron = (self.guide[slot] as usize).saturating_sub(1);
        while neuron < last && self.starts[neuron + 1] <= place {
            neuron += 1;
        }
        neuron as u32
    }
}
