//! From a topology to the wiring of a network.

use rand::RngExt;
use rand::seq::SliceRandom;

use super::family::Family;
use super::signed::Topology;
use crate::connectome::{Connectome, Roles, Sign, strength};
use crate::network::{
    Bottleneck, BottleneckKind, Connection, InitialStrength, NetworkConfig, NetworkError,
    UnsignedPolicy, Wiring,
};
use crate::portable::StandardNormal;
use crate::random::stream;

/// The wiring of a network over `topology`: sensory neurons see, motor neurons act, all others hold
/// the latent (or as `config` says); where a class is missing altogether, all neurons take its
/// part.
///
/// A connection starts with its share of the postsynaptic neuron's summed weight (*fan-in
/// normalised* synapse counts), all scaled to one spectral radius. In the dense control every
/// connection is free and starts normal with variance `1/n`, drawn from `seed`.
#[must_use]
pub fn wiring(topology: &Topology, config: &NetworkConfig, seed: u64) -> Wiring {
    let connectome = &topology.connectome;
    let n = connectome.neurons().len();
    let control = topology.family == Family::Control;
    let strength = |weight: f64| strength(connectome.unit(), weight);
    let mut fan_in = vec![0.0; n];
    connectome
        .chemical()
        .iter()
        .for_each(|s| fan_in[s.post as usize] += strength(s.weight));
    let sampled = sampled_signs(connectome, seed);
    let mut random = stream(seed, &["dense"]);
    let mut connections = Vec::with_capacity(connectome.chemical().len());
    for post in 0..n as u32 {
        for s in connectome.incoming(post) {
            let share = strength(s.weight) / fan_in[post as usize];
            let (sign, strength) = match (s.sign, config.unsigned) {
                _ if control => (
                    Sign::Unsigned,
                    random.sample::<f64, _>(StandardNormal) / (n as f64).sqrt(),
                ),
                (Sign::Unsigned, UnsignedPolicy::Drop) => continue,
                (Sign::Unsigned, UnsignedPolicy::Excitatory) => (Sign::Excitatory, share),
                (Sign::Unsigned, UnsignedPolicy::Sampled) => (sampled[s.pre as usize], share),
                (Sign::Unsigned, UnsignedPolicy::Free) => (Sign::Unsigned, share),
                (sign @ (Sign::Excitatory | Sign::Inhibitory), _) => (sign, share),
            };
            connections.push(Connection {
                pre: s.pre,
                post,
                strength,
                sign,
            });
        }
    }
    if config.initial == InitialStrength::Random && !control {
        let mut random = stream(seed, &["initial", "strength"]);
        let mut degree = vec![0u32; n];
        connections
            .iter()
            .for_each(|c| degree[c.post as usize] += 1);
        for c in &mut connections {
            let modulus = random.sample::<f64, _>(StandardNormal).abs();
            c.strength = modulus / f64::from(degree[c.post as usize]).sqrt();
        }
    }
    let roles = Roles::of(connectome.neurons(), &config.input, &config.output).or_everyone(n);
    let mut wiring = Wiring {
        neurons: n,
        connections,
        gap_junctions: connectome
            .gap_pairs()
            .map(|s| (s.pre, s.post, strength(s.weight)))
            .collect(),
        input: roles.input,
        inner: roles.held,
        output: roles.output,
    };
    if control {
        wiring.gap_junctions.clear();
    }
    wiring.set_spectral_radius(config.spectral_radius);
    wiring
}

/// A sign for every neuron: inhibitory with the share that inhibitory neurons have among those that
/// send synapses of one sign.
fn sampled_signs(connectome: &Connectome, seed: u64) -> Vec<Sign> {
    let mut signs = vec![Sign::Unsigned; connectome.neurons().len()];
    for s in connectome
        .chemical()
        .iter()
        .filter(|s| s.sign != Sign::Unsigned)
    {
        signs[s.pre as usize] = s.sign;
    }
    let inhibitory = signs.iter().filter(|&&s| s == Sign::Inhibitory).count() as f64;
    let signed = signs
        .iter()
        .filter(|&&s| s != Sign::Unsigned)
        .count()
        .max(1) as f64;
    let mut random = stream(seed, &["sampled signs"]);
    // Every neuron draws, so that a neuron's sign does not depend on which others have one.
    let draws = signs.iter().map(|_| random.random::<f64>());
    draws
        .map(|u| {
            if u < inhibitory / signed {
                Sign::Inhibitory
            } else {
                Sign::Excitatory
            }
        })
        .collect()
}

/// The bottleneck of `units` units that `config` asks for.
///
/// # Errors
/// [`NetworkError::Neurons`] if a named neuron is not an inner one or too few are named,
/// [`NetworkError::Wide`] if there are not so many inner neurons.
pub fn bottleneck(
    topology: &Topology,
    wiring: &Wiring,
    config: &NetworkConfig,
    units: usize,
    seed: u64,
) -> Result<Bottleneck, NetworkError> {
    let inner = wiring.inner.len();
    // More units than inner neurons narrow something if few of them are active.
    if units > inner && config.bottleneck != BottleneckKind::TopK {
        return Err(NetworkError::Wide { units, inner });
    }
    let mut neurons = wiring.inner.clone();
    match config.bottleneck {
        BottleneckKind::Linear => return Ok(Bottleneck::Linear(units)),
        BottleneckKind::TopK => {
            let top_k = config.top_k.unwrap_or_default();
            return Ok(Bottleneck::TopK(top_k.with(units)));
        }
        BottleneckKind::Hubs => {
            let mut partners = vec![0u32; wiring.neurons];
            for s in topology
                .connectome
                .chemical()
                .iter()
                .filter(|s| s.pre != s.post)
            {
                partners[s.pre as usize] += 1;
                partners[s.post as usize] += 1;
            }
            neurons.sort_by_key(|&i| std::cmp::Reverse(partners[i as usize]));
        }
        BottleneckKind::Seeded => neurons.shuffle(&mut stream(seed, &["bottleneck"])),
        BottleneckKind::Named => {
            let place = |name: &String| {
                let at = topology
                    .connectome
                    .neurons()
                    .iter()
                    .position(|n| n.name == *name)
                    .map(|i| i as u32);
                at.filter(|i| wiring.inner.contains(i))
                    .ok_or_else(|| NetworkError::Neurons(format!("`{name}` is none")))
            };
            neurons = config
                .bottleneck_neurons
                .iter()
                .map(place)
                .collect::<Result<_, _>>()?;
            if neurons.len() < units {
                let message = format!("{} are named, the bottleneck has {units}", neurons.len());
                return Err(NetworkError::Neurons(message));
            }
        }
    }
    neurons.truncate(units);
    neurons.sort_unstable();
    Ok(Bottleneck::Neurons(neurons))
}
