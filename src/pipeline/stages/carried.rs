//! The stage `carried`: how many independent sources a topology carries.

use serde::Serialize;

use super::train::TrainNetwork;
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::statistics::{mean_and_sd, mean_interval};
use crate::topology::Family;
use crate::training::{CarriedDimensionRow, CarriedRunRow, RunStatus, TrainingRunRow};

/// Reads the carried dimension from all training runs of one topology on one task of sources.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReadCarriedDimension {
    /// Name of the topology.
    pub(crate) topology: String,
    /// Family of the topology.
    pub(crate) family: Family,
    /// Species of the topology.
    pub(crate) species: String,
    /// Name of the task.
    pub(crate) task: String,
    /// Number of sources of the task.
    pub(crate) sources: u32,
}

inputs! {
    /// The runs from which a carried dimension is read.
    pub(crate) struct CarriedInputs {
        /// The cells that train the topology on the task.
        runs: Vec<Handle<TrainNetwork>>,
    }
}

outputs! {
    /// The carried dimension of one topology on one task.
    pub(crate) struct CarriedTables {
        /// The carried dimension.
        carried: Vec<CarriedDimensionRow>,
    }
}

impl Stage for ReadCarriedDimension {
    const NAME: &'static str = "carried";
    const VERSION: u32 = 1;
    type Inputs = CarriedInputs;
    type Output = CarriedTables;

    fn run(
        &self,
        inputs: &Loaded<'_, CarriedInputs>,
        _: &Context<'_>,
    ) -> Result<CarriedTables, StageError> {
        let mut runs = Vec::new();
        for cell in &inputs.runs {
            let run: TrainingRunRow = inputs.row(cell)?;
            if run.keys.latent_units.is_none() {
                let carried: Vec<CarriedRunRow> = inputs.rows(cell)?;
                runs.push((run, carried.into_iter().next()));
            }
        }
        Ok(CarriedTables {
            carried: vec![self.row(&runs)],
        })
    }
}

impl ReadCarriedDimension {
    fn row(&self, runs: &[(TrainingRunRow, Option<CarriedRunRow>)]) -> CarriedDimensionRow {
        let numbers = |of: &dyn Fn(&CarriedRunRow) -> Option<f64>| -> Vec<f64> {
            let carried = runs.iter().filter_map(|(_, carried)| carried.as_ref());
            carried.filter_map(of).collect()
        };
        let mean = |values: &[f64]| (!values.is_empty()).then(|| mean_and_sd(values).0);
        let carried = numbers(&|row| row.carried);
        let summary = mean_interval(&carried);
        let interval = summary.and_then(|(_, interval)| interval);
        let value = summary.map(|(mean, _)| mean);
        let linear_bound = mean(&numbers(&|row| row.linear_bound));
        let losses: Vec<f64> = runs.iter().filter_map(|(run, _)| run.test_loss).collect();
        let converged = !runs.is_empty() && runs.iter().all(|(run, _)| run.converged);
        let (status, note) = status(runs, value, linear_bound);
        CarriedDimensionRow {
            topology: self.topology.clone(),
            family: self.family.as_str().to_owned(),
            species: self.species.clone(),
            task: self.task.clone(),
            latent_dimension: self.sources as i32,
            carried: value,
            ci_low: interval.map(|interval| interval.0),
            ci_high: interval.map(|interval| interval.1),
            linear_bound,
            bits: mean(&numbers(&|row| row.bits)),
            test_loss: mean(&losses),
            converged,
            n_seeds: carried.len() as i32,
            status: status.to_owned(),
            note,
        }
    }
}

/// What is to be said of a carried dimension, and why. A number below the linear bound comes first,
/// for such a wiring certainly carries more; then the first run that has not ended well.
fn status(
    runs: &[(TrainingRunRow, Option<CarriedRunRow>)],
    carried: Option<f64>,
    bound: Option<f64>,
) -> (&'static str, Option<String>) {
    let Some(carried) = carried else {
        let note = "no run gave a number".to_owned();
        return (RunStatus::Diverged.as_str(), Some(note));
    };
    if let Some(bound) = bound.filter(|bound| carried < *bound) {
        let note = format!(
            "trained, the wiring carries {carried:.2}; at its start, with the best linear maps, it \
             carries {bound:.2}: training has not found what is there"
        );
        return ("below_linear", Some(note));
    }
    let ends = runs.iter().map(|(run, _)| End {
        seed: run.keys.seed,
        status: &run.status,
        reason: &run.reason,
    });
    worst(&ends.collect::<Vec<_>>())
}

/// How a run ended.
pub(super) struct End<'a> {
    pub(super) seed: i64,
    pub(super) status: &'a str,
    pub(super) reason: &'a str,
}

/// The status of the run that ended worst, and which runs ended so.
pub(super) fn worst(runs: &[End<'_>]) -> (&'static str, Option<String>) {
    for status in [
        RunStatus::Diverged,
        RunStatus::Silent,
        RunStatus::Stalled,
        RunStatus::StillFalling,
    ] {
        let word = status.as_str();
        let mut of_status = runs.iter().filter(|run| run.status == word);
        if let Some(first) = of_status.next() {
            let (count, all) = (1 + of_status.count(), runs.len());
            let End { seed, reason, .. } = first;
            let note = format!("{count} of {all} runs, the first with seed {seed}: {reason}");
            return (word, Some(note));
        }
    }
    (RunStatus::Ok.as_str(), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::RunKeys;

    fn run(seed: i64, status: RunStatus, carried: f64) -> (TrainingRunRow, Option<CarriedRunRow>) {
        let keys = RunKeys {
            topology: "t".to_owned(),
            task: "c".to_owned(),
            rule: "bptt_adam".to_owned(),
            bottleneck: "none".to_owned(),
            latent_units: None,
            seed,
        };
        let row = TrainingRunRow {
            keys: keys.clone(),
            epochs: 10,
            learning_rate: 0.01,
            train_loss: Some(0.5),
            test_loss: Some(1.0 - carried / 8.0),
            test_accuracy: None,
            recall_loss: None,
            converged: status == RunStatus::Ok,
            status: status.as_str().to_owned(),
            reason: "so".to_owned(),
            parameters: 1,
        };
        let carried = CarriedRunRow {
            keys,
            carried: Some(carried),
            bits: Some(2.0 * carried),
            linear_bound: Some(3.0),
            shares: vec![carried / 8.0; 8],
        };
        (row, Some(carried))
    }

    fn read(runs: &[(TrainingRunRow, Option<CarriedRunRow>)]) -> CarriedDimensionRow {
        let stage = ReadCarriedDimension {
            topology: "t".to_owned(),
            family: Family::Observed,
            species: "worm".to_owned(),
            task: "c".to_owned(),
            sources: 8,
        };
        stage.row(runs)
    }

    #[test]
    fn seeds_give_a_mean_and_an_interval() {
        let runs = [4.0, 5.0, 6.0].map(|carried| run(carried as i64, RunStatus::Ok, carried));
        let row = read(&runs);
        assert_eq!(
            (row.carried, row.bits, row.n_seeds),
            (Some(5.0), Some(10.0), 3)
        );
        // Student's t with two degrees of freedom: 4.3027 / sqrt(3).
        assert!((row.ci_high.unwrap() - 5.0 - 2.4841).abs() < 1e-3);
        assert_eq!((row.status.as_str(), row.converged), ("ok", true));
    }

    #[test]
    fn what_has_not_learnt_is_said_so() {
        let good = run(1, RunStatus::Ok, 5.0);
        let row = read(&[good.clone(), run(2, RunStatus::StillFalling, 5.0)]);
        assert_eq!(
            (row.status.as_str(), row.converged),
            ("still_falling", false)
        );
        assert!(
            row.note
                .unwrap()
                .starts_with("1 of 2 runs, the first with seed 2")
        );
        let row = read(&[good.clone(), run(2, RunStatus::Stalled, 0.5)]);
        assert_eq!(row.status, "below_linear");
        let row = read(&[run(1, RunStatus::Ok, 3.5), run(2, RunStatus::Stalled, 2.9)]);
        assert_eq!(row.status, "stalled");
        let mut broken = run(1, RunStatus::Diverged, 0.0);
        broken.1 = None;
        let row = read(&[broken]);
        assert_eq!((row.status.as_str(), row.carried), ("diverged", None));
    }
}
