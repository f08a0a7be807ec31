//! Who takes part in the built-in motifs.

use super::closed_form::tally;
use super::tally::PerNeuron;
use super::{Matching, Motif, MotifError, SignedGraph};

/// How often each neuron plays a role, or one of the roles that the symmetries of the motif exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleParticipation {
    /// The role; for exchangeable roles the first of them, such as `A` for the inputs A and B of XOR5.
    pub role: String,
    /// How many exchangeable roles this row stands for.
    pub roles: usize,
    /// For each neuron the number of occurrences in which it plays the role or one of its equivalents.
    pub counts: Vec<u64>,
}

/// The participation of every neuron in a built-in motif, one row per orbit of roles in the order of the motif's pattern.
///
/// Each occurrence adds one for each of its neurons, so a row sums to [`RoleParticipation::roles`] x count, and all rows together to
/// the number of the motif's roles x count.
///
/// # Errors
/// [`MotifError::CountOverflow`] if an entry does not fit 64 bits.
///
/// # Complexity
/// That of [`count`](super::count), for LAT, FFLI and XOR6 with a larger constant; O(n) space per orbit.
pub fn participation(
    graph: &SignedGraph,
    motif: Motif,
    matching: Matching,
) -> Result<Vec<RoleParticipation>, MotifError> {
    let pattern = motif.pattern();
    let mut parts = PerNeuron::new(pattern.orbits().len(), graph.neurons());
    tally(graph, motif, matching, &mut parts);
    if parts.overflow {
        return Err(MotifError::CountOverflow { motif: motif.as_str() });
    }
    let row = |(orbit, counts): (&Vec<usize>, Vec<u64>)| RoleParticipation {
        role: pattern.roles()[orbit[0]].name.clone(),
        roles: orbit.len(),
        counts,
    };
    Ok(pattern.orbits().iter().zip(parts.rows).map(row).collect())
}
