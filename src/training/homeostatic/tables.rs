//! The tables about networks that learn by the homeostatic XOR rule.

use crate::table;

/// Name of the fully connected form in tables.
pub const FULLY_CONNECTED: &str = "fully_connected";

table! {
    /// One network of binary units, trained once by the homeostatic XOR rule. Scores are of
    /// held-out sequences, those that begin with `train_` of the training sequences; both after
    /// training, null where `status` is too_many_bits.
    pub struct HomeostaticRunRow = "homeostatic_runs" version 1
        key(topology, task, rule, bits, seed) {
        /// Topology, or `fully_connected` for the form without a wiring.
        topology: String,
        /// Name of the task in the pipeline.
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
    pub struct HomeostaticCurveRow = "homeostatic_curves" version 1
        key(topology, task, seed, epoch) {
        /// Topology, or `fully_connected`.
        topology: String,
        /// Name of the task in the pipeline.
        task: String,
        /// Seed with which the network was trained.
        seed: i64,
        /// Epoch, from 1.
        epoch: i32,
        /// Mismatched bits per training sequence, each met before it was learnt from.
        energy: f64 => "bits",
        /// Changes of weights and biases in the epoch.
        updates: i64,
    }
}
