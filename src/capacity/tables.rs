//! The tables about the dimensions that a wiring offers.

use crate::{columns, table};

columns! {
    /// What a wiring dimension is of: a wiring, conventions, a measure.
    pub struct WiringDimensionKeys {
        /// Topology.
        topology: String,
        /// observed, species_like (a model with published statistics, nobody's data) or null.
        family: String,
        /// Species; for a species-like topology its preset.
        species: String,
        /// Model that gave the signs; unsigned synapses count as excitatory.
        sign_model: String,
        /// True if these are the signs of the topology, with which networks are trained; false
        /// where a further sign model is tried.
        own_signs: bool,
        /// counts (weights as they are; the logarithm of volumes) or binary (every synapse is 1).
        weights: String,
        /// True if gap junctions take part.
        gap_junctions: bool,
        /// Steps of past inputs and of future outputs.
        horizon: i32 => "steps",
        /// Time step over time constant.
        leak: f64,
        /// Spectral radius that the signed weights are scaled to.
        spectral_radius: f64,
        /// Power of the strongest direction over that of the noise.
        snr: f64,
        /// encoded (from past inputs to what is held), decoded (from what is held to future
        /// outputs) or carried (from past inputs through what is held to future outputs).
        measure: String,
    }
}

table! {
    /// How many dimensions a wiring offers, in closed form and without training: singular values of
    /// the linear network with white input. Our own definitions; `engraph::capacity` has them.
    pub struct WiringDimensionRow = "wiring_dimension" version 2
        key(topology, sign_model, weights, gap_junctions, horizon, leak, spectral_radius, snr,
            measure) {
        ..keys: WiringDimensionKeys,
        /// Degrees of freedom, sum of sigma_i^2 / (sigma_i^2 + sigma_1^2 / snr); null where
        /// `status` says why.
        value: Option<f64> => "dimensions",
        /// Half the width of the interval around an estimated value; null where it is exact.
        value_error: Option<f64> => "dimensions",
        /// Smallest number of directions without which a tenth of the power is left.
        k90: Option<i32> => "dimensions",
        /// Smallest number of directions without which a hundredth of the power is left.
        k99: Option<i32> => "dimensions",
        /// 1/2 sum of log2(1 + snr sigma_i^2 / sigma_1^2).
        bits: Option<f64> => "bits",
        /// Neurons that receive the input: sensory ones.
        input_neurons: i32 => "neurons",
        /// Neurons that hold what passes: neither sensory nor motor.
        held_neurons: i32 => "neurons",
        /// Neurons the output is read from: motor ones.
        output_neurons: i32 => "neurons",
        /// dense (exact but for rounding), or lanczos (estimated: more neurons hold than are
        /// decomposed).
        method: String,
        /// ok; no_classes (every neuron sees, holds and acts) and unstable have a value; no_input,
        /// no_held, no_output, no_synapses, acyclic, no_path, not_finite, no_radius and too_wide
        /// have none.
        status: String,
        /// The same in words.
        note: Option<String>,
    }
}

table! {
    /// The error curve of a wiring: for the carried map exactly the error of the best linear
    /// bottleneck against the same network without one, white input.
    pub struct WiringDimensionCurveRow = "wiring_dimension_curves" version 1
        key(topology, weights, gap_junctions, horizon, leak, spectral_radius, measure, k) {
        /// Topology.
        topology: String,
        /// counts or binary.
        weights: String,
        /// True if gap junctions take part.
        gap_junctions: bool,
        /// Steps of past inputs and of future outputs.
        horizon: i32 => "steps",
        /// Time step over time constant.
        leak: f64,
        /// Spectral radius that the signed weights are scaled to.
        spectral_radius: f64,
        /// encoded, decoded or carried.
        measure: String,
        /// Directions that are kept, from 0.
        k: i32 => "dimensions",
        /// E(k): share of the power that is lost. The curve ends below one in a million.
        error: f64,
    }
}

table! {
    /// Degrees of freedom of a wiring and of each of its nulls. Kept in the store, not in the
    /// reports.
    pub struct WiringDimensionDrawRow = "wiring_dimension_draws" version 2 {
        ..keys: WiringDimensionKeys,
        /// Degrees of freedom of the wiring itself.
        value: f64,
        /// What the nulls keep.
        null_model: String,
        /// Degrees of freedom of the nulls, in the order they were drawn; 0 where no path is left.
        null_values: Vec<f64>,
        /// Nulls that have no value, for instance because no cycle is left.
        without_value: i32,
        /// Mean over the nulls of the fraction of attempts that moved an edge.
        acceptance: f64,
        /// Seed of the nulls.
        seed: i64,
    }
}

table! {
    /// The dimensions that a wiring offers beside those of its nulls. What the nulls keep is a
    /// column: a result beats the nulls of one kind, never chance as such.
    pub struct WiringDimensionNullRow = "wiring_dimension_nulls" version 2
        key(topology, sign_model, weights, gap_junctions, horizon, leak, spectral_radius, snr,
            measure, null_model) {
        ..keys: WiringDimensionKeys,
        /// Degrees of freedom of the wiring itself.
        value: f64 => "dimensions",
        /// What a null keeps.
        null_model: String,
        /// Nulls that have a value.
        nulls: i32,
        /// Mean over the nulls.
        null_mean: Option<f64> => "dimensions",
        /// Standard deviation over the nulls.
        null_sd: Option<f64> => "dimensions",
        /// Their 2.5 % quantile.
        null_low: Option<f64> => "dimensions",
        /// Their 97.5 % quantile.
        null_high: Option<f64> => "dimensions",
        /// (value - null_mean) / null_sd.
        z: Option<f64>,
        /// value / null_mean.
        fold: Option<f64>,
        /// (1 + nulls with at least the value) / (1 + nulls).
        p_greater: Option<f64>,
        /// (1 + nulls with at most the value) / (1 + nulls).
        p_less: Option<f64>,
        /// Twice the smaller of both, at most 1.
        p_value: Option<f64>,
        /// The same, Holm-corrected over the wirings with the same conventions, measure and null
        /// model: over all with their own signs, or over those under one further sign model.
        p_holm: Option<f64>,
        /// Mean over the nulls of the fraction of attempts that moved an edge.
        acceptance: f64,
        /// Seed of the nulls.
        seed: i64,
    }
}

table! {
    /// Through whom the dimensions pass: carried degrees of freedom without each held neuron.
    pub struct WiringDimensionNeuronRow = "wiring_dimension_neurons" version 2
        key(topology, sign_model, weights, gap_junctions, horizon, leak, spectral_radius, snr,
            measure, neuron) {
        ..keys: WiringDimensionKeys,
        /// The neuron that is left out.
        neuron: String,
        /// Its functional class.
        class: String,
        /// Carried degrees of freedom with all neurons.
        value: f64 => "dimensions",
        /// The same where this neuron is not among those that hold: signals still pass through it.
        not_held: Option<f64> => "dimensions",
        /// The same where the neuron and its synapses are gone. The scale of all others stays.
        removed: Option<f64> => "dimensions",
        /// value - not_held.
        lost_not_held: Option<f64> => "dimensions",
        /// value - removed; below 0 where others carry more without the neuron.
        lost_removed: Option<f64> => "dimensions",
        /// Share of the carried power, the sum of sigma_i^2, that goes where the neuron is not
        /// among those that hold.
        power_lost: Option<f64>,
    }
}
