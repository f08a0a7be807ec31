//! The tables about polysynaptic paths.

use crate::table;

table! {
    /// How much of the input of neurons comes from others over paths of exactly so many synapses:
    /// powers of the matrix of weights over the target's summed input weight, split by the product
    /// of the signs along the path.
    pub struct EffectiveConnectivityRow = "effective_connectivity" version 1
        key(connectome, sign_model, level, source, target, steps) {
        /// Connectome.
        connectome: String,
        /// Sign model, or what else gave the signs.
        sign_model: String,
        /// group (a class, cell type or named neuron as it was asked for) or neuron (one of the
        /// strongest pairs of neurons at this number of steps).
        level: String,
        /// Group or neuron where the paths begin.
        source: String,
        /// Group or neuron where the paths end.
        target: String,
        /// Synapses of the paths. A path may visit a neuron more than once.
        steps: i32 => "synapses",
        /// Neurons of the source.
        source_neurons: i64 => "neurons",
        /// Neurons of the target.
        target_neurons: i64 => "neurons",
        /// Share of the target's input over paths with an even number of inhibitory synapses:
        /// summed over the neurons of the source, the mean over those of the target.
        excitatory: f64,
        /// The same over paths with an odd number of inhibitory synapses.
        inhibitory: f64,
        /// The same over paths with a synapse whose sign is not known.
        unsigned: f64,
        /// excitatory - inhibitory.
        net: f64,
    }
}

table! {
    /// A path between neurons with one of the largest products of input shares among the paths of
    /// its length. It visits no neuron twice.
    pub struct StrongestPathRow = "strongest_paths" version 1
        key(connectome, sign_model, steps, rank) {
        /// Connectome.
        connectome: String,
        /// Sign model, or what else gave the signs.
        sign_model: String,
        /// Synapses of the path.
        steps: i32 => "synapses",
        /// Rank by product among the paths with so many synapses, from 1. Of equal products that
        /// path comes first whose names come first.
        rank: i32,
        /// Neuron where the path begins.
        source: String,
        /// Neuron where the path ends.
        target: String,
        /// Product of the signs: excitatory, inhibitory, or unsigned if the sign of a synapse is
        /// not known.
        sign: String,
        /// Product of the shares.
        product: f64,
        /// Names of all neurons of the path, joined by " > ".
        path: String,
        /// For each synapse its weight over the summed input weight of its target.
        shares: Vec<f64>,
    }
}
