//! Topologies against their baselines.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::latent::Runs;
use crate::latent::{contrast, holm, units_explaining};
use crate::report::schema::LatentContrastRow;

/// One topology, its baselines, and where among the inputs their runs are.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Topology.
    pub topology: String,
    /// What it is compared with, as a family.
    pub baseline: String,
    /// Task.
    pub task: String,
    /// Inputs that are its runs.
    pub runs: (usize, usize),
    /// Inputs that are the runs of each baseline.
    pub baselines: Vec<(usize, usize)>,
}

/// Compares topologies with their baselines, paired by seed, and corrects for the number of comparisons.
#[derive(Clone, Debug, Serialize)]
pub struct Contrast {
    /// The comparisons.
    pub comparisons: Vec<Comparison>,
    /// Seed of the permutation test.
    pub seed: u64,
}

/// Share of the explained variance at which widths are compared.
const SHARE: f64 = 0.9;

impl Stage for Contrast {
    const NAME: &'static str = "contrasts";
    const VERSION: u32 = 1;

    fn run(&self, inputs: &Inputs<'_>, _: &Context<'_>) -> Result<Artifact, StageError> {
        let mut rows = Vec::new();
        for comparison in &self.comparisons {
            let read = |&(start, end): &(usize, usize)| Runs::read(inputs, start..end);
            let topology = read(&comparison.runs)?;
            let baselines = comparison.baselines.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            for width in topology.widths() {
                let values = |runs: &Runs| runs.errors(Some(width)).into_iter().map(finite).collect();
                rows.push(self.row(comparison, format!("error_k{width}"), &topology, &baselines, &values));
            }
            rows.push(self.row(comparison, "k90".to_owned(), &topology, &baselines, &k90));
        }
        let known: Vec<f64> = rows.iter().map(|r| r.p_value.unwrap_or(f64::NAN)).collect();
        for (row, p) in rows.iter_mut().zip(holm(&known)) {
            row.p_holm = finite(p);
        }
        Ok(Artifact::default().with(&rows)?)
    }
}

impl Contrast {
    /// One comparison of a value per seed; a baseline's value is the mean over the baselines that have one for that seed.
    fn row(
        &self,
        comparison: &Comparison,
        estimator: String,
        topology: &Runs,
        baselines: &[Runs],
        values: &dyn Fn(&Runs) -> Vec<Option<f64>>,
    ) -> LatentContrastRow {
        let own = values(topology);
        let others: Vec<Vec<Option<f64>>> = baselines.iter().map(values).collect();
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for (seed, value) in own.into_iter().enumerate() {
            let baseline: Vec<f64> = others.iter().filter_map(|o| o.get(seed).copied().flatten()).collect();
            if let (Some(value), false) = (value, baseline.is_empty()) {
                left.push(value);
                right.push(baseline.iter().sum::<f64>() / baseline.len() as f64);
            }
        }
        // Fewer than two pairs: nothing to say, and the row says so by its nulls.
        let result = contrast(&left, &right, self.seed).ok();
        LatentContrastRow {
            topology: comparison.topology.clone(),
            baseline: comparison.baseline.clone(),
            task: comparison.task.clone(),
            estimator,
            difference: result.as_ref().map(|c| c.difference),
            ci_low: result.as_ref().map(|c| c.ci_low),
            ci_high: result.as_ref().map(|c| c.ci_high),
            effect_size: result.as_ref().and_then(|c| c.effect_size),
            p_value: result.as_ref().map(|c| c.p_value),
            p_holm: None,
            n_pairs: left.len() as i32,
        }
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Units needed for nine tenths of what the network explains without a bottleneck, by seed; none where it has not learnt.
fn k90(runs: &Runs) -> Vec<Option<f64>> {
    let sweep = runs.sweep();
    let floors = sweep.floor.iter().zip(&sweep.floor_converged).enumerate();
    floors
        .map(|(seed, (&floor, &converged))| {
            let errors: Option<Vec<f64>> = sweep.errors.iter().map(|e| e.get(seed).copied().and_then(finite)).collect();
            let learnt = converged && floor < super::latent::LEARNT;
            units_explaining(&sweep.units, &errors.filter(|_| learnt)?, floor, SHARE)
        })
        .collect()
}
