//! A motif as a circuit of spiking neurons.

use rand::RngExt;
use std::borrow::Cow;

use super::neuron::{Neuron, STEP};
use crate::motif::{Pattern, SignConstraint};
use crate::random::ChaCha8Rng;
use crate::text::Hinted;

/// Membrane time constants of inputs and of all other excitatory neurons, in ms.
const INPUT_TIME: f64 = 12.0;
const RELAY_TIME: f64 = 15.0;
/// Weight of a synapse between excitatory neurons, and of what drives an input, in mV.
const EXCITATION: f64 = 84.0;
/// Summed weight of the synapses onto an inhibitory neuron, in mV: 28 for each of two.
const ONTO_HUB: f64 = 56.0;
/// Weight of an inhibitory synapse, in mV.
const INHIBITION: f64 = -84.0;
/// Delay of a synapse between excitatory neurons, in steps of .1 ms.
const DELAY: usize = 10;
/// Delay of a synapse from or onto an inhibitory neuron, in steps of .1 ms.
const HUB_DELAY: usize = 5;
/// Steps of a trial.
const STEPS: usize = 1000;

/// Why a motif is no circuit with inputs and responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCircuit {
    /// The pattern leaves open which synapses there are.
    #[error("it has alternatives")]
    Alternatives,
    /// Every neuron has an input from another.
    #[error("none of its neurons is an input")]
    NoInput,
    /// A neuron has an effect on itself, so that what it should do depends on time.
    #[error("its neurons go in a circle")]
    Circle,
}

impl Hinted for NoCircuit {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some("xor5, xor6, lat and ffli are circuits with inputs".into())
    }
}

/// A motif whose neurons spike.
#[derive(Clone, Debug)]
pub struct Circuit {
    roles: Vec<String>,
    inhibits: Vec<bool>,
    /// Source, target, weight in mV, delay in steps.
    synapses: Vec<(usize, usize, f64, usize)>,
    /// Neurons without a synapse from another one.
    inputs: Vec<usize>,
    /// All neurons, each after all that it has a synapse from.
    order: Vec<usize>,
}

/// What a neuron did in one trial.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Response {
    /// Number of spikes.
    pub spikes: u32,
    /// Time of the first spike, in ms after the inputs are driven.
    pub first: Option<f64>,
}

impl Circuit {
    /// The circuit of a motif. A neuron inhibits if one of its synapses does or the motif asks for
    /// an inhibitory neuron. What synapses onto an inhibitory neuron weigh together is enough to
    /// make it spike, and what all but one of two weigh is not.
    ///
    /// # Errors
    /// [`NoCircuit`] for motifs without inputs, with circles or alternatives.
    pub fn of(pattern: &Pattern) -> Result<Self, NoCircuit> {
        if !pattern.alternatives().is_empty() {
            return Err(NoCircuit::Alternatives);
        }
        let (roles, edges) = (pattern.roles(), pattern.edges());
        let inhibits: Vec<bool> = roles
            .iter()
            .enumerate()
            .map(|(role, wanted)| {
                wanted.class == SignConstraint::Inhibitory
                    || edges
                        .iter()
                        .any(|e| e.presynaptic == role && e.sign == SignConstraint::Inhibitory)
            })
            .collect();
        let onto = |role: usize| edges.iter().filter(move |e| e.postsynaptic == role);
        let inputs: Vec<usize> = (0..roles.len()).filter(|&r| onto(r).count() == 0).collect();
        if inputs.is_empty() {
            return Err(NoCircuit::NoInput);
        }
        let mut order: Vec<usize> = Vec::new();
        while order.len() < roles.len() {
            let next = (0..roles.len()).find(|role| {
                !order.contains(role) && onto(*role).all(|e| order.contains(&e.presynaptic))
            });
            order.push(next.ok_or(NoCircuit::Circle)?);
        }
        let synapse = |from: usize, to: usize| match (inhibits[from], inhibits[to]) {
            (true, _) => (from, to, INHIBITION, HUB_DELAY),
            (false, true) => {
                let excitatory = onto(to).filter(|e| !inhibits[e.presynaptic]).count();
                (from, to, ONTO_HUB / excitatory as f64, HUB_DELAY)
            }
            (false, false) => (from, to, EXCITATION, DELAY),
        };
        Ok(Self {
            synapses: edges
                .iter()
                .map(|e| synapse(e.presynaptic, e.postsynaptic))
                .collect(),
            roles: roles.iter().map(|role| role.name.clone()).collect(),
            inhibits,
            inputs,
            order,
        })
    }

    /// Names of the neurons.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// The neurons that are driven from outside.
    #[must_use]
    pub fn inputs(&self) -> &[usize] {
        &self.inputs
    }

    /// What each neuron should do, given for each whether it is driven: an excitatory neuron is
    /// active if one of its excitatory sources is and none of its inhibitory sources; an inhibitory
    /// neuron if all of its excitatory sources are and none of its inhibitory sources.
    #[must_use]
    pub fn expected(&self, driven: &[bool]) -> Vec<bool> {
        let mut active = driven.to_vec();
        for &neuron in &self.order {
            if self.inputs.contains(&neuron) {
                continue;
            }
            let sources = |inhibitory: bool| {
                self.synapses
                    .iter()
                    .filter(move |s| s.1 == neuron && self.inhibits[s.0] == inhibitory)
                    .map(|s| s.0)
            };
            let is_silenced = sources(true).any(|source| active[source]);
            let mut excitatory = sources(false);
            let is_excited = if self.inhibits[neuron] {
                excitatory.all(|source| active[source])
            } else {
                excitatory.any(|source| active[source])
            };
            active[neuron] = is_excited && !is_silenced;
        }
        active
    }

    /// Drives some inputs at time 0 and follows the neurons for 100 ms. Inhibitory neurons have the
    /// membrane time constant `hub_time`, in ms. Each neuron gets Poisson noise of `noise_rate`
    /// spikes a second that excite it and as many that inhibit it, each of weight `noise_weight`,
    /// in mV.
    #[must_use]
    pub fn trial(
        &self,
        driven: &[bool],
        hub_time: f64,
        noise: (f64, f64),
        random: &mut ChaCha8Rng,
    ) -> Vec<Response> {
        let (noise_rate, noise_weight) = noise;
        let count = self.roles.len();
        let chance = noise_rate * STEP / 1000.0;
        let mut neurons: Vec<Neuron> = (0..count)
            .map(|role| {
                Neuron::new(if self.inhibits[role] {
                    hub_time
                } else if self.inputs.contains(&role) {
                    INPUT_TIME
                } else {
                    RELAY_TIME
                })
            })
            .collect();
        let mut arriving = vec![vec![0.0; count]; STEPS + DELAY + 1];
        for (weight, _) in arriving[0].iter_mut().zip(driven).filter(|(_, is)| **is) {
            *weight = EXCITATION;
        }
        let mut responses = vec![Response::default(); count];
        for step in 0..STEPS {
            for (role, neuron) in neurons.iter_mut().enumerate() {
                let mut arrived = arriving[step][role];
                if chance > 0.0 {
                    for sign in [1.0, -1.0] {
                        if random.random::<f64>() < chance {
                            arrived += sign * noise_weight;
                        }
                    }
                }
                if neuron.step(arrived) {
                    let response = &mut responses[role];
                    response.spikes += 1;
                    response.first.get_or_insert((step + 1) as f64 * STEP);
                    for &(_, to, weight, delay) in self.synapses.iter().filter(|s| s.0 == role) {
                        arriving[step + 1 + delay][to] += weight;
                    }
                }
            }
        }
        responses
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::motif::Motif;
    use crate::random::stream;

    fn spikes(motif: Motif, driven: &[&str], hub_time: f64) -> Vec<(String, u32)> {
        let circuit = Circuit::of(motif.pattern()).unwrap();
        let driven: Vec<bool> = circuit
            .roles()
            .iter()
            .map(|role| driven.contains(&role.as_str()))
            .collect();
        let mut random = stream(1, &["test"]);
        let responses = circuit.trial(&driven, hub_time, (0.0, 0.0), &mut random);
        let named = circuit.roles().iter().cloned();
        named.zip(responses.iter().map(|r| r.spikes)).collect()
    }

    fn of(role: &str, all: &[(String, u32)]) -> u32 {
        all.iter().find(|(name, _)| name == role).unwrap().1
    }

    /// A C program with the same equations, written apart, gives these spikes of C, D and I at
    /// time constants of the hub from 2 to 16 ms: with one input 1, 0, 0 throughout; with both 0, 0
    /// and at least 1 up to 7 ms, and 1, 1, 0 from 8 ms.
    #[test]
    fn the_xor_motif_computes_xor_while_its_hub_is_fast() {
        for hub_time in 2..=16 {
            let one = spikes(Motif::Xor5, &["A"], f64::from(hub_time));
            assert_eq!((of("C", &one), of("D", &one), of("I", &one)), (1, 0, 0));
            let both = spikes(Motif::Xor5, &["A", "B"], f64::from(hub_time));
            let found = (of("C", &both), of("D", &both), of("I", &both) > 0);
            let expected = if hub_time <= 7 {
                (0, 0, true)
            } else {
                (1, 1, false)
            };
            assert_eq!(found, expected, "{hub_time} ms");
        }
    }

    #[test]
    fn the_read_out_of_xor6_is_xor_and_nothing_happens_without_inputs() {
        for (driven, expected) in [(&["A"][..], true), (&["B"], true), (&["A", "B"], false)] {
            let found = spikes(Motif::Xor6, driven, 6.0);
            assert_eq!(of("O", &found) > 0, expected, "{driven:?}");
        }
        assert!(spikes(Motif::Xor6, &[], 6.0).iter().all(|(_, n)| *n == 0));
    }

    #[test]
    fn motifs_that_are_no_circuits_are_refused() {
        let refused = |motif: Motif| Circuit::of(motif.pattern()).unwrap_err();
        assert_eq!(refused(Motif::Wta3), NoCircuit::NoInput);
        assert_eq!(refused(Motif::Mi2), NoCircuit::NoInput);
        assert_eq!(refused(Motif::Sxor8), NoCircuit::Alternatives);
    }

    #[test]
    fn what_is_expected_of_xor5() {
        let circuit = Circuit::of(Motif::Xor5.pattern()).unwrap();
        let active = |driven: &[&str]| {
            let driven: Vec<bool> = circuit
                .roles()
                .iter()
                .map(|role| driven.contains(&role.as_str()))
                .collect();
            let expected = circuit.expected(&driven);
            let all = circuit.roles().iter().zip(expected);
            all.filter(|(_, is)| *is)
                .map(|(role, _)| role.as_str())
                .collect::<Vec<_>>()
                .concat()
        };
        let sorted = |text: String| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters.into_iter().collect::<String>()
        };
        assert_eq!(sorted(active(&["A"])), "AC");
        assert_eq!(sorted(active(&["B"])), "BD");
        assert_eq!(sorted(active(&["A", "B"])), "ABI");
        assert_eq!(active(&[]), "");
    }
}
