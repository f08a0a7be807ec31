//! Motif counts of one connectome under one sign model.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::connectome::{from_input, sign};
use crate::connectome::{Connectome, SignModel};
use crate::motif::{Matching, Motif, MotifError, SignedGraph, count, participation};
use crate::random::stream;
use crate::report::schema::{MotifCountRow, MotifParticipationRow};
use crate::topology::{NullModel, Surrogate};

/// Counts motifs.
#[derive(Clone, Debug, Serialize)]
pub struct CountMotifs {
    /// Sign model.
    pub sign_model: SignModel,
    /// Prefer the connectome's own signs where it has any.
    pub own_signs: bool,
    /// Motifs.
    pub patterns: Vec<Motif>,
    /// Thresholds.
    pub min_weights: Vec<f64>,
    /// Null connectomes.
    pub nulls: u32,
    /// What they keep.
    pub null_model: NullModel,
    /// Attempted swaps per edge.
    pub swaps_per_edge: f64,
    /// Also who plays which role.
    pub participation: bool,
    /// Seed of the nulls.
    pub seed: u64,
}

impl Stage for CountMotifs {
    const NAME: &'static str = "motifs";
    const VERSION: u32 = 1;

    fn run(&self, inputs: &Inputs<'_>, context: &Context<'_>) -> Result<Artifact, StageError> {
        let (signed, sign_model) = sign(from_input(inputs, 0)?, self.sign_model, self.own_signs)?;
        let stage = Self { sign_model, ..self.clone() };
        let counts = stage.counts(&signed, &|| context.proceeds()).map_err(StageError::failed)?;
        let counts = counts.ok_or(StageError::Cancelled)?;
        let participation = stage.participants(&signed).map_err(StageError::failed)?;
        Ok(Artifact::default().with(&counts)?.with(&participation)?)
    }
}

/// Counts of one motif and matching over the nulls, and the observed one.
struct Tally {
    motif: Motif,
    matching: Matching,
    observed: u64,
    nulls: Vec<f64>,
}

impl CountMotifs {
    /// The rows of `motif_counts` for a signed connectome; `None` where `proceed` said no.
    ///
    /// The nulls of a threshold are drawn from the graph above that threshold, each from its own random stream.
    ///
    /// # Errors
    /// [`MotifError`] if a count does not fit 64 bits.
    pub fn counts(
        &self,
        signed: &Connectome,
        proceed: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<MotifCountRow>>, MotifError> {
        let mut rows = Vec::new();
        for &min_weight in &self.min_weights {
            let graph = SignedGraph::from_connectome(signed, min_weight)?;
            let mut tallies = Vec::new();
            for &motif in &self.patterns {
                for matching in Matching::ALL {
                    let observed = count(&graph, motif.pattern(), matching)?;
                    tallies.push(Tally { motif, matching, observed, nulls: Vec::new() });
                }
            }
            let surrogate = Surrogate::new(signed, min_weight, self.null_model);
            let identity: Vec<_> = signed.neurons().iter().map(|n| n.sign).collect();
            let mut acceptance = 0.0;
            for index in 0..self.nulls {
                if !proceed() {
                    return Ok(None);
                }
                let mut random = stream(self.seed, &["motif-null", &index.to_string()]);
                let null = surrogate.draw(self.swaps_per_edge, &mut random);
                acceptance += null.acceptance / f64::from(self.nulls);
                let graph = SignedGraph::new(&identity, null.edges.iter().map(|s| (s.pre, s.post, s.sign)))?;
                for tally in &mut tallies {
                    tally.nulls.push(count(&graph, tally.motif.pattern(), tally.matching)? as f64);
                }
            }
            let edges = graph.edges() as i64;
            rows.extend(tallies.iter().map(|t| self.row(signed.name(), min_weight, edges, t, acceptance)));
        }
        Ok(Some(rows))
    }

    fn row(&self, connectome: &str, min_weight: f64, edges: i64, tally: &Tally, acceptance: f64) -> MotifCountRow {
        let n = tally.nulls.len() as f64;
        let some = n > 0.0;
        let observed = tally.observed as f64;
        let mean = tally.nulls.iter().sum::<f64>() / n;
        let sd = (tally.nulls.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let tail = |beyond: &dyn Fn(f64) -> bool| {
            (1.0 + tally.nulls.iter().filter(|&&c| beyond(c)).count() as f64) / (1.0 + n)
        };
        let finite = |value: f64| (some && value.is_finite()).then_some(value);
        MotifCountRow {
            connectome: connectome.to_owned(),
            sign_model: self.sign_model.to_string(),
            min_weight,
            edges,
            motif: tally.motif.to_string(),
            matching: tally.matching.as_str().to_owned(),
            count: i64::try_from(tally.observed).unwrap_or(i64::MAX),
            automorphisms: i32::try_from(tally.motif.pattern().automorphisms()).unwrap_or(i32::MAX),
            null_model: some.then(|| self.null_model.to_string()),
            nulls: some.then_some(i64::from(self.nulls)),
            null_mean: finite(mean),
            null_sd: finite(sd),
            z: finite((observed - mean) / sd),
            fold: finite(observed / mean),
            p_greater: finite(tail(&|c| c >= observed)),
            p_less: finite(tail(&|c| c <= observed)),
            acceptance: finite(acceptance),
            seed: some.then(|| i64::try_from(self.seed).unwrap_or(i64::MAX)),
        }
    }

    /// The rows of `motif_participation`, without zeros.
    ///
    /// # Errors
    /// [`MotifError`] if a count does not fit 64 bits.
    pub fn participants(&self, signed: &Connectome) -> Result<Vec<MotifParticipationRow>, MotifError> {
        let mut rows = Vec::new();
        if !self.participation {
            return Ok(rows);
        }
        for &min_weight in &self.min_weights {
            let graph = SignedGraph::from_connectome(signed, min_weight)?;
            for &motif in &self.patterns {
                for matching in Matching::ALL {
                    for orbit in participation(&graph, motif.pattern(), matching)? {
                        let played = orbit.counts.iter().enumerate().filter(|&(_, &n)| n > 0);
                        rows.extend(played.map(|(neuron, &n)| MotifParticipationRow {
                            connectome: signed.name().to_owned(),
                            sign_model: self.sign_model.to_string(),
                            min_weight,
                            motif: motif.to_string(),
                            matching: matching.as_str().to_owned(),
                            role: orbit.role.to_string(),
                            neuron: signed.neurons()[neuron].name.clone(),
                            count: i64::try_from(n).unwrap_or(i64::MAX),
                        }));
                    }
                }
            }
        }
        Ok(rows)
    }
}
