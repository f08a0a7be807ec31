//! One topology: its wiring and its structure.

use serde::Serialize;

use super::super::stage::{Context, Inputs, Stage, StageError};
use super::super::store::Artifact;
use super::connectome::{from_input, sign, to_rows};
use crate::connectome::SignModel;
use crate::report::schema::TopologyRow;
use crate::topology::{Measures, NullModel, Topology};

/// Which topology is made of a connectome.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "family", rename_all = "snake_case")]
pub enum Kind {
    /// The connectome itself.
    Observed,
    /// A null of it.
    Null {
        /// What it keeps.
        null_model: NullModel,
        /// Attempted swaps per edge.
        swaps_per_edge: f64,
        /// Seed.
        seed: u64,
    },
    /// All-to-all among its neurons.
    Dense,
}

/// Makes a topology.
#[derive(Clone, Debug, Serialize)]
pub struct MakeTopology {
    /// Its name.
    pub topology: String,
    /// Species.
    pub species: String,
    /// Sign model.
    pub sign_model: SignModel,
    /// Prefer the connectome's own signs where it has any.
    pub own_signs: bool,
    /// What is made.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Stage for MakeTopology {
    const NAME: &'static str = "topologies";
    const VERSION: u32 = 2;

    fn run(&self, inputs: &Inputs<'_>, _: &Context<'_>) -> Result<Artifact, StageError> {
        let (signed, sign_model) = sign(from_input(inputs, 0)?, self.sign_model, self.own_signs)?;
        let observed = Topology::observed(signed, sign_model);
        let topology = match &self.kind {
            Kind::Observed => observed,
            Kind::Null { null_model, swaps_per_edge, seed } => {
                Topology::null(&observed.connectome, &self.topology, *null_model, *swaps_per_edge, *seed)
                    .map_err(StageError::failed)?
            }
            Kind::Dense => Topology::dense(&observed.connectome, &self.topology).map_err(StageError::failed)?,
        };
        let m = Measures::of(&topology.connectome);
        let row = TopologyRow {
            topology: self.topology.clone(),
            family: topology.family.as_str().to_owned(),
            parent: topology.parent.clone(),
            species: self.species.clone(),
            sign_model: sign_model.to_string(),
            null_model: topology.null.map(|(model, _)| model.to_string()),
            neurons: topology.connectome.neurons().len() as i64,
            edges: m.edges as i64,
            gap_pairs: m.gap_pairs as i64,
            density: m.density,
            reciprocity: m.reciprocity,
            clustering: m.clustering,
            out_degree_cv: m.out_degree_cv,
            in_degree_cv: m.in_degree_cv,
            strong_fraction: m.strong_fraction,
            excitatory_neurons: m.excitatory_neurons as i64,
            inhibitory_neurons: m.inhibitory_neurons as i64,
            excitatory_edges: m.excitatory_edges as i64,
            inhibitory_edges: m.inhibitory_edges as i64,
            spectral_radius: m.spectral_radius,
            effective_rank: m.effective_rank,
            stable_rank: m.stable_rank,
            acceptance: topology.null.map(|(_, acceptance)| acceptance),
            seed: topology.seed.map(|s| i64::try_from(s).unwrap_or(i64::MAX)),
        };
        let (neurons, synapses) = to_rows(&topology.connectome);
        Ok(Artifact::default().with(&[row])?.with(&neurons)?.with(&synapses)?)
    }
}
