//! Counting any pattern by a worst-case-optimal join: roles are filled one after the other, each
//! from the intersection of the rows of those it is joined to, always starting from the shortest.
//!
//! The last roles, which have nothing to do with each other, are not filled but counted together
//! from their candidate sets: the roles before them are a cut set of the pattern, and how many ways
//! there are to choose distinct neurons follows from the sizes of the sets and their intersections
//! ([`super::distinct`]). Of two last roles that no synapse may join, the pairs that a synapse
//! joins are taken off again ([`super::apart`]). Equivalent fillings are not visited: each symmetry
//! is broken by comparing two neurons.

use super::apart::{Apart, Directions};
use super::distinct::Distinct;
use super::statements::{PatternEdge, SignConstraint, WeightRange};
use super::symmetry;
use super::tally::Tally;
use super::workers::{self, Parallel, Task};
use super::{Matching, MotifError, Pattern, SignedGraph};
use crate::connectome::Sign;
use crate::interruption;

/// Which way a synapse runs, seen from the role that is being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    From,
    To,
}

/// A synapse between a role and one filled before it that must be there, or must not.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    role: usize,
    direction: Direction,
    sign: SignConstraint,
    weight: WeightRange,
    /// Whether the synapse must have none against it.
    one_way: bool,
    /// The orbit of the edge; `None` for a synapse that must not be there.
    orbit: Option<usize>,
}

/// A role on its turn to be filled, and what its neuron must meet.
#[derive(Clone, Debug)]
struct Step {
    role: usize,
    class: SignConstraint,
    /// Neurons that meet the role's conditions; all where there are none.
    eligible: Option<Vec<bool>>,
    anchors: Vec<Anchor>,
    /// Earlier roles that no synapse may join with this one, in any direction.
    apart: Vec<usize>,
    /// Earlier roles that must have smaller neurons.
    after: Vec<usize>,
    /// Roles counted together with this one that must have smaller neurons.
    after_residual: Vec<usize>,
    /// A role counted together with this one, and the synapses that may not join the two, seen from
    /// that role.
    apart_residual: Option<(usize, Directions)>,
    orbit: usize,
}

/// The roles of a pattern in the order in which they are filled.
#[derive(Clone, Debug)]
pub(super) struct Join {
    steps: Vec<Step>,
    /// How many roles at the end are counted and not filled.
    residual: usize,
    /// Automorphisms that keep all roles before these.
    residual_symmetries: u64,
    /// For each of these roles the automorphisms that keep it, too; `None` if they exchange it with
    /// an earlier one, which speaks for both.
    residual_parts: Vec<Option<u64>>,
}

impl Join {
    /// Prepares a join for a pattern without alternatives.
    ///
    /// # Errors
    /// [`MotifError::NoKnowledge`] if the pattern asks for what the graph does not know.
    pub(super) fn new(
        graph: &SignedGraph,
        pattern: &Pattern,
        matching: Matching,
        order: &[usize],
        residual: usize,
    ) -> Result<Self, MotifError> {
        debug_assert!(pattern.alternatives().is_empty());
        let breaking = symmetry::breaking_along(pattern.statements(), order);
        let required = |pre, post| pattern.edges().iter().find(|e| e.pair() == (pre, post));
        let steps = order.iter().enumerate().map(|(position, &role)| {
            let earlier = &order[..position];
            let mut anchors = Vec::new();
            let mut apart = Vec::new();
            let mut apart_residual = None;
            let counted = order.len() - residual;
            for (before, &other) in earlier.iter().enumerate() {
                let pairs = [
                    (Direction::From, (other, role)),
                    (Direction::To, (role, other)),
                ];
                let edges = pairs.map(|(_, (pre, post))| required(pre, post));
                let absent = pairs.map(|(_, pair)| {
                    matching == Matching::Induced || pattern.absent().contains(&pair)
                });
                for (at, (direction, _)) in pairs.into_iter().enumerate() {
                    if let Some(&PatternEdge { sign, weight, .. }) = edges[at] {
                        let one_way = edges[1 - at].is_none() && absent[1 - at];
                        let orbit = Some(pattern.edge_orbit_of(pairs[at].1));
                        anchors.push(Anchor {
                            role: other,
                            direction,
                            sign,
                            weight,
                            one_way,
                            orbit,
                        });
                    }
                }
                if edges == [None, None] && before >= counted {
                    let directions = Directions {
                        forth: absent[0],
                        back: absent[1],
                    };
                    if directions.any() {
                        apart_residual = Some((other, directions));
                    }
                } else if edges == [None, None] && absent[0] && absent[1] {
                    apart.push(other);
                } else if edges == [None, None] && (absent[0] || absent[1]) {
                    // One direction alone is forbidden.
                    let direction = if absent[0] {
                        Direction::From
                    } else {
                        Direction::To
                    };
                    anchors.push(Anchor {
                        role: other,
                        direction,
                        sign: SignConstraint::Any,
                        weight: WeightRange::ANY,
                        one_way: false,
                        orbit: None,
                    });
                }
            }
            let eligible = match &pattern.roles()[role].conditions[..] {
                [] => None,
                conditions => {
                    let neurons =
                        graph
                            .neuron_knowledge()
                            .ok_or_else(|| MotifError::NoKnowledge {
                                pattern: pattern.name().to_owned(),
                                asked: "transmitters, types or names of neurons",
                            })?;
                    Some(
                        neurons
                            .iter()
                            .map(|n| conditions.iter().all(|c| c.admits(n)))
                            .collect(),
                    )
                }
            };
            let below = breaking
                .iter()
                .filter(|&&(_, high)| high == role)
                .map(|&(low, _)| low);
            let (after_residual, after) =
                below.partition(|low| order[order.len() - residual..].contains(low));
            let class = pattern.roles()[role].class;
            Ok(Step {
                role,
                class,
                eligible,
                anchors,
                apart,
                after,
                after_residual,
                apart_residual,
                orbit: pattern.orbit_of(role),
            })
        });
        let steps = steps.collect::<Result<_, MotifError>>()?;
        if pattern.has_weights() && !graph.has_weights() {
            return Err(MotifError::NoKnowledge {
                pattern: pattern.name().to_owned(),
                asked: "weights of synapses",
            });
        }
        let filled = &order[..order.len() - residual];
        let group = symmetry::isomorphisms(pattern.statements(), pattern.statements());
        let keeps = |images: &&Vec<usize>| filled.iter().all(|&role| images[role] == role);
        let group: Vec<Vec<usize>> = group.into_iter().filter(|images| keeps(&images)).collect();
        let part = |&role: &usize| {
            let first = group
                .iter()
                .all(|images| position(order, images[role]) >= position(order, role));
            first.then(|| group.iter().filter(|images| images[role] == role).count() as u64)
        };
        let residual_parts = order[order.len() - residual..].iter().map(part).collect();
        Ok(Self {
            steps,
            residual,
            residual_symmetries: group.len() as u64,
            residual_parts,
        })
    }

    /// Counts, in all threads of the pool.
    pub(super) fn tally<T: Tally>(&self, graph: &SignedGraph, parallel: Parallel, tally: &mut T) {
        let all: Vec<u32> = (0..graph.neurons() as u32).collect();
        let scratch = || Search::new(graph, self);
        let splits = self.steps.len() > self.residual + 1;
        let cost = |neuron| self.first_row(graph, neuron) as u64 + 1;
        workers::run(
            workers::threads(graph, parallel),
            &all,
            cost,
            splits,
            scratch,
            tally,
            |task, search, tally| {
                if search.admits_first(task.neuron) {
                    search.bound[self.steps[0].role] = task.neuron;
                    let found = search.count(1, Some(task), tally);
                    search.part_of_first(found, tally);
                }
            },
        );
    }

    /// Calls back with every occurrence, the neurons by role, until it says stop.
    pub(super) fn each(&self, graph: &SignedGraph, mut found: impl FnMut(&[u32]) -> bool) {
        let mut search = Search::new(graph, self);
        for neuron in 0..graph.neurons() as u32 {
            if search.admits_first(neuron) {
                search.bound[self.steps[0].role] = neuron;
                if !search.visit(1, &mut found) {
                    return;
                }
            }
        }
    }

    /// Length of the row from which the second role is filled.
    fn first_row(&self, graph: &SignedGraph, neuron: u32) -> usize {
        let lengths = self.steps[1].anchors.iter().filter(|a| a.orbit.is_some());
        lengths
            .map(|anchor| self.row(graph, anchor, neuron).len())
            .min()
            .unwrap_or(0)
    }

    /// The neurons that the synapse of an anchor leads to or comes from.
    fn row<'g>(&self, graph: &'g SignedGraph, anchor: &Anchor, neuron: u32) -> &'g [u32] {
        let layers = graph.layers(if anchor.one_way {
            Matching::Induced
        } else {
            Matching::Subgraph
        });
        match (anchor.sign, anchor.direction) {
            (SignConstraint::Excitatory, Direction::From) => layers.excited.row(neuron),
            (SignConstraint::Excitatory, Direction::To) => layers.excitors.row(neuron),
            (SignConstraint::Inhibitory, Direction::From) => layers.inhibited.row(neuron),
            (SignConstraint::Inhibitory, Direction::To) => layers.inhibitors.row(neuron),
            (SignConstraint::Any | SignConstraint::Signed, Direction::From) => {
                graph.targets(neuron)
            }
            (SignConstraint::Any | SignConstraint::Signed, Direction::To) => graph.sources(neuron),
        }
    }
}

/// A number of ordered choices divided by that of those that are the same; `u64::MAX` for what does
/// not fit.
fn share(ways: Option<u128>, same: u64) -> u64 {
    ways.and_then(|ways| u64::try_from(ways / u128::from(same)).ok())
        .unwrap_or(u64::MAX)
}

fn position(order: &[usize], role: usize) -> usize {
    order
        .iter()
        .position(|&other| other == role)
        .expect("an order has all roles")
}

/// The state of a join in one thread.
struct Search<'a> {
    graph: &'a SignedGraph,
    join: &'a Join,
    /// The neuron of each role that is filled.
    bound: [u32; Pattern::MAX_ROLES],
    /// Candidates of each step, while it is being gone through.
    candidates: Vec<Vec<u32>>,
    distinct: Distinct,
    apart: Apart,
}

impl<'a> Search<'a> {
    fn new(graph: &'a SignedGraph, join: &'a Join) -> Self {
        let candidates = vec![Vec::new(); join.steps.len()];
        Self {
            graph,
            join,
            bound: [0; Pattern::MAX_ROLES],
            candidates,
            distinct: Distinct::default(),
            apart: Apart::default(),
        }
    }

    fn admits_first(&self, neuron: u32) -> bool {
        let step = &self.join.steps[0];
        step.class.admits(self.graph.identity(neuron))
            && step
                .eligible
                .as_ref()
                .is_none_or(|eligible| eligible[neuron as usize])
    }

    /// The candidates of a step, ascending, given the neurons of the first `filled` steps.
    fn fill(&mut self, depth: usize, filled: usize, listing: bool) {
        let (graph, join) = (self.graph, self.join);
        let step = &join.steps[depth];
        let mut list = std::mem::take(&mut self.candidates[depth]);
        list.clear();
        let mut shortest: Option<(usize, &[u32])> = None;
        for (at, anchor) in step
            .anchors
            .iter()
            .enumerate()
            .filter(|(_, a)| a.orbit.is_some())
        {
            let row = join.row(graph, anchor, self.bound[anchor.role]);
            if shortest.is_none_or(|(_, best)| row.len() < best.len()) {
                shortest = Some((at, row));
            }
        }
        let (first, mut row) = shortest.expect("a role is connected to those before it");
        // What is counted together is compared only where it is listed.
        let residual = if listing {
            &step.after_residual[..]
        } else {
            &[]
        };
        if let Some(low) = step
            .after
            .iter()
            .chain(residual)
            .map(|&role| self.bound[role])
            .max()
        {
            row = &row[row.partition_point(|&neuron| neuron <= low)..];
        }
        let filled = &join.steps[..filled];
        list.extend(row.iter().copied().filter(|&neuron| {
            step.class.admits(graph.identity(neuron))
                && step
                    .eligible
                    .as_ref()
                    .is_none_or(|eligible| eligible[neuron as usize])
                && filled.iter().all(|other| self.bound[other.role] != neuron)
                && step
                    .anchors
                    .iter()
                    .enumerate()
                    .all(|(at, anchor)| self.holds(anchor, neuron, at == first))
                && step
                    .apart
                    .iter()
                    .all(|&role| !graph.adjacent(self.bound[role], neuron))
                && step.apart_residual.is_none_or(|(role, directions)| {
                    !listing || !directions.join(graph, self.bound[role], neuron)
                })
        }));
        self.candidates[depth] = list;
    }

    /// Whether the synapse of an anchor is as asked. `listed` says that its row has the neuron.
    #[inline]
    fn holds(&self, anchor: &Anchor, neuron: u32, listed: bool) -> bool {
        let graph = self.graph;
        let other = self.bound[anchor.role];
        let (pre, post) = match anchor.direction {
            Direction::From => (other, neuron),
            Direction::To => (neuron, other),
        };
        if anchor.orbit.is_none() {
            return graph.edge_number(pre, post).is_none();
        }
        // The rows of one sign and one direction say all; those of any sign say only that there is
        // a synapse.
        let by_row = matches!(
            anchor.sign,
            SignConstraint::Excitatory | SignConstraint::Inhibitory
        );
        (listed
            || self
                .join
                .row(graph, anchor, other)
                .binary_search(&neuron)
                .is_ok())
            && (by_row
                || (anchor.sign != SignConstraint::Signed
                    || graph.sign(pre, post) != Some(Sign::Unsigned))
                    && (!anchor.one_way || graph.edge_number(post, pre).is_none()))
            && (anchor.weight == WeightRange::ANY
                || graph
                    .weight(pre, post)
                    .is_some_and(|w| anchor.weight.contains(w)))
    }

    /// The occurrences that the filled roles can be completed to; with detail, the parts in them of
    /// what is filled from here on.
    fn count<T: Tally>(&mut self, depth: usize, task: Option<Task>, tally: &mut T) -> u64 {
        let join = self.join;
        if depth + join.residual == join.steps.len() {
            return self.last(depth, task, tally);
        }
        interruption::check();
        self.fill(depth, depth, false);
        let step = &join.steps[depth];
        let candidates = std::mem::take(&mut self.candidates[depth]);
        let mut total = 0_u64;
        for &neuron in task.map_or(&candidates[..], |task| task.share(&candidates)) {
            self.bound[step.role] = neuron;
            let found = self.count(depth + 1, None, tally);
            if T::DETAIL && found > 0 {
                self.plays(step, neuron, found, tally);
            }
            // What does not fit is found out when it is added up in 128 bits, or refused as part of
            // a neuron or synapse.
            total = total.saturating_add(found);
        }
        self.candidates[depth] = candidates;
        total
    }

    fn part_of_first<T: Tally>(&self, found: u64, tally: &mut T) {
        let step = &self.join.steps[0];
        tally.plays(step.orbit, self.bound[step.role], found);
    }

    fn joins<T: Tally>(&self, step: &Step, neuron: u32, found: u64, tally: &mut T) {
        for anchor in &step.anchors {
            let other = self.bound[anchor.role];
            match (anchor.orbit, anchor.direction) {
                (Some(orbit), Direction::From) => tally.joins(orbit, other, neuron, found),
                (Some(orbit), Direction::To) => tally.joins(orbit, neuron, other, found),
                (None, _) => {}
            }
        }
    }

    /// The ways to fill the residual roles, the first of them from the share of a task.
    fn last<T: Tally>(&mut self, depth: usize, task: Option<Task>, tally: &mut T) -> u64 {
        let steps = &self.join.steps[depth..];
        for at in depth..self.join.steps.len() {
            self.fill(at, depth, false);
            if self.candidates[at].is_empty() {
                return 0;
            }
        }
        let mut distinct = std::mem::take(&mut self.distinct);
        let sets = &self.candidates[depth..];
        let found = if let [set] = sets {
            let set = task.map_or(&set[..], |task| task.share(set));
            if T::DETAIL {
                set.iter()
                    .for_each(|&neuron| self.plays(&steps[0], neuron, 1, tally));
            }
            set.len() as u64
        } else if let (
            [one, other],
            [
                _,
                Step {
                    apart_residual: Some((_, directions)),
                    ..
                },
            ],
        ) = (sets, steps)
        {
            let mut apart = std::mem::take(&mut self.apart);
            let ways = apart.ways(self.graph, one, other, *directions, T::DETAIL);
            if T::DETAIL && ways > 0 {
                apart.each(one, other, |set, neuron, ways| {
                    if let Some(kept) = self.join.residual_parts[set] {
                        self.plays(&steps[set], neuron, share(Some(ways), kept), tally);
                    }
                });
            }
            self.apart = apart;
            share(Some(ways), self.join.residual_symmetries)
        } else {
            let symmetries = self.join.residual_symmetries;
            let ways = distinct.ways(sets);
            if T::DETAIL && ways != Some(0) {
                distinct.each(sets, |set, neuron, ways| {
                    if let Some(kept) = self.join.residual_parts[set] {
                        self.plays(&steps[set], neuron, share(ways, kept), tally);
                    }
                });
            }
            share(ways, symmetries)
        };
        self.distinct = distinct;
        tally.found(found);
        found
    }

    fn plays<T: Tally>(&self, step: &Step, neuron: u32, found: u64, tally: &mut T) {
        tally.plays(step.orbit, neuron, found);
        self.joins(step, neuron, found, tally);
    }

    /// Goes through the occurrences; false as soon as `found` says so.
    fn visit(&mut self, depth: usize, found: &mut impl FnMut(&[u32]) -> bool) -> bool {
        let join = self.join;
        if depth == join.steps.len() {
            return found(&self.bound[..join.steps.len()]);
        }
        self.fill(depth, depth, true);
        let candidates = std::mem::take(&mut self.candidates[depth]);
        let mut goes_on = true;
        for &neuron in &candidates {
            self.bound[join.steps[depth].role] = neuron;
            goes_on = self.visit(depth + 1, found);
            if !goes_on {
                break;
            }
        }
        self.candidates[depth] = candidates;
        goes_on
    }
}
