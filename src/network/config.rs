//! How a network is set up over a topology.

use serde::{Deserialize, Serialize};

use super::{Activation, Loss, Parametrisation, Penalties, UnsignedPolicy};
use crate::connectome::NeuronClass;

/// The equation a neuron's state follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bottleneck {
    /// `k` real units read from the inner neurons; decoding starts from a state made of them alone.
    Linear(usize),
    /// These inner neurons keep their state; all other neurons are reset.
    Neurons(Vec<u32>),
    /// No narrowing: as many units as there are inner neurons. The limit that every linear
    /// bottleneck is compared with.
    None,
}

/// Which bottleneck a width stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BottleneckKind {
    /// [`Bottleneck::Linear`].
    #[default]
    Linear,
    /// [`Bottleneck::Neurons`]: the inner neurons with most synaptic partners.
    Hubs,
    /// [`Bottleneck::Neurons`]: inner neurons drawn by seed.
    Seeded,
    /// [`Bottleneck::Neurons`]: the first of a list of names.
    Named,
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
        }
    }
}

/// Where connection strengths start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitialStrength {
    /// A connection's share of the summed weight of all synapses onto its neuron.
    #[default]
    Synapses,
    /// The modulus of a standard normal variable, over the root of the number of connections onto
    /// its neuron: nothing but the mask and the signs is taken from the connectome.
    Random,
}

/// How a network is set up over a topology.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// Equation of a neuron's state.
    pub cell: Cell,
    /// Rate function.
    pub activation: Activation,
    /// Time step over time constant before training (at most 1/2).
    pub leak: f64,
    /// Largest summed gap conductance of a neuron before training.
    pub gap_conductance: f64,
    /// How strengths are made of parameters.
    pub weights: Parametrisation,
    /// Standard deviation of the white noise in every neuron's current, drawn anew at every step.
    pub noise: f64,
    /// Groups of parameters that training leaves as they are, for instance `recurrent`.
    pub frozen: Vec<String>,
    /// What is asked of a reconstruction.
    pub loss: Loss,
    /// Costs besides the reconstruction.
    pub penalties: Penalties,
    /// What a width of the bottleneck stands for.
    pub bottleneck: BottleneckKind,
    /// The neurons of a `named` bottleneck, in order.
    pub bottleneck_neurons: Vec<String>,
    /// What becomes of synapses without a sign.
    pub unsigned: UnsignedPolicy,
    /// Where connection strengths start.
    pub initial: InitialStrength,
    /// Spectral radius of the signed weights before training.
    pub spectral_radius: f64,
    /// Classes of the neurons that see; all neurons where none has such a class.
    pub input: Vec<NeuronClass>,
    /// Classes of the neurons that act; all neurons where none has such a class. Neurons that
    /// neither see nor act hold the latent.
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
            unsigned: UnsignedPolicy::Excitatory,
            initial: InitialStrength::Synapses,
            spectral_radius: 1.0,
            input: vec![NeuronClass::Sensory],
            output: vec![NeuronClass::Motor],
        }
    }
}

/// What a task asks of a network besides the shape of its sequences.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Protocol {
    /// Signal-to-noise ratio (of powers) of the latent, which is then squashed by `tanh` to a power
    /// of at most 1, with noise of variance `1 / snr` added: `k` units carry at most `k/2 log2(1 +
    /// snr)` bits. None: exact.
    pub latent_snr: Option<f64>,
    /// While decoding, every step is given the frame before it: the true one (*teacher forcing*),
    /// or the network's own output ([`Model::recall`](super::Model::recall)).
    pub feedback: bool,
}
