//! What the statements of a pattern say: roles with what they ask of their neurons, and synapses.

use std::fmt;
use std::ops::{Bound, RangeBounds};

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::connectome::{Neuron, Sign};

/// The most roles a pattern may have.
pub(super) const MAX_ROLES: usize = 8;

/// The sign that a role asks of its neuron, or an edge of its synapse.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum SignConstraint {
    /// The sign must be excitatory.
    Excitatory,
    /// The sign must be inhibitory.
    Inhibitory,
    /// The sign must be excitatory or inhibitory, but not unsigned.
    Signed,
    /// Any sign, unsigned included.
    #[default]
    Any,
}

impl SignConstraint {
    /// All constraints, in the order of their declaration.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// The word of the notation: `any`, `signed`, `excitatory`, `inhibitory`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

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
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum Attribute {
    /// One of its transmitters, spelled as in the table `neurons`: `ACh`, `Glu`, `GABA`, `DA`, ...
    Transmitter,
    /// Its functional class (`sensory`, `inter`, `motor`, `polymodal`, `unknown`) or its cell type.
    Type,
    /// The name of the neuron.
    Name,
}

impl Attribute {
    /// All attributes, in the order of their declaration.
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS
        .first_chunk()
        .expect("an array of all variants");

    /// The word of the notation.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What a neuron has of it.
    pub(super) fn values(self, neuron: &Neuron) -> Vec<&str> {
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
    /// What of the neuron is looked at.
    pub attribute: Attribute,
    /// Whether the values are those it must not have.
    pub negated: bool,
    /// The values, spelled as in the table `neurons`.
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
    /// The lower end of the range.
    pub low: Bound<f64>,
    /// The upper end of the range.
    pub high: Bound<f64>,
}

impl WeightRange {
    /// The range that contains every weight.
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
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
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

/// A synapse that a pattern requires; roles are given by their position in
/// [`Pattern::roles`](super::Pattern::roles).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PatternEdge {
    /// Index of the presynaptic role.
    pub presynaptic: usize,
    /// Index of the postsynaptic role.
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

/// A value between quotation marks of the kind it does not contain itself; the parser lets none
/// contain both.
fn quoted(value: &str) -> String {
    let mark = if value.contains('"') { '\'' } else { '"' };
    format!("{mark}{value}{mark}")
}
