//! The tables about what training made of a network's activity.

use crate::table;
use crate::training::RunKeys;

table! {
    /// How far training moved a network: rich or lazy (arXiv 2310.08513).
    pub struct TrainingRegimeRow = "training_regime" version 1
        key(topology, task, rule, bottleneck, latent_units, seed, group) {
        ..keys: RunKeys,
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

table! {
    /// How well each latent unit of a trained network carries one of the sources of its task.
    /// Definitions: `engraph::representation::disentanglement`.
    pub struct DisentanglementRow = "disentanglement" version 2
        key(topology, task, rule, bottleneck, latent_units, seed) {
        ..keys: RunKeys,
        /// Mutual information ratio, 0 to 1 (arXiv 2210.01768); null where not defined.
        mir: Option<f64>,
        /// Modularity, 0 to 1 (arXiv 2305.18378); null where not defined.
        info_m: Option<f64>,
        /// Explicitness, 0 to 1: held-out R^2 of a linear probe; null where not defined.
        info_e: Option<f64>,
        /// Compactness, 0 to 1; null where not defined.
        info_c: Option<f64>,
        /// As mir, of the information about each source given all others over its entropy given
        /// them (arXiv 2410.06232): sources that depend on each other do not count twice; null
        /// where not defined.
        ncmi: Option<f64>,
        /// Latent units that vary.
        active_units: i32 => "units",
        /// Why a value is null.
        note: Option<String>,
    }
}

table! {
    /// Whether a code that costs least would keep two sources of a task apart, before training: the
    /// range condition (arXiv 2410.06232) of the sources of held-out sequences of the first seed.
    /// Definition: `engraph::representation::range_condition`.
    pub struct TaskRow = "tasks" version 1 key(task, first, second) {
        /// Name of the task in the pipeline.
        task: String,
        /// A source, from 0.
        first: i32,
        /// Another source.
        second: i32,
        /// How far the first reaches from its mean to its near end.
        first_reach: f64,
        /// How far the second does.
        second_reach: f64,
        /// Covariance of both, each turned so that its near end is below the mean.
        covariance: f64,
        /// Change of the covariance over both reaches up to which a modular code stays optimal;
        /// below 0 where it is not.
        margin: f64,
        /// True if a modular code is optimal.
        modular: bool,
        /// Sequences from which this was read. The ends of sources without ends move with it.
        samples: i32,
    }
}

table! {
    /// Gradients of the bottleneck units of trained networks at held-out sequences, exact but for
    /// rounding: what a symbolic search of the functions that units compute reads.
    pub struct LatentGradientRow = "latent_gradients" version 1
        key(topology, task, rule, bottleneck, latent_units, seed, sample, unit) {
        ..keys: RunKeys,
        /// Held-out sequence, from 0.
        sample: i32,
        /// Bottleneck unit, from 0.
        unit: i32,
        /// Value of the unit, before the noise of its channel if there is any.
        latent: f64,
        /// The latent variables that the sequence is a function of; empty where there are none.
        sources: Vec<f64>,
        /// The unit by each of these, through the sequence; empty where there are none.
        by_source: Vec<f64>,
        /// The sequence, in the order (channel, step).
        sequence: Vec<f64>,
        /// The unit by each value of the sequence, in the same order.
        gradient: Vec<f64>,
    }
}

table! {
    /// How the gradients of the bottleneck units of trained networks lie to the sources of their
    /// task, at held-out sequences. Definition: `engraph::representation::alignment`.
    pub struct LatentAngleRow = "latent_angles" version 1
        key(topology, task, rule, bottleneck, latent_units, seed, sample, measure) {
        ..keys: RunKeys,
        /// Held-out sequence, from 0.
        sample: i32,
        /// encoded: the units by the sequence; decoded: the output by the units.
        measure: String,
        /// Number of sources, the dimension of the tangent space of the task.
        sources: i32 => "dimensions",
        /// Number of values of a sequence: `sources` over it is the share of random directions.
        ambient_dimension: i32 => "dimensions",
        /// Principal angles between the leading directions and the tangent space, ascending.
        angles: Vec<f64> => "degrees",
        /// The largest of them.
        largest_angle: f64 => "degrees",
        /// Share of the squares of all directions that lies in the tangent space, 0 to 1.
        share: f64,
    }
}

table! {
    /// Dimension of the rates of a class of neurons of one trained network, over held-out
    /// sequences. Kept in the store, not in the reports.
    pub struct HiddenRunRow = "hidden_runs" version 1 {
        ..keys: RunKeys,
        /// encode, hold or decode.
        phase: String,
        /// Class of the neurons, or all.
        class: String,
        /// Neurons of the class.
        neurons: i32,
        /// Name of the estimator.
        estimator: String,
        /// What the estimator found.
        value: Option<f64>,
        /// Why there is none, or what to know of it.
        note: Option<String>,
    }
}

table! {
    /// Where the latent lives: dimension of the rates of a class of neurons in one phase, over
    /// held-out sequences; mean over the seeds in which the network learnt.
    pub struct HiddenDimensionRow = "hidden_dimension" version 1
        key(topology, task, latent_units, phase, class, estimator) {
        /// Topology; `NAME.nulls` stands for all paired nulls of NAME together.
        topology: String,
        /// observed, species_like, null or control.
        family: String,
        /// Species of the animal, or of the statistics that the wiring follows.
        species: String,
        /// Name of the task in the pipeline.
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
