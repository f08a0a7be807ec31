//! A reservoir: neurons with fixed weights that one input drives.

use faer::Mat;
use serde::{Deserialize, Serialize};

use crate::connectome::{Connectome, NeuronClass, Roles, Sign, Synapse, strength};
use crate::portable::{spectral_radius, tanh};

/// How the next state follows from the summed input.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Response {
    /// The hyperbolic tangent.
    #[default]
    Tanh,
    /// The sum itself.
    Linear,
}

impl Response {
    /// The word used in tables and pipelines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A reservoir, `x(t) = (1 - a) x(t - 1) + a f(W x(t - 1) + v u(t))`.
#[derive(Clone, Debug, PartialEq)]
pub struct Reservoir {
    /// Number of neurons.
    pub neurons: usize,
    /// `W`: postsynaptic neuron, presynaptic neuron, weight.
    pub weights: Vec<(u32, u32, f64)>,
    /// `v`: weight of the input in each neuron.
    pub input: Vec<f64>,
    /// Neurons that the read-out sees.
    pub read: Vec<u32>,
    /// `a`, above 0 and at most 1.
    pub leak: f64,
    /// `f`.
    pub response: Response,
}

/// How a wiring becomes a reservoir.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReservoirSettings {
    /// Spectral radius that the signed weights are scaled to.
    pub spectral_radius: f64,
    /// Time step over time constant.
    pub leak: f64,
    /// How the next state follows from the summed input.
    pub response: Response,
}

impl Default for ReservoirSettings {
    fn default() -> Self {
        Self {
            spectral_radius: 0.9,
            leak: 1.0,
            response: Response::Tanh,
        }
    }
}

impl Reservoir {
    /// The reservoir of a connectome: signed weights between different neurons (unsigned synapses
    /// count as excitatory), scaled to a spectral radius; gap junctions are left out. The input
    /// enters every sensory neuron with weight 1, all others are read; where no neuron is sensory,
    /// the input enters and the read-out sees all of them. `None` where no cycle is left, whose
    /// spectral radius of 0 cannot be scaled.
    #[must_use]
    pub fn of(connectome: &Connectome, settings: &ReservoirSettings) -> Option<Self> {
        let n = connectome.neurons().len();
        let signed = |s: &Synapse| {
            let size = strength(connectome.unit(), s.weight);
            let value = if s.sign == Sign::Inhibitory {
                -size
            } else {
                size
            };
            (s.post, s.pre, value)
        };
        let mut weights: Vec<_> = connectome.edges(0.0).map(signed).collect();
        weights.sort_by_key(|&(post, pre, _)| (post, pre));
        let mut matrix = Mat::<f64>::zeros(n, n);
        for &(post, pre, value) in &weights {
            matrix[(post as usize, pre as usize)] += value;
        }
        let radius = spectral_radius(&matrix);
        if !(radius > 0.0 && radius.is_finite()) {
            return None;
        }
        let factor = settings.spectral_radius / radius;
        weights.iter_mut().for_each(|(.., value)| *value *= factor);
        let roles = Roles::of(connectome.neurons(), &[NeuronClass::Sensory], &[]);
        let roles = roles.or_everyone(n);
        let mut input = vec![0.0; n];
        roles.input.iter().for_each(|&i| input[i as usize] = 1.0);
        Some(Self {
            neurons: n,
            weights,
            input,
            read: roles.held,
            leak: settings.leak,
            response: settings.response,
        })
    }

    /// The same reservoir with the input's weights multiplied by `gain`.
    #[must_use]
    pub fn with_gain(mut self, gain: f64) -> Self {
        self.input.iter_mut().for_each(|weight| *weight *= gain);
        self
    }

    /// Takes `state` one step further.
    pub(super) fn step(&self, state: &mut [f64], sums: &mut [f64], value: f64) {
        for (sum, weight) in sums.iter_mut().zip(&self.input) {
            *sum = weight * value;
        }
        for &(post, pre, weight) in &self.weights {
            sums[post as usize] += weight * state[pre as usize];
        }
        for (x, &sum) in state.iter_mut().zip(&*sums) {
            let next = match self.response {
                Response::Tanh => tanh(sum),
                Response::Linear => sum,
            };
            *x = (1.0 - self.leak) * *x + self.leak * next;
        }
    }

    /// The states of the neurons that are read after each input, steps x neurons read, from a state
    /// of zeros.
    #[must_use]
    pub fn states(&self, series: &[f64]) -> Mat<f64> {
        let mut states = Mat::zeros(series.len(), self.read.len());
        let (mut state, mut sums) = (vec![0.0; self.neurons], vec![0.0; self.neurons]);
        for (t, &value) in series.iter().enumerate() {
            self.step(&mut state, &mut sums, value);
            for (column, &neuron) in self.read.iter().enumerate() {
                states[(t, column)] = state[neuron as usize];
            }
        }
        states
    }

    /// The state after the last input, from `start`.
    #[must_use]
    pub fn last_state(&self, start: &[f64], series: &[f64]) -> Vec<f64> {
        let (mut state, mut sums) = (start.to_vec(), vec![0.0; self.neurons]);
        for &value in series {
            self.step(&mut state, &mut sums, value);
        }
        state
    }

    /// A line of `neurons`, each of which repeats the one before: it remembers as many inputs, and
    /// nothing else.
    #[must_use]
    pub fn delay_line(neurons: usize) -> Self {
        let mut input = vec![0.0; neurons];
        input[0] = 1.0;
        Self {
            neurons,
            weights: (1..neurons as u32).map(|i| (i, i - 1, 1.0)).collect(),
            input,
            read: (0..neurons as u32).collect(),
            leak: 1.0,
            response: Response::Linear,
        }
    }
}
