//! The engram network, an autoencoder over a wiring.

use rand::RngExt;
use std::ops::Range;

use super::dynamics::{Mode, Pass, Places, Squeeze, Structure, Workspace};
use super::elementary::positive_part;
use super::error::NetworkError;
use super::linear::Linearised;
use super::noise::Noise;
use super::projection::Projection;
use super::{
    Activity, Bottleneck, Cell, Costs, Jacobians, LANES, Lanes, LatentGradients, Layout,
    MatrixShape, Model, NetworkConfig, Protocol, Real, SparseUnits, Update, Wiring,
};
use crate::connectome::Sign;
use crate::portable::{self, StandardNormal};
use crate::random::stream;
use crate::task::{Batch, Directions, Recall, Task};

/// An autoencoder over a [`Wiring`].
#[derive(Clone, Debug)]
pub struct EngramNetwork<F> {
    structure: Structure<F>,
    parameters: Vec<F>,
    workspace: Workspace<F>,
    seed: u64,
}

/// Names of the groups of parameters of a network.
pub const GROUPS: [&str; 13] = [
    "recurrent",
    "gap",
    "leak",
    "bias",
    "reversal_excitatory",
    "reversal_inhibitory",
    "input",
    "encode",
    "encode_bias",
    "decode",
    "decode_bias",
    "readout",
    "readout_bias",
];

/// The shape of a task's sequences and what else it asks of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Number of channels per step.
    pub channels: usize,
    /// Steps of encoding, and again of decoding.
    pub steps: usize,
    /// Noise in the latent and feedback while decoding.
    pub protocol: Protocol,
}

impl Demand {
    /// A demand for sequences of `channels` x `steps`, without noise in the latent or feedback.
    #[must_use]
    pub fn new(channels: usize, steps: usize) -> Self {
        Self {
            channels,
            steps,
            protocol: Protocol::default(),
        }
    }

    /// The demand of `task`.
    #[must_use]
    pub fn of(task: &Task) -> Self {
        let config = task.config();
        let protocol = Protocol {
            latent_snr: config.latent_snr,
            feedback: config.recall == Recall::Previous,
        };
        Self {
            channels: task.shape().channels,
            steps: task.shape().steps,
            protocol,
        }
    }
}

/// What looks at a network after each block of sequences: number of the block, structure,
/// parameters and workspace.
type Witness<'a, F> = dyn FnMut(usize, &Structure<F>, &[F], &Workspace<F>) + 'a;

impl<F: Real> EngramNetwork<F> {
    /// Builds a network over `wiring`. Each kind of parameter is drawn from a stream of its own
    /// under `seed`, so that networks with other wirings or bottlenecks start alike wherever they
    /// can.
    ///
    /// Connection strengths start from the wiring, each times `exp(0.1 n)` with `n` standard
    /// normal. The maps in and out are normal with variance one over their fan-in. Reversal
    /// potentials start at 1 and -1.
    ///
    /// # Errors
    /// [`NetworkError`] if the bottleneck does not fit the wiring, or the output cannot depend on
    /// the input.
    pub fn new(
        wiring: &Wiring,
        demand: Demand,
        bottleneck: &Bottleneck,
        config: &NetworkConfig,
        seed: u64,
    ) -> Result<Self, NetworkError> {
        let (neurons, channels) = (wiring.neurons, demand.channels);
        wiring.check(demand.channels, demand.steps)?;
        let liquid = config.cell == Cell::LiquidTimeConstant;
        let free = wiring
            .connections
            .iter()
            .filter(|c| c.sign == Sign::Unsigned)
            .count();
        if liquid && free > 0 {
            return Err(NetworkError::FreeConnections(
                "a liquid time constant",
                free,
            ));
        }
        if config.weights.update() == Update::Multiplicative && free > 0 {
            return Err(NetworkError::FreeConnections(
                "exponentiated gradient",
                free,
            ));
        }
        let every = |n: usize| (0..n as u32).collect::<Vec<_>>();
        let (squeeze, units, reset) = match bottleneck {
            Bottleneck::Linear(0) => return Err(NetworkError::Neurons("it has no unit".into())),
            Bottleneck::TopK(sparse) if !(1..=sparse.units).contains(&sparse.active) => {
                let SparseUnits { units, active, .. } = sparse;
                return Err(NetworkError::Active {
                    active: *active,
                    units: *units,
                });
            }
            Bottleneck::Linear(_) | Bottleneck::TopK(_) | Bottleneck::None => {
                // No bottleneck is the limit of the linear one: the same maps, as wide as the
                // population they read.
                let (units, widest) = match bottleneck {
                    Bottleneck::Linear(units) => (*units, wiring.inner.len()),
                    Bottleneck::TopK(sparse) => (sparse.units, usize::MAX),
                    Bottleneck::Neurons(_) | Bottleneck::None => {
                        (wiring.inner.len(), wiring.inner.len())
                    }
                };
                if units > widest {
                    return Err(NetworkError::Wide {
                        units,
                        inner: wiring.inner.len(),
                    });
                }
                let encode = Projection::full(units, &every(units), neurons, &wiring.inner);
                let decode = Projection::full(neurons, &wiring.inner, units, &every(units));
                (
                    Squeeze::Maps {
                        encode: Box::new(encode),
                        decode: Box::new(decode),
                    },
                    units,
                    wiring.inner.clone(),
                )
            }
            Bottleneck::Neurons(kept) => {
                let inner = |neuron: &u32| wiring.inner.contains(neuron);
                if kept.is_empty() || !kept.iter().all(inner) || !kept.is_sorted_by(|a, b| a < b) {
                    return Err(NetworkError::Neurons(format!("{kept:?}")));
                }
                let reset = wiring
                    .inner
                    .iter()
                    .copied()
                    .filter(|i| !kept.contains(i))
                    .collect();
                (Squeeze::Kept(kept.clone()), kept.len(), reset)
            }
        };
        let sparse = match bottleneck {
            Bottleneck::TopK(sparse) => Some(*sparse),
            Bottleneck::Linear(_) | Bottleneck::Neurons(_) | Bottleneck::None => None,
        };
        // The row of a connection is its postsynaptic neuron. In liquid cells excitation and
        // inhibition are separate conductances, and inhibition has the second half of the rows.
        let row = |post: u32, sign: Sign| {
            if liquid && sign == Sign::Inhibitory {
                neurons as u32 + post
            } else {
                post
            }
        };
        let mut connections: Vec<(u32, u32, u32)> = (0..)
            .zip(&wiring.connections)
            .map(|(index, c)| (row(c.post, c.sign), c.pre, index))
            .collect();
        connections.sort_unstable();
        let rows = if liquid { 2 * neurons } else { neurons };
        let mut gap_edges: Vec<(u32, u32, u32)> = Vec::new();
        for (index, &(a, b, _)) in (0..).zip(&wiring.gap_junctions) {
            gap_edges.extend([(a, b, index), (b, a, index)]);
        }
        gap_edges.sort_unstable();
        let pattern =
            |edges: &[(u32, u32, u32)]| edges.iter().map(|&(a, b, _)| (a, b)).collect::<Vec<_>>();
        let mut structure = Structure {
            cell: config.cell,
            activation: config.activation,
            weights: config.weights,
            noise: config.noise,
            loss: config.loss,
            penalties: config.penalties.clone(),
            protocol: demand.protocol,
            neurons,
            channels,
            units,
            sparse,
            reset,
            silenced: Vec::new(),
            signs: wiring
                .connections
                .iter()
                .map(|c| F::of(c.sign.factor()))
                .collect(),
            recurrent: Projection::new(rows, neurons, &pattern(&connections)),
            parameter_of: connections.iter().map(|e| e.2).collect(),
            gaps: Projection::new(neurons, neurons, &pattern(&gap_edges)),
            gap_of: gap_edges.iter().map(|e| e.2).collect(),
            gap_pairs: wiring
                .gap_junctions
                .iter()
                .map(|&(a, b, _)| (a, b))
                .collect(),
            input: Projection::full(neurons, &wiring.input, channels, &every(channels)),
            squeeze,
            readout: Projection::full(channels, &every(channels), neurons, &wiring.output),
            layout: Layout::default(),
            places: Places::default(),
        };
        structure.lay_out(&config.frozen)?;
        let parameters = initial_parameters(&structure, wiring, config, seed);
        Ok(Self {
            structure,
            parameters,
            workspace: Workspace::default(),
            seed,
        })
    }

    /// The linear maps of the network at slope 1.
    #[cfg(test)]
    pub(super) fn linearised(&self, steps: usize) -> Option<Linearised> {
        Linearised::new(&self.structure, &self.parameters, steps)
    }

    /// Bytes needed to train on sequences of `steps`: parameters, gradient, moments of an
    /// optimiser, and histories. The size of the batch does not matter.
    #[must_use]
    pub fn training_bytes(&self, steps: usize) -> u64 {
        Workspace::bytes(&self.structure, steps) + (4 * size_of_val(&*self.parameters)) as u64
    }

    /// The Jacobians at each of the first `points` sequences of a batch. `draw` is as in
    /// [`loss_and_gradient`](Model::loss_and_gradient). Frames that a task feeds back while
    /// decoding are taken as given.
    pub fn jacobians(&mut self, batch: &Batch<F>, draw: u64, points: usize) -> Vec<Jacobians> {
        let mut all = Vec::with_capacity(points);
        self.pass(
            batch,
            draw,
            Mode::States,
            None,
            &mut |block, s, parameters, w| {
                let lanes = 0..points.saturating_sub(block * LANES).min(LANES);
                all.extend(lanes.map(|lane| s.jacobians(parameters, w, lane)));
            },
        );
        all
    }

    /// The units of the bottleneck with their derivatives at each of the first `points` sequences
    /// of a batch, as [`jacobians`](Self::jacobians).
    pub fn latent_gradients(
        &mut self,
        batch: &Batch<F>,
        draw: u64,
        points: usize,
    ) -> Vec<LatentGradients> {
        let mut all = Vec::with_capacity(points);
        self.pass(
            batch,
            draw,
            Mode::States,
            None,
            &mut |block, s, parameters, w| {
                let lanes = 0..points.saturating_sub(block * LANES).min(LANES);
                all.extend(lanes.map(|lane| s.latent_gradients(parameters, w, lane)));
            },
        );
        all
    }

    /// Runs a batch through the network block by block and shows network and workspace to `witness`
    /// after each block.
    fn pass(
        &mut self,
        batch: &Batch<F>,
        draw: u64,
        mode: Mode,
        gradient: Option<&mut [F]>,
        witness: &mut Witness<'_, F>,
    ) -> Costs {
        assert_eq!(
            batch.channels, self.structure.channels,
            "the batch has the channels of the network"
        );
        assert_eq!(
            batch.samples % LANES,
            0,
            "a batch is a multiple of {LANES} samples"
        );
        if self.workspace.steps != batch.steps {
            self.workspace = Workspace::new(&self.structure, batch.steps);
        }
        let Self {
            structure: s,
            parameters,
            workspace: w,
            seed,
        } = self;
        F::constrain(s, parameters, w);
        w.sparse.seen.fill(false);
        if gradient.is_some() {
            w.clear_sums();
        }
        let noisy = s.noise != 0.0 || s.protocol.latent_snr.is_some();
        let noise = noisy.then(|| Noise::new(*seed, draw));
        let mut costs = Costs::default();
        for block in 0..batch.samples / LANES {
            costs += F::run(Pass {
                structure: s,
                parameters,
                workspace: w,
                batch,
                block,
                noise: noise.as_ref(),
                mode,
                back: gradient.is_some(),
            });
            witness(block, s, parameters, w);
        }
        costs = costs * (1.0 / batch.samples as f64);
        costs.weight_energy = s.weight_energy(parameters, w);
        if let Some(gradient) = gradient {
            F::gradients(s, parameters, w, gradient);
            let counts = parameters[s.places.silent_steps.clone()].iter_mut();
            for (count, seen) in counts.zip(&w.sparse.seen) {
                *count = if *seen { F::zero() } else { *count + F::one() };
            }
        }
        costs
    }

    fn activity(&mut self, batch: &Batch<F>, draw: u64, mode: Mode) -> Activity {
        let (units, neurons) = (self.structure.units, self.structure.neurons);
        let samples = batch.samples;
        let mut activity = Activity {
            latent: vec![0.0; samples * units],
            latent_units: units,
            hidden: vec![0.0; samples * neurons],
            held: vec![0.0; samples * neurons],
            decoding: vec![0.0; samples * neurons],
            hidden_units: neurons,
            output: vec![0.0; samples * batch.channels * batch.steps],
            ..Activity::default()
        };
        let Activity {
            latent,
            hidden,
            held,
            decoding,
            output,
            ..
        } = &mut activity;
        let costs = self.pass(batch, draw, mode, None, &mut |block, _, _, w| {
            for lane in 0..LANES {
                let sample = block * LANES + lane;
                let by_sample = |to: &mut [f64], from: &[Lanes<F>]| {
                    let to = to[sample * from.len()..].iter_mut();
                    to.zip(from)
                        .for_each(|(to, from)| *to = from.0[lane].as_f64());
                };
                by_sample(latent, &w.latent);
                by_sample(hidden, &w.snapshots.encoded);
                by_sample(held, &w.snapshots.held);
                by_sample(decoding, &w.snapshots.decoding);
                for (index, value) in w.outputs.iter().enumerate() {
                    let (t, channel) = (index / batch.channels, index % batch.channels);
                    output[(channel * w.steps + t) * samples + sample] = value.0[lane].as_f64();
                }
            }
        });
        Activity {
            loss: costs.error,
            costs,
            ..activity
        }
    }
}

impl<F: Real> Structure<F> {
    /// The connections as a matrix, if at least half of its entries are there. Rules that move a
    /// whole matrix at a time leave sparser ones alone, for their work grows with the whole.
    fn recurrent_matrix(&self) -> Option<MatrixShape> {
        let conductances = if self.cell == Cell::LiquidTimeConstant {
            2
        } else {
            1
        };
        let (rows, columns) = (conductances * self.neurons, self.neurons);
        if 2 * self.signs.len() < rows * columns {
            return None;
        }
        let mut places = vec![0; self.signs.len()];
        for (edges, row) in self.recurrent.row_ranges().zip(0..) {
            for (edge, column) in edges.clone().zip(self.recurrent.columns_of(edges)) {
                places[self.parameter_of[edge] as usize] = row * columns as u32 + column;
            }
        }
        Some(MatrixShape {
            rows,
            columns,
            places: Some(places),
            signs: self.signs.iter().map(|s| s.as_f64() as i8).collect(),
        })
    }

    fn lay_out(&mut self, frozen: &[String]) -> Result<(), NetworkError> {
        let (neurons, channels) = (self.neurons, self.channels);
        let (encode, decode, biases) = match &self.squeeze {
            Squeeze::Maps { encode, decode } => (encode.edges(), decode.edges(), self.units),
            Squeeze::Kept(_) => (0, 0, 0),
        };
        let conductances = if self.cell == Cell::LiquidTimeConstant {
            neurons
        } else {
            0
        };
        let mut layout = Layout::default();
        self.places = Places {
            recurrent: match self.recurrent_matrix() {
                Some(matrix) => layout.push_matrix("recurrent", matrix),
                None => layout.push("recurrent", self.signs.len()),
            },
            gap: layout.push("gap", self.gap_pairs.len()),
            leak: layout.push("leak", neurons),
            bias: layout.push("bias", neurons),
            reversal: ["reversal_excitatory", "reversal_inhibitory"]
                .map(|name| layout.push(name, conductances)),
            input: layout.push_matrix("input", MatrixShape::full(self.input.edges(), channels)),
            encode: layout.push_matrix("encode", MatrixShape::full(encode, self.reset.len())),
            encode_bias: layout.push("encode_bias", biases),
            decode: layout.push_matrix("decode", MatrixShape::full(decode, self.units)),
            decode_bias: layout.push("decode_bias", self.reset.len()),
            readout: layout.push_matrix(
                "readout",
                MatrixShape::full(self.readout.edges(), self.readout.edges() / channels),
            ),
            readout_bias: layout.push("readout_bias", channels),
            ..Places::default()
        };
        if self.sparse.is_some() {
            self.places.pre_bias = layout.push("pre_bias", self.reset.len());
            self.places.silent_steps = layout.push("silent_steps", self.units);
            layout.set_update("silent_steps", Update::Frozen);
        }
        for name in ["recurrent", "gap"] {
            layout.set_update(name, self.weights.update());
        }
        for name in frozen {
            if !layout.set_update(name, Update::Frozen) {
                let groups = layout
                    .groups()
                    .iter()
                    .map(|g| g.name)
                    .collect::<Vec<_>>()
                    .join(", ");
                return Err(NetworkError::UnknownGroup {
                    name: name.clone(),
                    groups,
                });
            }
        }
        self.layout = layout;
        Ok(())
    }
}

fn initial_parameters<F: Real>(
    s: &Structure<F>,
    wiring: &Wiring,
    config: &NetworkConfig,
    seed: u64,
) -> Vec<F> {
    let mut parameters = vec![F::zero(); s.layout.len()];
    let places = &s.places;
    let mut random = stream(seed, &["initial", "recurrent"]);
    for (value, connection) in parameters[places.recurrent.clone()]
        .iter_mut()
        .zip(&wiring.connections)
    {
        let strength =
            connection.strength * portable::exp(0.1 * random.sample::<f64, _>(StandardNormal));
        *value = F::of(if connection.sign == Sign::Unsigned {
            strength
        } else {
            config.weights.raw(strength)
        });
    }
    let mut summed = vec![0.0f64; wiring.neurons];
    for &(a, b, conductance) in &wiring.gap_junctions {
        summed[a as usize] += conductance;
        summed[b as usize] += conductance;
    }
    let strongest = summed.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    for (value, &(_, _, conductance)) in parameters[places.gap.clone()]
        .iter_mut()
        .zip(&wiring.gap_junctions)
    {
        *value = F::of(
            config
                .weights
                .raw(config.gap_conductance * conductance / strongest),
        );
    }
    parameters[places.leak.clone()].fill(F::of(unconstrained_leak(config.leak)));
    for range in &places.reversal {
        parameters[range.clone()].fill(F::one());
    }
    for (name, range, fan_in) in [
        ("input", &places.input, s.channels),
        ("encode", &places.encode, wiring.inner.len()),
        (
            "decode",
            &places.decode,
            s.sparse.map_or(s.units, |sparse| sparse.active),
        ),
        ("readout", &places.readout, wiring.output.len()),
    ] {
        let mut random = stream(seed, &["initial", name]);
        let scale = 1.0 / (fan_in.max(1) as f64).sqrt();
        for value in &mut parameters[range.clone()] {
            *value = F::of(scale * random.sample::<f64, _>(StandardNormal));
        }
    }
    if config.rest != 0.0 {
        set_rest(s, config.rest, &mut parameters);
    }
    parameters
}

/// Sets the biases so that every neuron rests at `rest`, the units at 0 and the output at 0.
fn set_rest<F: Real>(s: &Structure<F>, rest: f64, parameters: &mut [F]) {
    let p = &s.places;
    let rate = s.activation.rate(Lanes::splat(F::of(rest))).0[0].as_f64();
    let mut bias = vec![rest; s.neurons];
    let raw = &parameters[p.recurrent.clone()];
    for (row, edges) in s.recurrent.row_ranges().enumerate() {
        for edge in edges {
            let index = s.parameter_of[edge] as usize;
            bias[row % s.neurons] -= s.weights.weight(raw[index], s.signs[index]).as_f64() * rate;
        }
    }
    let mut set = |range: &Range<usize>, values: Vec<f64>| {
        for (to, value) in parameters[range.clone()].iter_mut().zip(values) {
            *to = F::of(value);
        }
    };
    set(&p.bias, bias);
    set(&p.decode_bias, vec![rest; s.reset.len()]);
    for (bias, map) in [(&p.encode_bias, &p.encode), (&p.readout_bias, &p.readout)] {
        let columns = map.len() / bias.len().max(1);
        if columns > 0 {
            let rows = parameters[map.clone()].chunks_exact(columns);
            let sums = rows.map(|row| -rate * row.iter().map(|v| v.as_f64()).sum::<f64>());
            let sums: Vec<f64> = sums.collect();
            for (to, value) in parameters[bias.clone()].iter_mut().zip(sums) {
                *to = F::of(value);
            }
        }
    }
}

/// The `theta` for which `sigmoid(theta) / 2 = leak`.
fn unconstrained_leak(leak: f64) -> f64 {
    let leak = leak.clamp(1e-3, 0.5 - 1e-6);
    portable::ln(2.0 * leak / (1.0 - 2.0 * leak))
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

    fn project(&mut self) {
        let Self {
            structure,
            parameters,
            ..
        } = self;
        if structure.weights != super::Parametrisation::Projected {
            return;
        }
        let places = &structure.places;
        for (value, sign) in parameters[places.recurrent.clone()]
            .iter_mut()
            .zip(&structure.signs)
        {
            if *sign != F::zero() {
                *value = positive_part(*value);
            }
        }
        parameters[places.gap.clone()]
            .iter_mut()
            .for_each(|value| *value = positive_part(*value));
    }

    fn connection_weights(&self) -> Vec<F> {
        let raw = &self.parameters[self.structure.places.recurrent.clone()];
        raw.iter()
            .zip(&self.structure.signs)
            .map(|(&w, &s)| self.structure.weights.weight(w, s))
            .collect()
    }

    fn linear_bound(&self, directions: Directions<'_>) -> Option<f64> {
        let steps = directions.ambient() / self.structure.channels;
        Linearised::new(&self.structure, &self.parameters, steps)?.carried(directions)
    }

    fn silence(&mut self, neurons: &[u32]) {
        self.structure.silenced = neurons.to_vec();
    }

    fn loss_and_gradient(&mut self, batch: &Batch<F>, draw: u64, gradient: &mut [F]) -> Costs {
        self.pass(
            batch,
            draw,
            Mode::Costs,
            Some(gradient),
            &mut |_, _, _, _| (),
        )
    }

    fn observe(&mut self, batch: &Batch<F>, draw: u64) -> Activity {
        self.activity(batch, draw, Mode::Costs)
    }

    fn rates(&mut self, batch: &Batch<F>, draw: u64) -> Option<Vec<f64>> {
        let of_sample = 2 * batch.steps * self.structure.neurons;
        let mut rates = vec![0.0; batch.samples * of_sample];
        self.pass(batch, draw, Mode::States, None, &mut |block, s, _, w| {
            let of_block = &mut rates[block * LANES * of_sample..(block + 1) * LANES * of_sample];
            for (place, rate) in s.rates_of_steps(w).enumerate() {
                for (to, value) in of_block[place..].iter_mut().step_by(of_sample).zip(rate.0) {
                    *to = value.as_f64();
                }
            }
        });
        Some(rates)
    }

    fn recall(&mut self, batch: &Batch<F>, draw: u64) -> Activity {
        self.activity(batch, draw, Mode::Recall)
    }
}

/// True if every connection of `network` has the sign that its wiring gives it.
#[must_use]
pub fn obeys_dale<F: Real>(network: &EngramNetwork<F>, wiring: &Wiring) -> bool {
    network
        .connection_weights()
        .iter()
        .zip(&wiring.connections)
        .all(|(w, c)| match c.sign {
            Sign::Excitatory => *w >= F::zero(),
            Sign::Inhibitory => *w <= F::zero(),
            Sign::Unsigned => true,
        })
}
