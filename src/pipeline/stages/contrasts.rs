//! The stage `contrasts`: topologies compared with their nulls.

use serde::Serialize;
use std::collections::BTreeMap;

use super::latent::Runs;
use super::train::TrainNetwork;
use crate::bottleneck::{BottleneckSweep, LEARNT, units_explaining};
use crate::bottleneck::{LatentContrastRow, PooledContrastRow};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::statistics::{Contrast, Effect, contrast, holm, random_effects};

inputs! {
    /// One topology and its nulls, trained on one task.
    pub(crate) struct Comparison {
        /// Name of the topology.
        topology: String,
        /// Family of the topology.
        family: String,
        /// What the topology is compared with, as `null:` and the name of the null model.
        baseline: String,
        /// Name of the task.
        task: String,
        /// The cells that train the topology.
        runs: Vec<Handle<TrainNetwork>>,
        /// The cells that train each null.
        nulls: Vec<Vec<Handle<TrainNetwork>>>,
    }
}

inputs! {
    /// All comparisons that are corrected together.
    pub(crate) struct ContrastInputs {
        /// The comparisons, sorted by task and topology.
        comparisons: Vec<Comparison>,
    }
}

outputs! {
    /// The results of all comparisons.
    pub(crate) struct ContrastTables {
        /// The difference of each topology from its nulls, with its interval and p-values.
        contrasts: Vec<LatentContrastRow>,
        /// The differences of several topologies, pooled.
        pooled: Vec<PooledContrastRow>,
    }
}

/// Compares topologies with their nulls, paired by seed. Corrects the p-values for the number of
/// comparisons.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CompareWithNulls {
    /// Seed of the permutation tests.
    pub(crate) seed: u64,
}

/// Share of the explained variance that a width must reach in order to count for `k90`.
const SHARE: f64 = 0.9;

/// The value that one seed gives to a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    /// The network gives a number.
    Value(f64),
    /// The network needs more units than the widest bottleneck has.
    Beyond,
    /// The network has not learnt the task and gives no number.
    Nothing,
}

impl Outcome {
    /// The number, if the network gives one.
    pub(super) fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Beyond | Self::Nothing => None,
        }
    }
}

impl Stage for CompareWithNulls {
    const NAME: &'static str = "contrasts";
    const VERSION: u32 = 4;
    type Inputs = ContrastInputs;
    type Output = ContrastTables;

    fn run(
        &self,
        inputs: &Loaded<'_, ContrastInputs>,
        _: &Context<'_>,
    ) -> Result<ContrastTables, StageError> {
        let (mut rows, mut compared) = (Vec::new(), Vec::new());
        for comparison in &inputs.comparisons {
            let topology = Runs::read(inputs, &comparison.runs)?;
            let nulls = comparison.nulls.iter().map(|runs| Runs::read(inputs, runs));
            let baselines = nulls.collect::<Result<Vec<_>, _>>()?;
            let mut add = |estimator: String, outcomes: &dyn Fn(&Runs) -> Vec<(i64, Outcome)>| {
                let (row, contrast) =
                    self.row(comparison, estimator, &topology, &baselines, outcomes);
                compared.push((comparison.family.clone(), row.clone(), contrast));
                rows.push(row);
            };
            add("error_without".to_owned(), &error_without);
            for width in topology.widths() {
                add(format!("error_k{width}"), &|runs: &Runs| error(runs, width));
            }
            if !topology.widths().is_empty() {
                add("k90".to_owned(), &k90);
            }
        }
        correct(
            &mut rows,
            |row| &row.estimator,
            |row| row.p_value,
            |row, p| row.p_holm = p,
        );
        let mut pooled = pooled(&compared);
        correct(
            &mut pooled,
            |row| &row.estimator,
            |row| row.p_value,
            |row, p| row.p_holm = p,
        );
        Ok(ContrastTables {
            contrasts: rows,
            pooled,
        })
    }
}

impl CompareWithNulls {
    /// Compares one value per seed. The value of the baseline is the mean over those nulls that
    /// have a value for that seed.
    fn row(
        &self,
        comparison: &Comparison,
        estimator: String,
        topology: &Runs,
        baselines: &[Runs],
        outcomes: &dyn Fn(&Runs) -> Vec<(i64, Outcome)>,
    ) -> (LatentContrastRow, Option<Contrast>) {
        let own = outcomes(topology);
        let others: Vec<(i64, Outcome)> = baselines.iter().flat_map(outcomes).collect();
        let beyond = others
            .iter()
            .chain(&own)
            .any(|(_, o)| *o == Outcome::Beyond);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for &(seed, outcome) in &own {
            let values: Vec<f64> = others
                .iter()
                .filter(|(s, _)| *s == seed)
                .filter_map(|(_, o)| o.value())
                .collect();
            if let (Some(value), false) = (outcome.value(), values.is_empty()) {
                left.push(value);
                right.push(values.iter().sum::<f64>() / values.len() as f64);
            }
        }
        // There is no number then: leaving out the seeds that lie beyond the widest bottleneck
        // would favour the side that they are on.
        let result = if beyond {
            None
        } else {
            contrast(&left, &right, self.seed).ok()
        };
        let status = match (beyond, &result) {
            (true, _) => "beyond_widest",
            (false, None) => "not_learnt",
            (false, Some(_)) => "ok",
        };
        let row = LatentContrastRow {
            topology: comparison.topology.clone(),
            baseline: comparison.baseline.clone(),
            n_baselines: comparison.nulls.len() as i32,
            task: comparison.task.clone(),
            estimator,
            difference: result.as_ref().map(|c| c.difference),
            ci_low: result.as_ref().map(|c| c.ci_low),
            ci_high: result.as_ref().map(|c| c.ci_high),
            effect_size: result.as_ref().and_then(|c| c.effect_size),
            smallest_detectable: result.as_ref().map(|c| c.smallest_detectable),
            p_value: result.as_ref().map(|c| c.p_value),
            p_holm: None,
            n_pairs: left.len() as i32,
            status: status.to_owned(),
        };
        (row, result)
    }
}

/// Pools the differences of all topologies of a family, for each baseline, task and estimator.
fn pooled(compared: &[(String, LatentContrastRow, Option<Contrast>)]) -> Vec<PooledContrastRow> {
    type Key<'a> = (&'a str, &'a str, &'a str, &'a str);
    let mut groups: BTreeMap<Key<'_>, Vec<Effect>> = BTreeMap::new();
    for (family, row, contrast) in compared {
        let effects = groups
            .entry((family, &row.baseline, &row.task, &row.estimator))
            .or_default();
        effects.extend(contrast.as_ref().map(|contrast| Effect {
            value: contrast.difference,
            variance: contrast.standard_error.powi(2),
        }));
    }
    let row = |((family, baseline, task, estimator), effects): (Key<'_>, Vec<Effect>)| {
        let found = random_effects(&effects);
        PooledContrastRow {
            family: family.to_owned(),
            baseline: baseline.to_owned(),
            task: task.to_owned(),
            estimator: estimator.to_owned(),
            n_topologies: effects.len() as i32,
            same_sign: found.map_or(0, |found| found.same_sign as i32),
            difference: found.map(|found| found.mean),
            ci_low: found.map(|found| found.ci_low),
            ci_high: found.map(|found| found.ci_high),
            between_sd: found.map(|found| found.between),
            p_value: found.map(|found| found.p_value),
            p_holm: None,
            status: if found.is_some() { "ok" } else { "too_few" }.to_owned(),
        }
    };
    groups.into_iter().map(row).collect()
}

/// Applies Holm's correction among the rows with the same estimator.
fn correct<R>(
    rows: &mut [R],
    estimator_of: impl Fn(&R) -> &str,
    p_of: impl Fn(&R) -> Option<f64>,
    set: impl Fn(&mut R, Option<f64>),
) {
    let mut estimators: Vec<String> = rows.iter().map(|r| estimator_of(r).to_owned()).collect();
    estimators.sort();
    estimators.dedup();
    for estimator in estimators {
        let family: Vec<usize> = (0..rows.len())
            .filter(|&i| estimator_of(&rows[i]) == estimator)
            .collect();
        let p: Vec<f64> = family
            .iter()
            .map(|&i| p_of(&rows[i]).unwrap_or(f64::NAN))
            .collect();
        for (&index, p) in family.iter().zip(holm(&p)) {
            set(&mut rows[index], p.is_finite().then_some(p));
        }
    }
}

/// For each seed, whether the network without a bottleneck has learnt the task.
fn learnt(sweep: &BottleneckSweep) -> Vec<bool> {
    sweep
        .floor
        .iter()
        .zip(&sweep.floor_converged)
        .map(|(&floor, &converged)| converged && floor < LEARNT)
        .collect()
}

/// The held-out error with `width` units, for each seed. It gives no number if the wiring has not
/// learnt the task or the run has not converged.
pub(super) fn error(runs: &Runs, width: i32) -> Vec<(i64, Outcome)> {
    let sweep = runs.sweep();
    let Some(index) = sweep
        .units
        .iter()
        .position(|&units| units == width as usize)
    else {
        return Vec::new();
    };
    let (errors, converged) = (&sweep.errors[index], &sweep.converged[index]);
    let outcomes = learnt(&sweep).into_iter().zip(errors).zip(converged).map(
        |((learnt, &error), &converged)| {
            if learnt && converged {
                Outcome::Value(error)
            } else {
                Outcome::Nothing
            }
        },
    );
    runs.seeds().into_iter().zip(outcomes).collect()
}

/// The held-out error without a bottleneck, for each seed, whether or not the wiring has learnt the
/// task. A run that diverged gives no number.
pub(super) fn error_without(runs: &Runs) -> Vec<(i64, Outcome)> {
    let outcome = |error: f64| {
        if error.is_finite() {
            Outcome::Value(error)
        } else {
            Outcome::Nothing
        }
    };
    let outcomes = runs.errors(None).into_iter().map(outcome);
    runs.seeds().into_iter().zip(outcomes).collect()
}

/// For each seed, the units needed to explain nine tenths of what the network without a bottleneck
/// explains.
pub(super) fn k90(runs: &Runs) -> Vec<(i64, Outcome)> {
    let sweep = runs.sweep();
    let seeds = learnt(&sweep).into_iter().zip(&sweep.floor).enumerate();
    let outcomes = seeds.map(|(seed, (learnt, &floor))| {
        let errors: Vec<f64> = sweep
            .errors
            .iter()
            .filter_map(|e| e.get(seed).copied())
            .collect();
        if !learnt || errors.iter().any(|e| !e.is_finite()) {
            return Outcome::Nothing;
        }
        units_explaining(&sweep.units, &errors, floor, SHARE)
            .map_or(Outcome::Beyond, Outcome::Value)
    });
    runs.seeds().into_iter().zip(outcomes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::TrainingRunRow;

    fn runs(errors: &[(Option<i32>, [f64; 2])]) -> Runs {
        let row = |units, seed, test_loss| TrainingRunRow {
            keys: crate::training::RunKeys {
                latent_units: units,
                seed,
                ..Default::default()
            },
            test_loss: Some(test_loss),
            converged: true,
            ..TrainingRunRow::default()
        };
        Runs::of(
            errors
                .iter()
                .flat_map(|&(k, [a, b])| [row(k, 1, a), row(k, 2, b)])
                .collect(),
        )
    }

    #[test]
    fn only_what_has_learnt_is_compared() {
        let good = runs(&[
            (None, [0.0, 0.2]),
            (Some(1), [0.4, 0.4]),
            (Some(2), [0.0, 0.0]),
        ]);
        assert_eq!(
            error(&good, 1),
            [(1, Outcome::Value(0.4)), (2, Outcome::Nothing)]
        );
        assert_eq!(error(&good, 3), []);
        assert_eq!(
            k90(&good),
            [(1, Outcome::Value(1.75)), (2, Outcome::Nothing)]
        );
        let short = runs(&[(None, [0.0, 0.01]), (Some(1), [0.9, 0.5])]);
        assert_eq!(k90(&short), [(1, Outcome::Beyond), (2, Outcome::Beyond)]);
        let comparison = Comparison {
            topology: "t".into(),
            family: "observed".into(),
            baseline: "b".into(),
            task: "t".into(),
            runs: Vec::new(),
            nulls: vec![Vec::new()],
        };
        let stage = CompareWithNulls { seed: 1 };
        let (row, _) = stage.row(
            &comparison,
            "k90".into(),
            &short,
            std::slice::from_ref(&good),
            &k90,
        );
        assert_eq!(
            (row.status.as_str(), row.difference),
            ("beyond_widest", None)
        );
        let (row, _) = stage.row(
            &comparison,
            "k90".into(),
            &good,
            std::slice::from_ref(&good),
            &k90,
        );
        assert_eq!(
            (row.status.as_str(), row.difference, row.n_pairs),
            ("not_learnt", None, 1)
        );
        // Nulls with a seed each are paired by that seed, whatever their order.
        let own = runs(&[
            (None, [0.0, 0.0]),
            (Some(1), [0.2, 0.4]),
            (Some(2), [0.0, 0.0]),
        ]);
        let null = |seed: i64, error: f64| {
            let row = |units, test_loss| TrainingRunRow {
                keys: crate::training::RunKeys {
                    latent_units: units,
                    seed,
                    ..Default::default()
                },
                test_loss: Some(test_loss),
                converged: true,
                ..TrainingRunRow::default()
            };
            Runs::of(vec![row(None, 0.0), row(Some(1), error), row(Some(2), 0.0)])
        };
        let (row, _) = stage.row(
            &comparison,
            "error_k1".into(),
            &own,
            &[null(2, 0.3), null(1, 0.3)],
            &|r| error(r, 1),
        );
        let difference = row.difference.unwrap();
        assert_eq!((row.status.as_str(), row.n_pairs), ("ok", 2));
        assert!(
            difference.abs() < 1e-12 && row.ci_high.unwrap() > 0.1,
            "{row:?}"
        );
    }
}
