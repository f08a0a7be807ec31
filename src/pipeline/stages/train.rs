//! One network, trained once.

use rand::Rng;
use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::connectome::from_input;
use crate::network::{Activity, Bottleneck, EngramNetwork, Model, NetworkConfig, Perceptron, UnsignedPolicy};
use crate::random::stream;
use crate::report::schema::{ActivityRow, LearningCurveRow, TopologyRow, TrainingRunRow};
use crate::task::{Task, TaskConfig};
use crate::topology::{Family, Topology, wiring};
use crate::training::{RunStatus, TrainingConfig, TrainingRun, train};

/// What is trained.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "model", rename_all = "snake_case")]
pub enum Arm {
    /// A network over the topology of input 0.
    Engram {
        /// Dynamics and start.
        network: NetworkConfig,
        /// What becomes of synapses without a sign.
        unsigned: UnsignedPolicy,
    },
    /// The unconstrained control; it has no input.
    Perceptron {
        /// Hidden units per layer.
        hidden: u32,
    },
}

/// Name of the unconstrained control in tables.
pub const PERCEPTRON: &str = "mlp";
/// Name of the learning rule in tables.
const RULE: &str = "bptt_adam";

/// Trains one network.
#[derive(Clone, Debug, Serialize)]
pub struct TrainNetwork {
    /// What is trained.
    #[serde(flatten)]
    pub arm: Arm,
    /// Width of the bottleneck, if any.
    pub bottleneck: Option<u32>,
    /// Task.
    pub task: TaskConfig,
    /// How.
    pub training: TrainingConfig,
    /// Number of the seed, from 1.
    pub seed: u32,
    /// Seed of the pipeline.
    pub pipeline_seed: u64,
    /// Instruction set of the kernels: another one may change last digits.
    pub instruction_set: &'static str,
}

impl Stage for TrainNetwork {
    const NAME: &'static str = "training";
    const VERSION: u32 = 1;

    fn run(&self, inputs: &Inputs<'_>, context: &Context<'_>) -> Result<Artifact, StageError> {
        // Task, data and initial draws depend on the seed alone: arms and topologies are paired.
        let seed = stream(self.pipeline_seed, &["training", &self.seed.to_string()]).next_u64();
        let task = Task::new(&self.task, seed).map_err(StageError::failed)?;
        let bottleneck = self.bottleneck.map_or(Bottleneck::None, |k| Bottleneck::Linear(k as usize));
        let (name, mut model): (String, Box<dyn Model<f32>>) = match &self.arm {
            Arm::Engram { network, unsigned } => {
                let topology = read_topology(inputs)?;
                let wiring = wiring(&topology, *unsigned, network.spectral_radius, seed);
                let model = EngramNetwork::new(&wiring, task.shape().channels, bottleneck, network, seed);
                (topology.connectome.name().to_owned(), Box::new(model))
            }
            Arm::Perceptron { hidden } => {
                let model = Perceptron::new(task.ambient_dimension(), *hidden as usize, bottleneck, seed);
                (PERCEPTRON.to_owned(), Box::new(model))
            }
        };
        let run = train(&mut *model, &task, &self.training, seed, &|| context.proceeds());
        let run = run.ok_or(StageError::Cancelled)?;
        let parameters = model.parameters().len();
        self.tables(&name, &run, parameters)
    }
}

impl TrainNetwork {
    fn tables(&self, topology: &str, run: &TrainingRun, parameters: usize) -> Result<Artifact, StageError> {
        let bottleneck = if self.bottleneck.is_some() { "linear" } else { "none" };
        let latent_units = self.bottleneck.map(|k| k as i32);
        let (train_loss, test_loss) = run.curve.last().copied().unwrap_or((f64::NAN, f64::NAN));
        let row = TrainingRunRow {
            topology: topology.to_owned(),
            task: self.task.name.clone(),
            rule: RULE.to_owned(),
            bottleneck: bottleneck.to_owned(),
            latent_units,
            seed: i64::from(self.seed),
            epochs: run.curve.len() as i32,
            train_loss,
            test_loss,
            test_accuracy: 1.0 - test_loss,
            converged: run.status == RunStatus::Ok,
            status: run.status.as_str().to_owned(),
            parameters: parameters as i64,
        };
        let curve: Vec<_> = (1..)
            .zip(&run.curve)
            .map(|(epoch, &(train_loss, test_loss))| LearningCurveRow {
                topology: topology.to_owned(),
                task: self.task.name.clone(),
                rule: RULE.to_owned(),
                bottleneck: bottleneck.to_owned(),
                latent_units,
                seed: i64::from(self.seed),
                epoch,
                train_loss,
                test_loss,
            })
            .collect();
        Ok(Artifact::default().with(&[row])?.with(&curve)?.with(&self.activity(&run.activity))?)
    }

    /// What later stages estimate dimensions of: the latent behind a bottleneck, the hidden state without one.
    fn activity(&self, activity: &Activity) -> Vec<ActivityRow> {
        let (layer, values, units) = match self.bottleneck {
            Some(_) => ("latent", &activity.latent, activity.latent_units),
            None => ("hidden", &activity.hidden, activity.hidden_units),
        };
        let rows = (0..).zip(values.chunks_exact(units.max(1)));
        rows.map(|(sample, values)| ActivityRow { layer: layer.to_owned(), sample, values: values.to_vec() }).collect()
    }
}

pub(super) fn read_topology(inputs: &Inputs<'_>) -> Result<Topology, StageError> {
    let row: Vec<TopologyRow> = inputs.table(0)?;
    let row = row.first().ok_or_else(|| StageError::failed("a topology without a row"))?;
    let family = match row.family.as_str() {
        "control" => Family::Control,
        "null" => Family::Null,
        _ => Family::Observed,
    };
    Ok(Topology { connectome: from_input(inputs, 0)?, family, parent: row.parent.clone(), null: None, seed: None })
}
