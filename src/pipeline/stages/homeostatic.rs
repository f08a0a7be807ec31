//! The stage `homeostatic`: one network, trained once by the homeostatic XOR rule.

use rand::Rng;
use serde::Serialize;

use super::exercise::optional;
use super::topology::MakeTopology;
use crate::connectome::NeuronClass;
use crate::network::{NetworkConfig, UnsignedPolicy};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::random::stream;
use crate::task::{Batch, CheckedTask, Task};
use crate::topology::wiring;
use crate::training::homeostatic::{
    BitMatrix, BitScores, FULLY_CONNECTED, HomeostaticConfig, HomeostaticNetwork, TooManyBits,
    constant_accuracy, train,
};
use crate::training::homeostatic::{HomeostaticCurveRow, HomeostaticRunRow};

/// Name of the learning rule in tables.
const RULE: &str = "homeostatic_xor";

/// The kind of network that is trained.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub(super) enum Form {
    /// A network over a topology.
    Wiring {
        /// How synapses without a sign are treated.
        unsigned: UnsignedPolicy,
        /// Classes of the neurons that receive the input.
        input: Vec<NeuronClass>,
        /// Classes of the neurons that give the output.
        output: Vec<NeuronClass>,
    },
    /// The fully connected form of the rule, which reads no topology.
    FullyConnected,
}

/// Trains one network by the homeostatic rule on a task of bits. The rule does not use the latent
/// noise and the recall of the task.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrainHomeostatic {
    /// The kind of network that is trained.
    #[serde(flatten)]
    pub(crate) form: Form,
    /// The task of bits that the network learns.
    pub(crate) task: CheckedTask,
    /// Settings of the rule and of its training.
    pub(crate) training: HomeostaticConfig,
    /// Number of the seed, from 1.
    pub(crate) seed: u32,
    /// Seed of the pipeline, from which all random streams of this cell are derived.
    pub(crate) pipeline_seed: u64,
}

inputs! {
    /// What the homeostatic rule trains.
    pub(crate) struct HomeostaticInputs {
        /// The topology that is trained. The fully connected form has none.
        topology: Option<Handle<MakeTopology>>,
    }
}

outputs! {
    /// A network trained by the homeostatic rule.
    pub(crate) struct HomeostaticTables {
        /// How training ended, and how accurate the network is.
        runs: Vec<HomeostaticRunRow>,
        /// Energy of the network after each epoch.
        curves: Vec<HomeostaticCurveRow>,
    }
}

impl Stage for TrainHomeostatic {
    const NAME: &'static str = "homeostatic";
    const VERSION: u32 = 3;
    type Inputs = HomeostaticInputs;
    type Output = HomeostaticTables;

    fn run(
        &self,
        inputs: &Loaded<'_, HomeostaticInputs>,
        context: &Context<'_>,
    ) -> Result<HomeostaticTables, StageError> {
        // Networks that learn by gradients use the same seed, so that both rules learn sequences of
        // the same generator.
        let seed = stream(self.pipeline_seed, &["training", &self.seed.to_string()]).next_u64();
        let task = Task::new(&self.task, seed).map_err(StageError::failed)?;
        let bits = task.ambient_dimension();
        let (topology, network) = match &self.form {
            Form::Wiring {
                unsigned,
                input,
                output,
            } => {
                let topology = optional(inputs, inputs.topology.as_ref())?
                    .ok_or_else(|| StageError::inconsistent("a wiring without a topology"))?;
                // The rule scales each unit by itself, so the spectral radius has no effect.
                let (input, output) = (input.clone(), output.clone());
                let config = NetworkConfig {
                    unsigned: *unsigned,
                    input,
                    output,
                    ..NetworkConfig::default()
                };
                let wiring = wiring(&topology, &config, seed);
                let network = HomeostaticNetwork::on(&wiring, bits, self.training.assignment, seed);
                (topology.connectome.name().to_owned(), network)
            }
            Form::FullyConnected => {
                let network = HomeostaticNetwork::dense(bits, self.training.hidden as usize, seed);
                (FULLY_CONNECTED.to_owned(), Ok(network))
            }
        };
        let row = self.row(&topology, bits);
        let mut network = match network {
            Ok(network) => network,
            Err(TooManyBits { .. }) => {
                let row = HomeostaticRunRow {
                    status: "too_many_bits".to_owned(),
                    ..row
                };
                return Ok(HomeostaticTables {
                    runs: vec![row],
                    curves: Vec::new(),
                });
            }
        };
        let packed = |batch: Batch<f32>| BitMatrix::from_batch(&batch).map_err(StageError::failed);
        let name = &self.task.name;
        let sequences = packed(task.sample(
            self.training.sequences as usize,
            &mut stream(seed, &["train", name]),
        ))?;
        let held_out = packed(task.held_out(
            self.training.test_sequences as usize,
            &mut stream(seed, &["test", name]),
        ))?;
        let run = train(&mut network, &sequences, &self.training, seed, &|| {
            context.proceeds()
        });
        let run = run.ok_or(StageError::Cancelled)?;
        let test = BitScores::of(&held_out, &network.reconstruct(&held_out));
        let row = HomeostaticRunRow {
            hidden_units: Some(network.hidden_units() as i32),
            epochs: run.curve.len() as i32,
            status: run.status.as_str().to_owned(),
            bit_accuracy: Some(test.bit_accuracy),
            balanced_accuracy: Some(test.balanced_accuracy),
            constant_accuracy: Some(constant_accuracy(&held_out)),
            exact_sequences: Some(test.exact),
            energy: Some(test.energy),
            train_bit_accuracy: Some(run.scores.bit_accuracy),
            train_balanced_accuracy: Some(run.scores.balanced_accuracy),
            train_exact_sequences: Some(run.scores.exact),
            train_energy: Some(run.scores.energy),
            unreachable_bits: Some(network.unreachable_bits().len() as i32),
            pathless_bits: Some(network.pathless_bits().len() as i32),
            weights: Some(network.weights().count() as i64),
            weights_changed: Some(run.weights_changed as i64),
            updates: Some(i64::try_from(run.updates()).unwrap_or(i64::MAX)),
            ..row
        };
        let curve: Vec<_> = (1..)
            .zip(&run.curve)
            .map(|(epoch, of)| HomeostaticCurveRow {
                topology: topology.clone(),
                task: name.clone(),
                seed: i64::from(self.seed),
                epoch,
                energy: of.energy,
                updates: i64::try_from(of.updates).unwrap_or(i64::MAX),
            })
            .collect();
        Ok(HomeostaticTables {
            runs: vec![row],
            curves: curve,
        })
    }
}

impl TrainHomeostatic {
    /// The row of a run before anything is known of its result.
    fn row(&self, topology: &str, bits: usize) -> HomeostaticRunRow {
        HomeostaticRunRow {
            topology: topology.to_owned(),
            task: self.task.name.clone(),
            rule: RULE.to_owned(),
            bits: bits as i32,
            hidden_units: None,
            seed: i64::from(self.seed),
            epochs: 0,
            status: String::new(),
            bit_accuracy: None,
            balanced_accuracy: None,
            constant_accuracy: None,
            exact_sequences: None,
            energy: None,
            train_bit_accuracy: None,
            train_balanced_accuracy: None,
            train_exact_sequences: None,
            train_energy: None,
            unreachable_bits: None,
            pathless_bits: None,
            weights: None,
            weights_changed: None,
            updates: None,
        }
    }
}
