//! The stage `inference`: a network that was trained earlier, run on sequences of the user's own.

use serde::Serialize;

use super::exercise::{Arm, Exercise, optional, set_parameters};
use super::topology::MakeTopology;
use crate::network::{Demand, LANES};
use crate::pipeline::inputs::{Handle, Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::rows::Kept;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::table;
use crate::task::{Batch, CheckedTask};
use crate::training::{HELD_OUT_DRAW, RunKeys, TrainedParametersRow, TrainingConfig};

table! {
    /// What a trained network makes of a sequence of the user's own: the units of its bottleneck
    /// and the reconstruction.
    pub struct InferenceRow = "inference" version 1
        key(topology, task, rule, bottleneck, latent_units, seed, sequence) {
        ..keys: RunKeys,
        /// Number of the sequence, from 1.
        sequence: i64,
        /// First row of the sequence in the table, from 1.
        first_row: i64,
        /// Last row of it.
        last_row: i64,
        /// Mean squared error of the reconstruction over the variance of the whole series, which is
        /// the mean of those of its channels.
        error: f64,
        /// Bottleneck units; without a bottleneck the units of the population it would read.
        latent: Vec<f64>,
        /// The reconstruction in the order (channel, step), in standard deviations of each channel
        /// from its mean, or in the units of the series where it was taken as it is.
        reconstruction: Vec<f64>,
    }
}

table! {
    /// The rates of a neuron at every step of a trained network's run on sequences.
    pub struct NeuronRatesRow = "inference_rates" version 1 key(number) {
        /// Number of the neuron in its connectome, from 1.
        number: i64,
        /// Name of the neuron.
        neuron: String,
        /// Its rates after each step, in the order (sequence, phase, step).
        rates: Vec<f64>,
    }
}

inputs! {
    /// What the network is made of.
    pub(crate) struct InferenceInputs {
        /// The topology of the network. A perceptron has none.
        topology: Option<Handle<MakeTopology>>,
    }
}

outputs! {
    /// What the network made of the sequences.
    pub(crate) struct InferenceTables {
        /// One row for each sequence.
        inference: Vec<InferenceRow>,
        /// The rates of each neuron, if asked for.
        rates: Kept<NeuronRatesRow>,
    }
}

/// Sequences that are run together.
const BLOCK: usize = 1024;

/// Runs a trained network.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct InferNetwork {
    /// The kind of network that was trained.
    #[serde(flatten)]
    pub(crate) arm: Arm,
    /// Width of the bottleneck. It is `None` for a network without one.
    pub(crate) bottleneck: Option<u32>,
    /// The task that the network has learnt.
    pub(crate) task: CheckedTask,
    /// Number of the seed, from 1.
    pub(crate) seed: u32,
    /// Seed of the pipeline.
    pub(crate) pipeline_seed: u64,
    /// The rule and the kind of bottleneck, as tables name them.
    pub(crate) words: (String, String),
    /// The trained parameters by group.
    pub(crate) parameters: Vec<(String, Vec<f64>)>,
    /// The series by channel, as the network sees it.
    pub(crate) series: Vec<Vec<f64>>,
    /// Its variance, mean over channels: the unit of errors.
    pub(crate) variance: f64,
    /// First rows of the sequences, from 0.
    pub(crate) firsts: Vec<usize>,
    /// Whether the rates of the neurons are kept.
    pub(crate) rates: bool,
}

impl Stage for InferNetwork {
    const NAME: &'static str = "inference";
    const VERSION: u32 = 1;
    type Inputs = InferenceInputs;
    type Output = InferenceTables;

    fn run(
        &self,
        inputs: &Loaded<'_, InferenceInputs>,
        context: &Context<'_>,
    ) -> Result<InferenceTables, StageError> {
        let topology = optional(inputs, inputs.topology.as_ref())?;
        let mut rates = match (&topology, self.rates) {
            (Some(topology), true) => (1..)
                .zip(topology.connectome.neurons())
                .map(|(number, neuron)| NeuronRatesRow {
                    number,
                    neuron: neuron.name.clone(),
                    rates: Vec::new(),
                })
                .collect(),
            (_, false) => Vec::new(),
            (None, true) => return Err(no_rates()),
        };
        let exercise = Exercise::new(
            &self.arm,
            &self.task,
            self.seed,
            self.pipeline_seed,
            topology,
        )?;
        let training = TrainingConfig::default();
        let (mut model, _room) = exercise.model(self.bottleneck, &training, context)?;
        let parameters: Vec<TrainedParametersRow> = self
            .parameters
            .iter()
            .map(|(group, values)| TrainedParametersRow {
                group: group.clone(),
                values: values.clone(),
            })
            .collect();
        set_parameters(&mut *model, &parameters)?;
        let Demand {
            channels, steps, ..
        } = Demand::of(&exercise.task);
        let mut inference = Vec::with_capacity(self.firsts.len());
        for firsts in self.firsts.chunks(BLOCK) {
            if !context.proceeds() {
                return Err(StageError::Cancelled);
            }
            // Networks take whole lanes of sequences: the last one fills up what is left of a lane.
            let samples = firsts.len().next_multiple_of(LANES);
            let mut padded = firsts.to_vec();
            padded.resize(samples, firsts[firsts.len() - 1]);
            let mut values = Vec::with_capacity(channels * steps * samples);
            for channel in &self.series {
                for step in 0..steps {
                    values.extend(padded.iter().map(|first| channel[first + step] as f32));
                }
            }
            let batch = Batch {
                channels,
                steps,
                samples,
                values,
            };
            let activity = model.observe(&batch, HELD_OUT_DRAW);
            if self.rates {
                let all = model.rates(&batch, HELD_OUT_DRAW).ok_or_else(no_rates)?;
                let neurons = rates.len();
                let of_firsts = &all[..firsts.len() * 2 * steps * neurons];
                for (at, row) in rates.iter_mut().enumerate() {
                    row.rates.extend(of_firsts.iter().skip(at).step_by(neurons));
                }
            }
            let units = activity.latent_units;
            for (at, &first) in firsts.iter().enumerate() {
                let of_sequence = activity.output.iter().skip(at).step_by(samples);
                let reconstruction: Vec<f64> = of_sequence.copied().collect();
                let given = batch.values.iter().skip(at).step_by(samples);
                let squares = given
                    .zip(&reconstruction)
                    .map(|(given, said)| (said - f64::from(*given)).powi(2));
                inference.push(InferenceRow {
                    keys: RunKeys {
                        topology: exercise.topology.clone(),
                        task: self.task.name.clone(),
                        rule: self.words.0.clone(),
                        bottleneck: self.words.1.clone(),
                        latent_units: self.bottleneck.map(|k| k as i32),
                        seed: i64::from(self.seed),
                    },
                    sequence: inference.len() as i64 + 1,
                    first_row: first as i64 + 1,
                    last_row: (first + steps) as i64,
                    error: squares.sum::<f64>() / reconstruction.len() as f64 / self.variance,
                    latent: activity.latent[at * units..(at + 1) * units].to_vec(),
                    reconstruction,
                });
            }
        }
        if inference.iter().any(|row| !row.error.is_finite()) {
            return Err(StageError::inconsistent("the network gives no numbers"));
        }
        let rates = Kept(rates);
        Ok(InferenceTables { inference, rates })
    }
}

fn no_rates() -> StageError {
    StageError::refused(
        "a perceptron has no neurons with rates in time",
        "choose a network over a topology",
    )
}
