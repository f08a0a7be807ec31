//! Counts of triads by class.

use std::fmt;

use super::class::{BACKWARD, MUTUAL, SignedTriadClass, Triad, TriadClass};
use super::triangles::{self, Dyads};
use crate::motif::SignedGraph;

/// How many triads of a graph are of each of the 16 classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriadCensus {
    counts: [u128; TriadClass::ALL.len()],
}

impl TriadCensus {
    /// The number of triads of a class.
    #[must_use]
    pub fn count(&self, class: TriadClass) -> u128 {
        self.counts[class.index()]
    }

    /// The counts in the order of [`TriadClass::ALL`].
    #[must_use]
    pub fn counts(&self) -> &[u128; TriadClass::ALL.len()] {
        &self.counts
    }

    /// Every class and its count, in the order of [`TriadClass::ALL`].
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (TriadClass, u128)> + '_ {
        TriadClass::ALL.into_iter().zip(self.counts.iter().copied())
    }

    /// The number of sets of three neurons, n (n - 1) (n - 2) / 6 for n neurons.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.counts.iter().sum()
    }
}

/// How many triads of a graph are of each of the 328 classes whose neurons are excitatory,
/// inhibitory or unsigned.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedTriadCensus {
    counts: [u128; SignedTriadClass::COUNT],
}

impl SignedTriadCensus {
    /// The number of triads of a class.
    #[must_use]
    pub fn count(&self, class: SignedTriadClass) -> u128 {
        self.counts[class.index()]
    }

    /// The counts in the order of [`SignedTriadClass::all`].
    #[must_use]
    pub fn counts(&self) -> &[u128; SignedTriadClass::COUNT] {
        &self.counts
    }

    /// Every class and its count, also those with none, in the order of [`SignedTriadClass::all`].
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (SignedTriadClass, u128)> + '_ {
        SignedTriadClass::all().zip(self.counts.iter().copied())
    }

    /// The census without types: the sum over the types.
    #[must_use]
    pub fn untyped(&self) -> TriadCensus {
        let mut counts = [0; TriadClass::ALL.len()];
        for (class, count) in self.iter() {
            counts[class.triad().index()] += count;
        }
        TriadCensus { counts }
    }
}

impl fmt::Debug for SignedTriadCensus {
    /// The classes that occur.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.iter().filter(|&(_, count)| count > 0);
        f.debug_map()
            .entries(found.map(|(class, count)| (class.to_string(), count)))
            .finish()
    }
}

/// The triad census: of all sets of three neurons, how many are of each of the 16 classes of Davis
/// and Leinhardt.
///
/// Edges count whatever their sign. Neurons without edges count too: they are in the sparse
/// classes.
///
/// # Complexity
/// As [`signed_triad_census`], whose sum over types this is.
///
/// # Example
/// ```
/// use engraph::connectome::Sign::Excitatory as E;
/// use engraph::motif::{SignedGraph, TriadClass, triad_census};
///
/// let loops = SignedGraph::new(&[E; 4], [(0, 1, E), (1, 2, E), (0, 2, E)])?;
/// let census = triad_census(&loops);
/// assert_eq!(census.count(TriadClass::T030T), 1);
/// assert_eq!(census.count(TriadClass::T012), 3);
/// assert_eq!(census.total(), 4);
/// # Ok::<(), engraph::motif::MotifError>(())
/// ```
///
/// # Reference
/// J. A. Davis and S. Leinhardt, The structure of positive interpersonal relations in small groups
/// (1972), for the classes; V. Batagelj and A. Mrvar, A subquadratic triad census algorithm for
/// large sparse networks with small maximum degree (2001), for taking the class of unconnected
/// triads from the total, which is carried further here.
#[must_use]
pub fn triad_census(graph: &SignedGraph) -> TriadCensus {
    signed_triad_census(graph).untyped()
}

/// The triad census with neurons told apart by their identity: excitatory, inhibitory or unsigned.
///
/// What is typed is the *neuron* ([`SignedGraph::identity`]), not its edges. Under a sign model
/// that obeys Dale's law the two say the same of every neuron with outputs. Under receptor-based
/// models an edge's sign may differ from its neuron's; this census counts such an edge like any
/// other, as it does unsigned edges.
///
/// # Complexity
/// O(n + m + t) time, where t, the pairs looked at in listing triangles by degree, is at most m^1.5
/// and for sparse graphs about m times a typical degree; O(n + m) space. Neurons are shared among
/// the threads of the current rayon pool; counts are exact, so that they do not depend on how many
/// there are.
///
/// # Example
/// ```
/// use engraph::connectome::Sign::{Excitatory as E, Inhibitory as I};
/// use engraph::motif::{SignedGraph, signed_triad_census};
///
/// // Feed-forward inhibition: 2 drives 0 directly, and inhibits it through 1.
/// let graph = SignedGraph::new(&[E, I, E], [(2, 0, E), (2, 1, E), (1, 0, I)])?;
/// let census = signed_triad_census(&graph);
/// let found: Vec<_> = census
///     .iter()
///     .filter(|&(_, count)| count > 0)
///     .map(|(class, count)| {
///         let triad = class.triad();
///         (triad.as_str(), class.types_str(), triad.wiring(), count)
///     })
///     .collect();
/// assert_eq!(found, [("030T", "EIE", "1->2 1->3 2->3", 1)]);
/// # Ok::<(), engraph::motif::MotifError>(())
/// ```
#[must_use]
pub fn signed_triad_census(graph: &SignedGraph) -> SignedTriadCensus {
    let dyads = Dyads::new(graph);
    let mut counts = containing(graph, &dyads);
    for (code, count) in dyads
        .triangles()
        .into_iter()
        .enumerate()
        .filter(|&(_, count)| count > 0)
    {
        counts[Triad::from_code(code).class().index()] += u128::from(count);
    }
    // Every triad was also counted once for each choice of fewer than its dyads.
    for joined in [3, 2, 1] {
        for class in SignedTriadClass::all() {
            let count = counts[class.index()];
            let Triad { types, dyads } = class.representative();
            let present = (0..3).fold(0, |mask, at| mask | usize::from(dyads[at] != 0) << at);
            if count == 0 || present.count_ones() != joined {
                continue;
            }
            for choice in (0..present).filter(|choice| choice & !present == 0) {
                let dyads = [0, 1, 2].map(|at| if choice >> at & 1 == 1 { dyads[at] } else { 0 });
                counts[Triad { types, dyads }.class().index()] -= count;
            }
        }
    }
    SignedTriadCensus { counts }
}

/// The number of ways to choose three neurons and none, one or two of the dyads among them, by the
/// class that these dyads alone make.
fn containing(graph: &SignedGraph, dyads: &Dyads) -> [u128; SignedTriadClass::COUNT] {
    let mut counts = [0; SignedTriadClass::COUNT];
    let mut add = |types, dyads, count| counts[Triad { types, dyads }.class().index()] += count;
    let mut neurons = [0_u128; 3];
    for neuron in 0..graph.neurons() as u32 {
        neurons[graph.identity(neuron) as usize] += 1;
    }

    for one in 0..3 {
        for two in one..3 {
            for three in two..3 {
                let [first, second, third] = [one, two, three].map(|kind| neurons[kind]);
                let count = match (one == two, two == three) {
                    (true, true) => first * first.saturating_sub(1) * first.saturating_sub(2) / 6,
                    (true, false) => first * first.saturating_sub(1) / 2 * third,
                    (false, true) => first * (second * second.saturating_sub(1) / 2),
                    (false, false) => first * second * third,
                };
                add([one, two, three].map(|kind| kind as u8), [0; 3], count);
            }
        }
    }
    for kind in 0..3 {
        for (at, &seen) in dyads.seen[usize::from(kind)].iter().enumerate() {
            let (dyad, end) = triangles::port(at);
            // Either end sees the dyad.
            let count = match dyad {
                MUTUAL if kind == end => seen / 2,
                MUTUAL if kind > end => continue,
                BACKWARD => continue,
                _ => seen,
            };
            for third in (0..3).filter(|_| count > 0) {
                let others = neurons[usize::from(third)]
                    - u128::from(third == kind)
                    - u128::from(third == end);
                add([kind, end, third], [dyad, 0, 0], count * others);
            }
        }
        for (one, row) in dyads.pairs[usize::from(kind)].iter().enumerate() {
            for (other, &count) in row.iter().enumerate() {
                let ((dyad, end), (other_dyad, other_end)) =
                    (triangles::port(one), triangles::port(other));
                add([kind, end, other_end], [dyad, other_dyad, 0], count);
            }
        }
    }
    counts
}
