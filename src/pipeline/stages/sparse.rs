//! The stage `sparse_bottleneck`: the error over the number of units and of active units.

use serde::Serialize;

use super::latent::Runs;
use super::train::TrainNetwork;
use crate::bottleneck::{SparseBottleneckRow, sufficient_bottleneck};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::statistics::{mean_and_sd, mean_interval};
use crate::topology::Family;
use crate::training::TrainedParametersRow;

/// Reads the surface of errors of one topology on one task.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReadSparseBottleneck {
    /// Name of the topology.
    pub(crate) topology: String,
    /// Family of the topology.
    pub(crate) family: Family,
    /// Species of the topology.
    pub(crate) species: String,
    /// Name of the task.
    pub(crate) task: String,
    /// Number of real units that an exact code of the task needs, if known.
    pub(crate) embedding_dimension: Option<u32>,
    /// The numbers of units, in the order of the input.
    pub(crate) units: Vec<u32>,
    /// Minibatches without being active after which a unit is dead.
    pub(crate) dead_after: u32,
    /// Seed of the bootstrap.
    pub(crate) seed: u64,
}

inputs! {
    /// The networks whose errors are set side by side.
    pub(crate) struct SparseInputs {
        /// The cells that train the topology on the task without a bottleneck.
        floor: Vec<Handle<TrainNetwork>>,
        /// Those that train it with each number of units, for each number of active ones and seed.
        surface: Vec<Vec<Handle<TrainNetwork>>>,
    }
}

outputs! {
    /// The surface of one topology on one task.
    pub(crate) struct SparseTables {
        /// One row for each number of units and of active units.
        surface: Vec<SparseBottleneckRow>,
    }
}

impl Stage for ReadSparseBottleneck {
    const NAME: &'static str = "sparse_bottleneck";
    const VERSION: u32 = 1;
    type Inputs = SparseInputs;
    type Output = SparseTables;

    fn run(
        &self,
        inputs: &Loaded<'_, SparseInputs>,
        _: &Context<'_>,
    ) -> Result<SparseTables, StageError> {
        let mut surface = Vec::new();
        for (units, runs) in self.units.iter().zip(&inputs.surface) {
            let cells = [inputs.floor.as_slice(), runs].concat();
            let runs = Runs::read(inputs, &cells)?;
            let read = sufficient_bottleneck(&runs.sweep(), self.seed);
            let read = read.map_err(StageError::failed)?;
            for active in runs.widths() {
                let mut dead = Vec::new();
                for (cell, _) in runs.with_units(Some(active)) {
                    dead.push(self.dead_share(&inputs.rows(cell)?)?);
                }
                let errors = runs.errors(Some(active));
                let is_number = errors.iter().all(|error| error.is_finite());
                let mean = mean_interval(&errors).filter(|_| is_number);
                let interval = mean.and_then(|(_, interval)| interval);
                let point = read.curve.iter().find(|p| p.units == active as usize);
                surface.push(SparseBottleneckRow {
                    topology: self.topology.clone(),
                    family: self.family.as_str().to_owned(),
                    species: self.species.clone(),
                    task: self.task.clone(),
                    embedding_dimension: self.embedding_dimension.map(|m| m as i32),
                    units: *units as i32,
                    active_units: active,
                    error: mean.map(|(mean, _)| mean),
                    ci_low: interval.map(|interval| interval.0),
                    ci_high: interval.map(|interval| interval.1),
                    excess_bound: point.map(|point| point.excess_bound),
                    suffices: point.map(|_| read.k_star.is_some_and(|k| active as usize >= k)),
                    dead_share: mean_and_sd(&dead).0,
                    n_seeds: errors.len() as i32,
                    status: read.status.as_str().to_owned(),
                    note: read.message.clone(),
                });
            }
        }
        Ok(SparseTables { surface })
    }
}

impl ReadSparseBottleneck {
    /// Share of the units of a trained network that are dead.
    fn dead_share(&self, parameters: &[TrainedParametersRow]) -> Result<f64, StageError> {
        let counts = parameters.iter().find(|row| row.group == "silent_steps");
        let counts = counts.filter(|row| !row.values.is_empty());
        let missing = || StageError::inconsistent("the network does not count silent steps");
        let counts = &counts.ok_or_else(missing)?.values;
        let dead = |steps: &&f64| **steps >= f64::from(self.dead_after);
        Ok(counts.iter().filter(dead).count() as f64 / counts.len() as f64)
    }
}
