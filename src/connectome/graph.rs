//! The connectome: neurons, chemical synapses and gap junctions.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::error::ConnectomeError;
use super::synapse::{Synapse, SynapseType};
use super::{Neuron, Sign, SignModel, sort_by_pair, sort_key};

/// Neurons and their synapses, immutable.
///
/// Chemical synapses are compressed by presynaptic neuron (sorted by pre, then post) and indexed by
/// postsynaptic neuron, so both directions are read without a search. Autapses are kept:
/// definitions that exclude them say so.
///
/// ```
/// use engraph::connectome::{Connectome, Neuron, Sign, Synapse, SynapseType};
/// let synapse = |pre, post| Synapse {
///     pre,
///     post,
///     synapse_type: SynapseType::Chemical,
///     weight: 1.0,
///     sign: Sign::Excitatory,
/// };
/// let neurons = vec![Neuron::named("A"), Neuron::named("B"), Neuron::named("C")];
/// let synapses = vec![synapse(0, 2), synapse(1, 2)];
/// let c = Connectome::new("example", "synapses", neurons, synapses).unwrap();
/// assert_eq!(c.incoming(2).map(|s| s.pre).collect::<Vec<_>>(), [0, 1]);
/// assert_eq!(c.outgoing(0)[0].post, 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Connectome {
    name: String,
    unit: String,
    /// Shared, for null wirings have the same neurons.
    neurons: Arc<[Neuron]>,
    /// Sorted by (pre, post).
    chemical: Vec<Synapse>,
    /// Sorted by (pre, post), pre <= post.
    electrical: Vec<Synapse>,
    /// For each neuron where its outgoing synapses begin in `chemical`, and where the last end.
    outgoing: Vec<u32>,
    /// The same of `incoming_synapse`.
    incoming: Vec<u32>,
    /// Places in `chemical`, by postsynaptic neuron.
    incoming_synapse: Vec<u32>,
}

impl Connectome {
    /// Checks and indexes neurons and synapses. O(E log E).
    ///
    /// # Errors
    /// [`ConnectomeError`] for repeated neurons or synapses, unknown neurons, or weights that are
    /// not finite and above 0.
    pub fn new(
        name: impl Into<String>,
        unit: impl Into<String>,
        neurons: Vec<Neuron>,
        synapses: Vec<Synapse>,
    ) -> Result<Self, ConnectomeError> {
        let name = name.into();
        let mut seen = HashMap::with_capacity(neurons.len());
        for (index, neuron) in neurons.iter().enumerate() {
            if seen.insert(neuron.name.as_str(), index).is_some() {
                return Err(ConnectomeError::DuplicateNeuron {
                    connectome: name,
                    neuron: neuron.name.clone(),
                });
            }
        }
        let label = |index: u32| neurons[index as usize].name.clone();
        let mut chemical = synapses;
        for synapse in &mut chemical {
            let highest = synapse.pre.max(synapse.post);
            if highest as usize >= neurons.len() {
                return Err(ConnectomeError::UnknownNeuron {
                    connectome: name,
                    index: highest,
                    neurons: neurons.len(),
                });
            }
            if !(synapse.weight.is_finite() && synapse.weight > 0.0) {
                let (pre, post) = (label(synapse.pre), label(synapse.post));
                return Err(ConnectomeError::Weight {
                    connectome: name,
                    pre,
                    post,
                    weight: synapse.weight,
                });
            }
            if synapse.synapse_type == SynapseType::Electrical {
                (synapse.pre, synapse.post) =
                    (synapse.pre.min(synapse.post), synapse.pre.max(synapse.post));
                synapse.sign = Sign::Unsigned;
            }
        }
        sort_by_pair(&mut chemical);
        let same = |pair: &&[Synapse]| sort_key(&pair[0]) == sort_key(&pair[1]);
        if let Some(pair) = chemical.windows(2).find(same) {
            let (pre, post) = (label(pair[0].pre), label(pair[0].post));
            return Err(ConnectomeError::DuplicateSynapse {
                connectome: name,
                pre,
                post,
                synapse_type: pair[0].synapse_type,
            });
        }
        let first_gap = chemical.partition_point(|s| s.synapse_type == SynapseType::Chemical);
        let electrical = chemical.split_off(first_gap);
        let outgoing = offsets(neurons.len(), chemical.iter().map(|s| s.pre));
        let incoming = offsets(neurons.len(), chemical.iter().map(|s| s.post));
        let mut next = incoming.clone();
        let mut incoming_synapse = vec![0; chemical.len()];
        for (index, synapse) in chemical.iter().enumerate() {
            let position = &mut next[synapse.post as usize];
            incoming_synapse[*position as usize] = index as u32;
            *position += 1;
        }
        let neurons = neurons.into();
        Ok(Self {
            name,
            unit: unit.into(),
            neurons,
            chemical,
            electrical,
            outgoing,
            incoming,
            incoming_synapse,
        })
    }

    /// Name of the connectome.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Unit of the weights, such as `synapses`.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The neurons; synapses give them by their places here.
    #[must_use]
    pub fn neurons(&self) -> &[Neuron] {
        &self.neurons
    }

    /// The neurons, shared with this connectome and not copied.
    #[must_use]
    pub fn shared_neurons(&self) -> Arc<[Neuron]> {
        Arc::clone(&self.neurons)
    }

    /// Chemical synapses, sorted by (pre, post), autapses included.
    #[must_use]
    pub fn chemical(&self) -> &[Synapse] {
        &self.chemical
    }

    /// Gap junctions, sorted by pair.
    #[must_use]
    pub fn electrical(&self) -> &[Synapse] {
        &self.electrical
    }

    /// Chemical synapses of a neuron onto others and itself, sorted by target.
    #[must_use]
    pub fn outgoing(&self, neuron: u32) -> &[Synapse] {
        &self.chemical[range(&self.outgoing, neuron)]
    }

    /// Chemical synapses onto a neuron, sorted by source.
    pub fn incoming(&self, neuron: u32) -> impl ExactSizeIterator<Item = &Synapse> {
        self.incoming_synapse[range(&self.incoming, neuron)]
            .iter()
            .map(|&i| &self.chemical[i as usize])
    }

    /// Chemical synapses between different neurons that are at least `min_weight` strong: the
    /// simple digraph motifs are counted in.
    pub fn edges(&self, min_weight: f64) -> impl Iterator<Item = &Synapse> + Clone {
        self.chemical
            .iter()
            .filter(move |s| s.pre != s.post && s.weight >= min_weight)
    }

    /// Gap junctions between different neurons.
    pub fn gap_pairs(&self) -> impl Iterator<Item = &Synapse> {
        self.electrical.iter().filter(|s| s.pre != s.post)
    }

    /// Whether any chemical synapse has a sign.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.chemical.iter().any(|s| s.sign != Sign::Unsigned)
    }

    /// The same connectome with the signs a model gives to neurons and synapses.
    #[must_use]
    pub fn with_signs(mut self, model: SignModel) -> Self {
        if model == SignModel::File {
            return self;
        }
        if model.signs_synapses() {
            for synapse in &mut self.chemical {
                let (pre, post) = (
                    &self.neurons[synapse.pre as usize],
                    &self.neurons[synapse.post as usize],
                );
                synapse.sign = model.synapse_sign(pre, post);
            }
        } else {
            let signs: Vec<Sign> = self.neurons.iter().map(|n| model.neuron_sign(n)).collect();
            return self.with_neuron_signs(&signs);
        }
        for neuron in Arc::make_mut(&mut self.neurons) {
            neuron.sign = model.neuron_sign(neuron);
        }
        self
    }

    /// The same connectome, each neuron and all of its chemical synapses having the sign given for
    /// it.
    ///
    /// # Panics
    /// If there are fewer signs than neurons.
    #[must_use]
    pub fn with_neuron_signs(mut self, signs: &[Sign]) -> Self {
        self.chemical
            .iter_mut()
            .for_each(|synapse| synapse.sign = signs[synapse.pre as usize]);
        Arc::make_mut(&mut self.neurons)
            .iter_mut()
            .zip(signs)
            .for_each(|(neuron, &sign)| neuron.sign = sign);
        self
    }

    /// Of each neuron whether it has any synapse, chemical or electrical, with itself included.
    /// O(n + E).
    #[must_use]
    pub fn connected(&self) -> Vec<bool> {
        let mut connected = vec![false; self.neurons.len()];
        for synapse in self.chemical.iter().chain(&self.electrical) {
            connected[synapse.pre as usize] = true;
            connected[synapse.post as usize] = true;
        }
        connected
    }

    /// A connectome of the same neurons and unit with another name and other synapses.
    ///
    /// # Errors
    /// As [`Connectome::new`].
    pub fn rewired(
        &self,
        name: impl Into<String>,
        synapses: Vec<Synapse>,
    ) -> Result<Self, ConnectomeError> {
        Self::new(name, self.unit.clone(), self.neurons.to_vec(), synapses)
    }
}

fn offsets(neurons: usize, ends: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut offsets = vec![0; neurons + 1];
    ends.for_each(|end| offsets[end as usize + 1] += 1);
    (0..neurons).for_each(|i| offsets[i + 1] += offsets[i]);
    offsets
}

fn range(offsets: &[u32], neuron: u32) -> Range<usize> {
    offsets[neuron as usize] as usize..offsets[neuron as usize + 1] as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synapse(pre: u32, post: u32, synapse_type: SynapseType, weight: f64) -> Synapse {
        Synapse {
            pre,
            post,
            synapse_type,
            weight,
            sign: Sign::Excitatory,
        }
    }

    fn neurons() -> Vec<Neuron> {
        ["A", "B", "C"].map(Neuron::named).to_vec()
    }

    #[test]
    fn both_directions_list_the_same_synapses() {
        use SynapseType::{Chemical, Electrical};
        let synapses = vec![
            synapse(2, 0, Chemical, 1.0),
            synapse(0, 2, Chemical, 2.0),
            synapse(1, 1, Chemical, 3.0),
            synapse(2, 1, Electrical, 4.0),
        ];
        let c = Connectome::new("t", "synapses", neurons(), synapses).unwrap();
        let mut forward: Vec<_> = (0..3)
            .flat_map(|i| c.outgoing(i))
            .map(|s| (s.pre, s.post))
            .collect();
        let mut backward: Vec<_> = (0..3)
            .flat_map(|i| c.incoming(i))
            .map(|s| (s.pre, s.post))
            .collect();
        forward.sort_unstable();
        backward.sort_unstable();
        assert_eq!(forward, [(0, 2), (1, 1), (2, 0)]);
        assert_eq!(forward, backward);
        assert_eq!(
            (
                c.electrical()[0].pre,
                c.electrical()[0].post,
                c.electrical()[0].sign
            ),
            (1, 2, Sign::Unsigned)
        );
        assert_eq!(c.edges(0.0).count(), 2);
        assert_eq!(c.edges(1.5).count(), 1);
    }

    #[test]
    fn what_is_no_connectome_is_refused() {
        let chemical = |pre, post, weight| synapse(pre, post, SynapseType::Chemical, weight);
        let build = |synapses| Connectome::new("t", "synapses", neurons(), synapses);
        for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                build(vec![chemical(0, 1, weight)]),
                Err(ConnectomeError::Weight { .. })
            ));
        }
        assert!(matches!(
            build(vec![chemical(0, 3, 1.0)]),
            Err(ConnectomeError::UnknownNeuron { index: 3, .. })
        ));
        let twice = vec![chemical(0, 1, 1.0), chemical(0, 1, 2.0)];
        assert!(matches!(
            build(twice),
            Err(ConnectomeError::DuplicateSynapse { .. })
        ));
        let same = vec![Neuron::named("A"), Neuron::named("A")];
        let error = Connectome::new("t", "synapses", same, vec![]);
        assert!(matches!(
            error,
            Err(ConnectomeError::DuplicateNeuron { .. })
        ));
    }
}
