//! The stage `latent_gradients`: what the bottleneck units of a trained network are gradients of.

use serde::Serialize;

use super::exercise::{Arm, Exercise, set_parameters};
use super::topology::MakeTopology;
use super::train::TrainNetwork;
use crate::network::{LANES, LatentGradients};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::representation::{LatentAngleRow, LatentGradientRow, LatentGradientsConfig, alignment};
use crate::task::{Batch, CheckedTask};
use crate::training::{HELD_OUT_DRAW, RunKeys, TrainingRunRow, held_out_stream};

/// Takes the gradients of the bottleneck units of one trained network.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReadLatents {
    /// The kind of network that was trained.
    #[serde(flatten)]
    pub(crate) arm: Arm,
    /// Width of the bottleneck.
    pub(crate) bottleneck: u32,
    /// The task that it has learnt.
    pub(crate) task: CheckedTask,
    /// Number of the seed, from 1.
    pub(crate) seed: u32,
    /// Seed of the pipeline.
    pub(crate) pipeline_seed: u64,
    /// At how many sequences.
    pub(crate) gradients: LatentGradientsConfig,
}

inputs! {
    /// The network whose units are read.
    pub(crate) struct LatentGradientInputs {
        /// The topology of the network.
        topology: Handle<MakeTopology>,
        /// The cell that trained the network.
        run: Handle<TrainNetwork>,
    }
}

outputs! {
    /// The gradients of one network. A network whose gradients are no numbers has none.
    pub(crate) struct LatentGradientTables {
        /// One row for each sequence and unit.
        gradients: Vec<LatentGradientRow>,
        /// One row for each sequence and side of the bottleneck, on tasks with known sources.
        angles: Vec<LatentAngleRow>,
    }
}

impl Stage for ReadLatents {
    const NAME: &'static str = "latent_gradients";
    const VERSION: u32 = 1;
    type Inputs = LatentGradientInputs;
    type Output = LatentGradientTables;

    fn run(
        &self,
        inputs: &Loaded<'_, LatentGradientInputs>,
        _: &Context<'_>,
    ) -> Result<LatentGradientTables, StageError> {
        let topology = inputs.value(&inputs.topology)?;
        let (task, seed) = (&self.task, self.seed);
        let exercise = Exercise::new(&self.arm, task, seed, self.pipeline_seed, Some(topology))?;
        // What was trained in single precision is read in double precision.
        let mut network = exercise.engram::<f64>(Some(self.bottleneck))?;
        set_parameters(&mut network, &inputs.rows(&inputs.run)?)?;
        let samples = self.gradients.samples as usize;
        let mut random = held_out_stream(&exercise.task, exercise.seed);
        let held_out = exercise
            .task
            .held_out(samples.next_multiple_of(LANES), &mut random);
        let sources = exercise.held_out_sources(samples).unwrap_or_default();
        let all = network.latent_gradients(&held_out, HELD_OUT_DRAW, samples);
        let run: TrainingRunRow = inputs.row(&inputs.run)?;
        let mut tables = LatentGradientTables {
            gradients: Vec::new(),
            angles: Vec::new(),
        };
        if !all.iter().all(LatentGradients::is_finite) {
            return Ok(tables);
        }
        let known = sources.len() / samples;
        for (sample, of_units) in all.iter().enumerate() {
            let sources = &sources[sample * known..][..known];
            let tangent = exercise.task.tangent(sources).filter(|_| known > 0);
            let at = At {
                sample,
                of_units,
                sources,
                tangent: &tangent.unwrap_or_default(),
                keys: &run.keys,
            };
            tables.gradients.extend(at.gradients(&held_out));
            tables.angles.extend(at.angles());
        }
        Ok(tables)
    }
}

/// The units of a network at one sequence.
struct At<'a> {
    sample: usize,
    of_units: &'a LatentGradients,
    /// The sources of the sequence, and the sequence by each of them; empty where it has none.
    sources: &'a [f64],
    tangent: &'a [f64],
    keys: &'a RunKeys,
}

impl At<'_> {
    fn gradients(&self, held_out: &Batch<f64>) -> Vec<LatentGradientRow> {
        let ambient = self.of_units.ambient;
        let value = |at: usize| held_out.values[at * held_out.samples + self.sample];
        let sequence: Vec<f64> = (0..ambient).map(value).collect();
        let rows = self.of_units.gradients.chunks_exact(ambient);
        let units = (0..).zip(&self.of_units.latent).zip(rows);
        let row = |((unit, &latent), gradient): ((i32, &f64), &[f64])| {
            let mut by_source = vec![0.0; self.sources.len()];
            let tangent = self.tangent.chunks_exact(self.sources.len().max(1));
            for (value, row) in gradient.iter().zip(tangent) {
                let sums = by_source.iter_mut().zip(row);
                sums.for_each(|(sum, by)| *sum += value * by);
            }
            LatentGradientRow {
                sample: self.sample as i32,
                unit,
                latent,
                sources: self.sources.to_vec(),
                by_source,
                sequence: sequence.clone(),
                gradient: gradient.to_vec(),
                keys: self.keys.clone(),
            }
        };
        units.map(row).collect()
    }

    fn angles(&self) -> Vec<LatentAngleRow> {
        let of = self.of_units;
        let row = |(measure, directions): (&str, &[f64])| {
            let found = alignment(directions, self.tangent, of.ambient)?;
            Some(LatentAngleRow {
                sample: self.sample as i32,
                measure: measure.to_owned(),
                sources: self.sources.len() as i32,
                ambient_dimension: of.ambient as i32,
                largest_angle: *found.angles.last()?,
                angles: found.angles,
                share: found.share,
                keys: self.keys.clone(),
            })
        };
        let sides: [(&str, &[f64]); 2] = [("encoded", &of.gradients), ("decoded", &of.output)];
        sides.into_iter().filter_map(row).collect()
    }
}
