//! A cover of a pattern: all its fillings and some more, so regular that one can be drawn at random
//! exactly.
//!
//! With a few roles fixed, the *cut*, the rest of a pattern is a forest, whose fillings are counted
//! from the leaves upwards (a neuron has as many as the product over its branches of the sum over
//! the neurons it leads to) and drawn from the roots downwards. What a forest does not see is that
//! roles of different branches must be distinct neurons, and which synapses must not be there: a
//! filling drawn is a filling of the pattern or not, and all fillings are equally likely to be
//! drawn.

use rand::RngExt;

use super::statements::{PatternEdge, SignConstraint, WeightRange};
use super::{Matching, MotifError, Pattern, SignedGraph};
use crate::connectome::Sign;
use crate::random::ChaCha8Rng;

/// A cover of a pattern without alternatives in one graph.
#[derive(Clone, Debug)]
pub(super) struct Cover<'a> {
    graph: &'a SignedGraph,
    pattern: Pattern,
    matching: Matching,
    /// The roles that are fixed first.
    cut: Vec<usize>,
    roots: Vec<usize>,
    /// For each role those it branches into.
    branches: Vec<Vec<usize>>,
    /// For each role the edges that join it to roles of the cut, of those before it if it is one
    /// itself.
    to_cut: Vec<Vec<PatternEdge>>,
    /// For each role of the forest the edges that join it to the role it branches from.
    to_parent: Vec<Vec<PatternEdge>>,
    /// For each role the one whose tables it shares: itself, or the one in the same place of an
    /// earlier tree that asks for the same.
    like: Vec<usize>,
    eligible: Vec<Option<Vec<bool>>>,
}

/// Memory of one thread.
pub(super) struct Tables {
    /// For each role and neuron the node that stands for it, from 1; 0 for none yet.
    node_of: Vec<Vec<u32>>,
    nodes: Vec<Node>,
    /// Which entries of `node_of` are set.
    visited: Vec<(u8, u32)>,
    /// For each neuron the roles (a bit each) that are joined to the cut and that it can play; of
    /// roots there is a list instead.
    fits: Vec<u16>,
    /// Which entries of `fits` are set.
    fitting: Vec<u32>,
    /// For each branch of each node the range of its entries.
    spans: Vec<(u32, u32)>,
    /// The neurons that branches lead to, and the weights up to and with each of them.
    entries: Vec<(u32, u128)>,
    /// For each root the neurons that can play it, and the weights up to and with each of them.
    starts: Vec<Vec<(u32, u128)>>,
    cut: [u32; Pattern::MAX_ROLES],
}

#[derive(Clone, Copy)]
struct Node {
    weight: u128,
    spans: u32,
}

impl<'a> Cover<'a> {
    pub(super) fn new(
        graph: &'a SignedGraph,
        pattern: &Pattern,
        matching: Matching,
    ) -> Result<Self, MotifError> {
        let roles = pattern.roles().len();
        let hubs = pattern.hubs();
        let mut sets: Vec<usize> = (1..1 << roles)
            .filter(|&set| is_forest(pattern, !set))
            .collect();
        let hubs_in = |set: usize| hubs.iter().filter(|&&hub| set >> hub & 1 == 1).count();
        // A role of the cut that no other of it is joined to could be any neuron.
        sets.sort_by_key(|&set| {
            (
                !is_connected(pattern, set),
                set.count_ones(),
                std::cmp::Reverse(hubs_in(set)),
                set,
            )
        });
        let set = *sets
            .first()
            .expect("without all its roles but one a pattern is a forest");
        let joined = |a: usize, b: usize| {
            pattern
                .edges()
                .iter()
                .any(|e| [e.pair(), (e.postsynaptic, e.presynaptic)].contains(&(a, b)))
        };
        let between = |role: usize, others: &[usize]| -> Vec<PatternEdge> {
            let joins = |e: &&PatternEdge| {
                (e.presynaptic == role && others.contains(&e.postsynaptic))
                    || (e.postsynaptic == role && others.contains(&e.presynaptic))
            };
            pattern.edges().iter().filter(joins).copied().collect()
        };
        let mut cut: Vec<usize> = hubs
            .iter()
            .copied()
            .filter(|hub| set >> hub & 1 == 1)
            .take(1)
            .collect();
        while cut.len() < set.count_ones() as usize {
            let open = |role: &usize| set >> role & 1 == 1 && !cut.contains(role);
            let next =
                (0..roles).find(|role| open(role) && cut.iter().any(|&other| joined(other, *role)));
            cut.extend(next.or_else(|| (0..roles).find(open)));
        }
        let before = |role: usize| cut.iter().position(|&r| r == role).unwrap_or(cut.len());
        let to_cut: Vec<Vec<PatternEdge>> = (0..roles)
            .map(|role| between(role, &cut[..before(role)]))
            .collect();
        let (mut roots, mut branches, mut to_parent) =
            (Vec::new(), vec![Vec::new(); roles], vec![Vec::new(); roles]);
        let mut seen = set;
        // Rooted at the cut where possible: such a root has few candidates.
        let mut order: Vec<usize> = (0..roles).filter(|role| set >> role & 1 == 0).collect();
        order.sort_by_key(|&role| to_cut[role].is_empty());
        for root in order {
            if seen >> root & 1 == 1 {
                continue;
            }
            seen |= 1 << root;
            roots.push(root);
            let mut open = vec![root];
            while let Some(role) = open.pop() {
                for next in (0..roles).filter(|&next| joined(role, next)) {
                    if seen >> next & 1 == 0 {
                        seen |= 1 << next;
                        branches[role].push(next);
                        to_parent[next] = between(next, &[role]);
                        open.push(next);
                    }
                }
            }
        }
        let knowledge = graph.neuron_knowledge();
        let eligible = pattern.roles().iter().map(|role| {
            if role.conditions.is_empty() {
                return Ok(None);
            }
            let neurons = knowledge.ok_or_else(|| MotifError::NoKnowledge {
                pattern: pattern.name().to_owned(),
                asked: "transmitters, types or names of neurons",
            })?;
            Ok(Some(
                neurons
                    .iter()
                    .map(|n| role.conditions.iter().all(|c| c.admits(n)))
                    .collect(),
            ))
        });
        let eligible = eligible.collect::<Result<_, MotifError>>()?;
        let (pattern, like) = (pattern.clone(), (0..roles).collect());
        let mut cover = Self {
            graph,
            pattern,
            matching,
            cut,
            roots,
            branches,
            to_cut,
            to_parent,
            like,
            eligible,
        };
        for at in 1..cover.roots.len() {
            let root = cover.roots[at];
            if let Some(&earlier) = cover.roots[..at]
                .iter()
                .find(|&&earlier| cover.ask_the_same(earlier, root))
            {
                cover.share(earlier, root);
            }
        }
        Ok(cover)
    }

    /// Whether two roles and all below them have the same candidates, given the same cut.
    fn ask_the_same(&self, one: usize, other: usize) -> bool {
        let roles = self.pattern.roles();
        let joins = |role: usize,
                     edges: &[PatternEdge],
                     parents_differ: bool|
         -> Vec<(Option<usize>, bool, SignConstraint, WeightRange)> {
            let join = |e: &PatternEdge| {
                let end = if parents_differ {
                    None
                } else {
                    Some(self::other(e, role))
                };
                (end, e.presynaptic == role, e.sign, e.weight)
            };
            edges.iter().map(join).collect()
        };
        roles[one].class == roles[other].class
            && roles[one].conditions == roles[other].conditions
            && joins(one, &self.to_cut[one], false) == joins(other, &self.to_cut[other], false)
            && joins(one, &self.to_parent[one], true) == joins(other, &self.to_parent[other], true)
            && self.branches[one].len() == self.branches[other].len()
            && self.branches[one]
                .iter()
                .zip(&self.branches[other])
                .all(|(&one, &other)| self.ask_the_same(one, other))
    }

    fn share(&mut self, earlier: usize, role: usize) {
        self.like[role] = self.like[earlier];
        for at in 0..self.branches[role].len() {
            self.share(self.branches[earlier][at], self.branches[role][at]);
        }
    }

    /// Which root's list of starts a root uses.
    fn starts_of(&self, at: usize) -> usize {
        let like = self.like[self.roots[at]];
        self.roots[..at]
            .iter()
            .position(|&root| root == like)
            .unwrap_or(at)
    }

    pub(super) fn tables(&self) -> Tables {
        let roles = self.pattern.roles().len();
        Tables {
            node_of: vec![vec![0; self.graph.neurons()]; roles],
            nodes: Vec::new(),
            visited: Vec::new(),
            fits: vec![0; self.graph.neurons()],
            fitting: Vec::new(),
            spans: Vec::new(),
            entries: Vec::new(),
            starts: vec![Vec::new(); self.roots.len()],
            cut: [0; Pattern::MAX_ROLES],
        }
    }

    /// Fillings of the cover in which the first role of the cut is played by `first`.
    pub(super) fn weight(&self, first: u32, tables: &mut Tables) -> u128 {
        let mut total = 0_u128;
        self.each_cut(first, tables, &mut |_, weight| {
            total = total.saturating_add(weight);
            true
        });
        total
    }

    /// Draws the fillings with these ranks, ascending, among those of [`Cover::weight`]. Ranks
    /// choose the cut; within it fillings are drawn anew, so a rank stands for its cut and not for
    /// one filling.
    pub(super) fn draw(
        &self,
        first: u32,
        ranks: &[(u128, u32)],
        tables: &mut Tables,
        random: &mut ChaCha8Rng,
        mut drawn: impl FnMut(u32, &[u32]),
    ) {
        let mut passed = 0_u128;
        let mut ranks = ranks;
        let roles = self.pattern.roles().len();
        self.each_cut(first, tables, &mut |tables, weight| {
            passed = passed.saturating_add(weight);
            while let Some((&(rank, number), rest)) = ranks.split_first() {
                if rank >= passed {
                    break;
                }
                ranks = rest;
                let mut filling = tables.cut;
                for (at, &root) in self.roots.iter().enumerate() {
                    let neuron = pick(&tables.starts[self.starts_of(at)], random);
                    self.descend(tables, root, neuron, &mut filling, random);
                }
                drawn(number, &filling[..roles]);
            }
            !ranks.is_empty()
        });
    }

    fn descend(
        &self,
        tables: &Tables,
        role: usize,
        neuron: u32,
        filling: &mut [u32],
        random: &mut ChaCha8Rng,
    ) {
        filling[role] = neuron;
        if self.branches[role].is_empty() {
            return;
        }
        let node = tables.nodes[tables.node_of[self.like[role]][neuron as usize] as usize - 1];
        for (at, &branch) in self.branches[role].iter().enumerate() {
            let (start, end) = tables.spans[node.spans as usize + at];
            let entries = &tables.entries[start as usize..end as usize];
            let next = if self.branches[branch].is_empty() {
                entries[random.random_range(0..entries.len())].0
            } else {
                pick(entries, random)
            };
            self.descend(tables, branch, next, filling, random);
        }
    }

    /// Goes through the ways to fill the cut that start with `first`, with the tables made for each
    /// and its number of fillings, until `found` says stop.
    fn each_cut(
        &self,
        first: u32,
        tables: &mut Tables,
        found: &mut impl FnMut(&Tables, u128) -> bool,
    ) {
        if self.admits(self.cut[0], first) {
            tables.cut[self.cut[0]] = first;
            self.fill_cut(1, tables, found);
        }
    }

    fn fill_cut(
        &self,
        depth: usize,
        tables: &mut Tables,
        found: &mut impl FnMut(&Tables, u128) -> bool,
    ) -> bool {
        let Some(&role) = self.cut.get(depth) else {
            let weight = self.prepare(tables);
            return weight == 0 || found(tables, weight);
        };
        let bound: Vec<u32> = self.cut[..depth]
            .iter()
            .map(|&role| tables.cut[role])
            .collect();
        for neuron in self.candidates(role, &tables.cut) {
            if !bound.contains(&neuron) {
                tables.cut[role] = neuron;
                if !self.fill_cut(depth + 1, tables, found) {
                    return false;
                }
            }
        }
        true
    }

    /// The neurons that can play a role, given the cut before it.
    fn candidates(&self, role: usize, cut: &[u32]) -> Vec<u32> {
        let edges = &self.to_cut[role];
        let rows = edges
            .iter()
            .map(|edge| self.row(edge, role, cut[other(edge, role)]));
        match rows.min_by_key(|row| row.len()) {
            Some(row) if is_its_row(edges) => row
                .iter()
                .copied()
                .filter(|&neuron| self.admits(role, neuron))
                .collect(),
            Some(row) => row
                .iter()
                .copied()
                .filter(|&neuron| self.joins_cut(role, neuron, cut))
                .collect(),
            None => (0..self.graph.neurons() as u32)
                .filter(|&neuron| self.admits(role, neuron))
                .collect(),
        }
    }

    /// Counts the fillings of the forest, given the cut.
    fn prepare(&self, tables: &mut Tables) -> u128 {
        for (role, neuron) in tables.visited.drain(..) {
            tables.node_of[role as usize][neuron as usize] = 0;
        }
        for neuron in tables.fitting.drain(..) {
            tables.fits[neuron as usize] = 0;
        }
        tables.nodes.clear();
        tables.spans.clear();
        tables.entries.clear();
        let cut = tables.cut;
        let branches = self.branches.iter().flatten().copied();
        for role in
            branches.filter(|&role| self.like[role] == role && !self.to_cut[role].is_empty())
        {
            let mut candidates = self.candidates(role, &cut);
            candidates.retain(|&neuron| !self.in_cut(neuron, &cut));
            if candidates.is_empty() {
                return 0;
            }
            for neuron in candidates {
                tables.fits[neuron as usize] |= 1 << role;
                tables.fitting.push(neuron);
            }
        }
        let mut weight = 1_u128;
        for (at, &root) in self.roots.iter().enumerate() {
            let shared = self.starts_of(at);
            if shared == at {
                let mut start = std::mem::take(&mut tables.starts[at]);
                start.clear();
                let mut sum = 0_u128;
                for neuron in self.candidates(root, &cut) {
                    let own = if self.in_cut(neuron, &cut) {
                        0
                    } else {
                        self.fillings(root, neuron, tables)
                    };
                    if own > 0 {
                        sum = sum.saturating_add(own);
                        start.push((neuron, sum));
                    }
                }
                tables.starts[at] = start;
            }
            weight = weight.saturating_mul(tables.starts[shared].last().map_or(0, |&(_, sum)| sum));
            if weight == 0 {
                break;
            }
        }
        weight
    }

    /// The ways to fill a role with a neuron and all below it.
    fn fillings(&self, role: usize, neuron: u32, tables: &mut Tables) -> u128 {
        if self.branches[role].is_empty() {
            return 1;
        }
        if let Some(node) = (tables.node_of[role][neuron as usize] as usize).checked_sub(1) {
            return tables.nodes[node].weight;
        }
        let cut = tables.cut;
        let mut spans = [(0, 0); Pattern::MAX_ROLES];
        let mut weight = 1_u128;
        for (at, &branch) in self.branches[role].iter().enumerate() {
            let edges = &self.to_parent[branch];
            let rows = edges.iter().map(|edge| self.row(edge, branch, neuron));
            let row = rows
                .min_by_key(|row| row.len())
                .expect("a branch is joined to its parent");
            let (is_its_row, joins_cut) = (is_its_row(edges), !self.to_cut[branch].is_empty());
            let fits = |next: u32, fits: &[u16]| {
                let alone = if joins_cut {
                    fits[next as usize] >> branch & 1 == 1
                } else {
                    self.admits(branch, next) && !self.in_cut(next, &cut)
                };
                alone
                    && next != neuron
                    && (is_its_row
                        || edges
                            .iter()
                            .all(|edge| self.has(edge, branch, next, neuron)))
            };
            let mut start = tables.entries.len();
            let sum = if self.branches[branch].is_empty() {
                tables.entries.extend(
                    row.iter()
                        .filter(|&&next| fits(next, &tables.fits))
                        .map(|&next| (next, 0)),
                );
                (tables.entries.len() - start) as u128
            } else {
                let mut list: Vec<(u32, u128)> = Vec::new();
                let mut sum = 0_u128;
                for &next in row {
                    let own = if fits(next, &tables.fits) {
                        self.fillings(branch, next, tables)
                    } else {
                        0
                    };
                    if own > 0 {
                        sum = sum.saturating_add(own);
                        list.push((next, sum));
                    }
                }
                // What is below has put its own entries before these.
                start = tables.entries.len();
                tables.entries.extend(list);
                sum
            };
            spans[at] = (start as u32, tables.entries.len() as u32);
            weight = weight.saturating_mul(sum);
            if weight == 0 {
                break;
            }
        }
        let first = tables.spans.len() as u32;
        tables.spans.extend(&spans[..self.branches[role].len()]);
        tables.nodes.push(Node {
            weight,
            spans: first,
        });
        tables.node_of[role][neuron as usize] = tables.nodes.len() as u32;
        tables.visited.push((role as u8, neuron));
        weight
    }

    fn admits(&self, role: usize, neuron: u32) -> bool {
        self.pattern.roles()[role]
            .class
            .admits(self.graph.identity(neuron))
            && self.eligible[role]
                .as_ref()
                .is_none_or(|eligible| eligible[neuron as usize])
    }

    fn in_cut(&self, neuron: u32, cut: &[u32]) -> bool {
        self.cut.iter().any(|&role| cut[role] == neuron)
    }

    fn joins_cut(&self, role: usize, neuron: u32, cut: &[u32]) -> bool {
        self.admits(role, neuron)
            && self.to_cut[role]
                .iter()
                .all(|edge| self.has(edge, role, neuron, cut[other(edge, role)]))
    }

    /// The row of `neuron` in which the neurons for `role` are, given that it plays the other role
    /// of the edge.
    fn row(&self, edge: &PatternEdge, role: usize, neuron: u32) -> &'a [u32] {
        let layers = self.graph.layers(Matching::Subgraph);
        match (edge.sign, edge.postsynaptic == role) {
            (SignConstraint::Excitatory, true) => layers.excited.row(neuron),
            (SignConstraint::Excitatory, false) => layers.excitors.row(neuron),
            (SignConstraint::Inhibitory, true) => layers.inhibited.row(neuron),
            (SignConstraint::Inhibitory, false) => layers.inhibitors.row(neuron),
            (SignConstraint::Any | SignConstraint::Signed, true) => self.graph.targets(neuron),
            (SignConstraint::Any | SignConstraint::Signed, false) => self.graph.sources(neuron),
        }
    }

    /// Whether the synapse of an edge is there, `neuron` playing `role` and `joined` the other one.
    fn has(&self, edge: &PatternEdge, role: usize, neuron: u32, joined: u32) -> bool {
        let (pre, post) = if edge.postsynaptic == role {
            (joined, neuron)
        } else {
            (neuron, joined)
        };
        let signed = match edge.sign {
            SignConstraint::Signed => self
                .graph
                .sign(pre, post)
                .is_some_and(|sign| sign != Sign::Unsigned),
            SignConstraint::Any | SignConstraint::Excitatory | SignConstraint::Inhibitory => {
                self.row(edge, role, joined).binary_search(&neuron).is_ok()
            }
        };
        signed
            && (edge.weight == WeightRange::ANY
                || self
                    .graph
                    .weight(pre, post)
                    .is_some_and(|w| edge.weight.contains(w)))
    }

    /// Whether a filling of the cover is one of the pattern: distinct neurons, and no synapse that
    /// must not be there.
    pub(super) fn is_filling(&self, neurons: &[u32]) -> bool {
        for (role, neuron) in neurons.iter().enumerate() {
            if neurons[..role].contains(neuron) {
                return false;
            }
        }
        if self.matching == Matching::Subgraph && self.pattern.absent().is_empty() {
            return true;
        }
        let required =
            |pre: usize, post: usize| self.pattern.edges().iter().any(|e| e.pair() == (pre, post));
        let absent = |pre: usize, post: usize| {
            (self.matching == Matching::Induced || self.pattern.absent().contains(&(pre, post)))
                && !required(pre, post)
        };
        (0..neurons.len()).all(|one| {
            (0..one).all(|other| match (absent(one, other), absent(other, one)) {
                (true, true) => !self.graph.adjacent(neurons[one], neurons[other]),
                (true, false) => self
                    .graph
                    .edge_number(neurons[one], neurons[other])
                    .is_none(),
                (false, true) => self
                    .graph
                    .edge_number(neurons[other], neurons[one])
                    .is_none(),
                (false, false) => true,
            })
        })
    }
}

/// Whether all entries of a row that one of the edges leads to have all of the edges, without a
/// look.
fn is_its_row(edges: &[PatternEdge]) -> bool {
    edges.len() == 1
        && edges[0].sign != SignConstraint::Signed
        && edges[0].weight == WeightRange::ANY
}

fn other(edge: &PatternEdge, role: usize) -> usize {
    if edge.presynaptic == role {
        edge.postsynaptic
    } else {
        edge.presynaptic
    }
}

/// An entry, each as likely as its share of the sums.
fn pick(sums: &[(u32, u128)], random: &mut ChaCha8Rng) -> u32 {
    let total = sums.last().map_or(1, |&(_, sum)| sum);
    let rank = below(total, random);
    sums[sums.partition_point(|&(_, sum)| sum <= rank)].0
}

/// A number below `end`.
pub(super) fn below(end: u128, random: &mut ChaCha8Rng) -> u128 {
    match u64::try_from(end) {
        Ok(end) => u128::from(random.random_range(0..end)),
        Err(_) => random.random_range(0..end),
    }
}

/// Whether the edges among the roles of a set connect them all.
fn is_connected(pattern: &Pattern, set: usize) -> bool {
    let mut reached = set & set.wrapping_neg();
    for _ in pattern.roles() {
        for edge in pattern.edges() {
            let ends = (1 << edge.presynaptic | 1 << edge.postsynaptic) & set;
            if ends.count_ones() == 2 && ends & reached != 0 {
                reached |= ends;
            }
        }
    }
    reached == set
}

/// Whether the edges among the roles of a set form no circle, edges both ways counting as one.
fn is_forest(pattern: &Pattern, set: usize) -> bool {
    let inside = |role: usize| set >> role & 1 == 1;
    let mut tree: Vec<usize> = (0..pattern.roles().len()).collect();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for edge in pattern
        .edges()
        .iter()
        .filter(|e| inside(e.presynaptic) && inside(e.postsynaptic))
    {
        let pair = (
            edge.presynaptic.min(edge.postsynaptic),
            edge.presynaptic.max(edge.postsynaptic),
        );
        if pairs.contains(&pair) {
            continue;
        }
        pairs.push(pair);
        let (one, two) = (tree[pair.0], tree[pair.1]);
        if one == two {
            return false;
        }
        tree.iter_mut()
            .filter(|label| **label == two)
            .for_each(|label| *label = one);
    }
    true
}
