//! From a topology to the wiring of a network.

use rand::RngExt;
use rand_distr::StandardNormal;

use super::{Family, Topology};
use crate::connectome::{NeuronClass, Sign};
use crate::network::{Connection, UnsignedPolicy, Wiring};
use crate::random::stream;

/// Weights of this unit span five orders of magnitude: their logarithm is used.
const VOLUME_UNIT: &str = "nm3";

/// The wiring of a network over `topology`: sensory neurons see, motor neurons act, all others hold the latent; where a class is
/// missing altogether, all neurons take its part.
///
/// A connection starts with its share of the postsynaptic neuron's summed weight (*fan-in normalised* synapse counts), all scaled
/// to one spectral radius. In the dense control every connection is free and starts normal with variance `1/n`, drawn from `seed`.
#[must_use]
pub fn wiring(topology: &Topology, unsigned: UnsignedPolicy, spectral_radius: f64, seed: u64) -> Wiring {
    let connectome = &topology.connectome;
    let n = connectome.neurons().len();
    let control = topology.family == Family::Control;
    let strength = |weight: f64| if connectome.unit() == VOLUME_UNIT { weight.ln_1p() } else { weight };
    let mut fan_in = vec![0.0; n];
    connectome.chemical().iter().for_each(|s| fan_in[s.post as usize] += strength(s.weight));
    let mut random = stream(seed, &["dense"]);
    let mut connections = Vec::with_capacity(connectome.chemical().len());
    for post in 0..n as u32 {
        for s in connectome.incoming(post) {
            let (sign, strength) = match (s.sign, unsigned) {
                _ if control => (Sign::Unsigned, random.sample::<f64, _>(StandardNormal) / (n as f64).sqrt()),
                (Sign::Unsigned, UnsignedPolicy::Drop) => continue,
                (Sign::Unsigned, UnsignedPolicy::Excitatory) => {
                    (Sign::Excitatory, strength(s.weight) / fan_in[post as usize])
                }
                (sign, _) => (sign, strength(s.weight) / fan_in[post as usize]),
            };
            connections.push(Connection { pre: s.pre, post, strength, sign });
        }
    }
    let of_class = |wanted: &dyn Fn(NeuronClass) -> bool| -> Vec<u32> {
        let chosen: Vec<u32> = (0..n as u32).filter(|&i| wanted(connectome.neurons()[i as usize].class)).collect();
        if chosen.is_empty() { (0..n as u32).collect() } else { chosen }
    };
    let mut wiring = Wiring {
        neurons: n,
        connections,
        gap_junctions: connectome.gap_pairs().map(|s| (s.pre, s.post, strength(s.weight))).collect(),
        input: of_class(&|class| class == NeuronClass::Sensory),
        inner: of_class(&|class| class != NeuronClass::Sensory && class != NeuronClass::Motor),
        output: of_class(&|class| class == NeuronClass::Motor),
    };
    if control {
        wiring.gap_junctions.clear();
    }
    wiring.set_spectral_radius(spectral_radius);
    wiring
}
