//! The tables engraph writes, column by column.

use super::{Column, Table};
use crate::table;

/// A table about the occurrences of a motif: what all of them begin with, and columns of its own.
macro_rules! motif_table {
    ($(#[doc = $about:literal])+ pub struct $row:ident = $name:literal version $version:literal { $($columns:tt)+ }) => {
        table! {
            $(#[doc = $about])+
            pub struct $row = $name version $version {
                /// Connectome.
                connectome: String,
                /// Rule that gave the synapses their signs.
                sign_model: String,
                /// Synapses weaker than this were left out; in the connectome's own unit.
                min_weight: f64,
                /// Motif.
                motif: String,
                /// subgraph or induced.
                matching: String,
                $($columns)+
            }
        }
    };
}

/// A table about training runs: what all of them begin with, and columns of its own.
macro_rules! run_table {
    ($(#[doc = $about:literal])+ pub struct $row:ident = $name:literal version $version:literal { $($columns:tt)+ }) => {
        table! {
            $(#[doc = $about])+
            pub struct $row = $name version $version {
                /// Topology, or `mlp` for the unconstrained control.
                topology: String,
                /// Task.
                task: String,
                /// Learning rule: bptt_adam, or bptt_eg where strengths follow the exponentiated
                /// gradient.
                rule: String,
                /// linear; hubs, seeded or named (neurons that keep their state); or none: as wide
                /// as the population it reads.
                bottleneck: String,
                /// Bottleneck units; null without a bottleneck.
                latent_units: Option<i32> => "units",
                /// Seed; the same seed sees the same data under every topology and bottleneck.
                seed: i64,
                $($columns)+
            }
        }

        impl RunRow for $row {
            fn keyed(keys: RunKeys) -> Self {
                let RunKeys { topology, task, rule, bottleneck, latent_units, seed } = keys;
                Self { topology, task, rule, bottleneck, latent_units, seed, ..Self::default() }
            }
        }
    };
}

/// What tells a training run from all others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunKeys {
    /// Topology, or `mlp`.
    pub topology: String,
    /// Task.
    pub task: String,
    /// Learning rule.
    pub rule: String,
    /// Kind of bottleneck.
    pub bottleneck: String,
    /// Bottleneck units, if any.
    pub latent_units: Option<i32>,
    /// Number of the seed.
    pub seed: i64,
}

/// A row about a training run.
pub trait RunRow {
    /// A row with these keys and nothing else.
    fn keyed(keys: RunKeys) -> Self;
}

table! {
    /// One neuron of a connectome or topology.
    pub struct NeuronRow = "neurons" version 1 {
        /// Connectome or topology.
        connectome: String,
        /// Name of the neuron.
        neuron: String,
        /// Functional class: sensory, inter, motor, polymodal or unknown.
        class: String,
        /// Cell type, where the user's own neuron table gives one.
        cell_type: Option<String>,
        /// True for the neurons of the pharynx.
        pharyngeal: bool,
        /// Neurotransmitters and modulators, joined by `+` (Wang et al. 2024); null where none is
        /// known.
        transmitters: Option<String>,
        /// Dominant classical transmitter in Fenyves et al. 2020: ACh, Glu or GABA.
        fenyves_dominant: Option<String>,
        /// Alternative classical transmitter in Fenyves et al. 2020.
        fenyves_alternative: Option<String>,
        /// Receptor genes expressed: glutamate +, -, acetylcholine +, -, GABA +, - (Fenyves et al.
        /// 2020).
        receptors: Vec<f64> => "genes",
        /// Sign of the neuron under the topology's sign model (table `topologies`): excitatory,
        /// inhibitory or unsigned.
        sign: String,
    }
}

table! {
    /// One synapse (pre to post) or gap junction (once per pair, pre <= post) of a connectome or
    /// topology.
    pub struct SynapseRow = "synapses" version 1 {
        /// Connectome or topology.
        connectome: String,
        /// Presynaptic neuron.
        pre: String,
        /// Postsynaptic neuron.
        post: String,
        /// chemical or electrical.
        synapse_type: String,
        /// Weight, in `unit`.
        weight: f64,
        /// Unit of the weight: synapses, EM sections or nm3. Weights of different units must not be
        /// compared.
        unit: String,
        /// excitatory, inhibitory or unsigned; electrical synapses are unsigned.
        sign: String,
    }
}

table! {
    /// One connectome that was read.
    pub struct ConnectomeRow = "connectomes" version 1 {
        /// Name.
        connectome: String,
        /// Animal.
        animal: String,
        /// hermaphrodite, male or unknown.
        sex: String,
        /// Developmental stage.
        stage: String,
        /// Age after hatching, where published.
        age_hours: Option<f64> => "h",
        /// Part of the body reconstructed.
        region: String,
        /// Unit of the weights.
        unit: String,
        /// Neurons with at least one synapse or gap junction.
        neurons: i64,
        /// Directed pairs of different neurons joined by chemical synapses.
        chemical_edges: i64,
        /// Summed weight of these pairs, in `unit`.
        chemical_weight: f64,
        /// Neurons with chemical synapses onto themselves.
        autapses: i64,
        /// Pairs of different neurons joined by gap junctions.
        gap_pairs: i64,
        /// Publication.
        citation: String,
        /// DOI of the publication, where it has one.
        doi: Option<String>,
        /// Licence.
        licence: String,
        /// SHA-256 of the connectome's rows as text (data/SOURCES.md); null for a user's own.
        sha256: Option<String>,
    }
}

table! {
    /// A motif: what it asks of its neurons and synapses.
    pub struct MotifRow = "motifs" version 1 {
        /// Name.
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
    pub struct MotifCountRow = "motif_counts" version 1 {
        /// Connectome.
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
        /// Occurrences, unordered (divided by `automorphisms`).
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
        /// Upper end of it.
        z_ci_high: Option<f64>,
        /// count / null_mean.
        fold: Option<f64>,
        /// Lower end of the 95 % sampling interval of fold (jackknife).
        fold_ci_low: Option<f64>,
        /// Upper end of it.
        fold_ci_high: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at least this count) / (1 + nulls).
        p_greater: Option<f64>,
        /// Empirical one-sided p: (1 + nulls with at most this count) / (1 + nulls).
        p_less: Option<f64>,
        /// Accepted fraction of the attempted swaps, or tradable fraction of the traders' edges;
        /// mean over the nulls.
        acceptance: Option<f64>,
        /// Seed of the nulls.
        seed: Option<i64>,
    }
}

table! {
    /// How often a triad (three neurons and all synapses among them) occurs, beside its null model
    /// where one was asked for. The rows with `types` tell apart which neuron is excitatory,
    /// inhibitory or unsigned; classes of these that occur nowhere are left out.
    pub struct TriadCensusRow = "triad_census" version 1 {
        /// Connectome.
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
        /// Triads.
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
        /// Seed of the nulls.
        seed: Option<i64>,
    }
}

motif_table! {
    /// In how many occurrences of a motif a synapse takes part. Synapses that take part in none are
    /// left out.
    pub struct MotifSynapseRow = "motif_synapses" version 1 {
        /// Role of the presynaptic neuron; edges that the motif's symmetry exchanges are counted
        /// together under the first one's roles.
        pre_role: String,
        /// Role of the postsynaptic neuron.
        post_role: String,
        /// Presynaptic neuron.
        pre: String,
        /// Postsynaptic neuron.
        post: String,
        /// Occurrences. Summed over synapses: edges that the row's roles stand for x count; of an
        /// alternative, x the occurrences in which it holds.
        count: i64,
    }
}

motif_table! {
    /// What single hubs carry of a motif, and what is left without them. Neurons that are the hub
    /// of no occurrence are left out.
    pub struct MotifHubRow = "motif_hubs" version 1 {
        /// Role of the hub (table `motifs`).
        role: String,
        /// Neuron.
        neuron: String,
        /// Occurrences of which it is the hub.
        count: i64,
        /// The same as a fraction of all.
        share: f64,
        /// Occurrences in which it plays any role.
        any_role: i64,
        /// Occurrences in the connectome without this neuron.
        count_without: i64,
    }
}

motif_table! {
    /// Occurrences of a motif drawn at random, each equally likely and independent of the others;
    /// one row per sample and role.
    pub struct MotifSampleRow = "motif_samples" version 1 {
        /// Sample, from 1.
        sample: i64,
        /// Role.
        role: String,
        /// Neuron that plays it.
        neuron: String,
    }
}

motif_table! {
    /// Occurrences of a motif, listed one by one; one row per occurrence and role.
    pub struct MotifOccurrenceRow = "motif_occurrences" version 1 {
        /// Occurrence, from 1.
        occurrence: i64,
        /// Role.
        role: String,
        /// Neuron that plays it.
        neuron: String,
    }
}

motif_table! {
    /// In how many occurrences of a motif a neuron plays a role. Neurons that play none are left
    /// out.
    pub struct MotifParticipationRow = "motif_participation" version 1 {
        /// Role; roles that the motif's symmetry exchanges are counted together under the first
        /// one's name.
        role: String,
        /// Neuron.
        neuron: String,
        /// Occurrences in which the neuron plays the role. Summed over roles and neurons: roles of
        /// the motif x count.
        count: i64,
    }
}

table! {
    /// A published statistic beside that of a species-like topology: a model that has a species'
    /// statistics and is nobody's data.
    pub struct SpeciesTargetRow = "species_targets" version 1 {
        /// Topology.
        topology: String,
        /// Preset whose statistics it has.
        preset: String,
        /// Neurons of the topology; published statistics are of as many as the source has.
        neurons: i64,
        /// Generated graphs that the realised value is the mean of.
        graphs: i64,
        /// Column of `topologies`; inhibitory_fraction is the share of inhibitory neurons.
        quantity: String,
        /// Published.
        target: f64,
        /// Of the generated graphs.
        realised: f64,
        /// realised / target - 1.
        relative_error: f64,
        /// Relative error promised for the mean over ten graphs of 300 neurons.
        tolerance: f64,
        /// Where the target is from, or assumed: chosen by us or by the user.
        source: String,
    }
}

table! {
    /// A wiring and its structure. Measures are over chemical synapses between different neurons
    /// unless said otherwise; of a control they describe the unweighted wiring.
    pub struct TopologyRow = "topologies" version 1 {
        /// Name.
        topology: String,
        /// observed, species_like (a model with published statistics, nobody's data), null or
        /// control.
        family: String,
        /// Topology or connectome it was made from; null for a whole observed or a species-like
        /// one.
        parent: Option<String>,
        /// Species; for a species-like one its preset.
        species: String,
        /// Rule that gave the synapses their signs; assumed:F where a share F of the neurons was
        /// drawn to be inhibitory.
        sign_model: String,
        /// Null model; null where it is no null.
        null_model: Option<String>,
        /// Neurons.
        neurons: i64,
        /// Directed edges.
        edges: i64,
        /// Gap-junction pairs.
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
        /// Excitatory edges.
        excitatory_edges: i64,
        /// Inhibitory edges.
        inhibitory_edges: i64,
        /// Largest modulus of the eigenvalues of the signed weight matrix (unsigned edges count
        /// positive), in the unit of the weights.
        spectral_radius: f64,
        /// exp(-sum p ln p) over the normalised singular values p of that matrix.
        effective_rank: f64,
        /// Squared Frobenius over squared spectral norm of that matrix.
        stable_rank: f64,
        /// Accepted fraction of the attempted swaps; null where none was made, 1 for erdos_renyi,
        /// which draws anew.
        acceptance: Option<f64>,
        /// Seed of what is drawn in it; null where nothing is.
        seed: Option<i64>,
    }
}

run_table! {
    /// One network, trained once.
    pub struct TrainingRunRow = "training_runs" version 2 {
        /// Epochs trained.
        epochs: i32,
        /// Learning rate at the start: less than what was asked for where a network that fell
        /// silent was begun anew.
        learning_rate: f64,
        /// Mean squared error over the variance of the data, mean over the last epoch's batches;
        /// null where it is no number.
        train_loss: Option<f64>,
        /// Mean squared error over the variance of held-out data; null where it is no number.
        test_loss: Option<f64>,
        /// Fraction of the held-out bits reproduced, where sequences are of bits; else fraction of
        /// the held-out variance explained, 1 - test_loss.
        test_accuracy: Option<f64>,
        /// As test_loss, where the task feeds the frame before back to the decoder, but fed its own
        /// output; else null.
        recall_loss: Option<f64>,
        /// True where the held-out error is finite and no longer falls under the annealed learning
        /// rate; see `status`.
        converged: bool,
        /// ok, still_falling, diverged, or silent: the output does not depend on the input.
        status: String,
        /// Why, in words.
        reason: String,
        /// Trainable parameters.
        parameters: i64,
    }
}

run_table! {
    /// Errors and costs after each epoch of a training run; an epoch after which they are no
    /// numbers is left out.
    pub struct LearningCurveRow = "learning_curves" version 2 {
        /// Epoch, from 1.
        epoch: i32,
        /// Mean squared error over the variance of the data, mean over the epoch's batches.
        train_loss: f64,
        /// Mean squared error over the variance of held-out data.
        test_loss: f64,
        /// Learning rate of the epoch's last minibatch.
        learning_rate: f64,
        /// Cost of latent units below zero, as minimised, mean over the epoch's batches (as the
        /// following).
        nonnegativity: f64,
        /// Cost of the latent's energy.
        latent_energy: f64,
        /// Cost of the weights' energy.
        weight_energy: f64,
        /// Cost of the activity's energy.
        rate_energy: f64,
        /// Cost of mean rates off their target.
        homeostasis: f64,
    }
}

run_table! {
    /// All that is needed to go on with a training run, where `training.*.checkpoints` asks for it:
    /// the parameters, the optimiser's moments, the place in the stream of data, the number of
    /// restarts, and the epochs.
    pub struct CheckpointRow = "checkpoints" version 1 {
        /// parameters, first_moments, second_moments, state or epochs.
        quantity: String,
        /// Group of parameters, or of the epochs what is listed.
        group: String,
        /// The values.
        values: Vec<f64>,
    }
}

table! {
    /// Whether a topology learns a task slowly, and is therefore trained on it with patience
    /// (`training.patient`).
    pub struct TrainingBudgetRow = "training_budgets" version 1 {
        /// Topology.
        topology: String,
        /// Task.
        task: String,
        /// Mean squared error over the variance of held-out data under the ordinary budget, of the
        /// first seed without a bottleneck; null where it is no number.
        test_loss: Option<f64>,
        /// How that run ended, as in `training_runs`.
        status: String,
        /// True where it did not end ok, or with an error of .02 or more: every run of the topology
        /// on the task has the patient budget.
        patient: bool,
    }
}

table! {
    /// A learning rate tried on a topology and task.
    pub struct LearningRateRow = "learning_rates" version 1 {
        /// Topology, or `mlp`.
        topology: String,
        /// Task.
        task: String,
        /// Learning rate at the start.
        learning_rate: f64,
        /// Mean squared error over the variance of held-out data after the epochs of the try; null
        /// where training diverged.
        test_loss: Option<f64>,
        /// True for the rate taken.
        taken: bool,
    }
}

table! {
    /// One network of binary units, trained once by the homeostatic XOR rule. Scores are of
    /// held-out sequences, those that begin with `train_` of the training sequences; both after
    /// training, null where `status` is too_many_bits.
    pub struct HomeostaticRunRow = "homeostatic_runs" version 1 {
        /// Topology, or `fully_connected` for the form without a wiring.
        topology: String,
        /// Task.
        task: String,
        /// Learning rule: homeostatic_xor.
        rule: String,
        /// Bits per sequence: channels x steps.
        bits: i32 => "bits",
        /// Hidden units: the inner neurons of the topology.
        hidden_units: Option<i32> => "units",
        /// Seed; the same seed sees the same data under every topology.
        seed: i64,
        /// Epochs trained; where all bits match, the last is the one that met no mismatch.
        epochs: i32,
        /// matched: every bit of every training sequence matches (homeostasis); not_matched: epochs
        /// ended before; no_progress: the energy found no new minimum for as many epochs as
        /// patience allows; too_many_bits: more than input or output neurons.
        status: String,
        /// Fraction of the bits that match.
        bit_accuracy: Option<f64>,
        /// Mean of the fractions of ones and of zeros that match; a constant scores 1/2.
        balanced_accuracy: Option<f64>,
        /// Largest bit accuracy of any constant reconstruction.
        constant_accuracy: Option<f64>,
        /// Fraction of the sequences of which every bit matches.
        exact_sequences: Option<f64>,
        /// Mismatched bits per sequence.
        energy: Option<f64> => "bits",
        /// Fraction of the training bits that match.
        train_bit_accuracy: Option<f64>,
        /// Mean of the fractions of training ones and zeros that match.
        train_balanced_accuracy: Option<f64>,
        /// Fraction of the training sequences of which every bit matches.
        train_exact_sequences: Option<f64>,
        /// Mismatched bits per training sequence.
        train_energy: Option<f64> => "bits",
        /// Bits whose output neuron no bit can influence over two synapses; they are reconstructed
        /// as a constant.
        unreachable_bits: Option<i32> => "bits",
        /// Bits without a path of two synapses from their input neuron to their output neuron,
        /// unreachable ones among them. Independent ones cannot be reconstructed above chance.
        pathless_bits: Option<i32> => "bits",
        /// Weights: synapses that are part of the network; biases are not counted.
        weights: Option<i64>,
        /// Weights that differ from their value before training.
        weights_changed: Option<i64>,
        /// Changes of weights and biases, one per parameter and minibatch that changed it: what
        /// learning cost.
        updates: Option<i64>,
    }
}

table! {
    /// Energy during each epoch of a run of the homeostatic XOR rule.
    pub struct HomeostaticCurveRow = "homeostatic_curves" version 1 {
        /// Topology, or `fully_connected`.
        topology: String,
        /// Task.
        task: String,
        /// Seed.
        seed: i64,
        /// Epoch, from 1.
        epoch: i32,
        /// Mismatched bits per training sequence, each met before it was learnt from.
        energy: f64 => "bits",
        /// Changes of weights and biases in the epoch.
        updates: i64,
    }
}

table! {
    /// What the units of a trained network do with one held-out sequence. Kept in the store, not in
    /// the reports.
    pub struct ActivityRow = "activity" version 1 {
        /// latent (bottleneck units) or hidden (rates at the end of encoding).
        layer: String,
        /// Held-out sequence.
        sample: i32,
        /// One value per unit.
        values: Vec<f64>,
    }
}

table! {
    /// The dimension of a cloud of points by one estimator (`engraph dimension`).
    pub struct DimensionRow = "dimension" version 1 {
        /// Estimator; `recommended` is the calibrated, multiscale one with an interval that holds
        /// more than sampling.
        estimator: String,
        /// Estimate; null where the estimator has none, see `note`.
        value: Option<f64> => "dimensions",
        /// Lower end of the 95 % interval: of sampling alone, but for `recommended` of sampling and
        /// bias.
        ci_low: Option<f64> => "dimensions",
        /// Upper end of it.
        ci_high: Option<f64> => "dimensions",
        /// Standard error of sampling, from subsamples drawn without replacement.
        std_error: Option<f64> => "dimensions",
        /// Of `recommended`: what the calibration added to the raw value.
        bias_correction: Option<f64> => "dimensions",
        /// Of `recommended`: least calibrated value over the scales tried.
        scales_low: Option<f64> => "dimensions",
        /// Of `recommended`: largest calibrated value over the scales tried.
        scales_high: Option<f64> => "dimensions",
        /// Neighbour that sets the scale read, where there is one.
        neighbour: Option<i32>,
        /// Points.
        n_points: i64,
        /// Columns.
        ambient_dimension: i32 => "dimensions",
        /// What a reader must know.
        note: Option<String>,
    }
}

table! {
    /// How many latent dimensions a topology carries on a task, by one estimator.
    pub struct LatentDimensionRow = "latent_dimension" version 2 {
        /// Topology, or `mlp`; `NAME.nulls` stands for all paired nulls of NAME together.
        topology: String,
        /// observed, species_like (a model with published statistics, nobody's data), null or
        /// control.
        family: String,
        /// Species; for a species-like topology its preset.
        species: String,
        /// Task.
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
    pub struct LatentContrastRow = "latent_contrasts" version 1 {
        /// Topology.
        topology: String,
        /// Family of baselines, averaged per seed.
        baseline: String,
        /// How many baselines there are. Where each is trained with every seed they are taken as
        /// given: intervals and p are over training seeds, so with one null the comparison is with
        /// that one wiring. Where they are paired, each pair has a null of its own, and both are
        /// over wirings and seeds.
        n_baselines: i32,
        /// Task.
        task: String,
        /// What is compared: k90, or the held-out error with a number of bottleneck units.
        estimator: String,
        /// Mean of topology minus baseline; null where `status` is not ok.
        difference: Option<f64>,
        /// Lower end of its 95 % interval.
        ci_low: Option<f64>,
        /// Upper end of its 95 % interval.
        ci_high: Option<f64>,
        /// Mean over standard deviation of the paired differences.
        effect_size: Option<f64>,
        /// Two-sided p, sign-flip permutation over pairs.
        p_value: Option<f64>,
        /// The same, Holm-corrected over the rows with the same estimator.
        p_holm: Option<f64>,
        /// Pairs.
        n_pairs: i32,
        /// ok; not_learnt: fewer than two seeds in which both sides learnt; beyond_widest: a learnt
        /// network needs more units than the widest bottleneck.
        status: String,
    }
}

run_table! {
    /// Dimension of the rates of a class of neurons of one trained network, over held-out
    /// sequences. Kept in the store, not in the reports.
    pub struct HiddenRunRow = "hidden_runs" version 1 {
        /// encode, hold or decode.
        phase: String,
        /// Class of the neurons, or all.
        class: String,
        /// Neurons of the class.
        neurons: i32,
        /// Estimator.
        estimator: String,
        /// Estimate.
        value: Option<f64>,
        /// Why there is none, or what to know of it.
        note: Option<String>,
    }
}

table! {
    /// Where the latent lives: dimension of the rates of a class of neurons in one phase, over
    /// held-out sequences; mean over the seeds in which the network learnt.
    pub struct HiddenDimensionRow = "hidden_dimension" version 1 {
        /// Topology; `NAME.nulls` stands for all paired nulls of NAME together.
        topology: String,
        /// observed, species_like, null or control.
        family: String,
        /// Species.
        species: String,
        /// Task.
        task: String,
        /// Bottleneck units: those of the widest bottleneck, or null without one.
        latent_units: Option<i32> => "units",
        /// encode: the end of encoding; hold: as the bottleneck leaves the network, before the
        /// first step of decoding; decode: halfway through decoding.
        phase: String,
        /// Class of the neurons (sensory, inter, motor, polymodal, unknown), or all.
        class: String,
        /// Neurons of the class.
        neurons: i32,
        /// participation_ratio_corrected or two_nn.
        estimator: String,
        /// Mean estimate; null where the neurons are silent or no network learnt.
        value: Option<f64> => "dimensions",
        /// Lower end of the 95 % interval over seeds.
        ci_low: Option<f64> => "dimensions",
        /// Upper end of it.
        ci_high: Option<f64> => "dimensions",
        /// Seeds that entered.
        n_seeds: i32,
        /// Why a seed has no value, or what to know of it; the first such remark.
        note: Option<String>,
    }
}

table! {
    /// How often motifs occur in a wiring that is trained, under the signs it is trained with.
    pub struct TopologyMotifRow = "topology_motifs" version 1 {
        /// Topology.
        topology: String,
        /// Motif.
        motif: String,
        /// subgraph or induced.
        matching: String,
        /// Occurrences.
        count: i64,
        /// Neurons that take part in any.
        neurons: i64,
    }
}

table! {
    /// Does a dimension go with a measure of structure? Spearman's rank correlation over wirings. A
    /// wiring and its nulls share their degrees, so rows with nulls are no independent draws: p
    /// describes, it does not prove.
    pub struct DimensionRelationRow = "dimension_relations" version 1 {
        /// Task.
        task: String,
        /// all (nulls too) or without_nulls.
        scope: String,
        /// What is related: k90, the held-out error with a number of bottleneck units, or the
        /// participation ratio of the hidden state at the end of encoding
        /// (hidden_participation_ratio); of each wiring the mean over the seeds in which it learnt.
        estimator: String,
        /// To what: a column of `topologies`, `MOTIF` (its subgraph count) or `MOTIF_neurons`
        /// (share of the neurons that take part).
        measure: String,
        /// Wirings that have both.
        n_topologies: i32,
        /// Spearman's rank correlation; null for fewer than five wirings, or where one side is
        /// constant.
        rho: Option<f64>,
        /// Lower end of its 95 % interval (Bonett and Wright 2000).
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

run_table! {
    /// How far training moved a network: rich or lazy (arXiv 2310.08513).
    pub struct TrainingRegimeRow = "training_regime" version 1 {
        /// Group of weights, such as `recurrent`: the signed weights that the dynamics see.
        group: String,
        /// Frobenius norm of the weights after minus before training.
        weight_change: f64,
        /// The same over the norm before; null where all weights started at zero.
        relative_weight_change: Option<f64>,
        /// Normalised inner product of the Gram matrices of hidden activity before and after, same
        /// sequences: 1 is lazy; the same for all groups. Null where the units are silent.
        representation_alignment: Option<f64>,
        /// Fraction of the weights free to change sign that kept it; null where there are none.
        sign_similarity: Option<f64>,
        /// exp(-sum p ln p) over the normalised singular values p of the weight matrix before
        /// training; null where it is none.
        effective_rank_before: Option<f64>,
        /// The same after training.
        effective_rank_after: Option<f64>,
    }
}

run_table! {
    /// How well each latent unit of a trained network carries one of the sources of its task.
    /// Definitions: `engraph::latent::disentanglement`.
    pub struct DisentanglementRow = "disentanglement" version 1 {
        /// Mutual information ratio, 0 to 1 (arXiv 2210.01768); null where not defined.
        mir: Option<f64>,
        /// Modularity, 0 to 1 (arXiv 2305.18378); null where not defined.
        info_m: Option<f64>,
        /// Explicitness, 0 to 1: held-out R^2 of a linear probe; null where not defined.
        info_e: Option<f64>,
        /// Compactness, 0 to 1; null where not defined.
        info_c: Option<f64>,
        /// Latent units that vary.
        active_units: i32 => "units",
        /// Why a value is null.
        note: Option<String>,
    }
}

run_table! {
    /// What the comparators of a motif do in a trained network, beside matched neurons of the same
    /// network. Definitions: `engraph::motif_function`.
    pub struct MotifFunctionRow = "motif_function" version 1 {
        /// Motif.
        motif: String,
        /// subgraph or induced.
        matching: String,
        /// ablation_error (rise of the held-out error, in variances of the data, up to an error of
        /// 1), mismatch_correlation, or mismatch_partial_correlation (given both inputs).
        quantity: String,
        /// What is correlated with the mismatch: relay_sum, relay_difference or readout; null for
        /// an ablation.
        signal: Option<String>,
        /// Occurrences drawn.
        instances: i32,
        /// Draws that entered: sets of silenced neurons, or occurrences.
        draws: i32,
        /// Mean over the draws for the motif's neurons; null without draws.
        value: Option<f64>,
        /// The same for neurons of the same class and sign and nearly the same degree.
        matched_value: Option<f64>,
        /// Mean of value minus matched value.
        difference: Option<f64>,
        /// Lower end of its 95 % interval over draws within this network; over seeds, compare the
        /// rows' values.
        ci_low: Option<f64>,
        /// Upper end of it.
        ci_high: Option<f64>,
        /// Mean degree of the motif's neurons.
        degree: Option<f64>,
        /// The same of the matched neurons.
        matched_degree: Option<f64>,
        /// ok; poorly_matched: the degrees differ by more than a tenth, which may be all the
        /// difference; absent: the motif does not occur; unmatched: no neurons to compare with;
        /// undefined: no finite value.
        status: String,
        /// Draws left out, and controls of another class.
        note: Option<String>,
    }
}

/// A table's name, version, description and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableSchema {
    /// Name.
    pub table: &'static str,
    /// Version.
    pub version: u32,
    /// What a row is.
    pub description: &'static str,
    /// Columns in order.
    pub columns: &'static [Column],
}

fn of<T: Table>() -> TableSchema {
    TableSchema {
        table: T::NAME,
        version: T::VERSION,
        description: T::DESCRIPTION.trim(),
        columns: T::COLUMNS,
    }
}

table! {
    /// A check of a connectome or consensus table, and what it found.
    pub struct AuditRow = "audit" version 1 {
        /// Name of the check.
        check: String,
        /// error: conclusions drawn from the table would be wrong; warning: it must be known; ok:
        /// looked for and not found; note: what was read.
        severity: String,
        /// What it is about: a source, a column, or the whole table.
        subject: String,
        /// How many were found.
        found: Option<i64>,
        /// Of how many, or where `found` should be this many.
        expected: Option<i64>,
        /// found / expected, where that is a share.
        share: Option<f64>,
        /// What was found, in words, with examples.
        detail: String,
        /// What to do; empty where there is nothing to do.
        hint: String,
    }
}

table! {
    /// Agreement of a source of a consensus table with the bundled connectome of its publication.
    /// Edges are ordered pairs of different neurons, chemical or electrical, since the table tells
    /// sources by pair only.
    pub struct SourceAgreementRow = "source_agreement" version 1 {
        /// Source, as the table calls it.
        source: String,
        /// Bundled connectome.
        connectome: String,
        /// publication: known to be the same; overlap: the most similar.
        matched_by: String,
        /// Edges of both.
        shared: i64,
        /// Edges of the bundled connectome only.
        missing: i64,
        /// Edges of the source only.
        extra: i64,
        /// shared / (shared + missing + extra).
        jaccard: f64,
        /// Chemical edges of the bundled connectome.
        chemical_edges: i64,
        /// Of these, those whose pair the source does not list.
        chemical_missing: i64,
    }
}

/// Every table that pipelines and commands write, in the order of the flow.
#[must_use]
pub fn all() -> Vec<TableSchema> {
    vec![
        of::<ConnectomeRow>(),
        of::<NeuronRow>(),
        of::<SynapseRow>(),
        of::<MotifRow>(),
        of::<MotifCountRow>(),
        of::<MotifParticipationRow>(),
        of::<MotifSynapseRow>(),
        of::<MotifHubRow>(),
        of::<MotifSampleRow>(),
        of::<MotifOccurrenceRow>(),
        of::<TriadCensusRow>(),
        of::<SpeciesTargetRow>(),
        of::<TopologyRow>(),
        of::<HomeostaticRunRow>(),
        of::<HomeostaticCurveRow>(),
        of::<TrainingRunRow>(),
        of::<LearningCurveRow>(),
        of::<LearningRateRow>(),
        of::<TrainingBudgetRow>(),
        of::<CheckpointRow>(),
        of::<TrainingRegimeRow>(),
        of::<DisentanglementRow>(),
        of::<MotifFunctionRow>(),
        of::<TopologyMotifRow>(),
        of::<DimensionRow>(),
        of::<AuditRow>(),
        of::<SourceAgreementRow>(),
        of::<LatentDimensionRow>(),
        of::<HiddenDimensionRow>(),
        of::<LatentContrastRow>(),
        of::<DimensionRelationRow>(),
    ]
}
