//! What every trainable network can do, and what it did with a batch.

use super::cost::Costs;
use super::parameters::Layout;
use super::real::Real;
use crate::task::{Batch, Directions};

/// How a model answered a batch of sequences.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    /// Mean squared reconstruction error.
    pub loss: f64,
    /// All parts of the cost.
    pub costs: Costs,
    /// Bottleneck units per sample (row-major, samples x units); empty for a perceptron without a
    /// bottleneck.
    pub latent: Vec<f64>,
    /// Number of bottleneck units.
    pub latent_units: usize,
    /// Activity of the hidden units at the end of encoding (row-major, samples x units).
    pub hidden: Vec<f64>,
    /// Activity of the hidden units as the bottleneck leaves it, before the first step of decoding
    /// (row-major, samples x units); empty for a perceptron.
    pub held: Vec<f64>,
    /// Activity of the hidden units halfway through decoding (row-major, samples x units); empty
    /// for a perceptron.
    pub decoding: Vec<f64>,
    /// Number of hidden units.
    pub hidden_units: usize,
    /// The reconstruction, laid out as [`Batch::values`].
    pub output: Vec<f64>,
}

/// A trainable autoencoder, as training sees it.
pub trait Model<F: Real> {
    /// Names of the groups of parameters, and where they lie in the flat vector.
    fn layout(&self) -> &Layout;
    /// All parameters in one vector, as the layout says.
    fn parameters(&self) -> &[F];
    /// The same parameters, for an optimiser to change.
    fn parameters_mut(&mut self) -> &mut [F];
    /// Moves parameters that an update has carried out of their allowed range back to its border.
    fn project(&mut self) {}
    /// Computes the costs of `batch` and writes the gradient of their total over `gradient`. `draw`
    /// numbers the noise of a model that has any: the same number gives the same noise.
    fn loss_and_gradient(&mut self, batch: &Batch<F>, draw: u64, gradient: &mut [F]) -> Costs;
    /// Runs the model on `batch` and records its costs and the activity of its units. `draw` is as
    /// in [`loss_and_gradient`](Self::loss_and_gradient).
    fn observe(&mut self, batch: &Batch<F>, draw: u64) -> Activity;
    /// The rates of all neurons after every step of encoding and then of decoding (row-major,
    /// samples x `2 T` steps x neurons), in the pass that [`observe`](Self::observe) takes. `None`
    /// for a model without neurons in time. O(samples x edges x steps) in time, and as much memory
    /// as the result.
    fn rates(&mut self, _batch: &Batch<F>, _draw: u64) -> Option<Vec<f64>> {
        None
    }
    /// Connection weights as the dynamics see them, signs included, sorted by (postsynaptic,
    /// presynaptic neuron). Empty for a model without a wiring.
    fn connection_weights(&self) -> Vec<F> {
        Vec::new()
    }
    /// The number of white sources that the model carries at linear rates as it is, with the best
    /// maps between held state and start state ([`LINEAR_SNR`](super::LINEAR_SNR)). `None` for a
    /// model that has no such bound.
    fn linear_bound(&self, _directions: Directions<'_>) -> Option<f64> {
        None
    }
    /// Holds the rates of these neurons at zero from now on, which shows what the others can do
    /// without them. Their states evolve as before. A model without a wiring ignores this.
    fn silence(&mut self, _neurons: &[u32]) {}
    /// As [`observe`](Self::observe), with one difference for tasks that feed the previous frame
    /// back while decoding ([`Protocol::feedback`](super::Protocol::feedback)): the model is fed
    /// its own output, not the true frame.
    fn recall(&mut self, batch: &Batch<F>, draw: u64) -> Activity {
        self.observe(batch, draw)
    }
}
