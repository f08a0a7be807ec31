//! What all rows of a survey begin with.

use crate::connectome::Connectome;
use crate::motif::{MotifError, Pattern, SignedGraph};

/// One connectome, sign model and threshold: what all rows begin with.
pub(super) struct Place<'a> {
    pub(super) signed: &'a Connectome,
    pub(super) sign_model: &'a str,
    pub(super) min_weight: f64,
    /// Edges that are at least this strong.
    pub(super) edges: usize,
    /// The graph of these edges; where no motif is left to be counted, it may have weaker ones as
    /// well.
    pub(super) graph: &'a SignedGraph,
}

impl Place<'_> {
    pub(super) fn connectome(&self) -> String {
        self.signed.name().to_owned()
    }

    pub(super) fn sign_model(&self) -> String {
        self.sign_model.to_owned()
    }

    pub(super) fn neuron(&self, neuron: u32) -> String {
        self.signed.neurons()[neuron as usize].name.clone()
    }
}

/// A count as tables hold it.
pub(super) fn int64(count: u64, pattern: &Pattern) -> Result<i64, MotifError> {
    i64::try_from(count).map_err(|_| MotifError::CountOverflow {
        motif: pattern.name().to_owned(),
    })
}
