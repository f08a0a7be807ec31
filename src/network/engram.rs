//! The engram network: an autoencoder over a wiring.

use rand::RngExt;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use super::dynamics::{Pass, Places, Structure, Workspace, constrained};
use super::projection::{LANES, Projection};
use super::{Activation, Activity, Layout, Model, Real, Wiring};
use crate::connectome::Sign;
use crate::random::stream;
use crate::task::Batch;

/// What the sequence must pass through between encoding and decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bottleneck {
    /// `k` real units read from the inner neurons; decoding starts from a state made of them alone.
    Linear(usize),
    /// No narrowing: as many units as there are inner neurons. The limit that every linear bottleneck is compared with.
    None,
}

/// How a network is set up, apart from its wiring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkConfig {
    /// Rate function.
    pub activation: Activation,
    /// Time step over time constant before training (at most 1/2).
    pub leak: f64,
    /// Spectral radius of the signed weights before training.
    pub spectral_radius: f64,
    /// Largest summed gap conductance of a neuron before training.
    pub gap_conductance: f64,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self { activation: Activation::Relu, leak: 0.2, spectral_radius: 1.0, gap_conductance: 0.2 }
    }
}

/// An autoencoder over a [`Wiring`].
#[derive(Clone, Debug)]
pub struct EngramNetwork<F> {
    structure: Structure<F>,
    parameters: Vec<F>,
    workspace: Workspace<F>,
}

impl<F: Real> EngramNetwork<F> {
    /// Builds a network over `wiring` for sequences of `channels`. What is free is drawn from `seed`, each kind of parameter from a
    /// stream of its own, so that networks with other wirings or bottlenecks start alike wherever they can.
    ///
    /// Connection strengths start from the wiring, each times `exp(0.1 n)` with `n` standard normal; the maps in and out are
    /// normal with variance one over their fan-in.
    #[must_use]
    pub fn new(wiring: &Wiring, channels: usize, bottleneck: Bottleneck, config: &NetworkConfig, seed: u64) -> Self {
        let neurons = wiring.neurons;
        let units = match bottleneck {
            Bottleneck::Linear(units) => units,
            // The limit of the linear bottleneck: the same maps, as wide as the population they read.
            Bottleneck::None => wiring.inner.len(),
        };
        let connections: Vec<_> = wiring.connections.iter().map(|c| (c.post, c.pre)).collect();
        let mut gap_edges: Vec<(u32, u32, u32)> = Vec::new();
        for (index, &(a, b, _)) in wiring.gap_junctions.iter().enumerate() {
            gap_edges.extend([(a, b, index as u32), (b, a, index as u32)]);
        }
        gap_edges.sort_unstable();
        let gap_pattern: Vec<_> = gap_edges.iter().map(|&(a, b, _)| (a, b)).collect();
        let every = |n: usize| (0..n as u32).collect::<Vec<_>>();
        let mut structure = Structure {
            arch: pulp::Arch::new(),
            activation: config.activation,
            neurons,
            channels,
            units,
            inner: wiring.inner.clone(),
            signs: wiring.connections.iter().map(|c| F::of(c.sign.factor())).collect(),
            recurrent: Projection::new(neurons, neurons, &connections),
            gaps: Projection::new(neurons, neurons, &gap_pattern),
            gap_of: gap_edges.iter().map(|e| e.2).collect(),
            gap_pairs: wiring.gap_junctions.iter().map(|&(a, b, _)| (a, b)).collect(),
            input: Projection::full(neurons, &wiring.input, channels, &every(channels)),
            encode: Projection::full(units, &every(units), neurons, &wiring.inner),
            decode: Projection::full(neurons, &wiring.inner, units, &every(units)),
            readout: Projection::full(channels, &every(channels), neurons, &wiring.output),
            layout: Layout::default(),
            places: Places {
                recurrent: 0..0,
                gap: 0..0,
                leak: 0..0,
                bias: 0..0,
                input: 0..0,
                encode: 0..0,
                encode_bias: 0..0,
                decode: 0..0,
                decode_bias: 0..0,
                readout: 0..0,
                readout_bias: 0..0,
            },
        };
        let mut layout = Layout::default();
        structure.places = Places {
            recurrent: layout.push("recurrent", connections.len()),
            gap: layout.push("gap", wiring.gap_junctions.len()),
            leak: layout.push("leak", neurons),
            bias: layout.push("bias", neurons),
            input: layout.push("input", structure.input.edges()),
            encode: layout.push("encode", structure.encode.edges()),
            encode_bias: layout.push("encode_bias", units),
            decode: layout.push("decode", structure.decode.edges()),
            decode_bias: layout.push("decode_bias", wiring.inner.len()),
            readout: layout.push("readout", structure.readout.edges()),
            readout_bias: layout.push("readout_bias", channels),
        };
        structure.layout = layout;

        let mut parameters = vec![F::zero(); structure.layout.len()];
        let places = &structure.places;
        let mut random = stream(seed, &["initial", "recurrent"]);
        for (value, connection) in parameters[places.recurrent.clone()].iter_mut().zip(&wiring.connections) {
            *value = F::of(connection.strength * (0.1 * random.sample::<f64, _>(StandardNormal)).exp());
        }
        let mut summed = vec![0.0f64; neurons];
        for &(a, b, conductance) in &wiring.gap_junctions {
            summed[a as usize] += conductance;
            summed[b as usize] += conductance;
        }
        let strongest = summed.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for (value, &(_, _, conductance)) in parameters[places.gap.clone()].iter_mut().zip(&wiring.gap_junctions) {
            *value = F::of(config.gap_conductance * conductance / strongest);
        }
        parameters[places.leak.clone()].fill(F::of(unconstrained_leak(config.leak)));
        for (name, range, fan_in) in [
            ("input", &places.input, channels),
            ("encode", &places.encode, wiring.inner.len()),
            ("decode", &places.decode, units),
            ("readout", &places.readout, wiring.output.len()),
        ] {
            let mut random = stream(seed, &["initial", name]);
            let scale = 1.0 / (fan_in.max(1) as f64).sqrt();
            for value in &mut parameters[range.clone()] {
                *value = F::of(scale * random.sample::<f64, _>(StandardNormal));
            }
        }
        Self { structure, parameters, workspace: Workspace::default() }
    }

    /// Connection weights as the dynamics see them, signs included, sorted by (post, pre).
    #[must_use]
    pub fn connection_weights(&self) -> Vec<F> {
        let raw = &self.parameters[self.structure.places.recurrent.clone()];
        raw.iter().zip(&self.structure.signs).map(|(&w, &s)| constrained(w, s)).collect()
    }

    fn prepare(&mut self, batch: &Batch<F>) {
        assert_eq!(batch.channels, self.structure.channels, "the batch has the channels of the network");
        assert_eq!(batch.samples % LANES, 0, "a batch is a multiple of {LANES} samples");
        if self.workspace.batch != batch.samples || self.workspace.steps != batch.steps {
            self.workspace = Workspace::new(&self.structure, batch.samples, batch.steps);
        }
    }
}

/// `theta` with `sigmoid(theta) / 2 = leak`.
fn unconstrained_leak(leak: f64) -> f64 {
    let leak = leak.clamp(1e-3, 0.5 - 1e-6);
    (2.0 * leak / (1.0 - 2.0 * leak)).ln()
}

impl<F: Real> Model<F> for EngramNetwork<F> {
    fn layout(&self) -> &Layout {
        &self.structure.layout
    }

    fn parameters(&self) -> &[F] {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut [F] {
        &mut self.parameters
    }

    fn loss_and_gradient(&mut self, batch: &Batch<F>, gradient: &mut [F]) -> f64 {
        self.prepare(batch);
        let Self { structure, parameters, workspace } = self;
        structure.arch.dispatch(Pass { structure, parameters, workspace, batch, gradient: Some(gradient) })
    }

    fn observe(&mut self, batch: &Batch<F>) -> Activity {
        self.prepare(batch);
        let Self { structure, parameters, workspace } = self;
        let loss = structure.arch.dispatch(Pass { structure, parameters, workspace, batch, gradient: None });
        let (w, samples) = (&self.workspace, batch.samples);
        let neurons = self.structure.neurons;
        let hidden = |sample: usize, neuron: usize| w.rates[(w.steps * neurons + neuron) * samples + sample].as_f64();
        Activity {
            loss,
            latent: (0..samples)
                .flat_map(|sample| (0..self.structure.units).map(move |u| w.latent[u * samples + sample].as_f64()))
                .collect(),
            latent_units: self.structure.units,
            hidden: (0..samples).flat_map(|s| (0..neurons).map(move |i| hidden(s, i))).collect(),
            hidden_units: neurons,
        }
    }
}

/// True where every connection of `network` has the sign its wiring gives it.
#[must_use]
pub fn obeys_dale<F: Real>(network: &EngramNetwork<F>, wiring: &Wiring) -> bool {
    network.connection_weights().iter().zip(&wiring.connections).all(|(w, c)| match c.sign {
        Sign::Excitatory => *w >= F::zero(),
        Sign::Inhibitory => *w <= F::zero(),
        Sign::Unsigned => true,
    })
}
