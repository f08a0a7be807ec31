//! Who takes part in a motif: neurons by role, synapses by edge.

use std::collections::BTreeMap;

use super::{Counter, Matching, MotifError, Pattern, SignedGraph};
use crate::connectome::{Connectome, Neuron};

/// How often each neuron plays a role, or one of the roles that the symmetries of the motif
/// exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleParticipation {
    /// The role; for exchangeable roles the first of them, such as `A` for the inputs A and B of
    /// XOR5.
    pub role: String,
    /// How many exchangeable roles this row stands for.
    pub roles: usize,
    /// For each neuron the number of occurrences in which it plays the role or one of its
    /// equivalents.
    pub counts: Vec<u64>,
}

/// The participation of every neuron in a pattern, one row per orbit of roles in the order of
/// [`Pattern::orbits`].
///
/// Each occurrence adds one for each of its neurons, so a row sums to [`RoleParticipation::roles`]
/// x count, and all rows together to the number of the pattern's roles x count.
///
/// # Errors
/// [`MotifError::CountOverflow`] if an entry does not fit; [`MotifError::NoKnowledge`] if the
/// pattern asks for what the graph does not know.
///
/// # Complexity
/// That of [`count`](super::count), for LAT, FFLI and XOR6 with a larger constant; O(n) space per
/// orbit and thread.
pub fn participation(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
) -> Result<Vec<RoleParticipation>, MotifError> {
    let rows = Counter::new(graph, pattern, matching)?.neurons()?;
    let row = |(orbit, counts): (usize, Vec<u64>)| RoleParticipation {
        role: pattern.orbit_name(orbit).to_owned(),
        roles: pattern.orbits()[orbit].len(),
        counts,
    };
    Ok(rows.into_iter().enumerate().map(row).collect())
}

/// How often each synapse is an edge of a motif, or one of the edges that its symmetries exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeParticipation {
    /// The presynaptic role of the first of the edges.
    pub presynaptic: String,
    /// Its postsynaptic role.
    pub postsynaptic: String,
    /// How many exchangeable edges this row stands for.
    pub edges: usize,
    /// The synapses that take part, `(presynaptic, postsynaptic, occurrences)`, ascending; none
    /// with zero.
    pub counts: Vec<(u32, u32, u64)>,
}

/// The participation of every synapse in a pattern, one row per orbit of edges in the order of
/// [`Pattern::edge_orbits`].
///
/// A row sums to [`EdgeParticipation::edges`] x count (for an edge of an alternative: x the
/// occurrences in which that one holds).
///
/// # Errors
/// As [`participation`].
///
/// # Complexity
/// That of [`participation`] times a binary search per finding; O(m) space per orbit and thread.
pub fn synapse_participation(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
) -> Result<Vec<EdgeParticipation>, MotifError> {
    let rows = Counter::new(graph, pattern, matching)?.synapses()?;
    let row = |(orbit, counts): (&Vec<(usize, usize)>, Vec<u64>)| {
        let (pre, post) = orbit[0];
        let counts = graph
            .pairs()
            .zip(counts)
            .map(|((pre, post), n)| (pre, post, n))
            .filter(|&(.., n)| n > 0);
        EdgeParticipation {
            presynaptic: pattern.roles()[pre].name.clone(),
            postsynaptic: pattern.roles()[post].name.clone(),
            edges: orbit.len(),
            counts: counts.collect(),
        }
    };
    Ok(pattern.edge_orbits().iter().zip(rows).map(row).collect())
}
/// In how many subgraph occurrences of a motif each neuron of a connectome takes part, in any role,
/// by name. Synapses of weight 1 and more count.
///
/// # Errors
/// As [`participation`].
pub fn participation_by_name(
    connectome: &Connectome,
    pattern: &Pattern,
) -> Result<BTreeMap<String, f64>, MotifError> {
    let graph = SignedGraph::from_connectome(connectome, 1.0)?;
    let roles = participation(&graph, pattern, Matching::Subgraph)?;
    let of_neuron = |(index, neuron): (usize, &Neuron)| {
        let count: u64 = roles.iter().map(|role| role.counts[index]).sum();
        (neuron.name.clone(), count as f64)
    };
    Ok(connectome
        .neurons()
        .iter()
        .enumerate()
        .map(of_neuron)
        .collect())
}
