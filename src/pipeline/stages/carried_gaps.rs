//! The stage `carried_gaps`: how much of what a wiring lacks by structure training buys back.

use serde::Serialize;
use std::collections::BTreeMap;

use super::train::TrainNetwork;
use super::wiring_dimension::CompareCapacity;
use crate::capacity::{Headline, Measure, WiringDimensionNullRow};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::statistics::mean_interval;
use crate::table;
use crate::training::CarriedRunRow;

table! {
    /// What a wiring carries beside its nulls, by structure and after training, and how much of the
    /// difference training takes away. Our own definitions.
    pub struct CarriedGapRow = "carried_gaps" version 1
        key(topology, task, latent_dimension, null_model, weights) {
        /// Name of the topology.
        topology: String,
        /// observed or species_like.
        family: String,
        /// Species of the animal or model.
        species: String,
        /// Name of the task in the pipeline.
        task: String,
        /// Number of sources of the task.
        latent_dimension: i32,
        /// What the nulls keep.
        null_model: String,
        /// counts or binary: the weights of the wiring dimension. Networks learn their strengths.
        weights: String,
        /// Carried wiring dimension over its mean in nulls, at the default convention and a
        /// signal-to-noise ratio of 1e4; null where it was not compared with such nulls.
        structure_ratio: Option<f64>,
        /// Holm-corrected p-value of that difference.
        structure_p: Option<f64>,
        /// Carried dimension of the trained wiring over that of the nulls with the same seed, mean
        /// over seeds.
        trained_ratio: Option<f64>,
        /// Lower end of its 95 % interval over seeds (Student's t).
        trained_low: Option<f64>,
        /// Upper end of that interval.
        trained_high: Option<f64>,
        /// Share of the difference by structure that is gone after training: 0 if the ratio stays,
        /// 1 if the trained wiring carries what its nulls carry. Null unless the difference by
        /// structure is significant.
        bought_back: Option<f64>,
        /// Lower end of its 95 % interval, from that of the trained ratio.
        bought_back_low: Option<f64>,
        /// Upper end of that interval.
        bought_back_high: Option<f64>,
        /// Seeds with a number for the wiring and for a null.
        pairs: i32,
    }
}

inputs! {
    /// One topology and its nulls, trained on one task of sources.
    pub(crate) struct TrainedPair {
        /// Name of the topology.
        topology: String,
        /// Name of the task.
        task: String,
        /// What the nulls keep.
        null_model: String,
        /// The cells that train the topology.
        runs: Vec<Handle<TrainNetwork>>,
        /// The cells that train its nulls.
        nulls: Vec<Handle<TrainNetwork>>,
    }
}

inputs! {
    /// Trained wirings, and the wiring dimensions beside those of nulls.
    pub(crate) struct GapInputs {
        /// The comparison in closed form.
        structure: Handle<CompareCapacity>,
        /// The trained wirings, sorted by task and topology.
        trained: Vec<TrainedPair>,
    }
}

outputs! {
    /// What training buys back.
    pub(crate) struct GapTables {
        /// One row for each topology, task and kind of weights.
        gaps: Vec<CarriedGapRow>,
    }
}

/// Sets the carried dimensions of trained wirings against what they offer by structure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CompareWithTraining {
    /// For each trained topology in the order of the inputs: family, species, number of sources.
    pub(crate) of: Vec<(String, String, u32)>,
}

/// Level of the corrected p-value at which a difference by structure counts as one.
const LEVEL: f64 = 0.05;

impl Stage for CompareWithTraining {
    const NAME: &'static str = "carried_gaps";
    const VERSION: u32 = 1;
    type Inputs = GapInputs;
    type Output = GapTables;

    fn run(
        &self,
        inputs: &Loaded<'_, GapInputs>,
        _: &Context<'_>,
    ) -> Result<GapTables, StageError> {
        let structure: Vec<WiringDimensionNullRow> = inputs.rows(&inputs.structure)?;
        let headline = Headline::of(structure.iter().map(|row| &row.keys));
        let mut gaps = Vec::new();
        for (pair, (family, species, sources)) in inputs.trained.iter().zip(&self.of) {
            let own = carried_by_seed(inputs, &pair.runs)?;
            let nulls = carried_by_seed(inputs, &pair.nulls)?;
            let ratios = ratios(&own, &nulls);
            let of_pair = structure.iter().filter(|row| {
                row.keys.topology == pair.topology
                    && row.null_model == pair.null_model
                    && row.keys.measure == Measure::Carried.as_str()
                    && headline.has(&row.keys)
            });
            for row in of_pair {
                let mut gap = CarriedGapRow {
                    topology: pair.topology.clone(),
                    family: family.clone(),
                    species: species.clone(),
                    task: pair.task.clone(),
                    latent_dimension: *sources as i32,
                    null_model: pair.null_model.clone(),
                    weights: row.keys.weights.clone(),
                    structure_ratio: row.fold,
                    structure_p: row.p_holm,
                    trained_ratio: None,
                    trained_low: None,
                    trained_high: None,
                    bought_back: None,
                    bought_back_low: None,
                    bought_back_high: None,
                    pairs: ratios.len() as i32,
                };
                gap.add_trained(&ratios);
                gaps.push(gap);
            }
        }
        Ok(GapTables { gaps })
    }
}

impl CarriedGapRow {
    /// Fills in what the ratios of trained wirings say.
    fn add_trained(&mut self, ratios: &[f64]) {
        let Some((mean, interval)) = mean_interval(ratios) else {
            return;
        };
        self.trained_ratio = Some(mean);
        self.trained_low = interval.map(|interval| interval.0);
        self.trained_high = interval.map(|interval| interval.1);
        let differs = self.structure_p.is_some_and(|p| p <= LEVEL);
        let Some(structure) = self
            .structure_ratio
            .filter(|ratio| differs && *ratio != 1.0)
        else {
            return;
        };
        let bought_back = |trained: f64| (trained - structure) / (1.0 - structure);
        self.bought_back = Some(bought_back(mean));
        let ends = interval.map(|(low, high)| (bought_back(low), bought_back(high)));
        self.bought_back_low = ends.map(|(a, b)| a.min(b));
        self.bought_back_high = ends.map(|(a, b)| a.max(b));
    }
}

/// The carried dimension of networks without a bottleneck, by seed; a list where several networks
/// have the same seed.
fn carried_by_seed(
    inputs: &Loaded<'_, GapInputs>,
    cells: &[Handle<TrainNetwork>],
) -> Result<BTreeMap<i64, Vec<f64>>, StageError> {
    let mut by_seed: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for cell in cells {
        let rows: Vec<CarriedRunRow> = inputs.rows(cell)?;
        for row in rows.iter().filter(|row| row.keys.latent_units.is_none()) {
            if let Some(carried) = row.carried {
                by_seed.entry(row.keys.seed).or_default().push(carried);
            }
        }
    }
    Ok(by_seed)
}

/// What each seed carries, over the mean of the nulls with that seed.
fn ratios(own: &BTreeMap<i64, Vec<f64>>, nulls: &BTreeMap<i64, Vec<f64>>) -> Vec<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let ratio = |(seed, own): (&i64, &Vec<f64>)| {
        let null = nulls.get(seed).map(|nulls| mean(nulls))?;
        (null > 0.0).then(|| mean(own) / null)
    };
    own.iter().filter_map(ratio).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(structure_ratio: f64, structure_p: f64) -> CarriedGapRow {
        CarriedGapRow {
            topology: "t".to_owned(),
            family: "observed".to_owned(),
            species: "worm".to_owned(),
            task: "c".to_owned(),
            latent_dimension: 8,
            null_model: "by_source_sign".to_owned(),
            weights: "counts".to_owned(),
            structure_ratio: Some(structure_ratio),
            structure_p: Some(structure_p),
            trained_ratio: None,
            trained_low: None,
            trained_high: None,
            bought_back: None,
            bought_back_low: None,
            bought_back_high: None,
            pairs: 0,
        }
    }

    #[test]
    fn what_is_bought_back_is_the_share_of_a_proved_deficit() {
        let ratios = [0.8, 0.9, 1.0];
        let mut half = gap(0.4, 0.01);
        half.add_trained(&ratios);
        assert!((half.trained_ratio.unwrap() - 0.9).abs() < 1e-12);
        assert!((half.bought_back.unwrap() - 0.5 / 0.6).abs() < 1e-12);
        let width = half.trained_high.unwrap() - half.trained_low.unwrap();
        let share = half.bought_back_high.unwrap() - half.bought_back_low.unwrap();
        assert!((share - width / 0.6).abs() < 1e-12);
        // A surplus is bought back by carrying less.
        let mut surplus = gap(2.0, 0.01);
        surplus.add_trained(&ratios);
        assert!((surplus.bought_back.unwrap() - 1.1).abs() < 1e-12);
        assert!(surplus.bought_back_low < surplus.bought_back_high);
        let mut unproved = gap(0.4, 0.06);
        unproved.add_trained(&ratios);
        assert!(unproved.bought_back.is_none() && unproved.trained_ratio.is_some());
        let mut untrained = gap(0.4, 0.01);
        untrained.add_trained(&[]);
        assert!(untrained.bought_back.is_none());
    }

    #[test]
    fn seeds_are_paired_with_nulls_of_the_same_seed() {
        let own = BTreeMap::from([(1, vec![3.0]), (2, vec![4.0]), (3, vec![9.0])]);
        let nulls = BTreeMap::from([(1, vec![6.0, 2.0]), (2, vec![2.0]), (4, vec![1.0])]);
        assert_eq!(ratios(&own, &nulls), [0.75, 2.0]);
    }
}
