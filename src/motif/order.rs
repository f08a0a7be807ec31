//! The order in which a join fills the roles of a pattern.

use super::statements::SignConstraint;
use super::{Matching, Pattern, SignedGraph};

/// The order in which a join fills the roles, and what that is expected to cost.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JoinOrder {
    /// All roles of the pattern, first the ones that are filled.
    pub(super) roles: Vec<usize>,
    /// Roles at the end that are counted together instead of filled.
    pub(super) residual: usize,
    /// Expected number of ways to fill each prefix of the order.
    pub(super) fillings: Vec<f64>,
    /// Expected number of row entries that are looked at.
    pub(super) cost: f64,
}

/// Neurons that are looked at when degrees are averaged over a large graph.
const SAMPLE: usize = 2048;

/// The kinds of row a neuron has: excitatory, inhibitory or any, out of it or into it.
const KINDS: usize = 6;

/// The order with the lowest expected cost, over all orders that fill no role before one it is
/// joined to.
///
/// How many ways there are to fill a set S of roles is estimated as if edges met at random given
/// the degrees: the product over the roles of the summed products of the degrees that their edges
/// in S draw on, over the product over the edges in S of the number of edges of their sign (the
/// configuration model). The best order follows from the best orders of smaller sets. O(2^r r) for
/// r roles.
pub(super) fn cheapest(graph: &SignedGraph, pattern: &Pattern, matching: Matching) -> JoinOrder {
    let estimate = Estimate::new(graph, pattern);
    let roles = pattern.roles().len();
    let full = (1_usize << roles) - 1;
    let fillings: Vec<f64> = (0..=full).map(|set| estimate.fillings(set)).collect();
    let joined = |role: usize, set: usize| {
        pattern.edges().iter().any(|e| {
            (e.presynaptic == role && set >> e.postsynaptic & 1 == 1)
                || (e.postsynaptic == role && set >> e.presynaptic & 1 == 1)
        })
    };
    // Row entries looked at when `role` is filled after `set`.
    let scan = |role: usize, set: usize| {
        let rows = pattern
            .edges()
            .iter()
            .filter_map(|e| match (e.presynaptic, e.postsynaptic) {
                (pre, post) if post == role && set >> pre & 1 == 1 => {
                    Some(estimate.typical(kind(e.sign, true)))
                }
                (pre, post) if pre == role && set >> post & 1 == 1 => {
                    Some(estimate.typical(kind(e.sign, false)))
                }
                _ => None,
            });
        fillings[set] * rows.fold(f64::INFINITY, f64::min)
    };
    let mut best: Vec<Option<(f64, usize)>> = vec![None; full + 1];
    for role in 0..roles {
        best[1 << role] = Some((graph.neurons() as f64, role));
    }
    for set in 1..=full {
        let Some((cost, _)) = best[set] else { continue };
        for role in (0..roles).filter(|&role| set >> role & 1 == 0 && joined(role, set)) {
            let next = set | 1 << role;
            let total = cost + scan(role, set) + fillings[next];
            if best[next].is_none_or(|(lowest, _)| total < lowest) {
                best[next] = Some((total, role));
            }
        }
    }
    // What is left out of a set at the end and counted instead of filled.
    let related = |x: usize, y: usize| {
        let edge = pattern
            .edges()
            .iter()
            .any(|e| [e.pair(), (e.postsynaptic, e.presynaptic)].contains(&(x, y)));
        edge || matching == Matching::Induced
            || pattern
                .absent()
                .iter()
                .any(|&(a, b)| [(a, b), (b, a)].contains(&(x, y)))
    };
    let mut choice: Option<(f64, usize, Vec<usize>)> = None;
    for set in 1..full {
        let rest = full & !set;
        let residual: Vec<usize> = (0..roles).filter(|role| set >> role & 1 == 1).collect();
        let apart = residual
            .iter()
            .all(|&x| joined(x, rest) && residual.iter().all(|&y| x == y || !related(x, y)));
        if let (true, Some((cost, _))) = (apart, best[rest]) {
            let total = cost + residual.iter().map(|&role| scan(role, rest)).sum::<f64>();
            if choice.as_ref().is_none_or(|(lowest, ..)| total < *lowest) {
                choice = Some((total, rest, residual));
            }
        }
    }
    let (cost, mut set, residual) =
        choice.expect("a connected pattern has a role that the others leave connected");
    let mut order = Vec::new();
    let mut prefixes = Vec::new();
    while let Some((_, role)) = best[set] {
        order.push(role);
        prefixes.push(fillings[set]);
        set &= !(1 << role);
    }
    order.reverse();
    prefixes.reverse();
    let free = residual.len();
    order.extend(residual);
    JoinOrder {
        roles: order,
        residual: free,
        fillings: prefixes,
        cost,
    }
}

fn kind(sign: SignConstraint, out: bool) -> usize {
    let sign = match sign {
        SignConstraint::Excitatory => 0,
        SignConstraint::Inhibitory => 1,
        SignConstraint::Any | SignConstraint::Signed => 2,
    };
    2 * sign + usize::from(out)
}

/// Degrees of a graph as a pattern draws on them.
struct Estimate<'a> {
    pattern: &'a Pattern,
    /// Degrees of the sampled neurons.
    degrees: Vec<[f64; KINDS]>,
    /// For each role, which of them may play it.
    eligible: Vec<Vec<bool>>,
    /// How many neurons one of the sample stands for.
    stands_for: f64,
    /// Edges of each kind.
    edges: [f64; KINDS],
}

impl<'a> Estimate<'a> {
    fn new(graph: &SignedGraph, pattern: &'a Pattern) -> Self {
        let every = graph.layers(Matching::Subgraph);
        let stride = (graph.neurons() / SAMPLE).max(1);
        let sample: Vec<u32> = (0..graph.neurons() as u32).step_by(stride).collect();
        let rows = |neuron: u32| {
            [
                every.excitors.row(neuron),
                every.excited.row(neuron),
                every.inhibitors.row(neuron),
                every.inhibited.row(neuron),
                graph.sources(neuron),
                graph.targets(neuron),
            ]
        };
        let degrees = sample
            .iter()
            .map(|&neuron| rows(neuron).map(|row| row.len() as f64))
            .collect();
        let known = graph.neuron_knowledge();
        let plays = |role: &super::Role, neuron: u32| {
            let known = known.and_then(|neurons| neurons.get(neuron as usize));
            role.class.admits(graph.identity(neuron))
                && known.is_none_or(|known| role.conditions.iter().all(|c| c.admits(known)))
        };
        let eligible = pattern
            .roles()
            .iter()
            .map(|role| sample.iter().map(|&neuron| plays(role, neuron)).collect())
            .collect();
        let (excited, inhibited, all) = (every.excited.len(), every.inhibited.len(), graph.edges());
        let edges = [excited, excited, inhibited, inhibited, all, all].map(|n| (n as f64).max(1.0));
        let stands_for = graph.neurons() as f64 / sample.len().max(1) as f64;
        Self {
            pattern,
            degrees,
            eligible,
            stands_for,
            edges,
        }
    }

    /// The mean length of the row that a random edge leads to.
    fn typical(&self, kind: usize) -> f64 {
        let sum: f64 = self.degrees.iter().map(|d| d[kind]).sum();
        let squares: f64 = self.degrees.iter().map(|d| d[kind] * d[kind]).sum();
        if sum > 0.0 { squares / sum } else { 0.0 }
    }

    fn fillings(&self, set: usize) -> f64 {
        let inside = |e: &&super::PatternEdge| {
            set >> e.presynaptic & 1 == 1 && set >> e.postsynaptic & 1 == 1
        };
        let edges: Vec<_> = self.pattern.edges().iter().filter(inside).collect();
        let ways: f64 = (0..self.pattern.roles().len())
            .filter(|&role| set >> role & 1 == 1)
            .map(|role| {
                let mut kinds = Vec::new();
                kinds.extend(
                    edges
                        .iter()
                        .filter(|e| e.presynaptic == role)
                        .map(|e| kind(e.sign, true)),
                );
                kinds.extend(
                    edges
                        .iter()
                        .filter(|e| e.postsynaptic == role)
                        .map(|e| kind(e.sign, false)),
                );
                let neurons = self
                    .degrees
                    .iter()
                    .zip(&self.eligible[role])
                    .filter(|&(_, &eligible)| eligible);
                let products = neurons
                    .map(|(degrees, _)| kinds.iter().map(|&kind| degrees[kind]).product::<f64>());
                self.stands_for * products.sum::<f64>()
            })
            .product();
        ways / edges
            .iter()
            .map(|e| self.edges[kind(e.sign, true)])
            .product::<f64>()
    }
}
