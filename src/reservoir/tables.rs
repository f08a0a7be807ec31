//! The tables about wirings as reservoirs.

use crate::{columns, table};

columns! {
    /// Which reservoir a row is about.
    pub struct ReservoirKeys {
        /// Topology.
        topology: String,
        /// observed, species_like (a model with published statistics, nobody's data) or null.
        family: String,
        /// Species; for a species-like topology its preset.
        species: String,
        /// Spectral radius that the signed weights are scaled to.
        spectral_radius: f64,
        /// Time step over time constant.
        leak: f64,
        /// tanh or linear.
        response: String,
        /// True if inhibitory weights were adapted to a target rate first.
        adapted_inhibition: bool,
    }
}

table! {
    /// A wiring as a reservoir, for comparison with other studies: these numbers do not rank
    /// wirings.
    pub struct ReservoirProfileRow = "reservoir_profiles" version 1
        key(topology, spectral_radius, leak, response, adapted_inhibition) {
        ..keys: ReservoirKeys,
        /// Neurons of the reservoir.
        neurons: i32 => "neurons",
        /// Neurons that the read-out sees: those without input.
        read_neurons: i32 => "neurons",
        /// Rank of the states of these neurons under white input, the most that
        /// `information_capacity` can be.
        rank: Option<i32> => "dimensions",
        /// Information-processing capacity of all degrees that were followed (Dambre et al. 2012).
        information_capacity: Option<f64> => "dimensions",
        /// Distance left after 100 steps of one input, of that at which two states began.
        echo_state_distance: Option<f64>,
        /// Distance of the states after two inputs over that after one input with and without noise
        /// of a tenth of its range.
        separation_ratio: Option<f64>,
        /// Dimension of the activity of the linear network under white noise, over the number of
        /// neurons (Hu and Sompolinsky 2022).
        relative_dimension: Option<f64>,
        /// ok, or acyclic: the spectral radius is 0 and cannot be scaled.
        status: String,
    }
}

table! {
    /// How well a linear read-out recalls an earlier input, by delay; the sum over delays is the
    /// memory capacity of that convention.
    pub struct ReservoirMemoryRow = "reservoir_memory" version 1
        key(topology, spectral_radius, leak, response, adapted_inhibition, convention, delay) {
        ..keys: ReservoirKeys,
        /// conn2res (modulus of the correlation, delays 1 to 20) or reservoirpy (its square, delays
        /// 1 to 50).
        convention: String,
        /// Delay.
        delay: i32 => "steps",
        /// Capacity of that delay.
        capacity: f64,
    }
}

table! {
    /// Which functions of the past inputs a linear read-out computes: capacities of products of
    /// Legendre polynomials, summed over those with one degree and one largest delay.
    pub struct ReservoirCapacityRow = "reservoir_capacity" version 1
        key(topology, spectral_radius, leak, response, adapted_inhibition, degree, delay) {
        ..keys: ReservoirKeys,
        /// Degree of the functions.
        degree: i32,
        /// Largest delay of the functions, from 0.
        delay: i32 => "steps",
        /// Summed capacity of the functions above the threshold.
        capacity: f64 => "dimensions",
        /// Functions of this degree and delay above the threshold.
        functions: i32,
        /// Largest capacity for functions of shuffled inputs at this degree.
        threshold: f64,
    }
}

table! {
    /// The five criteria of OpenWorm's design document DD026, with pass or fail.
    pub struct ReservoirCriterionRow = "reservoir_criteria" version 1
        key(topology, spectral_radius, leak, response, adapted_inhibition, criterion) {
        ..keys: ReservoirKeys,
        /// echo_state_distance, memory_capacity, separation_ratio, linear_readout or
        /// mlp_over_linear.
        criterion: String,
        /// The value; null where it was not measured.
        value: Option<f64>,
        /// at_least or at_most.
        relation: String,
        /// The bound.
        bound: f64,
        /// True where the criterion is met; null where it was not measured.
        passes: Option<bool>,
        /// Under which convention, or why there is no value.
        note: Option<String>,
    }
}
