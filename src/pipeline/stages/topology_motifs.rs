//! Motifs of the wirings that are trained.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::connectome::from_input;
use crate::motif::{Matching, Motif, SignedGraph, participation};
use crate::topology::TopologyMotifRow;

/// Counts the built-in motifs with a closed form in one topology.
#[derive(Clone, Debug, Serialize)]
pub struct CountTopologyMotifs {
    /// Motifs.
    pub motifs: Vec<Motif>,
}

impl Default for CountTopologyMotifs {
    /// All that every wiring can be asked for in milliseconds.
    fn default() -> Self {
        Self {
            motifs: Motif::ALL
                .into_iter()
                .filter(|motif| *motif != Motif::Sxor8)
                .collect(),
        }
    }
}

impl Stage for CountTopologyMotifs {
    const NAME: &'static str = "topology_motifs";
    const VERSION: u32 = 1;

    fn run(&self, inputs: &Inputs<'_>, _: &Context<'_>) -> Result<Artifact, StageError> {
        let connectome = from_input(inputs, 0)?;
        let graph = SignedGraph::from_connectome(&connectome, 0.0).map_err(StageError::failed)?;
        let mut rows = Vec::new();
        for motif in &self.motifs {
            let pattern = motif.pattern();
            for matching in Matching::ALL {
                let roles = participation(&graph, pattern, matching).map_err(StageError::failed)?;
                let mut by_neuron = vec![0u64; connectome.neurons().len()];
                for role in &roles {
                    by_neuron
                        .iter_mut()
                        .zip(&role.counts)
                        .for_each(|(sum, count)| *sum += count);
                }
                // Every occurrence has one neuron per role.
                let count = by_neuron.iter().sum::<u64>() / pattern.roles().len() as u64;
                rows.push(TopologyMotifRow {
                    topology: connectome.name().to_owned(),
                    motif: motif.to_string(),
                    matching: matching.as_str().to_owned(),
                    count: i64::try_from(count).map_err(StageError::failed)?,
                    neurons: by_neuron.iter().filter(|&&n| n > 0).count() as i64,
                });
            }
        }
        Ok(Artifact::default().with(&rows)?)
    }
}
