//! The tables about functional motifs.

use crate::table;

table! {
    /// Components of the affinities between neurons over time, each a group of neurons that go
    /// together for some of the time.
    pub struct FunctionalMotifRow = "functional_motifs" version 1
        key(component) {
        /// Number of the component, from 1, the one of largest summed weight first.
        component: i32,
        /// Weight of the component, summed over windows, as share of that of all.
        share: f64,
        /// Neurons that together have half of the squared loadings, the fewest that do.
        core_neurons: i32 => "neurons",
        /// Mean likeness to the best match in each other random start: 1 if it always comes back.
        stability: Option<f64>,
        /// Smallest of these likenesses.
        least_stability: Option<f64>,
        /// Share of the squared affinities that all components together explain.
        explained: f64,
        /// Number of components that were asked for.
        components: i32,
        /// Windows of the recording.
        windows: i32 => "windows",
        /// Random starts; the one with the smallest error is reported.
        starts: i32,
        /// Spearman's correlation of the loadings with how often neurons take part in XOR5; null
        /// where no connectome was given.
        xor5_correlation: Option<f64>,
        /// Lower end of its 95 % interval.
        xor5_low: Option<f64>,
        /// Upper end of that interval.
        xor5_high: Option<f64>,
        /// Two-sided p of the permutation test, Holm-corrected over components.
        xor5_p: Option<f64>,
        /// Neurons of the recording that the connectome has.
        xor5_neurons: Option<i32> => "neurons",
    }
}

table! {
    /// Which neurons belong to a functional motif.
    pub struct FunctionalMotifNeuronRow = "functional_motif_neurons" version 1
        key(component, neuron) {
        /// Number of the component.
        component: i32,
        /// Name of the neuron, as the recording has it.
        neuron: String,
        /// Loading: mean of its entries in the two factors of neurons, which have unit length.
        loading: f64,
    }
}

table! {
    /// When a functional motif is active.
    pub struct FunctionalMotifCourseRow = "functional_motif_courses" version 1
        key(component, window) {
        /// Number of the component.
        component: i32,
        /// Number of the window, from 1.
        window: i32,
        /// First row of the window, from 1.
        first_row: i64,
        /// Last row of the window.
        last_row: i64,
        /// Weight of the component in the window.
        weight: f64,
    }
}
