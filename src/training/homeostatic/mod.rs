//! Learning without gradients: the weights of binary units change only where a reconstructed bit
//! mismatches, until no bit does.
//!
//! A sequence of `d` bits `x` is encoded by hidden units and reconstructed from them. One XOR
//! comparator per bit (MULTIXOR(d)) tells where the two differ. Weights change only there, by what
//! is known at the synapse:
//!
//! ```text
//! h = H(x W + b)              hidden units, H(z) = 1 where z > 0, else 0
//! r = H(h V + c)              reconstruction
//! e = x XOR r                 mismatch; x - r is the same with its sign: +1 a one was missed,
//!                             -1 a one was invented
//! V += eta_v h^T (x - r)      c += eta_v (x - r)
//! W += eta_w x^T ((x - r) B)  b += eta_w (x - r) B,   B fixed and random
//! ```
//!
//! The number of mismatched bits is the *energy*. A matched bit adds nothing to it and drives no
//! change. Once every bit matches, nothing changes any more: this state, *homeostasis*, ends
//! training. The rule is that of this project's source group. `B` is the fixed random feedback of
//! feedback alignment (Lillicrap et al. 2016, doi 10.1038/ncomms13276). Changes are means over the
//! sequences of a minibatch.
//!
//! | form | hidden units | `W` and `V` |
//! |---|---|---|
//! | [`HomeostaticNetwork::dense`] | any number | every pair, free in sign |
//! | [`HomeostaticNetwork::on`] a wiring | its inner neurons | its synapses only, from the bits' input neurons and to the bits' output neurons; signs stay (Dale's law) |
//!
//! Over a wiring an [`Assignment`] gives each bit an input neuron and an output neuron of its own.
//! A bit needs a path of two synapses between the two. [`HomeostaticNetwork::pathless_bits`] lists
//! the bits that have none, and [`HomeostaticNetwork::unreachable_bits`] those that no bit can
//! influence. They count as mismatched like any other, so that an accuracy never claims more than
//! was reconstructed.
//!
//! Bit accuracy is easily high: where one bit in ten is a one, a silent network scores 0.9.
//! [`BitScores`] gives the balanced accuracy beside it, and [`constant_accuracy`] the score of the
//! best constant.

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
pub use tables::{FULLY_CONNECTED, HomeostaticCurveRow, HomeostaticRunRow};
pub use train::{HomeostaticEpoch, HomeostaticRun, HomeostaticStatus, train};
