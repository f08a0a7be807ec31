//! Which of the dimensions that a wiring offers its trained networks use: the stage `linearised`
//! reads them from one network, the stage `used_dimension` from all seeds of a topology.

use serde::Serialize;

use super::carried::{End, worst};
use super::exercise::{Arm, Exercise, set_parameters};
use super::topology::MakeTopology;
use super::train::TrainNetwork;
use crate::capacity::{Measure, Spectrum};
use crate::network::{Jacobians, LANES};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::rows::Kept;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::statistics::{mean_and_sd, mean_interval};
use crate::task::CheckedTask;
use crate::topology::Family;
use crate::training::{
    HELD_OUT_DRAW, TrainingRunRow, UsedDimensionConfig, UsedDimensionRow, UsedRunRow,
    held_out_stream, used_spectra,
};

/// Makes one trained network without a bottleneck linear around held-out sequences.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LineariseNetwork {
    /// The kind of network that was trained.
    #[serde(flatten)]
    pub(crate) arm: Arm,
    /// The task that it has learnt.
    pub(crate) task: CheckedTask,
    /// Number of the seed, from 1.
    pub(crate) seed: u32,
    /// Seed of the pipeline.
    pub(crate) pipeline_seed: u64,
    /// At how many sequences, and at which signal-to-noise ratios.
    pub(crate) used: UsedDimensionConfig,
}

inputs! {
    /// The network that is made linear.
    pub(crate) struct LinearisedInputs {
        /// The topology of the network.
        topology: Handle<MakeTopology>,
        /// The cell that trained the network.
        run: Handle<TrainNetwork>,
    }
}

outputs! {
    /// The used dimensions of one network.
    pub(crate) struct LinearisedTables {
        /// One row for each measure and signal-to-noise ratio.
        used: Kept<UsedRunRow>,
    }
}

impl Stage for LineariseNetwork {
    const NAME: &'static str = "linearised";
    const VERSION: u32 = 1;
    type Inputs = LinearisedInputs;
    type Output = LinearisedTables;

    fn run(
        &self,
        inputs: &Loaded<'_, LinearisedInputs>,
        context: &Context<'_>,
    ) -> Result<LinearisedTables, StageError> {
        let topology = inputs.value(&inputs.topology)?;
        let (task, seed) = (&self.task, self.seed);
        let exercise = Exercise::new(&self.arm, task, seed, self.pipeline_seed, Some(topology))?;
        // What was trained in single precision is made linear in double precision.
        let mut network = exercise.engram::<f64>(None)?;
        set_parameters(&mut network, &inputs.rows(&inputs.run)?)?;
        let mut random = held_out_stream(&exercise.task, exercise.seed);
        let held_out = exercise.task.held_out(LANES, &mut random);
        let points = self.used.points as usize;
        let jacobians = network.jacobians(&held_out, HELD_OUT_DRAW, points);
        let spectra = if jacobians.iter().all(Jacobians::is_finite) {
            let mut spectra = Vec::with_capacity(points);
            for jacobians in &jacobians {
                if !context.proceeds() {
                    return Err(StageError::Cancelled);
                }
                spectra.push(used_spectra(jacobians));
            }
            Some(spectra)
        } else {
            None
        };
        let run: TrainingRunRow = inputs.row(&inputs.run)?;
        Ok(LinearisedTables {
            used: Kept(self.rows(&run, spectra.as_deref())),
        })
    }
}

impl LineariseNetwork {
    /// The means over sequences; `None` instead of spectra is of a network whose Jacobians are no
    /// numbers.
    fn rows(
        &self,
        run: &TrainingRunRow,
        spectra: Option<&[[Option<Spectrum>; 3]]>,
    ) -> Vec<UsedRunRow> {
        let row = |(measure, snr): (Measure, f64)| {
            let mean = |read: &dyn Fn(&Spectrum) -> f64| {
                // Of a sequence of which nothing passes, no dimension is used.
                let of_point = |point: &[Option<Spectrum>; 3]| {
                    point[measure as usize].as_ref().map_or(0.0, read)
                };
                spectra
                    .map(|points| mean_and_sd(&points.iter().map(of_point).collect::<Vec<_>>()).0)
            };
            UsedRunRow {
                seed: i64::from(self.seed),
                status: run.status.clone(),
                reason: run.reason.clone(),
                snr,
                measure: measure.as_str().to_owned(),
                value: mean(&|spectrum| spectrum.degrees_of_freedom(snr)),
                k90: mean(&|spectrum| spectrum.units(0.1) as f64),
                k99: mean(&|spectrum| spectrum.units(0.01) as f64),
            }
        };
        let snr = self.used.snr.iter();
        snr.flat_map(|&snr| Measure::ALL.iter().map(move |&measure| (measure, snr)))
            .map(row)
            .collect()
    }
}

/// Reads the used dimension from all trained networks of one topology on one task of sources.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReadUsedDimension {
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
    /// Held-out sequences at which every network was made linear.
    pub(crate) points: u32,
}

inputs! {
    /// The networks from which a used dimension is read.
    pub(crate) struct UsedInputs {
        /// The cells that made them linear.
        networks: Vec<Handle<LineariseNetwork>>,
    }
}

outputs! {
    /// The used dimensions of one topology on one task.
    pub(crate) struct UsedTables {
        /// One row for each measure and signal-to-noise ratio.
        used: Vec<UsedDimensionRow>,
    }
}

impl Stage for ReadUsedDimension {
    const NAME: &'static str = "used_dimension";
    const VERSION: u32 = 1;
    type Inputs = UsedInputs;
    type Output = UsedTables;

    fn run(
        &self,
        inputs: &Loaded<'_, UsedInputs>,
        _: &Context<'_>,
    ) -> Result<UsedTables, StageError> {
        let mut of_networks: Vec<Vec<UsedRunRow>> = Vec::new();
        for network in &inputs.networks {
            of_networks.push(inputs.rows(network)?);
        }
        Ok(UsedTables {
            used: self.rows(&of_networks),
        })
    }
}

impl ReadUsedDimension {
    /// The means over networks, each with a row for every measure and ratio in one order.
    fn rows(&self, of_networks: &[Vec<UsedRunRow>]) -> Vec<UsedDimensionRow> {
        let kinds = of_networks.first().map_or(0, Vec::len);
        let of_kind = |kind: usize| -> Vec<&UsedRunRow> {
            of_networks
                .iter()
                .filter_map(|rows| rows.get(kind))
                .collect()
        };
        (0..kinds).map(|kind| self.row(&of_kind(kind))).collect()
    }

    fn row(&self, networks: &[&UsedRunRow]) -> UsedDimensionRow {
        let numbers = |of: &dyn Fn(&UsedRunRow) -> Option<f64>| -> Vec<f64> {
            networks.iter().filter_map(|row| of(row)).collect()
        };
        let mean = |values: &[f64]| (!values.is_empty()).then(|| mean_and_sd(values).0);
        let values = numbers(&|row| row.value);
        let interval = mean_interval(&values).and_then(|(_, interval)| interval);
        let ends = networks.iter().map(|row| End {
            seed: row.seed,
            status: &row.status,
            reason: &row.reason,
        });
        let (status, note) = worst(&ends.collect::<Vec<_>>());
        UsedDimensionRow {
            topology: self.topology.clone(),
            family: self.family.as_str().to_owned(),
            species: self.species.clone(),
            task: self.task.clone(),
            latent_dimension: self.sources as i32,
            snr: networks[0].snr,
            measure: networks[0].measure.clone(),
            value: mean(&values),
            ci_low: interval.map(|interval| interval.0),
            ci_high: interval.map(|interval| interval.1),
            k90: mean(&numbers(&|row| row.k90)),
            k99: mean(&numbers(&|row| row.k99)),
            n_points: self.points as i32,
            n_seeds: values.len() as i32,
            status: status.to_owned(),
            note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::RunStatus;

    fn network(seed: i64, status: RunStatus, value: Option<f64>) -> Vec<UsedRunRow> {
        let row = |measure: &Measure| UsedRunRow {
            seed,
            status: status.as_str().to_owned(),
            reason: "so".to_owned(),
            snr: 1e4,
            measure: measure.as_str().to_owned(),
            value: value.map(|value| value + *measure as u32 as f64),
            k90: value,
            k99: value,
        };
        Measure::ALL.iter().map(row).collect()
    }

    fn read(networks: &[Vec<UsedRunRow>]) -> Vec<UsedDimensionRow> {
        let stage = ReadUsedDimension {
            topology: "t".to_owned(),
            family: Family::Observed,
            species: "worm".to_owned(),
            task: "c".to_owned(),
            sources: 8,
            points: 4,
        };
        stage.rows(networks)
    }

    #[test]
    fn seeds_give_a_mean_and_an_interval_for_every_measure() {
        let networks = [4, 5, 6].map(|seed| network(seed, RunStatus::Ok, Some(seed as f64)));
        let rows = read(&networks);
        let values: Vec<_> = rows
            .iter()
            .map(|row| (row.measure.as_str(), row.value))
            .collect();
        let wanted = [
            ("encoded", Some(5.0)),
            ("decoded", Some(6.0)),
            ("carried", Some(7.0)),
        ];
        assert_eq!(values, wanted);
        // Student's t with two degrees of freedom: 4.3027 / sqrt(3).
        assert!((rows[0].ci_high.unwrap() - 5.0 - 2.4841).abs() < 1e-3);
        assert_eq!(
            (rows[0].k90, rows[0].n_seeds, rows[0].n_points),
            (Some(5.0), 3, 4)
        );
        assert_eq!((rows[0].status.as_str(), &rows[0].note), ("ok", &None));
    }

    #[test]
    fn what_has_not_learnt_or_is_no_number_is_said_so() {
        let good = network(1, RunStatus::Ok, Some(3.0));
        let rows = read(&[good, network(2, RunStatus::Diverged, None)]);
        assert_eq!((rows[0].value, rows[0].n_seeds), (Some(3.0), 1));
        assert_eq!(
            (rows[0].status.as_str(), rows[0].ci_low),
            ("diverged", None)
        );
        assert!(
            rows[0]
                .note
                .as_ref()
                .unwrap()
                .starts_with("1 of 2 runs, the first with seed 2")
        );
        let rows = read(&[network(1, RunStatus::Diverged, None)]);
        assert_eq!((rows[2].value, rows[2].n_seeds), (None, 0));
    }
}
