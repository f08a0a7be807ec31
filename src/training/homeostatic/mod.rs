//! Learning without gradients: binary units whose every change is driven by mismatched bits, until
//! none is left.
//!
//! A sequence of `d` bits `x` is encoded by hidden units and reconstructed from them, one XOR
//! comparator per bit (MULTIXOR(d)) tells where the two differ, and only there do weights change,
//! by what is at hand at the synapse:
//!
//! ```text
//! h = H(x W + b)              hidden units, H(z) = 1 where z > 0, else 0
//! r = H(h V + c)              reconstruction
//! e = x XOR r                 mismatch; x - r is the same with its sign: +1 a one was missed, -1 a one was invented
//! V += eta_v h^T (x - r)      c += eta_v (x - r)
//! W += eta_w x^T ((x - r) B)  b += eta_w (x - r) B,   B fixed and random
//! ```
//!
//! The number of mismatched bits is the *energy*; a matched bit has no part in it and drives
//! nothing. Once every bit matches, nothing changes any more: *homeostasis*, which ends training.
//! The rule is that of this project's source group; `B` is the fixed random feedback of feedback
//! alignment (Lillicrap et al. 2016, doi 10.1038/ncomms13276). Changes are means over a minibatch's
//! sequences.
//!
//! | form | hidden units | `W` and `V` |
//! |---|---|---|
//! | [`HomeostaticNetwork::dense`] | any number | every pair, free in sign |
//! | [`HomeostaticNetwork::on`] a wiring | its inner neurons | its synapses only, from the bits' input neurons and to the bits' output neurons; signs stay (Dale's law) |
//!
//! Over a wiring an [`Assignment`] gives each bit an input and an output neuron of its own. Between
//! the two a bit needs a path of two synapses: [`HomeostaticNetwork::pathless_bits`] lists the bits
//! that have none, [`HomeostaticNetwork::unreachable_bits`] those that no bit can influence. They
//! count as mismatched like any other, so that an accuracy never says more than was reconstructed.
//!
//! Bit accuracy flatters: where one bit in ten is a one, silence scores .9. [`BitScores`] gives the
//! balanced accuracy beside it, and [`constant_accuracy`] what the best constant would score.

mod assignment;
mod bits;
mod config;
mod network;
mod scores;
mod synapses;
mod tables;
#[cfg(test)]
mod tests;
mod train;

pub use assignment::{Assignment, TooManyBits};
pub use bits::{BitMatrix, NotBinary};
pub use config::HomeostaticConfig;
pub use network::HomeostaticNetwork;
pub use scores::{BitScores, constant_accuracy};
pub use tables::{HomeostaticCurveRow, HomeostaticRunRow};
pub use train::{HomeostaticEpoch, HomeostaticRun, HomeostaticStatus, train};
