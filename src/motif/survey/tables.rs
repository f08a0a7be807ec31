//! The tables of a motif survey.

use crate::{columns, table};

columns! {
    /// What a row about the occurrences of a motif is about.
    pub struct MotifKeys {
        /// Name of the connectome.
        connectome: String,
        /// Rule that gave the synapses their signs.
        sign_model: String,
        /// Synapses weaker than this were left out; in the connectome's own unit.
        min_weight: f64,
        /// Name of the motif.
        motif: String,
        /// subgraph or induced.
        matching: String,
    }
}

table! {
    /// A motif: what it asks of its neurons and synapses.
    pub struct MotifRow = "motifs" version 1 key(motif) {
        /// Name of the motif.
        motif: String,
        /// Neurons of an occurrence.
        roles: i32,
        /// Synapses that every occurrence has.
        edges: i32,
        /// Order of the joint automorphism group: ways to fill the roles that are one occurrence.
        automorphisms: i32,
        /// The roles, those that the symmetries exchange joined by `=`.
        orbits: String,
        /// Roles in which an occurrence has its middle: those that send required inhibitory
        /// synapses, else the best connected. This is our own definition.
        hubs: String,
        /// The statements of the motif, in the notation of `.motif` files.
        notation: String,
    }
}

table! {
    /// How often a motif occurs in a connectome, beside its null model where one was asked for.
    pub struct MotifCountRow = "motif_counts" version 1
        key(connectome, sign_model, min_weight, motif, matching) {
        /// Name of the connectome.
        connectome: String,
        /// Rule that gave the synapses their signs.
        sign_model: String,
        /// Synapses weaker than this were left out; in the connectome's own unit.
        min_weight: f64,
        /// Edges that remain.
        edges: i64,
        /// Motif (`engraph motifs --list`).
        motif: String,
        /// subgraph: further edges among the neurons are allowed; induced: none is.
        matching: String,
        /// Occurrences, unordered (divided by `automorphisms`). Where signs are assumed, those
        /// under the first draw of signs.
        count: i64,
        /// Order of the joint automorphism group of the signed pattern.
        automorphisms: i32,
        /// Null model; null where none was asked for.
        null_model: Option<String>,
        /// How nulls were drawn: swaps or trades; null for erdos_renyi, which needs no chain.
        null_chain: Option<String>,
        /// Number of null connectomes.
        nulls: Option<i64>,
        /// Mean count over the nulls.
        null_mean: Option<f64>,
        /// Standard deviation of the count over the nulls.
        null_sd: Option<f64>,
        /// (count - null_mean) / null_sd; null distributions are skewed: read p_greater and p_less
        /// beside it.
        z: Option<f64>,
        /// Lower end of the 95 % sampling interval of z: what another set of as many nulls might
        /// give (jackknife).
        z_ci_low: Option<f64>,
        /// Upper end of the sampling interval of z.
        z_ci_high: Option<f64>,
        /// count / null_mean.
        fold: Option<f64>,
        /// Lower end of the 95 % sampling interval of fold (jackknife).
        fold_ci_low: Option<f64>,
        /// Upper end of the sampling interval of fold.
        fold_ci_high: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at least this count) / (1 + nulls).
        p_greater: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at most this count) / (1 + nulls).
        p_less: Option<f64>,
        /// Accepted fraction of the attempted swaps, or tradable fraction of the traders' edges;
        /// mean over the nulls.
        acceptance: Option<f64>,
        /// Largest share, over neurons and nulls, by which a summed input weight differs from the
        /// observed one; null but for by_strength. Above .01 some null does not keep what it
        /// should.
        null_strength_error: Option<f64>,
        /// Seed of the nulls.
        seed: Option<u64>,
        /// How many times signs were drawn; null where they are known and not assumed.
        sign_draws: Option<i64>,
        /// Mean of the count over the draws of signs; null where they were drawn once or not at
        /// all.
        draws_count_mean: Option<f64>,
        /// 5 % quantile of the count over the draws of signs.
        draws_count_low: Option<f64>,
        /// 95 % quantile of the count over the draws of signs.
        draws_count_high: Option<f64>,
        /// Mean of z over the draws of signs, each beside nulls of its own; draws in which z is not
        /// defined are left out.
        draws_z_mean: Option<f64>,
        /// 5 % quantile of z over the draws of signs.
        draws_z_low: Option<f64>,
        /// 95 % quantile of z over the draws of signs.
        draws_z_high: Option<f64>,
    }
}

table! {
    /// In how many occurrences of a motif a neuron plays a role. Neurons that play none are left
    /// out.
    pub struct MotifParticipationRow = "motif_participation" version 1
        key(connectome, sign_model, min_weight, motif, matching, role, neuron) {
        ..keys: MotifKeys,
        /// Role; roles that the motif's symmetry exchanges are counted together under the first
        /// one's name.
        role: String,
        /// Name of the neuron.
        neuron: String,
        /// Occurrences in which the neuron plays the role. Summed over roles and neurons: roles of
        /// the motif x count.
        count: i64,
    }
}

table! {
    /// In how many occurrences of a motif a synapse takes part. Synapses that take part in none are
    /// left out.
    pub struct MotifSynapseRow = "motif_synapses" version 1
        key(connectome, sign_model, min_weight, motif, matching, pre_role, post_role, pre, post) {
        ..keys: MotifKeys,
        /// Role of the presynaptic neuron; edges that the motif's symmetry exchanges are counted
        /// together under the first one's roles.
        pre_role: String,
        /// Role of the postsynaptic neuron.
        post_role: String,
        /// Name of the presynaptic neuron.
        pre: String,
        /// Name of the postsynaptic neuron.
        post: String,
        /// Occurrences. Summed over synapses: edges that the row's roles stand for x count; of an
        /// alternative, x the occurrences in which it holds.
        count: i64,
    }
}

table! {
    /// What single hubs carry of a motif, and what is left without them. Neurons that are the hub
    /// of no occurrence are left out.
    pub struct MotifHubRow = "motif_hubs" version 1
        key(connectome, sign_model, min_weight, motif, matching, role, neuron) {
        ..keys: MotifKeys,
        /// Role of the hub (table `motifs`).
        role: String,
        /// Name of the neuron that is the hub.
        neuron: String,
        /// Occurrences of which it is the hub.
        count: i64,
        /// Occurrences of which it is the hub, as a fraction of all.
        share: f64,
        /// Occurrences in which it plays any role.
        any_role: i64,
        /// Occurrences in the connectome without this neuron.
        count_without: i64,
    }
}

table! {
    /// Occurrences of a motif drawn at random, each equally likely and independent of the others;
    /// one row per sample and role.
    pub struct MotifSampleRow = "motif_samples" version 1
        key(connectome, sign_model, min_weight, motif, matching, sample, role) {
        ..keys: MotifKeys,
        /// Number of the sample, from 1.
        sample: i64,
        /// Role of the motif.
        role: String,
        /// Name of the neuron that plays it.
        neuron: String,
    }
}

table! {
    /// Occurrences of a motif, listed one by one; one row per occurrence and role.
    pub struct MotifOccurrenceRow = "motif_occurrences" version 1
        key(connectome, sign_model, min_weight, motif, matching, occurrence, role) {
        ..keys: MotifKeys,
        /// Number of the occurrence, from 1.
        occurrence: i64,
        /// Role of the motif.
        role: String,
        /// Name of the neuron that plays it.
        neuron: String,
    }
}

table! {
    /// How often a triad (three neurons and all synapses among them) occurs, beside its null model
    /// where one was asked for. The rows with `types` tell apart which neuron is excitatory,
    /// inhibitory or unsigned; classes of these that occur nowhere are left out.
    pub struct TriadCensusRow = "triad_census" version 1
        key(connectome, sign_model, min_weight, triad, types, wiring) {
        /// Name of the connectome.
        connectome: String,
        /// Rule that gave the neurons their signs.
        sign_model: String,
        /// Synapses weaker than this were left out; in the connectome's own unit.
        min_weight: f64,
        /// Class after Davis and Leinhardt: mutual, asymmetric and null pairs, and a letter (Down,
        /// Up, Cyclic, Transitive).
        triad: String,
        /// Signs of neurons 1, 2 and 3 (E, I, U); null in the census that does not look at them.
        types: Option<String>,
        /// Synapses among neurons 1, 2 and 3.
        wiring: String,
        /// Triads of the class.
        count: i64,
        /// Null model; null where none was asked for.
        null_model: Option<String>,
        /// How nulls were drawn: swaps or trades; null for erdos_renyi, which needs no chain.
        null_chain: Option<String>,
        /// Number of null connectomes.
        nulls: Option<i64>,
        /// Mean count over the nulls.
        null_mean: Option<f64>,
        /// Standard deviation of the count over the nulls.
        null_sd: Option<f64>,
        /// (count - null_mean) / null_sd.
        z: Option<f64>,
        /// count / null_mean.
        fold: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at least this count) / (1 + nulls).
        p_greater: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at most this count) / (1 + nulls).
        p_less: Option<f64>,
        /// Accepted fraction of the attempted swaps, or tradable fraction of the traders' edges;
        /// mean over the nulls.
        acceptance: Option<f64>,
        /// Largest share, over neurons and nulls, by which a summed input weight differs from the
        /// observed one; null but for by_strength. Above .01 some null does not keep what it
        /// should.
        null_strength_error: Option<f64>,
        /// Seed of the nulls.
        seed: Option<u64>,
    }
}

table! {
    /// How strong the synapses of a motif are, and how even (Onnela et al. 2005), beside its null
    /// model where one was asked for. The intensity of an occurrence is the geometric mean of the
    /// weights of its synapses, its coherence that over their arithmetic mean.
    pub struct MotifWeightRow = "motif_weights" version 1
        key(connectome, sign_model, min_weight, motif, matching, measure) {
        /// Name of the connectome.
        connectome: String,
        /// Rule that gave the synapses their signs.
        sign_model: String,
        /// Synapses weaker than this were left out; in the connectome's own unit.
        min_weight: f64,
        /// Name of the motif.
        motif: String,
        /// subgraph or induced.
        matching: String,
        /// total_intensity (summed over the occurrences) or mean_intensity, both in the
        /// connectome's own unit, or mean_coherence (from 0 to 1).
        measure: String,
        /// Occurrences of the motif.
        occurrences: i64,
        /// The value; null for the mean of no occurrence.
        value: Option<f64>,
        /// Standard error of the value where it was estimated from occurrences drawn at random;
        /// null where it is exact.
        standard_error: Option<f64>,
        /// Null model; null where none was asked for.
        null_model: Option<String>,
        /// How nulls were drawn: swaps or trades; null for erdos_renyi, which needs no chain.
        null_chain: Option<String>,
        /// Null connectomes that have a value: of a mean, those in which the motif occurs.
        nulls: Option<i64>,
        /// Mean of the value over the nulls.
        null_mean: Option<f64>,
        /// Standard deviation of the value over the nulls.
        null_sd: Option<f64>,
        /// (value - null_mean) / null_sd.
        z: Option<f64>,
        /// value / null_mean.
        fold: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at least this value) / (1 + nulls).
        p_greater: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at most this value) / (1 + nulls).
        p_less: Option<f64>,
        /// Accepted fraction of the attempted swaps, or tradable fraction of the traders' edges;
        /// mean over the nulls.
        acceptance: Option<f64>,
        /// Largest share, over neurons and nulls, by which a summed input weight differs from the
        /// observed one; null but for by_strength.
        null_strength_error: Option<f64>,
        /// Seed of the nulls.
        seed: Option<u64>,
    }
}

table! {
    /// Which classes of neurons play a role of a motif, beside their shares of all neurons.
    pub struct RoleFingerprintRow = "role_fingerprints" version 1
        key(connectome, sign_model, min_weight, motif, matching, role, class) {
        ..keys: MotifKeys,
        /// Role; roles that the motif's symmetry exchanges are counted together under the first
        /// one's name.
        role: String,
        /// Functional class of the neurons.
        class: String,
        /// Occurrences in which neurons of the class play the role, as in motif_participation.
        count: i64,
        /// That over the sum for all classes.
        share: f64,
        /// Neurons of the class.
        neurons: i64 => "neurons",
        /// That over all neurons of the connectome.
        neuron_share: f64,
        /// share / neuron_share.
        fold: f64,
    }
}

/// The tables that a survey fills. Those that were not asked for stay empty.
#[derive(Clone, Debug, Default)]
pub struct MotifTables {
    /// What the motifs ask of their neurons and synapses.
    pub motifs: Vec<MotifRow>,
    /// How often each motif occurs.
    pub counts: Vec<MotifCountRow>,
    /// How often each neuron plays which role.
    pub participation: Vec<MotifParticipationRow>,
    /// How often each synapse is which edge.
    pub synapses: Vec<MotifSynapseRow>,
    /// What single hubs carry.
    pub hubs: Vec<MotifHubRow>,
    /// Occurrences drawn at random.
    pub samples: Vec<MotifSampleRow>,
    /// How often each triad occurs.
    pub census: Vec<TriadCensusRow>,
}

impl MotifTables {
    /// The same rows, found again at another threshold.
    pub(super) fn at(mut self, min_weight: f64) -> Self {
        self.counts
            .iter_mut()
            .for_each(|row| row.min_weight = min_weight);
        self.participation
            .iter_mut()
            .for_each(|row| row.keys.min_weight = min_weight);
        self.synapses
            .iter_mut()
            .for_each(|row| row.keys.min_weight = min_weight);
        self.hubs
            .iter_mut()
            .for_each(|row| row.keys.min_weight = min_weight);
        self.samples
            .iter_mut()
            .for_each(|row| row.keys.min_weight = min_weight);
        self.census
            .iter_mut()
            .for_each(|row| row.min_weight = min_weight);
        self
    }

    /// Adds the rows of another threshold.
    pub(super) fn append(&mut self, other: &Self) {
        self.counts.extend_from_slice(&other.counts);
        self.participation.extend_from_slice(&other.participation);
        self.synapses.extend_from_slice(&other.synapses);
        self.hubs.extend_from_slice(&other.hubs);
        self.samples.extend_from_slice(&other.samples);
        self.census.extend_from_slice(&other.census);
    }
}
