//! Patterns: what a motif asks of the neurons that play its roles.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::BTreeSet;
use std::fmt;

use super::MotifError;
use super::fault::{self, Fault};
use super::statements::{self, PatternEdge, Role, SignConstraint, Statements, WeightRange};
use super::symmetry::{self, Symmetry};
use crate::connectome::Neuron;
use crate::text::suggest::hint;

/// A signed digraph pattern of two to eight roles, each to be played by a distinct neuron.
///
/// Read from the `.motif` notation by [`Pattern::parse`], and written in it by its
/// [`Display`](fmt::Display):
///
/// | statement | meaning |
/// |---|---|
/// | `A -> B`, `A -\| B`, `A => B` | an excitatory synapse, an inhibitory one, one of any sign |
/// | `A !> B` | no synapse of any sign |
/// | `A -> B [weight >= 3]` | with a weight; `<`, `<=`, `>`, `>=`, `=`, several separated by commas |
/// | `A.class = excitatory` | the neuron's own sign: `excitatory`, `inhibitory`, `signed` (either), `any` |
/// | `A.transmitter = "GABA"`, `A.type != motor`, `A.name in (AVAL, AVAR)` | what else is known of it |
/// | `either A -> P, B -> N or C -> P, D -> N` | at least one of the sets of synapses; induced: exactly one |
///
/// Statements end at a line break or `;`, comments begin with `#`.
///
/// ```
/// use engraph::motif::Pattern;
///
/// let pattern = Pattern::parse(
///     "disynaptic",
///     "X -> I; I -| Y  # through I\nY.class = excitatory",
/// )?;
/// assert_eq!(pattern.to_string(), "X -> I\nI -| Y\nY.class = excitatory\n");
/// assert_eq!(pattern.automorphisms(), 1);
/// # Ok::<(), engraph::motif::MotifError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    name: String,
    statements: Statements,
    symmetry: Symmetry,
}

impl Pattern {
    /// The most roles a pattern may have.
    pub const MAX_ROLES: usize = statements::MAX_ROLES;

    /// Checks the parts of a pattern and finds its symmetries.
    ///
    /// # Errors
    /// [`MotifError::InvalidPattern`] unless there are two to eight roles with distinct well-formed
    /// names, the required edges connect them all (with each alternative), no role synapses on
    /// itself, no ordered pair of roles is mentioned twice, and no two demands contradict each
    /// other.
    ///
    /// # Complexity
    /// At most 8! steps, for the automorphism group is found by trying permutations role by role.
    pub fn new(name: impl Into<String>, statements: Statements) -> Result<Self, MotifError> {
        let name = name.into();
        Self::checked(&name, statements).map_err(|fault| MotifError::InvalidPattern {
            pattern: name,
            reason: fault.to_string(),
        })
    }

    /// As [`Pattern::new`], but a fault says which parts of the statements are to blame.
    pub(super) fn checked(name: &str, mut statements: Statements) -> Result<Self, Fault> {
        for condition in statements
            .roles
            .iter_mut()
            .flat_map(|role| &mut role.conditions)
        {
            condition.values.sort();
            condition.values.dedup();
        }
        if let Some(fault) = fault::fault(&statements) {
            return Err(fault);
        }
        // Conditions are sorted so that equal demands compare equal. A fault gives conditions by
        // their places in the order given, so this comes after the search for faults.
        for role in &mut statements.roles {
            role.conditions.sort();
            role.conditions.dedup();
        }
        let symmetry = symmetry::find(&statements);
        Ok(Self {
            name: name.to_owned(),
            statements,
            symmetry,
        })
    }

    /// Name of the pattern, as it stands in tables.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The roles; edges refer to them by position.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.statements.roles
    }

    /// The edges that every occurrence has.
    #[must_use]
    pub fn edges(&self) -> &[PatternEdge] {
        &self.statements.edges
    }

    /// The ordered pairs `(presynaptic, postsynaptic)` that must not be joined by a synapse.
    #[must_use]
    pub fn absent(&self) -> &[(usize, usize)] {
        &self.statements.absent
    }

    /// The sets of further edges of which an occurrence has at least one; empty for most patterns.
    #[must_use]
    pub fn alternatives(&self) -> &[Vec<PatternEdge>] {
        &self.statements.alternatives
    }

    /// The order of the joint automorphism group: the permutations of the roles that keep what
    /// roles ask for, required edges with their signs and weights, absent edges, and the set of
    /// alternatives. A count of occurrences is the number of ways to fill the roles divided by this
    /// order.
    ///
    /// Absent edges count here even under [`Matching::Induced`](super::Matching::Induced), which
    /// implies them all.
    #[must_use]
    pub fn automorphisms(&self) -> usize {
        self.symmetry.order
    }

    /// The roles that the automorphism group exchanges, by position, each orbit ascending and the
    /// orbits by their first role.
    #[must_use]
    pub fn orbits(&self) -> &[Vec<usize>] {
        &self.symmetry.orbits
    }

    /// The position of a role's orbit.
    ///
    /// # Panics
    /// If the pattern has no such role.
    #[must_use]
    pub fn orbit_of(&self, role: usize) -> usize {
        self.orbits()
            .iter()
            .position(|orbit| orbit.contains(&role))
            .expect("a role of the pattern")
    }

    /// The edges, those of the alternatives last, that the automorphism group exchanges: ordered
    /// pairs of roles, each orbit in the order of the statements.
    #[must_use]
    pub fn edge_orbits(&self) -> &[Vec<(usize, usize)>] {
        &self.symmetry.edge_orbits
    }

    /// The position of the orbit of an edge, given by its roles.
    ///
    /// # Panics
    /// If the pattern has no such edge.
    #[must_use]
    pub fn edge_orbit_of(&self, pair: (usize, usize)) -> usize {
        self.edge_orbits()
            .iter()
            .position(|orbit| orbit.contains(&pair))
            .expect("an edge of the pattern")
    }

    /// An edge in the notation.
    pub(super) fn edge_text(&self, edge: &PatternEdge) -> String {
        let name = |role: usize| &self.roles()[role].name;
        let arrow = match edge.sign {
            SignConstraint::Excitatory => "->",
            SignConstraint::Inhibitory => "-|",
            SignConstraint::Any | SignConstraint::Signed => "=>",
        };
        format!(
            "{} {arrow} {}{}",
            name(edge.presynaptic),
            name(edge.postsynaptic),
            edge.weight
        )
    }

    /// The roles in which an occurrence has its middle: those that send a required inhibitory edge,
    /// or else the one with the most edges. This is our own definition.
    #[must_use]
    pub fn hubs(&self) -> Vec<usize> {
        let roles = 0..self.roles().len();
        let inhibits = |role: &usize| {
            self.edges()
                .iter()
                .any(|e| e.presynaptic == *role && e.sign == SignConstraint::Inhibitory)
        };
        let hubs: Vec<usize> = roles.clone().filter(inhibits).collect();
        if !hubs.is_empty() {
            return hubs;
        }
        let degree = |role: usize| {
            self.edges()
                .iter()
                .filter(|e| e.presynaptic == role || e.postsynaptic == role)
                .count()
        };
        let best = roles
            .max_by_key(|&role| (degree(role), std::cmp::Reverse(role)))
            .unwrap_or_default();
        self.orbits()[self.orbit_of(best)].clone()
    }

    /// The conditions that no neuron meets, each with its role, and with a hint where a value that
    /// occurs is spelled alike.
    #[must_use]
    pub fn unmet(&self, neurons: &[Neuron]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for role in self.roles() {
            for condition in role
                .conditions
                .iter()
                .filter(|c| !neurons.iter().any(|n| c.admits(n)))
            {
                let occurring: BTreeSet<&str> = neurons
                    .iter()
                    .flat_map(|n| condition.attribute.values(n))
                    .collect();
                let hint = condition
                    .values
                    .iter()
                    .find_map(|value| hint(value, occurring.iter().copied()));
                found.push((
                    role.name.clone(),
                    format!("{condition}`{}", hint.unwrap_or_default()),
                ));
            }
        }
        found
    }

    /// A name of a role, or of those that the symmetries exchange: that of the first.
    pub(super) fn orbit_name(&self, orbit: usize) -> &str {
        &self.roles()[self.orbits()[orbit][0]].name
    }

    /// Whether no occurrence appears where edges are left out of a graph: true unless a pattern has
    /// absent edges. Counts then fall as a threshold on the weights rises, also those of patterns
    /// that ask for weights, for the edges that stay keep theirs. An induced occurrence, which may
    /// well appear, is always a subgraph occurrence, too.
    #[must_use]
    pub fn is_monotone(&self) -> bool {
        self.absent().is_empty()
    }

    /// Whether some edge asks for a weight.
    pub(super) fn has_weights(&self) -> bool {
        let all = self
            .edges()
            .iter()
            .chain(self.alternatives().iter().flatten());
        all.into_iter().any(|edge| edge.weight != WeightRange::ANY)
    }

    pub(super) fn statements(&self) -> &Statements {
        &self.statements
    }

    /// The pattern with those of its alternatives that `chosen` names as required edges, and no
    /// others.
    pub(super) fn with_alternatives(&self, chosen: &[usize]) -> Pattern {
        let mut statements = self.statements.clone();
        let alternatives = std::mem::take(&mut statements.alternatives);
        statements.edges.extend(
            chosen
                .iter()
                .flat_map(|&at| alternatives[at].iter().copied()),
        );
        let symmetry = symmetry::find(&statements);
        Self {
            name: self.name.clone(),
            statements,
            symmetry,
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |role: usize| &self.roles()[role].name;
        for edge in self.edges() {
            writeln!(f, "{}", self.edge_text(edge))?;
        }
        for &(pre, post) in self.absent() {
            writeln!(f, "{} !> {}", name(pre), name(post))?;
        }
        if !self.alternatives().is_empty() {
            let set = |edges: &Vec<PatternEdge>| {
                edges
                    .iter()
                    .map(|edge| self.edge_text(edge))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let sets: Vec<String> = self.alternatives().iter().map(set).collect();
            writeln!(f, "either {}", sets.join(" or "))?;
        }
        for role in self.roles() {
            if role.class != SignConstraint::Any {
                writeln!(f, "{}.class = {}", role.name, role.class.as_str())?;
            }
            for condition in &role.conditions {
                writeln!(f, "{}.{condition}", role.name)?;
            }
        }
        Ok(())
    }
}

impl Serialize for Pattern {
    /// Name and notation: all there is to a pattern.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Pattern", 2)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("notation", &self.to_string())?;
        fields.end()
    }
}
