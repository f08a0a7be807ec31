//! The tables about how many dimensions a topology carries on a task.

use crate::table;

table! {
    /// How many latent dimensions a topology carries on a task, by one estimator.
    pub struct LatentDimensionRow = "latent_dimension" version 2 key(topology, task, estimator) {
        /// Topology, or `mlp`; `NAME.nulls` stands for all paired nulls of NAME together.
        topology: String,
        /// observed, species_like (a model with published statistics, nobody's data), null or
        /// control.
        family: String,
        /// Species; for a species-like topology its preset.
        species: String,
        /// Name of the task in the pipeline.
        task: String,
        /// Latent variables the task was made from, or the dimension of its manifold or attractor;
        /// null if unknown.
        true_dimension: Option<f64> => "dimensions",
        /// Real units that an exact code needs: what k* should find. Larger than true_dimension for
        /// closed manifolds and attractors.
        embedding_dimension: Option<i32> => "dimensions",
        /// Values per sequence.
        ambient_dimension: i32 => "dimensions",
        /// Estimator: sufficient_bottleneck (k*), k50, k90, or an intrinsic dimension of the latent
        /// or hidden activity.
        estimator: String,
        /// Estimate; null where `status` is not ok. A network that has not learnt gives no number.
        value: Option<f64> => "dimensions",
        /// Lower end of the 95 % interval over seeds.
        ci_low: Option<f64> => "dimensions",
        /// Upper end of the 95 % interval over seeds.
        ci_high: Option<f64> => "dimensions",
        /// Points per estimate; null where the estimator takes none.
        n_samples: Option<i32>,
        /// Seeds that entered.
        n_seeds: i32,
        /// ok, or why there is no value.
        status: String,
        /// The same in words.
        note: Option<String>,
    }
}

table! {
    /// A topology against its baseline, paired by seed. A hypothesis under test; negative results
    /// are kept.
    pub struct LatentContrastRow = "latent_contrasts" version 2
        key(topology, baseline, task, estimator) {
        /// Name of the topology.
        topology: String,
        /// Family of baselines, averaged per seed.
        baseline: String,
        /// How many baselines there are. Where each is trained with every seed they are taken as
        /// given: intervals and p are over training seeds, so with one null the comparison is with
        /// that one wiring. Where they are paired, each pair has a null of its own, and both are
        /// over wirings and seeds.
        n_baselines: i32,
        /// Name of the task in the pipeline.
        task: String,
        /// What is compared: k90, the held-out error with a number of bottleneck units (error_k3),
        /// or without a bottleneck (error_without). The last is compared whether or not a wiring
        /// has learnt the task.
        estimator: String,
        /// Mean of topology minus baseline; null where `status` is not ok.
        difference: Option<f64>,
        /// Lower end of its 95 % interval.
        ci_low: Option<f64>,
        /// Upper end of its 95 % interval.
        ci_high: Option<f64>,
        /// Mean over standard deviation of the paired differences.
        effect_size: Option<f64>,
        /// The difference that a t test at 5 % would find with a power of 80 %, given the spread
        /// of these pairs. Smaller differences may exist and stay unseen.
        smallest_detectable: Option<f64>,
        /// Two-sided p, sign-flip permutation over pairs.
        p_value: Option<f64>,
        /// The same, Holm-corrected over the rows with the same estimator.
        p_holm: Option<f64>,
        /// Number of pairs of runs that were compared.
        n_pairs: i32,
        /// ok; not_learnt: fewer than two seeds in which both sides learnt; beyond_widest: a learnt
        /// network needs more units than the widest bottleneck.
        status: String,
    }
}

table! {
    /// The held-out error of networks with a sparse bottleneck over the number of units and of
    /// those that are active (Gao et al. 2024, arXiv 2406.04093), under the gate of the sufficient
    /// bottleneck.
    pub struct SparseBottleneckRow = "sparse_bottleneck" version 1
        key(topology, task, units, active_units) {
        /// Name of the topology.
        topology: String,
        /// observed, species_like or control.
        family: String,
        /// Species of the animal, or of the statistics that the wiring follows.
        species: String,
        /// Name of the task in the pipeline.
        task: String,
        /// Real units that an exact code of the task needs; null where not known.
        embedding_dimension: Option<i32> => "units",
        /// Units of the bottleneck, L.
        units: i32 => "units",
        /// Units that are active in a sequence, k.
        active_units: i32 => "units",
        /// Mean squared error over the variance of held-out data, mean over seeds; null where a run
        /// gave no number.
        error: Option<f64>,
        /// Lower end of the 95 % interval over seeds (Student's t); null for a single seed.
        ci_low: Option<f64>,
        /// Upper end of it.
        ci_high: Option<f64>,
        /// One-sided 95 % bound of the excess over the error without a bottleneck, on the curve
        /// over active units that does not increase; null where `status` says that it may not be
        /// read.
        excess_bound: Option<f64>,
        /// True for the smallest number of active units that suffices with so many units, and all
        /// larger ones; null where `excess_bound` is.
        suffices: Option<bool>,
        /// Share of the units that were active in no sequence of the last
        /// `network.top_k.dead_after` minibatches or more, mean over seeds.
        dead_share: f64,
        /// Seeds.
        n_seeds: i32,
        /// Of the curve over active units, as in `latent_dimension`: ok, not_reached, not_learnt,
        /// not_converged, diverged or too_few_seeds.
        status: String,
        /// The status as a sentence.
        note: String,
    }
}

table! {
    /// The differences of several topologies from their nulls, pooled by random effects. The units
    /// are topologies, such as animals: more nulls or seeds of each do not make more units.
    pub struct PooledContrastRow = "pooled_contrasts" version 1
        key(family, baseline, task, estimator) {
        /// Family of the topologies: observed or species_like.
        family: String,
        /// Family of baselines, averaged per seed.
        baseline: String,
        /// Name of the task in the pipeline.
        task: String,
        /// What is compared, as in `latent_contrasts`.
        estimator: String,
        /// Topologies whose difference entered.
        n_topologies: i32,
        /// Topologies whose difference has the sign of the mean.
        same_sign: i32,
        /// Mean difference; null for fewer than two topologies.
        difference: Option<f64>,
        /// Lower end of its 95 % interval over topologies (Hartung and Knapp 2001).
        ci_low: Option<f64>,
        /// Upper end of its 95 % interval over topologies.
        ci_high: Option<f64>,
        /// Standard deviation of the true differences between topologies (DerSimonian and Laird
        /// 1986).
        between_sd: Option<f64>,
        /// Two-sided p of Student's t with one degree of freedom less than topologies.
        p_value: Option<f64>,
        /// The same, Holm-corrected over the rows with the same estimator.
        p_holm: Option<f64>,
        /// ok, or too_few: fewer than two topologies have a difference.
        status: String,
    }
}

table! {
    /// Does a dimension go with a measure of structure? Spearman's rank correlation, either over
    /// animals or within them, so that an animal and its nulls, which share many measures by
    /// construction, never count as independent.
    pub struct DimensionRelationRow = "dimension_relations" version 2
        key(task, scope, estimator, measure) {
        /// Name of the task in the pipeline; none where the dimension is that of the structure.
        task: String,
        /// without_nulls: over animals and species-like models, each of which is one unit. within:
        /// over each of them and its nulls, as deviations from their mean; the test exchanges
        /// values within an animal alone.
        scope: String,
        /// What is related: the carried dimension of the structure under the usual conventions
        /// (carried_counts, carried_binary), k90, the held-out error with a number of bottleneck
        /// units or without a bottleneck (error_without), or the participation ratio of the hidden
        /// state at the end of encoding (hidden_participation_ratio); of each wiring the mean over
        /// the seeds in which it learnt.
        estimator: String,
        /// To what: a column of `topologies`, `MOTIF` (its subgraph count) or `MOTIF_neurons`
        /// (share of the neurons that take part).
        measure: String,
        /// Wirings that have both.
        n_topologies: i32,
        /// Animals and species-like models among them or behind them.
        n_units: i32,
        /// Spearman's rank correlation; null for fewer than five degrees of freedom, or where one
        /// side is constant (within scope: in every animal).
        rho: Option<f64>,
        /// The same with the ranks of the numbers of neurons and of the densities taken out; null
        /// within animals, for fewer than seven wirings, and for these two measures.
        rho_partial: Option<f64>,
        /// Lower end of the 95 % interval of rho (Bonett and Wright 2000).
        ci_low: Option<f64>,
        /// Upper end of it.
        ci_high: Option<f64>,
        /// Two-sided p of 10,000 random pairings.
        p_value: Option<f64>,
        /// The same, Holm-corrected over the measures.
        p_holm: Option<f64>,
        /// ok, too_few or constant.
        status: String,
    }
}
