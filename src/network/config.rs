//! The settings that a network is built with.

use serde::{Deserialize, Serialize};

use super::{Activation, Loss, Parametrisation, Penalties, UnsignedPolicy};
use crate::connectome::NeuronClass;

/// The equation a neuron's state follows.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// A leaky rate unit: synapses are currents.
    #[default]
    Rate,
    /// A liquid time constant (Hasani et al. 2021, arXiv 2006.04439): synapses are conductances, so
    /// that a neuron quickens under input.
    LiquidTimeConstant,
}

/// What the sequence must pass through between encoding and decoding.
#[derive(Clone, Debug, PartialEq)]
pub enum Bottleneck {
    /// `k` real units read from the inner neurons; decoding starts from a state made of them alone.
    Linear(usize),
    /// These inner neurons keep their state; all other neurons are reset.
    Neurons(Vec<u32>),
    /// Real units of which only the largest few are active in a sequence.
    TopK(SparseUnits),
    /// No narrowing: as many units as there are inner neurons. The limit that every linear
    /// bottleneck is compared with.
    None,
}

/// The units of a bottleneck of which only the largest few are active (Gao et al. 2024, arXiv
/// 2406.04093).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparseUnits {
    /// Number of units, `L`.
    pub units: usize,
    /// Number of units that are active in a sequence, `k`.
    pub active: usize,
    /// Minibatches without being active after which a unit is dead.
    pub dead_after: u32,
    /// Factor of the error that is left when dead units help.
    pub auxiliary: f64,
}

/// Settings of a bottleneck of the kind `top_k`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TopK {
    /// Number of units, of which a `training.bottlenecks` of `k` leaves `k` active.
    pub units: u32,
    /// Minibatches without being active after which a unit is dead.
    pub dead_after: u32,
    /// Factor of the auxiliary cost: the error of the reconstruction when the largest dead units
    /// are added to the active ones.
    pub auxiliary: f64,
}

impl Default for TopK {
    fn default() -> Self {
        Self {
            units: 32,
            dead_after: 200,
            auxiliary: 1.0 / 32.0,
        }
    }
}

impl TopK {
    /// The units of which `active` are active.
    #[must_use]
    pub fn with(self, active: usize) -> SparseUnits {
        SparseUnits {
            units: self.units as usize,
            active,
            dead_after: self.dead_after,
            auxiliary: self.auxiliary,
        }
    }
}

/// Which kind of bottleneck is built for a given width.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BottleneckKind {
    /// Units that are linear in the inner neurons; decoding starts from a state made of them alone.
    #[default]
    Linear,
    /// The inner neurons with most synaptic partners keep their state; all others are reset.
    Hubs,
    /// The same with inner neurons that are drawn by seed.
    Seeded,
    /// The same with the first neurons of `bottleneck_neurons`.
    Named,
    /// Units that are linear in the inner neurons, of which only as many as the bottleneck is wide
    /// are active in a sequence: those with the largest values. `top_k` says how many there are.
    TopK,
}

impl BottleneckKind {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Hubs => "hubs",
            Self::Seeded => "seeded",
            Self::Named => "named",
            Self::TopK => "top_k",
        }
    }
}

/// How the strengths of connections are set before training.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InitialStrength {
    /// A connection's share of the summed weight of all synapses onto its neuron.
    #[default]
    Synapses,
    /// The modulus of a standard normal variable, over the root of the number of connections onto
    /// its neuron: nothing but the mask and the signs is taken from the connectome.
    Random,
}

/// Settings of a network over a topology.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// Equation of a neuron's state.
    pub cell: Cell,
    /// Firing rate as a function of the state.
    pub activation: Activation,
    /// Time step over time constant of every neuron before training; at most 1/2.
    pub leak: f64,
    /// Summed gap conductance, before training, of the neuron that has most of it; all others keep
    /// their proportion to it.
    pub gap_conductance: f64,
    /// How the strength of a connection is made of the parameter that is trained.
    pub weights: Parametrisation,
    /// Standard deviation of the white noise in every neuron's current, drawn anew at every step.
    pub noise: f64,
    /// Groups of parameters that training leaves as they are, for instance `recurrent`.
    pub frozen: Vec<String>,
    /// The cost of a reconstruction.
    pub loss: Loss,
    /// Costs besides that of the reconstruction.
    pub penalties: Penalties,
    /// Which kind of bottleneck is built for a given width.
    pub bottleneck: BottleneckKind,
    /// The neurons of a `named` bottleneck, in order.
    pub bottleneck_neurons: Vec<String>,
    /// The units of a `top_k` bottleneck; its defaults without this key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<TopK>,
    /// What is done with synapses of unknown sign.
    pub unsigned: UnsignedPolicy,
    /// How the strengths of connections are set before training.
    pub initial: InitialStrength,
    /// Spectral radius of the signed weights before training.
    pub spectral_radius: f64,
    /// State in which every neuron rests without input before training: biases are chosen so. Where
    /// it is above 0, neurons begin in the range in which `relu` is linear.
    pub rest: f64,
    /// Classes of the neurons that receive the input. Where no neuron has such a class, all neurons
    /// receive it.
    pub input: Vec<NeuronClass>,
    /// Classes of the neurons that the output is read from; all neurons where none has such a
    /// class. Neurons that neither receive input nor give output hold the latent.
    pub output: Vec<NeuronClass>,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            cell: Cell::Rate,
            activation: Activation::Relu,
            leak: 0.2,
            gap_conductance: 0.2,
            weights: Parametrisation::Modulus,
            noise: 0.0,
            frozen: Vec::new(),
            loss: Loss::MeanSquared,
            penalties: Penalties::default(),
            bottleneck: BottleneckKind::Linear,
            bottleneck_neurons: Vec::new(),
            top_k: None,
            unsigned: UnsignedPolicy::Excitatory,
            initial: InitialStrength::Synapses,
            spectral_radius: 1.0,
            rest: 0.0,
            input: vec![NeuronClass::Sensory],
            output: vec![NeuronClass::Motor],
        }
    }
}

impl NetworkConfig {
    /// The word of the bottleneck in tables: its kind, and of `top_k` the number of units too.
    #[must_use]
    pub fn bottleneck_word(&self) -> String {
        match self.bottleneck {
            BottleneckKind::TopK => format!("top_k_{}", self.top_k.unwrap_or_default().units),
            kind => kind.as_str().to_owned(),
        }
    }
}

/// What a task asks of a network besides the shape of its sequences.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Protocol {
    /// Signal-to-noise ratio, as a ratio of powers, of the channel that the latent passes through.
    /// The latent is squashed by `tanh`, so that its power is at most 1, and normal noise of
    /// variance `1 / snr` is added: `k` units then carry at most `k/2 log2(1 + snr)` bits. `None`
    /// passes the latent on exactly.
    pub latent_snr: Option<f64>,
    /// While decoding, every step is given the previous frame: the true one (*teacher forcing*), or
    /// the network's own output in [`Model::recall`](super::Model::recall).
    pub feedback: bool,
}
