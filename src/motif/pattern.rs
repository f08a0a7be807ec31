//! Patterns: what a motif asks of the neurons that play its roles.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Bound, RangeBounds};

use super::MotifError;
use super::fault::{self, Fault};
use super::symmetry::{self, Symmetry};
use crate::connectome::{Neuron, Sign};
use crate::text::suggest::hint;

/// The sign that a role asks of its neuron, or an edge of its synapse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignConstraint {
    /// Any sign, unsigned included.
    #[default]
    Any,
    /// Excitatory or inhibitory.
    Signed,
    /// Excitatory only.
    Excitatory,
    /// Inhibitory only.
    Inhibitory,
}

impl SignConstraint {
    /// Whether something of this sign meets the constraint.
    #[inline]
    #[must_use]
    pub fn admits(self, sign: Sign) -> bool {
        match self {
            SignConstraint::Any => true,
            SignConstraint::Signed => sign != Sign::Unsigned,
            SignConstraint::Excitatory => sign == Sign::Excitatory,
            SignConstraint::Inhibitory => sign == Sign::Inhibitory,
        }
    }
}

/// What is known of a neuron besides its sign, for a role to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    /// One of its transmitters, spelled as in the table `neurons`: `ACh`, `Glu`, `GABA`, `DA`, ...
    Transmitter,
    /// Its functional class (`sensory`, `inter`, `motor`, `polymodal`, `unknown`) or its cell type.
    Type,
    /// Its name.
    Name,
}

impl Attribute {
    /// All attributes.
    pub const ALL: [Self; 3] = [Self::Transmitter, Self::Type, Self::Name];

    /// The word of the notation.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transmitter => "transmitter",
            Self::Type => "type",
            Self::Name => "name",
        }
    }

    /// What a neuron has of it.
    fn values(self, neuron: &Neuron) -> Vec<&str> {
        match self {
            Self::Transmitter => neuron.transmitters.iter().map(String::as_str).collect(),
            Self::Type => [neuron.class.as_str()]
                .into_iter()
                .chain(neuron.cell_type.as_deref())
                .collect(),
            Self::Name => vec![&neuron.name],
        }
    }
}

/// A condition on the neuron of a role: one of the values, or with `negated` none of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Condition {
    /// What is looked at.
    pub attribute: Attribute,
    /// Whether the values are those it must not have.
    pub negated: bool,
    /// The values.
    pub values: Vec<String>,
}

impl Condition {
    /// Whether a neuron meets the condition.
    #[must_use]
    pub fn admits(&self, neuron: &Neuron) -> bool {
        let has = self.attribute.values(neuron);
        self.values
            .iter()
            .any(|value| has.contains(&value.as_str()))
            != self.negated
    }
}

impl fmt::Display for Condition {
    /// The notation, without the role.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attribute = self.attribute.as_str();
        let values: Vec<String> = self.values.iter().map(|value| quoted(value)).collect();
        match (&values[..], self.negated) {
            ([one], false) => write!(f, "{attribute} = {one}"),
            ([one], true) => write!(f, "{attribute} != {one}"),
            (several, false) => write!(f, "{attribute} in ({})", several.join(", ")),
            (several, true) => write!(f, "{attribute} not in ({})", several.join(", ")),
        }
    }
}

/// A place in a pattern, to be filled by one neuron.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name, unique within the pattern: a letter or `_`, then letters, digits or `_`.
    pub name: String,
    /// What the neuron itself must be, whatever the signs of its edges.
    pub class: SignConstraint,
    /// What else it must be.
    pub conditions: Vec<Condition>,
}

impl Role {
    /// A role that any neuron may play.
    #[must_use]
    pub fn any(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            class: SignConstraint::Any,
            conditions: Vec::new(),
        }
    }

    /// Whether both ask the same of their neuron.
    pub(super) fn same_demands(&self, other: &Self) -> bool {
        self.class == other.class && self.conditions == other.conditions
    }
}

/// The weights a synapse may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightRange {
    /// The lowest.
    pub low: Bound<f64>,
    /// The highest.
    pub high: Bound<f64>,
}

impl WeightRange {
    /// Any weight.
    pub const ANY: Self = Self {
        low: Bound::Unbounded,
        high: Bound::Unbounded,
    };

    /// Whether a weight is in the range.
    #[inline]
    #[must_use]
    pub fn contains(&self, weight: f64) -> bool {
        (self.low, self.high).contains(&weight)
    }

    /// The weights in both ranges.
    pub(super) fn and(self, other: Self) -> Self {
        let tighter = |one: Bound<f64>, other: Bound<f64>, is_tighter: fn(f64, f64) -> bool| match (
            one, other,
        ) {
            (Bound::Unbounded, bound) | (bound, Bound::Unbounded) => bound,
            (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b))
                if a != b =>
            {
                if is_tighter(a, b) {
                    one
                } else {
                    other
                }
            }
            (Bound::Included(_), bound) | (bound, _) => bound,
        };
        Self {
            low: tighter(self.low, other.low, |a, b| a > b),
            high: tighter(self.high, other.high, |a, b| a < b),
        }
    }

    /// Whether no number is in the range.
    pub(super) fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Bound::Included(low), Bound::Included(high)) => low > high,
            (
                Bound::Included(low) | Bound::Excluded(low),
                Bound::Included(high) | Bound::Excluded(high),
            ) => low >= high,
            _ => false,
        }
    }
}

impl fmt::Display for WeightRange {
    /// The notation's brackets; nothing for any weight.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = match (self.low, self.high) {
            (Bound::Included(low), Bound::Included(high)) if low == high => {
                vec![format!("weight = {low}")]
            }
            (low, high) => {
                let part = |bound, included: &str, excluded: &str| match bound {
                    Bound::Included(value) => Some(format!("weight {included} {value}")),
                    Bound::Excluded(value) => Some(format!("weight {excluded} {value}")),
                    Bound::Unbounded => None,
                };
                [part(low, ">=", ">"), part(high, "<=", "<")]
                    .into_iter()
                    .flatten()
                    .collect()
            }
        };
        if parts.is_empty() {
            Ok(())
        } else {
            write!(f, " [{}]", parts.join(", "))
        }
    }
}

/// A synapse that a pattern requires; roles are given by their position in [`Pattern::roles`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatternEdge {
    /// The presynaptic role.
    pub presynaptic: usize,
    /// The postsynaptic role.
    pub postsynaptic: usize,
    /// The sign the synapse must have; `Signed` is for neurons only.
    pub sign: SignConstraint,
    /// The weight it must have.
    pub weight: WeightRange,
}

impl PatternEdge {
    /// An edge of any weight.
    #[must_use]
    pub fn new(presynaptic: usize, postsynaptic: usize, sign: SignConstraint) -> Self {
        Self {
            presynaptic,
            postsynaptic,
            sign,
            weight: WeightRange::ANY,
        }
    }

    /// The roles it joins.
    #[must_use]
    pub fn pair(&self) -> (usize, usize) {
        (self.presynaptic, self.postsynaptic)
    }
}

/// What the statements of a pattern say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statements {
    /// The roles; everything else refers to them by position.
    pub roles: Vec<Role>,
    /// The synapses that must be there.
    pub edges: Vec<PatternEdge>,
    /// The ordered pairs `(presynaptic, postsynaptic)` that no synapse of any sign may join.
    pub absent: Vec<(usize, usize)>,
    /// Sets of further synapses, at least one of which must be there entirely. None, or two or
    /// more.
    pub alternatives: Vec<Vec<PatternEdge>>,
}

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
/// let pattern = Pattern::parse("disynaptic", "X -> I; I -| Y  # through I\nY.class = excitatory")?;
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
    pub const MAX_ROLES: usize = 8;

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

    /// The same, with the parts of the statements that are to blame for a fault.
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
        // In one order, so that equal demands are seen to be equal; only now, for a fault counts in
        // the order given.
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

    /// The pattern's name.
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
            let class = match role.class {
                SignConstraint::Any => None,
                SignConstraint::Signed => Some("signed"),
                SignConstraint::Excitatory => Some("excitatory"),
                SignConstraint::Inhibitory => Some("inhibitory"),
            };
            if let Some(class) = class {
                writeln!(f, "{}.class = {class}", role.name)?;
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

/// A value between quotation marks of the kind it does not contain itself; the parser lets none
/// contain both.
fn quoted(value: &str) -> String {
    let mark = if value.contains('"') { '\'' } else { '"' };
    format!("{mark}{value}{mark}")
}
