//! A connectome as the store keeps it: neurons and synapses by number, so that it loads without
//! reading a name twice or parsing a word.

use std::borrow::Cow;

use super::{
    Connectome, ConnectomeError, Neuron, NeuronClass, Receptors, Sign, Synapse, SynapseType,
    Transmitter,
};
use crate::table;
use crate::text::Hinted;

table! {
    /// A connectome in the store: what is said of it as a whole.
    pub struct StoredConnectomeRow = "stored_connectome" version 1 {
        /// Name of the connectome or topology.
        connectome: String,
        /// Unit of the weights.
        unit: String,
    }
}

table! {
    /// A neuron of a connectome in the store, in the connectome's order.
    pub struct StoredNeuronRow = "stored_neurons" version 1 {
        /// Name of the neuron.
        neuron: String,
        /// Functional class: 0 sensory, 1 inter, 2 motor, 3 polymodal, 4 unknown.
        class: i32,
        /// Cell type, where one is known.
        cell_type: Option<String>,
        /// True for the neurons of the pharynx.
        pharyngeal: bool,
        /// Neurotransmitters and modulators, joined by `+`.
        transmitters: Option<String>,
        /// Dominant classical transmitter: 0 glutamate, 1 acetylcholine, 2 GABA.
        fenyves_dominant: Option<i32>,
        /// Alternative classical transmitter, in the same code.
        fenyves_alternative: Option<i32>,
        /// Receptor genes expressed: glutamate +, -, acetylcholine +, -, GABA +, -.
        receptors: Vec<f64> => "genes",
        /// Sign: 0 excitatory, 1 inhibitory, 2 unsigned.
        sign: i32,
    }
}

table! {
    /// A synapse or gap junction of a connectome in the store, in the connectome's order.
    pub struct StoredSynapseRow = "stored_synapses" version 1 {
        /// Presynaptic neuron: its place among the neurons, from 0.
        pre: i32,
        /// Postsynaptic neuron: its place among the neurons, from 0.
        post: i32,
        /// True for gap junctions.
        electrical: bool,
        /// Weight, in the connectome's unit.
        weight: f64,
        /// Sign: 0 excitatory, 1 inhibitory, 2 unsigned.
        sign: i32,
    }
}

/// The place of a value in the list of all values.
fn code<T: PartialEq>(all: &[T], value: &T) -> i32 {
    all.iter()
        .position(|other| other == value)
        .map_or(-1, |place| place as i32)
}

/// The value at a place in the list of all values.
fn decoded<T: Copy>(all: &[T], code: i32) -> Option<T> {
    usize::try_from(code)
        .ok()
        .and_then(|place| all.get(place))
        .copied()
}

/// The tables of a stored connectome.
pub type Stored = (
    Vec<StoredConnectomeRow>,
    Vec<StoredNeuronRow>,
    Vec<StoredSynapseRow>,
);

/// A connectome as the store keeps it. O(neurons + synapses).
#[must_use]
pub fn to_stored(connectome: &Connectome) -> Stored {
    let transmitter = |t: Option<Transmitter>| t.map(|t| code(&Transmitter::ALL, &t));
    let neurons = connectome.neurons().iter().map(|n| StoredNeuronRow {
        neuron: n.name.clone(),
        class: code(&NeuronClass::ALL, &n.class),
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
        sign: code(&Sign::ALL, &n.sign),
    });
    let all = connectome.chemical().iter().chain(connectome.electrical());
    let synapses = all.map(|s| StoredSynapseRow {
        pre: s.pre as i32,
        post: s.post as i32,
        electrical: s.synapse_type == SynapseType::Electrical,
        weight: s.weight,
        sign: code(&Sign::ALL, &s.sign),
    });
    let whole = StoredConnectomeRow {
        connectome: connectome.name().to_owned(),
        unit: connectome.unit().to_owned(),
    };
    (vec![whole], neurons.collect(), synapses.collect())
}

/// A stored connectome that does not fit together.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// A code or place is in no list of this program.
    #[error("the stored connectome has a {what} that does not exist")]
    Code {
        /// What the code stands for.
        what: &'static str,
    },
    /// Neurons and synapses are no connectome.
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
}

impl Hinted for StoredError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Code { .. } => None,
            Self::Connectome(error) => error.hint(),
        }
    }
}

/// The connectome that [`to_stored`] made these tables of.
///
/// # Errors
/// [`StoredError`] if the tables were changed.
pub fn from_stored((whole, neurons, synapses): Stored) -> Result<Connectome, StoredError> {
    let missing = |what| StoredError::Code { what };
    let whole = whole.into_iter().next().ok_or(missing("name"))?;
    let count = neurons.len() as i32;
    let transmitter = |code: Option<i32>| match code {
        None => Ok(None),
        Some(code) => decoded(&Transmitter::ALL, code)
            .map(Some)
            .ok_or(missing("transmitter")),
    };
    let neurons = neurons.into_iter().map(|n| {
        let gene = |i: usize| n.receptors.get(i).map_or(0, |&g| g as u16);
        Ok(Neuron {
            class: decoded(&NeuronClass::ALL, n.class).ok_or(missing("class"))?,
            cell_type: n.cell_type,
            pharyngeal: n.pharyngeal,
            transmitters: n
                .transmitters
                .iter()
                .flat_map(|t| t.split('+'))
                .map(str::to_owned)
                .collect(),
            fenyves_transmitters: [
                transmitter(n.fenyves_dominant)?,
                transmitter(n.fenyves_alternative)?,
            ],
            receptors: Receptors([[gene(0), gene(1)], [gene(2), gene(3)], [gene(4), gene(5)]]),
            sign: decoded(&Sign::ALL, n.sign).ok_or(missing("sign"))?,
            ..Neuron::named(n.neuron)
        })
    });
    let place = |place: i32| match place {
        0.. if place < count => Ok(place as u32),
        _ => Err(missing("neuron")),
    };
    let synapses = synapses.into_iter().map(|s| {
        Ok(Synapse {
            pre: place(s.pre)?,
            post: place(s.post)?,
            synapse_type: if s.electrical {
                SynapseType::Electrical
            } else {
                SynapseType::Chemical
            },
            weight: s.weight,
            sign: decoded(&Sign::ALL, s.sign).ok_or(missing("sign"))?,
        })
    });
    let neurons = neurons.collect::<Result<_, StoredError>>()?;
    let synapses = synapses.collect::<Result<_, StoredError>>()?;
    Ok(Connectome::new(
        whole.connectome,
        whole.unit,
        neurons,
        synapses,
    )?)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::connectome::SignModel;
    use crate::source::bundled;

    /// All that is known of neurons and synapses survives the way through the tables.
    #[test]
    fn connectomes_survive_their_tables() {
        for name in bundled::names().unwrap() {
            let plain = bundled::connectome(&name).unwrap();
            for &model in SignModel::VARIANTS {
                let signed = plain.clone().with_signs(model);
                let mut neurons = signed.neurons().to_vec();
                neurons[0].cell_type = Some("a type, of +".to_owned());
                let synapses = signed.chemical().iter().chain(signed.electrical());
                let synapses: Vec<Synapse> = synapses.copied().collect();
                let signed = Connectome::new(&*name, signed.unit(), neurons, synapses).unwrap();
                assert_eq!(from_stored(to_stored(&signed)).unwrap(), signed, "{model}");
            }
        }
    }

    /// Stores outlive programs: a code must not come to mean something else.
    #[test]
    fn codes_mean_what_the_columns_say() {
        let words = |codes: &[i32]| -> Vec<String> {
            let word = |&code| decoded(&NeuronClass::ALL, code).map(|class| class.to_string());
            codes.iter().filter_map(word).collect()
        };
        let classes = ["sensory", "inter", "motor", "polymodal", "unknown"];
        assert_eq!(words(&[-1, 0, 1, 2, 3, 4, 5]), classes);
        assert_eq!(
            Sign::ALL.map(Sign::as_str),
            ["excitatory", "inhibitory", "unsigned"]
        );
        assert_eq!(
            Transmitter::ALL.map(Transmitter::as_str),
            ["Glu", "ACh", "GABA"]
        );
    }

    #[test]
    fn a_place_beyond_the_neurons_is_refused() {
        let worm = bundled::connectome("cook2020_pharynx").unwrap();
        let (whole, neurons, mut synapses) = to_stored(&worm);
        synapses[0].post = neurons.len() as i32;
        assert!(from_stored((whole, neurons, synapses)).is_err());
    }
}
