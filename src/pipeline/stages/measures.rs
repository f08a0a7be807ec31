//! Measures of a trained network: how its weights and activity changed, what its latent units
//! carry, and what the comparators of its wiring do.

use super::exercise::Exercise;
use super::train::TrainNetwork;
use crate::connectome::Sign;
use crate::dimension::{Points, effective_rank_of};
use crate::motif::{Matching, Pattern, SignedGraph};
use crate::motif_function::MotifFunctionRow;
use crate::motif_function::{
    Comparison, Mismatch, Population, ablation, comparators, error_without, mismatch,
    silencing_sets,
};
use crate::network::{Model, Wiring};
use crate::pipeline::stage::StageError;
use crate::representation::{
    Centring, disentanglement, representation_alignment, sign_similarity, weight_change,
};
use crate::representation::{DisentanglementRow, TrainingRegimeRow};
use crate::training::TrainingRun;

/// The weights and the activity of a network before training.
pub(super) struct Before {
    weights: Vec<f64>,
    hidden: Vec<f64>,
}

impl Before {
    pub(super) fn new(weights: &[f32], hidden: Vec<f64>) -> Self {
        Self {
            weights: exact(weights),
            hidden,
        }
    }
}

fn exact(weights: &[f32]) -> Vec<f64> {
    weights.iter().map(|&w| f64::from(w)).collect()
}

/// The activities as a cloud of points, if they form a valid one.
fn points(values: &[f64], units: usize) -> Option<Points<'_>> {
    Points::new(values, values.len().checked_div(units)?, units).ok()
}

impl TrainNetwork {
    /// How far weights and representations moved, which tells rich from lazy learning.
    pub(super) fn regime(
        &self,
        exercise: &Exercise<'_>,
        before: &Before,
        after: &[f32],
        run: &TrainingRun,
    ) -> Option<TrainingRegimeRow> {
        let (_, wiring) = exercise.wiring.as_ref()?;
        let after = exact(after);
        if after.iter().any(|weight| !weight.is_finite()) {
            return None;
        }
        let change = weight_change(&before.weights, &after);
        let free = |weights: &[f64]| -> Vec<f64> {
            let signs = wiring.connections.iter().map(|c| c.sign);
            weights
                .iter()
                .zip(signs)
                .filter(|(_, sign)| *sign == Sign::Unsigned)
                .map(|(&w, _)| w)
                .collect()
        };
        let units = run.activity.hidden_units;
        let alignment = match (
            points(&before.hidden, units),
            points(&run.activity.hidden, units),
        ) {
            (Some(then), Some(now)) => representation_alignment(then, now, Centring::Raw)
                .ok()
                .flatten(),
            _ => None,
        };
        Some(TrainingRegimeRow {
            group: "recurrent".to_owned(),
            weight_change: change.absolute,
            relative_weight_change: change.relative,
            representation_alignment: alignment,
            sign_similarity: sign_similarity(&free(&before.weights), &free(&after)),
            effective_rank_before: rank(wiring, &before.weights),
            effective_rank_after: rank(wiring, &after),
            keys: self.keys(&exercise.topology),
        })
    }

    /// How well each latent unit carries one source, if the task knows its sources.
    pub(super) fn disentangled(
        &self,
        exercise: &Exercise<'_>,
        run: &TrainingRun,
    ) -> Option<DisentanglementRow> {
        self.bottleneck?;
        let sources = exercise.held_out_sources(run.held_out.samples)?;
        let sources = points(&sources, sources.len() / run.held_out.samples)?;
        let latents = points(&run.activity.latent, run.activity.latent_units)?;
        let keys = self.keys(&exercise.topology);
        Some(match disentanglement(sources, latents) {
            Ok(d) => DisentanglementRow {
                mir: d.mir,
                info_m: d.info_m,
                info_e: d.info_e,
                info_c: d.info_c,
                ncmi: d.ncmi,
                active_units: d.active_units as i32,
                note: d.note,
                keys,
            },
            Err(error) => DisentanglementRow {
                note: Some(error.to_string()),
                keys,
                ..DisentanglementRow::default()
            },
        })
    }

    /// What the comparators of the wiring do in the trained network.
    pub(super) fn motif_function(
        &self,
        exercise: &Exercise<'_>,
        model: &mut dyn Model<f32>,
        run: &TrainingRun,
    ) -> Result<Option<Vec<MotifFunctionRow>>, StageError> {
        let (Some(config), Some((topology, _))) = (&self.motif_function, &exercise.wiring) else {
            return Ok(None);
        };
        let graph =
            SignedGraph::from_connectome(&topology.connectome, 0.0).map_err(StageError::failed)?;
        let population = Population::of(&topology.connectome, 0.0);
        let matching = Matching::Subgraph;
        let mut rows = Vec::new();
        for name in &config.motifs {
            let pattern =
                Pattern::named(name, std::path::Path::new("")).map_err(StageError::failed)?;
            let count = (config.draws * config.occurrences) as usize;
            let found = comparators(&graph, &pattern, matching, count, exercise.seed)
                .map_err(StageError::failed)?;
            let row = |quantity: &str, signal: Option<&str>, of: Comparison| MotifFunctionRow {
                motif: pattern.name().to_owned(),
                matching: matching.as_str().to_owned(),
                quantity: quantity.to_owned(),
                signal: signal.map(str::to_owned),
                instances: found.len() as i32,
                draws: of.draws as i32,
                value: of.value,
                matched_value: of.matched_value,
                difference: of.difference,
                ci_low: of.interval.map(|i| i.0),
                ci_high: of.interval.map(|i| i.1),
                degree: of.degree,
                matched_degree: of.matched_degree,
                status: of.status.as_str().to_owned(),
                note: of.note,
                keys: self.keys(&exercise.topology),
            };
            let sets = silencing_sets(&found, config.occurrences as usize);
            let error = |neurons: &[u32]| error_without(model, &run.held_out, neurons);
            rows.push(row(
                "ablation_error",
                None,
                ablation(&sets, &population, exercise.seed, error),
            ));
            let Some(rates) = points(&run.activity.hidden, run.activity.hidden_units) else {
                continue;
            };
            for Mismatch {
                signal,
                correlation,
                partial,
            } in mismatch(&found, rates, &population, exercise.seed)
            {
                rows.push(row(
                    "mismatch_correlation",
                    Some(signal.as_str()),
                    correlation,
                ));
                rows.extend(
                    partial.map(|p| row("mismatch_partial_correlation", Some(signal.as_str()), p)),
                );
            }
        }
        Ok(Some(rows))
    }
}

/// The effective rank of the weight matrix of a wiring.
fn rank(wiring: &Wiring, weights: &[f64]) -> Option<f64> {
    let n = wiring.neurons;
    effective_rank_of(
        n,
        n,
        wiring
            .connections
            .iter()
            .zip(weights)
            .map(|(c, &w)| (c.post, c.pre, w)),
    )
}
