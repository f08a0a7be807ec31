//! The tables about spiking circuits of motifs.

use crate::table;

table! {
    /// What each neuron of a motif does when some of its inputs spike, simulated with leaky
    /// integrate-and-fire neurons: the truth table of the motif.
    pub struct SpikingResponseRow = "spiking_responses" version 1
        key(motif, hub_time, noise_rate, inputs, neuron) {
        /// Motif.
        motif: String,
        /// Membrane time constant of the inhibitory neurons; published: 6.
        hub_time: f64 => "ms",
        /// Rate of the Poisson noise of each neuron, once exciting and once inhibiting.
        noise_rate: f64 => "Hz",
        /// Inputs that are driven, joined by `+`; `none` if there are none.
        inputs: String,
        /// Role of the neuron.
        neuron: String,
        /// True if the neuron should spike: an excitatory one if an excitatory source is active, an
        /// inhibitory one if all are; neither if an inhibitory source is.
        expected: bool,
        /// Share of the trials in which it spiked.
        active: f64,
        /// Mean number of spikes in a trial of 100 ms.
        spikes: f64,
        /// Mean time of the first spike; null if there was none.
        latency: Option<f64> => "ms",
        /// Number of trials.
        trials: i32,
    }
}

table! {
    /// How often a spiking motif does what it should in all of its neurons, by the time constant of
    /// its hub.
    pub struct SpikingMarginRow = "spiking_margins" version 1
        key(motif, hub_time, noise_rate) {
        /// Motif.
        motif: String,
        /// Membrane time constant of the inhibitory neurons; published: 6.
        hub_time: f64 => "ms",
        /// Rate of the Poisson noise of each neuron, once exciting and once inhibiting.
        noise_rate: f64 => "Hz",
        /// Share of trials in which every neuron that is no input did what it should, the smallest
        /// over all choices of inputs.
        correct: f64,
        /// Inputs of that choice, joined by `+`.
        worst_inputs: String,
        /// Number of trials for each choice of inputs.
        trials: i32,
    }
}
