//! Everything that is counted in one signed connectome.

use serde::Serialize;

use super::census::Census;
use super::nulls::Nulls;
use super::parts::{hub_rows, motif_row, participation_rows, sample_rows, synapse_rows};
use super::thresholds::Thresholds;
use crate::connectome::{Connectome, Sign};
use crate::motif::{Matching, MotifError, Pattern, Plan, SignedGraph};
use crate::report::schema::{
    MotifCountRow, MotifHubRow, MotifParticipationRow, MotifRow, MotifSampleRow, MotifSynapseRow, TriadCensusRow,
};
use crate::topology::{Null, Surrogate};

/// What is counted, and beside which nulls.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counting {
    /// Motifs.
    pub patterns: Vec<Pattern>,
    /// Thresholds.
    pub min_weights: Thresholds,
    /// Nulls.
    #[serde(flatten)]
    pub nulls: Nulls,
    /// Also who plays which role.
    pub participation: bool,
    /// Also which synapses take part.
    pub synapses: bool,
    /// Also what single hubs carry.
    pub hubs: bool,
    /// Occurrences to draw at random.
    pub samples: u32,
    /// Also the triad census.
    pub census: bool,
    /// Seed of all chance.
    pub seed: u64,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct MotifTables {
    /// The motifs.
    pub motifs: Vec<MotifRow>,
    /// Counts.
    pub counts: Vec<MotifCountRow>,
    /// Neurons by role.
    pub participation: Vec<MotifParticipationRow>,
    /// Synapses by edge.
    pub synapses: Vec<MotifSynapseRow>,
    /// Hubs.
    pub hubs: Vec<MotifHubRow>,
    /// Samples.
    pub samples: Vec<MotifSampleRow>,
    /// Triads.
    pub census: Vec<TriadCensusRow>,
}

/// One connectome, sign model and threshold: what all rows begin with.
pub(super) struct Place<'a> {
    pub(super) signed: &'a Connectome,
    pub(super) sign_model: &'a str,
    pub(super) min_weight: f64,
    pub(super) graph: &'a SignedGraph,
}

impl Place<'_> {
    pub(super) fn connectome(&self) -> String {
        self.signed.name().to_owned()
    }

    pub(super) fn sign_model(&self) -> String {
        self.sign_model.to_owned()
    }

    pub(super) fn neuron(&self, neuron: u32) -> String {
        self.signed.neurons()[neuron as usize].name.clone()
    }
}

/// A count as tables hold it.
pub(super) fn int64(count: u64, pattern: &Pattern) -> Result<i64, MotifError> {
    i64::try_from(count).map_err(|_| MotifError::CountOverflow { motif: pattern.name().to_owned() })
}

/// What one null gives: counts in the order of the plans, triads, accepted fraction.
struct NullCounts {
    counts: Vec<f64>,
    triads: Option<Census>,
    acceptance: f64,
}

impl Counting {
    /// Counts in a signed connectome; `None` where `proceed` said no.
    ///
    /// The graph is built once, at the lowest threshold, and thinned out from threshold to threshold. The nulls of a threshold are drawn from
    /// the graph above that threshold, each from its own random stream; the numbers do not depend on the number of threads. The streams are the same for every connectome, sign
    /// model and threshold: their nulls are paired, not independent.
    ///
    /// # Errors
    /// [`MotifError`] if a count does not fit, or a motif asks for what the connectome does not know.
    pub fn tables(
        &self,
        signed: &Connectome,
        sign_model: &str,
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<MotifTables>, MotifError> {
        let mut tables =
            MotifTables { motifs: self.patterns.iter().map(motif_row).collect(), ..MotifTables::default() };
        let mut graph = SignedGraph::from_connectome(signed, self.min_weights.lowest())?;
        for (at, min_weight) in self.min_weights.ascending(|| graph.distinct_weights()).into_iter().enumerate() {
            if !proceed() {
                return Ok(None);
            }
            // The first threshold is the one the graph was built at.
            if at > 0 {
                graph = graph.at_least(min_weight);
            }
            let place = Place { signed, sign_model, min_weight, graph: &graph };
            if self.one_threshold(&place, proceed, &mut tables)?.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(tables))
    }

    fn one_threshold(
        &self,
        place: &Place<'_>,
        proceed: &(dyn Fn() -> bool + Sync),
        tables: &mut MotifTables,
    ) -> Result<Option<()>, MotifError> {
        let mut plans = Vec::new();
        for pattern in &self.patterns {
            for matching in Matching::ALL {
                plans.push(Plan::new(place.graph, pattern, matching)?);
            }
        }
        let observed = plans.iter().map(Plan::count).collect::<Result<Vec<u64>, MotifError>>()?;
        let triads = self.census.then(|| Census::of(place.graph));
        let Some(nulls) = self.null_counts(place, &plans, proceed) else { return Ok(None) };
        let nulls = nulls.into_iter().collect::<Result<Vec<NullCounts>, MotifError>>()?;
        let acceptance = nulls.iter().map(|null| null.acceptance).sum::<f64>() / nulls.len() as f64;
        for (at, (plan, &count)) in plans.iter().zip(&observed).enumerate() {
            let counts: Vec<f64> = nulls.iter().map(|null| null.counts[at]).collect();
            tables.counts.push(self.count_row(place, plan, count, &counts, acceptance)?);
            self.details(place, plan, count, tables)?;
        }
        if let Some(triads) = triads {
            let nulls: Vec<&Census> = nulls.iter().filter_map(|null| null.triads.as_ref()).collect();
            tables.census.extend(triads.rows(place, &self.nulls, &nulls, acceptance, self.seed)?);
        }
        Ok(Some(()))
    }

    fn null_counts(
        &self,
        place: &Place<'_>,
        plans: &[Plan<'_>],
        proceed: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Result<NullCounts, MotifError>>> {
        let Nulls { nulls, null_model, null_settings } = self.nulls;
        if nulls == 0 {
            return Some(Vec::new());
        }
        let surrogate = Surrogate::new(place.signed, place.min_weight, null_model);
        let identity: Vec<Sign> = place.signed.neurons().iter().map(|n| n.sign).collect();
        let count = |null: Null| {
            let edges = null.edges.iter().map(|s| (s.pre, s.post, s.sign, s.weight));
            let graph = SignedGraph::weighted(&identity, edges)?.with_neurons(place.signed.shared_neurons());
            let counts = plans.iter().map(|plan| plan.on(&graph).on_one_thread().count().map(|n| n as f64));
            let counts = counts.collect::<Result<_, MotifError>>()?;
            let triads = self.census.then(|| Census::of(&graph));
            Ok(NullCounts { counts, triads, acceptance: null.acceptance })
        };
        surrogate.for_each_null(nulls, null_settings, self.seed, proceed, count)
    }

    fn count_row(
        &self,
        place: &Place<'_>,
        plan: &Plan<'_>,
        count: u64,
        nulls: &[f64],
        acceptance: f64,
    ) -> Result<MotifCountRow, MotifError> {
        let pattern = plan.pattern();
        let columns = self.nulls.columns(count as f64, nulls, place.graph.neurons(), acceptance, self.seed);
        Ok(MotifCountRow {
            connectome: place.connectome(),
            sign_model: place.sign_model(),
            min_weight: place.min_weight,
            edges: place.graph.edges() as i64,
            motif: pattern.name().to_owned(),
            matching: plan.matching().as_str().to_owned(),
            count: int64(count, pattern)?,
            automorphisms: pattern.automorphisms() as i32,
            null_model: columns.null_model,
            null_chain: columns.null_chain,
            nulls: columns.nulls,
            null_mean: columns.null_mean,
            null_sd: columns.null_sd,
            z: columns.z,
            z_ci_low: columns.z_interval[0],
            z_ci_high: columns.z_interval[1],
            fold: columns.fold,
            fold_ci_low: columns.fold_interval[0],
            fold_ci_high: columns.fold_interval[1],
            p_greater: columns.p_greater,
            p_less: columns.p_less,
            acceptance: columns.acceptance,
            seed: columns.seed,
        })
    }

    fn details(
        &self,
        place: &Place<'_>,
        plan: &Plan<'_>,
        count: u64,
        tables: &mut MotifTables,
    ) -> Result<(), MotifError> {
        if self.participation || self.hubs {
            let parts = plan.neurons()?;
            if self.participation {
                tables.participation.extend(participation_rows(place, plan, &parts)?);
            }
            if self.hubs {
                tables.hubs.extend(hub_rows(place, plan, count, &parts)?);
            }
        }
        if self.synapses {
            tables.synapses.extend(synapse_rows(place, plan)?);
        }
        if self.samples > 0 {
            tables.samples.extend(sample_rows(place, plan, self.samples as usize, self.seed)?);
        }
        Ok(())
    }
}
