//! A signed simple digraph, laid out for motif counting.

use std::sync::Arc;

use super::layout::{Layout, MOST_EDGES, SignLayers};
use super::{Matching, MotifError};
use crate::connectome::{Connectome, Neuron, Sign};

/// An immutable simple digraph of signed synapses, prepared for motif counting.
///
/// Neurons are numbered from 0. Each has an *identity*, the sign of the neuron itself, and each
/// edge has its own sign; under a sign model that obeys Dale's law the two agree, under
/// receptor-based models they need not. Sorted rows are kept in both directions and split by sign,
/// once for all edges and once for the *one-way* edges (those without an edge back), which are the
/// only ones that an induced occurrence can use where its pattern asks for no edge back. All counts
/// read these rows, which are made once, together.
///
/// Space: at most 41 bytes per edge, less where a neuron has synapses of one sign only, and 100
/// bytes per neuron; at most 0.13 GB for the 139,255 neurons and 2.7 million edges of a fly brain.
#[derive(Clone, Debug)]
pub struct SignedGraph {
    identity: Vec<Sign>,
    /// What else is known of the neurons, for patterns that ask.
    neurons: Option<Arc<[Neuron]>>,
    /// Parallel to the edges.
    signs: Vec<Sign>,
    /// Parallel to the edges; empty where no weights were given.
    weights: Vec<f64>,
    rows: Layout,
    /// The neurons with an inhibitory edge out, ascending.
    inhibiting: Vec<u32>,
    /// For each neuron the number of excitatory neurons that it excites.
    relays: Vec<u32>,
}

/// An edge on its way into a graph.
type Edge<W> = (u32, u32, Sign, W);

impl SignedGraph {
    /// The motif graph of a signed connectome: chemical synapses between different neurons, at
    /// least `min_weight` strong.
    ///
    /// # Errors
    /// As [`SignedGraph::new`]; none for a connectome, whose synapses are checked already.
    pub fn from_connectome(connectome: &Connectome, min_weight: f64) -> Result<Self, MotifError> {
        let identity: Vec<Sign> = connectome.neurons().iter().map(|n| n.sign).collect();
        // They are distinct, in order and no autapses, so a large connectome is not copied first.
        let edges = connectome.edges(min_weight);
        let weights: Vec<f64> = edges.clone().map(|s| s.weight).collect();
        if weights.len() > MOST_EDGES {
            return Err(MotifError::TooManyEdges {
                edges: weights.len(),
            });
        }
        let edges = edges.map(|s| (s.pre, s.post, s.sign));
        Ok(Self::from_checked(identity, edges, weights).with_neurons(connectome.shared_neurons()))
    }

    /// Builds the graph from the identity of each neuron and its edges `(presynaptic, postsynaptic,
    /// sign)` in any order.
    ///
    /// Autapses are dropped. Unsigned edges take part in no role that asks for a sign, but forbid
    /// an induced occurrence.
    ///
    /// # Errors
    /// [`MotifError::NeuronOutOfRange`] if an edge names a neuron without identity,
    /// [`MotifError::DuplicateEdge`] if an ordered pair comes twice, [`MotifError::TooManyNeurons`]
    /// beyond 2^32 - 1 neurons, [`MotifError::TooManyEdges`] beyond 2^29 - 1 edges.
    ///
    /// # Complexity
    /// O(n + m log m) time for n neurons and m edges, O(n + m) if the edges come in ascending
    /// order; O(n + m) space.
    pub fn new(
        identity: &[Sign],
        edges: impl IntoIterator<Item = (u32, u32, Sign)>,
    ) -> Result<Self, MotifError> {
        let kept = checked(
            identity.len(),
            edges
                .into_iter()
                .map(|(pre, post, sign)| (pre, post, sign, ())),
        )?;
        let edges = kept.iter().map(|&(pre, post, sign, ())| (pre, post, sign));
        Ok(Self::from_checked(identity.to_vec(), edges, Vec::new()))
    }

    /// As [`SignedGraph::new`], with the weights of the edges.
    ///
    /// # Errors
    /// As [`SignedGraph::new`].
    pub fn weighted(
        identity: &[Sign],
        edges: impl IntoIterator<Item = (u32, u32, Sign, f64)>,
    ) -> Result<Self, MotifError> {
        let kept = checked(identity.len(), edges.into_iter())?;
        let edges = kept.iter().map(|&(pre, post, sign, _)| (pre, post, sign));
        let weights = kept.iter().map(|edge| edge.3).collect();
        Ok(Self::from_checked(identity.to_vec(), edges, weights))
    }

    /// The same graph with knowledge of the neurons, which patterns with conditions on transmitter,
    /// type or name ask for.
    #[must_use]
    pub fn with_neurons(mut self, neurons: Arc<[Neuron]>) -> Self {
        assert_eq!(neurons.len(), self.identity.len(), "one entry per neuron");
        self.neurons = Some(neurons);
        self
    }

    /// The same graph without the edges that are weaker than `min_weight`; all remain where no
    /// weights were given. O(n + m).
    #[must_use]
    pub fn at_least(&self, min_weight: f64) -> Self {
        let weight = |at: usize| self.weights.get(at).copied().unwrap_or(f64::INFINITY);
        let edges = self
            .rows
            .targets
            .pairs()
            .enumerate()
            .map(|(at, (pre, post))| (pre, post, self.signs[at], weight(at)));
        let kept: Vec<Edge<f64>> = edges.filter(|edge| edge.3 >= min_weight).collect();
        let weights = if self.weights.is_empty() {
            Vec::new()
        } else {
            kept.iter().map(|edge| edge.3).collect()
        };
        let edges = kept.iter().map(|&(pre, post, sign, _)| (pre, post, sign));
        Self {
            neurons: self.neurons.clone(),
            ..Self::from_checked(self.identity.clone(), edges, weights)
        }
    }

    /// From edges that are sorted and distinct.
    fn from_checked(
        identity: Vec<Sign>,
        edges: impl Iterator<Item = (u32, u32, Sign)> + Clone,
        weights: Vec<f64>,
    ) -> Self {
        let signs: Vec<Sign> = edges.clone().map(|(_, _, sign)| sign).collect();
        let pairs = edges.map(|(pre, post, _)| (pre, post));
        let rows = Layout::new(identity.len(), pairs, &signs);
        let all = 0..identity.len() as u32;
        let inhibits = |&neuron: &u32| !rows.every.inhibited.row(neuron).is_empty();
        let is_relay = |&&neuron: &&u32| identity[neuron as usize] == Sign::Excitatory;
        let relays_of = |neuron| {
            rows.every
                .excited
                .row(neuron)
                .iter()
                .filter(is_relay)
                .count()
        };
        Self {
            inhibiting: all.clone().filter(inhibits).collect(),
            relays: all.map(|neuron| relays_of(neuron) as u32).collect(),
            identity,
            neurons: None,
            signs,
            weights,
            rows,
        }
    }

    /// The number of neurons.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.identity.len()
    }

    /// The number of edges, autapses left out.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.rows.targets.len()
    }

    /// The sign of the neuron itself.
    ///
    /// # Panics
    /// If the graph has no such neuron, as do all methods that take one.
    #[inline]
    #[must_use]
    pub fn identity(&self, neuron: u32) -> Sign {
        self.identity[neuron as usize]
    }

    /// The sign of the edge from `presynaptic` to `postsynaptic`, or `None` if there is no such
    /// edge. O(log out-degree).
    #[must_use]
    pub fn sign(&self, presynaptic: u32, postsynaptic: u32) -> Option<Sign> {
        self.rows
            .targets
            .position(presynaptic, postsynaptic)
            .map(|at| self.signs[at])
    }

    /// The weight of the edge from `presynaptic` to `postsynaptic`; `None` if there is no such
    /// edge, or the graph has no weights.
    #[must_use]
    pub fn weight(&self, presynaptic: u32, postsynaptic: u32) -> Option<f64> {
        self.weights
            .get(self.rows.targets.position(presynaptic, postsynaptic)?)
            .copied()
    }

    /// The different weights, ascending; empty where no weights were given. O(m log m).
    #[must_use]
    pub fn distinct_weights(&self) -> Vec<f64> {
        let mut weights = self.weights.clone();
        weights.sort_unstable_by(f64::total_cmp);
        weights.dedup();
        weights
    }

    /// The neurons that `neuron` synapses on, ascending, over edges of any sign.
    #[must_use]
    pub fn targets(&self, neuron: u32) -> &[u32] {
        self.rows.targets.row(neuron)
    }

    /// The neurons that synapse on `neuron`, ascending, over edges of any sign.
    #[must_use]
    pub fn sources(&self, neuron: u32) -> &[u32] {
        self.rows.sources.row(neuron)
    }

    /// The neurons joined to `neuron` by an edge of any sign in either direction, ascending, each
    /// once.
    #[inline]
    #[must_use]
    pub fn neighbours(&self, neuron: u32) -> &[u32] {
        self.rows.neighbours.row(neuron)
    }

    /// Whether an edge of any sign joins the two neurons in either direction. O(log degree).
    #[inline]
    #[must_use]
    pub fn adjacent(&self, one: u32, other: u32) -> bool {
        self.rows.neighbours.contains(one, other)
    }

    /// What is known of the neurons, if anything.
    pub(super) fn neuron_knowledge(&self) -> Option<&[Neuron]> {
        self.neurons.as_deref()
    }

    /// Whether the graph has weights.
    pub(super) fn has_weights(&self) -> bool {
        !self.weights.is_empty() || self.edges() == 0
    }

    /// Where the edge is in the order of all edges (by presynaptic neuron, then postsynaptic).
    #[inline]
    pub(super) fn edge_number(&self, presynaptic: u32, postsynaptic: u32) -> Option<usize> {
        self.rows.targets.position(presynaptic, postsynaptic)
    }

    /// All edges, ascending.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.rows.targets.pairs()
    }

    /// Whether the neuron itself is excitatory.
    #[inline]
    pub(super) fn excitatory(&self, neuron: u32) -> bool {
        self.identity(neuron) == Sign::Excitatory
    }

    /// The neurons with at least one inhibitory edge out, ascending: only they can be the hub of a
    /// built-in motif.
    pub(super) fn inhibiting(&self) -> &[u32] {
        &self.inhibiting
    }

    /// The number of excitatory neurons that `neuron` excites.
    #[inline]
    pub(super) fn relays(&self, neuron: u32) -> u32 {
        self.relays[neuron as usize]
    }

    /// The edges that a pattern without reciprocal edges may use: all of them, or for induced
    /// matching those without an edge back.
    #[inline]
    pub(super) fn layers(&self, matching: Matching) -> &SignLayers {
        match matching {
            Matching::Subgraph => &self.rows.every,
            Matching::Induced => &self.rows.one_way,
        }
    }
}

/// The edges without autapses, ascending.
fn checked<W>(
    neurons: usize,
    edges: impl Iterator<Item = Edge<W>>,
) -> Result<Vec<Edge<W>>, MotifError> {
    if u32::try_from(neurons).is_err() {
        return Err(MotifError::TooManyNeurons { neurons });
    }
    let mut kept = Vec::with_capacity(edges.size_hint().0);
    for edge in edges {
        let (pre, post) = (edge.0, edge.1);
        if pre.max(post) as usize >= neurons {
            return Err(MotifError::NeuronOutOfRange { pre, post, neurons });
        }
        if pre != post {
            kept.push(edge);
        }
    }
    if kept.len() > MOST_EDGES {
        return Err(MotifError::TooManyEdges { edges: kept.len() });
    }
    // A connectome's edges come sorted, which this notices in one pass.
    kept.sort_unstable_by_key(|&(pre, post, ..)| (pre, post));
    if let Some(pair) = kept
        .windows(2)
        .find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1))
    {
        return Err(MotifError::DuplicateEdge {
            pre: pair[0].0,
            post: pair[0].1,
        });
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::random::stream;
    use Sign::{Excitatory as E, Inhibitory as I, Unsigned as U};

    #[test]
    fn rows_are_sorted_and_split_by_sign() {
        let graph = SignedGraph::new(
            &[E, I, U],
            [(0, 2, E), (0, 1, E), (1, 0, I), (2, 0, U), (1, 1, I)],
        )
        .unwrap();
        assert_eq!((graph.neurons(), graph.edges()), (3, 4));
        assert_eq!(graph.targets(0), [1, 2]);
        assert_eq!(graph.sources(0), [1, 2]);
        assert_eq!(graph.neighbours(0), [1, 2]);
        assert_eq!(graph.sign(2, 0), Some(U));
        assert_eq!(graph.sign(1, 1), None);
        assert_eq!(graph.inhibiting(), [1]);
        assert_eq!(graph.layers(Matching::Subgraph).excited.row(0), [1, 2]);
        assert_eq!(graph.layers(Matching::Induced).excited.len(), 0);
        assert!(graph.adjacent(1, 0) && !graph.adjacent(1, 2));
    }

    /// Every row against its definition.
    #[test]
    fn rows_say_what_the_edges_say() {
        let mut random = stream(1, &["rows"]);
        for _ in 0..200 {
            let neurons = random.random_range(1..8_u32);
            let pairs = (0..neurons).flat_map(|pre| (0..neurons).map(move |post| (pre, post)));
            let edges: Vec<(u32, u32, Sign)> = pairs
                .filter(|(pre, post)| pre != post)
                .filter_map(|(pre, post)| {
                    let sign = [E, E, I, U][random.random_range(0..4)];
                    random.random_bool(0.4).then_some((pre, post, sign))
                })
                .collect();
            let identity = vec![E; neurons as usize];
            let graph = SignedGraph::new(&identity, edges.iter().rev().copied()).unwrap();
            let sign = |pre, post| {
                let edge = edges.iter().find(|edge| (edge.0, edge.1) == (pre, post));
                edge.map(|edge| edge.2)
            };
            let those = |keeps: &dyn Fn(u32) -> bool| -> Vec<u32> {
                (0..neurons).filter(|&other| keeps(other)).collect()
            };
            for v in 0..neurons {
                let (to, from) = (|other| sign(v, other), |other| sign(other, v));
                assert_eq!(graph.targets(v), those(&|o| to(o).is_some()));
                assert_eq!(graph.sources(v), those(&|o| from(o).is_some()));
                let either = those(&|o| to(o).or(from(o)).is_some());
                assert_eq!(graph.neighbours(v), either);
                for matching in Matching::ALL {
                    let layers = graph.layers(matching);
                    let all = matching == Matching::Subgraph;
                    let out = |s| those(&|o| to(o) == Some(s) && (all || from(o).is_none()));
                    let into = |s| those(&|o| from(o) == Some(s) && (all || to(o).is_none()));
                    assert_eq!(layers.excited.row(v), out(E), "{edges:?}");
                    assert_eq!(layers.inhibited.row(v), out(I), "{edges:?}");
                    assert_eq!(layers.excitors.row(v), into(E), "{edges:?}");
                    assert_eq!(layers.inhibitors.row(v), into(I), "{edges:?}");
                }
            }
            for (number, &(pre, post, sign)) in edges.iter().enumerate() {
                assert_eq!(graph.edge_number(pre, post), Some(number));
                assert_eq!(graph.sign(pre, post), Some(sign));
            }
            let pairs: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.0, edge.1)).collect();
            assert_eq!(graph.pairs().collect::<Vec<_>>(), pairs);
        }
    }

    #[test]
    fn raising_the_threshold_equals_building_anew() {
        let edges = [
            (0, 1, E, 3.0),
            (1, 0, I, 1.0),
            (2, 0, U, 2.0),
            (0, 2, E, 2.0),
        ];
        let graph = SignedGraph::weighted(&[E, I, U], edges).unwrap();
        assert_eq!(graph.distinct_weights(), [1.0, 2.0, 3.0]);
        for threshold in [0.0, 1.0, 1.5, 2.0, 3.0, 4.0] {
            let anew =
                SignedGraph::weighted(&[E, I, U], edges.into_iter().filter(|e| e.3 >= threshold))
                    .unwrap();
            assert_eq!(
                format!("{:?}", graph.at_least(threshold)),
                format!("{anew:?}")
            );
        }
        assert_eq!((graph.weight(0, 1), graph.weight(1, 2)), (Some(3.0), None));
    }

    #[test]
    fn bad_edges_are_refused() {
        let out = SignedGraph::new(&[E], [(0, 1, E)]).unwrap_err();
        assert_eq!(
            out,
            MotifError::NeuronOutOfRange {
                pre: 0,
                post: 1,
                neurons: 1
            }
        );
        let twice = SignedGraph::new(&[E, E], [(0, 1, E), (1, 0, E), (0, 1, I)]).unwrap_err();
        assert_eq!(twice, MotifError::DuplicateEdge { pre: 0, post: 1 });
    }
}
