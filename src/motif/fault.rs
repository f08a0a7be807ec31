//! What makes statements no pattern.

use std::fmt;

use super::statements::{Attribute, Condition, MAX_ROLES, PatternEdge, SignConstraint, Statements};
use crate::text::plural::counted;

/// Counts look at every combination of alternatives.
const MOST_ALTERNATIVES: usize = 6;

/// What is wrong with statements.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) what: String,
    /// What would be right.
    pub(super) remedy: String,
    /// The parts to blame. Of two that contradict each other, it is the one said later.
    pub(super) blamed: Vec<Part>,
}

/// A part of statements, by its position in them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Role(usize),
    /// A condition of a role.
    Condition(usize, usize),
    /// An edge, required ones being numbered first, then those of the alternatives, then absent
    /// ones.
    Edge(usize),
}

impl Fault {
    fn new(what: String, remedy: impl Into<String>, blamed: impl Into<Vec<Part>>) -> Self {
        Self {
            what,
            remedy: remedy.into(),
            blamed: blamed.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.remedy)
    }
}

/// The first thing wrong with the statements.
pub(super) fn fault(statements: &Statements) -> Option<Fault> {
    roles(statements)
        .or_else(|| edges(statements))
        .or_else(|| alternatives(statements))
        .or_else(|| demands(statements))
}

fn roles(statements: &Statements) -> Option<Fault> {
    let roles = &statements.roles;
    if !(2..=MAX_ROLES).contains(&roles.len()) {
        let first = (!roles.is_empty()).then_some(Part::Role(0));
        let what = format!("it has {}", counted(roles.len(), "role"));
        return Some(Fault::new(
            what,
            format!("give it 2 to {}", MAX_ROLES),
            Vec::from_iter(first),
        ));
    }
    for (position, role) in roles.iter().enumerate() {
        let mut letters = role.name.chars();
        let starts_well = letters
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_');
        let at = [Part::Role(position)];
        if !starts_well || !letters.all(|letter| letter.is_alphanumeric() || letter == '_') {
            let what = format!("`{}` is no role name", role.name);
            return Some(Fault::new(
                what,
                "use a letter, then letters, digits or `_`",
                at,
            ));
        }
        if roles[..position]
            .iter()
            .any(|earlier| earlier.name == role.name)
        {
            return Some(Fault::new(
                format!("two roles are named `{}`", role.name),
                "rename one",
                at,
            ));
        }
    }
    None
}

fn edges(statements: &Statements) -> Option<Fault> {
    let Statements {
        roles,
        edges,
        absent,
        alternatives,
    } = statements;
    let required = || edges.iter().chain(alternatives.iter().flatten());
    let mut mentioned: Vec<(usize, usize)> = required().map(PatternEdge::pair).collect();
    mentioned.extend(absent);
    for (position, &(pre, post)) in mentioned.iter().enumerate() {
        let at = [Part::Edge(position)];
        if pre.max(post) >= roles.len() {
            let what = format!("an edge names role {} of {}", pre.max(post), roles.len());
            return Some(Fault::new(what, "roles are numbered from 0", at));
        }
        let (from, to) = (&roles[pre].name, &roles[post].name);
        if pre == post {
            return Some(Fault::new(
                format!("`{from}` synapses on itself"),
                "motifs have no autapses",
                at,
            ));
        }
        if let Some(other) = mentioned[..position]
            .iter()
            .position(|&pair| pair == (pre, post))
        {
            let what = format!("the edge from `{from}` to `{to}` is mentioned twice");
            return Some(Fault::new(
                what,
                "keep one statement",
                [Part::Edge(other), Part::Edge(position)],
            ));
        }
    }
    if let Some(at) = required().position(|edge| edge.sign == SignConstraint::Signed) {
        let what = "an edge is excitatory, inhibitory or of any sign".to_owned();
        return Some(Fault::new(
            what,
            "`signed` is asked of neurons",
            [Part::Edge(at)],
        ));
    }
    let (at, empty) = required()
        .enumerate()
        .find(|(_, edge)| edge.weight.is_empty())?;
    let (from, to) = (
        &roles[empty.presynaptic].name,
        &roles[empty.postsynaptic].name,
    );
    let what = format!("no weight meets what is asked of the edge from `{from}` to `{to}`");
    Some(Fault::new(
        what,
        "drop one of the conditions",
        [Part::Edge(at)],
    ))
}

fn alternatives(statements: &Statements) -> Option<Fault> {
    let Statements {
        edges,
        alternatives,
        ..
    } = statements;
    let start = |set: usize| edges.len() + alternatives[..set].iter().map(Vec::len).sum::<usize>();
    if alternatives.len() > MOST_ALTERNATIVES {
        let what = format!("`either` has {} sets of synapses", alternatives.len());
        let remedy = format!("give it at most {MOST_ALTERNATIVES} sets");
        return Some(Fault::new(
            what,
            remedy,
            [Part::Edge(start(MOST_ALTERNATIVES))],
        ));
    }
    if alternatives.len() == 1 || alternatives.iter().any(Vec::is_empty) {
        let what = "`either` needs two or more sets of synapses, none of them empty".to_owned();
        return Some(Fault::new(
            what,
            "write for example `either A -> B or B -> A`",
            [],
        ));
    }
    let required = || edges.iter().enumerate();
    if alternatives.is_empty() {
        return disconnected(statements, required());
    }
    (0..alternatives.len()).find_map(|set| {
        let own = alternatives[set]
            .iter()
            .enumerate()
            .map(|(at, edge)| (start(set) + at, edge));
        disconnected(statements, required().chain(own))
    })
}

/// Names a role that the edges, given with their positions, do not connect to the first one.
fn disconnected<'a>(
    statements: &Statements,
    edges: impl Iterator<Item = (usize, &'a PatternEdge)> + Clone,
) -> Option<Fault> {
    let roles = &statements.roles;
    let mut reached = vec![false; roles.len()];
    reached[0] = true;
    for _ in 1..roles.len() {
        for (_, edge) in edges.clone() {
            let either = reached[edge.presynaptic] || reached[edge.postsynaptic];
            reached[edge.presynaptic] = either;
            reached[edge.postsynaptic] = either;
        }
    }
    let lost = reached.iter().position(|&reached| !reached)?;
    let name = &roles[lost].name;
    let Some((at, _)) = edges
        .clone()
        .find(|(_, e)| e.presynaptic == lost || e.postsynaptic == lost)
    else {
        let what = format!("role `{name}` takes part in no required edge");
        return Some(Fault::new(what, "connect or remove it", [Part::Role(lost)]));
    };
    let what = format!(
        "it falls apart: no required edges connect `{}` and `{name}`",
        roles[0].name
    );
    Some(Fault::new(
        what,
        "connect them, or count two patterns",
        [Part::Edge(at)],
    ))
}

/// Conditions that no two distinct neurons can meet.
fn demands(statements: &Statements) -> Option<Fault> {
    let roles = &statements.roles;
    for (position, role) in roles.iter().enumerate() {
        let both = |one, other| {
            [
                Part::Condition(position, one),
                Part::Condition(position, other),
            ]
        };
        // A neuron has one name, but may have several transmitters, and a class besides a cell
        // type.
        let names: Vec<(usize, &Condition)> = on(&role.conditions, Attribute::Name).collect();
        if let Some(last) =
            (1..=names.len()).find(|&upto| possible(&names[..upto]).is_some_and(|n| n.is_empty()))
        {
            let (at, condition) = names[last - 1];
            let against = |(_, other): &&(usize, &Condition)| {
                possible(&[(0, condition), (1, other)]).is_some_and(|names| names.is_empty())
            };
            let earlier = names[..last - 1]
                .iter()
                .find(against)
                .or(names.first())
                .map_or(at, |&(at, _)| at);
            let what = format!("no name meets all that is asked of `{}`", role.name);
            return Some(Fault::new(
                what,
                "drop one of the conditions",
                both(earlier, at),
            ));
        }
        for (at, wanted) in role
            .conditions
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.negated)
        {
            let forbids = |(_, c): &(usize, &Condition)| {
                c.negated && wanted.values.iter().all(|v| c.values.contains(v))
            };
            if let Some((other, _)) = on(&role.conditions, wanted.attribute).find(forbids) {
                let what = format!(
                    "`{}.{}` is asked for and excluded",
                    role.name,
                    wanted.attribute.as_str()
                );
                return Some(Fault::new(
                    what,
                    "drop one of the conditions",
                    both(at, other),
                ));
            }
        }
        let only = |role: usize| {
            let names: Vec<(usize, &Condition)> =
                on(&roles[role].conditions, Attribute::Name).collect();
            let asked = names.iter().rfind(|(_, condition)| !condition.negated)?.0;
            let possible = possible(&names)?;
            let [name] = possible[..] else { return None };
            Some((name, Part::Condition(role, asked)))
        };
        for (other, earlier) in roles[..position].iter().enumerate() {
            if let (Some((one, first)), Some((two, second))) = (only(other), only(position))
                && one == two
            {
                let what = format!(
                    "`{}` and `{}` ask for the same neuron",
                    earlier.name, role.name
                );
                return Some(Fault::new(
                    what,
                    "roles are distinct neurons",
                    [first, second],
                ));
            }
        }
    }
    None
}

/// The conditions on an attribute, with their positions.
fn on(conditions: &[Condition], attribute: Attribute) -> impl Iterator<Item = (usize, &Condition)> {
    conditions
        .iter()
        .enumerate()
        .filter(move |(_, condition)| condition.attribute == attribute)
}

/// The names that meet all conditions; `None` where none asks for any.
fn possible<'a>(names: &[(usize, &'a Condition)]) -> Option<Vec<&'a str>> {
    let (_, first) = names.iter().find(|(_, condition)| !condition.negated)?;
    let common = |name: &&String| {
        names
            .iter()
            .all(|(_, c)| c.values.contains(*name) != c.negated)
    };
    Some(
        first
            .values
            .iter()
            .filter(common)
            .map(String::as_str)
            .collect(),
    )
}
