//! The leaky integrate-and-fire neuron.
//!
//! ```text
//! tau_m dv/dt = E_L - v + J        tau_s dJ/dt = -J
//! ```
//!
//! A spike that arrives with weight `w` adds `w` to `J`. `J` is in mV: what a current that lasts
//! would add to the potential. At `v >= V_th` the neuron spikes, is set to `V_reset` and stays
//! there while it is refractory.

use crate::portable::exp;

/// Potential at rest, in mV.
const REST: f64 = -70.0;
/// Potential at which a neuron spikes, in mV.
const THRESHOLD: f64 = -50.0;
/// Potential after a spike, in mV.
const RESET: f64 = -65.0;
/// Time constant of synaptic currents, in ms. Ours; the source gives none.
pub const SYNAPTIC_TIME: f64 = 7.0;
/// How long a neuron stays at its reset potential after a spike, in ms. Ours; the source gives
/// none.
pub const REFRACTORY_TIME: f64 = 2.0;
/// Time step of a simulation, in ms. Within a step the equations are solved exactly; spikes happen
/// at its end.
pub const STEP: f64 = 0.1;

/// A neuron between two steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neuron {
    /// Membrane time constant, in ms.
    decay: f64,
    /// Share of the current that the potential gains in a step.
    gain: f64,
    current_decay: f64,
    potential: f64,
    current: f64,
    /// Steps for which the neuron is still refractory.
    refractory: u32,
}

impl Neuron {
    /// A neuron at rest with this membrane time constant, in ms.
    pub(super) fn new(membrane_time: f64) -> Self {
        let (decay, current_decay) = (exp(-STEP / membrane_time), exp(-STEP / SYNAPTIC_TIME));
        let apart = membrane_time - SYNAPTIC_TIME;
        let gain = if apart.abs() < 1e-9 {
            STEP / SYNAPTIC_TIME * current_decay
        } else {
            SYNAPTIC_TIME / apart * (decay - current_decay)
        };
        Self {
            decay,
            gain,
            current_decay,
            potential: REST,
            current: 0.0,
            refractory: 0,
        }
    }

    /// Goes on by a step, after spikes of this summed weight arrived. True if the neuron spikes.
    pub(super) fn step(&mut self, arrived: f64) -> bool {
        self.current += arrived;
        let gained = self.gain * self.current;
        self.current *= self.current_decay;
        if self.refractory > 0 {
            self.refractory -= 1;
            return false;
        }
        self.potential = REST + (self.potential - REST) * self.decay + gained;
        let spikes = self.potential >= THRESHOLD;
        if spikes {
            self.potential = RESET;
            self.refractory = (REFRACTORY_TIME / STEP).round() as u32;
        }
        spikes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_potential_after_a_spike_is_the_exact_solution() {
        for membrane in [6.0, 12.0, 15.0, SYNAPTIC_TIME] {
            let mut neuron = Neuron::new(membrane);
            let weight = 20.0;
            let steps = 95;
            for step in 0..steps {
                let arrived = if step == 0 { weight } else { 0.0 };
                assert!(!neuron.step(arrived));
            }
            let t = f64::from(steps) * STEP;
            let expected = if membrane == SYNAPTIC_TIME {
                weight * t / membrane * (-t / membrane).exp()
            } else {
                weight * SYNAPTIC_TIME / (membrane - SYNAPTIC_TIME)
                    * ((-t / membrane).exp() - (-t / SYNAPTIC_TIME).exp())
            };
            let found = neuron.potential - REST;
            assert!(
                (found - expected).abs() < 1e-9,
                "{membrane}: {found}, {expected}"
            );
        }
    }

    #[test]
    fn a_refractory_neuron_does_not_spike() {
        let mut neuron = Neuron::new(10.0);
        let spikes: Vec<u32> = (0..100).filter(|_| neuron.step(200.0)).collect();
        let apart = (REFRACTORY_TIME / STEP) as u32;
        assert!(spikes.len() > 1);
        assert!(spikes.windows(2).all(|pair| pair[1] - pair[0] > apart));
    }
}
