//! The stage `latent`: how many latent dimensions a topology carries on a task.

use crate::topology::Family;
use serde::Serialize;

use super::train::TrainNetwork;
use crate::bottleneck::LatentDimensionRow;
use crate::bottleneck::{BottleneckSweep, InterpolatedUnits, LEARNT, sufficient_bottleneck};
use crate::dimension::{Estimator, Points, estimate};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::representation::{HiddenDimensionRow, HiddenRunRow};
use crate::statistics::mean_interval;
use crate::training::{ActivityRow, RunStatus, TrainingRunRow};

/// Estimates the latent dimension from all training runs of one topology on one task.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EstimateDimension {
    /// Name of the topology.
    pub(crate) topology: String,
    /// Family of the topology.
    pub(crate) family: Family,
    /// Species of the topology.
    pub(crate) species: String,
    /// Name of the task.
    pub(crate) task: String,
    /// Number of latent variables of the task, or the dimension of its manifold or attractor, if
    /// known.
    pub(crate) true_dimension: Option<f64>,
    /// Number of real units that an exact code of the task needs, if known.
    pub(crate) embedding_dimension: Option<u32>,
    /// Number of values per sequence.
    pub(crate) ambient_dimension: u32,
    /// Estimators of intrinsic dimension that are applied to the activity.
    pub(crate) estimators: Vec<Estimator>,
    /// Seed of the bootstrap.
    pub(crate) seed: u64,
}

/// The training runs of one topology on one task, sorted by width and seed.
#[derive(Debug)]
pub(super) struct Runs {
    rows: Vec<(Handle<TrainNetwork>, TrainingRunRow)>,
}

impl Runs {
    /// Reads the runs that these cells have trained.
    ///
    /// # Errors
    /// [`StageError`] if a table is missing or damaged.
    pub(crate) fn read<I>(
        inputs: &Loaded<'_, I>,
        cells: &[Handle<TrainNetwork>],
    ) -> Result<Self, StageError> {
        let mut rows = Vec::new();
        for cell in cells {
            let of_cell: Vec<TrainingRunRow> = inputs.rows(cell)?;
            rows.extend(of_cell.into_iter().map(|row| (cell.clone(), row)));
        }
        rows.sort_by_key(|(_, row)| (row.keys.latent_units, row.keys.seed));
        Ok(Self { rows })
    }

    /// Makes runs from rows alone, without their activity.
    #[cfg(test)]
    pub(super) fn of(rows: Vec<TrainingRunRow>) -> Self {
        let mut rows: Vec<_> = rows
            .into_iter()
            .map(|row| (Handle::nowhere(), row))
            .collect();
        rows.sort_by_key(|(_, row): &(_, TrainingRunRow)| (row.keys.latent_units, row.keys.seed));
        Self { rows }
    }

    /// The runs with a bottleneck of `units`, or without one, sorted by seed.
    pub(crate) fn with_units(
        &self,
        units: Option<i32>,
    ) -> impl Iterator<Item = &(Handle<TrainNetwork>, TrainingRunRow)> {
        self.rows
            .iter()
            .filter(move |(_, row)| row.keys.latent_units == units)
    }

    /// The widths that were trained, ascending.
    #[must_use]
    pub(super) fn widths(&self) -> Vec<i32> {
        let mut widths: Vec<i32> = self
            .rows
            .iter()
            .filter_map(|(_, row)| row.keys.latent_units)
            .collect();
        widths.dedup();
        widths
    }

    /// The seeds that were trained, ascending.
    #[must_use]
    pub(super) fn seeds(&self) -> Vec<i64> {
        self.with_units(None)
            .map(|(_, row)| row.keys.seed)
            .collect()
    }

    /// The held-out errors with a bottleneck of `units`, or without one, sorted by seed.
    #[must_use]
    pub(super) fn errors(&self, units: Option<i32>) -> Vec<f64> {
        self.with_units(units)
            .map(|(_, row)| row.test_loss.unwrap_or(f64::NAN))
            .collect()
    }

    /// The sweep over bottleneck widths, from which the sufficient bottleneck is estimated.
    #[must_use]
    pub(super) fn sweep(&self) -> BottleneckSweep {
        // A bottleneck may be too narrow for more than a tenth of the variance: such a run has
        // stalled, and is as good as it can be.
        let converged = |units: Option<i32>| {
            let stalled = RunStatus::Stalled.as_str();
            self.with_units(units)
                .map(|(_, row)| row.converged || units.is_some() && row.status == stalled)
                .collect::<Vec<_>>()
        };
        let widths = self.widths();
        BottleneckSweep {
            units: widths.iter().map(|&k| k as usize).collect(),
            errors: widths.iter().map(|&k| self.errors(Some(k))).collect(),
            floor: self.errors(None),
            converged: widths.iter().map(|&k| converged(Some(k))).collect(),
            floor_converged: converged(None),
        }
    }
}

/// True if the network has learnt enough for its numbers to say something about the task.
pub(super) fn has_learnt(run: &TrainingRunRow) -> bool {
    run.converged && run.test_loss.is_some_and(|error| error < LEARNT)
}

inputs! {
    /// The runs from which a latent dimension is estimated.
    pub(crate) struct LatentInputs {
        /// The cells that train the topology on the task.
        runs: Vec<Handle<TrainNetwork>>,
    }
}

outputs! {
    /// The latent dimension of one topology on one task.
    pub(crate) struct LatentTables {
        /// The sufficient bottleneck, and the intrinsic dimension of latent and hidden activity.
        latent: Vec<LatentDimensionRow>,
        /// Dimension of the rates, for each class of neurons and each phase.
        hidden: Vec<HiddenDimensionRow>,
    }
}

impl Stage for EstimateDimension {
    const NAME: &'static str = "latent";
    const VERSION: u32 = 3;
    type Inputs = LatentInputs;
    type Output = LatentTables;

    fn run(
        &self,
        inputs: &Loaded<'_, LatentInputs>,
        _: &Context<'_>,
    ) -> Result<LatentTables, StageError> {
        let runs = Runs::read(inputs, &inputs.runs)?;
        let widest = runs.widths().last().copied();
        // Without widths, only the network without a bottleneck was trained, and no width can be
        // sufficient.
        let mut rows = if widest.is_some() {
            self.sufficient(&runs)?
        } else {
            Vec::new()
        };
        for (layer, units) in [("latent", widest), ("hidden", None)] {
            if layer == "latent" && units.is_none() {
                continue;
            }
            rows.extend(self.intrinsic(inputs, &runs, layer, units)?);
        }
        let mut hidden = Vec::new();
        for units in [None, widest]
            .into_iter()
            .take(1 + usize::from(widest.is_some()))
        {
            hidden.extend(self.hidden_dimension(inputs, &runs, units)?);
        }
        Ok(LatentTables {
            latent: rows,
            hidden,
        })
    }
}

impl EstimateDimension {
    fn row(&self, estimator: String, n_seeds: usize) -> LatentDimensionRow {
        LatentDimensionRow {
            topology: self.topology.clone(),
            family: self.family.as_str().to_owned(),
            species: self.species.clone(),
            task: self.task.clone(),
            true_dimension: self.true_dimension,
            embedding_dimension: self.embedding_dimension.map(|m| m as i32),
            ambient_dimension: self.ambient_dimension as i32,
            estimator,
            value: None,
            ci_low: None,
            ci_high: None,
            n_samples: None,
            n_seeds: n_seeds as i32,
            status: "ok".to_owned(),
            note: None,
        }
    }

    /// The sufficient bottleneck k* and its continuous companions.
    fn sufficient(&self, runs: &Runs) -> Result<Vec<LatentDimensionRow>, StageError> {
        let sweep = runs.sweep();
        let result = sufficient_bottleneck(&sweep, self.seed).map_err(StageError::failed)?;
        let seeds = sweep.floor.len();
        let status = |row: LatentDimensionRow| LatentDimensionRow {
            status: result.status.as_str().to_owned(),
            note: Some(result.message.clone()),
            ..row
        };
        let whole = |k: Option<usize>| k.map(|k| k as f64);
        let k_star = LatentDimensionRow {
            value: whole(result.k_star),
            ci_low: whole(result.ci_low),
            ci_high: whole(result.ci_high),
            ..status(self.row("sufficient_bottleneck".to_owned(), seeds))
        };
        let companion = |name: &str, units: Option<&InterpolatedUnits>| match units {
            Some(u) => LatentDimensionRow {
                value: Some(u.units),
                ci_low: Some(u.ci_low),
                ci_high: u.ci_high,
                ..self.row(name.to_owned(), seeds)
            },
            None => status(self.row(name.to_owned(), seeds)),
        };
        Ok(vec![
            k_star,
            companion("k50", result.k50.as_ref()),
            companion("k90", result.k90.as_ref()),
        ])
    }

    /// The dimension of the rates of each class of neurons in each phase, averaged over the
    /// networks that have learnt the task.
    fn hidden_dimension(
        &self,
        inputs: &Loaded<'_, LatentInputs>,
        runs: &Runs,
        units: Option<i32>,
    ) -> Result<Vec<HiddenDimensionRow>, StageError> {
        let mut learnt: Vec<HiddenRunRow> = Vec::new();
        for (cell, run) in runs.with_units(units) {
            if has_learnt(run) {
                learnt.extend(inputs.rows::<HiddenRunRow, _>(cell)?);
            }
        }
        let mut groups: Vec<[&str; 3]> = Vec::new();
        for row in &learnt {
            let group = [
                row.phase.as_str(),
                row.class.as_str(),
                row.estimator.as_str(),
            ];
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        let rows = groups.into_iter().map(|[phase, class, estimator]| {
            let of_group: Vec<&HiddenRunRow> = learnt
                .iter()
                .filter(|r| r.phase == phase && r.class == class && r.estimator == estimator)
                .collect();
            let values: Vec<f64> = of_group.iter().filter_map(|r| r.value).collect();
            let mean = mean_interval(&values);
            let interval = mean.and_then(|(_, interval)| interval);
            HiddenDimensionRow {
                topology: self.topology.clone(),
                family: self.family.as_str().to_owned(),
                species: self.species.clone(),
                task: self.task.clone(),
                latent_units: units,
                phase: phase.to_owned(),
                class: class.to_owned(),
                neurons: of_group[0].neurons,
                estimator: estimator.to_owned(),
                value: mean.map(|(value, _)| value),
                ci_low: interval.map(|i| i.0),
                ci_high: interval.map(|i| i.1),
                n_seeds: values.len() as i32,
                note: of_group.iter().find_map(|r| r.note.clone()),
            }
        });
        Ok(rows.collect())
    }

    /// The intrinsic dimension of the activity of every network that has learnt the task, averaged
    /// over seeds.
    fn intrinsic(
        &self,
        inputs: &Loaded<'_, LatentInputs>,
        runs: &Runs,
        layer: &str,
        units: Option<i32>,
    ) -> Result<Vec<LatentDimensionRow>, StageError> {
        let all = runs.with_units(units).count();
        let mut clouds: Vec<(Vec<f64>, usize)> = Vec::new();
        for (cell, run) in runs.with_units(units) {
            if has_learnt(run) {
                let rows: Vec<ActivityRow> = inputs.rows(cell)?;
                let values = rows.iter().flat_map(|r| r.values.iter().copied()).collect();
                clouds.push((values, rows.len()));
            }
        }
        let mut rows = Vec::new();
        for &estimator in &self.estimators {
            let mut row = self.row(format!("{layer}_{estimator}"), clouds.len());
            if clouds.is_empty() {
                row.status = "not_learnt".to_owned();
                row.note = Some(format!(
                    "none of {all} networks both converged and came below a held-out error of \
                     {LEARNT}"
                ));
                rows.push(row);
                continue;
            }
            let mut values = Vec::new();
            let mut notes: Vec<String> = Vec::new();
            for (cloud, n) in &clouds {
                let points = Points::new(cloud, *n, cloud.len() / n).map_err(StageError::failed)?;
                match estimate(points, estimator) {
                    Ok(e) => {
                        values.push(e.value);
                        notes.extend(e.note);
                    }
                    Err(error) => notes.push(error.to_string()),
                }
            }
            row.n_seeds = values.len() as i32;
            row.n_samples = clouds.first().map(|(_, n)| *n as i32);
            match mean_interval(&values) {
                Some((mean, interval)) => {
                    row.value = Some(mean);
                    (row.ci_low, row.ci_high) = (interval.map(|i| i.0), interval.map(|i| i.1));
                }
                None => row.status = "undefined".to_owned(),
            }
            notes.dedup();
            row.note = (!notes.is_empty()).then(|| notes.join("; "));
            rows.push(row);
        }
        Ok(rows)
    }
}
