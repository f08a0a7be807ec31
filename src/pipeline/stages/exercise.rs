//! A network and its task before training, which is where the stages `probe`, `budget` and
//! `training` begin.

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

/// The kind of network that is trained.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "model", rename_all = "snake_case")]
pub(crate) enum Arm {
    /// An engram network over a topology.
    Engram {
        /// Settings of the network, such as its dynamics and its initial weights.
        network: NetworkConfig,
    },
    /// The unconstrained perceptron, which reads no topology.
    Perceptron {
        /// Number of hidden units per layer.
        hidden: u32,
    },
}

/// The topology behind a handle, if there is a handle.
pub(super) fn optional<I>(
    inputs: &Loaded<'_, I>,
    handle: Option<&Handle<MakeTopology>>,
) -> Result<Option<Arc<Topology>>, StageError> {
    handle.map(|handle| inputs.value(handle)).transpose()
}

/// A network and its task, before the width of the bottleneck is chosen.
pub(super) struct Exercise<'a> {
    arm: &'a Arm,
    /// Name of the topology, or of the control.
    pub(super) topology: String,
    pub(super) wiring: Option<(Arc<Topology>, Wiring)>,
    pub(super) task: Task,
    /// The task, the data and the initial draws depend on this seed alone, so that topologies and
    /// kinds of networks are paired by seed.
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

    /// The latent variables of the first `samples` held-out sequences, if the task knows them.
    pub(super) fn held_out_sources(&self, samples: usize) -> Option<Vec<f64>> {
        self.task
            .held_out_sources(samples, &mut held_out_stream(&self.task, self.seed))
    }

    /// The network before training, with a bottleneck of `units` or without one. Fails if training
    /// would need more memory than `memory_gib`.
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
