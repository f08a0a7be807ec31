//! The tables about topologies.

use crate::table;

table! {
    /// A wiring and its structure. Measures are over chemical synapses between different neurons
    /// unless said otherwise; of a control they describe the unweighted wiring.
    pub struct TopologyRow = "topologies" version 2 key(topology) {
        /// Name of the topology.
        topology: String,
        /// observed, species_like (a model with published statistics, nobody's data), null or
        /// control.
        family: String,
        /// Topology or connectome it was made from; null for a whole observed or a species-like
        /// one.
        parent: Option<String>,
        /// Species; for a species-like topology its preset.
        species: String,
        /// Rule that gave the synapses their signs; assumed:F where a share F of the neurons was
        /// drawn to be inhibitory.
        sign_model: String,
        /// Null model; null where it is no null.
        null_model: Option<String>,
        /// Number of neurons.
        neurons: i64,
        /// Number of directed edges.
        edges: i64,
        /// Number of pairs joined by gap junctions.
        gap_pairs: i64,
        /// edges / (neurons (neurons - 1)).
        density: f64,
        /// Fraction of the edges whose reverse exists.
        reciprocity: f64,
        /// Mean local clustering coefficient of the undirected graph; neurons with fewer than two
        /// neighbours count 0.
        clustering: f64,
        /// Standard deviation over mean of the out-degree.
        out_degree_cv: f64,
        /// Standard deviation over mean of the in-degree.
        in_degree_cv: f64,
        /// Fraction of the neurons in the largest strongly connected component.
        strong_fraction: f64,
        /// Neurons with an excitatory sign.
        excitatory_neurons: i64,
        /// Neurons with an inhibitory sign.
        inhibitory_neurons: i64,
        /// Edges with an excitatory sign.
        excitatory_edges: i64,
        /// Edges with an inhibitory sign.
        inhibitory_edges: i64,
        /// Largest modulus of the eigenvalues of the signed weight matrix (unsigned edges count
        /// positive), in the unit of the weights.
        spectral_radius: f64,
        /// exp(-sum p ln p) over the normalised singular values p of that matrix.
        effective_rank: f64,
        /// Squared Frobenius over squared spectral norm of that matrix.
        stable_rank: f64,
        /// Mean number of steps on the shortest path between two neurons of the largest component
        /// of the undirected graph; null where it has no pair.
        path_length: Option<f64>,
        /// Mean of the inverse number of steps over all pairs of the undirected graph, 0 for pairs
        /// without a path.
        global_efficiency: f64,
        /// Smallest degree in the undirected graph that at most a tenth of the neurons exceed.
        rich_club_degree: i64,
        /// Density of the undirected graph among the neurons above that degree; null where there
        /// are not two.
        rich_club: Option<f64>,
        /// Communities of the undirected graph by greedy merging (Clauset, Newman and Moore 2004).
        communities: i64,
        /// Modularity of these communities; null without edges.
        modularity: Option<f64>,
        /// Clustering over that of a random graph, over path length over that of a random graph, in
        /// the largest component; the references are formulas (Humphries and Gurney 2008). Null
        /// where the mean degree is at most 2.
        small_world_sigma: Option<f64>,
        /// Path length of a random graph over the path length, less clustering over that of a
        /// lattice, by formulas again (Telesford et al. 2011): about 0 in a small world, towards 1
        /// in a random graph, towards -1 in a lattice.
        small_world_omega: Option<f64>,
        /// Natural logarithm of the mean of exp(A) over pairs of neurons, A being the adjacency
        /// matrix of the undirected graph (Estrada and Hatano 2008); null without edges.
        log_communicability: Option<f64>,
        /// Accepted fraction of the attempted swaps; null where none was made, 1 for erdos_renyi,
        /// which draws anew.
        acceptance: Option<f64>,
        /// Largest share by which a neuron's summed input weight differs from the observed one, of
        /// a null that keeps it; above .01 it does not. Null but for by_strength.
        null_strength_error: Option<f64>,
        /// Seed of what is drawn in it; null where nothing is.
        seed: Option<u64>,
    }
}

table! {
    /// How often motifs occur in a wiring that is trained, under the signs it is trained with.
    pub struct TopologyMotifRow = "topology_motifs" version 1 key(topology, motif, matching) {
        /// Name of the topology.
        topology: String,
        /// Name of the motif.
        motif: String,
        /// subgraph: further synapses among the neurons do not matter; induced: there are none.
        matching: String,
        /// Number of occurrences.
        count: i64,
        /// Neurons that take part in any occurrence.
        neurons: i64,
    }
}

table! {
    /// A published statistic beside that of a species-like topology: a model that has a species'
    /// statistics and is nobody's data.
    pub struct SpeciesTargetRow = "species_targets" version 1 key(topology, preset, quantity) {
        /// Name of the topology.
        topology: String,
        /// Preset whose statistics it has.
        preset: String,
        /// Neurons of the topology; published statistics are of as many as the source has.
        neurons: i64,
        /// Generated graphs that the realised value is the mean of.
        graphs: i64,
        /// Column of `topologies`; inhibitory_fraction is the share of inhibitory neurons.
        quantity: String,
        /// Published value.
        target: f64,
        /// Value of the generated graphs: their mean.
        realised: f64,
        /// realised / target - 1.
        relative_error: f64,
        /// Relative error promised for the mean over ten graphs of 300 neurons.
        tolerance: f64,
        /// Where the target is from, or assumed: chosen by us or by the user.
        source: String,
    }
}
