//! The choice of the neurons that carry each bit.

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::network::Wiring;
use crate::random::ChaCha8Rng;

/// How bits are given their input and output neurons. Each bit has one of each to itself, drawn by
/// seed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// The two neurons are joined by a path of two synapses over an inner neuron, for as many bits
    /// as possible (a maximum matching). The result then measures what the wiring can learn.
    #[default]
    Connected,
    /// The two neurons are drawn independently. Most are not joined, and the result measures above
    /// all how many pairs of input and output neurons the wiring joins.
    Random,
}

/// A sequence has more bits than there are neurons to carry them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "sequences have {bits} bits, but the wiring has {neurons} {part} neurons, and a neuron carries \
     one bit\n  hint: take fewer channels or steps, or a larger wiring"
)]
pub struct TooManyBits {
    /// Number of bits per sequence.
    pub bits: usize,
    /// Number of neurons that could carry them.
    pub neurons: usize,
    /// Which neurons are too few: `input` or `output`.
    pub part: &'static str,
}

impl crate::text::Hinted for TooManyBits {}

impl Assignment {
    /// Draws the input and output neuron of each bit. O(bits x pairs of neurons joined) for a
    /// matching.
    pub(super) fn draw(
        self,
        wiring: &Wiring,
        bits: usize,
        random: &mut ChaCha8Rng,
    ) -> Result<Vec<(u32, u32)>, TooManyBits> {
        for (part, neurons) in [
            ("input", wiring.input.len()),
            ("output", wiring.output.len()),
        ] {
            if bits > neurons {
                return Err(TooManyBits {
                    bits,
                    neurons,
                    part,
                });
            }
        }
        let (mut inputs, mut outputs) = (wiring.input.clone(), wiring.output.clone());
        inputs.shuffle(random);
        outputs.shuffle(random);
        let mut pairs = Vec::new();
        if self == Self::Connected {
            let mut matching = Matching::new(reach(wiring, &inputs, &outputs), outputs.len());
            pairs = matching
                .grow(bits)
                .into_iter()
                .map(|(i, o)| (inputs[i], outputs[o]))
                .collect();
            inputs.retain(|i| pairs.iter().all(|pair| pair.0 != *i));
            outputs.retain(|o| pairs.iter().all(|pair| pair.1 != *o));
        }
        pairs.extend(inputs.into_iter().zip(outputs).take(bits - pairs.len()));
        // Shuffled, so that bits without a path are not always the last ones.
        pairs.shuffle(random);
        Ok(pairs)
    }
}

/// For each of `inputs`, the positions in `outputs` that a path of two synapses over an inner
/// neuron leads to.
fn reach(wiring: &Wiring, inputs: &[u32], outputs: &[u32]) -> Vec<Vec<usize>> {
    let mut is_inner = vec![false; wiring.neurons];
    wiring
        .inner
        .iter()
        .for_each(|&i| is_inner[i as usize] = true);
    let mut onto = vec![Vec::new(); wiring.neurons];
    wiring
        .connections
        .iter()
        .for_each(|c| onto[c.pre as usize].push(c.post));
    let reached = |input: &u32| {
        let mut reached = vec![false; wiring.neurons];
        let inner = onto[*input as usize]
            .iter()
            .filter(|&&i| is_inner[i as usize]);
        inner
            .flat_map(|&i| &onto[i as usize])
            .for_each(|&post| reached[post as usize] = true);
        (0..outputs.len())
            .filter(|&o| reached[outputs[o] as usize])
            .collect()
    };
    inputs.iter().map(reached).collect()
}

/// A matching in a bipartite graph, grown by augmenting paths (Kuhn 1955).
struct Matching {
    edges: Vec<Vec<usize>>,
    /// Left partner of each right node, if it has one.
    partner: Vec<Option<usize>>,
}

impl Matching {
    fn new(edges: Vec<Vec<usize>>, right: usize) -> Self {
        Self {
            edges,
            partner: vec![None; right],
        }
    }

    /// Finds as many pairs (left, right) as possible, but at most `most`.
    fn grow(&mut self, most: usize) -> Vec<(usize, usize)> {
        let mut size = 0;
        for left in 0..self.edges.len() {
            if size == most {
                break;
            }
            size += usize::from(self.augment(left, &mut vec![false; self.partner.len()]));
        }
        let pairs = self.partner.iter().enumerate();
        pairs
            .filter_map(|(right, left)| left.map(|left| (left, right)))
            .collect()
    }

    /// Finds a partner for `left`. If that one is taken, its partner so far looks for another.
    fn augment(&mut self, left: usize, visited: &mut [bool]) -> bool {
        for at in 0..self.edges[left].len() {
            let right = self.edges[left][at];
            if !std::mem::replace(&mut visited[right], true)
                && self.partner[right].is_none_or(|other| self.augment(other, visited))
            {
                self.partner[right] = Some(left);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Size of a maximum matching, found by trying every partner of every node.
    fn largest(edges: &[Vec<usize>], taken: u32) -> usize {
        let Some((first, rest)) = edges.split_first() else {
            return 0;
        };
        let matched = first.iter().filter(|&&right| taken >> right & 1 == 0);
        matched
            .map(|&right| 1 + largest(rest, taken | 1 << right))
            .chain([largest(rest, taken)])
            .max()
            .unwrap_or(0)
    }

    proptest! {
        #[test]
        fn a_matching_is_as_large_as_can_be(
            masks in prop::collection::vec(0..64u32, 0..7),
            most in 0..8usize,
        ) {
            let edges: Vec<Vec<usize>> = masks
                .iter()
                .map(|mask| (0..6).filter(|right| mask >> right & 1 == 1).collect())
                .collect();
            let pairs = Matching::new(edges.clone(), 6).grow(most);
            prop_assert_eq!(pairs.len(), largest(&edges, 0).min(most));
            for (at, &(left, right)) in pairs.iter().enumerate() {
                prop_assert!(edges[left].contains(&right));
                prop_assert!(pairs[..at].iter().all(|other| other.0 != left && other.1 != right));
            }
        }
    }
}
