//! The stage `range_condition`: whether a code that costs least would keep the sources of a task
//! apart.

use rand::Rng;
use serde::Serialize;

use crate::pipeline::inputs::Loaded;
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::random::stream;
use crate::representation::{RangeConditionConfig, TaskRow, range_condition};
use crate::task::{CheckedTask, Task};
use crate::training::held_out_stream;

/// Reads the range condition of every pair of sources of a task.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CheckRanges {
    /// The task.
    pub(crate) task: CheckedTask,
    /// From how many sequences.
    pub(crate) range: RangeConditionConfig,
    /// Seed of the pipeline.
    pub(crate) pipeline_seed: u64,
}

outputs! {
    /// The pairs of sources of a task.
    pub(crate) struct RangeTables {
        /// One row for each pair; none for a task without sources.
        pairs: Vec<TaskRow>,
    }
}

impl Stage for CheckRanges {
    const NAME: &'static str = "range_condition";
    const VERSION: u32 = 1;
    type Inputs = ();
    type Output = RangeTables;

    fn run(&self, _: &Loaded<'_, ()>, _: &Context<'_>) -> Result<RangeTables, StageError> {
        // The sequences of the first seed.
        let seed = stream(self.pipeline_seed, &["training", "1"]).next_u64();
        let task = Task::new(&self.task, seed).map_err(StageError::failed)?;
        let samples = self.range.samples as usize;
        let drawn = task.held_out_sources(samples, &mut held_out_stream(&task, seed));
        let drawn = drawn.unwrap_or_default();
        let sources = drawn.len() / samples;
        let of = |source: usize| -> Vec<f64> {
            let values = drawn.iter().skip(source).step_by(sources);
            values.copied().collect()
        };
        let all: Vec<Vec<f64>> = (0..sources).map(of).collect();
        let mut pairs = Vec::new();
        for (second, y) in all.iter().enumerate() {
            for (first, x) in all[..second].iter().enumerate() {
                pairs.extend(range_condition(x, y).map(|found| TaskRow {
                    task: self.task.name.clone(),
                    first: first as i32,
                    second: second as i32,
                    first_reach: found.reach[0],
                    second_reach: found.reach[1],
                    covariance: found.covariance,
                    margin: found.margin,
                    modular: found.is_modular(),
                    samples: self.range.samples as i32,
                }));
            }
        }
        Ok(RangeTables { pairs })
    }
}
