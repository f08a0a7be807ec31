//! The definition of an occurrence taken literally: the check on everything that is clever.

use super::{Matching, Pattern, PatternEdge, SignedGraph, WeightRange};

/// Counts fillings role by role, trying for each role every neuron that a required edge suggests,
/// and checking all demands on it.
///
/// It shares nothing with joins and closed forms but the graph's [`sign`](SignedGraph::sign),
/// [`weight`](SignedGraph::weight) and rows of neighbours.
pub(super) struct BruteForce<'a> {
    graph: &'a SignedGraph,
    pattern: &'a Pattern,
    matching: Matching,
    /// The roles, each joined to one before it.
    order: Vec<usize>,
    filled: Vec<Option<u32>>,
    /// Candidates that may still be tried.
    budget: u64,
    /// Fillings, all and by role and neuron.
    pub(super) fillings: u64,
    pub(super) plays: Option<Vec<Vec<u64>>>,
}

impl<'a> BruteForce<'a> {
    /// A search that starts with `first` and gives up after looking at `budget` candidates.
    pub(super) fn new(
        graph: &'a SignedGraph,
        pattern: &'a Pattern,
        matching: Matching,
        first: usize,
        budget: u64,
    ) -> Self {
        let roles = pattern.roles().len();
        let mut order = vec![first];
        while order.len() < roles {
            let joined = |&role: &usize| {
                let touches = |a: usize, b: usize| order.contains(&a) && b == role;
                !order.contains(&role)
                    && edges(pattern).any(|e| {
                        touches(e.presynaptic, e.postsynaptic)
                            || touches(e.postsynaptic, e.presynaptic)
                    })
            };
            order.extend((0..roles).find(joined));
        }
        Self {
            graph,
            pattern,
            matching,
            order,
            filled: vec![None; roles],
            budget,
            fillings: 0,
            plays: None,
        }
    }

    /// Candidates that may still be looked at.
    pub(super) fn budget_left(&self) -> u64 {
        self.budget
    }

    /// Fillings in which the first role is played by `neuron`; `None` if the budget is spent.
    pub(super) fn around(&mut self, neuron: u32) -> Option<u64> {
        let before = self.fillings;
        self.try_neuron(0, neuron)?;
        Some(self.fillings - before)
    }

    fn try_neuron(&mut self, depth: usize, neuron: u32) -> Option<()> {
        let Some(left) = self.budget.checked_sub(1) else {
            self.filled.fill(None);
            return None;
        };
        self.budget = left;
        let role = self.order[depth];
        if self.fits(role, neuron) {
            self.filled[role] = Some(neuron);
            let goes_on = self.extend(depth + 1);
            self.filled[role] = None;
            goes_on?;
        }
        Some(())
    }

    fn extend(&mut self, depth: usize) -> Option<()> {
        let Some(&role) = self.order.get(depth) else {
            if self.has_an_alternative() {
                self.fillings += 1;
                if let Some(plays) = &mut self.plays {
                    for (plays, neuron) in plays.iter_mut().zip(&self.filled) {
                        plays[neuron.expect("every role is filled") as usize] += 1;
                    }
                }
            }
            return Some(());
        };
        // Where a required edge leads to a filled role, only neighbours of its neuron can play this
        // one.
        let joined = self.pattern.edges().iter().find_map(|e| {
            match (e.presynaptic == role, e.postsynaptic == role) {
                (true, _) => self.filled[e.postsynaptic],
                (_, true) => self.filled[e.presynaptic],
                _ => None,
            }
        });
        let graph = self.graph;
        match joined {
            Some(joined) => graph
                .neighbours(joined)
                .iter()
                .try_for_each(|&neuron| self.try_neuron(depth, neuron)),
            None => {
                (0..graph.neurons() as u32).try_for_each(|neuron| self.try_neuron(depth, neuron))
            }
        }
    }

    fn fits(&self, role: usize, neuron: u32) -> bool {
        let demands = &self.pattern.roles()[role];
        let known = self
            .graph
            .neuron_knowledge()
            .and_then(|neurons| neurons.get(neuron as usize));
        !self.filled.contains(&Some(neuron))
            && demands.class.admits(self.graph.identity(neuron))
            && demands
                .conditions
                .iter()
                .all(|c| known.is_some_and(|known| c.admits(known)))
            && self.filled.iter().enumerate().all(|(other, filled)| {
                filled.is_none_or(|filled| {
                    self.pair_fits(role, other, neuron, filled)
                        && self.pair_fits(other, role, filled, neuron)
                })
            })
    }

    /// Whether an ordered pair is joined as its roles ask. What only some alternative asks for is
    /// decided at the end.
    fn pair_fits(&self, pre: usize, post: usize, pre_neuron: u32, post_neuron: u32) -> bool {
        let joins = |e: &&PatternEdge| e.pair() == (pre, post);
        let is_absent = || self.graph.sign(pre_neuron, post_neuron).is_none();
        if let Some(edge) = self.pattern.edges().iter().find(joins) {
            return self.has(edge, pre_neuron, post_neuron);
        }
        if self.pattern.absent().contains(&(pre, post)) {
            return is_absent();
        }
        let optional = self
            .pattern
            .alternatives()
            .iter()
            .flatten()
            .any(|e| joins(&e));
        self.matching == Matching::Subgraph || optional || is_absent()
    }

    fn has(&self, edge: &PatternEdge, pre: u32, post: u32) -> bool {
        self.graph
            .sign(pre, post)
            .is_some_and(|sign| edge.sign.admits(sign))
            && (edge.weight == WeightRange::ANY
                || self
                    .graph
                    .weight(pre, post)
                    .is_some_and(|weight| edge.weight.contains(weight)))
    }

    /// Whether some alternative holds; induced, whether one holds and the synapses of the others
    /// are absent.
    fn has_an_alternative(&self) -> bool {
        let alternatives = self.pattern.alternatives();
        let neuron = |role: usize| self.filled[role].expect("every role is filled");
        let ends = |e: &PatternEdge| (neuron(e.presynaptic), neuron(e.postsynaptic));
        let holds =
            |edges: &Vec<PatternEdge>| edges.iter().all(|e| self.has(e, ends(e).0, ends(e).1));
        let is_absent = |edges: &Vec<PatternEdge>| {
            edges
                .iter()
                .all(|e| self.graph.sign(ends(e).0, ends(e).1).is_none())
        };
        let alone = |at: usize| {
            alternatives
                .iter()
                .enumerate()
                .all(|(other, edges)| other == at || is_absent(edges))
        };
        alternatives.is_empty()
            || alternatives.iter().enumerate().any(|(at, edges)| {
                holds(edges) && (self.matching == Matching::Subgraph || alone(at))
            })
    }
}

/// All edges, those of alternatives last.
fn edges(pattern: &Pattern) -> impl Iterator<Item = &PatternEdge> {
    pattern
        .edges()
        .iter()
        .chain(pattern.alternatives().iter().flatten())
}
