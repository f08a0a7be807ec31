//! The stage `relations`: whether dimension goes with the structure of a wiring.

use crate::topology::Family;
use serde::Serialize;

use super::contrasts::{Outcome, error, error_without, k90};
use super::latent::{Runs, has_learnt};
use super::topology::MakeTopology;
use super::topology_motifs::CountTopologyMotifs;
use super::train::TrainNetwork;
use super::wiring_dimension::MeasureCapacity;
use crate::bottleneck::DimensionRelationRow;
use crate::capacity::{Headline, Measure, WiringDimensionRow};
use crate::motif::Matching;
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::representation::HiddenRunRow;
use crate::statistics::{
    FEWEST_PAIRS, holm, partial_correlation, rank_correlation, rank_correlation_within, ranks,
};
use crate::topology::{TopologyMotifRow, TopologyRow};

/// Smallest number of wirings over which a relation is computed.
pub(crate) const FEWEST_WIRINGS: usize = FEWEST_PAIRS;

inputs! {
    /// One wiring, with the cells that measured and trained it.
    pub(crate) struct WiringInputs {
        /// Name of the animal or model that the wiring is, or is a null of.
        unit: String,
        /// The cell that made the wiring and measured its structure.
        structure: Handle<MakeTopology>,
        /// The cell that counted the motifs of the wiring.
        motifs: Handle<CountTopologyMotifs>,
        /// The cell that measured the dimensions that the wiring offers, if there is one.
        capacity: Option<Handle<MeasureCapacity>>,
        /// The cells that trained the wiring. There are none where structure alone is related.
        runs: Vec<Handle<TrainNetwork>>,
    }
}

inputs! {
    /// All wirings over which dimension is related to structure.
    pub(crate) struct RelationInputs {
        /// The wirings in the order of the pipeline, on which the permutation test depends.
        wirings: Vec<WiringInputs>,
    }
}

outputs! {
    /// The relations between dimension and structure.
    pub(crate) struct RelationTables {
        /// The rank correlations, one per measure of dimension and measure of structure.
        relations: Vec<DimensionRelationRow>,
    }
}

/// Name of the task in rows about what wirings offer without training.
pub(crate) const STRUCTURE: &str = "none";

/// Relates dimension to measures of structure, over all wirings trained on one task, or over all
/// wirings without training.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Relate {
    /// Name of the task, or [`STRUCTURE`].
    pub(crate) task: String,
    /// Seed of the permutation tests.
    pub(crate) seed: u64,
}

/// The named numbers that are known of one wiring.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    /// Name of the animal or model that the wiring is, or is a null of.
    unit: String,
    is_null: bool,
    dimensions: Vec<(String, f64)>,
    measures: Vec<(String, f64)>,
}

impl Stage for Relate {
    const NAME: &'static str = "relations";
    const VERSION: u32 = 3;
    type Inputs = RelationInputs;
    type Output = RelationTables;

    fn run(
        &self,
        inputs: &Loaded<'_, RelationInputs>,
        _: &Context<'_>,
    ) -> Result<RelationTables, StageError> {
        let known = inputs.wirings.iter().map(|wired| known(inputs, wired));
        let known = known.collect::<Result<Vec<_>, _>>()?;
        let animals: Vec<Known> = known.iter().filter(|k| !k.is_null).cloned().collect();
        let mut rows = self.rows(Scope::Between, &animals);
        if animals.len() < known.len() {
            rows.extend(self.rows(Scope::Within, &known));
        }
        Ok(RelationTables { relations: rows })
    }
}

/// Over what a relation is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
enum Scope {
    /// Over animals and models, each of which is one unit.
    #[strum(serialize = "without_nulls")]
    Between,
    /// Over each animal or model and its nulls, as deviations from their mean.
    #[strum(serialize = "within")]
    Within,
}

impl Relate {
    fn rows(&self, scope: Scope, wirings: &[Known]) -> Vec<DimensionRelationRow> {
        let mut rows = Vec::new();
        for estimator in names(wirings, |k| &k.dimensions) {
            let measures = names(wirings, |k| &k.measures);
            let start = rows.len();
            rows.extend(
                measures
                    .iter()
                    .map(|measure| self.row(scope, wirings, &estimator, measure)),
            );
            let p: Vec<f64> = rows[start..]
                .iter()
                .map(|row| row.p_value.unwrap_or(f64::NAN))
                .collect();
            for (row, p) in rows[start..].iter_mut().zip(holm(&p)) {
                row.p_holm = p.is_finite().then_some(p);
            }
        }
        rows
    }

    fn row(
        &self,
        scope: Scope,
        wirings: &[Known],
        estimator: &str,
        measure: &str,
    ) -> DimensionRelationRow {
        let of = |list: &[(String, f64)], name: &str| {
            list.iter()
                .find(|(n, _)| n == name)
                .map(|(_, value)| *value)
        };
        let (mut dimensions, mut measures) = (Vec::new(), Vec::new());
        let (mut units, mut groups): (Vec<&str>, Vec<usize>) = (Vec::new(), Vec::new());
        let (mut sizes, mut densities) = (Vec::new(), Vec::new());
        for known in wirings {
            let both = (
                of(&known.dimensions, estimator),
                of(&known.measures, measure),
            );
            let (Some(dimension), Some(value)) = both else {
                continue;
            };
            let unit = units.iter().position(|unit| *unit == known.unit);
            groups.push(unit.unwrap_or(units.len()));
            if unit.is_none() {
                units.push(&known.unit);
            }
            dimensions.push(dimension);
            measures.push(value);
            let size = |name| of(&known.measures, name).unwrap_or(0.0);
            sizes.push(size("neurons"));
            densities.push(size("density"));
        }
        let partial = found_partial(scope, measure, &dimensions, &measures, &sizes, &densities);
        let (found, free) = match scope {
            Scope::Between => (
                rank_correlation(&dimensions, &measures, self.seed),
                dimensions.len(),
            ),
            Scope::Within => (
                rank_correlation_within(&dimensions, &measures, &groups, self.seed),
                (dimensions.len() + 1).saturating_sub(units.len()),
            ),
        };
        let status = match found {
            Some(_) => "ok",
            None if free < FEWEST_PAIRS => "too_few",
            None => "constant",
        };
        DimensionRelationRow {
            task: self.task.clone(),
            scope: <&str>::from(scope).to_owned(),
            estimator: estimator.to_owned(),
            measure: measure.to_owned(),
            n_topologies: dimensions.len() as i32,
            n_units: units.len() as i32,
            rho: found.map(|f| f.rho),
            rho_partial: partial.filter(|_| found.is_some()),
            ci_low: found.map(|f| f.ci_low),
            ci_high: found.map(|f| f.ci_high),
            p_value: found.map(|f| f.p_value),
            p_holm: None,
            status: status.to_owned(),
        }
    }
}

/// Fewest wirings of which a partial correlation is told: two ranks are taken out.
const FEWEST_FOR_PARTIAL: usize = FEWEST_PAIRS + 2;

/// The rank correlation over animals with the ranks of size and density taken out.
fn found_partial(
    scope: Scope,
    measure: &str,
    dimensions: &[f64],
    measures: &[f64],
    sizes: &[f64],
    densities: &[f64],
) -> Option<f64> {
    let has_sense = scope == Scope::Between && !["neurons", "density"].contains(&measure);
    if !has_sense || dimensions.len() < FEWEST_FOR_PARTIAL {
        return None;
    }
    let given = [&*ranks(sizes), &*ranks(densities)];
    partial_correlation(&ranks(dimensions), &ranks(measures), given)
}

/// The names in all lists, in the order in which they first occur.
fn names(wirings: &[Known], list: impl Fn(&Known) -> &[(String, f64)]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in wirings.iter().flat_map(list) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn known(inputs: &Loaded<'_, RelationInputs>, wired: &WiringInputs) -> Result<Known, StageError> {
    let row: TopologyRow = inputs.row(&wired.structure)?;
    let edges = (row.excitatory_edges + row.inhibitory_edges).max(1) as f64;
    let mut measures: Vec<(String, f64)> = [
        ("neurons", row.neurons as f64),
        ("edges", row.edges as f64),
        ("gap_pairs", row.gap_pairs as f64),
        ("density", row.density),
        ("reciprocity", row.reciprocity),
        ("clustering", row.clustering),
        ("out_degree_cv", row.out_degree_cv),
        ("in_degree_cv", row.in_degree_cv),
        ("strong_fraction", row.strong_fraction),
        ("inhibitory_share", row.inhibitory_edges as f64 / edges),
        ("effective_rank", row.effective_rank),
        ("stable_rank", row.stable_rank),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    for motif in inputs.rows::<TopologyMotifRow, _>(&wired.motifs)? {
        if motif.matching == Matching::Subgraph.as_str() {
            measures.push((
                format!("{}_neurons", motif.motif),
                motif.neurons as f64 / row.neurons.max(1) as f64,
            ));
            measures.push((motif.motif, motif.count as f64));
        }
    }
    let mut dimensions = offered(inputs, wired)?;
    let unit = wired.unit.clone();
    let is_null = row.family == Family::Null.as_str();
    if wired.runs.is_empty() {
        return Ok(Known {
            unit,
            is_null,
            dimensions,
            measures,
        });
    }
    let runs = Runs::read(inputs, &wired.runs)?;
    let mut add = |name: String, outcomes: Vec<(i64, Outcome)>| {
        // The mean over seeds is unknown if one seed lies beyond the widest bottleneck.
        let beyond = outcomes
            .iter()
            .any(|(_, outcome)| *outcome == Outcome::Beyond);
        let values: Vec<f64> = outcomes
            .iter()
            .filter_map(|(_, outcome)| outcome.value())
            .collect();
        if !beyond && !values.is_empty() {
            dimensions.push((name, values.iter().sum::<f64>() / values.len() as f64));
        }
    };
    add("error_without".to_owned(), error_without(&runs));
    add("k90".to_owned(), k90(&runs));
    for width in runs.widths() {
        add(format!("error_k{width}"), error(&runs, width));
    }
    let mut ratios = Vec::new();
    for (cell, run) in runs.with_units(None).filter(|(_, run)| has_learnt(run)) {
        let whole = |r: &HiddenRunRow| {
            r.phase == "encode"
                && r.class == "all"
                && r.estimator == "participation_ratio_corrected"
        };
        let rows: Vec<HiddenRunRow> = inputs.rows(cell)?;
        let ratio = rows.iter().find(|r| whole(r)).and_then(|r| r.value);
        ratios.push((
            run.keys.seed,
            ratio.map_or(Outcome::Nothing, Outcome::Value),
        ));
    }
    add("hidden_participation_ratio".to_owned(), ratios);
    Ok(Known {
        unit,
        is_null,
        dimensions,
        measures,
    })
}

/// The carried dimension of a wiring by its structure, for counts and for binary weights.
fn offered(
    inputs: &Loaded<'_, RelationInputs>,
    wired: &WiringInputs,
) -> Result<Vec<(String, f64)>, StageError> {
    let Some(capacity) = &wired.capacity else {
        return Ok(Vec::new());
    };
    let rows: Vec<WiringDimensionRow> = inputs.rows(capacity)?;
    let headline = Headline::of(rows.iter().map(|row| &row.keys));
    let value = |weights: &str| {
        let is_usual = |row: &&WiringDimensionRow| {
            row.keys.measure == Measure::Carried.as_str()
                && row.keys.weights == weights
                && headline.has(&row.keys)
        };
        rows.iter().find(is_usual).and_then(|row| row.value)
    };
    let named = ["counts", "binary"].map(|weights| Some((weights, value(weights)?)));
    let known = named.into_iter().flatten();
    Ok(known
        .map(|(weights, value)| (format!("carried_{weights}"), value))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_are_of_wirings_that_have_both() {
        let wiring = |k90: Option<f64>, density: f64| Known {
            unit: density.to_string(),
            is_null: false,
            dimensions: k90.map(|k| ("k90".to_owned(), k)).into_iter().collect(),
            measures: vec![("density".to_owned(), density), ("edges".to_owned(), 7.0)],
        };
        let mut wirings: Vec<Known> = (0..6)
            .map(|i| wiring(Some(f64::from(i)), f64::from(-i)))
            .collect();
        wirings.push(wiring(None, 3.0));
        let stage = Relate {
            task: "t".into(),
            seed: 1,
        };
        let rows = stage.rows(Scope::Between, &wirings);
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows[0].rho, rows[0].n_topologies, rows[0].status.as_str()),
            (Some(-1.0), 6, "ok")
        );
        assert_eq!(
            (rows[1].rho, rows[1].p_holm, rows[1].status.as_str()),
            (None, None, "constant")
        );
        // The row without a value is no second comparison.
        assert_eq!(rows[0].p_holm, rows[0].p_value);
        assert_eq!(rows[0].n_units, 6);
        let few = stage.rows(Scope::Between, &wirings[..4]);
        assert_eq!(few[0].status, "too_few");
        // All wirings are units of their own: nothing can be said within them.
        let within = stage.rows(Scope::Within, &wirings);
        assert_eq!(
            (within[0].rho, within[0].status.as_str()),
            (None, "too_few")
        );
    }
}
