//! A network and its task before training: what probing, choosing a budget and training begin with.

use rand::Rng;
use serde::Serialize;
use std::sync::Arc;

use super::topology::MakeTopology;
use crate::network::{Bottleneck, Demand, EngramNetwork, Model, NetworkConfig, Perceptron, Wiring};
use crate::pipeline::inputs::{Handle, Loaded};
use crate::pipeline::stage::StageError;
use crate::random::stream;
use crate::task::{CheckedTask, Task};
use crate::topology::{Topology, bottleneck, wiring};
use crate::training::{PERCEPTRON, held_out_stream};

/// What is trained.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "model", rename_all = "snake_case")]
pub(super) enum Arm {
    /// A network over a topology.
    Engram {
        /// Dynamics and start.
        network: NetworkConfig,
    },
    /// The unconstrained control; it has no input.
    Perceptron {
        /// Hidden units per layer.
        hidden: u32,
    },
}

/// The topology behind a handle, where there is one.
pub(super) fn optional<I>(
    inputs: &Loaded<'_, I>,
    handle: Option<&Handle<MakeTopology>>,
) -> Result<Option<Arc<Topology>>, StageError> {
    handle.map(|handle| inputs.value(handle)).transpose()
}

/// What is trained on what, before a bottleneck is chosen.
pub(super) struct Exercise<'a> {
    arm: &'a Arm,
    /// Name of the topology, or of the control.
    pub(super) topology: String,
    pub(super) wiring: Option<(Arc<Topology>, Wiring)>,
    pub(super) task: Task,
    /// Task, data and initial draws depend on it alone: arms and topologies are paired.
    pub(super) seed: u64,
}

impl<'a> Exercise<'a> {
    pub(super) fn new(
        arm: &'a Arm,
        task: &CheckedTask,
        seed: u32,
        pipeline_seed: u64,
        topology: Option<Arc<Topology>>,
    ) -> Result<Self, StageError> {
        let seed = stream(pipeline_seed, &["training", &seed.to_string()]).next_u64();
        let task = Task::new(task, seed).map_err(StageError::failed)?;
        let (topology, wiring) = match arm {
            Arm::Engram { network } => {
                let topology = topology
                    .ok_or_else(|| StageError::inconsistent("a network without a topology"))?;
                let wiring = wiring(&topology, network, seed);
                (
                    topology.connectome.name().to_owned(),
                    Some((topology, wiring)),
                )
            }
            Arm::Perceptron { .. } => (PERCEPTRON.to_owned(), None),
        };
        Ok(Self {
            arm,
            topology,
            wiring,
            task,
            seed,
        })
    }

    /// The latent variables of the first `samples` held-out sequences, where the task has them.
    pub(super) fn held_out_sources(&self, samples: usize) -> Option<Vec<f64>> {
        self.task
            .held_out_sources(samples, &mut held_out_stream(&self.task, self.seed))
    }

    /// A network before training, with a bottleneck of `units` or without.
    /// Fails where training would take more than `memory_gib`.
    pub(super) fn model(
        &self,
        units: Option<u32>,
        memory_gib: f64,
    ) -> Result<Box<dyn Model<f32>>, StageError> {
        let units = units.map(|k| k as usize);
        match (self.arm, &self.wiring) {
            (Arm::Engram { network }, Some((topology, wiring))) => {
                let narrow = |k| bottleneck(topology, wiring, network, k, self.seed);
                let bottleneck = units
                    .map_or(Ok(Bottleneck::None), narrow)
                    .map_err(StageError::failed)?;
                let demand = Demand::of(&self.task);
                let model = EngramNetwork::new(wiring, demand, &bottleneck, network, self.seed);
                let model = model.map_err(StageError::failed)?;
                let needed = model.training_bytes(demand.steps) as f64 / f64::from(1u32 << 30);
                if needed > memory_gib {
                    let message = format!(
                        "training on `{}` needs {needed:.3} GiB, more than `memory_gib` = \
                         {memory_gib} allows",
                        self.task.config().name
                    );
                    return Err(StageError::refused(
                        message,
                        "shorter sequences, or raise it",
                    ));
                }
                Ok(Box::new(model))
            }
            (Arm::Perceptron { hidden }, _) => {
                let bottleneck = units.map_or(Bottleneck::None, Bottleneck::Linear);
                let model = Perceptron::new(
                    Demand::of(&self.task),
                    *hidden as usize,
                    &bottleneck,
                    self.seed,
                );
                Ok(Box::new(model.map_err(StageError::failed)?))
            }
            (Arm::Engram { .. }, None) => {
                Err(StageError::inconsistent("a network without a topology"))
            }
        }
    }
}
