//! The table about what motifs do in a trained network.

use crate::table;
use crate::training::RunKeys;

table! {
    /// What the comparators of a motif do in a trained network, beside matched neurons of the same
    /// network. Definitions: `engraph::motif_function`.
    pub struct MotifFunctionRow = "motif_function" version 1
        key(
            topology,
            task,
            rule,
            bottleneck,
            latent_units,
            seed,
            motif,
            matching,
            quantity,
            signal,
        ) {
        ..keys: RunKeys,
        /// Name of the motif.
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
