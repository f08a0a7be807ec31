//! Counts a motif exactly, in one call.

use super::{Counter, Matching, MotifError, Pattern, SignedGraph};

/// The number of occurrences of a pattern, each set of role assignments that differ by a symmetry
/// of the pattern counted once.
///
/// # Errors
/// [`MotifError::CountOverflow`] if the count exceeds 2^63 - 1; [`MotifError::NoKnowledge`] if the
/// pattern asks for what the graph does not know.
///
/// # Complexity
/// Patterns without a closed form: see [`Counter::count`]. For each hub I let P be its excitatory
/// inputs, Q its inhibited targets, d a typical degree and e the excitatory edges from P to Q (for
/// induced counts all without those that have an edge back). O(n) space per thread, and time per
/// hub:
///
/// | motif | subgraph | induced |
/// |---|---|---|
/// | XOR5 | d min(P, Q) | d min(P, Q) + e (d + Q) |
/// | XOR6 | d Q² | d Q² + d P per pair of Q and read-out |
/// | LAT, FFLI | d (P + Q) | d² P Q, d P Q |
/// | LI3, WTA3 | P + Q | d (P + Q) |
/// | MI2 | d log d | d log d |
pub fn count(
    graph: &SignedGraph,
    pattern: &Pattern,
    matching: Matching,
) -> Result<u64, MotifError> {
    Counter::new(graph, pattern, matching)?.count()
}
