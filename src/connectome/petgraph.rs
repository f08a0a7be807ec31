//! To and from [`petgraph`], for everything its algorithms offer.

use petgraph::graph::DiGraph;

use super::{Connectome, ConnectomeError, Neuron, Sign, Synapse, SynapseType};

/// What an edge of the petgraph form carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SynapseWeight {
    /// Whether the synapse is chemical or electrical.
    pub synapse_type: SynapseType,
    /// Strength in the connectome's unit.
    pub weight: f64,
    /// Sign of the synapse.
    pub sign: Sign,
}

impl From<&Connectome> for DiGraph<Neuron, SynapseWeight> {
    /// Node `i` is neuron `i`; first the chemical synapses, then one edge per gap junction.
    fn from(connectome: &Connectome) -> Self {
        let mut graph =
            DiGraph::with_capacity(connectome.neurons().len(), connectome.chemical().len());
        let nodes: Vec<_> = connectome
            .neurons()
            .iter()
            .map(|n| graph.add_node(n.clone()))
            .collect();
        for s in connectome.chemical().iter().chain(connectome.electrical()) {
            let weight = SynapseWeight {
                synapse_type: s.synapse_type,
                weight: s.weight,
                sign: s.sign,
            };
            graph.add_edge(nodes[s.pre as usize], nodes[s.post as usize], weight);
        }
        graph
    }
}

impl Connectome {
    /// The connectome a petgraph digraph stands for.
    ///
    /// # Errors
    /// As [`Connectome::new`]; parallel edges of one type are refused.
    pub fn from_petgraph(
        name: impl Into<String>,
        unit: impl Into<String>,
        graph: &DiGraph<Neuron, SynapseWeight>,
    ) -> Result<Self, ConnectomeError> {
        let neurons = graph.node_weights().cloned().collect();
        let synapses = graph
            .raw_edges()
            .iter()
            .map(|e| Synapse {
                pre: e.source().index() as u32,
                post: e.target().index() as u32,
                synapse_type: e.weight.synapse_type,
                weight: e.weight.weight,
                sign: e.weight.sign,
            })
            .collect();
        Self::new(name, unit, neurons, synapses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectome::SignModel;
    use crate::source::bundled;

    #[test]
    fn there_and_back() {
        let signed = bundled::connectome("cook2019_male")
            .unwrap()
            .with_signs(SignModel::Fenyves2020);
        let graph = DiGraph::from(&signed);
        assert_eq!(graph.node_count(), 380);
        assert_eq!(
            graph.edge_count(),
            signed.chemical().len() + signed.electrical().len()
        );
        assert_eq!(
            Connectome::from_petgraph(signed.name(), signed.unit(), &graph).unwrap(),
            signed
        );
    }
}
