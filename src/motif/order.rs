//! The order in which a join fills the roles of a pattern.

use std::cell::RefCell;
use std::collections::HashMap;

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

/// Neurons that are looked at when degrees are averaged over a large graph: as many of the largest
/// degrees, and as many others.
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
                    Some(estimate.entries(set, pre, kind(e.sign, true)))
                }
                (pre, post) if pre == role && set >> post & 1 == 1 => {
                    Some(estimate.entries(set, post, kind(e.sign, false)))
                }
                _ => None,
            });
        rows.fold(f64::INFINITY, f64::min)
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
    // What is left out of a set at the end and counted instead of filled: roles that nothing is
    // said of between them, or two that may not be joined.
    let edge = |x: usize, y: usize| {
        pattern
            .edges()
            .iter()
            .any(|e| [e.pair(), (e.postsynaptic, e.presynaptic)].contains(&(x, y)))
    };
    let absent = |x: usize, y: usize| {
        matching == Matching::Induced
            || pattern
                .absent()
                .iter()
                .any(|&(a, b)| [(a, b), (b, a)].contains(&(x, y)))
    };
    // Row entries looked at to find which candidates of two roles are joined.
    let walk = |role: usize, set: usize| {
        let all = [true, false].map(|out| kind(SignConstraint::Any, out));
        let set = set | 1 << role;
        all.into_iter()
            .map(|kind| estimate.entries(set, role, kind))
            .sum::<f64>()
    };
    let mut choice: Option<(f64, usize, Vec<usize>)> = None;
    for set in 1..full {
        let rest = full & !set;
        let residual: Vec<usize> = (0..roles).filter(|role| set >> role & 1 == 1).collect();
        let free = residual.iter().all(|&x| joined(x, rest))
            && residual
                .iter()
                .all(|&x| residual.iter().all(|&y| x == y || !edge(x, y)));
        let is_apart = residual
            .iter()
            .any(|&x| residual.iter().any(|&y| x != y && absent(x, y)));
        let countable = free && (!is_apart || residual.len() == 2);
        if let (true, Some((cost, _))) = (countable, best[rest]) {
            let mut total = cost + residual.iter().map(|&role| scan(role, rest)).sum::<f64>();
            if is_apart {
                let walks = residual.iter().map(|&role| walk(role, rest));
                total += walks.fold(f64::INFINITY, f64::min);
            }
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
    /// How many neurons each of the sample stands for.
    stands_for: Vec<f64>,
    /// Edges of each kind.
    edges: [f64; KINDS],
    /// Sums of products that were found already, by role and kinds.
    known: RefCell<HashMap<(usize, Vec<usize>), f64>>,
}

impl<'a> Estimate<'a> {
    fn new(graph: &SignedGraph, pattern: &'a Pattern) -> Self {
        let every = graph.layers(Matching::Subgraph);
        let (sample, stands_for) = sample(graph);
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
        Self {
            pattern,
            degrees,
            eligible,
            stands_for,
            edges,
            known: RefCell::default(),
        }
    }

    /// Expected number of ways to fill a set of roles.
    fn fillings(&self, set: usize) -> f64 {
        let roles = (0..self.pattern.roles().len()).filter(|&role| set >> role & 1 == 1);
        let ways: f64 = roles.map(|role| self.draws(role, set, None)).product();
        let inside = |e: &&super::PatternEdge| {
            set >> e.presynaptic & 1 == 1 && set >> e.postsynaptic & 1 == 1
        };
        let edges = self.pattern.edges().iter().filter(inside);
        ways / edges
            .map(|e| self.edges[kind(e.sign, true)])
            .product::<f64>()
    }

    /// Expected lengths of the rows of one kind that a role's neuron has, summed over the ways to
    /// fill a set of roles.
    fn entries(&self, set: usize, role: usize, kind: usize) -> f64 {
        let ways = self.draws(role, set, None);
        if ways > 0.0 {
            self.fillings(set) / ways * self.draws(role, set, Some(kind))
        } else {
            0.0
        }
    }

    /// The products of the degrees that a role's edges within a set draw on, and of one more,
    /// summed over the neurons.
    fn draws(&self, role: usize, set: usize, more: Option<usize>) -> f64 {
        let mut kinds: Vec<usize> = more.into_iter().collect();
        for e in self.pattern.edges() {
            if e.presynaptic == role && set >> e.postsynaptic & 1 == 1 {
                kinds.push(kind(e.sign, true));
            }
            if e.postsynaptic == role && set >> e.presynaptic & 1 == 1 {
                kinds.push(kind(e.sign, false));
            }
        }
        kinds.sort_unstable();
        if let Some(&known) = self.known.borrow().get(&(role, kinds.clone())) {
            return known;
        }
        let neurons = self
            .degrees
            .iter()
            .zip(&self.stands_for)
            .zip(&self.eligible[role])
            .filter(|&(_, &eligible)| eligible);
        let products = neurons.map(|((degrees, weight), _)| {
            weight * kinds.iter().map(|&kind| degrees[kind]).product::<f64>()
        });
        let sum = products.sum();
        self.known.borrow_mut().insert((role, kinds), sum);
        sum
    }
}

/// The neurons that are looked at, and how many each stands for: all of a small graph. Of a large
/// one those of the largest degrees stand for themselves, for a single hub may be most of the work,
/// and others at equal steps for all the rest.
fn sample(graph: &SignedGraph) -> (Vec<u32>, Vec<f64>) {
    let neurons = graph.neurons() as u32;
    if neurons as usize <= 2 * SAMPLE {
        return ((0..neurons).collect(), vec![1.0; neurons as usize]);
    }
    let degree = |&neuron: &u32| graph.targets(neuron).len() + graph.sources(neuron).len();
    let mut all: Vec<u32> = (0..neurons).collect();
    all.select_nth_unstable_by_key(SAMPLE - 1, |neuron| {
        (std::cmp::Reverse(degree(neuron)), *neuron)
    });
    let (large, rest) = all.split_at_mut(SAMPLE);
    large.sort_unstable();
    rest.sort_unstable();
    let stride = rest.len() / SAMPLE;
    let others: Vec<u32> = rest.iter().copied().step_by(stride).collect();
    let stands_for = rest.len() as f64 / others.len() as f64;
    let weights = [vec![1.0; large.len()], vec![stands_for; others.len()]].concat();
    ([large.to_vec(), others].concat(), weights)
}
