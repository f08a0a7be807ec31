//! A connectome as tables that engraph and other programs read.

use super::{Connectome, Sign};
use crate::table;

table! {
    /// One synapse (pre to post) or gap junction (once per pair) of an exported connectome, in the
    /// columns that `engraph motifs --edges` reads.
    pub struct ExportedEdgeRow = "export_edges" version 1 key(pre, post, synapse_type) {
        /// Name of the presynaptic neuron.
        pre: String,
        /// Name of the postsynaptic neuron.
        post: String,
        /// Weight, in the connectome's own unit, with all its digits.
        weight: f64,
        /// chemical or electrical.
        synapse_type: String,
        /// excitatory, inhibitory or unsigned; electrical synapses are unsigned.
        sign: String,
    }
}

table! {
    /// One neuron of an exported connectome, in the columns that `engraph motifs --neurons` reads.
    pub struct ExportedNeuronRow = "export_neurons" version 1 key(neuron) {
        /// Name of the neuron.
        neuron: String,
        /// Functional class: sensory, inter, motor, polymodal or unknown.
        class: String,
        /// Cell type, where one is known.
        cell_type: Option<String>,
        /// Neurotransmitters and modulators, joined by `+`; null where none is known.
        transmitter: Option<String>,
        /// excitatory, inhibitory or unsigned.
        sign: String,
    }
}

/// The rows of all neurons and of all synapses, in the connectome's order. O(n + E).
///
/// Read back with both tables, all synapses, names, classes, cell types, transmitters and signs are
/// the same ([`source::file::read`](crate::source::file::read)); neurons are sorted by name or
/// number. The rows do not say what is bundled of the worm's receptors and its pharynx: read back
/// without the table of neurons, a connectome with the worm's names takes it from there again.
#[must_use]
pub fn to_exported(connectome: &Connectome) -> (Vec<ExportedEdgeRow>, Vec<ExportedNeuronRow>) {
    let neurons = connectome.neurons();
    let name = |at: u32| neurons[at as usize].name.clone();
    let edges = connectome
        .chemical()
        .iter()
        .chain(connectome.electrical())
        .map(|s| ExportedEdgeRow {
            pre: name(s.pre),
            post: name(s.post),
            weight: s.weight,
            synapse_type: s.synapse_type.as_str().to_owned(),
            sign: s.sign.as_str().to_owned(),
        });
    let neurons = neurons.iter().map(|n| ExportedNeuronRow {
        neuron: n.name.clone(),
        class: n.class.as_str().to_owned(),
        cell_type: n.cell_type.clone(),
        transmitter: (!n.transmitters.is_empty()).then(|| n.transmitters.join("+")),
        sign: n.sign.as_str().to_owned(),
    });
    (edges.collect(), neurons.collect())
}

/// What a table of edges cannot say of a connectome, as numbers of neurons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsaid {
    /// Neurons without any synapse.
    pub isolated: usize,
    /// Neurons of a sign that their outgoing chemical synapses do not all have, or that have none.
    pub signs: usize,
}

impl Unsaid {
    /// Of a connectome. O(n + E).
    #[must_use]
    pub fn of(connectome: &Connectome) -> Self {
        let isolated = connectome.connected().iter().filter(|&&is| !is).count();
        let said = |at: u32| {
            let outgoing = connectome.outgoing(at);
            let first = outgoing.first().map_or(Sign::Unsigned, |s| s.sign);
            if outgoing.iter().all(|s| s.sign == first) {
                first
            } else {
                Sign::Unsigned
            }
        };
        let signs = connectome
            .neurons()
            .iter()
            .zip(0..)
            .filter(|&(neuron, at)| neuron.sign != said(at));
        Self {
            isolated,
            signs: signs.count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::{Neuron, Synapse, SynapseType};

    #[test]
    fn edges_do_not_say_what_no_synapse_shows() {
        let neurons = [
            ("A", Sign::Excitatory),
            ("B", Sign::Inhibitory),
            ("C", Sign::Excitatory),
            ("D", Sign::Unsigned),
            ("E", Sign::Excitatory),
        ];
        let neuron = |(name, sign)| Neuron {
            sign,
            ..Neuron::named(name)
        };
        let synapse = |pre, post, synapse_type, sign| Synapse {
            pre,
            post,
            synapse_type,
            weight: 0.1,
            sign,
        };
        let synapses = vec![
            synapse(0, 1, SynapseType::Chemical, Sign::Excitatory),
            // B's two synapses differ, D has a gap junction alone, and C and E have none.
            synapse(1, 0, SynapseType::Chemical, Sign::Inhibitory),
            synapse(1, 2, SynapseType::Chemical, Sign::Excitatory),
            synapse(3, 0, SynapseType::Electrical, Sign::Unsigned),
        ];
        let neurons = neurons.map(neuron).to_vec();
        let connectome = Connectome::new("t", "synapses", neurons, synapses).unwrap();
        let unsaid = Unsaid::of(&connectome);
        assert_eq!((unsaid.isolated, unsaid.signs), (1, 3));
        let (edges, neurons) = to_exported(&connectome);
        assert_eq!(edges.len(), 4);
        assert_eq!(
            (&*edges[3].pre, &*edges[3].post, &*edges[3].synapse_type),
            ("A", "D", "electrical")
        );
        assert_eq!(neurons.len(), 5);
    }
}
