//! A connectome as rows of the tables that reports show.

use super::{Connectome, Transmitter};
use crate::table;

table! {
    /// One neuron of a connectome or topology.
    pub struct NeuronRow = "neurons" version 1 key(connectome, neuron) {
        /// Connectome or topology.
        connectome: String,
        /// Name of the neuron.
        neuron: String,
        /// Functional class: sensory, inter, motor, polymodal or unknown.
        class: String,
        /// Cell type, where the user's own neuron table gives one.
        cell_type: Option<String>,
        /// True for the neurons of the pharynx.
        pharyngeal: bool,
        /// Neurotransmitters and modulators, joined by `+` (Wang et al. 2024); null where none is
        /// known.
        transmitters: Option<String>,
        /// Dominant classical transmitter in Fenyves et al. 2020: ACh, Glu or GABA.
        fenyves_dominant: Option<String>,
        /// Alternative classical transmitter in Fenyves et al. 2020.
        fenyves_alternative: Option<String>,
        /// Receptor genes expressed: glutamate +, -, acetylcholine +, -, GABA +, - (Fenyves et al.
        /// 2020).
        receptors: Vec<f64> => "genes",
        /// Sign of the neuron under the topology's sign model (table `topologies`): excitatory,
        /// inhibitory or unsigned.
        sign: String,
    }
}

table! {
    /// One synapse (pre to post) or gap junction (once per pair, pre <= post) of a connectome or
    /// topology.
    pub struct SynapseRow = "synapses" version 1 key(connectome, pre, post, synapse_type) {
        /// Connectome or topology.
        connectome: String,
        /// Name of the presynaptic neuron.
        pre: String,
        /// Name of the postsynaptic neuron.
        post: String,
        /// chemical or electrical.
        synapse_type: String,
        /// Weight, in `unit`.
        weight: f64,
        /// Unit of the weight: synapses, EM sections or nm3. Weights of different units must not be
        /// compared.
        unit: String,
        /// excitatory, inhibitory or unsigned; electrical synapses are unsigned.
        sign: String,
    }
}

table! {
    /// One connectome that was read.
    pub struct ConnectomeRow = "connectomes" version 1 key(connectome) {
        /// Name of the connectome.
        connectome: String,
        /// Which animal was imaged, as the publication names it.
        animal: String,
        /// hermaphrodite, male or unknown.
        sex: String,
        /// Developmental stage.
        stage: String,
        /// Age after hatching, where published.
        age_hours: Option<f64> => "h",
        /// Part of the body reconstructed.
        region: String,
        /// Unit of the weights.
        unit: String,
        /// Neurons with at least one synapse or gap junction.
        neurons: i64,
        /// Directed pairs of different neurons joined by chemical synapses.
        chemical_edges: i64,
        /// Summed weight of these pairs, in `unit`.
        chemical_weight: f64,
        /// Neurons with chemical synapses onto themselves.
        autapses: i64,
        /// Pairs of different neurons joined by gap junctions.
        gap_pairs: i64,
        /// Publication to cite.
        citation: String,
        /// DOI of the publication, where it has one.
        doi: Option<String>,
        /// Licence of the data.
        licence: String,
        /// SHA-256 of the connectome's rows as text (data/SOURCES.md); null for a user's own.
        sha256: Option<String>,
    }
}

/// A connectome as rows of the tables `neurons` and `synapses`. O(neurons + synapses).
#[must_use]
pub fn to_rows(connectome: &Connectome) -> (Vec<NeuronRow>, Vec<SynapseRow>) {
    let name = connectome.name();
    let transmitter = |t: Option<Transmitter>| t.map(|t| t.as_str().to_owned());
    let neurons = connectome
        .neurons()
        .iter()
        .map(|n| NeuronRow {
            connectome: name.to_owned(),
            neuron: n.name.clone(),
            class: n.class.as_str().to_owned(),
            cell_type: n.cell_type.clone(),
            pharyngeal: n.pharyngeal,
            transmitters: (!n.transmitters.is_empty()).then(|| n.transmitters.join("+")),
            fenyves_dominant: transmitter(n.fenyves_transmitters[0]),
            fenyves_alternative: transmitter(n.fenyves_transmitters[1]),
            receptors: n
                .receptors
                .0
                .iter()
                .flatten()
                .map(|&g| f64::from(g))
                .collect(),
            sign: n.sign.as_str().to_owned(),
        })
        .collect();
    let label = |i: u32| connectome.neurons()[i as usize].name.clone();
    let synapses = connectome
        .chemical()
        .iter()
        .chain(connectome.electrical())
        .map(|s| SynapseRow {
            connectome: name.to_owned(),
            pre: label(s.pre),
            post: label(s.post),
            synapse_type: s.synapse_type.as_str().to_owned(),
            weight: s.weight,
            unit: connectome.unit().to_owned(),
            sign: s.sign.as_str().to_owned(),
        })
        .collect();
    (neurons, synapses)
}
