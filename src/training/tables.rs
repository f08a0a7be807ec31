//! The tables about training runs.

use crate::{columns, table};

/// Name of the unconstrained control in tables.
pub const PERCEPTRON: &str = "mlp";

columns! {
    /// What tells a training run from all others.
    pub struct RunKeys {
        /// Topology, or `mlp` for the unconstrained control.
        topology: String,
        /// Name of the task in the pipeline.
        task: String,
        /// Learning rule: bptt_adam, or bptt_eg where strengths follow the exponentiated
        /// gradient.
        rule: String,
        /// linear; hubs, seeded or named (neurons that keep their state); top_k_L (the largest of
        /// L units); or none: as wide as the population it reads.
        bottleneck: String,
        /// Bottleneck units, of top_k_L those that are active; null without a bottleneck.
        latent_units: Option<i32> => "units",
        /// Seed; the same seed sees the same data under every topology and bottleneck.
        seed: i64,
    }
}

table! {
    /// One network, trained once.
    pub struct TrainingRunRow = "training_runs" version 2
        key(topology, task, rule, bottleneck, latent_units, seed) {
        ..keys: RunKeys,
        /// Epochs trained.
        epochs: i32,
        /// Learning rate at the start.
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
        /// True where the held-out error is below .9 and no longer falls under the annealed
        /// learning rate; see `status`.
        converged: bool,
        /// ok, still_falling, stalled (the error is still .9 or more), diverged, or silent: the
        /// output does not depend on the input.
        status: String,
        /// Why, in words.
        reason: String,
        /// Trainable parameters.
        parameters: i64,
    }
}

table! {
    /// Errors and costs after each epoch of a training run; an epoch after which they are no
    /// numbers is left out.
    pub struct LearningCurveRow = "learning_curves" version 2
        key(topology, task, rule, bottleneck, latent_units, seed, epoch) {
        ..keys: RunKeys,
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

table! {
    /// All that is needed to go on with a training run, where `training.*.checkpoints` asks for it:
    /// the parameters, the optimiser's moments, the place in the stream of data, and the epochs.
    pub struct CheckpointRow = "checkpoints" version 2
        key(topology, task, rule, bottleneck, latent_units, seed, quantity, group) {
        ..keys: RunKeys,
        /// parameters, first_moments, second_moments, state or epochs.
        quantity: String,
        /// Group of parameters, or of the epochs what is listed.
        group: String,
        /// The values.
        values: Vec<f64>,
    }
}

table! {
    /// How many independent white sources a topology carries, trained: the sum over sources of the
    /// share of each that the reconstruction of held-out sequences gives back. Mean over seeds.
    pub struct CarriedDimensionRow = "carried_dimension" version 1
        key(topology, task, latent_dimension) {
        /// Name of the topology.
        topology: String,
        /// observed, species_like, null or control.
        family: String,
        /// Species of the animal or model.
        species: String,
        /// Name of the task in the pipeline.
        task: String,
        /// Number of sources, the most that can be carried.
        latent_dimension: i32,
        /// Sources carried; null where no run gave a number.
        carried: Option<f64>,
        /// Lower end of the 95 % interval over seeds (Student's t); null for a single seed.
        ci_low: Option<f64>,
        /// Upper end of that interval.
        ci_high: Option<f64>,
        /// Sources that the untrained wiring carries at linear rates, with the best maps between
        /// held state and start state, when the held state has noise of 1/10,000 of its mean power;
        /// mean over seeds. Null for the perceptron and for liquid time constants.
        linear_bound: Option<f64>,
        /// Bits about all sources at that share (Gaussian rate and distortion).
        bits: Option<f64> => "bits",
        /// Mean squared error over the variance of held-out data, mean over seeds.
        test_loss: Option<f64>,
        /// True where every run has converged.
        converged: bool,
        /// Seeds whose runs gave a number.
        n_seeds: i32,
        /// ok; below_linear, where training has not even found what the linear bound has; or the
        /// status of the worst run: diverged, silent, stalled or still_falling.
        status: String,
        /// Why, in words, where the status is not ok.
        note: Option<String>,
    }
}

table! {
    /// How much of each source one trained network gives back. Kept in the store, not in the
    /// reports.
    pub struct CarriedRunRow = "carried_runs" version 1 {
        ..keys: RunKeys,
        /// Sources carried, the sum of `shares`; null where it is no number.
        carried: Option<f64>,
        /// Bits about all sources.
        bits: Option<f64> => "bits",
        /// Sources carried by the untrained wiring at linear rates.
        linear_bound: Option<f64>,
        /// Share of each source that was given back.
        shares: Vec<f64>,
    }
}

table! {
    /// The parameters of a trained network, where other stages read them. Kept in the store, not in
    /// the reports.
    pub struct TrainedParametersRow = "trained_parameters" version 1 {
        /// Group of parameters.
        group: String,
        /// The values.
        values: Vec<f64>,
    }
}

table! {
    /// Which of the dimensions that a wiring offers training uses: degrees of freedom of the
    /// trained network, made linear around held-out sequences by its exact Jacobians. Mean over
    /// sequences and seeds. Our own definition; `engraph::training` has it.
    pub struct UsedDimensionRow = "used_dimension" version 1
        key(topology, task, latent_dimension, snr, measure) {
        /// Name of the topology.
        topology: String,
        /// observed, species_like, null or control.
        family: String,
        /// Species of the animal or model.
        species: String,
        /// Name of the task in the pipeline.
        task: String,
        /// Number of sources of the task.
        latent_dimension: i32,
        /// Power of the strongest direction over that of the noise.
        snr: f64,
        /// encoded (from the sequence to what is held), decoded (from the state before decoding to
        /// the output) or carried (from the sequence through what is held to the output).
        measure: String,
        /// Degrees of freedom, as in `wiring_dimension`; 0 at a sequence of which nothing passes.
        /// Null where no network gave a number.
        value: Option<f64> => "dimensions",
        /// Lower end of the 95 % interval over seeds (Student's t); null for a single seed.
        ci_low: Option<f64> => "dimensions",
        /// Upper end of that interval.
        ci_high: Option<f64> => "dimensions",
        /// Directions without which a tenth of the power is left.
        k90: Option<f64> => "dimensions",
        /// Directions without which a hundredth of the power is left.
        k99: Option<f64> => "dimensions",
        /// Held-out sequences of each network.
        n_points: i32,
        /// Seeds whose networks gave a number.
        n_seeds: i32,
        /// ok, or the status of the worst run: diverged, silent, stalled or still_falling.
        status: String,
        /// Why, in words, where the status is not ok.
        note: Option<String>,
    }
}

table! {
    /// Used dimensions of one trained network. Kept in the store, not in the reports.
    pub struct UsedRunRow = "used_runs" version 1 {
        /// Seed of the run.
        seed: i64,
        /// How the run ended, as in `training_runs`.
        status: String,
        /// Why, in words.
        reason: String,
        /// Power of the strongest direction over that of the noise.
        snr: f64,
        /// encoded, decoded or carried.
        measure: String,
        /// Degrees of freedom, mean over held-out sequences; null where it is no number.
        value: Option<f64> => "dimensions",
        /// Directions without which a tenth of the power is left, mean over the same.
        k90: Option<f64> => "dimensions",
        /// Directions without which a hundredth of the power is left.
        k99: Option<f64> => "dimensions",
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
