//! Adaptive inhibition: inhibitory inputs that grow until every neuron has its target rate
//! (arXiv 2504.12480).
//!
//! While white input drives the reservoir, every inhibitory synapse onto a neuron whose rate is
//! above the target is strengthened and every one onto a neuron below it is weakened,
//!
//! ```text
//! A_ij += delta (r_i - rho)        A_ij: size of an inhibitory weight, never below 0
//! ```
//!
//! after each step, with the modulus of the state for a rate.

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::network::Reservoir;
use crate::random::stream;

/// How inhibition adapts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InhibitionSettings {
    /// Rate of adaptation, `delta`.
    pub rate: f64,
    /// Rate that every neuron is brought to, `rho`.
    pub target: f64,
    /// Steps of adaptation.
    pub steps: u32,
}

impl Default for InhibitionSettings {
    fn default() -> Self {
        Self {
            rate: 1e-3,
            target: 0.2,
            steps: 5000,
        }
    }
}

/// Adapts the inhibitory weights of a reservoir. Excitatory ones and the input stay.
pub fn adapt_inhibition(reservoir: &mut Reservoir, settings: &InhibitionSettings, seed: u64) {
    let inhibitory: Vec<usize> = (0..reservoir.weights.len())
        .filter(|&edge| reservoir.weights[edge].2 < 0.0)
        .collect();
    let mut random = stream(seed, &["inhibition"]);
    let mut state = vec![0.0; reservoir.neurons];
    let mut sums = state.clone();
    for _ in 0..settings.steps {
        let value = 2.0 * random.random::<f64>() - 1.0;
        reservoir.step(&mut state, &mut sums, value);
        for &edge in &inhibitory {
            let (post, _, weight) = &mut reservoir.weights[edge];
            let above = state[*post as usize].abs() - settings.target;
            *weight = (*weight - settings.rate * above).min(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reservoir::Response;

    #[test]
    fn a_neuron_above_its_target_is_inhibited_more_and_one_below_less() {
        let reservoir = |gain: f64| {
            Reservoir {
                // A neuron that the input drives, and its own inhibition.
                weights: vec![(0, 0, -0.3)],
                response: Response::Tanh,
                ..Reservoir::delay_line(1)
            }
            .with_gain(gain)
        };
        let adapted = |gain| {
            let mut reservoir = reservoir(gain);
            adapt_inhibition(&mut reservoir, &InhibitionSettings::default(), 1);
            reservoir.weights[0].2
        };
        assert!(adapted(2.0) < -0.3, "{}", adapted(2.0));
        assert_eq!(adapted(0.01), 0.0);
    }
}
