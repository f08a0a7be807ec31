//! The stage `topologies`: makes one topology and measures its structure.

use serde::Serialize;

use super::connectome::ReadConnectome;
use super::connectome::load;
use super::species::GenerateSpeciesLike;
use crate::connectome::{
    Connectome, InhibitoryFraction, NeuronRow, SignModel, StoredConnectomeRow, StoredNeuronRow,
    StoredSynapseRow, SynapseRow, to_rows, to_stored,
};
use crate::null_model::NullModel;
use crate::pipeline::Handle;
use crate::pipeline::inputs::{Loaded, inputs};
use crate::pipeline::output::outputs;
use crate::pipeline::rows::Kept;
use crate::pipeline::stage::{Context, Load, Stage, StageError};
use crate::topology::TopologyRow;
use crate::topology::{Family, GraphMeasures, Measures, Topology, sign, subsample};

/// How a topology is made from a connectome.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "family", rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The observed connectome itself.
    Observed,
    /// A generated connectome itself.
    SpeciesLike {
        /// Seed from which the connectome was generated.
        seed: u64,
    },
    /// A null of the connectome.
    Null {
        /// Null model, which says what the null keeps.
        null_model: NullModel,
        /// Attempted swaps per edge.
        swaps_per_edge: f64,
        /// Seed of the null.
        seed: u64,
    },
    /// All-to-all connections among the connectome's neurons.
    Dense,
}

/// A part of a connectome, for comparisons at the same size.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Matched {
    /// Name of the part.
    pub(crate) name: String,
    /// Number of neurons of the part.
    pub(crate) neurons: u32,
    /// Seed with which the neurons are drawn.
    pub(crate) seed: u64,
}

/// Signs that are drawn because none is known. The first draw is used.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct AssumedSigns {
    /// Share of the neurons that inhibits.
    pub(crate) inhibitory: InhibitoryFraction,
    /// Seed of the draw.
    pub(crate) seed: u64,
}

/// Makes a topology from a connectome and measures its structure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MakeTopology {
    /// Name of the topology.
    pub(crate) topology: String,
    /// Species of the animal, or of the model.
    pub(crate) species: String,
    /// Sign model that gives the neurons their signs.
    pub(crate) sign_model: SignModel,
    /// True if the connectome's own signs take precedence over the sign model.
    pub(crate) own_signs: bool,
    /// The part of the connectome from which the topology is made. Without it, the whole one is
    /// taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) matched: Option<Matched>,
    /// Share of inhibitory neurons with which the connectome was generated, if it was generated.
    #[serde(skip)]
    pub(crate) generated_with: Option<InhibitoryFraction>,
    /// Signs that are assumed of the connectome. With them, no sign model is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assumed: Option<AssumedSigns>,
    /// How the topology is made.
    #[serde(flatten)]
    pub(crate) kind: Kind,
}

inputs! {
    /// What a topology is made from. Exactly one of the two is given.
    pub(crate) struct TopologyInputs {
        /// The connectome that was read.
        connectome: Option<Handle<ReadConnectome>>,
        /// The connectome that was generated.
        generated: Option<Handle<GenerateSpeciesLike>>,
    }
}

outputs! {
    /// A topology and its structure.
    pub(crate) struct TopologyTables {
        /// Measures of the structure of the topology.
        topologies: Vec<TopologyRow>,
        /// The neurons of the topology. Those of a control belong to no animal and are not
        /// reported.
        neurons: Option<Vec<NeuronRow>>,
        /// The synapses of the topology. Those of a control are all pairs of neurons and are not
        /// reported.
        synapses: Option<Vec<SynapseRow>>,
        /// Name and unit of the topology.
        stored: Kept<StoredConnectomeRow>,
        /// The neurons of the topology, for other stages.
        stored_neurons: Kept<StoredNeuronRow>,
        /// The synapses of the topology, for other stages.
        stored_synapses: Kept<StoredSynapseRow>,
    }
}

impl Load for MakeTopology {
    type Value = Topology;

    fn load<I>(inputs: &Loaded<'_, I>, handle: &Handle<Self>) -> Result<Topology, StageError> {
        let row: TopologyRow = inputs.row(handle)?;
        let family = row.family.parse::<Family>().map_err(|_| {
            StageError::inconsistent(format!("`{}` is no family of topologies", row.family))
        })?;
        Ok(Topology {
            connectome: load(inputs, handle)?,
            family,
            parent: row.parent,
            null: None,
            seed: None,
        })
    }
}

impl Stage for MakeTopology {
    const NAME: &'static str = "topologies";
    const VERSION: u32 = 5;
    type Inputs = TopologyInputs;
    type Output = TopologyTables;

    fn run(
        &self,
        inputs: &Loaded<'_, TopologyInputs>,
        _: &Context<'_>,
    ) -> Result<TopologyTables, StageError> {
        let connectome = match (&inputs.connectome, &inputs.generated) {
            (Some(read), _) => inputs.value(read)?,
            (None, Some(generated)) => inputs.value(generated)?,
            (None, None) => return Err(StageError::inconsistent("a topology of nothing")),
        };
        let connectome = Connectome::clone(&connectome);
        let (signed, sign_model) = match self.assumed {
            Some(AssumedSigns { inhibitory, seed }) => {
                let signed = connectome.with_assumed_signs(inhibitory, seed, 1);
                (signed, inhibitory.to_string())
            }
            None => {
                let (signed, model) = sign(connectome, self.sign_model, self.own_signs)
                    .map_err(StageError::failed)?;
                let generated_with = self.generated_with.map(|share| share.to_string());
                (signed, generated_with.unwrap_or_else(|| model.to_string()))
            }
        };
        let mut observed = Topology::observed(signed, SignModel::File);
        if let Some(Matched {
            name,
            neurons,
            seed,
        }) = &self.matched
        {
            let part = subsample(&observed.connectome, name, *neurons as usize, *seed)
                .map_err(StageError::failed)?;
            let parent = Some(observed.connectome.name().to_owned());
            observed = Topology {
                connectome: part,
                parent,
                seed: Some(*seed),
                ..observed
            };
        }
        let topology = match &self.kind {
            Kind::Observed => observed,
            Kind::SpeciesLike { seed } => Topology {
                family: Family::SpeciesLike,
                seed: Some(*seed),
                ..observed
            },
            Kind::Null {
                null_model,
                swaps_per_edge,
                seed,
            } => Topology::null(
                &observed.connectome,
                &self.topology,
                *null_model,
                *swaps_per_edge,
                *seed,
            )
            .map_err(StageError::failed)?,
            Kind::Dense => {
                Topology::dense(&observed.connectome, &self.topology).map_err(StageError::failed)?
            }
        };
        let m = Measures::of(&topology.connectome);
        let graph = GraphMeasures::of(&topology.connectome);
        let row = TopologyRow {
            topology: self.topology.clone(),
            family: topology.family.as_str().to_owned(),
            parent: topology.parent.clone(),
            species: self.species.clone(),
            sign_model,
            null_model: topology.null.map(|null| null.model.to_string()),
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
            path_length: graph.path_length,
            global_efficiency: graph.global_efficiency,
            rich_club_degree: graph.rich_club_degree as i64,
            rich_club: graph.rich_club,
            communities: graph.communities as i64,
            modularity: graph.modularity,
            small_world_sigma: graph.small_world_sigma,
            small_world_omega: graph.small_world_omega,
            log_communicability: graph.log_communicability,
            acceptance: topology.null.map(|null| null.acceptance),
            null_strength_error: topology.null.and_then(|null| null.strength_error),
            seed: topology.seed,
        };
        let (stored, stored_neurons, stored_synapses) = to_stored(&topology.connectome);
        let (neurons, synapses) = to_rows(&topology.connectome);
        let is_wiring = topology.family != Family::Control;
        Ok(TopologyTables {
            topologies: vec![row],
            neurons: is_wiring.then_some(neurons),
            synapses: is_wiring.then_some(synapses),
            stored: Kept(stored),
            stored_neurons: Kept(stored_neurons),
            stored_synapses: Kept(stored_synapses),
        })
    }
}
