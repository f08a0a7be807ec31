//! What counts a pattern in a graph: a closed form where there is one, else a join in the cheapest
//! order.

use std::fmt;
use std::sync::Arc;

use super::join::Join;
use super::order::JoinOrder;
use super::tally::{PerNeuron, PerSynapse, Tally, Total};
use super::workers::Parallel;
use super::{Matching, Motif, MotifError, Pattern, SignedGraph, closed_form, symmetry};
use crate::text::plural::counted;

/// Counts a pattern in a graph, in the cheapest way that is known.
///
/// A pattern that is a built-in motif, whatever its roles are called, has a *closed form*: nothing
/// is listed, the count follows from degrees and overlaps around its hubs. Any other is counted by
/// a *join*, which fills the roles one after the other in the order that is expected to visit the
/// fewest neurons; the last ones, which have nothing to do with each other, are counted from the
/// sizes of their candidate sets, given the others as a cut set. A pattern with alternatives is the
/// sum of its cases: subgraph counts by inclusion and exclusion over the sets of alternatives that
/// hold together, induced counts by the one that holds alone.
///
/// [`Display`](fmt::Display) says how it will count, and what that is expected to cost.
///
/// ```
/// use engraph::connectome::Sign::{Excitatory as E, Inhibitory as I};
/// use engraph::motif::{Matching, Pattern, Counter, SignedGraph};
///
/// let graph = SignedGraph::new(&[E, I, E], [(0, 1, E), (1, 2, I), (0, 2, E)])?;
/// let feed_forward = Pattern::parse("feed_forward", "A -> I; I -| C; A -> C")?;
/// let counter = Counter::new(&graph, &feed_forward, Matching::Subgraph)?;
/// assert_eq!(counter.count()?, 1);
/// assert!(counter.to_string().contains("join"));
/// # Ok::<(), engraph::motif::MotifError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Counter<'a> {
    graph: &'a SignedGraph,
    recipe: Arc<Recipe>,
    parallel: Parallel,
}

/// The part of a counter that serves other graphs as well.
#[derive(Debug)]
struct Recipe {
    pattern: Pattern,
    matching: Matching,
    cases: Vec<Case>,
}

/// A pattern without alternatives, and how often its fillings count.
#[derive(Clone, Debug)]
struct Case {
    factor: i64,
    /// The number of alternatives that hold together in this case.
    alternatives: usize,
    pattern: Pattern,
    method: Method,
}

#[derive(Clone, Debug)]
enum Method {
    /// The closed form of a motif; for each role its role in the motif.
    ClosedForm(Motif, Vec<usize>),
    Join(Box<Join>, JoinOrder),
}

impl<'a> Counter<'a> {
    /// Chooses the cheapest method for this graph.
    ///
    /// # Errors
    /// [`MotifError::NoKnowledge`] if the pattern asks for what the graph does not know.
    pub fn new(
        graph: &'a SignedGraph,
        pattern: &Pattern,
        matching: Matching,
    ) -> Result<Self, MotifError> {
        Self::build(graph, pattern, matching, true)
    }

    /// As [`Counter::new`], but without closed forms: another way to the same numbers.
    ///
    /// # Errors
    /// As [`Counter::new`].
    pub fn by_join(
        graph: &'a SignedGraph,
        pattern: &Pattern,
        matching: Matching,
    ) -> Result<Self, MotifError> {
        Self::build(graph, pattern, matching, false)
    }

    fn build(
        graph: &'a SignedGraph,
        pattern: &Pattern,
        matching: Matching,
        closed_forms: bool,
    ) -> Result<Self, MotifError> {
        let cases = cases(pattern, matching)
            .into_iter()
            .map(|(alternatives, pattern)| {
                let motif = |motif: &Motif| closed_forms && closed_form::exists(*motif);
                let known = Motif::ALL.into_iter().filter(motif).find_map(|motif| {
                    let roles =
                        symmetry::isomorphisms(pattern.statements(), motif.pattern().statements());
                    roles
                        .into_iter()
                        .next()
                        .map(|roles| Method::ClosedForm(motif, roles))
                });
                let method = match known {
                    Some(method) => method,
                    None => {
                        let order = super::order::cheapest(graph, &pattern, matching);
                        let join =
                            Join::new(graph, &pattern, matching, &order.roles, order.residual)?;
                        Method::Join(Box::new(join), order)
                    }
                };
                let factor = if alternatives > 1 && alternatives % 2 == 0 {
                    -1
                } else {
                    1
                };
                Ok(Case {
                    factor,
                    alternatives,
                    pattern,
                    method,
                })
            });
        let cases = cases.collect::<Result<_, MotifError>>()?;
        let recipe = Recipe {
            pattern: pattern.clone(),
            matching,
            cases,
        };
        Ok(Self {
            graph,
            recipe: Arc::new(recipe),
            parallel: Parallel::WhereItPays,
        })
    }

    /// A counter of the same pattern, by the same method, for another graph of the same neurons,
    /// such as a null. O(1).
    #[must_use]
    pub fn on<'b>(&self, graph: &'b SignedGraph) -> Counter<'b> {
        Counter {
            graph,
            recipe: Arc::clone(&self.recipe),
            parallel: self.parallel,
        }
    }

    /// The same counter, confined to the calling thread: for callers that count in many graphs at
    /// once.
    #[must_use]
    pub fn on_one_thread(mut self) -> Self {
        self.parallel = Parallel::No;
        self
    }

    /// The same counter, its work shared between threads however little there is to do.
    #[cfg(test)]
    pub(super) fn on_all_threads(mut self) -> Self {
        self.parallel = Parallel::Always;
        self
    }

    /// The graph in which it counts.
    pub(super) fn graph(&self) -> &'a SignedGraph {
        self.graph
    }

    /// The pattern that is counted.
    #[must_use]
    pub fn pattern(&self) -> &Pattern {
        &self.recipe.pattern
    }

    /// What else may join the neurons of an occurrence.
    #[must_use]
    pub fn matching(&self) -> Matching {
        self.recipe.matching
    }

    /// The number of occurrences: sets of fillings that differ by a symmetry count once.
    ///
    /// # Errors
    /// [`MotifError::CountOverflow`] if the count exceeds 2^63 - 1, the largest number of a table.
    ///
    /// # Complexity
    /// For closed forms as in [`count`](super::count); for joins at most the number of ways to fill
    /// the roles of the cut set, times the shortest row of those they are joined to; O(n) space per
    /// thread.
    pub fn count(&self) -> Result<u64, MotifError> {
        let mut fillings = 0_i128;
        for case in &self.recipe.cases {
            let mut total = Total::default();
            self.tally(case, &mut total);
            let found = total
                .sum()
                .and_then(|sum| i128::try_from(sum).ok())
                .and_then(|n| n.checked_mul(i128::from(case.factor)));
            let found = found.and_then(|n| n.checked_mul(case.pattern.automorphisms() as i128));
            fillings = found
                .and_then(|n| n.checked_add(fillings))
                .ok_or_else(|| self.overflow())?;
        }
        let count = fillings / self.recipe.pattern.automorphisms() as i128;
        i64::try_from(count)
            .map(i64::cast_unsigned)
            .map_err(|_| self.overflow())
    }

    /// For each orbit of roles (in the order of [`Pattern::orbits`]) and each neuron the
    /// occurrences in which it plays one of them. A row sums to roles of the orbit x count.
    ///
    /// # Errors
    /// [`MotifError::CountOverflow`] if an entry does not fit.
    pub fn neurons(&self) -> Result<Vec<Vec<u64>>, MotifError> {
        let of_case = |case: &Case| {
            let mut parts = PerNeuron::new(case.own_pattern().orbits().len(), self.graph.neurons());
            self.tally(case, &mut parts);
            parts.finish()
        };
        let orbit = |case: &Case, item: &usize| {
            let own = case.own_role(*item);
            let orbit = case.own_pattern().orbit_of(own);
            (orbit, case.own_pattern().orbits()[orbit].len())
        };
        self.parts(self.recipe.pattern.orbits(), of_case, orbit)
    }

    /// For each orbit of edges (in the order of [`Pattern::edge_orbits`]) and each synapse of the
    /// graph (by presynaptic, then postsynaptic neuron) the occurrences in which it is one of them.
    /// A row sums to edges of the orbit x count; an edge of an alternative is part of those
    /// occurrences in which the alternative holds.
    ///
    /// # Errors
    /// [`MotifError::CountOverflow`] if an entry does not fit.
    pub fn synapses(&self) -> Result<Vec<Vec<u64>>, MotifError> {
        let of_case = |case: &Case| {
            let mut parts = PerSynapse::new(self.graph, case.own_pattern().edge_orbits().len());
            self.tally(case, &mut parts);
            parts.finish()
        };
        let orbit = |case: &Case, &(pre, post): &(usize, usize)| {
            let own = (case.own_role(pre), case.own_role(post));
            // An edge of an alternative has a part in all fillings in which that one holds, whether
            // or not others do.
            let is_required = self
                .recipe
                .pattern
                .edges()
                .iter()
                .any(|edge| edge.pair() == (pre, post));
            let has = case
                .own_pattern()
                .edges()
                .iter()
                .any(|edge| edge.pair() == own);
            if is_required || has && case.alternatives == 1 {
                let orbit = case.own_pattern().edge_orbit_of(own);
                (orbit, case.own_pattern().edge_orbits()[orbit].len())
            } else {
                (usize::MAX, 1)
            }
        };
        self.parts(self.recipe.pattern.edge_orbits(), of_case, orbit)
    }

    /// Sums the rows of the cases into rows of the pattern's orbits: fillings of an orbit's items,
    /// divided by the order of the group.
    fn parts<I>(
        &self,
        orbits: &[Vec<I>],
        of_case: impl Fn(&Case) -> Option<Vec<Vec<u64>>>,
        orbit: impl Fn(&Case, &I) -> (usize, usize),
    ) -> Result<Vec<Vec<u64>>, MotifError> {
        if let [case] = &self.recipe.cases[..] {
            // One case has the pattern's own orbits, though a closed form may have them in another
            // order.
            let mut rows = of_case(case).ok_or_else(|| self.overflow())?;
            return Ok(orbits
                .iter()
                .map(|items| std::mem::take(&mut rows[orbit(case, &items[0]).0]))
                .collect());
        }
        let mut fillings: Vec<Vec<i128>> = Vec::new();
        for case in &self.recipe.cases {
            let rows = of_case(case).ok_or_else(|| self.overflow())?;
            fillings.resize(orbits.len(), vec![0; rows.first().map_or(0, Vec::len)]);
            for (sums, items) in fillings.iter_mut().zip(orbits) {
                for item in items {
                    let (own, size) = orbit(case, item);
                    let Some(row) = rows.get(own) else { continue };
                    // The items of an orbit of the case have equal parts in its fillings.
                    let factor =
                        i128::from(case.factor) * case.own_pattern().automorphisms() as i128;
                    for (sum, &part) in sums.iter_mut().zip(row) {
                        *sum += factor * i128::from(part) / size as i128;
                    }
                }
            }
        }
        let order = self.recipe.pattern.automorphisms() as i128;
        let whole = |sum: i128| u64::try_from(sum / order).map_err(|_| self.overflow());
        fillings
            .into_iter()
            .map(|row| row.into_iter().map(whole).collect())
            .collect()
    }

    /// Calls back with every occurrence, one filling of each: the neurons by role, in an order that
    /// depends on nothing but the graph and the pattern. Stops when `found` returns false.
    /// Occurrences are never kept, so memory stays that of the graph.
    ///
    /// # Errors
    /// [`MotifError::NoKnowledge`] if the pattern asks for what the graph does not know.
    pub fn each(&self, mut found: impl FnMut(&[u32]) -> bool) -> Result<(), MotifError> {
        let chosen: Vec<Vec<usize>> = match self.recipe.pattern.alternatives().len() {
            0 => vec![Vec::new()],
            alternatives => (0..alternatives).map(|at| vec![at]).collect(),
        };
        let group = symmetry::isomorphisms(
            self.recipe.pattern.statements(),
            self.recipe.pattern.statements(),
        );
        let mut goes_on = true;
        for (at, alternatives) in chosen.iter().enumerate() {
            let case = self.recipe.pattern.with_alternatives(alternatives);
            let order = super::order::cheapest(self.graph, &case, self.recipe.matching);
            let join = Join::new(
                self.graph,
                &case,
                self.recipe.matching,
                &order.roles,
                order.residual,
            )?;
            let plain = self.recipe.pattern.alternatives().is_empty();
            let images = symmetry::isomorphisms(case.statements(), case.statements());
            join.each(self.graph, |neurons| {
                if plain {
                    goes_on = found(neurons);
                    return goes_on;
                }
                // The join gives one filling per symmetry of the case. Of all fillings that the
                // pattern's own symmetries exchange the first one with this alternative speaks for
                // the occurrence, if none has an earlier one.
                let renamed = |neurons: &[u32], image: &[usize]| {
                    image.iter().map(|&role| neurons[role]).collect::<Vec<_>>()
                };
                for filling in images.iter().map(|image| renamed(neurons, image)) {
                    let class: Vec<Vec<u32>> =
                        group.iter().map(|image| renamed(&filling, image)).collect();
                    let earlier = class
                        .iter()
                        .any(|member| (0..at).any(|other| self.holds(other, member)));
                    let first = class.iter().filter(|member| self.holds(at, member)).min();
                    if goes_on && !earlier && first == Some(&filling) {
                        goes_on = found(&filling);
                    }
                }
                goes_on
            });
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    fn tally<T: Tally>(&self, case: &Case, tally: &mut T) {
        match &case.method {
            Method::ClosedForm(motif, _) => {
                closed_form::tally(
                    self.graph,
                    *motif,
                    self.recipe.matching,
                    self.parallel,
                    tally,
                );
            }
            Method::Join(join, _) => join.tally(self.graph, self.parallel, tally),
        }
    }

    /// The pattern with one alternative each, or as it is where there are none.
    pub(super) fn single_cases(&self) -> Vec<Pattern> {
        let single = self
            .recipe
            .cases
            .iter()
            .filter(|case| case.alternatives <= 1);
        single.map(|case| case.pattern.clone()).collect()
    }

    /// The alternatives that a filling has the synapses of.
    pub(super) fn held_alternatives(&self, neurons: &[u32]) -> Vec<usize> {
        (0..self.recipe.pattern.alternatives().len())
            .filter(|&at| self.holds(at, neurons))
            .collect()
    }

    /// The motif by whose closed form all of the pattern is counted, if it is.
    pub(super) fn closed_form(&self) -> Option<Motif> {
        match &self.recipe.cases[..] {
            [
                Case {
                    method: Method::ClosedForm(motif, _),
                    ..
                },
            ] => Some(*motif),
            _ => None,
        }
    }

    /// Whether a filling has all synapses of an alternative.
    fn holds(&self, alternative: usize, neurons: &[u32]) -> bool {
        self.recipe.pattern.alternatives()[alternative]
            .iter()
            .all(|edge| {
                let (pre, post) = (neurons[edge.presynaptic], neurons[edge.postsynaptic]);
                self.graph
                    .sign(pre, post)
                    .is_some_and(|sign| edge.sign.admits(sign))
                    && (edge.weight == super::WeightRange::ANY
                        || self
                            .graph
                            .weight(pre, post)
                            .is_some_and(|weight| edge.weight.contains(weight)))
            })
    }

    /// What counting is expected to cost in this graph: steps around hubs for closed forms, row
    /// entries looked at for joins.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.recipe
            .cases
            .iter()
            .map(|case| self.cost_of(case))
            .sum()
    }

    fn cost_of(&self, case: &Case) -> f64 {
        match &case.method {
            Method::ClosedForm(motif, _) => {
                let around =
                    |&hub: &u32| closed_form::cost(self.graph, *motif, self.recipe.matching, hub);
                self.graph
                    .inhibiting()
                    .iter()
                    .map(around)
                    .fold(0, u64::saturating_add) as f64
            }
            Method::Join(_, order) => order.cost,
        }
    }

    fn overflow(&self) -> MotifError {
        MotifError::CountOverflow {
            motif: self.recipe.pattern.name().to_owned(),
        }
    }
}

/// The patterns without alternatives whose fillings, added and subtracted, are those of the
/// pattern, each with the number of alternatives that hold in it.
fn cases(pattern: &Pattern, matching: Matching) -> Vec<(usize, Pattern)> {
    let alternatives = pattern.alternatives().len();
    if alternatives == 0 {
        return vec![(0, pattern.clone())];
    }
    (1_usize..1 << alternatives)
        .map(|set| {
            (0..alternatives)
                .filter(|at| set >> at & 1 == 1)
                .collect::<Vec<usize>>()
        })
        .filter(|chosen| matching == Matching::Subgraph || chosen.len() == 1)
        .map(|chosen| (chosen.len(), pattern.with_alternatives(&chosen)))
        .collect()
}

impl Case {
    /// The pattern in whose orbits the case is tallied.
    fn own_pattern(&self) -> &Pattern {
        match &self.method {
            Method::ClosedForm(motif, _) => motif.pattern(),
            Method::Join(..) => &self.pattern,
        }
    }

    fn own_role(&self, role: usize) -> usize {
        match &self.method {
            Method::ClosedForm(_, roles) => roles[role],
            Method::Join(..) => role,
        }
    }
}

impl fmt::Display for Counter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, order) = (
            self.recipe.pattern.name(),
            self.recipe.pattern.automorphisms(),
        );
        writeln!(
            f,
            "{name}, {}: {}, {}",
            self.recipe.matching.as_str(),
            counted(self.recipe.pattern.roles().len(), "role"),
            counted(order, "symmetry")
        )?;
        for case in &self.recipe.cases {
            if self.recipe.cases.len() > 1 {
                let sign = if case.factor > 0 { "plus" } else { "minus" };
                let own = &case.pattern.edges()[self.recipe.pattern.edges().len()..];
                let edges: Vec<String> = own
                    .iter()
                    .map(|edge| case.pattern.edge_text(edge))
                    .collect();
                writeln!(f, "  {sign} those with {}", edges.join(", "))?;
            }
            match &case.method {
                Method::ClosedForm(motif, roles) => {
                    let renamed: Vec<String> = roles
                        .iter()
                        .enumerate()
                        .map(|(at, &role)| {
                            (
                                &self.recipe.pattern.roles()[at].name,
                                &motif.pattern().roles()[role].name,
                            )
                        })
                        .filter(|(own, its)| own != its)
                        .map(|(own, its)| format!("{own} is its {its}"))
                        .collect();
                    let renamed = if renamed.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", renamed.join(", "))
                    };
                    writeln!(
                        f,
                        "  closed form of {motif}{renamed}, cut at {}",
                        closed_form::cut(*motif)
                    )?;
                    let steps = counted(amount(self.cost_of(case)), "step");
                    writeln!(
                        f,
                        "  cost: about {steps} around {}",
                        counted(self.graph.inhibiting().len(), "hub")
                    )?;
                }
                Method::Join(
                    _,
                    JoinOrder {
                        roles,
                        residual,
                        fillings,
                        ..
                    },
                ) => {
                    let name = |&role: &usize| self.recipe.pattern.roles()[role].name.clone();
                    let (bound, free) = roles.split_at(roles.len() - residual);
                    let bound: Vec<String> = bound
                        .iter()
                        .zip(fillings)
                        .map(|(role, fillings)| format!("{} ({})", name(role), amount(*fillings)))
                        .collect();
                    let free: Vec<String> = free.iter().map(name).collect();
                    let rest = if *residual > 1 {
                        "from the sizes of their candidate sets"
                    } else {
                        "without visiting it"
                    };
                    writeln!(
                        f,
                        "  join: fill {}; count {} {rest}",
                        bound.join(", "),
                        free.join(" and ")
                    )?;
                    let entries = counted(amount(self.cost_of(case)), "row entry");
                    writeln!(
                        f,
                        "  cost: about {entries}; in brackets the expected partial fillings"
                    )?;
                }
            }
        }
        Ok(())
    }
}

/// A number to two digits.
fn amount(value: f64) -> String {
    if value < 1000.0 {
        format!("{:.0}", value.max(0.0) + 0.0)
    } else {
        format!("{value:.1e}")
    }
}
