//! The stage `topology_motifs`: counts motifs in the wirings that are trained.

use serde::Serialize;

use super::topology::MakeTopology;
use crate::motif::{Matching, Motif, SignedGraph, participation};
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::stage::{Context, Stage, StageError};
use crate::topology::TopologyMotifRow;

/// Counts the built-in motifs that have a closed form in one topology.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CountTopologyMotifs {
    /// The motifs to count.
    pub(crate) motifs: Vec<Motif>,
}

impl Default for CountTopologyMotifs {
    /// All built-in motifs that can be counted in any wiring within milliseconds.
    fn default() -> Self {
        Self {
            motifs: Motif::ALL
                .into_iter()
                .filter(|motif| *motif != Motif::Sxor8)
                .collect(),
        }
    }
}

inputs! {
    /// The topology in which motifs are counted.
    pub(crate) struct TopologyMotifInputs {
        /// The topology, with its signs.
        topology: Handle<MakeTopology>,
    }
}

outputs! {
    /// What was counted.
    pub(crate) struct TopologyMotifTables {
        /// The counts of each motif.
        counts: Vec<TopologyMotifRow>,
    }
}

impl Stage for CountTopologyMotifs {
    const NAME: &'static str = "topology_motifs";
    const VERSION: u32 = 2;
    type Inputs = TopologyMotifInputs;
    type Output = TopologyMotifTables;

    fn run(
        &self,
        inputs: &Loaded<'_, TopologyMotifInputs>,
        _: &Context<'_>,
    ) -> Result<TopologyMotifTables, StageError> {
        let topology = inputs.value(&inputs.topology)?;
        let connectome = &topology.connectome;
        let graph = SignedGraph::from_connectome(connectome, 0.0).map_err(StageError::failed)?;
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
                // Every occurrence fills each role with one neuron.
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
        Ok(TopologyMotifTables { counts: rows })
    }
}
