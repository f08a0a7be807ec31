//! The tables about circuit priors.

use crate::table;

table! {
    /// One training of the swimming circuit of arXiv 2201.05242 on a travelling wave, with or
    /// without its signs. The body that it moves and the wave are ours.
    pub struct CircuitPriorRow = "circuit_priors" version 1 key(variant, draw) {
        /// signed_constant (published signs are kept, weights start at 1 or -1), signed_random
        /// (signs are kept, weights start anywhere from 0 to 1 or -1), unsigned_constant (any sign,
        /// weights start at 1 or -1 by a fair coin) or unsigned_random (any sign, from -1 to 1).
        variant: String,
        /// Number of the start, from 1. Nothing is random in signed_constant, which has one.
        draw: i32,
        /// Squared error over the last period as a share of the variance of the wave, before
        /// training. A body at rest has 1.
        error_before: f64,
        /// The same after training.
        error_after: f64,
        /// Steps of training after which the error stays at or below the threshold; null if it is
        /// above it at the end.
        learned_at: Option<i32>,
        /// learned (the error is at most the threshold at the end), silent (a joint does not move
        /// at all: its units pass on no derivative either) or not_learned.
        status: String,
        /// Share of the connections that end with a weight of the published sign; a weight of 0 has
        /// none.
        published_signs: f64,
        /// True if the connections of a role share their weight.
        shared_weights: bool,
        /// Numbers that are learnt.
        parameters: i32,
        /// Joints of the body.
        joints: i32,
        /// Steps of training.
        steps: i32,
        /// Error at and below which the wave is learnt.
        threshold: f64,
        /// Seed of the run.
        seed: i64,
    }
}

table! {
    /// How the joints swing after training: the part of their angles that has the period of the
    /// wave.
    pub struct CircuitWaveRow = "circuit_waves" version 1 key(variant, draw, joint) {
        /// Variant of the training, as in `circuit_priors`.
        variant: String,
        /// Number of the start.
        draw: i32,
        /// Number of the joint, from 1 at the head.
        joint: i32,
        /// Largest angle, as a share of the largest possible one.
        amplitude: f64,
        /// Phase behind the joint before, for the first joint behind the oscillators, from -pi to
        /// pi; null where one of the two does not move.
        lag: Option<f64> => "radians",
        /// The lag less that of the wave, from -pi to pi.
        lag_error: Option<f64> => "radians",
    }
}

table! {
    /// How many starts of a variant learn the wave.
    pub struct CircuitVariantRow = "circuit_variants" version 1 key(variant) {
        /// Variant of the training, as in `circuit_priors`.
        variant: String,
        /// Number of starts.
        draws: i32,
        /// Starts that learn the wave.
        learned: i32,
        /// Starts that end with a joint that does not move.
        silent: i32,
        /// Share of the starts that learn the wave.
        share: f64,
        /// Lower end of the exact 95 % interval of the share (Clopper and Pearson 1934); null if
        /// there is one start.
        share_low: Option<f64>,
        /// Upper end of it.
        share_high: Option<f64>,
        /// Median error before training.
        error_before: f64,
        /// Median error after training.
        error_after: f64,
        /// Median steps of the starts that learn; null if none does.
        learned_at: Option<f64>,
    }
}
