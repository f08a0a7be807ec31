//! The network of binary units, fully connected or over a wiring.

use rand::RngExt;

use super::bits::WORD;
use super::synapses::{Synapse, Synapses};
use super::{Assignment, BitMatrix, TooManyBits};
use crate::connectome::Sign;
use crate::network::Wiring;
use crate::portable::StandardNormal;
use crate::portable::chosen;
use crate::random::stream;

/// Partial sums of a sum over sequences. Their number is the same on every instruction set, and so
/// is the order of every sum.
const LANES: usize = 16;
/// Words of a row that are reconstructed at a time, so that the rows of a layer stay in the cache.
const PART: usize = 4;

/// Two layers of binary units, `h = H(x W + b)` and `r = H(h V + c)`, with the fixed random `B`
/// that carries mismatches back.
#[derive(Clone, Debug, PartialEq)]
pub struct HomeostaticNetwork {
    /// `W` and `b`, from bits to hidden units.
    pub(super) encoding: Synapses,
    /// `V` and `c`, from hidden units to reconstructed bits.
    pub(super) decoding: Synapses,
    /// `B`, one value for each synapse of `decoding`.
    pub(super) feedback: Vec<f32>,
}

/// Results of one minibatch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// Mismatched bits before the update.
    pub mismatched: u64,
    /// Weights and biases that the update changed.
    pub updates: u64,
}

impl HomeostaticNetwork {
    /// The fully connected form: each of `hidden` units receives every bit and projects to every
    /// reconstructing unit. Weights are normal with variance one over the fan-in and free in sign,
    /// `B` is normal with variance `1 / hidden`, and biases are zero.
    ///
    /// ```
    /// use engraph::training::homeostatic::{
    ///     BitMatrix, HomeostaticConfig, HomeostaticNetwork, HomeostaticStatus, train,
    /// };
    ///
    /// // Eight sequences of three bits, all that there are.
    /// let sequences = BitMatrix::from_fn(3, 8, |bit, sequence| sequence >> bit & 1 == 1);
    /// let mut network = HomeostaticNetwork::dense(3, 32, 1);
    /// let config = HomeostaticConfig {
    ///     epochs: 500,
    ///     patience: 500,
    ///     ..HomeostaticConfig::default()
    /// };
    /// let run = train(&mut network, &sequences, &config, 1, &|| true).expect("not given up");
    /// assert_eq!(run.status, HomeostaticStatus::Matched);
    /// assert_eq!(network.reconstruct(&sequences), sequences);
    /// ```
    #[must_use]
    pub fn dense(bits: usize, hidden: usize, seed: u64) -> Self {
        let full = |name, sources: usize, targets: usize| {
            let mut random = stream(seed, &["homeostatic", name]);
            let scale = 1.0 / (sources.max(1) as f64).sqrt();
            let pairs = (0..targets as u32).flat_map(|t| (0..sources as u32).map(move |s| (t, s)));
            let synapses = pairs.map(|(target, source)| {
                let weight = (scale * random.sample::<f64, _>(StandardNormal)) as f32;
                Synapse {
                    target,
                    source,
                    weight,
                    sign: Sign::Unsigned,
                }
            });
            Synapses::new(targets, synapses.collect())
        };
        Self::with_feedback(
            full("encoding", bits, hidden),
            full("decoding", hidden, bits),
            seed,
        )
    }

    /// The form over a wiring, with two synapses from input to output. At the first step the input
    /// neurons that carry a bit fire or not, at the second the inner neurons that they synapse
    /// onto, at the third the output neurons that those synapse onto. Each bit has one input neuron
    /// and one output neuron of its own, which `assignment` draws under `seed`; other input and
    /// output neurons are silent. If a neuron has several of these parts, a synapse has one weight
    /// for the first step and one for the second.
    ///
    /// Weights start as the wiring's, scaled so that the sum of squares is 1 for every unit, as it
    /// is on average in the fully connected form. A signed weight that an update would carry past
    /// zero stops there. Biases start at minus half the summed weight of the unit: without that, a
    /// neuron with only excitatory inputs would fire at any of them. `B` is normal with variance
    /// one over the mean number of hidden neurons per output neuron, and has the sign of the
    /// synapse where there is one, because `V` cannot turn to agree with feedback of the other sign
    /// (sign-concordant feedback, Liao et al. 2016, arXiv 1510.05067).
    ///
    /// # Errors
    /// [`TooManyBits`] if there are more bits than input or output neurons.
    pub fn on(
        wiring: &Wiring,
        bits: usize,
        assignment: Assignment,
        seed: u64,
    ) -> Result<Self, TooManyBits> {
        let pairs = assignment.draw(
            wiring,
            bits,
            &mut stream(seed, &["homeostatic", "assignment"]),
        )?;
        let input = places(wiring.neurons, pairs.iter().map(|pair| pair.0));
        let output = places(wiring.neurons, pairs.iter().map(|pair| pair.1));
        let inner = places(wiring.neurons, wiring.inner.iter().copied());
        let between = |sources: &[Option<u32>], targets: &[Option<u32>], units: usize| {
            let synapses = wiring.connections.iter().filter_map(|c| {
                let (source, target) = (sources[c.pre as usize]?, targets[c.post as usize]?);
                let factor = if c.sign == Sign::Unsigned {
                    1.0
                } else {
                    c.sign.factor()
                };
                Some(Synapse {
                    target,
                    source,
                    weight: (factor * c.strength) as f32,
                    sign: c.sign,
                })
            });
            let mut synapses = Synapses::new(units, synapses.collect());
            synapses.balance();
            synapses
        };
        let encoding = between(&input, &inner, wiring.inner.len());
        Ok(Self::with_feedback(
            encoding,
            between(&inner, &output, bits),
            seed,
        ))
    }

    fn with_feedback(encoding: Synapses, decoding: Synapses, seed: u64) -> Self {
        let mut random = stream(seed, &["homeostatic", "feedback"]);
        let fan_in = decoding.weights().len() as f64 / decoding.units().max(1) as f64;
        let mut draw = |sign: &Sign| {
            let value = random.sample::<f64, _>(StandardNormal) / fan_in.sqrt();
            (if *sign == Sign::Unsigned {
                value
            } else {
                sign.factor() * value.abs()
            }) as f32
        };
        let feedback = decoding.signs().iter().map(&mut draw).collect();
        Self {
            encoding,
            decoding,
            feedback,
        }
    }

    /// Number of hidden units.
    #[must_use]
    pub fn hidden_units(&self) -> usize {
        self.encoding.units()
    }

    /// Number of bits per sequence.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.decoding.units()
    }

    /// All weights: those onto hidden units, then those onto reconstructing units, each in the
    /// order of (target, source).
    pub fn weights(&self) -> impl Iterator<Item = f32> {
        self.encoding
            .weights()
            .iter()
            .chain(self.decoding.weights())
            .copied()
    }

    /// The signs of [`HomeostaticNetwork::weights`]; unsigned means free.
    pub fn signs(&self) -> impl Iterator<Item = Sign> {
        self.encoding
            .signs()
            .iter()
            .chain(self.decoding.signs())
            .copied()
    }

    /// Bits that are reconstructed as the same value for every sequence, because no hidden unit
    /// that receives any bit synapses onto their unit.
    #[must_use]
    pub fn unreachable_bits(&self) -> Vec<usize> {
        let blind = |unit: usize| self.encoding.onto(unit).is_empty();
        let onto = |bit| {
            self.decoding
                .onto(bit)
                .map(|position| self.decoding.source(position))
        };
        (0..self.bits())
            .filter(|&bit| onto(bit).all(blind))
            .collect()
    }

    /// Bits without a path of two synapses from their own input to their own output, the
    /// unreachable ones included. They can be reconstructed only as far as other bits predict them.
    #[must_use]
    pub fn pathless_bits(&self) -> Vec<usize> {
        let sees = |unit: usize, bit| {
            self.encoding
                .onto(unit)
                .any(|position| self.encoding.source(position) == bit)
        };
        let path = |bit| {
            self.decoding
                .onto(bit)
                .any(|position| sees(self.decoding.source(position), bit))
        };
        (0..self.bits()).filter(|&bit| !path(bit)).collect()
    }

    /// The reconstruction of sequences. O(weights x sequences).
    ///
    /// # Panics
    /// If the sequences have another number of bits than the network.
    #[must_use]
    pub fn reconstruct(&self, sequences: &BitMatrix) -> BitMatrix {
        assert_eq!(
            sequences.bits(),
            self.bits(),
            "sequences have the bits of the network"
        );
        let mut reconstruction = BitMatrix::zeros(self.bits(), sequences.sequences());
        for start in (0..sequences.stride()).step_by(PART) {
            let part = sequences.part(start..(start + PART).min(sequences.stride()));
            let fired = chosen().dispatch(
                #[inline(always)]
                || self.decoding.fire(&self.encoding.fire(&part)),
            );
            reconstruction.put_part(start, &fired);
        }
        reconstruction
    }

    /// Learns from one minibatch: reconstructs `x` and changes the weights that led to mismatched
    /// bits, by means over the sequences.
    pub(super) fn learn(&mut self, x: &BitMatrix, encoding_rate: f64, decoding_rate: f64) -> Step {
        chosen().dispatch(
            #[inline(always)]
            || {
                let sequences = x.sequences().max(1) as f32;
                let hidden = self.encoding.fire(x);
                let reconstruction = self.decoding.fire(&hidden);
                let (mut step, returned) = self.learn_decoding(
                    x,
                    &hidden,
                    &reconstruction,
                    decoding_rate as f32 / sequences,
                );
                // Where every bit matches there is nothing to learn from.
                if step.mismatched > 0 {
                    step.updates +=
                        self.learn_encoding(x, &returned, encoding_rate as f32 / sequences);
                }
                step
            },
        )
    }

    /// Adds `eta_v h^T (x - r)` to `V` and likewise to `c`, for every bit that mismatches in any
    /// sequence. Also returns `(x - r) B`, a row per hidden unit.
    #[inline(always)]
    fn learn_decoding(
        &mut self,
        x: &BitMatrix,
        hidden: &BitMatrix,
        reconstruction: &BitMatrix,
        rate: f32,
    ) -> (Step, Vec<f32>) {
        let width = x.stride() * WORD;
        let mut returned = vec![0.0f32; self.hidden_units() * width];
        let mut mismatch = vec![0.0f32; width];
        let mut step = Step::default();
        for bit in 0..x.bits() {
            // MULTIXOR with 64 comparators to a word. The sign of a mismatch says whether a one was
            // missed or invented.
            let pairs = || x.row(bit).iter().zip(reconstruction.row(bit));
            let (mut missed, mut invented) = (0u32, 0u32);
            for (&x, &r) in pairs() {
                let different = x ^ r;
                missed += (different & x).count_ones();
                invented += (different & r).count_ones();
            }
            if missed + invented == 0 {
                continue;
            }
            step.mismatched += u64::from(missed + invented);
            step.updates += u64::from(
                self.decoding
                    .change_bias(bit, rate * (missed as f32 - invented as f32)),
            );
            for (numbers, (&x, &r)) in mismatch.chunks_exact_mut(WORD).zip(pairs()) {
                for (index, number) in numbers.iter_mut().enumerate() {
                    *number = (x >> index & 1) as f32 - (r >> index & 1) as f32;
                }
            }
            for position in self.decoding.onto(bit) {
                let unit = self.decoding.source(position);
                let mut count = 0i32;
                for ((&x, &r), &h) in pairs().zip(hidden.row(unit)) {
                    count += (h & x & !r).count_ones() as i32 - (h & r & !x).count_ones() as i32;
                }
                step.updates += u64::from(self.decoding.change(position, rate * count as f32));
                let back = self.feedback[position];
                let returned = &mut returned[unit * width..][..width];
                returned
                    .iter_mut()
                    .zip(&mismatch)
                    .for_each(|(returned, e)| *returned += back * e);
            }
        }
        (step, returned)
    }

    /// Adds `eta_w x^T ((x - r) B)` to `W` and likewise to `b`; `returned` is `(x - r) B`.
    #[inline(always)]
    fn learn_encoding(&mut self, x: &BitMatrix, returned: &[f32], rate: f32) -> u64 {
        let numbers = x.numbers();
        let width = x.stride() * WORD;
        let mut updates = 0;
        for unit in 0..self.hidden_units() {
            let returned = &returned[unit * width..][..width];
            if returned.iter().all(|&value| value == 0.0) {
                continue;
            }
            updates += u64::from(
                self.encoding
                    .change_bias(unit, rate * lane_sum(returned.iter().copied())),
            );
            for position in self.encoding.onto(unit) {
                let row = &numbers[self.encoding.source(position) * width..][..width];
                let sum = lane_sum(row.iter().zip(returned).map(|(x, returned)| x * returned));
                updates += u64::from(self.encoding.change(position, rate * sum));
            }
        }
        updates
    }
}

/// The position in `order` of each of `neurons` neurons, if it has one.
fn places(neurons: usize, order: impl Iterator<Item = u32>) -> Vec<Option<u32>> {
    let mut places = vec![None; neurons];
    (0..)
        .zip(order)
        .for_each(|(place, neuron)| places[neuron as usize] = Some(place));
    places
}

/// Sum of values, as [`LANES`] partial sums that are then added up.
#[inline(always)]
fn lane_sum(values: impl Iterator<Item = f32>) -> f32 {
    let mut lanes = [0.0f32; LANES];
    for (index, value) in values.enumerate() {
        lanes[index % LANES] += value;
    }
    lanes.iter().sum()
}
