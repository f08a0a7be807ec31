//! A network and its task before training, which is where `training` begins and where the stages
//! begin that read trained networks.

use rand::Rng;
use serde::Serialize;
use std::sync::Arc;

use super::topology::MakeTopology;
use crate::network::{
    Bottleneck, Demand, EngramNetwork, Model, NetworkConfig, Perceptron, Real, Wiring,
};
use crate::pipeline::Reservation;
use crate::pipeline::inputs::{Handle, Loaded};
use crate::pipeline::stage::{Context, StageError};
use crate::random::stream;
use crate::task::{CheckedTask, Task};
use crate::topology::{Topology, bottleneck, wiring};
use crate::training::{PERCEPTRON, TrainedParametersRow, TrainingConfig, held_out_stream};

/// The kind of network that is trained.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "model", rename_all = "snake_case")]
pub(crate) enum Arm {
    /// An engram network over a topology.
    Engram {
        /// Settings of the network, such as its dynamics and its initial weights.
        network: Box<NetworkConfig>,
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

    /// Sets memory aside for training. Fails if it is more than `memory_gib`.
    fn reserve(
        &self,
        needed: u64,
        memory_gib: f64,
        context: &Context<'_>,
    ) -> Result<Reservation, StageError> {
        let gib = f64::from(1u32 << 30);
        let needed_gib = needed as f64 / gib;
        if needed_gib > memory_gib {
            let message = format!(
                "training on `{}` needs {needed_gib:.3} GiB, more than `memory_gib` = \
                 {memory_gib} allows",
                self.task.config().name
            );
            let hint = "shorter sequences, fewer of them, or raise it";
            return Err(StageError::refused(message, hint));
        }
        context.reserve(needed, (memory_gib * gib) as u64)
    }

    /// The engram network before training, with a bottleneck of `units` or without one.
    pub(super) fn engram<F: Real>(
        &self,
        units: Option<u32>,
    ) -> Result<EngramNetwork<F>, StageError> {
        let (Arm::Engram { network }, Some((topology, wiring))) = (self.arm, &self.wiring) else {
            return Err(StageError::inconsistent("a network without a topology"));
        };
        let narrow = |k: u32| bottleneck(topology, wiring, network, k as usize, self.seed);
        let bottleneck = units
            .map_or(Ok(Bottleneck::None), narrow)
            .map_err(StageError::failed)?;
        let demand = Demand::of(&self.task);
        let model = EngramNetwork::new(wiring, demand, &bottleneck, network, self.seed);
        model.map_err(StageError::failed)
    }

    /// The network before training, with a bottleneck of `units` or without one, and the memory
    /// that training may take. Fails if training would need more than `memory_gib`.
    pub(super) fn model(
        &self,
        units: Option<u32>,
        training: &TrainingConfig,
        context: &Context<'_>,
    ) -> Result<(Box<dyn Model<f32>>, Reservation), StageError> {
        let demand = Demand::of(&self.task);
        let values = (demand.channels * demand.steps * size_of::<f32>()) as u64;
        // Held-out sequences stay in memory; a minibatch is drawn while another is learnt.
        let sequences = u64::from(training.test_samples) + 2 * u64::from(training.batch_size);
        let reserve = |network: u64| {
            let needed = network.saturating_add(values.saturating_mul(sequences));
            self.reserve(needed, training.memory_gib, context)
        };
        match self.arm {
            Arm::Engram { .. } => {
                let model = self.engram::<f32>(units)?;
                let room = reserve(model.training_bytes(demand.steps))?;
                Ok((Box::new(model), room))
            }
            Arm::Perceptron { hidden } => {
                let units = units.map(|k| k as usize);
                let bottleneck = units.map_or(Bottleneck::None, Bottleneck::Linear);
                let hidden = *hidden as usize;
                let samples = training.test_samples.max(training.batch_size) as usize;
                let room = reserve(Perceptron::<f32>::training_bytes(
                    demand, hidden, units, samples,
                ))?;
                let model = Perceptron::new(demand, hidden, &bottleneck, self.seed);
                Ok((Box::new(model.map_err(StageError::failed)?), room))
            }
        }
    }
}

/// Sets the parameters of a network, which must have the groups of the one that was trained.
pub(super) fn set_parameters<F: Real>(
    network: &mut dyn Model<F>,
    trained: &[TrainedParametersRow],
) -> Result<(), StageError> {
    for group in network.layout().groups().to_vec() {
        let of_group = trained.iter().find(|row| row.group == group.name);
        let values = of_group.filter(|row| row.values.len() == group.range.len());
        let values = values.ok_or_else(|| {
            let message = format!(
                "the trained parameters do not have {} `{}`",
                group.range.len(),
                group.name
            );
            StageError::inconsistent(message)
        })?;
        let parameters = &mut network.parameters_mut()[group.range];
        for (parameter, &value) in parameters.iter_mut().zip(&values.values) {
            *parameter = F::of(value);
        }
    }
    Ok(())
}
