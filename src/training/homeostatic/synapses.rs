//! The synapses from one layer of binary units to the next.

use std::ops::Range;

use super::BitMatrix;
use super::bits::WORD;
use crate::connectome::Sign;

/// One synapse between two layers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Synapse {
    pub target: u32,
    pub source: u32,
    pub weight: f32,
    /// Sign of the weight; `Unsigned` leaves it free.
    pub sign: Sign,
}

/// Threshold units and the synapses onto them: `y_j = H(b_j + sum_i w_ji x_i)`, with `H(z) = 1` if
/// `z > 0`, else 0. Only synapses that exist are stored, so no others can arise.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Synapses {
    /// Position of the first synapse onto each unit, and the end of the last.
    starts: Vec<usize>,
    sources: Vec<u32>,
    weights: Vec<f32>,
    signs: Vec<Sign>,
    biases: Vec<f32>,
}

impl Synapses {
    /// Units with a bias of zero and the synapses onto them, which are sorted by (target, source).
    pub(super) fn new(units: usize, mut synapses: Vec<Synapse>) -> Self {
        synapses.sort_unstable_by_key(|s| (s.target, s.source));
        let start = |unit| synapses.partition_point(|s| (s.target as usize) < unit);
        Self {
            starts: (0..=units).map(start).collect(),
            sources: synapses.iter().map(|s| s.source).collect(),
            weights: synapses.iter().map(|s| allowed(s.weight, s.sign)).collect(),
            signs: synapses.iter().map(|s| s.sign).collect(),
            biases: vec![0.0; units],
        }
    }

    /// Scales the weights onto each unit so that their squares sum to 1, and sets its bias to minus
    /// half their sum. The threshold of the unit is then the mean input from bits that are one half
    /// of the time.
    pub(super) fn balance(&mut self) {
        for unit in 0..self.units() {
            let onto = &mut self.weights[self.starts[unit]..self.starts[unit + 1]];
            let norm = onto.iter().map(|w| f64::from(w * w)).sum::<f64>().sqrt();
            if norm > 0.0 {
                onto.iter_mut()
                    .for_each(|w| *w = (f64::from(*w) / norm) as f32);
            }
            self.biases[unit] = -0.5 * onto.iter().sum::<f32>();
        }
    }

    pub(super) fn units(&self) -> usize {
        self.biases.len()
    }

    pub(super) fn weights(&self) -> &[f32] {
        &self.weights
    }

    #[cfg(test)]
    pub(super) fn biases(&self) -> &[f32] {
        &self.biases
    }

    pub(super) fn signs(&self) -> &[Sign] {
        &self.signs
    }

    /// Positions of the synapses onto `unit`.
    pub(super) fn onto(&self, unit: usize) -> Range<usize> {
        self.starts[unit]..self.starts[unit + 1]
    }

    /// Source of the synapse at `position`.
    pub(super) fn source(&self, position: usize) -> usize {
        self.sources[position] as usize
    }

    /// The units that fire when `sources` fire. O(synapses x sequences).
    #[inline(always)]
    pub(super) fn fire(&self, sources: &BitMatrix) -> BitMatrix {
        let numbers = sources.numbers();
        let width = sources.stride() * WORD;
        let mut drive = vec![0.0f32; width];
        let mut fired = BitMatrix::zeros(self.units(), sources.sequences());
        for unit in 0..self.units() {
            drive.fill(self.biases[unit]);
            for position in self.onto(unit) {
                let weight = self.weights[position];
                let row = &numbers[self.source(position) * width..][..width];
                // A product with 0 or 1 is exact: this adds the weight where the source fires.
                drive
                    .iter_mut()
                    .zip(row)
                    .for_each(|(drive, x)| *drive += weight * x);
            }
            let word = |drive: &[f32]| {
                drive
                    .iter()
                    .enumerate()
                    .fold(0, |word, (index, &d)| word | u64::from(d > 0.0) << index)
            };
            fired.set_row(unit, drive.chunks_exact(WORD).map(word));
        }
        fired
    }

    /// Adds to a weight. A signed weight stops at zero and does not change its sign. Returns true
    /// if the weight changed.
    #[inline(always)]
    pub(super) fn change(&mut self, position: usize, by: f32) -> bool {
        let before = self.weights[position];
        let after = allowed(before + by, self.signs[position]);
        self.weights[position] = after;
        after != before
    }

    /// Adds to a bias. Returns true if it changed.
    #[inline(always)]
    pub(super) fn change_bias(&mut self, unit: usize, by: f32) -> bool {
        let before = self.biases[unit];
        self.biases[unit] += by;
        self.biases[unit] != before
    }
}

/// The weight nearest to `weight` that the sign of the synapse allows.
#[inline(always)]
fn allowed(weight: f32, sign: Sign) -> f32 {
    match sign {
        // Comparisons, because the sign of `max(-0.0, 0.0)` differs between processors.
        Sign::Excitatory if weight > 0.0 => weight,
        Sign::Inhibitory if weight < 0.0 => weight,
        Sign::Excitatory | Sign::Inhibitory => 0.0,
        Sign::Unsigned => weight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_fires_above_its_threshold_only() {
        let synapse = |source, weight| Synapse {
            target: 1,
            source,
            weight,
            sign: Sign::Unsigned,
        };
        let mut synapses = Synapses::new(2, vec![synapse(1, -0.5), synapse(0, 0.5)]);
        let fired = synapses.fire(&BitMatrix::from_fn(2, 4, |bit, s| s >> bit & 1 == 1));
        assert_eq!(
            (0..4).map(|s| fired.get(1, s)).collect::<Vec<_>>(),
            [false, true, false, false]
        );
        assert!(
            (0..4).all(|s| !fired.get(0, s)),
            "a unit without synapses and bias stays silent"
        );
        assert!(synapses.change_bias(1, 0.25));
        let fired = synapses.fire(&BitMatrix::from_fn(2, 4, |bit, s| s >> bit & 1 == 1));
        assert_eq!(
            (0..4).map(|s| fired.get(1, s)).collect::<Vec<_>>(),
            [true, true, false, true]
        );
    }

    #[test]
    fn a_signed_weight_stops_at_zero_and_comes_back() {
        let synapse = |source, weight, sign| Synapse {
            target: 0,
            source,
            weight,
            sign,
        };
        let all = [
            (0, 0.5, Sign::Excitatory),
            (1, -0.5, Sign::Inhibitory),
            (2, 0.5, Sign::Unsigned),
        ];
        let mut synapses = Synapses::new(
            1,
            all.map(|(source, weight, sign)| synapse(source, weight, sign))
                .to_vec(),
        );
        assert!(synapses.change(0, -2.0) && synapses.change(1, 2.0) && synapses.change(2, -2.0));
        assert_eq!(synapses.weights(), [0.0, 0.0, -1.5]);
        assert!(!synapses.change(0, -1.0) && !synapses.change(1, 1.0));
        assert!(synapses.change(0, 0.25) && synapses.change(1, -0.25));
        assert_eq!(synapses.weights(), [0.25, -0.25, -1.5]);
    }

    #[test]
    fn half_of_all_fair_inputs_reach_a_balanced_threshold() {
        let synapses = (0..3).map(|source| Synapse {
            target: 0,
            source,
            weight: 4.0,
            sign: Sign::Excitatory,
        });
        let mut synapses = Synapses::new(1, synapses.collect());
        synapses.balance();
        assert!((synapses.weights()[0] - 3f32.sqrt().recip()).abs() < 1e-6);
        assert_eq!(
            synapses
                .fire(&BitMatrix::from_fn(3, 8, |bit, s| s >> bit & 1 == 1))
                .ones(),
            4
        );
    }
}
