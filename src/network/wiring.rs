//! The part of a topology that a network needs: its signed connections and gap junctions, and which
//! neurons receive the input, hold the latent and give the output.

use faer::Mat;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

use super::error::NetworkError;
use crate::connectome::Sign;
use crate::portable::spectral_radius;

/// What is done with synapses of unknown sign.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UnsignedPolicy {
    /// The synapses are left out.
    Drop,
    /// The synapses count as excitatory.
    #[default]
    Excitatory,
    /// The sign of each synapse is learnt and may change.
    Free,
    /// Each presynaptic neuron without a sign is given one. Signs are drawn with the frequencies of
    /// the neurons whose sign is known, so that Dale's law holds.
    Sampled,
}

/// A directed connection of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connection {
    /// Index of the presynaptic neuron.
    pub pre: u32,
    /// Index of the postsynaptic neuron.
    pub post: u32,
    /// Strength before training. It is at least 0, but for a free connection, whose strength
    /// carries its sign.
    pub strength: f64,
    /// Sign of the connection; `Unsigned` makes it free to change its sign.
    pub sign: Sign,
}

/// The wiring of a network. Connections are sorted by (postsynaptic, presynaptic neuron), gap
/// junctions by pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Wiring {
    /// Number of neurons of the network.
    pub neurons: usize,
    /// The chemical synapses of the network.
    pub connections: Vec<Connection>,
    /// Gap junctions: the two neurons, which differ and of which the lower comes first, and the
    /// conductance before training, in arbitrary units.
    pub gap_junctions: Vec<(u32, u32, f64)>,
    /// Neurons that receive the input (sensory).
    pub input: Vec<u32>,
    /// Neurons that feed the bottleneck and are set by it (inner).
    pub inner: Vec<u32>,
    /// Neurons the output is read from (motor).
    pub output: Vec<u32>,
}

impl Wiring {
    /// Checks that signals can get through: some inner neuron must see the input while encoding,
    /// and some output neuron must see an inner one while decoding.
    ///
    /// # Errors
    /// [`NetworkError::Unreachable`] with the number of steps needed, [`NetworkError::NoNeurons`]
    /// or [`NetworkError::Empty`].
    pub fn check(&self, channels: usize, steps: usize) -> Result<(), NetworkError> {
        if channels == 0 || steps == 0 {
            return Err(NetworkError::Empty { channels, steps });
        }
        let sets = [
            ("input", &self.input),
            ("inner", &self.inner),
            ("output", &self.output),
        ];
        if let Some((name, _)) = sets.iter().find(|(_, set)| set.is_empty()) {
            return Err(NetworkError::NoNeurons(name));
        }
        // An input moves the state within its step, while the inner neurons' state is read after
        // the last step. Encoding therefore needs one step more.
        for ([(from, sources), (to, targets)], first) in
            [([sets[0], sets[1]], 1), ([sets[1], sets[2]], 0)]
        {
            let needed = self
                .distance(sources, targets)
                .map(|steps| (steps + first).max(1));
            if needed.is_none_or(|needed| needed > steps) {
                return Err(NetworkError::Unreachable {
                    from,
                    to,
                    steps,
                    needed,
                });
            }
        }
        Ok(())
    }

    /// Length of the shortest path of connections and gap junctions from any of `sources` to any of
    /// `targets`; `None` if there is no path.
    fn distance(&self, sources: &[u32], targets: &[u32]) -> Option<usize> {
        let mut distance = vec![usize::MAX; self.neurons];
        let mut next: Vec<Vec<u32>> = vec![Vec::new(); self.neurons];
        self.connections
            .iter()
            .for_each(|c| next[c.pre as usize].push(c.post));
        for &(a, b, _) in &self.gap_junctions {
            next[a as usize].push(b);
            next[b as usize].push(a);
        }
        let mut queue: VecDeque<u32> = sources.iter().copied().collect();
        sources.iter().for_each(|&i| distance[i as usize] = 0);
        while let Some(at) = queue.pop_front() {
            for &to in &next[at as usize] {
                if distance[to as usize] == usize::MAX {
                    distance[to as usize] = distance[at as usize] + 1;
                    queue.push_back(to);
                }
            }
        }
        targets
            .iter()
            .map(|&i| distance[i as usize])
            .min()
            .filter(|&d| d < usize::MAX)
    }

    /// Largest modulus of the eigenvalues of the signed weight matrix, equal to the bit on every
    /// machine. O(N^3).
    #[must_use]
    pub fn spectral_radius(&self) -> f64 {
        let mut matrix = Mat::<f64>::zeros(self.neurons, self.neurons);
        for c in &self.connections {
            let factor = if c.sign == Sign::Unsigned {
                1.0
            } else {
                c.sign.factor()
            };
            matrix[(c.post as usize, c.pre as usize)] = factor * c.strength;
        }
        spectral_radius(&matrix)
    }

    /// Scales all connections so that the spectral radius becomes `target`. A wiring without
    /// cycles, whose radius is 0, stays as it is.
    pub fn set_spectral_radius(&mut self, target: f64) {
        let radius = self.spectral_radius();
        if radius > 1e-9 {
            self.connections
                .iter_mut()
                .for_each(|c| c.strength *= target / radius);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_has_the_radius_of_its_weights() {
        let ring = |sign| Wiring {
            neurons: 5,
            connections: (0..5)
                .map(|i| Connection {
                    pre: (i + 4) % 5,
                    post: i,
                    strength: 0.7,
                    sign,
                })
                .collect(),
            gap_junctions: vec![],
            input: vec![0],
            inner: vec![1],
            output: vec![2],
        };
        for sign in [Sign::Excitatory, Sign::Inhibitory, Sign::Unsigned] {
            let mut wiring = ring(sign);
            assert!((wiring.spectral_radius() - 0.7).abs() < 1e-9);
            wiring.set_spectral_radius(1.3);
            assert!((wiring.spectral_radius() - 1.3).abs() < 1e-9);
        }
    }
}
